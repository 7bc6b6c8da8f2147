"""The opening handshake of a WebSocket (RFC 6455, section 4): a request read, and its answer.

Pure: bytes in, bytes out.  Of our own because a thousand phones may come in one second, and what a
framework makes of each request costs a multiple of all that the hub does for it.
"""

import base64
import binascii
import hashlib
from http import HTTPStatus

from msgspec import Struct

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
HEAD_END = b"\r\n\r\n"


class DeniedError(Exception):
    """The request gets no WebSocket; `answer` is what to send instead."""

    def __init__(self, status: HTTPStatus, header: bytes = b"") -> None:
        """`header`: a line of the answer, with its end."""
        super().__init__(status)
        self.answer = (
            b"HTTP/1.1 %d %s\r\n" % (status, status.phrase.encode())
            + header
            + b"Content-Length: 0\r\nConnection: close\r\n\r\n"
        )


class Request(Struct, frozen=True, kw_only=True):
    """What a client asks to open."""

    path: bytes
    """Without its query, as sent."""
    headers: dict[bytes, bytes]
    """By name in small letters; those sent more than once, joined by commas (RFC 9110, 5.2)."""

    def header(self, name: str) -> str | None:
        """What the header says; None where it was not sent."""
        value = self.headers.get(name.encode())
        return value.decode("latin-1") if value is not None else None

    @property
    def protocols(self) -> list[str]:
        """The subprotocols that the client offers."""
        return _listed(self.header("sec-websocket-protocol"))


def request_in(head: bytes) -> Request:
    """The request with this head, which comes without the empty line at its end.

    Raises DeniedError.
    """
    line, *fields = head.split(b"\r\n")
    match line.split(b" "):
        case [b"GET", target, b"HTTP/1.1"]:
            request = Request(path=target.partition(b"?")[0], headers=_headers(fields))
        case _:
            raise DeniedError(HTTPStatus.BAD_REQUEST)
    upgrade, connection = request.header("upgrade"), request.header("connection")
    if "websocket" not in _listed(upgrade, folded=True):
        raise DeniedError(HTTPStatus.UPGRADE_REQUIRED, b"Upgrade: websocket\r\n")
    if request.headers.get(b"sec-websocket-version") != b"13":
        raise DeniedError(HTTPStatus.UPGRADE_REQUIRED, b"Sec-WebSocket-Version: 13\r\n")
    if "upgrade" not in _listed(connection, folded=True) or not _is_key(_key(request)):
        raise DeniedError(HTTPStatus.BAD_REQUEST)
    return request


def accepted(request: Request, protocol: str | None) -> bytes:
    """The answer that makes a WebSocket of the connection."""
    digest = hashlib.sha1(_key(request) + MAGIC, usedforsecurity=False).digest()
    line = f"Sec-WebSocket-Protocol: {protocol}\r\n".encode() if protocol is not None else b""
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: %s\r\n%s\r\n" % (base64.b64encode(digest), line)
    )


def _headers(fields: list[bytes]) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for field in fields:
        name, colon, value = field.partition(b":")
        if not colon or not name or name.strip() != name:  # also a line that goes on with another
            raise DeniedError(HTTPStatus.BAD_REQUEST)
        name, value = name.lower(), value.strip()
        found[name] = found[name] + b", " + value if name in found else value
    return found


def _listed(value: str | None, *, folded: bool = False) -> list[str]:
    words = (value or "").lower() if folded else (value or "")
    return [word for part in words.split(",") if (word := part.strip())]


def _key(request: Request) -> bytes:
    return request.headers.get(b"sec-websocket-key", b"")


def _is_key(key: bytes) -> bool:
    """Whether it is 16 bytes in base64 (RFC 6455, 4.1)."""
    try:
        return len(base64.b64decode(key, validate=True)) == 16
    except binascii.Error:
        return False
