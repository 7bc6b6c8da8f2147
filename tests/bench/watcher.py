"""Watches one topic in a process of its own and notes when each view arrived.

A JSON job on stdin; one line `ready` on stdout, then, at the end of stdin, the arrivals as JSON.
CLOCK_MONOTONIC is the same in all processes of a machine (clock_gettime(2)).
"""

import asyncio
import sys
import time

import msgspec
import uvloop
from msgspec import Struct

from backend.client import Client
from backend.core.views.board import BoardView
from backend.demo.hall import HALL_ID


class Watching(Struct, frozen=True, kw_only=True):
    """What to watch."""

    url: str
    topic: str


class Arrival(Struct, frozen=True, kw_only=True):
    """A view that came."""

    at_ns: int
    number: str | None
    """Of the newest call it shows."""
    is_live: bool


async def watch(job: Watching) -> list[Arrival]:
    """Note what comes until stdin ends."""
    arrivals: list[Arrival] = []
    async with Client(job.url, HALL_ID, name="bench-watcher") as client:

        async def note() -> None:
            async for show in client.watch(job.topic):
                at_ns = time.monotonic_ns()
                assert isinstance(show.view, BoardView)
                newest = show.view.calls[0] if show.view.calls else None
                number = newest.number if newest is not None else None
                is_live = newest is not None and newest.is_live
                arrivals.append(Arrival(at_ns=at_ns, number=number, is_live=is_live))
                if len(arrivals) == 1:
                    sys.stdout.write("ready\n")
                    sys.stdout.flush()

        noting = asyncio.create_task(note())
        await asyncio.to_thread(sys.stdin.buffer.read)
        noting.cancel()
        await asyncio.gather(noting, return_exceptions=True)
    return arrivals


if __name__ == "__main__":
    line = sys.stdin.buffer.readline()
    found = uvloop.run(watch(msgspec.json.decode(line, type=Watching)))
    sys.stdout.buffer.write(msgspec.json.encode(found))
