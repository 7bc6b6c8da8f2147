"""A TCP proxy that treats connections badly, by a seed, until it is told to be calm."""

import asyncio
from contextlib import suppress
from random import Random

from tests.support.relay import Relay

CHUNK = 64 * 1024
LATE_S, STALL_S = 0.06, 1.5
CUT, STALL, LATE, SPLIT = 0.01, 0.02, 0.25, 0.25
"""How often a piece of data cuts its connection, stalls it, is late, goes in crumbs."""
CRUMBS_MAX = 7


class _CutError(Exception):
    """The connection ends here, perhaps in the middle of a frame."""


class Proxy(Relay):
    """Passes connections on to a port of this machine; what is late is also coalesced."""

    def __init__(self, to_port: int, seed: str) -> None:
        super().__init__()
        self._to_port, self._seed = to_port, seed
        self._calm = asyncio.Event()
        self.cuts = self.served = 0

    def be_calm(self) -> None:
        """Pass everything on at once from now on, also what is being held up."""
        self._calm.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.served += 1
        chances = [Random(f"{self._seed}:{self.served}:{way}") for way in range(2)]
        ends = [writer]
        with suppress(OSError, _CutError, ExceptionGroup):
            behind, onward = await asyncio.open_connection("127.0.0.1", self._to_port)
            ends.append(onward)
            async with asyncio.TaskGroup() as pumps:
                pumps.create_task(self._pump(reader, onward, chances[0]))
                pumps.create_task(self._pump(behind, writer, chances[1]))
        for end in ends:
            end.transport.abort()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, chance: Random
    ) -> None:
        while data := await reader.read(CHUNK):
            draw = chance.random()
            if self._calm.is_set():
                pieces = [data]
            elif draw < CUT:
                self.cuts += 1
                writer.write(data[: chance.randrange(len(data) + 1)])
                await writer.drain()
                raise _CutError
            elif draw < CUT + STALL:
                await self._hold(chance.uniform(0, STALL_S))
                pieces = [data]
            elif draw < CUT + STALL + LATE:
                await self._hold(chance.uniform(0, LATE_S))
                pieces = [data]
            elif draw < CUT + STALL + LATE + SPLIT:
                size = max(1, len(data) // chance.randint(1, CRUMBS_MAX))
                pieces = [data[n : n + size] for n in range(0, len(data), size)]
            else:
                pieces = [data]
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                if len(pieces) > 1:
                    await self._hold(chance.uniform(0, LATE_S / CRUMBS_MAX))
        raise _CutError

    async def _hold(self, limit_s: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                await self._calm.wait()
