"""A network cable between two programs that may be pulled for a while."""

import asyncio
from contextlib import suppress

from tests.support.relay import Relay

CHUNK = 64 * 1024


class Cable(Relay):
    """Passes connections on to a port of this machine.

    While it is pulled nothing gets through and nobody is told: a connection neither breaks nor is
    refused.  What was sent meanwhile arrives when it is plugged in, as a system's repeats do, also
    from a sender that has given up.
    """

    def __init__(self, to_port: int) -> None:
        super().__init__()
        self._to_port = to_port
        self._plugged = asyncio.Event()
        self._plugged.set()

    def pull(self) -> None:
        """From now on nothing gets through."""
        self._plugged.clear()

    def plug(self) -> None:
        """Deliver what was held up, and go on."""
        self._plugged.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends = [writer]
        with suppress(OSError, ExceptionGroup):
            await self._plugged.wait()
            behind, onward = await asyncio.open_connection("127.0.0.1", self._to_port)
            ends.append(onward)
            async with asyncio.TaskGroup() as pumps:
                pumps.create_task(self._pump(reader, onward))
                pumps.create_task(self._pump(behind, writer))
        for end in ends:
            end.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(CHUNK):
            await self._plugged.wait()
            writer.write(data)
            await writer.drain()
        await self._plugged.wait()
        writer.write_eof()
