"""100 calls in a minute in one zone, in real time: the real agent, on a device that takes its time.

python -m tests.agents.display.rush [--calls 100] [--seconds 60]
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
from tests.client.wire_hub import done, voice_show, wire_hub
from tests.hall import ROOT

LATE_MAX_S = 45.0
SHOWN_MAX = 40
READY_S = 60.0


async def rush(home: Path, calls: int, seconds: float) -> str:
    """Call so many in so many seconds; what became of them, in one line.  Raises AssertionError."""
    due: dict[str, VoiceCall] = {}
    made: dict[str, VoiceCall] = {}
    reports: dict[str, ReportSpoken] = {}

    def answer(message: Do) -> Done:
        if isinstance(message.command, ReportSpoken):
            reports[message.command.call_id] = message.command
            due.pop(message.command.call_id, None)
        return done(message)

    async with wire_hub() as hub:
        hub.rule = answer
        hub.shows["voice:Z1"] = voice_show(1)
        agent = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "display_agent", "--url", hub.url, "--hall", "main"),
            *("--zone", "Z1", "--home", str(home / "home"), "--wav", str(home / "wav")),
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
                call = fresh(n, no=n)
                due[call.call_id] = made[call.call_id] = call
                await hub.show(voice_show(n + 1, *list(due.values())[:SHOWN_MAX]))
                await asyncio.sleep(seconds / calls)
            async with asyncio.timeout(2 * LATE_MAX_S):
                while due:
                    await asyncio.sleep(0.2)
                    shown = list(due.values())[:SHOWN_MAX]
                    n += 1
                    await hub.show(voice_show(n + 1, *shown))
        finally:
            agent.terminate()
            await agent.wait()
    return _checked(made, reports, home / "wav" / "spoken.jsonl")


def _checked(made: dict[str, VoiceCall], reports: dict[str, ReportSpoken], lines: Path) -> str:
    said = [json.loads(line) for line in lines.open()]
    assert reports.keys() == made.keys(), "every call is on record"
    spoken = [x for x in made if reports[x].outcome is SpeechOutcome.SPOKEN]
    assert [line["call_id"] for line in said] == spoken, "in the order of the calls"
    skipped = [r.detail for r in reports.values() if r.outcome is SpeechOutcome.SKIPPED]
    assert set(skipped) <= {TOO_OLD}
    late = [
        (datetime.fromisoformat(line["started_at"]) - made[line["call_id"]].called_at)
        for line in said
    ]
    latest_s = max(one.total_seconds() for one in late)
    assert latest_s < LATE_MAX_S + 1, f"{latest_s:.1f} s late"
    return (
        f"{len(made)} calls: {len(spoken)} spoken in their order, at most {latest_s:.1f} s late;"
        f" {len(skipped)} skipped and on record"
    )


def main() -> int:
    """Rush; the exit status is 0 when all was as it should be."""
    options = argparse.ArgumentParser(prog="python -m tests.agents.display.rush")
    options.add_argument("--calls", type=int, default=100)
    options.add_argument("--seconds", type=float, default=60.0)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as home:
        print(asyncio.run(rush(Path(home), asked.calls, asked.seconds)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
