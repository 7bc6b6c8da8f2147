"""A thousand hostile clients at once on a real hall, beside a hundred honest ones."""

import asyncio
import resource
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import msgspec
import pytest

from backend.client import Client
from backend.core.commands import OpenCounter, PauseCounter, ResumeCounter
from backend.core.ids import PauseReason
from backend.hub.frames import Opcode
from backend.wire.messages import Done
from tests.hall import HALL_ID, Hall, running_hall
from tests.hub.test_frames import sent
from tests.hub.test_peer import whole_frame
from tests.processes.history import until
from tests.processes.hostile import ATTACKS, SLOW, Wild, assault, watch

HOSTILE, HONEST = 1000, 100
COMMANDS_PER_S = 10
COUNTER, TOPIC = "W02", "board:Z1"
CATCH_UP_S = 30.0
GROWTH_KB = 4096
"""Of the web process from one assault to the next: its allocator keeps some of the first."""


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with running_hall() as found:
        yield found
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, most))


@dataclass
class Honest:
    """Those who watch a board, and one who changes it."""

    seqs: list[list[int]] = field(default_factory=list)
    """What each was shown."""
    changed: list[int] = field(default_factory=list)
    """The seq of each change."""
    shown_s: list[float] = field(default_factory=list)

    async def watch(self, hall: Hall, seqs: list[int]) -> None:
        wild = Wild(*await asyncio.open_connection("127.0.0.1", hall.port))
        await wild.upgrade()
        await wild.send(sent(watch(TOPIC)))
        unread = b""
        try:
            while data := await wild.reader.read(65536):
                unread += data
                while (whole := whole_frame(unread)) is not None:
                    first, payload, unread = whole
                    assert first != 0x80 | Opcode.CLOSE, payload
                    if first == 0x80 | Opcode.PING:
                        await wild.send(sent(payload, Opcode.PONG))
                    else:
                        seqs.append(msgspec.json.decode(payload)["seq"])
            raise AssertionError("an honest client was cut off")
        finally:
            wild.writer.transport.abort()

    async def change(self, hall: Hall, cookie: str) -> None:
        async with Client(hall.url, HALL_ID, cookie=cookie, name="honest") as client:
            await client.do(OpenCounter(counter_id=COUNTER))
            for n in count():
                began = time.monotonic()
                pause = PauseCounter(counter_id=COUNTER, reason=PauseReason.AWAY)
                answer = await client.do(ResumeCounter(counter_id=COUNTER) if n % 2 else pause)
                assert isinstance(answer, Done), answer
                self.shown_s.append(time.monotonic() - began)
                self.changed.append(answer.seq)
                await asyncio.sleep(1 / COMMANDS_PER_S)

    def has_missed(self) -> list[int]:
        """Changes that somebody was not shown before the next one came."""
        ends = [*self.changed[1:], self.changed[-1] + 1]
        return [
            seq
            for seq, end in zip(self.changed, ends, strict=True)
            if not all(any(seq <= s < end for s in seqs) for seqs in self.seqs)
        ]


@asynccontextmanager
async def honest_people(hall: Hall) -> AsyncIterator[Honest]:
    honest = Honest(seqs=[[] for _ in range(HONEST)])
    async with asyncio.TaskGroup() as tasks:
        work = [tasks.create_task(honest.watch(hall, seqs)) for seqs in honest.seqs]

        async def are_watching() -> bool:
            return all(honest.seqs)

        await until(are_watching, CATCH_UP_S)
        changing = tasks.create_task(honest.change(hall, hall.cookie("supervisor")))
        yield honest
        changing.cancel()

        async def are_told() -> bool:
            return all(seqs[-1] >= honest.changed[-1] for seqs in honest.seqs)

        await until(are_told, CATCH_UP_S)
        for task in work:
            task.cancel()


async def test_thousand_hostile_clients_harm_nobody(hall: Hall) -> None:
    log = hall.home / "logs" / "web1.log"
    async with honest_people(hall) as honest:
        slow = asyncio.create_task(assault(hall.port, SLOW, 4 * len(SLOW)))
        began = time.monotonic()
        assert await assault(hall.port, ATTACKS, HOSTILE) == {}
        took_s, first_kb = time.monotonic() - began, await settled_kb(hall)
        assert await assault(hall.port, ATTACKS, HOSTILE) == {}
        grown_kb = await settled_kb(hall) - first_kb
        assert await slow == {}
    print(f"{HOSTILE} ended in {took_s:.1f} s; {len(honest.changed)} changes meanwhile,", end=" ")
    print(f"slowest answer {max(honest.shown_s) * 1000:.0f} ms; grew by {grown_kb} kB")
    assert honest.has_missed() == []
    assert all(seqs == sorted(seqs) for seqs in honest.seqs)
    assert grown_kb < GROWTH_KB
    lines = log.read_text().splitlines()
    mild = ('"level": "info"', '"level": "warning"')  # a busy machine's store may be slow
    complaints = [line for line in lines if not any(level in line for level in mild)]
    assert complaints == []


async def settled_kb(hall: Hall) -> int:
    """The web process's own memory once the honest are alone with it.

    Its share of Python and the libraries grows whenever another process that has them ends.
    """

    async def are_alone() -> bool:
        told = await asyncio.to_thread(hall.figures, "web1")
        open_now = [line for line in told.splitlines() if line.startswith("yizhan_sockets{")]
        return sum(float(line.split()[1]) for line in open_now) <= HONEST + 1

    await until(are_alone, CATCH_UP_S)
    words = Path(f"/proc/{hall.pid('web1')}/smaps_rollup").read_text()
    return int(words.partition("Pss_Anon:")[2].split()[0])
