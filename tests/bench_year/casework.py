"""The cases that come of a day's visits, decided by the real rules."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from backend.core.cases import commands as c
from backend.core.cases.case import Case, CaseStamp
from backend.core.cases.decide import decide_on
from backend.core.cases.evolve import fold_case
from backend.core.cases.words import (
    CaseId,
    CaseState,
    Outcome,
    ServiceKind,
    SuspendReason,
    Terms,
    TicketRef,
    Way,
)
from backend.core.ids import CommandId, DepartmentId, ServiceId, TicketId
from backend.core.plan import Plan
from backend.core.stamp import Caller, Role
from backend.core.workdays import ANNOUNCED, calendar_of
from backend.store.cases import CaseCommit
from tests.bench_year.life import SHANGHAI, Served

CALENDAR = calendar_of(ANNOUNCED)
LIMITS = (1, 3, 5, 10, 15)
DEFERRED_TENTHS = 3
"""Of ten services, so many take longer than a visit."""


class Lived(Struct, frozen=True, kw_only=True):
    """A case and all that happened to it."""

    case_id: CaseId
    commits: tuple[CaseCommit, ...]
    case: Case


def departments_of(plan: Plan) -> dict[ServiceId, str]:
    """Whose each service is: the part of its id before the dash."""
    return {s.service_id: s.service_id.partition("-")[0] for s in plan.services}


def cases_of(
    day: date,
    served: Sequence[Served],
    plan: Plan,
    *,
    first_no: int,
    count: int,
    until: date,
    seed: int,
) -> Iterator[Lived]:
    """`count` accepted cases of the day's visits, as far as they had come on the day `until`.

    A visitor whose turn comes twice asks for another service the second time.
    """
    chance = Random(f"cases/{seed}/{day}")
    services = [s.service_id for s in plan.services]
    for n in range(count):
        visit = served[n % len(served)]
        place = services.index(ServiceId(visit.service_id)) if visit.service_id else 0
        service_id = services[(place + n // len(served)) % len(services)]
        life = Random(chance.random())
        ticket = TicketRef(day=day, ticket_id=visit.ticket_id)
        stamp = CaseStamp(
            by=Caller(role=Role.CLERK, id=visit.clerk_id),
            at=visit.at,
            case_id=CaseId(str(UUID(int=life.getrandbits(128)))),
            plan=plan,
            calendar=CALENDAR,
            next_no=first_no + n,
            terms=_terms(service_id),
            person_hash=visit.person_hash,
        )
        yield _lived(stamp, ticket, until, life)


def _terms(service_id: ServiceId) -> Terms:
    place = sum(service_id.encode())
    return Terms(
        service_id=service_id,
        department_id=DepartmentId(service_id.partition("-")[0]),
        kind=ServiceKind.DEFERRED if place % 10 < DEFERRED_TENTHS else ServiceKind.IMMEDIATE,
        limit_days=LIMITS[place % len(LIMITS)],
    )


def _lived(stamp: CaseStamp, ticket: TicketRef, until: date, chance: Random) -> Lived:
    assert stamp.terms is not None
    case, commits = Case(), list[CaseCommit]()
    for at, command in _course(stamp.at, stamp.terms, ticket, chance):
        if at.astimezone(SHANGHAI).date() > until:
            break
        events = decide_on(case, command, replace(stamp, at=at))
        fold_case(case, events)
        command_id = CommandId(f"{stamp.case_id}:{len(commits)}")
        commits.append(CaseCommit(id=command_id, by=stamp.by, at=at, mark="year", events=events))
        if case.state is CaseState.CLOSED:
            break
    return Lived(case_id=stamp.case_id, commits=tuple(commits), case=case)


def _course(
    at: datetime, terms: Terms, ticket: TicketRef, chance: Random
) -> Iterator[tuple[datetime, c.CaseCommand]]:
    yield at, c.OpenCase(service_id=terms.service_id, ticket=ticket)
    yield at + timedelta(seconds=30), c.ReceiveForms(ticket=ticket)
    outcome = c.DecideCase(outcome=Outcome.GRANTED)
    if chance.random() < 0.02:
        outcome = c.DecideCase(outcome=Outcome.REFUSED, reason="no right to it")
    if terms.kind is ServiceKind.IMMEDIATE:
        yield at + timedelta(seconds=60), outcome
        yield at + timedelta(seconds=70), c.NotifyVisitor(way=Way.COUNTER)
        yield at + timedelta(seconds=80), c.DeliverResult(way=Way.COUNTER, ticket=ticket)
        yield at + timedelta(seconds=90), c.CloseCase()
        return
    yield at + timedelta(seconds=60), c.AcceptCase()
    if chance.random() < 0.01:
        yield at + timedelta(hours=3), c.WithdrawCase(reason="the visitor's wish")
        return
    begins = at + timedelta(hours=chance.uniform(1, 20))
    yield begins, c.StartProcess()
    if chance.random() < 0.05:
        yield begins + timedelta(hours=1), c.SuspendCase(reason=SuspendReason.HEARING)
        begins += timedelta(days=5)
        yield begins, c.ResumeCase()
    days = terms.limit_days * chance.choice((0.3, 0.5, 0.7, 0.8, 1.1, 1.3))
    if chance.random() < 0.02:
        days += 40  # late by weeks
    decided = _at_work(begins + timedelta(days=days), chance)
    yield decided, outcome
    yield decided + timedelta(hours=1), c.NotifyVisitor(way=Way.PHONE)
    fetched = decided + timedelta(days=1)
    if chance.random() < 0.25:
        again = TicketRef(day=fetched.date(), ticket_id=TicketId(f"A-A{chance.randrange(999):03d}"))
        yield fetched, c.DeliverResult(way=Way.COUNTER, ticket=again)
    else:
        yield fetched, c.DeliverResult(way=Way.POST)
    yield fetched + timedelta(hours=1), c.CloseCase()


def _at_work(at: datetime, chance: Random) -> datetime:
    """The same day or the next one that is worked, within service hours."""
    day = at.astimezone(SHANGHAI).date()
    while not CALENDAR.is_working(day):
        day += timedelta(days=1)
    local = datetime.combine(day, time(8, 30), SHANGHAI)
    found = (local + timedelta(minutes=chance.randrange(7 * 60))).astimezone(UTC)
    return max(found, at)
