"""A connection until it is known what it is: uvicorn's `http=` class.

What asks for a path under `/ws/` is the hub's; all else goes to uvicorn's own protocol, which
serves the framework.  So a phone's request is read once, and no parser, scope or route of the
framework is made for it.  uvicorn documents `http=` but not how the class is made:
tests/hub/test_peer.py holds what is relied on, and the version is pinned.
"""

import asyncio
from http import HTTPStatus
from typing import Any, Protocol, cast

from uvicorn.config import Config
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.server import ServerState

from backend.hub.ending import end
from backend.hub.frames import FrameReader
from backend.hub.handshake import HEAD_END, DeniedError
from backend.hub.limits import EARLY_MAX, HEAD_MAX
from backend.hub.request import HttpRequest

PATH = b"/ws/"
"""What the path of every socket begins with."""
SOCKETS = b"GET " + PATH
NOT_FOUND = DeniedError(HTTPStatus.NOT_FOUND).answer
TOO_LONG = DeniedError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE).answer
TOO_LATE = DeniedError(HTTPStatus.REQUEST_TIMEOUT).answer


class Host(Protocol):
    """Who receives those that come: `hub/websocket.py`."""

    def came(self, door: "Door") -> None:
        """Somebody is at the door, and has not said what they want."""
        ...

    def left(self, door: "Door") -> None:
        """They want something else, or are gone."""
        ...

    def asks(self, door: "Door", head: bytes) -> None:
        """They ask for a socket; `head` is their request."""
        ...


class Door(asyncio.Protocol):
    """One connection until somebody has taken it over."""

    __slots__ = ("_data", "_host", "_http", "_is_asked", "_is_upgrade", "connections", "transport")

    def __init__(
        self,
        host: Host,
        *,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        is_upgrade: bool = False,
    ) -> None:
        """`is_upgrade`: as uvicorn's `ws=` class, for connections that were HTTP's before."""
        self._host = host
        self._is_upgrade = is_upgrade
        self._http = (config, server_state, app_state, _loop)
        self.connections: set[Any] = server_state.connections
        """What uvicorn tells when it stops."""
        self.transport: asyncio.Transport | None = None
        """None once it was taken over, or lost."""
        self._data = b""
        self._is_asked = False

    @property
    def address(self) -> str:
        """Where the connection comes from, empty when that cannot be told any more."""
        if self.transport is None:
            return ""
        try:
            return str(self.transport.get_extra_info("socket").getpeername()[0])
        except OSError:
            return ""

    @property
    def is_secure(self) -> bool:
        """Whether the connection is TLS."""
        transport = self.transport
        return transport is not None and transport.get_extra_info("ssl_object") is not None

    @property
    def proxies(self) -> ProxyHeadersMiddleware | None:
        """What uvicorn has found out about proxies before it; None if it is not to ask."""
        app = self._http[0].loaded_app
        return app if isinstance(app, ProxyHeadersMiddleware) else None

    # --- what the transport says ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the request."""
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by its class
        self.connections.add(self)
        self._host.came(self)

    def data_received(self, data: bytes) -> None:
        """First a request, whole; then frames, for whoever takes the connection over."""
        data = self._data + data
        if self._is_asked:
            self._data = data
            if len(data) > EARLY_MAX:
                self.abort()
        elif not data.startswith(SOCKETS[: len(data)]):
            self._serve_http(data) if not self._is_upgrade else self.deny(NOT_FOUND)
        elif HEAD_END in data:
            self._is_asked = True
            head, _, self._data = data.partition(HEAD_END)
            self._host.left(self)
            self._host.asks(self, head)
        elif len(data) > HEAD_MAX:
            self._end(TOO_LONG)
        else:
            self._data = data

    def eof_received(self) -> None:
        """Nothing can come of a client that has stopped speaking already."""

    def connection_lost(self, exc: Exception | None) -> None:
        """They have gone before anything came of it."""
        self._take()

    def shutdown(self) -> None:
        """The server stops: whoever is not let in by now comes again."""
        self.abort()

    # --- what the host says ---

    def take(self) -> tuple[asyncio.Transport, bytes] | None:
        """The connection for whoever takes it over, and what came behind the request.

        None when the client has left.
        """
        transport = self._take()
        return (transport, self._data) if transport is not None else None

    def deny(self, answer: bytes) -> None:
        """Send this and end."""
        transport = self._take()
        if transport is not None:
            transport.write(answer)
            transport.close()

    def refuse(self, answer: bytes) -> None:
        """Send this, which ends with a close frame, and wait for the client's."""
        self._end(answer, FrameReader(EARLY_MAX))

    def give_up(self) -> None:
        """End since no request came in time; who sent nothing at all expects no answer."""
        if self._data:
            self._end(TOO_LATE)
        else:
            self.abort()

    def abort(self) -> None:
        """End without a word."""
        transport = self._take()
        if transport is not None:
            transport.abort()

    def _take(self) -> asyncio.Transport | None:
        transport, self.transport = self.transport, None
        self.connections.discard(self)
        self._host.left(self)
        return transport if transport is not None and not transport.is_closing() else None

    def _end(self, answer: bytes, reader: FrameReader | None = None) -> None:
        transport = self._take()
        if transport is not None:
            transport.write(answer)
            end(transport, self.connections, reader, self._data)

    def _serve_http(self, data: bytes) -> None:
        transport = self._take()
        if transport is not None:
            http = HttpRequest(*self._http)
            transport.set_protocol(http)
            http.connection_made(transport)
            http.data_received(data)
