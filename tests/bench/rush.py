"""Every counter presses "next" at the same instant, round after round; checked in each round.

A JSON job on stdin, a JSON outcome on stdout; `rush` itself is also what the test runs.
"""

import asyncio
import itertools
import sys
import time
from collections import Counter as Tally
from collections.abc import Sequence
from contextlib import AsyncExitStack
from random import Random

import msgspec
import uvloop
from msgspec import Struct

from backend.client import Client
from backend.core.commands import CallNext, FinishServing, StartServing, TakeTicket
from backend.core.errors import RefusalCode
from backend.core.ids import Channel, CounterId, QueueId
from backend.demo.hall import HALL_ID, demo_plan
from backend.wire.messages import Done, Refused
from tests.bench.processes import hand_back

CONNECT_S = 20.0
NEW_MAX = 40
"""Tickets taken before a round: from none to more than there are counters."""


class Rush(Struct, frozen=True, kw_only=True):
    """What to do."""

    urls: tuple[str, ...]
    """Of each web process; the counters are dealt out to them in turn."""
    cookie: str
    """Of a supervisor, who may act at every counter."""
    rounds: int
    seed: int = 1


class Pressed(Struct, frozen=True, kw_only=True):
    """What came of it."""

    latencies_us: list[int]
    """From pressing to the answer."""
    called: int
    empty: int
    """Counters that were told that nobody waits, rightly."""


class Desks:
    """The counters of the demo hall, each on a connection of its own, and who waits for them."""

    def __init__(self, clients: dict[CounterId, Client]) -> None:
        self._clients = clients
        self._served = {c.counter_id: c.queue_ids for c in demo_plan().counters}
        self._waiting: Tally[str] = Tally()
        self._seen: set[str] = set()
        self.latencies_us: list[int] = []
        self.empty = 0

    async def take(self, queue_ids: Sequence[QueueId]) -> None:
        """Tickets are taken, all at once."""
        self._waiting.update(queue_ids)
        lines = itertools.cycle(self._clients.values())
        await asyncio.gather(
            *(
                line.do(TakeTicket(channel=Channel.ANONYMOUS, queue_id=queue_id))
                for line, queue_id in zip(lines, queue_ids, strict=False)
            )
        )

    async def press(self) -> list[CounterId]:
        """Every counter presses "next"; those that got somebody.  Raises AssertionError."""
        names = list(self._clients)
        answers = await asyncio.gather(*(self._next(name) for name in names))
        got = [name for name, a in zip(names, answers, strict=True) if isinstance(a, Done)]
        for answer in answers:
            if isinstance(answer, Done):
                number = str(answer.result.number)
                assert number not in self._seen, f"{number} was called twice"
                self._seen.add(number)
                self._waiting[number[0]] -= 1
            else:
                assert answer.code is RefusalCode.QUEUE_EMPTY, answer
        for name in set(names) - set(got):
            left = [queue_id for queue_id in self._served[name] if self._waiting[queue_id]]
            assert not left, f"{name} is idle while somebody waits in {left}"
        self.empty += len(names) - len(got)
        return got

    async def serve(self, names: list[CounterId]) -> None:
        """Those who were called are served in no time."""
        for step in (StartServing, FinishServing):
            await asyncio.gather(*(self._clients[name].do(step(counter_id=name)) for name in names))

    async def _next(self, name: CounterId) -> Done | Refused:
        began_ns = time.perf_counter_ns()
        answer = await self._clients[name].do(CallNext(counter_id=name))
        self.latencies_us.append((time.perf_counter_ns() - began_ns) // 1000)
        assert isinstance(answer, Done | Refused), answer
        return answer

    @property
    def called(self) -> int:
        """How many have been called, each once."""
        return len(self._seen)


async def rush(job: Rush) -> Pressed:
    """Take, press, serve, and again.

    Raises AssertionError: a ticket was called twice, or a counter got none while one waited.
    """
    plan, chance = demo_plan(), Random(job.seed)
    async with AsyncExitStack() as stack:
        clients = {
            counter.counter_id: await stack.enter_async_context(
                Client(url, HALL_ID, cookie=job.cookie, name=f"rush-{counter.counter_id}")
            )
            for counter, url in zip(plan.counters, itertools.cycle(job.urls), strict=False)
        }
        await asyncio.gather(*(client.connected(CONNECT_S) for client in clients.values()))
        desks = Desks(clients)
        queue_ids = [queue.queue_id for queue in plan.queues]
        for _ in range(job.rounds):
            await desks.take(chance.choices(queue_ids, k=chance.randint(0, NEW_MAX)))
            await desks.serve(await desks.press())
    return Pressed(latencies_us=desks.latencies_us, called=desks.called, empty=desks.empty)


if __name__ == "__main__":
    pressed: Pressed = uvloop.run(rush(msgspec.json.decode(sys.stdin.buffer.read(), type=Rush)))
    hand_back(pressed)
