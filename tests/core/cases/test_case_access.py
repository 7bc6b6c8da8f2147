"""What ties somebody to a case, what each tie allows, and what is shown as next (I18)."""

import pytest
from msgspec.structs import replace

from backend.core.cases import commands as c
from backend.core.cases.access import COMMANDS, Desk, Tie, may_ask, may_open, ties
from backend.core.cases.acts import acts_of
from backend.core.cases.case import Case
from backend.core.cases.commands import CaseCommand
from backend.core.cases.words import CaseState, OfficeLimit, TicketRef
from backend.core.ids import StaffId, TicketId
from tests.core.cases.test_case_table import IMMEDIATE_ROWS, ROWS
from tests.support.cases import (
    ARCHIVES,
    CASE,
    FINANCE,
    GRANT,
    HR,
    IMMEDIATE,
    MONDAY,
    TICKET,
    CaseWorld,
    case_in,
)

WANG = StaffId("wang")
NOBODY = Desk(staff_id=WANG, departments=frozenset())
CLERK = replace(NOBODY, departments=frozenset({HR}))
CHIEF = replace(NOBODY, departments=None)
ELSEWHERE = replace(NOBODY, departments=frozenset({FINANCE}))
AT_HAND = replace(NOBODY, ticket=TICKET)
ASK = c.AskOffices(offices=(OfficeLimit(department_id=FINANCE, limit_days=3),))


def test_nothing_ties_a_stranger__I18() -> None:
    case = case_in(CaseState.ACCEPTED).case
    other = TicketRef(day=MONDAY, ticket_id=TicketId("A-A002"))
    for desk in (NOBODY, ELSEWHERE, replace(NOBODY, ticket=other, person_hash="p")):
        assert ties(case, desk, "li") == set()


def test_office_counter_and_asked_office_are_ties_of_their_own__I18() -> None:
    case = case_in(CaseState.IN_PROCESS)
    assert ties(case.case, CLERK, "li") == {Tie.OFFICE}
    assert ties(case.case, CHIEF, "li") == {Tie.OFFICE}
    assert ties(case.case, AT_HAND, "li") == {Tie.COUNTER}
    assert ties(case.case, NOBODY, WANG) == {Tie.COUNTER}
    case.do(ASK)
    assert ties(case.case, ELSEWHERE, "li") == {Tie.ASKED}
    assert ties(case.case, CHIEF, "li") == {Tie.OFFICE, Tie.ASKED}
    case.do(c.HandOver(department_id=ARCHIVES, staff_id="wang", reason="theirs"))
    assert ties(case.case, NOBODY, "li") == {Tie.OFFICE}
    assert ties(case.case, replace(CLERK, staff_id=StaffId("zhao")), "li") == set()


def test_visitor_who_comes_back_with_another_ticket_is_known_by_person__CS3() -> None:
    case = case_in(CaseState.CORRECTION_ASKED).case
    case.person_hash = "p"
    back = replace(
        NOBODY, ticket=TicketRef(day=MONDAY, ticket_id=TicketId("A-A009")), person_hash="p"
    )
    assert ties(case, back, "li") == {Tie.COUNTER}
    case.person_hash = None
    assert ties(case, replace(back, person_hash=None), "li") == set()


def test_every_command_but_the_clocks_is_allowed_by_some_tie__I18() -> None:
    allowed = frozenset().union(*COMMANDS.values())
    assert set(CaseCommand.__args__) - allowed == {c.KeepCase}


def test_counter_decides_only_what_is_done_in_one_visit__I18() -> None:
    at_hand = frozenset({Tie.COUNTER})
    assert not may_ask(AT_HAND, at_hand, case_in(CaseState.FORM_CHECK).case, GRANT)
    assert may_ask(AT_HAND, at_hand, case_in(CaseState.FORM_CHECK, IMMEDIATE).case, GRANT)
    assert not may_ask(AT_HAND, at_hand, case_in(CaseState.ACCEPTED).case, c.StartProcess())


def test_case_is_opened_for_the_visitor_who_is_there_or_the_own_department__I18() -> None:
    opened, without = c.OpenCase(service_id="S1", ticket=TICKET), c.OpenCase(service_id="S1")
    assert may_open(AT_HAND, HR, opened)
    assert not may_open(AT_HAND, HR, without)
    assert not may_open(CLERK, HR, opened)
    assert may_open(CLERK, HR, without)
    assert not may_open(CLERK, FINANCE, without)
    assert may_open(CHIEF, FINANCE, opened)


@pytest.mark.parametrize("state", list(CaseState))
@pytest.mark.parametrize("is_immediate", [False, True])
def test_acts_are_what_the_table_of_states_allows__I6(state: CaseState, is_immediate: bool) -> None:
    """For the office: every command that the table lets through, and no other."""
    if is_immediate and state not in IMMEDIATE_ROWS["accept"]:
        return
    world = case_in(state, IMMEDIATE) if is_immediate else case_in(state)
    before = repr(world.case)
    acts = acts_of(world.case, CHIEF, frozenset(Tie), world.stamp)
    assert repr(world.case) == before
    found = {(act.command, act.outcome) for act in acts if act.obstacle is None}
    expected = set()
    for row, (command, cells) in ROWS.items():
        here = cells | (IMMEDIATE_ROWS.get(row, {}) if is_immediate else {})
        is_allowed = isinstance(here.get(state), CaseState)
        if is_allowed and not isinstance(command, c.KeepCase):
            outcome = command.outcome if isinstance(command, c.DecideCase) else None
            expected.add((str(type(command).__struct_config__.tag), outcome))
    assert found == expected


def test_act_names_its_obstacle__CS1_CS5() -> None:
    world = CaseWorld()
    world.do(c.ReceiveForms())
    acts = {a.command: a for a in acts_of(world.case, CLERK, frozenset(Tie), world.stamp)}
    assert acts["accept_case"].obstacle == "materials_missing"
    assert acts["ask_correction"].obstacle is None
    world = case_in(CaseState.IN_PROCESS)
    world.do(ASK)
    shown = acts_of(world.case, CLERK, frozenset({Tie.OFFICE}), world.stamp)
    decide = [act for act in shown if act.command == "decide_case"]
    assert [act.obstacle for act in decide] == ["offices_unanswered"] * 2
    asked = acts_of(world.case, ELSEWHERE, frozenset({Tie.ASKED}), world.stamp)
    assert [(act.command, act.department_id) for act in asked] == [("answer_for_office", FINANCE)]


def test_case_that_is_not_open_has_no_ties_but_the_chiefs__I18() -> None:
    assert ties(Case(case_id=CASE), ELSEWHERE, None) == set()
