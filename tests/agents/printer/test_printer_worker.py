import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from backend.client.claim import ClaimLimits
from backend.core.commands import Command, ReportPrinted, ReportPrinter
from backend.core.errors import RefusalCode
from backend.core.ids import AgentId, CommandId, PrinterState, PrintOutcome
from backend.core.paper import DEFAULT_PAPER
from backend.core.views.printer import PrinterJob, ReceiptJob
from backend.wire.messages import ErrorCode, Fault
from printer_agent.press import NotReadyError, Report
from printer_agent.roll import RollFile
from printer_agent.spool import Spool
from printer_agent.stage import Stage
from printer_agent.worker import Printing, Worker, WorkerLimits
from tests.agents.printer.samples import ME, P1, UNANSWERED, Answer, FakeHub, job, rejected

QUICK = WorkerLimits(
    fail_after_s=0.2,
    retry_s=(0.02,),
    pause_s=0.02,
    denied_pause_s=0.02,
    last_report_s=0.2,
    look_s=0.02,
    claim=ClaimLimits(gap_s=0.01, refused_pause_s=0.02),
)
FORBIDDEN = Fault(code=ErrorCode.FORBIDDEN, detail="", id=CommandId("c1"), topic=None)


class FakePress:
    """Prints at once, or does what it is told to."""

    def __init__(self) -> None:
        self.paper = DEFAULT_PAPER
        self.is_torn = False
        self.printed: list[str] = []
        self.attempts = 0
        self.plan: list[Exception | Report] = []
        """What the next attempts come to; then all goes well."""
        self.obstacle: PrinterState | None = None
        self.looks = 0

    def look(self) -> PrinterState:
        self.looks += 1
        return self.obstacle or PrinterState.READY

    def print(self, due: PrinterJob | ReceiptJob, mark_sending: Callable[[], None]) -> Report:
        self.attempts += 1
        if self.obstacle is not None:
            raise NotReadyError(self.obstacle)
        step = self.plan.pop(0) if self.plan else Report(outcome=PrintOutcome.PRINTED)
        if isinstance(step, NotReadyError):
            raise step
        mark_sending()
        self.printed.append(due.number if isinstance(due, PrinterJob) else due.job_id)
        if isinstance(step, Exception):
            raise step
        return step


def worker_at(
    hub: FakeHub,
    spool: Path,
    press: Printing,
    limits: WorkerLimits = QUICK,
    *,
    agent_id: AgentId = ME,
    roll_mm: float | None = None,
) -> Worker:
    kept = Spool(spool)
    roll = RollFile(spool / "roll", roll_mm)
    return Worker(P1, hub, press, agent_id=agent_id, spool=kept, roll=roll, limits=limits)


@asynccontextmanager
async def working(
    hub: FakeHub,
    spool: Path,
    press: Printing,
    limits: WorkerLimits = QUICK,
    *,
    agent_id: AgentId = ME,
    roll_mm: float | None = None,
    limit_s: float = 20,
) -> AsyncIterator[Worker]:
    worker = worker_at(hub, spool, press, limits, agent_id=agent_id, roll_mm=roll_mm)
    running = asyncio.create_task(worker.run())
    try:
        async with asyncio.timeout(limit_s):
            yield worker
    finally:
        worker.stop()
        await asyncio.wait_for(running, 10)


async def test_jobs_are_printed_in_the_views_order_and_reported(tmp_path: Path) -> None:
    hub, press = FakeHub(job("A001"), job("B001"), job("A002")), FakePress()
    async with working(hub, tmp_path, press):
        await hub.until(lambda: len(hub.reports) == 3)
        await hub.put(job("A003"))
        await hub.until(lambda: len(hub.reports) == 4)
    assert press.printed == ["A001", "B001", "A002", "A003"]
    assert hub.outcomes()[0] == ("A001", "printed", "")


async def test_detail_of_the_press_is_passed_on(tmp_path: Path) -> None:
    hub, press = FakeHub(job("A001"), job("A002")), FakePress()
    press.plan = [
        Report(outcome=PrintOutcome.UNKNOWN, detail="no answer"),
        Report(outcome=PrintOutcome.PRINTED, detail="unconfirmed"),
    ]
    async with working(hub, tmp_path, press):
        await hub.until(lambda: len(hub.reports) == 2)
    assert hub.outcomes() == [("A001", "unknown", "no answer"), ("A002", "printed", "unconfirmed")]


async def test_unknown_is_never_printed_again_by_itself__I11(tmp_path: Path) -> None:
    hub, press = FakeHub(job("A001")), FakePress()
    press.plan = [Report(outcome=PrintOutcome.UNKNOWN, detail="no answer")]
    hub.refusals = [FORBIDDEN, FORBIDDEN, FORBIDDEN]  # so that it stays in the view
    async with working(hub, tmp_path, press):
        await hub.put(job("A002"))
        await hub.until(lambda: len(hub.reports) == 2)
    assert press.printed == ["A001", "A002"]


async def test_nothing_is_reported_while_there_is_hope(tmp_path: Path) -> None:
    hub, press = FakeHub(job("A001")), FakePress()
    press.plan = [NotReadyError(PrinterState.PAPER_OUT)] * 3
    async with working(hub, tmp_path, press):
        await hub.until(lambda: len(hub.reports) == 1)
    assert press.attempts == 4
    assert hub.outcomes() == [("A001", "printed", "")]


async def test_job_is_given_up_after_its_time(tmp_path: Path) -> None:
    hub, press = FakeHub(job("A001"), job("A002")), FakePress()
    press.obstacle = PrinterState.PAPER_OUT
    async with working(hub, tmp_path, press):
        started_s = asyncio.get_running_loop().time()
        await hub.until(lambda: len(hub.reports) == 2)
        took_s = asyncio.get_running_loop().time() - started_s
        press.obstacle = None
        await hub.put(job("A003"))
        await hub.until(lambda: len(hub.reports) == 3)
    assert took_s >= QUICK.fail_after_s
    assert press.printed == ["A003"]
    assert hub.outcomes()[:2] == [("A001", "failed", "paper out"), ("A002", "failed", "paper out")]


async def test_new_job_gets_its_own_time_at_a_broken_printer(tmp_path: Path) -> None:
    hub, press = FakeHub(job("A001")), FakePress()
    press.obstacle = PrinterState.COVER_OPEN
    async with working(hub, tmp_path, press):
        await hub.until(lambda: len(hub.reports) == 1)
        began = press.attempts
        await hub.put(job("A002"))
        await hub.until(lambda: len(hub.reports) == 2)
    assert press.attempts - began > 2


async def test_job_withdrawn_while_waiting_is_forgotten(tmp_path: Path) -> None:
    first = job("A001")
    hub, press = FakeHub(first), FakePress()
    press.obstacle = PrinterState.COVER_OPEN
    async with working(hub, tmp_path, press, WorkerLimits(retry_s=(0.01,))):
        async with asyncio.timeout(10):
            while press.attempts < 2:
                await asyncio.sleep(0)
        press.obstacle = None
        await hub.withdraw(first)
        await hub.put(job("A002"))
        await hub.until(lambda: len(hub.reports) >= 1 and hub.jobs == [])
    assert Spool(tmp_path).at(Stage.TAKEN) == []
    assert press.printed[-1] == "A002"


async def test_report_is_repeated_until_it_is_answered(tmp_path: Path) -> None:
    hub, press = FakeHub(job("A001")), FakePress()
    hub.refusals = [UNANSWERED, FORBIDDEN, UNANSWERED]
    async with working(hub, tmp_path, press):
        await hub.until(lambda: len(hub.reports) == 1)
    assert len(hub.asked) == 4
    assert press.printed == ["A001"]


@pytest.mark.parametrize(
    "code", [RefusalCode.JOB_ALREADY_REPORTED, RefusalCode.UNKNOWN_JOB, RefusalCode.DAY_NOT_OPEN]
)
async def test_refused_report_counts_as_delivered(tmp_path: Path, code: RefusalCode) -> None:
    hub, press = FakeHub(job("A001")), FakePress()
    hub.refusals = [code]
    async with working(hub, tmp_path, press):
        await hub.until(lambda: len(hub.asked) == 1)
        await hub.withdraw(hub.jobs[0])
        await hub.put(job("A002"))
        await hub.until(lambda: len(hub.reports) == 1)
    assert len(hub.asked) == 2
    assert press.printed == ["A001", "A002"]


async def test_hub_that_forgot_a_report_is_told_again_without_printing__I11(
    tmp_path: Path,
) -> None:
    hub, press = FakeHub(job("A001")), FakePress()
    async with working(hub, tmp_path, press):
        await hub.until(lambda: len(hub.reports) == 1)
        hub.epoch = "e2"  # rebuilt from a state before the report
        await hub.put(job("A001"))
        await hub.until(lambda: len(hub.reports) == 2)
    assert press.printed == ["A001"]


async def test_fault_of_our_own_before_the_body_loses_one_paper_not_the_rest(
    tmp_path: Path,
) -> None:
    hub, press = FakeHub(job("A001"), job("A002")), FakePress()
    press.plan = [ValueError("in the body")]
    async with working(hub, tmp_path, press):
        await hub.until(lambda: len(hub.reports) == 2)
    assert hub.outcomes() == [("A001", "unknown", "interrupted"), ("A002", "printed", "")]
    assert press.printed == ["A001", "A002"]


async def test_spool_on_a_full_disk_prints_nothing__I11(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    hub, press = FakeHub(job("A001"), job("A002"), job("A003")), FakePress()
    limits = replace(QUICK, pause_s=3600.0)  # nothing here is a fault of our own
    async with working(hub, tmp_path, press, limits):
        await hub.until(lambda: len(hub.reports) == 3)
    assert press.printed == []
    detail = "spool: No space left on device"
    assert hub.outcomes() == [(number, "failed", detail) for number in ("A001", "A002", "A003")]


async def test_topic_denied_is_asked_for_again(tmp_path: Path) -> None:
    hub, press = FakeHub(job("A001")), FakePress()
    hub.denied = rejected(None)
    async with working(hub, tmp_path, press):
        await asyncio.sleep(0)
        hub.denied = None
        await hub.show()
        await hub.until(lambda: len(hub.reports) == 1)


async def test_worker_ends_when_the_hub_will_not_have_it(tmp_path: Path) -> None:
    hub = FakeHub()
    worker = worker_at(hub, tmp_path, FakePress())
    running = asyncio.create_task(worker.run())
    await hub.deny(rejected(4401))
    await asyncio.wait_for(running, 5)


async def test_stopped_worker_finishes_its_job_and_leaves_the_rest(tmp_path: Path) -> None:
    hub, press = FakeHub(job("A001"), job("A002")), FakePress()
    begun, goes_on = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    class SlowPress(FakePress):
        def print(self, due: PrinterJob | ReceiptJob, mark_sending: Callable[[], None]) -> Report:
            loop.call_soon_threadsafe(begun.set)
            asyncio.run_coroutine_threadsafe(goes_on.wait(), loop).result(10)
            return super().print(due, mark_sending)

    press = SlowPress()
    async with working(hub, tmp_path, press) as worker:
        await asyncio.wait_for(begun.wait(), 5)
        worker.stop()
        goes_on.set()
    assert hub.outcomes() == [("A001", "printed", "")]
    assert press.printed == ["A001"]


async def test_report_under_way_does_not_keep_a_stopping_worker(tmp_path: Path) -> None:
    class SilentHub(FakeHub):
        async def do(
            self, command: Command, id: str | None = None, timeout_s: float = 30.0
        ) -> Answer:
            if isinstance(command, ReportPrinter):
                return await super().do(command, id, timeout_s)
            assert isinstance(command, ReportPrinted)
            self.asked.append(command)
            await self.show()
            await asyncio.Event().wait()
            raise AssertionError("nothing ends it")

    hub, press = SilentHub(job("A001")), FakePress()
    async with working(hub, tmp_path, press):
        await hub.until(lambda: len(hub.asked) == 1)
    assert [record.job_id for record in Spool(tmp_path).unreported()] == [job("A001").job_id]


async def test_reports_of_a_broken_link_go_out_in_the_order_of_issue__I11(tmp_path: Path) -> None:
    """What was printed while nobody answered is told afterwards, each once, oldest first."""
    numbers = [f"A{n:03}" for n in range(1, 13)]
    hub, press = FakeHub(*map(job, numbers)), FakePress()
    hub.refusals = [UNANSWERED] * 40
    async with working(hub, tmp_path, press):
        await hub.until(lambda: len(hub.reports) == len(numbers), 20)
    assert press.printed == numbers
    assert [number for number, _, _ in hub.outcomes()] == numbers
    assert Spool(tmp_path).unreported() == []
