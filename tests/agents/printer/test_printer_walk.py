"""Kill -9 at every step of a job: before each effect, and in the middle of each write (I11)."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.core.errors import RefusalCode
from printer_agent.ports import NetworkPort
from printer_agent.press import Press
from tests.agents.printer.conftest import ROOT
from tests.agents.printer.samples import PUBLIC_URL, FakeHub
from tests.agents.printer.test_printer_worker import QUICK, working
from tests.agents.printer.walk import COUNT, DUE, REPORTS
from tests.devices.printer import VirtualPrinter

ENDS, STRIDE = 30, 13
"""The first steps and the last ones are all taken; of the body's many writes, which are alike,
some."""
NEVER = 100_000


@pytest.fixture
async def walker() -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.agents.printer.walk", cwd=ROOT, stdin=PIPE, stdout=PIPE
    )
    yield process
    process.kill()
    await process.wait()


async def killed_at(walker: Process, step: int, port: int, directory: Path) -> bool:
    """Whether the agent was still at work when it came to the step."""
    assert walker.stdin is not None
    assert walker.stdout is not None
    walker.stdin.write(f"{step} {port} {directory}\n".encode())
    async with asyncio.timeout(30):
        while (said := (await walker.stdout.readline()).decode().strip()) != "killed":
            assert said, "the walker has ended"
            if said.startswith("done"):
                assert said == "done 0"
                return False
    return True


async def after_restart(port: int, directory: Path) -> list[str]:
    """All that the hub was told, by the killed agent and by the next one."""
    path = directory / REPORTS
    told = path.read_text().split() if path.exists() else []
    hub = FakeHub(*([] if told else [DUE]))
    hub.refusals = [RefusalCode.JOB_ALREADY_REPORTED] if told else []
    press = Press(NetworkPort("127.0.0.1", port), PUBLIC_URL, 80, None)
    async with working(hub, directory / "spool", press, QUICK):
        await hub.until(lambda: bool(hub.told))
        if not told:
            await hub.until(lambda: bool(hub.reports))
    return told + [report.outcome.value for report in hub.reports]


async def test_agent_killed_at_any_step_prints_no_second_paper_and_loses_none__I11(
    walker: Process, tmp_path: Path
) -> None:
    seen: set[tuple[str, int]] = set()

    async def walk(step: int) -> bool:
        directory = tmp_path / str(step)
        directory.mkdir()
        async with VirtualPrinter() as printer:
            is_killed = await killed_at(walker, step, printer.port, directory)
            told = await after_restart(printer.port, directory)
            papers = len(printer.papers)
            assert printer.faults == [], step
        assert len(told) == 1, f"step {step}: the hub was told {told}"
        assert papers <= 1, f"step {step}: {papers} papers"
        assert told != ["failed"], step
        assert told != ["printed"] or papers == 1, step
        seen.add((told[0], papers))
        return is_killed

    assert not await walk(NEVER)
    count = int((tmp_path / str(NEVER) / COUNT).read_text())
    first, last = range(1, ENDS), range(count - ENDS, count)
    for step in (*first, *range(ENDS, count - ENDS, STRIDE), *last):
        await walk(step)
    # The walk passed through all that can become of a paper.
    assert seen == {("printed", 1), ("unknown", 0), ("unknown", 1)}
