"""A connection that was told to close, until the client has agreed or had its time."""

import asyncio
from typing import Any

from backend.hub.frames import FrameFault, FrameReader, Opcode

END_S = 5.0
"""For the client's close frame."""


def end(
    transport: asyncio.Transport, connections: set[Any], reader: FrameReader, unread: bytes = b""
) -> None:
    """Wait for the answer to a close frame that has been written, then close.

    Closing at once while bytes of the client lie unread would reset the connection, and the reset
    would overtake the close frame.  `unread`: what has come and was not given to the reader.
    """
    ending = _Ending(transport, connections, reader)
    transport.set_protocol(ending)
    if unread:
        ending.data_received(unread)


class _Ending(asyncio.Protocol):
    def __init__(
        self, transport: asyncio.Transport, connections: set[Any], reader: FrameReader
    ) -> None:
        self._transport = transport
        self._connections = connections
        self._reader = reader
        self._connections.add(self)
        self._timer = asyncio.get_running_loop().call_later(END_S, transport.abort)

    def data_received(self, data: bytes) -> None:
        """Whatever else it is comes too late."""
        try:
            if any(message.opcode is Opcode.CLOSE for message in self._reader.feed(data)):
                self._transport.close()
        except FrameFault:
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
