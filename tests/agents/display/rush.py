"""Calls in a rush, in real time: the real agent, on devices that take their time.

python -m tests.agents.display.rush [--calls 100] [--seconds 60]: so many in one zone in a minute;
then 31 windows at once in four zones.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from backend.core.commands import ReportSpoken
from backend.core.ids import SpeechOutcome
from backend.core.views.voice import VoiceCall
from backend.wire.messages import Do, Done
from display_agent.announce import TOO_OLD
from tests.agents.display.calls import fresh
from tests.client.wire_hub import WireHub, done, voice_show, wire_hub
from tests.hall import ROOT

LATE_MAX_S = 45.0
SHOWN_MAX = 40
READY_S = 60.0
WINDOWS = 31
ZONES = ("Z1", "Z2", "Z3", "Z4")


class Crowd:
    """Calls in some zones, as a hub shows them until it has a report on them."""

    def __init__(self, hub: WireHub, zones: tuple[str, ...]) -> None:
        self.made: dict[str, dict[str, VoiceCall]] = {zone: {} for zone in zones}
        self.reports: dict[str, ReportSpoken] = {}
        self._hub = hub
        self._seq = 0
        hub.rule = self._answer
        for zone in zones:
            hub.shows[f"voice:{zone}"] = voice_show(1, zone=zone)

    def call(self, n: int, zone: str) -> None:
        """The n-th call of the day is made to window n."""
        call = fresh(n, no=n)
        self.made[zone][call.call_id] = call

    @property
    def is_due(self) -> bool:
        return len(self.reports) < sum(map(len, self.made.values()))

    async def show(self) -> None:
        """Show each zone what is due there."""
        self._seq += 1
        for zone, made in self.made.items():
            due = [call for call_id, call in made.items() if call_id not in self.reports]
            await self._hub.show(voice_show(self._seq + 1, *due[:SHOWN_MAX], zone=zone))

    def _answer(self, message: Do) -> Done:
        if isinstance(message.command, ReportSpoken):
            self.reports[message.command.call_id] = message.command
        return done(message)


async def rush(home: Path, zones: tuple[str, ...], calls: int, seconds: float) -> str:
    """Call so many in so many seconds; what became of them, in one line.  Raises AssertionError."""
    async with wire_hub() as hub:
        crowd = Crowd(hub, zones)
        agent = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "display_agent", "--url", hub.url, "--hall", "main"),
            *(word for zone in zones for word in ("--zone", zone)),
            *("--home", str(home / "home"), "--wav", str(home / "wav")),
            *("--voice", "clips", "--sound", "null"),
            cwd=ROOT,
            env={**os.environ, "YIZHAN_TOKEN": "t0ken"},
            stderr=(home / "log").open("wb"),
        )
        try:
            async with asyncio.timeout(READY_S):
                while "clips are ready" not in (home / "log").read_text():
                    await asyncio.sleep(0.1)
            for n in range(1, calls + 1):
                crowd.call(n, zones[n % len(zones)])
                await crowd.show()
                await asyncio.sleep(seconds / calls)
            async with asyncio.timeout(2 * LATE_MAX_S):
                while crowd.is_due:
                    await asyncio.sleep(0.2)
                    await crowd.show()
        finally:
            agent.terminate()
            await agent.wait()
    return _checked(crowd, home / "wav" / "spoken.jsonl")


def _checked(crowd: Crowd, lines: Path) -> str:
    said = [json.loads(line) for line in lines.open()]
    made = {call_id: call for zone in crowd.made.values() for call_id, call in zone.items()}
    assert crowd.reports.keys() == made.keys(), "every call is on record"
    for zone, calls in crowd.made.items():
        spoken = [x for x in calls if crowd.reports[x].outcome is SpeechOutcome.SPOKEN]
        in_order = [line["call_id"] for line in said if line["zone"] == zone]
        assert in_order == spoken, "each once, in the order of the calls"
    skipped = [r for r in crowd.reports.values() if r.outcome is SpeechOutcome.SKIPPED]
    assert {report.detail for report in skipped} <= {TOO_OLD}
    late = [
        datetime.fromisoformat(line["started_at"]) - made[line["call_id"]].called_at
        for line in said
    ]
    latest_s = max(one.total_seconds() for one in late)
    assert latest_s < LATE_MAX_S + 1, f"{latest_s:.1f} s late"
    return (
        f"{len(said)} spoken in their order, at most {latest_s:.1f} s late;"
        f" {len(skipped)} skipped and on record"
    )


def main() -> int:
    """Rush; the exit status is 0 when all was as it should be."""
    options = argparse.ArgumentParser(prog="python -m tests.agents.display.rush")
    options.add_argument("--calls", type=int, default=100)
    options.add_argument("--seconds", type=float, default=60.0)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as home:
        found = asyncio.run(rush(Path(home), ZONES[:1], asked.calls, asked.seconds))
        print(f"{asked.calls} calls in {asked.seconds:g} s in one zone: {found}", flush=True)
    with tempfile.TemporaryDirectory() as home:
        found = asyncio.run(rush(Path(home), ZONES, WINDOWS, 0.3))
        print(f"{WINDOWS} windows at once in four zones: {found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
