"""A connection that is no socket: uvicorn's HTTP class, with the limits that it lacks.

uvicorn holds as much of a head as a client sends, and waits for the rest of a request for ever.
Here a head has a size and a request a time.
"""

import asyncio
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from backend.hub.ending import end
from backend.hub.handshake import DeniedError
from backend.hub.limits import HEAD_MAX, REQUEST_S


class HttpRequest(HttpToolsProtocol):
    """One request after another on a connection, each bounded until it is whole."""

    _is_in_head = True
    _head = 0
    """Bytes that have come of a head that is not whole."""
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expect a request."""
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect nothing more."""
        super().connection_lost(exc)
        self._let_go()

    def data_received(self, data: bytes) -> None:
        """Take more of the request; the parser calls the methods below meanwhile."""
        self._head += len(data)
        super().data_received(data)
        if not self._is_in_head:
            self._head = 0
        elif self._head > HEAD_MAX:
            self._deny(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        """A request begins, perhaps not the first of this connection."""
        super().on_message_begin()
        self._is_in_head = True
        if self._timer is None:
            self._expect()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._is_in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._cease()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over."""
        super().handle_websocket_upgrade()
        self._let_go()

    def _expect(self) -> None:
        self._timer = self.loop.call_later(REQUEST_S, self._be_late)

    def _cease(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _be_late(self) -> None:
        self._deny(HTTPStatus.REQUEST_TIMEOUT)

    def _deny(self, status: HTTPStatus) -> None:
        if self.transport.is_closing():
            return
        self.transport.write(DeniedError(status).answer)
        self.connections.discard(self)
        end(self.transport, self.connections)
        self._let_go()

    def _let_go(self) -> None:
        """Undo the circles in which uvicorn holds its parser and its request.

        The collector comes rarely, and a request that was cut short may hold a megabyte.
        """
        self._cease()
        self._unset_keepalive_if_required()
        self.parser = None  # type: ignore[assignment]
        self.cycle = None  # type: ignore[assignment]
