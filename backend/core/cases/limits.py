"""What a case is due by, and which states a command wants (DL1, I6, I16)."""

from datetime import date, datetime

from backend.core.cases.case import Case, CaseStamp
from backend.core.cases.events import DueMoved, OfficeAsked
from backend.core.cases.refusals import CaseRefusal, CaseRefusalCode
from backend.core.cases.words import CaseState
from backend.core.rules.deadlines import Deadline, Excluded, Urgency, deadline, urgency


def check_state(case: Case, *states: CaseState) -> None:
    """Raises CaseRefusal: unknown_case, or the state of the case, which is none of these."""
    if case.state is None:
        raise CaseRefusal(CaseRefusalCode.UNKNOWN_CASE)
    if case.state not in states:
        raise CaseRefusal(CaseRefusalCode(f"case_{case.state}"))


def due_after(
    stamp: CaseStamp, after: date, limit_days: int, excluded: tuple[Excluded, ...] = ()
) -> Deadline:
    """When what began on the day `after` is due, by the calendar and the hours of now (DL1)."""
    return deadline(stamp.calendar, stamp.plan, after, limit_days, excluded)


def urgency_of(case: Case, today: date, at: datetime) -> Urgency | None:
    """How near the case is to its due date; None before its acceptance and once it is decided.

    While the clock stands still it stays as it was on the day on which it was stopped (DL1).
    """
    if case.deadline is None or case.outcome is not None or case.state is CaseState.WITHDRAWN:
        return None
    if case.suspended_on is None:
        return urgency(case.deadline, today, at)
    is_late = case.suspended_on > case.deadline.due_day
    then = at if is_late else min(at, case.deadline.due_at)
    return urgency(case.deadline, case.suspended_on, then)


def due_moved(case: Case, excluded: tuple[Excluded, ...], stamp: CaseStamp) -> DueMoved | None:
    """What follows from these excluded days and the calendar of now; None if nothing moves.

    For a case that is accepted and not decided yet (DL1, I16).
    """
    assert case.deadline is not None
    due = due_after(stamp, case.deadline.after, case.deadline.limit_days, excluded)
    offices = tuple(
        OfficeAsked(
            department_id=department_id,
            deadline=due_after(stamp, office.deadline.after, office.deadline.limit_days, excluded),
        )
        for department_id, office in case.offices.items()
        if office.agrees is None
    )
    is_same = due == case.deadline and all(
        asked.deadline == case.offices[asked.department_id].deadline for asked in offices
    )
    return None if is_same else DueMoved(deadline=due, offices=offices, moved_at=stamp.at)
