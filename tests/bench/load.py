"""A load generator in a process of its own: a JSON job on stdin, a JSON outcome on stdout.

Workers give the commands of a hall's day in turn, each waiting for its answer: at a counter take,
call, start, finish; those without a counter take and cancel.
"""

import asyncio
import resource
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Literal

import msgspec
import uvloop
from msgspec import Struct

from backend.client import Client
from backend.core.commands import (
    CallNext,
    CancelTicket,
    Command,
    FinishServing,
    StartServing,
    TakeTicket,
)
from backend.core.ids import Channel, CounterId
from backend.core.plan import CounterPlan
from backend.demo.hall import DEVICE_TOKEN, HALL_ID, demo_plan
from backend.wire.messages import Done, Fault, Refused
from tests.bench.keep_alive import KeepAlive
from tests.bench.processes import hand_back

Way = Literal["socket", "http"]
Answer = Done | Refused | Fault
Ask = Callable[[Command], Awaitable[Answer]]


class Job(Struct, frozen=True, kw_only=True):
    """What to send."""

    url: str
    cookie: str
    """Of a supervisor, who may act at every counter."""
    way: Way
    workers: int
    """Commands in flight."""
    connections_max: int
    duration_s: float
    rate: float | None = None
    """Commands a second in all, at fixed instants; None: the next one at once."""


class Outcome(Struct, frozen=True, kw_only=True):
    """What came back."""

    latencies_us: list[int]
    """From when a command was due to its answer; refusals are answers too."""
    refused: int
    faults: int
    wall_s: float
    cpu_s: float
    """Of the generator itself."""


class Tally:
    """Counts answers and their times."""

    def __init__(self, job: Job, began_s: float) -> None:
        self._job = job
        self.began_s = began_s
        self.ends_s = began_s + job.duration_s
        self.latencies_us: list[int] = []
        self.refused = self.faults = 0

    async def ask(self, ask: Ask, command: Command, due_s: float | None) -> Answer:
        """Send when due; count."""
        if due_s is not None and (left_s := due_s - _now_s()) > 0:
            await asyncio.sleep(left_s)
        began_s = due_s if due_s is not None else _now_s()
        answer = await ask(command)
        self.latencies_us.append(round((_now_s() - began_s) * 1e6))
        self.refused += isinstance(answer, Refused)
        self.faults += isinstance(answer, Fault)
        return answer

    def due_s(self, worker: int, step: int) -> float | None:
        """When a worker's next command is to be sent; None: at once."""
        if self._job.rate is None:
            return None
        return self.began_s + (step * self._job.workers + worker) / self._job.rate


async def run(job: Job) -> Outcome:
    """Send for the job's duration."""
    async with AsyncExitStack() as stack:
        count = min(job.workers, job.connections_max)
        open_way = _socket if job.way == "socket" else _http
        lines = [await stack.enter_async_context(open_way(job)) for _ in range(count)]
        began_cpu_s, tally = cpu_s(), Tally(job, _now_s())
        await asyncio.gather(*(_work(tally, n, lines[n % count]) for n in range(job.workers)))
        return Outcome(
            latencies_us=tally.latencies_us,
            refused=tally.refused,
            faults=tally.faults,
            wall_s=_now_s() - tally.began_s,
            cpu_s=cpu_s() - began_cpu_s,
        )


async def _work(tally: Tally, worker: int, ask: Ask) -> None:
    counters = demo_plan().counters
    counter = counters[worker] if worker < len(counters) else None
    queue_id = (counter or counters[worker % len(counters)]).queue_ids[0]
    take = TakeTicket(channel=Channel.ANONYMOUS, queue_id=queue_id)
    step = 0
    while _now_s() < tally.ends_s:
        taken = await tally.ask(ask, take, tally.due_s(worker, step))
        commands = _after(counter, taken)
        for n, command in enumerate(commands, start=1):
            await tally.ask(ask, command, tally.due_s(worker, step + n))
        step += 1 + len(commands)


def _after(counter: CounterPlan | None, taken: Answer) -> list[Command]:
    """What follows a ticket that was taken."""
    if counter is not None:
        counter_id = CounterId(counter.counter_id)
        return [
            CallNext(counter_id=counter_id),
            StartServing(counter_id=counter_id),
            FinishServing(counter_id=counter_id),
        ]
    ticket_id = taken.result.ticket_id if isinstance(taken, Done) else None
    return (
        [CancelTicket(ticket_id=ticket_id, reason="went home")]
        if isinstance(ticket_id, str)
        else []
    )


@asynccontextmanager
async def _socket(job: Job) -> AsyncIterator[Ask]:
    async with Client(job.url, HALL_ID, cookie=job.cookie, name="bench") as client:
        await client.connected(10.0)
        yield client.do


@asynccontextmanager
async def _http(job: Job) -> AsyncIterator[Ask]:
    """Kiosks take tickets by their token, everything else is done by who signed in."""
    async with AsyncExitStack() as stack:
        kiosk = await stack.enter_async_context(KeepAlive(job.url, HALL_ID, token=DEVICE_TOKEN))
        desk = await stack.enter_async_context(KeepAlive(job.url, HALL_ID, cookie=job.cookie))

        async def ask(command: Command) -> Answer:
            line = kiosk if isinstance(command, TakeTicket) else desk
            return await line.do(command)

        yield ask


def _now_s() -> float:
    return time.perf_counter()  # uvloop's own clock counts milliseconds


def cpu_s() -> float:
    """CPU seconds of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    outcome: Outcome = uvloop.run(run(msgspec.json.decode(sys.stdin.buffer.read(), type=Job)))
    hand_back(outcome)
