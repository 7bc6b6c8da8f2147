"""Visitors' phones in a process of their own: each follows one ticket to its end, then the next.

A JSON job on the first line of stdin, then a token a line; a JSON outcome on stdout at the end.
"""

import asyncio
import sys
from contextlib import AsyncExitStack, aclosing

import msgspec
import uvloop
from msgspec import Struct

from backend.client import Client
from backend.core.ids import TicketState
from backend.core.views.ticket import TicketView
from backend.demo.hall import HALL_ID
from tests.bench.load import cpu_s
from tests.bench.processes import hand_back

CONNECT_S = 30.0
FINAL = {TicketState.DONE, TicketState.CANCELLED, TicketState.ABANDONED, TicketState.EXPIRED}


class Phones(Struct, frozen=True, kw_only=True):
    """What to do."""

    url: str
    count: int


class Seen(Struct, frozen=True, kw_only=True):
    """What the phones were shown."""

    frames: int
    followed: int
    """Tickets followed to their end."""
    cpu_s: float


class Counted(Struct):
    """What has been seen so far."""

    frames: int = 0
    followed: int = 0


async def follow_tickets(job: Phones) -> Seen:
    """Follow what comes on stdin until it ends."""
    tokens: asyncio.Queue[str] = asyncio.Queue()
    counted, began_s = Counted(), cpu_s()
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(Client(job.url, HALL_ID, name=f"phone{n}"))
            for n in range(job.count)
        ]
        await asyncio.gather(*(client.connected(CONNECT_S) for client in clients))
        following = [asyncio.create_task(_phone(c, tokens, counted)) for c in clients]
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            tokens.put_nowait(line.strip())
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
    return Seen(frames=counted.frames, followed=counted.followed, cpu_s=cpu_s() - began_s)


async def _phone(client: Client, tokens: "asyncio.Queue[str]", counted: Counted) -> None:
    while True:
        token = await tokens.get()
        async with aclosing(client.watch(f"ticket:{token}")) as shows:
            async for show in shows:
                counted.frames += 1
                assert isinstance(show.view, TicketView)
                if show.view.state in FINAL:
                    break
        counted.followed += 1


if __name__ == "__main__":
    first = sys.stdin.readline().encode()
    seen: Seen = uvloop.run(follow_tickets(msgspec.json.decode(first, type=Phones)))
    hand_back(seen)
