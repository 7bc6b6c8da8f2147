"""Where somebody is reached, as it is typed and as it is kept (pure).

| kind     | typed                                                        | kept             |
| -------- | ------------------------------------------------------------ | ---------------- |
| email    | `ning@example.edu`                                           | the same         |
| wecom    | the robot's address as WeCom shows it, or its key            | the key          |
| dingtalk | the robot's address as DingTalk shows it, a space, `SEC…`    | token and secret |

Of a robot nothing but its key is kept: no address that a visitor typed is ever asked.
"""

import re
import unicodedata

from backend.core.messages import ContactKind

REACH_MAX = 400
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"[A-Za-z0-9-]{2,63}",
    re.ASCII,
)
_WECOM = re.compile(r"(?:https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=)?([\w-]{20,64})")
_DINGTALK = re.compile(
    r"(?:https://oapi\.dingtalk\.com/robot/send\?access_token=)?([0-9a-f]{20,128})\s+(SEC\w{16,128})"
)


class ReachError(Exception):
    """It is nothing of this kind."""


def reach_of(kind: ContactKind, typed: str) -> str:
    """What is kept of what was typed.  Raises ReachError."""
    text = unicodedata.normalize("NFKC", typed[:REACH_MAX]).strip()
    match kind:
        case ContactKind.EMAIL:
            found = _EMAIL.fullmatch(text)
            if found is None or len(text) > 254 or ".." in text:
                raise ReachError
            return text
        case ContactKind.WECOM:
            found = _WECOM.fullmatch(text)
            if found is None:
                raise ReachError
            return found[1]
        case ContactKind.DINGTALK:
            found = _DINGTALK.fullmatch(text)
            if found is None:
                raise ReachError
            return f"{found[1]} {found[2]}"


def shown(kind: ContactKind, reach: str) -> str:
    """So much of it that its owner knows it again, and nobody else learns it."""
    if kind is ContactKind.EMAIL:
        name, _, domain = reach.rpartition("@")
        return f"{name[:1]}•••@{domain}"
    return f"••••{reach.partition(' ')[0][-4:]}"
