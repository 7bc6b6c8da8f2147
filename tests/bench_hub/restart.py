"""A hub that is killed under ten thousand phones, each with its own ticket, which all come back."""

import asyncio
import os
import signal
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from redis.asyncio import Redis

from backend.client import Client
from backend.client.errors import UnansweredError
from backend.core.commands import PauseCounter, ResumeCounter
from backend.core.ids import PauseReason
from backend.demo.hall import HALL_ID
from backend.wire.messages import Done
from tests.bench.commands import open_counters
from tests.bench.figures import Figure, Section, quantile
from tests.bench.processes import Disturbance, await_day, await_quiet, cpu_s
from tests.bench_day.__main__ import plan_for_speed, put_in_force
from tests.bench_hub.generator import generating
from tests.bench_hub.mixed import take_tickets
from tests.bench_hub.servers import COUNTER_ID, ours, watch_words
from tests.hall import Hall, figure, running_hall

PHONES, SCREENS = 10_000, 2_000
"""Phones with a ticket of their own; beside them clients that watch one and the same topic."""
SCREEN_TOPIC = "queues"
JITTER_FIRST_MS, JITTER_MAX_MS = 300.0, 5000.0
"""As the pages have it (frontend/src/hub/link.ts)."""
SURVIVE_S = 50.0
COMMANDS_A_SECOND = 10.0
ANSWER_S = 30.0
AFTERWARDS = 20
"""Commands after the outage, at least."""
BACK_S = 10.0
"""Until all are back: half of it is the jitter itself."""
READS_MAX = 2_000.0
"""Calls to Valkey while they come back; one for each phone would be five times as many."""


class Clerk:
    """One who goes on working through it all."""

    def __init__(self, hall: Hall, cookie: str) -> None:
        self._hall, self._cookie = hall, cookie
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._work()))
        self.answers: list[tuple[float, float]] = []
        """When a command was sent, by the monotonic clock, and how long its answer took."""

    def begin(self) -> None:
        """Work in a thread of its own."""
        self._thread.start()

    def end_after(self, at_s: float, count: int) -> None:
        """Stop once so many commands that were sent after that instant are answered."""
        deadline = time.monotonic() + ANSWER_S
        while sum(sent > at_s for sent, _ in self.answers) < count and time.monotonic() < deadline:
            time.sleep(0.1)
        self._is_over.set()
        self._thread.join()

    async def _work(self) -> None:
        async with Client(self._hall.url, HALL_ID, cookie=self._cookie, name="clerk") as client:
            pause = PauseCounter(counter_id=COUNTER_ID, reason=PauseReason.AWAY)
            commands = (pause, ResumeCounter(counter_id=COUNTER_ID))
            while not self._is_over.is_set():
                sent_s = time.monotonic()
                try:
                    answer = await client.do(commands[len(self.answers) % 2], timeout_s=ANSWER_S)
                except UnansweredError:
                    continue
                assert isinstance(answer, Done), answer
                self.answers.append((sent_s, time.monotonic() - sent_s))
                await asyncio.sleep(1 / COMMANDS_A_SECOND)


def bench_restart(phones: int = PHONES, screens: int = SCREENS) -> Section:
    """The section on a hub that dies under a full hall."""
    plan = plan_for_speed()
    with ExitStack() as stack:
        hall = stack.enter_context(running_hall())
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        await_day(hall)
        cookie = hall.cookie("supervisor")
        asyncio.run(put_in_force(hall, plan))
        asyncio.run(open_counters(hall.url, cookie))
        taken = asyncio.run(take_tickets(hall.url, plan, phones))
        topics = [f"ticket:{one.token}" for one in taken] + [SCREEN_TOPIC] * screens
        (home / "watches").write_text("".join(f"{watch_words(topic)}\n" for topic in topics))
        crowd = stack.enter_context(generating(ours(hall, cookie, watch=""), home / "watches"))
        crowd.open(len(topics))
        crowd.jitter(JITTER_FIRST_MS, JITTER_MAX_MS)
        await_quiet()
        others = Disturbance()
        clerk = Clerk(hall, cookie)
        clerk.begin()
        time.sleep(2.0)
        calls = asyncio.run(_calls(hall))
        pid, killed_s = hall.pid("web1"), time.monotonic()
        crowd.begin_survive(SURVIVE_S)
        os.kill(pid, signal.SIGKILL)
        back = crowd.end_survive()
        web_s, reads = cpu_s(hall, "web1"), asyncio.run(_calls(hall)) - calls
        computed = figure(hall.figures("web1"), "yizhan_views_computed_total")
        clerk.end_after(killed_s, AFTERWARDS)
        share = others.share
    assert back.served == len(topics), f"{back} of {len(topics)}"
    outage_s = next(at + took for at, took in clerk.answers if at + took > killed_s + 0.05)
    since = [took * 1000 for at, took in clerk.answers if at > outage_s]
    before = [took * 1000 for at, took in clerk.answers if at + took < killed_s]
    return Section(
        title=f"A hub killed under {phones:,} phones",
        setting=(
            f"{phones:,} phones, each with its own ticket, and {screens:,} clients that watch one"
            " topic; the web process is killed with SIGKILL, and all come back with the jitter of"
            f" our pages, {back.tries:,} tries in all; a clerk gives {COMMANDS_A_SECOND:g} commands"
            " a second through it, and the next one's answer is what the outage lasts for her."
        ),
        figures=(
            Figure(name="all hold their newest view", value=back.took_s, unit="s", target=BACK_S),
            Figure(name="outage for a clerk", value=outage_s - killed_s, unit="s"),
            Figure(
                name="answer while they come back: p50",
                value=quantile(since, 0.5),
                unit="ms",
                peer=quantile(before, 0.5),
                peer_name="before",
            ),
            Figure(
                name="answer while they come back: p99",
                value=quantile(since, 0.99),
                unit="ms",
                peer=quantile(before, 0.99),
                peer_name="before",
            ),
            Figure(name="calls to Valkey", value=reads, unit="", target=READS_MAX),
            Figure(
                name="views computed",
                value=computed,
                unit="",
                peer=float(len(topics)),
                peer_name="sockets",
            ),
            Figure(name="CPU of the new web process", value=web_s, unit="s"),
        ),
        others_share=share,
    )


async def _calls(hall: Hall) -> float:
    """Calls of any kind that Valkey has answered so far, from scripts too."""
    redis = Redis.from_url(hall.given("REDIS_URL"))
    try:
        told = await redis.info("commandstats")
    finally:
        await redis.aclose()
    return float(sum(stat["calls"] for stat in told.values()))
