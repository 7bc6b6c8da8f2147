"""A case in a small hall, brought into any state by real commands."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from backend.core.cases import commands as c
from backend.core.cases.case import Case, CaseStamp
from backend.core.cases.commands import CaseCommand
from backend.core.cases.decide import decide_on
from backend.core.cases.events import CaseEvent
from backend.core.cases.evolve import fold_case
from backend.core.cases.words import (
    CaseId,
    CaseState,
    Material,
    MaterialId,
    Outcome,
    ServiceKind,
    SuspendReason,
    Terms,
    TicketRef,
    Way,
)
from backend.core.ids import DepartmentId, ServiceId, StaffId, TicketId
from backend.core.plan import Plan, Span, WeekdayHours
from backend.core.stamp import Caller, Role
from backend.core.workdays import ANNOUNCED, calendar_of
from tests.support.plans import small_plan

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = calendar_of(ANNOUNCED)
CASE = CaseId("case-1")
LI = Caller(role=Role.CLERK, id="li")
FORM, PHOTO, PROOF = MaterialId("form"), MaterialId("photo"), MaterialId("proof")
HR, FINANCE, ARCHIVES = DepartmentId("hr"), DepartmentId("finance"), DepartmentId("archives")
MONDAY = date(2026, 11, 2)
TICKET = TicketRef(day=MONDAY, ticket_id=TicketId("A-A001"))
DEFERRED = Terms(
    service_id=ServiceId("S1"),
    department_id=HR,
    kind=ServiceKind.DEFERRED,
    limit_days=10,
    materials=(
        Material(material_id=FORM),
        Material(material_id=PHOTO),
        Material(material_id=PROOF, is_tolerable=True),
    ),
)
IMMEDIATE = replace(DEFERRED, kind=ServiceKind.IMMEDIATE, limit_days=1)
ALL = (FORM, PHOTO, PROOF)

SUSPEND = c.SuspendCase(reason=SuspendReason.HEARING)
GRANT = c.DecideCase(outcome=Outcome.GRANTED)
REFUSE = c.DecideCase(outcome=Outcome.REFUSED, reason="no right to it")
NOTIFY = c.NotifyVisitor(way=Way.PHONE)
DELIVER = c.DeliverResult(way=Way.POST)
WITHDRAW = c.WithdrawCase(reason="the visitor's wish")

WAYS: dict[CaseState, tuple[CaseCommand, ...]] = {
    CaseState.DRAFT: (),
    CaseState.FORM_CHECK: (c.ReceiveForms(handed_in=ALL),),
    CaseState.CORRECTION_ASKED: (
        c.ReceiveForms(handed_in=(FORM, PROOF)),
        c.AskCorrection(materials=(PHOTO,)),
    ),
    CaseState.CORRECTED: (
        c.ReceiveForms(handed_in=(FORM, PROOF)),
        c.AskCorrection(materials=(PHOTO,)),
        c.SupplyMaterials(handed_in=(PHOTO,)),
    ),
    CaseState.ACCEPTED: (c.ReceiveForms(handed_in=ALL), c.AcceptCase()),
}
_WORKED_ON = (*WAYS[CaseState.ACCEPTED], c.StartProcess())
WAYS |= {
    CaseState.IN_PROCESS: _WORKED_ON,
    CaseState.SUSPENDED: (*_WORKED_ON, SUSPEND),
    CaseState.DECIDED: (*_WORKED_ON, GRANT),
    CaseState.NOTIFIED: (*_WORKED_ON, GRANT, NOTIFY),
    CaseState.DELIVERED: (*_WORKED_ON, GRANT, NOTIFY, DELIVER),
    CaseState.CLOSED: (*_WORKED_ON, GRANT, NOTIFY, DELIVER, c.CloseCase()),
    CaseState.WITHDRAWN: (*WAYS[CaseState.FORM_CHECK], WITHDRAW),
}
"""The shortest way into each state, from a draft on."""


def case_plan() -> Plan:
    """Monday to Friday, nine to five, in Shanghai."""
    hours = tuple(
        WeekdayHours(weekday=n, spans=(Span(opens=9 * 60, closes=17 * 60),)) for n in range(1, 6)
    )
    return replace(small_plan(), time_zone="Asia/Shanghai", hours=hours)


def noon(day: date) -> datetime:
    """Noon of the day by the hall's clock, in UTC."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI).astimezone(UTC)


class CaseWorld:
    """One case; `at` moves only when told to."""

    def __init__(self, terms: Terms = DEFERRED, ticket: TicketRef | None = TICKET) -> None:
        """A draft."""
        self.case = Case()
        self.events: list[CaseEvent] = []
        self.stamp = CaseStamp(
            by=LI,
            at=noon(MONDAY),
            case_id=CASE,
            plan=case_plan(),
            calendar=CALENDAR,
            next_no=7,
            terms=terms,
            departments=frozenset({HR, FINANCE, ARCHIVES}),
            people=(StaffId("wang"), StaffId("zhao")),
        )
        self.do(c.OpenCase(service_id=terms.service_id, ticket=ticket))

    def do(self, *commands: CaseCommand) -> tuple[CaseEvent, ...]:
        """Decide and fold; returns the last one's events, a refusal is raised."""
        events: tuple[CaseEvent, ...] = ()
        for command in commands:
            events = decide_on(self.case, command, self.stamp)
            fold_case(self.case, events)
            self.events += events
        return events

    def on(self, day: date) -> "CaseWorld":
        """At noon of the day."""
        self.stamp = replace(self.stamp, at=noon(day))
        return self

    def later(self, days: float) -> "CaseWorld":
        """So many calendar days later."""
        self.stamp = replace(self.stamp, at=self.stamp.at + timedelta(days=days))
        return self


def case_in(state: CaseState, terms: Terms = DEFERRED) -> CaseWorld:
    """A case that has come into the state the shortest way."""
    world = CaseWorld(terms)
    world.do(*WAYS[state])
    assert world.case.state is state
    return world
