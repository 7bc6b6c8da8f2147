"""Kill -9 at every step: no call is spoken twice, and none is lost silently (I12)."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from backend.core.commands import ReportSpoken
from backend.core.ids import SpeechOutcome
from backend.wire.messages import Do, Done
from display_agent.announce import INTERRUPTED
from tests.agents.display.calls import fresh
from tests.agents.display.child import Step
from tests.agents.display.test_agent import ROOT
from tests.client.wire_hub import done, voice_show, wire_hub

WHOLE = ["chime", "words", "words", "words"]
HEARD: dict[Step, list[str]] = {
    Step.SHOWN: [],
    Step.BEGINS: [],
    Step.BEGUN: [],
    Step.CHIME: WHOLE[:1],
    Step.WORDS: WHOLE[:2],
    Step.REPEAT: WHOLE[:3],
    Step.ENGLISH: WHOLE,
    Step.SPOKEN: WHOLE,
    Step.TOLD: WHOLE,
}
"""What is heard of the call before the agent is killed."""
PATIENCE_S = 90.0
"""Eighteen programs begin almost at once, on a machine that may be busy."""
NOT_BEGUN = {Step.SHOWN, Step.BEGINS}


@asynccontextmanager
async def started(step: Step, home: Path, url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.agents.display.child", step, str(home / "heard")),
        *("--url", url, "--hall", "main", "--zone", "Z1", "--home", str(home / "home")),
        *("--voice", "clips", "--volume", "1"),
        cwd=ROOT,
        env={**os.environ, "YIZHAN_TOKEN": "t0ken"},
        stderr=(home / "log").open("ab"),
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_killed_agent_says_nothing_twice_and_loses_nothing__I12(
    clip_folder: Path, tmp_path: Path
) -> None:
    """Every step of an announcement, all at the same time."""
    for step in HEARD:
        shutil.copytree(clip_folder, tmp_path / step / "home" / "clips")
    async with asyncio.TaskGroup() as steps:
        for step in HEARD:
            steps.create_task(killed_at(step, tmp_path / step))


async def killed_at(step: Step, home: Path) -> None:
    """The first agent dies in the call; the second finds it, and another one."""
    told: list[ReportSpoken] = []

    def answer(message: Do) -> Done:
        if isinstance(message.command, ReportSpoken):
            told.append(message.command)
        return done(message)

    async with wire_hub() as hub:
        hub.rule = answer
        call = fresh(1)
        hub.shows["voice:Z1"] = voice_show(1, call)
        async with asyncio.timeout(PATIENCE_S), started(step, home, hub.url) as first:
            assert await first.wait() == -signal.SIGKILL, (home / "log").read_text()
        assert len(told) == (step is Step.TOLD)
        # A hub that has the report shows the call no more.
        hub.shows["voice:Z1"] = voice_show(2, *([] if told else [call]), fresh(2))
        async with started(Step.NEVER, home, hub.url) as again:
            await hub.until(lambda: any(one.call_id.endswith("C2") for one in told), PATIENCE_S)
            again.terminate()
            await again.wait()
    # What had not begun is said by the second, briefly, since another one waits.
    late = WHOLE[:2] if step in NOT_BEGUN else []
    assert (home / "heard").read_text().split() == [*HEARD[step], *late, *WHOLE], step
    reports = [report for report in told if report.call_id.endswith("C1")]
    assert [report.outcome for report in reports] == [SpeechOutcome.SPOKEN], step
    was_cut = step not in {*NOT_BEGUN, Step.TOLD}
    assert reports[0].detail == (INTERRUPTED if was_cut else ""), step
