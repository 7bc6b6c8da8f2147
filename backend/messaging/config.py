"""By what people are told, and where departments are: one TOML file, named by `NOTIFY`.

    [mail]
    host = "smtp.example.edu"
    port = 587
    tls = "starttls"
    sender = "hall@example.edu"
    username = "hall"
    password_file = "/etc/yizhan/mail.password"

    [wecom]
    [dingtalk]

    [quiet]
    start = 21:30:00
    end = 07:30:00

    [[departments]]
    hall_id = "main"
    department_id = "hr"
    kind = "dingtalk"
    reach_file = "/etc/yizhan/hr.robot"

A table that is there lets visitors choose that kind.  Secrets stand in files of their own.
"""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from backend.core.ids import DepartmentId, HallId
from backend.core.messages import ContactKind, Language
from backend.core.rules.messages import Quiet
from backend.settings import SettingsError

WECOM_URL = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"
DINGTALK_URL = "https://oapi.dingtalk.com/robot/send"


class MailEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The server that mail is handed to."""

    host: str
    port: int
    sender: Annotated[str, Meta(pattern=r"^[^\s@<>]+@[^\s@<>]+\Z")]
    tls: Literal["starttls", "tls", "none"] = "starttls"
    """`none`: on this machine alone."""
    username: str = ""
    password_file: str | None = None
    ca_file: str | None = None
    """PEM, who vouches for it in place of this machine's list."""


class WecomEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Robots of WeCom groups."""

    url: str = WECOM_URL


class DingtalkEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Robots of DingTalk groups."""

    url: str = DINGTALK_URL


class DepartmentEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a department is told what is overdue."""

    hall_id: HallId
    department_id: DepartmentId
    kind: ContactKind
    reach_file: str
    """Whose text is the mail address, or the robot's address as the vendor shows it, for DingTalk
    with its secret behind a space."""
    language: Language = Language.ZH


class MessagingConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a deployment says of telling people; without a file all is told on the page alone."""

    mail: MailEntry | None = None
    wecom: WecomEntry | None = None
    dingtalk: DingtalkEntry | None = None
    departments: tuple[DepartmentEntry, ...] = ()
    quiet: Quiet = Quiet()

    @property
    def kinds(self) -> tuple[ContactKind, ...]:
        """What may be chosen."""
        there = {
            ContactKind.EMAIL: self.mail,
            ContactKind.WECOM: self.wecom,
            ContactKind.DINGTALK: self.dingtalk,
        }
        return tuple(kind for kind, entry in there.items() if entry is not None)


def read_config(path: Path | None) -> MessagingConfig:
    """What the file says.  Raises SettingsError."""
    if path is None:
        return MessagingConfig()
    try:
        found = msgspec.toml.decode(path.read_bytes(), type=MessagingConfig)
    except OSError as error:
        raise SettingsError(f"NOTIFY={path} cannot be read: {error.strerror}.") from error
    except msgspec.DecodeError as error:
        raise SettingsError(f"NOTIFY={path}: {error}.") from error
    if found.mail is not None and found.mail.tls == "none" and not _is_here(found.mail.host):
        raise SettingsError(f'NOTIFY={path}: mail has to have tls = "starttls" or "tls".')
    for name, entry in (("wecom", found.wecom), ("dingtalk", found.dingtalk)):
        parts = urlsplit(entry.url if entry is not None else WECOM_URL)
        if parts.scheme != "https" and not _is_here(parts.hostname or ""):
            raise SettingsError(f"NOTIFY={path}: {name} has to have a url that begins https://.")
    for department in found.departments:
        if department.kind not in found.kinds:
            raise SettingsError(
                f"NOTIFY={path}: department {department.department_id} is told by"
                f" {department.kind}, which the file has no table of."
            )
    return found


def secret_in(path: str) -> str:
    """What a file with a secret says.  Raises SettingsError."""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"NOTIFY: the secret in {path} cannot be read.") from error


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
