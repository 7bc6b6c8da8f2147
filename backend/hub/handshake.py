"""A WebSocket until it is accepted: uvicorn's `ws=` class, and the way out of the ASGI task.

The framework routes the request and the handler finds out who asks; then the handler *adopts* the
connection: its transport goes over to a `Peer`, and no task, queue, timer or parser stays behind.
Only what that takes of ASGI is here: a handler accepts, then adopts or closes, and never receives
a message.  uvicorn documents `ws=` but not how the class is made: tests/hub/test_handshake.py
holds what is relied on, and the version is pinned.
"""

import asyncio
import base64
import binascii
import hashlib
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar, cast
from urllib.parse import unquote

import structlog
from uvicorn.config import Config
from uvicorn.protocols.utils import get_local_addr, get_remote_addr, is_ssl
from uvicorn.server import ServerState

from backend.hub.ending import end
from backend.hub.frames import FrameReader, close_frame

ADOPT = "yizhan.adopt"
"""The ASGI extension: give it a function that makes a protocol of the transport."""
MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
EARLY_MAX = 64 * 1024
"""Bytes that a client may send before it is known who it is."""

log = structlog.get_logger()
P = TypeVar("P", bound=asyncio.Protocol)


class GoneError(Exception):
    """The client left before it was adopted."""


class Handshake(asyncio.Protocol):
    """One connection from its request to its adoption or its end."""

    def __init__(
        self, config: Config, server_state: ServerState, app_state: dict[str, Any]
    ) -> None:
        self._app = config.loaded_app
        self._root_path = config.root_path
        self._connections: set[Any] = server_state.connections
        self._tasks = server_state.tasks
        self._app_state = app_state
        self._transport: asyncio.Transport | None = None
        self._key = b""
        self._early = b""
        self._is_asked = self._is_accepted = False
        self._is_connect_told = False
        self._gone = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection over from HTTP."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by its class
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let the handler know, if it is still at work."""
        self._connections.discard(self)
        self._transport = None
        if not self._gone.done():
            self._gone.set_result(None)

    def eof_received(self) -> None:
        """Nothing can come of a client that has stopped speaking already."""

    def data_received(self, data: bytes) -> None:
        """First the request, whole, as uvicorn hands it over; then frames, for whoever adopts."""
        if not self._is_asked:
            self._is_asked = True
            self._ask(data)
            return
        self._early += data
        if len(self._early) > EARLY_MAX and self._transport is not None:
            self._transport.abort()

    def shutdown(self) -> None:
        """The server stops: whoever is not adopted by now comes again."""
        if self._transport is not None:
            self._transport.close()

    def _ask(self, request: bytes) -> None:
        head, _, _ = request.partition(b"\r\n\r\n")
        line, *fields = head.split(b"\r\n")
        named = (field.partition(b":") for field in fields)
        headers = [(name.strip().lower(), value.strip()) for name, _, value in named]
        method, target, _ = line.split(b" ", 2)
        known = dict(headers)
        self._key = known.get(b"sec-websocket-key", b"")
        if known.get(b"sec-websocket-version") != b"13":
            self._deny(HTTPStatus.UPGRADE_REQUIRED, [(b"sec-websocket-version", b"13")])
        elif method != b"GET" or not _is_key(self._key):
            self._deny(HTTPStatus.BAD_REQUEST)
        else:
            task = asyncio.get_running_loop().create_task(self._run(self._scope(target, headers)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _scope(self, target: bytes, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
        assert self._transport is not None
        path, _, query = target.partition(b"?")
        offered = b",".join(value for name, value in headers if name == b"sec-websocket-protocol")
        return {
            "type": "websocket",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": "wss" if is_ssl(self._transport) else "ws",
            "server": get_local_addr(self._transport),
            "client": get_remote_addr(self._transport),
            "root_path": self._root_path,
            "path": self._root_path + unquote(path.decode("latin-1")),
            "raw_path": self._root_path.encode() + path,
            "query_string": query,
            "headers": headers,
            "subprotocols": [part.strip() for part in offered.decode("latin-1").split(",") if part],
            "state": self._app_state.copy(),
            "extensions": {ADOPT: self.adopt},
        }

    async def _run(self, scope: dict[str, Any]) -> None:
        """Let the application answer; what it leaves unanswered is refused."""
        try:
            await self._app(scope, self._receive, self._send)
        except GoneError:
            return
        except Exception:
            log.exception("socket_failed", path=scope["path"])
            self._deny(HTTPStatus.INTERNAL_SERVER_ERROR)
        else:
            self._deny(HTTPStatus.FORBIDDEN)

    async def _receive(self) -> dict[str, Any]:
        if not self._is_connect_told:
            self._is_connect_told = True
            return {"type": "websocket.connect"}
        await self._gone
        return {"type": "websocket.disconnect", "code": 1006}

    async def _send(self, message: dict[str, Any]) -> None:
        if self._transport is None:
            raise GoneError
        match message["type"]:
            case "websocket.accept" if not self._is_accepted:
                self._accept(message.get("subprotocol"), message.get("headers") or ())
            case "websocket.close" if self._is_accepted:
                self._transport.write(close_frame(message.get("code") or 1000))
                self._end()
            case "websocket.close":
                self._deny(HTTPStatus.FORBIDDEN)
            case other:
                raise RuntimeError(f"a handler here accepts, adopts or closes, and no {other!r}")

    def _accept(self, subprotocol: str | None, headers: Any) -> None:
        assert self._transport is not None
        token = base64.b64encode(hashlib.sha1(self._key + MAGIC, usedforsecurity=False).digest())
        fields = [(b"Sec-WebSocket-Accept", token), *headers]
        if subprotocol is not None:
            fields.append((b"Sec-WebSocket-Protocol", subprotocol.encode("latin-1")))
        lines = [b"HTTP/1.1 101 Switching Protocols", b"Upgrade: websocket", b"Connection: Upgrade"]
        lines += [name + b": " + value for name, value in fields]
        self._transport.write(b"\r\n".join(lines) + b"\r\n\r\n")
        self._is_accepted = True

    def _deny(
        self, status: HTTPStatus, headers: "list[tuple[bytes, bytes]] | tuple[()]" = ()
    ) -> None:
        """Answer the request without a WebSocket; nothing once it was accepted, adopted or lost."""
        if self._transport is None or self._is_accepted:
            return
        lines = [b"HTTP/1.1 %d %s" % (status, status.phrase.encode())]
        lines += [name + b": " + value for name, value in headers]
        lines += [b"Content-Length: 0", b"Connection: close"]
        self._transport.write(b"\r\n".join(lines) + b"\r\n\r\n")
        self._transport.close()
        self._transport = None

    def _end(self) -> None:
        transport, self._transport = self._transport, None
        if transport is not None:
            self._connections.discard(self)
            end(transport, self._connections, FrameReader(EARLY_MAX), self._early)

    def adopt(self, make: Callable[[asyncio.Transport, set[Any]], P]) -> P:
        """Hand the accepted connection over to the protocol that `make` returns.

        `make` gets uvicorn's set of connections too, which the protocol leaves when it ends.

        Raises GoneError: the client has left.
        """
        transport, self._transport = self._transport, None
        if transport is None or transport.is_closing():
            raise GoneError
        assert self._is_accepted, "accept first"
        protocol = make(transport, self._connections)
        self._connections.discard(self)
        self._connections.add(protocol)
        transport.set_protocol(protocol)
        if self._early:
            early, self._early = self._early, b""
            protocol.data_received(early)
        return protocol


def _is_key(key: bytes) -> bool:
    """Whether it is 16 bytes in base64 (RFC 6455, 4.1)."""
    try:
        return len(base64.b64decode(key, validate=True)) == 16
    except binascii.Error:
        return False
