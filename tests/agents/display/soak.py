"""A day's worth of calls through one display agent at 100 times the speed: is its memory flat?

python -m tests.agents.display.soak [--hours 24] [--speed 100]

The agent is the real program on the null device, which takes no time here.  A hub that speaks the
wire gives it the calls of a hall with 5,000 visitors a day, recalls and visitors who come early,
a hub that goes away now and then, and a day that changes.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from msgspec import Struct

from backend.core.commands import ReportSpoken
from backend.core.ids import CallId, CounterId, TicketId, ZoneId
from backend.core.views.voice import VoiceCall, VoiceView
from backend.wire.messages import Do, Done, Show
from tests.client.wire_hub import WireHub, done, wire_hub
from tests.hall import ROOT

CALLS_A_DAY = 6_500
"""5,000 visitors, some of them recalled, passed or sent on."""
ZONES = ("Z1", "Z2", "Z3", "Z4")
DROPS_A_DAY = 12
SAMPLES = 20
GROWTH_MAX = 0.05
"""Of the memory in the first fifth of the day, in which the bounded lists fill up."""


class Soaked(Struct, frozen=True, kw_only=True):
    """What a day did to the agent."""

    calls: int
    reported: int
    spoken: int
    seconds: float
    cpu_s: float
    memory_kb: tuple[int, ...]
    """At equal intervals, of the agent and its children."""

    @property
    def growth(self) -> float:
        """How much more at most in the rest of the day than in its first fifth."""
        early = len(self.memory_kb) // 5 + 1
        return max(self.memory_kb[early:]) / max(self.memory_kb[:early]) - 1

    def words(self) -> str:
        """One line."""
        return (
            f"{self.calls} calls in {self.seconds:.0f} s: {self.reported} reported,"
            f" {self.spoken} spoken; memory, MB:"
            f" {' '.join(f'{kb / 1024:.1f}' for kb in self.memory_kb)} (growth {self.growth:+.1%});"
            f" {self.cpu_s:.0f} s of CPU"
        )


class Crowd:
    """The calls of four zones, as a hub shows them."""

    def __init__(self, hub: WireHub, seed: int) -> None:
        self._hub = hub
        self._chance = Random(seed)
        self._due: dict[str, dict[str, VoiceCall]] = {zone: {} for zone in ZONES}
        self._seq = 0
        self._epoch = 1
        self.calls = 0
        self.reported: set[str] = set()
        self.spoken = 0
        hub.rule = self.answer
        for zone in ZONES:
            hub.shows[f"voice:{zone}"] = self._view(zone)

    def answer(self, message: Do) -> Done:
        report = message.command
        if isinstance(report, ReportSpoken):
            self.reported.add(report.call_id)
            self.spoken += report.outcome == "spoken"
            for due in self._due.values():
                due.pop(report.call_id, None)
        return done(message)

    async def call(self) -> None:
        """One more call, a recall of the last, or a visitor who comes."""
        zone = self._chance.choice(ZONES)
        self.calls += 1
        n = 1 + self.calls % 1_500
        call = VoiceCall(
            call_id=CallId(f"day{self._epoch}-C{self.calls}"),
            ticket_id=TicketId(f"day{self._epoch}-{n}"),
            number=f"{self._chance.choice('ABCDEFGH')}{n:03d}",
            counter_id=CounterId(f"W{1 + n % 31:02d}"),
            counter_no=1 + n % 31,
            repeat=self._chance.choice((0, 0, 0, 1)),
            called_at=datetime.now(UTC) - timedelta(seconds=self._chance.choice((0, 0, 0, 46))),
            is_live=self._chance.random() < 0.9,
        )
        self._due[zone][call.call_id] = call
        await self._hub.show(self._view(zone))

    async def next_day(self) -> None:
        """A new day begins: nothing is due."""
        self._epoch += 1
        for zone in ZONES:
            self._due[zone].clear()
            await self._hub.show(self._view(zone))

    @property
    def due(self) -> int:
        return sum(map(len, self._due.values()))

    def _view(self, zone: str) -> Show:
        self._seq += 1
        view = VoiceView(
            zone_id=ZoneId(zone), agent_id=None, calls=tuple(self._due[zone].values())[:40]
        )
        return Show(topic=f"voice:{zone}", epoch=f"e{self._epoch}", seq=self._seq, view=view)


async def soak(home: Path, calls: int, rate: float) -> Soaked:
    """Live through so many calls, so many a second."""
    async with wire_hub() as hub:
        crowd = Crowd(hub, seed=1)
        agent = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "display_agent", "--url", hub.url, "--hall", "main"),
            *("--home", str(home), "--fast", "--voice", "clips"),
            *(word for zone in ZONES for word in ("--zone", zone)),
            cwd=ROOT,
            env={**os.environ, "YIZHAN_TOKEN": "t0ken"},
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await hub.until(lambda: len(hub.watches) >= len(ZONES), 30)
            return await _live(hub, crowd, agent, calls, rate)
        finally:
            agent.terminate()
            await agent.wait()


async def _live(
    hub: WireHub, crowd: Crowd, agent: asyncio.subprocess.Process, calls: int, rate: float
) -> Soaked:
    begin_s, memory = time.monotonic(), [_memory_kb(agent.pid)]
    for n in range(1, calls + 1):
        await asyncio.sleep(max(0.0, begin_s + n / rate - time.monotonic()))
        await crowd.call()
        del hub.dos[:]  # the test's own memory is not what is measured, but the machine's it is
        if n % (calls // DROPS_A_DAY or 1) == 0:
            await hub.drop()
        if n % max(1, calls // SAMPLES) == 0:
            memory.append(_memory_kb(agent.pid))
    while due := crowd.due:  # each report may take long on a busy machine, but one must come
        async with asyncio.timeout(60):
            while crowd.due == due:
                await asyncio.sleep(0.05)
    await crowd.next_day()
    memory.append(_memory_kb(agent.pid))
    return Soaked(
        calls=crowd.calls,
        reported=len(crowd.reported),
        spoken=crowd.spoken,
        seconds=time.monotonic() - begin_s,
        cpu_s=_cpu_s(agent.pid),
        memory_kb=tuple(memory),
    )


def _memory_kb(pid: int) -> int:
    """What a process and its children have for themselves, without the pages of libraries."""
    found = 0
    for each in [pid, *_children(pid)]:
        with suppress(FileNotFoundError, ProcessLookupError):  # a child that ends meanwhile
            for line in Path(f"/proc/{each}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss_Anon:"):
                    found += int(line.split()[1])
    return found


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Soak; the exit status is 1 when memory grew or a call was lost."""
    options = argparse.ArgumentParser(prog="python -m tests.agents.display.soak")
    options.add_argument("--hours", type=float, default=24.0)
    options.add_argument("--speed", type=float, default=100.0)
    asked = options.parse_args()
    calls = round(CALLS_A_DAY * asked.hours / 24)
    seconds = asked.hours * 3600 / asked.speed
    with tempfile.TemporaryDirectory() as home:
        found = asyncio.run(soak(Path(home), calls, calls / seconds))
    print(f"{asked.hours:g} h at {asked.speed:g} times the speed; {found.words()}")
    return int(found.growth > GROWTH_MAX or found.reported < found.calls)


if __name__ == "__main__":
    sys.exit(main())
