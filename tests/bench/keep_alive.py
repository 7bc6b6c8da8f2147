"""Commands over one kept HTTP/1.1 connection, at little cost to the load generator.

`backend.client.http` opens a connection for each command, which is right for a program that gives
one now and then and would measure little but connecting here.
"""

import asyncio
import secrets
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import msgspec

from backend.core.commands import Command
from backend.core.ids import CommandId
from backend.wire.messages import Do, Done, ErrorCode, Fault, Refused

_encode = msgspec.json.Encoder().encode
_answers: msgspec.json.Decoder[Done | Refused] = msgspec.json.Decoder(Done | Refused)


class KeepAlive:
    """One connection; a command waits until the one before it has been answered."""

    def __init__(
        self, url: str, hall_id: str, *, token: str | None = None, cookie: str | None = None
    ) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        assert parts.port is not None
        self._address = (parts.hostname, parts.port)
        lines = [
            f"POST /api/halls/{hall_id}/commands HTTP/1.1",
            f"Host: {parts.netloc}",
            "Content-Type: application/json",
        ]
        lines += [f"Authorization: Bearer {token}"] if token is not None else []
        lines += [f"Cookie: {cookie}"] if cookie is not None else []
        self._head = (
            "".join(f"{line}\r\n" for line in lines).encode() + b"Content-Length: %d\r\n\r\n"
        )
        self._stem, self._count = f"bench:{secrets.token_hex(6)}", 0
        self._turn = asyncio.Lock()
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(*self._address)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._writer is not None
        self._writer.close()

    async def do(self, command: Command) -> Done | Refused | Fault:
        """The answer; a problem comes back as a Fault."""
        assert self._reader is not None
        assert self._writer is not None
        async with self._turn:
            self._count += 1
            command_id = CommandId(f"{self._stem}:{self._count}")
            body = _encode(Do(id=command_id, command=command))
            self._writer.write(self._head % len(body) + body)
            head = await self._reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            answer = await self._reader.readexactly(length)
        if head.split(b" ", 2)[1] in {b"200", b"409"}:
            return _answers.decode(answer)
        detail = answer.decode(errors="replace")
        return Fault(code=ErrorCode.UNAVAILABLE, detail=detail, id=command_id, topic=None)
