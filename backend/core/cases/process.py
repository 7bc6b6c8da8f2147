"""While an accepted case is worked on: the clock, who has it, which offices are asked (DL1)."""

from backend.core.cases.case import Case, CaseStamp
from backend.core.cases.commands import AnswerForOffice, AskOffices, HandOver, SuspendCase
from backend.core.cases.events import (
    CaseEvent,
    CaseHandedOver,
    CaseResumed,
    CaseSuspended,
    OfficeAnswered,
    OfficeAsked,
    OfficesAsked,
    ProcessStarted,
)
from backend.core.cases.intake import acceptance, is_silent
from backend.core.cases.limits import check_state, due_after, due_moved
from backend.core.cases.refusals import CaseRefusal, CaseRefusalCode
from backend.core.cases.words import CaseState
from backend.core.ids import DepartmentId, StaffId
from backend.core.rules.deadlines import Excluded

RUNNING = (CaseState.ACCEPTED, CaseState.IN_PROCESS, CaseState.SUSPENDED)
"""Accepted and not decided: what has a due date that may move."""


def start_process(case: Case, stamp: CaseStamp) -> tuple[CaseEvent, ...]:
    """Take an accepted case up.  Raises CaseRefusal: unknown_case, case_…."""
    check_state(case, CaseState.ACCEPTED)
    return (ProcessStarted(started_at=stamp.at),)


def suspend_case(case: Case, command: SuspendCase, stamp: CaseStamp) -> tuple[CaseEvent, ...]:
    """Stop the clock; today still counts (DL1).  Raises CaseRefusal: unknown_case, case_…."""
    check_state(case, CaseState.IN_PROCESS)
    return (
        CaseSuspended(
            reason=command.reason,
            remark=command.remark,
            suspended_on=stamp.local_day,
            suspended_at=stamp.at,
        ),
    )


def resume_case(case: Case, stamp: CaseStamp) -> tuple[CaseEvent, ...]:
    """Set the clock going: the days until today do not count (DL1).

    Raises CaseRefusal: unknown_case, case_….
    """
    check_state(case, CaseState.SUSPENDED)
    assert case.suspended_on is not None
    excluded = Excluded(after=case.suspended_on, through=stamp.local_day)
    moved = due_moved(case, (*case.excluded, excluded), stamp)
    resumed = CaseResumed(excluded=excluded, resumed_at=stamp.at)
    return (resumed,) if moved is None else (resumed, moved)


def hand_over(case: Case, command: HandOver, stamp: CaseStamp) -> tuple[CaseEvent, ...]:
    """Give the case to another office or person; its clock does not notice (CS5).

    It always reaches somebody: who is named, else the first who is there.

    Raises CaseRefusal: unknown_case, case_…, unknown_department, nobody_there, department_same.
    """
    check_state(
        case,
        CaseState.FORM_CHECK,
        CaseState.CORRECTION_ASKED,
        CaseState.CORRECTED,
        *RUNNING,
    )
    _check_departments(stamp, command.department_id)
    if not stamp.people or command.staff_id not in {None, *stamp.people}:
        raise CaseRefusal(CaseRefusalCode.NOBODY_THERE)
    staff_id = StaffId(command.staff_id) if command.staff_id is not None else stamp.people[0]
    if (command.department_id, staff_id) == (case.department_id, case.staff_id):
        raise CaseRefusal(CaseRefusalCode.DEPARTMENT_SAME)
    return (
        CaseHandedOver(
            from_department_id=case.department_id,
            department_id=DepartmentId(command.department_id),
            staff_id=staff_id,
            reason=command.reason,
            handed_over_at=stamp.at,
        ),
    )


def ask_offices(case: Case, command: AskOffices, stamp: CaseStamp) -> tuple[CaseEvent, ...]:
    """Ask offices in parallel; an office may be asked again once it has answered.

    Raises CaseRefusal: unknown_case, case_…, unknown_department, office_already_asked.
    """
    check_state(case, CaseState.IN_PROCESS)
    _check_departments(stamp, *(office.department_id for office in command.offices))
    offices = {DepartmentId(office.department_id): office for office in command.offices}
    waiting = {d for d, office in case.offices.items() if office.agrees is None}
    if len(offices) < len(command.offices) or not waiting.isdisjoint(offices):
        raise CaseRefusal(CaseRefusalCode.OFFICE_ALREADY_ASKED)
    return (
        OfficesAsked(
            offices=tuple(
                OfficeAsked(
                    department_id=department_id,
                    deadline=due_after(stamp, stamp.local_day, office.limit_days, case.excluded),
                )
                for department_id, office in offices.items()
            ),
            asked_at=stamp.at,
        ),
    )


def answer_for_office(
    case: Case, command: AnswerForOffice, stamp: CaseStamp
) -> tuple[CaseEvent, ...]:
    """Take an office's answer, also while the clock stands still.

    Raises CaseRefusal: unknown_case, case_…, office_not_asked, office_has_answered.
    """
    check_state(case, CaseState.IN_PROCESS, CaseState.SUSPENDED)
    department_id = DepartmentId(command.department_id)
    office = case.offices.get(department_id)
    if office is None:
        raise CaseRefusal(CaseRefusalCode.OFFICE_NOT_ASKED)
    if office.agrees is not None:
        raise CaseRefusal(CaseRefusalCode.OFFICE_HAS_ANSWERED)
    return (
        OfficeAnswered(
            department_id=department_id,
            agrees=command.agrees,
            remark=command.remark,
            answered_at=stamp.at,
        ),
    )


def keep_case(case: Case, stamp: CaseStamp) -> tuple[CaseEvent, ...]:
    """What is due by the clock or the calendar of now; mostly nothing (CS1, DL1).

    Raises CaseRefusal: unknown_case.
    """
    check_state(case, *CaseState)
    if is_silent(case, stamp):
        return (acceptance(case, stamp),)
    if case.state in RUNNING:
        moved = due_moved(case, case.excluded, stamp)
        return () if moved is None else (moved,)
    return ()


def _check_departments(stamp: CaseStamp, *names: str) -> None:
    if not stamp.departments.issuperset(names):
        raise CaseRefusal(CaseRefusalCode.UNKNOWN_DEPARTMENT)
