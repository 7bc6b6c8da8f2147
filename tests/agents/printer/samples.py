"""Jobs to print, and the hub that asks for them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

from backend.client import RejectedError, UnansweredError
from backend.core.commands import Command, ReportPrinted, ReportPrinter
from backend.core.errors import RefusalCode
from backend.core.ids import (
    AgentId,
    CommandId,
    JobId,
    KioskId,
    PrinterId,
    Text,
    TicketClass,
    TicketId,
    TicketToken,
)
from backend.core.paper import DEFAULT_PAPER, PaperPart
from backend.core.result import Result
from backend.core.views.printer import PrinterJob, PrinterView
from backend.wire.messages import Done, Fault, Refused, Show

PUBLIC_URL = "https://hall.example.edu.cn"
P1 = PrinterId("P1")
ME = AgentId("me")
Answer = Done | Refused | Fault


def text(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


def job(number: str = "E023", **changes: Any) -> PrinterJob:
    """A ticket of an ordinary morning."""
    values: dict[str, Any] = {
        "job_id": JobId(f"20261123-{number}-1"),
        "ticket_id": TicketId(f"20261123-{number}"),
        "number": number,
        "token": TicketToken(f"k3Jx9Qw2Zt7Lm5Vb8N{number}"),
        "hall_name": text("行政服务办事大厅", "University One-Stop Service Hall"),
        "zone_name": text("二号厅 学生事务", "Hall 2 · Student Affairs"),
        "queue_name": text("本科生院", "Undergraduate School"),
        "service_names": (text("本科生在读证明、成绩单", "Enrolment certificates"),),
        "ticket_class": TicketClass.ORDINARY,
        "kiosk_id": KioskId("K1"),
        "time_zone": "Asia/Shanghai",
        "issued_at": datetime(2026, 11, 23, 1, 41, tzinfo=UTC),
        "copy": 0,
        "ahead": 12,
        "wait_min_s": 900,
        "wait_max_s": 1500,
        "counter_nos": (8, 9, 10),
        "return_places": 3,
        "returns_max": 2,
    }
    return PrinterJob(**(values | changes))


LONG_ZH = "总务处（房地产管理）与校园基本建设及后勤保障综合服务办公室行政审批业务联合受理队列"
LONG_EN = (
    "General Affairs Office (Housing & Property) and Campus Construction Joint Acceptance Queue"
)
FULL = text(LONG_ZH * 3, LONG_EN * 3)


def longest_job() -> PrinterJob:
    """Every field as long as it may come, and longer."""
    return job(
        "M1234",
        hall_name=FULL,
        zone_name=FULL,
        queue_name=FULL,
        service_names=(FULL,) * 10,
        ticket_class=TicketClass.BOOKED,
        kiosk_id=KioskId("K" * 64),
        copy=10**9,
        ahead=10**9,
        wait_min_s=0,
        wait_max_s=10**6,
        counter_nos=tuple(range(1, 200, 2)),
        return_places=10,
        returns_max=5,
    )


class FakeHub:
    """Shows what is due and takes reports, as the hub does; in memory."""

    def __init__(self, *jobs: PrinterJob) -> None:
        self.jobs = list(jobs)
        self.reports: list[ReportPrinted] = []
        """Those that had an effect."""
        self.asked: list[ReportPrinted] = []
        """All that came."""
        self.refusals: list[RefusalCode | type[Exception] | Fault] = []
        """Answers to give first, one per report."""
        self.denied: Exception | None = None
        self.agent_id: AgentId | None = None
        """Whose the printer is."""
        self.told: list[ReportPrinter] = []
        """Those that were taken."""
        self.claims: list[ReportPrinter] = []
        """All that came."""
        self.claim_refusals: list[RefusalCode | type[Exception]] = []
        self.roll_changed_at: datetime | None = None
        self.paper: tuple[PaperPart, ...] = DEFAULT_PAPER
        self.seq = 1
        self.epoch = "e1"
        self._changed = asyncio.Condition()

    async def put(self, *jobs: PrinterJob) -> None:
        """These are due as well."""
        self.jobs += jobs
        await self.show()

    async def withdraw(self, gone: PrinterJob) -> None:
        """This one no longer."""
        self.jobs.remove(gone)
        await self.show()

    async def show(self) -> None:
        """Something changed."""
        async with self._changed:
            self.seq += 1
            self._changed.notify_all()

    async def deny(self, error: Exception) -> None:
        """End the link."""
        async with self._changed:
            self.denied = error
            self._changed.notify_all()

    async def until(self, is_so: Callable[[], bool], timeout_s: float = 10.0) -> None:
        """Return once a report makes it so."""
        async with asyncio.timeout(timeout_s), self._changed:
            await self._changed.wait_for(is_so)

    async def watch(self, topic: str) -> AsyncIterator[Show]:
        assert topic == "printer:P1"
        seen = 0
        while True:
            async with self._changed:
                while self.seq == seen and self.denied is None:
                    await self._changed.wait()
                if self.denied is not None:
                    raise self.denied
                seen = self.seq
            view = PrinterView(
                printer_id=P1,
                agent_id=self.agent_id,
                roll_changed_at=self.roll_changed_at,
                paper=self.paper,
                jobs=tuple(self.jobs),
            )
            yield Show(topic=topic, epoch=self.epoch, seq=seen, view=view)

    async def do(self, command: Command, id: str | None = None, timeout_s: float = 30.0) -> Answer:
        if isinstance(command, ReportPrinter):
            return await self._claimed(command)
        assert isinstance(command, ReportPrinted)
        self.asked.append(command)
        answer = self._answer(command)
        await self.show()
        return answer

    async def _claimed(self, command: ReportPrinter) -> Answer:
        self.claims.append(command)
        await self.show()
        match self.claim_refusals.pop(0) if self.claim_refusals else None:
            case RefusalCode() as code:
                return Refused(id=CommandId("c0"), code=code)
            case None:
                pass
            case error:
                raise error("the link is down")
        if self.agent_id not in (None, command.agent_id):
            return Refused(id=CommandId("c0"), code=RefusalCode.PRINTER_TAKEN)
        self.agent_id = AgentId(command.agent_id)
        self.told.append(command)
        await self.show()
        return Done(id=CommandId("c0"), seq=self.seq, result=Result())

    def _answer(self, command: ReportPrinted) -> Answer:
        command_id = CommandId("c1")
        match self.refusals.pop(0) if self.refusals else None:
            case RefusalCode() as code:
                return Refused(id=command_id, code=code)
            case Fault() as fault:
                return fault
            case None:
                pass
            case error:
                raise error("the link is down")
        self.reports.append(command)
        self.jobs = [due for due in self.jobs if due.job_id != command.job_id]
        return Done(id=command_id, seq=self.seq + 1, result=Result())

    def outcomes(self) -> list[tuple[str, str, str]]:
        """Number, outcome and detail of what was reported."""
        return [
            (report.job_id.split("-")[1], report.outcome.value, report.detail)
            for report in self.reports
        ]


def rejected(close_code: int | None) -> RejectedError:
    return RejectedError("not you", close_code=close_code)


UNANSWERED = UnansweredError
