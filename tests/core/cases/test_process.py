from datetime import date

import pytest
from msgspec.structs import replace

from backend.core.cases import commands as c
from backend.core.cases.commands import CaseCommand
from backend.core.cases.events import CaseHandedOver, CaseResumed, DueMoved
from backend.core.cases.refusals import CaseRefusal
from backend.core.cases.words import CaseState, OfficeLimit, Outcome
from backend.core.rules.deadlines import Excluded
from backend.core.workdays import ANNOUNCED, CalendarDay, calendar_of
from tests.support.cases import (
    ARCHIVES,
    FINANCE,
    GRANT,
    HR,
    SUSPEND,
    CaseWorld,
    case_in,
)

ASK = c.AskOffices(
    offices=(
        OfficeLimit(department_id=ARCHIVES, limit_days=3),
        OfficeLimit(department_id=FINANCE, limit_days=5),
    )
)


def refused(world: CaseWorld, command: CaseCommand) -> str:
    with pytest.raises(CaseRefusal) as raised:
        world.do(command)
    return raised.value.code.value


def due_day(world: CaseWorld) -> date:
    assert world.case.deadline is not None
    return world.case.deadline.due_day


def test_suspension_shifts_the_due_date_and_the_offices__DL1() -> None:
    world = case_in(CaseState.IN_PROCESS)
    assert due_day(world) == date(2026, 11, 16)
    world.do(ASK)
    world.on(date(2026, 11, 4)).do(SUSPEND)  # a Wednesday, which still counts
    resumed, moved = world.on(date(2026, 11, 9)).do(c.ResumeCase())  # Thursday to Monday do not
    assert isinstance(resumed, CaseResumed)
    assert resumed.excluded == Excluded(after=date(2026, 11, 4), through=date(2026, 11, 9))
    assert isinstance(moved, DueMoved)
    assert due_day(world) == date(2026, 11, 19)
    due = {d: office.deadline.due_day for d, office in world.case.offices.items()}
    assert due == {ARCHIVES: date(2026, 11, 10), FINANCE: date(2026, 11, 12)}


def test_suspension_within_a_day_moves_nothing__DL1() -> None:
    world = case_in(CaseState.SUSPENDED)
    (resumed,) = world.do(c.ResumeCase())
    assert isinstance(resumed, CaseResumed)
    assert due_day(world) == date(2026, 11, 16)


def test_offices_are_asked_at_once_and_the_decision_waits_for_all__DL1() -> None:
    world = case_in(CaseState.IN_PROCESS)
    world.do(ASK)
    assert refused(world, ASK) == "office_already_asked"
    world.do(c.AnswerForOffice(department_id=FINANCE, agrees=True))
    assert refused(world, c.AnswerForOffice(department_id=FINANCE, agrees=False)) == (
        "office_has_answered"
    )
    assert refused(world, GRANT) == "offices_unanswered"
    world.do(c.AnswerForOffice(department_id=ARCHIVES, agrees=False, remark="no record"))
    world.do(GRANT)
    assert world.case.outcome is Outcome.GRANTED


def test_office_named_twice_is_refused() -> None:
    office = OfficeLimit(department_id=ARCHIVES, limit_days=3)
    world = case_in(CaseState.IN_PROCESS)
    assert refused(world, c.AskOffices(offices=(office, office))) == "office_already_asked"


def test_office_that_answered_is_asked_anew() -> None:
    world = case_in(CaseState.IN_PROCESS)
    world.do(ASK, c.AnswerForOffice(department_id=FINANCE, agrees=True))
    again = c.AskOffices(offices=(OfficeLimit(department_id=FINANCE, limit_days=1),))
    world.do(again)
    assert world.case.offices[FINANCE].agrees is None


def test_hand_over_records_who_and_why_and_reaches_a_person() -> None:
    world = case_in(CaseState.ACCEPTED)
    (event,) = world.do(c.HandOver(department_id=FINANCE, staff_id="wang", reason="a payment"))
    assert isinstance(event, CaseHandedOver)
    assert (event.from_department_id, event.reason) == (HR, "a payment")
    assert (world.case.department_id, world.case.staff_id) == (FINANCE, "wang")
    again = c.HandOver(department_id=FINANCE, staff_id="wang", reason="again")
    assert refused(world, again) == "department_same"
    world.do(c.HandOver(department_id=FINANCE, staff_id="zhao", reason="on leave"))
    assert world.case.staff_id == "zhao"


def test_refusing_needs_a_reason() -> None:
    world = case_in(CaseState.IN_PROCESS)
    assert refused(world, c.DecideCase(outcome=Outcome.REFUSED)) == "reason_missing"


@pytest.mark.parametrize("state", [CaseState.ACCEPTED, CaseState.IN_PROCESS, CaseState.SUSPENDED])
def test_imported_year_moves_open_cases_once__DL1(state: CaseState) -> None:
    world = case_in(state)
    closed = CalendarDay(day=date(2026, 11, 11), is_working=False, name="校庆")
    years = ANNOUNCED | {2026: (*ANNOUNCED[2026], closed)}
    world.stamp = replace(world.stamp, calendar=calendar_of(years))
    (moved,) = world.do(c.KeepCase())
    assert isinstance(moved, DueMoved)
    assert due_day(world) == date(2026, 11, 17)
    assert world.do(c.KeepCase()) == ()


def test_imported_year_makes_a_provisional_due_date_certain__DL1() -> None:
    world = case_in(CaseState.CORRECTED).on(date(2026, 12, 24))
    world.do(c.AcceptCase())
    assert world.case.deadline is not None
    assert world.case.deadline.is_provisional
    world.stamp = replace(world.stamp, calendar=calendar_of(ANNOUNCED | {2027: ()}))
    world.do(c.KeepCase())
    assert not world.case.deadline.is_provisional
