"""What a new run makes of whatever a crash left behind (I11)."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from backend.core.errors import RefusalCode
from backend.core.ids import PrintOutcome
from printer_agent.ports import NetworkPort
from printer_agent.press import Press
from printer_agent.spool import Spool
from printer_agent.stage import Stage
from tests.agents.printer.conftest import ROOT
from tests.agents.printer.samples import PUBLIC_URL, FakeHub, job
from tests.agents.printer.test_printer_worker import FakePress, worker_at, working
from tests.devices.machine import Trouble
from tests.devices.printer import VirtualPrinter

DUE = job("A001")
OVER = {
    Stage.CONFIRMED: PrintOutcome.PRINTED,
    Stage.UNKNOWN: PrintOutcome.UNKNOWN,
    Stage.FAILED: PrintOutcome.FAILED,
}


def crashed_at(stage: Stage, directory: Path, *, is_reported: bool = False) -> None:
    """Leave the spool as a crash right after this stage's record does."""
    spool = Spool(directory)
    spool.take(DUE.job_id)
    if stage is Stage.TAKEN:
        return
    spool.begin(DUE.job_id)
    if stage is Stage.SENDING:
        return
    spool.settle(DUE.job_id, OVER[stage], "d")
    if is_reported:
        spool.reported(DUE.job_id)


async def test_taken_is_printed_once(tmp_path: Path) -> None:
    crashed_at(Stage.TAKEN, tmp_path)
    hub, press = FakeHub(DUE), FakePress()
    async with working(hub, tmp_path, press):
        await hub.until(lambda: len(hub.reports) == 1)
    assert press.printed == ["A001"]
    assert hub.outcomes() == [("A001", "printed", "")]


@pytest.mark.parametrize("is_due", [True, False])
async def test_sending_is_reported_unknown_and_not_printed__I11(
    tmp_path: Path, is_due: bool
) -> None:
    crashed_at(Stage.SENDING, tmp_path)
    hub, press = FakeHub(*([DUE] if is_due else [])), FakePress()
    async with working(hub, tmp_path, press):
        await hub.until(lambda: len(hub.reports) == 1)
        assert press.is_torn
    assert press.printed == []
    assert hub.outcomes() == [("A001", "unknown", "interrupted")]


@pytest.mark.parametrize("stage", list(OVER))
async def test_what_was_over_is_reported_and_not_printed_again__I11(
    tmp_path: Path, stage: Stage
) -> None:
    crashed_at(stage, tmp_path)
    hub, press = FakeHub(DUE), FakePress()
    async with working(hub, tmp_path, press):
        await hub.until(lambda: len(hub.reports) == 1)
    assert press.printed == []
    assert hub.outcomes() == [("A001", OVER[stage].value, "d")]


async def test_report_the_hub_already_has_counts_as_delivered(tmp_path: Path) -> None:
    crashed_at(Stage.CONFIRMED, tmp_path)
    hub, press = FakeHub(), FakePress()
    hub.refusals = [RefusalCode.JOB_ALREADY_REPORTED]
    async with working(hub, tmp_path, press):
        await hub.until(lambda: len(hub.asked) == 1)
    assert Spool(tmp_path).unreported() == []


async def test_reported_job_still_in_the_view_is_not_printed__I11(tmp_path: Path) -> None:
    crashed_at(Stage.CONFIRMED, tmp_path, is_reported=True)
    hub, press = FakeHub(DUE), FakePress()
    async with working(hub, tmp_path, press):
        await hub.until(lambda: len(hub.reports) == 1)
    assert press.printed == []
    assert hub.outcomes() == [("A001", "printed", "d")]


async def test_unreadable_record_is_reported_unknown_and_not_printed__I11(
    tmp_path: Path,
) -> None:
    crashed_at(Stage.TAKEN, tmp_path)
    next(tmp_path.glob("*.json")).write_bytes(b"")
    hub, press = FakeHub(DUE), FakePress()
    async with working(hub, tmp_path, press):
        await hub.until(lambda: len(hub.reports) == 1)
    assert press.printed == []
    assert hub.outcomes() == [("A001", "unknown", "interrupted")]


async def test_agent_killed_in_the_body_leaves_an_unknown_ticket__I11(tmp_path: Path) -> None:
    """A real kill -9; the next run tells, prints nothing twice, and its own ticket is whole."""
    async with VirtualPrinter(trouble=Trouble(delay_s=0.2)) as printer:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.agents.printer.child",
            str(printer.port),
            str(tmp_path),
            cwd=ROOT,
        )
        await printer.until(lambda: printer.bytes_taken > 5000, 30)
        os.kill(child.pid, signal.SIGKILL)
        await child.wait()
        assert [record.job_id for record in Spool(tmp_path).at(Stage.SENDING)] == [DUE.job_id]
        printer.trouble.delay_s = 0
        hub = FakeHub(DUE, job("A002"))
        press = Press(NetworkPort("127.0.0.1", printer.port), PUBLIC_URL, 80, None)
        worker = worker_at(hub, tmp_path, press)
        running = asyncio.create_task(worker.run())
        await hub.until(lambda: len(hub.reports) == 2)
        worker.stop()
        await asyncio.wait_for(running, 10)
        assert hub.outcomes() == [("A001", "unknown", "interrupted"), ("A002", "printed", "")]
        assert printer.faults == []
