"""The environment as one frozen value, checked once at the start."""

import os
import re
import secrets
import ssl
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_address, ip_network
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from backend.store.redis_url import RedisUrlError, servers_of

LOOPBACK = "127.0.0.1"
WORKERS_MAX = 64
LOG_LEVELS = ("info", "debug", "warning", "error")


class SettingsError(Exception):
    """A setting is missing or cannot be; the words say what to set."""


class Tls(Struct, frozen=True, kw_only=True):
    """What the web processes prove themselves with; read when they start."""

    cert: Path
    """PEM: the certificate and those that vouch for it."""
    key: Path
    """PEM, without a password."""


class OidcSettings(Struct, frozen=True, kw_only=True):
    """An OpenID Connect provider, and who we are there."""

    issuer: str
    client_id: str
    client_secret: str
    username_claim: str
    """Whose value is the user name of an account here."""
    person_claim: str = ""
    """SSO_PERSON_CLAIM: whose value is the person's id as the register of cards has it (VA2);
    without it the user name."""
    card_claim: str = ""
    """SSO_CARD_CLAIM: whose value is the number of the person's card; without it none is told."""


class CasSettings(Struct, frozen=True, kw_only=True):
    """A CAS server."""

    url: str
    """Without `/login`."""
    person_claim: str = ""
    card_claim: str = ""
    """As those of OpenID Connect: attributes of the CAS answer."""


class ModelSettings(Struct, frozen=True, kw_only=True):
    """A language model of the hall's own, behind the assistant."""

    url: str
    """MODEL_URL: the whole address, such as http://127.0.0.1:8000/v1/chat/completions."""
    name: str
    """MODEL_NAME: which of the models there."""
    key: str
    """What MODEL_KEY_FILE has; "" where none is wanted."""
    timeout_s: int
    """MODEL_TIMEOUT: whoever asks waits so long for it, then reads the guide's own words."""


class Settings(Struct, frozen=True, kw_only=True):
    """Every setting of every process."""

    home: Path
    """YIZHAN_HOME: data, logs and secrets."""
    host: str
    port: int
    workers: int
    """YIZHAN_WORKERS: web processes on the port."""
    is_demo: bool
    """YIZHAN_DEMO: known passwords, loopback only."""
    database_url: str | None
    database_owner_url: str | None
    """DATABASE_OWNER_URL: as whom migrations are made, and the audit is cut; nobody else needs it.

    DATABASE_URL then names a role that may not change what the audit has.
    """
    redis_url: str | None
    """Given URLs switch the embedded engines off."""
    redis_replicas: int
    """REDIS_REPLICAS: an answer waits until so many replicas have what it tells, too."""
    metrics_host: str
    """METRICS_HOST: where figures are told; loopback unless Prometheus is on another machine."""
    metrics_port: int | None
    """METRICS_PORT: the recorder's port for figures; those of web processes follow it.

    Without it the launcher takes ports that are free, and a process of its own tells none.
    """
    log_level: str
    """YIZHAN_LOG_LEVEL: `debug` tells every command's way."""
    public_url: str
    """PUBLIC_URL: where phones find this hall; on every ticket's QR code."""
    trusted_proxies: tuple[str, ...]
    """TRUSTED_PROXIES: whose X-Forwarded-For and X-Forwarded-Proto count; nobody's by default."""

    link_networks: tuple[str, ...]
    """LINK_NETWORKS: of the university's own, whose addresses in guides are asked for too (CX2)."""
    link_networks_refused: tuple[str, ...]
    """LINK_NETWORKS_REFUSED: of the university's own that are public, and never asked (CX2)."""

    origins: tuple[str, ...]
    """ORIGINS: the only sites whose pages may ask; by default those on the host that is asked."""

    tls: Tls | None
    """TLS_CERT, TLS_KEY: None speaks plain HTTP, as behind a proxy."""

    facts: Path | None = None
    """FACTS: which facts the university holds, and where; `backend/facts/config.py` (FA1)."""

    notify: Path | None = None
    """NOTIFY: by what people are told outside the page; `backend/messaging/config.py` (NO2)."""

    sso: OidcSettings | CasSettings | None = None
    """SSO: how people sign in at the campus; local accounts stay beside it."""

    model: ModelSettings | None = None
    """None: the assistant answers in the guides' own words."""

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{'https' if self.tls is not None else 'http'}://{self.host}:{self.port}"

    @property
    def card_key_path(self) -> Path:
        """The key that card numbers are hashed with."""
        return self.home / "card.key"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings of this environment.  Raises SettingsError."""
    port = _number(environment, "PORT", 8000, 65535)
    host = environment.get("HOST") or LOOPBACK
    redis_url = _redis_url(environment)
    settings = Settings(
        home=Path(environment.get("YIZHAN_HOME") or ".yizhan").resolve(),
        host=host,
        port=port,
        workers=_number(environment, "YIZHAN_WORKERS", 1, WORKERS_MAX),
        is_demo=environment.get("YIZHAN_DEMO", "") == "1",
        database_url=environment.get("DATABASE_URL") or None,
        database_owner_url=environment.get("DATABASE_OWNER_URL") or None,
        redis_url=redis_url,
        redis_replicas=_number(environment, "REDIS_REPLICAS", 0, 8, least=0),
        metrics_host=environment.get("METRICS_HOST") or LOOPBACK,
        metrics_port=_number(environment, "METRICS_PORT", 1, 65535 - WORKERS_MAX)
        if environment.get("METRICS_PORT")
        else None,
        log_level=_word(environment, "YIZHAN_LOG_LEVEL", LOG_LEVELS),
        public_url=(environment.get("PUBLIC_URL") or "").rstrip("/"),
        trusted_proxies=_networks(environment, "TRUSTED_PROXIES"),
        link_networks=_networks(environment, "LINK_NETWORKS"),
        link_networks_refused=_networks(environment, "LINK_NETWORKS_REFUSED"),
        origins=_origins(environment),
        tls=_tls(environment),
        facts=_file(environment, "FACTS"),
        notify=_file(environment, "NOTIFY"),
        sso=_sso(environment),
        model=_model(environment),
    )
    if settings.is_demo and not _is_loopback(host):
        raise SettingsError(
            f"HOST={host}: the demo has known passwords and listens on {LOOPBACK} only."
            " Unset HOST; or set YIZHAN_DEMO=0 and make accounts with"
            " `python -m backend create-admin`."
        )
    if settings.redis_replicas and redis_url is None:
        raise SettingsError(
            f"REDIS_REPLICAS={settings.redis_replicas}: the embedded server has no replicas."
            " Set REDIS_URL to servers that do, or unset it."
        )
    return settings if settings.public_url else replace(settings, public_url=settings.url)


def card_key(settings: Settings) -> bytes:
    """The key for card numbers, made at the first start and readable by its owner only."""
    path = settings.card_key_path
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=path.parent, prefix=".card-key-") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileExistsError):  # another process made one: its key counts
                os.link(file.name, path)  # whole or not at all: nobody reads half a key
    return bytes.fromhex(path.read_text().strip())


def _redis_url(environment: Mapping[str, str]) -> str | None:
    url = environment.get("REDIS_URL") or None
    if url is not None:
        try:
            servers_of(url)
        except RedisUrlError as error:
            raise SettingsError(f"REDIS_URL: {error}.") from None  # the URL holds a password
    return url


def _number(
    environment: Mapping[str, str], name: str, default: int, largest: int, *, least: int = 1
) -> int:
    text = environment.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= largest:
        raise SettingsError(f"{name}={text}: set it to a whole number from {least} to {largest}.")
    return int(text)


def _networks(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Addresses and networks, with commas between them."""
    found = tuple(part.strip() for part in environment.get(name, "").split(",") if part.strip())
    for part in found:
        try:
            ip_network(part)
        except ValueError as error:
            raise SettingsError(
                f"{name}={environment[name]}: {error}; set it to addresses or networks with commas"
                " between them, such as 127.0.0.1,10.0.3.0/28."
            ) from error
    return found


def _origins(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Sites, with commas between them."""
    text = environment.get("ORIGINS", "")
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    for part in found:
        if not re.fullmatch(r"https?://[^\s/?#@,]+", part):
            raise SettingsError(
                f"ORIGINS={text}: name sites as browsers do, with commas between them, such as"
                " https://hall.example.edu,https://hall.example.edu:8443."
            )
    return found


def _word(environment: Mapping[str, str], name: str, words: tuple[str, ...]) -> str:
    """One of these; the first when nothing is set."""
    text = environment.get(name) or words[0]
    if text not in words:
        raise SettingsError(f"{name}={text}: set it to one of {', '.join(words)}.")
    return text


def _file(environment: Mapping[str, str], name: str) -> Path | None:
    """A file that can be read, if one is named."""
    text = environment.get(name)
    if not text:
        return None
    path = Path(text).resolve()
    if not os.access(path, os.R_OK):
        raise SettingsError(f"{name}={path} cannot be read: name a file that can be.")
    return path


def _tls(environment: Mapping[str, str]) -> Tls | None:
    """Both files, if they are named and belong together."""
    cert, key = environment.get("TLS_CERT"), environment.get("TLS_KEY")
    if not cert and not key:
        return None
    if not cert or not key:
        given, missing = ("TLS_CERT", "TLS_KEY") if cert else ("TLS_KEY", "TLS_CERT")
        raise SettingsError(
            f"{given} is set and {missing} is not: set both to speak TLS, or neither."
        )
    found = Tls(cert=Path(cert).resolve(), key=Path(key).resolve())
    for name, path in (("TLS_CERT", found.cert), ("TLS_KEY", found.key)):
        if not os.access(path, os.R_OK):
            raise SettingsError(f"{name}={path} cannot be read: name a PEM file that can be.")
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(found.cert, found.key, password=lambda: "")
    except ssl.SSLError as error:
        raise SettingsError(
            f"TLS_CERT={found.cert}, TLS_KEY={found.key}: {error.reason or error};"
            " both must be PEM, the key that of the first certificate and without a password."
        ) from error
    return found


def _sso(environment: Mapping[str, str]) -> OidcSettings | CasSettings | None:
    match environment.get("SSO", ""):
        case "":
            return None
        case "cas":
            return CasSettings(
                url=_address(environment, "CAS_URL"),
                person_claim=environment.get("SSO_PERSON_CLAIM", ""),
                card_claim=environment.get("SSO_CARD_CLAIM", ""),
            )
        case "oidc":
            path = Path(_needed(environment, "OIDC_CLIENT_SECRET_FILE"))
            secret = _secret("OIDC_CLIENT_SECRET_FILE", path)
            return OidcSettings(
                issuer=_address(environment, "OIDC_ISSUER"),
                client_id=_needed(environment, "OIDC_CLIENT_ID"),
                client_secret=secret,
                username_claim=environment.get("OIDC_USERNAME_CLAIM") or "preferred_username",
                person_claim=environment.get("SSO_PERSON_CLAIM", ""),
                card_claim=environment.get("SSO_CARD_CLAIM", ""),
            )
        case other:
            raise SettingsError(f"SSO={other}: set it to oidc or cas, or unset it.")


def _model(environment: Mapping[str, str]) -> ModelSettings | None:
    if not environment.get("MODEL_URL"):
        return None
    if not environment.get("MODEL_NAME"):
        raise SettingsError("MODEL_URL needs MODEL_NAME: which of the models there is asked.")
    path = environment.get("MODEL_KEY_FILE")
    key = _secret("MODEL_KEY_FILE", Path(path)) if path else ""
    if not re.fullmatch("[!-~]*", key):  # told without it: it is a secret
        raise SettingsError(f"MODEL_KEY_FILE={path}: the key has to be one line of plain letters.")
    return ModelSettings(
        url=_address(environment, "MODEL_URL"),
        name=environment["MODEL_NAME"],
        key=key,
        timeout_s=_number(environment, "MODEL_TIMEOUT", 8, 30),
    )


def _secret(name: str, path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError as error:
        raise SettingsError(f"{name}={path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{name}={path}: it is no text.") from error


def _needed(environment: Mapping[str, str], name: str) -> str:
    text = environment.get(name)
    if not text:
        raise SettingsError(f"SSO={environment['SSO']} needs {name}.")
    return text


def _address(environment: Mapping[str, str], name: str) -> str:
    """Over TLS, but on this machine: what comes from there lets people in, or is shown to them."""
    text = _needed(environment, name)
    parts = urlsplit(text)
    is_safe = parts.scheme == "https" or _is_loopback(parts.hostname or "")
    if parts.scheme not in {"http", "https"} or not is_safe:
        raise SettingsError(f"{name}={text}: set it to an address that begins with https://.")
    return text


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
