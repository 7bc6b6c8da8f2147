"""Keeps one printer busy: what the hub shows as due is printed and reported."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Protocol, assert_never

import structlog
from msgspec import Struct

from backend.client import RejectedError, UnansweredError
from backend.client.claim import Claim, ClaimLimits, Doing
from backend.core.commands import ReportPrinted, ReportPrinter
from backend.core.errors import RefusalCode
from backend.core.ids import AgentId, JobId, PrinterId, PrinterState, PrintOutcome
from backend.core.paper import PaperPart
from backend.core.views.printer import DueJob, PrinterView
from backend.wire.messages import Done, Fault, Refused, Show
from printer_agent.press import NotReadyError, Report
from printer_agent.roll import RollFile
from printer_agent.spool import KEPT_MAX, Record, Spool
from printer_agent.stage import Stage

_log = structlog.get_logger("yizhan.printer")


class Hub(Doing, Protocol):
    """What we need of `backend.client.Client`."""

    def watch(self, topic: str) -> AsyncIterator[Show]:
        """The topic's newest view, for ever."""


class Printing(Protocol):
    """What we need of `Press`."""

    paper: tuple[PaperPart, ...]
    """What stands on a ticket (PR4)."""
    is_torn: bool
    """Set after a crash: the printer may still wait for the rest of a command."""

    def print(self, job: DueJob, mark_sending: Callable[[], None]) -> Report:
        """Print one ticket; blocking, runs in a thread."""

    def look(self) -> PrinterState:
        """How the printer is; blocking, runs in a thread."""


class WorkerLimits(Struct, frozen=True, kw_only=True):
    """How patient a worker is."""

    fail_after_s: float = 30.0
    """Of trying in vain, before a paper is given up and the visitor told."""
    retry_s: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0)
    """Pauses between attempts at a printer that is not ready; the last one repeats."""
    report_s: float = 30.0
    last_report_s: float = 3.0
    """For what is under way when we are stopped; the rest stays in the spool for the next run."""
    pause_s: float = 5.0
    """After a report that could not be delivered, or a fault of our own."""
    look_s: float = 1.5
    """Between two looks at an idle printer: with its answer, trouble is told within 5 s (PR2)."""
    claim: ClaimLimits = ClaimLimits()
    denied_pause_s: float = 15.0
    """Before asking again for a topic that the hub denied."""


class Worker:
    """One printer: claims it, prints one job at a time in the view's order, reports."""

    def __init__(
        self,
        printer_id: PrinterId,
        hub: Hub,
        press: Printing,
        *,
        agent_id: AgentId,
        spool: Spool,
        roll: RollFile,
        limits: WorkerLimits | None = None,
    ) -> None:
        self._printer_id = printer_id
        self._hub = hub
        self._spool = spool
        self._press = press
        self._roll = roll
        self._limits = limits or WorkerLimits()
        self._stop = asyncio.Event()
        self._due = asyncio.Event()
        self._over = asyncio.Event()
        self._agent_id = agent_id
        self._state: PrinterState | None = None
        self._claim = Claim(printer_id, agent_id, self._standing, self._due.set, self._limits.claim)
        self._at_device = asyncio.Lock()
        self._at_spool = ThreadPoolExecutor(1, "spool")
        """Takes the next job while the printing thread asks the printer and draws."""
        self._jobs: tuple[DueJob, ...] = ()
        self._seen_s: dict[JobId, float] = {}
        self._told: dict[JobId, tuple[str, int]] = {}
        """Epoch and seq at which the hub knew of a paper; a later view must not ask for it."""
        self._epoch = ""
        self._seq = 0
        self._failing_since_s: float | None = None
        self._attempts = 0
        self._is_last_round = False
        """Nothing more will be printed: report what there is and return."""
        self._log = _log.bind(printer_id=printer_id)

    def stop(self) -> None:
        """Finish the job under way and return from `run`."""
        self._stop.set()
        self._due.set()
        self._over.set()

    async def run(self) -> None:
        """Work until stopped, or until the hub will not have us any longer."""
        watching = asyncio.create_task(self._kept(self._watch), name="printer-watch")
        reporting = asyncio.create_task(self._kept(self._report), name="printer-report")
        claiming = asyncio.create_task(
            self._kept(partial(self._claim.run, self._hub)), name="printer-claim"
        )
        looking = asyncio.create_task(self._kept(self._look), name="printer-look")
        try:
            await self._kept(self._print)
            self._is_last_round = True
            self._over.set()
            await reporting
        finally:
            tasks = (watching, reporting, claiming, looking)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            self._at_spool.shutdown(wait=False)

    async def _kept(self, loop: Callable[[], Awaitable[None]]) -> None:
        """Run a loop until it returns; a fault of our own stops no printer."""
        while True:
            try:
                await loop()
                return
            except RejectedError as error:
                self._log.error("rejected", reason=str(error))
                self.stop()
                return
            except Exception:  # noqa: BLE001 — the outermost loop
                self._log.exception("fault")
                await self._pause(self._limits.pause_s)

    # -- watching ----------------------------------------------------------------

    async def _watch(self) -> None:
        """Keep the newest view; a topic denied today may be planned for tomorrow."""
        while not self._stop.is_set():
            try:
                async for show in self._hub.watch(f"printer:{self._printer_id}"):
                    assert isinstance(show.view, PrinterView)
                    self._take(show, show.view)
            except RejectedError as error:
                if error.close_code is not None:
                    raise
                self._log.warning("topic_denied", reason=str(error))
                await self._pause(self._limits.denied_pause_s)
            except UnansweredError:
                self.stop()  # the client was closed

    def _take(self, show: Show, view: PrinterView) -> None:
        self._jobs = (*view.jobs, *view.receipts)
        self._seen_s = {job.job_id: self._seen_s.get(job.job_id, _now_s()) for job in self._jobs}
        self._epoch, self._seq = show.epoch, show.seq
        self._press.paper = view.paper
        self._claim.saw(view.agent_id)
        self._keep_roll(partial(self._roll.changed, view.roll_changed_at))
        self._find_forgotten()
        self._due.set()

    def _find_forgotten(self) -> None:
        """Report again what the hub asks for although it had been told: it fell back in time."""
        for job_id in self._seen_s:
            record = self._spool.get(job_id)
            if record is not None and record.is_reported and self._is_lost(job_id):
                self._spool.reported(job_id, is_reported=False)
                self._over.set()

    def _is_lost(self, job_id: JobId) -> bool:
        """Whether the view is newer than the answer to our report."""
        epoch, seq = self._told.get(job_id, ("", 0))
        return epoch != self._epoch or self._seq >= seq

    # -- the printer -------------------------------------------------------------

    async def _look(self) -> None:
        """See how the printer is while nothing is printed."""
        while not self._stop.is_set():
            async with self._at_device:
                state = await asyncio.to_thread(self._press.look)
            self._found(state)
            await self._pause(self._limits.look_s)

    def _found(self, state: PrinterState, paper_mm: float = 0.0) -> None:
        if paper_mm:
            self._keep_roll(partial(self._roll.printed, paper_mm))
        self._keep_roll(partial(self._roll.seen, state))
        if state is not self._state:
            self._log.info("printer", state=state.value)
            self._state = state
            self._claim.news()

    def _standing(self) -> ReportPrinter | None:
        """What the hub is told of the printer; None before it was looked at (PR2)."""
        if self._state is None:
            return None
        return ReportPrinter(
            printer_id=self._printer_id,
            agent_id=self._agent_id,
            state=self._state,
            tickets_left=self._roll.tickets_left,
        )

    def _keep_roll(self, change: Callable[[], None]) -> None:
        """Count on; a count that cannot be kept on disk is worth no ticket."""
        try:
            change()
        except OSError as error:
            self._log.error("roll", reason=error.strerror)

    # -- printing ----------------------------------------------------------------

    async def _print(self) -> None:
        """Print what is due, in the view's order, one at a time, while the printer is ours."""
        self._give_up_interrupted()
        while not self._stop.is_set():
            self._due.clear()
            job = self._next() if self._claim.is_held else None
            if job is None:
                await self._due.wait()
            else:
                await self._pause(await self._tried(job))

    async def _tried(self, job: DueJob) -> float:
        """Try one job once; a fault of our own may lose this paper, but not the next ones."""
        try:
            return await self._attempt(job)
        except Exception:  # noqa: BLE001 — the outermost loop of one job
            self._log.exception("fault", job_id=job.job_id)
            self._give_up_interrupted()
            return self._not_ready(job, "agent fault")

    def _give_up_interrupted(self) -> None:
        """What a crash left at `sending` may be on paper: never again by itself (I11)."""
        for record in self._spool.at(Stage.SENDING):
            self._press.is_torn = True
            self._settle(record.job_id, Report(outcome=PrintOutcome.UNKNOWN, detail="interrupted"))

    def _next(self) -> DueJob | None:
        """The first job of the view that may still be printed."""
        due = {job.job_id for job in self._jobs}
        for taken in self._spool.at(Stage.TAKEN):
            if taken.job_id not in due:
                self._spool.forget(taken.job_id)
        for job in self._jobs:
            record = self._spool.get(job.job_id)
            if record is None or record.stage is Stage.TAKEN:
                return job
            if record.stage is Stage.SENDING:
                self._settle(job.job_id, Report(outcome=PrintOutcome.UNKNOWN, detail="interrupted"))
        return None

    async def _attempt(self, job: DueJob) -> float:
        """Try one job once; how long to wait before the next attempt at any."""
        started_s = _now_s()
        try:
            begin = self._taking(job.job_id)
            async with self._at_device:
                report = await asyncio.to_thread(self._press.print, job, begin)
        except NotReadyError as error:
            self._found(error.state)
            return self._not_ready(job, str(error))
        except OSError as error:
            # Without a record on disk a crash could print the ticket twice.
            return self._not_ready(job, f"spool: {error.strerror}")
        self._failing_since_s, self._attempts = None, 0
        self._settle(job.job_id, report, took_s=_now_s() - started_s)
        self._found(report.state, report.paper_mm)
        return 0.0

    def _taking(self, job_id: JobId) -> Callable[[], None]:
        """Have the job on disk soon; what to call before its first byte.  That raises OSError."""
        if self._spool.get(job_id) is not None:
            return partial(self._spool.begin, job_id)
        taking = self._at_spool.submit(self._spool.take, job_id)

        def begin() -> None:
            taking.result()
            self._spool.begin(job_id)

        return begin

    def _not_ready(self, job: DueJob, detail: str) -> float:
        """Count a vain attempt; give the job up once it has had its time."""
        now_s = _now_s()
        if self._failing_since_s is None:
            self._failing_since_s = now_s
        waited_s = now_s - max(self._failing_since_s, self._seen_s.get(job.job_id, now_s))
        pause_s = self._limits.retry_s[min(self._attempts, len(self._limits.retry_s) - 1)]
        if self._attempts == 0:
            self._log.warning("not_ready", detail=detail, job_id=job.job_id)
        self._attempts += 1
        record = self._spool.get(job.job_id)
        if record is not None and record.outcome is not None:
            return pause_s
        if waited_s >= self._limits.fail_after_s:
            self._settle(job.job_id, Report(outcome=PrintOutcome.FAILED, detail=detail))
            return 0.0
        return pause_s

    def _settle(self, job_id: JobId, report: Report, took_s: float = 0.0) -> None:
        try:
            self._spool.settle(job_id, report.outcome, report.detail)
        except OSError as error:
            self._log.error("spool", job_id=job_id, reason=error.strerror)
        self._log.info(
            "over",
            job_id=job_id,
            outcome=report.outcome.value,
            detail=report.detail,
            took_ms=round(took_s * 1000),
        )
        self._over.set()

    # -- reporting ---------------------------------------------------------------

    async def _report(self) -> None:
        """Tell the hub what is over, apart from printing: no visitor waits for the network."""
        while True:
            self._over.clear()
            is_last = self._is_last_round
            all_told = True
            try:
                for record in self._spool.unreported():
                    all_told &= await self._tell(record)
            except UnansweredError:
                all_told = False  # the others wait behind it: they go out in their order
            if is_last:
                return
            if all_told or self._stop.is_set():
                await self._over.wait()
            else:
                await self._pause(self._limits.pause_s)

    async def _tell(self, record: Record) -> bool:
        """Report one paper; whether the hub took it.  Raises UnansweredError."""
        assert record.outcome is not None
        command = ReportPrinted(job_id=record.job_id, outcome=record.outcome, detail=record.detail)
        answer = await self._answer(command)
        match answer:
            case None:
                return False
            case Done():
                self._told[record.job_id] = (self._epoch, answer.seq)
            case Refused():
                # Told before a crash, or of a day that is over: nothing more can be done.
                if answer.code is not RefusalCode.JOB_ALREADY_REPORTED:
                    self._log.warning("refused", job_id=record.job_id, code=answer.code.value)
                self._told[record.job_id] = (self._epoch, self._seq + 1)
            case Fault():
                self._log.error("not_taken", job_id=record.job_id, code=answer.code.value)
                return False
            case _:
                assert_never(answer)
        while len(self._told) > KEPT_MAX:
            del self._told[next(iter(self._told))]
        with suppress(OSError):  # on a full disk: the next run tells once more, and is refused
            self._spool.reported(record.job_id)
        self._find_forgotten()
        return True

    async def _answer(self, command: ReportPrinted) -> Done | Refused | Fault | None:
        """The hub's answer; None when there was no more time because we are stopping."""
        asking = asyncio.ensure_future(self._hub.do(command, timeout_s=self._limits.report_s))
        stopping = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait((asking, stopping), return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                await asyncio.wait((asking,), timeout=self._limits.last_report_s)
            return await asking if asking.done() else None
        finally:
            asking.cancel()
            stopping.cancel()

    async def _pause(self, seconds: float) -> None:
        """Wait so long, or until stopped."""
        if seconds > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), seconds)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
