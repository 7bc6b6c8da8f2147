"""A connection that was told to close, until the client has agreed or had its time."""

import asyncio
from contextlib import suppress
from typing import Any

from backend.hub.frames import FrameFault, FrameReader, Opcode
from backend.hub.limits import END_S, LATE_MAX


def end(
    transport: asyncio.Transport,
    connections: set[Any],
    reader: FrameReader | None = None,
    unread: bytes = b"",
) -> None:
    """Wait for the client to end the connection after the last word that has been written.

    Closing at once while bytes of the client lie unread would reset the connection, and the reset
    would overtake that word.  `reader`: finds the client's close frame, after which we end it.
    `unread`: what has come and was not given to the reader.
    """
    if reader is None and transport.can_write_eof():
        transport.write_eof()
    ending = _Ending(transport, connections, reader)
    transport.set_protocol(ending)
    if unread:
        ending.data_received(unread)


class _Ending(asyncio.Protocol):
    def __init__(
        self, transport: asyncio.Transport, connections: set[Any], reader: FrameReader | None
    ) -> None:
        self._transport = transport
        self._connections = connections
        self._reader = reader
        self._late = 0
        """Bytes that came since."""
        self._connections.add(self)
        self._timer = asyncio.get_running_loop().call_later(END_S, transport.abort)

    def data_received(self, data: bytes) -> None:
        """Whatever else it is comes too late, and a flood of it is not even looked at."""
        self._late += len(data)
        if self._reader is None or self._late > LATE_MAX:
            return
        with suppress(FrameFault):
            if any(message.opcode is Opcode.CLOSE for message in self._reader.feed(data)):
                self._transport.close()

    def eof_received(self) -> None:
        """The transport closes by itself."""

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._timer.cancel()
        self._connections.discard(self)

    def shutdown(self) -> None:
        """The server stops."""
        self._transport.abort()
