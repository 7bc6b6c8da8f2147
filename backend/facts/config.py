"""Which facts there are, where they are asked for, and which materials they stand for (FA1).

One TOML file, named by `FACTS`:

    [connectors.hr]
    type = "http"
    zh = "人事系统"
    en = "Human Resources"
    url = "https://hr.example.edu/yizhan"
    secret_file = "/etc/yizhan/hr.secret"

    [connectors.register]
    type = "table"
    zh = "学籍名册"
    en = "the student register"

    [kinds.contract]
    zh = "聘用合同"
    en = "Employment contract"
    level = 3
    connector = "hr"
    replaces = { "IO-03" = ["m2"] }
"""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from backend.core.cases.words import MaterialId
from backend.core.ids import ServiceId
from backend.facts.connector import Level
from backend.settings import SettingsError

Id = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,31}\Z")]
Word = Annotated[str, Meta(min_length=1, max_length=60)]


class HttpEntry(Struct, frozen=True, kw_only=True, tag="http", forbid_unknown_fields=True):
    """A system that is asked over HTTP: `facts/http.py`."""

    zh: Word
    en: Word
    url: str
    secret_file: str
    """Whose text goes along as a bearer token."""
    ca_file: str | None = None
    """PEM, who vouches for it in place of this machine's list."""


class TableEntry(Struct, frozen=True, kw_only=True, tag="table", forbid_unknown_fields=True):
    """A register that is imported: `facts/table.py`."""

    zh: Word
    en: Word


class KindEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of fact."""

    zh: Word
    en: Word
    level: Level
    """How near to a person (docs/personal-data.md); decides who is shown it."""
    connector: Id
    replaces: dict[ServiceId, tuple[MaterialId, ...]] = {}
    """The materials of services that nobody has to bring when it is known."""


class FactsConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a deployment says of facts; without a file there are none."""

    connectors: dict[Id, HttpEntry | TableEntry] = {}
    kinds: dict[Id, KindEntry] = {}


def read_config(path: Path | None) -> FactsConfig:
    """What the file says.  Raises SettingsError."""
    if path is None:
        return FactsConfig()
    try:
        found = msgspec.toml.decode(path.read_bytes(), type=FactsConfig)
    except OSError as error:
        raise SettingsError(f"FACTS={path} cannot be read: {error.strerror}.") from error
    except msgspec.DecodeError as error:
        raise SettingsError(f"FACTS={path}: {error}.") from error
    for kind_id, kind in found.kinds.items():
        if kind.connector not in found.connectors:
            raise SettingsError(
                f"FACTS={path}: kind {kind_id} names the connector {kind.connector},"
                " which there is none of."
            )
    for connector_id, entry in found.connectors.items():
        if isinstance(entry, HttpEntry) and not _is_safe(entry.url):
            raise SettingsError(
                f"FACTS={path}: connector {connector_id} has to have a url that begins with"
                " https://."
            )
    return found


def secret_in(path: str) -> str:
    """What a file with a secret says.  Raises SettingsError."""
    try:
        return Path(path).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"FACTS: the secret in {path} cannot be read.") from error


def _is_safe(url: str) -> bool:
    """Over TLS, but on this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        is_here = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        is_here = False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_here))
