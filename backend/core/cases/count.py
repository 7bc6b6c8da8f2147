"""What a case comes to: the row that the statistics of cases are made of."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from backend.core.cases.case import Case
from backend.core.cases.events import (
    CaseAccepted,
    CaseDecided,
    CaseEvent,
    CaseOpened,
    CaseWithdrawn,
)
from backend.core.cases.evolve import evolve_case
from backend.core.cases.words import CaseId, CaseState, Outcome, ServiceKind
from backend.core.ids import DepartmentId, ServiceId, StaffId, TicketId
from backend.core.stamp import Caller, Role


class CountedCase(Struct, kw_only=True):
    """A case, as far as it has come."""

    case_id: CaseId
    seq: int
    """Of the last commit that was counted."""
    state: CaseState
    kind: ServiceKind
    service_id: ServiceId
    department_id: DepartmentId
    """Whose service it is, whoever works on it."""
    person_hash: str | None
    ticket_day: date | None
    ticket_id: TicketId | None
    """Of the visit in which it was opened."""
    visits: int
    by_facts: int = 0
    """Materials that nobody had to bring (FA1)."""
    number: str | None = None
    accepted_on: date | None = None
    accepted_at: datetime | None = None
    half_hour: int | None = None
    """Of the acceptance, by the hall's clock."""
    clerk_id: StaffId | None = None
    """Who accepted it; None where silence did."""
    due_at: datetime | None = None
    """As it stands by now (DL1)."""
    decided_at: datetime | None = None
    outcome: Outcome | None = None
    withdrawn_at: datetime | None = None


def count_case(
    commits: Iterable[tuple[Caller, tuple[CaseEvent, ...]]], seq: int, zone: ZoneInfo
) -> CountedCase:
    """The row of a case that has been opened, from all that happened to it, oldest first."""
    case, person_hash, clerk_id = Case(), None, None
    accepted: CaseAccepted | None = None
    decided_at: datetime | None = None
    withdrawn_at: datetime | None = None
    for by, events in commits:
        for event in events:
            evolve_case(case, event)
            match event:
                case CaseOpened():
                    person_hash = event.person_hash
                case CaseAccepted():
                    accepted = event
                    clerk_id = StaffId(by.id) if by.role is not Role.SYSTEM else None
                case CaseDecided():
                    decided_at = event.decided_at
                case CaseWithdrawn():
                    withdrawn_at = event.withdrawn_at
                case _:
                    pass
    assert case.terms is not None
    assert case.state is not None
    found = CountedCase(
        case_id=case.case_id,
        seq=seq,
        state=case.state,
        kind=case.terms.kind,
        service_id=case.terms.service_id,
        department_id=case.terms.department_id,
        person_hash=person_hash,
        ticket_day=case.ticket.day if case.ticket is not None else None,
        ticket_id=case.ticket.ticket_id if case.ticket is not None else None,
        visits=len(case.visits),
        by_facts=len(case.by_facts),
        decided_at=decided_at,
        outcome=case.outcome,
        withdrawn_at=withdrawn_at,
    )
    if accepted is not None:
        local = accepted.accepted_at.astimezone(zone)
        found.number = accepted.number
        found.accepted_on, found.accepted_at = accepted.accepted_on, accepted.accepted_at
        found.half_hour = local.hour * 2 + local.minute // 30
        found.clerk_id = clerk_id
    found.due_at = case.deadline.due_at if case.deadline is not None else None
    return found
