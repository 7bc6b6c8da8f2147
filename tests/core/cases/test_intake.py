from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from backend.core.cases import commands as c
from backend.core.cases.commands import CaseCommand
from backend.core.cases.decide import decide_on
from backend.core.cases.events import CaseAccepted, CaseDecided
from backend.core.cases.refusals import CaseRefusal
from backend.core.cases.words import CaseId, CaseState, Material, MaterialId, Promise, TicketRef
from backend.core.ids import TicketId
from tests.support.cases import (
    ALL,
    DEFERRED,
    DELIVER,
    FORM,
    GRANT,
    IMMEDIATE,
    MONDAY,
    NOTIFY,
    PHOTO,
    PROOF,
    REFUSE,
    TICKET,
    CaseWorld,
    case_in,
)

MONDAY_AFTER = date(2026, 11, 9)  # the fifth working day after MONDAY
FRIDAY = date(2026, 11, 6)
LATER = TicketRef(day=FRIDAY, ticket_id=TicketId("A-A017"))


def refused(world: CaseWorld, command: CaseCommand) -> str:
    with pytest.raises(CaseRefusal) as raised:
        world.do(command)
    return raised.value.code.value


def promise(material_id: str = PROOF, by_day: date = FRIDAY) -> tuple[Promise, ...]:
    return (Promise(material_id=material_id, by_day=by_day),)


# --- CS1: told once, in full, in time ---


def test_part_of_what_is_missing_cannot_be_told__CS1() -> None:
    world = CaseWorld()
    world.do(c.ReceiveForms(handed_in=(PROOF,)))
    assert refused(world, c.AskCorrection(materials=(FORM,))) == "not_told_in_full"
    world.do(c.AskCorrection(materials=(FORM, PHOTO)))
    assert world.case.absent == (FORM, PHOTO)


def test_paper_that_only_some_bring_is_kept_and_never_missed__CS1() -> None:
    only_some = Material(material_id=MaterialId("statement"), is_required=False)
    terms = replace(DEFERRED, materials=(*DEFERRED.materials, only_some))
    without, with_it = CaseWorld(terms), CaseWorld(terms)
    for world, handed_in in ((without, ALL), (with_it, (*ALL, "statement"))):
        world.do(c.ReceiveForms(handed_in=handed_in))
        assert world.case.absent == ()
        world.do(c.AcceptCase())
    assert with_it.case.handed_in - without.case.handed_in == {"statement"}


def test_paper_that_is_wrong_is_asked_for_again__CS1() -> None:
    world = case_in(CaseState.FORM_CHECK)
    world.do(c.AskCorrection(materials=(PHOTO,), remark="blurred"))
    assert world.case.absent == (PHOTO,)


def test_second_telling_names_nothing_new__CS1() -> None:
    world = case_in(CaseState.CORRECTED)
    assert refused(world, c.AskCorrection(materials=(PHOTO, FORM))) == "not_told_at_first"
    world.do(c.AskCorrection(materials=(PHOTO,), remark="still blurred"))
    assert world.case.state is CaseState.CORRECTION_ASKED


def test_correction_is_complete_when_all_of_it_came__CS1() -> None:
    world = CaseWorld()
    world.do(c.ReceiveForms(), c.AskCorrection(materials=ALL))
    states = []
    for command in (
        c.SupplyMaterials(handed_in=(FORM,)),
        c.SupplyMaterials(handed_in=(PHOTO,), promised=promise()),
    ):
        world.do(command)
        states.append(world.case.state)
    assert states == [CaseState.CORRECTION_ASKED, CaseState.CORRECTED]


def test_nothing_brought_is_no_correction__CS1() -> None:
    assert refused(case_in(CaseState.CORRECTION_ASKED), c.SupplyMaterials()) == "materials_missing"


def test_silence_of_five_working_days_is_acceptance_from_receipt__CS1() -> None:
    world = CaseWorld()
    world.do(c.ReceiveForms(handed_in=(FORM,)))
    world.on(MONDAY_AFTER)  # noon: five more hours to tell
    assert world.do(c.KeepCase()) == ()
    world.later(0.5)
    assert refused(world, c.AskCorrection(materials=(PHOTO, PROOF))) == "told_too_late"
    (accepted,) = world.do(c.KeepCase())
    assert isinstance(accepted, CaseAccepted)
    assert (accepted.is_silent, accepted.number) == (True, "2026-000007")
    assert accepted.deadline.after == MONDAY
    assert accepted.deadline.due_day == date(2026, 11, 16)
    assert world.case.state is CaseState.ACCEPTED


def test_telling_in_time_ends_the_silence__CS1() -> None:
    world = CaseWorld()
    world.do(c.ReceiveForms(handed_in=(FORM, PROOF)))
    world.on(MONDAY_AFTER).do(c.AskCorrection(materials=(PHOTO,)))
    assert world.later(30).do(c.KeepCase()) == ()
    world.do(c.SupplyMaterials(handed_in=(PHOTO,)))
    (accepted,) = world.do(c.AcceptCase())
    assert isinstance(accepted, CaseAccepted)
    assert not accepted.is_silent


def test_late_acceptance_by_hand_counts_from_receipt_too__CS1() -> None:
    world = case_in(CaseState.FORM_CHECK).on(date(2026, 11, 12))
    (accepted,) = world.do(c.AcceptCase())
    assert isinstance(accepted, CaseAccepted)
    assert (accepted.is_silent, accepted.deadline.after) == (True, MONDAY)
    assert accepted.accepted_on == date(2026, 11, 12)


# --- CS2: what may follow ---


def test_incomplete_application_is_not_accepted__CS2() -> None:
    world = CaseWorld()
    world.do(c.ReceiveForms(handed_in=(FORM, PHOTO)))
    assert refused(world, c.AcceptCase()) == "materials_missing"


def test_tolerable_material_may_follow_and_the_decision_waits__CS2() -> None:
    world = CaseWorld()
    world.do(c.ReceiveForms(handed_in=(FORM, PHOTO), promised=promise()), c.AcceptCase())
    assert world.case.deadline is not None
    assert world.case.deadline.after == MONDAY, "the clock runs"
    world.do(c.StartProcess())
    assert refused(world, GRANT) == "materials_promised"
    world.do(c.SupplyMaterials(handed_in=(PROOF,)), GRANT)
    assert world.case.state is CaseState.DECIDED


def test_matter_of_the_spot_is_accepted_while_something_is_to_follow__CS2() -> None:
    world = CaseWorld(IMMEDIATE)
    world.do(c.ReceiveForms(handed_in=(FORM, PHOTO), promised=promise()))
    assert refused(world, GRANT) == "materials_promised"
    world.do(c.AcceptCase())
    assert world.case.state is CaseState.ACCEPTED
    assert world.case.number is not None


def test_promise_that_was_not_kept_allows_refusing_alone__CS2() -> None:
    world = CaseWorld()
    world.do(c.ReceiveForms(handed_in=(FORM, PHOTO), promised=promise()), c.AcceptCase())
    world.do(c.StartProcess())
    assert refused(world.on(FRIDAY), REFUSE) == "materials_promised"
    world.later(1)
    assert refused(world, GRANT) == "materials_promised"
    world.do(REFUSE)
    assert world.case.state is CaseState.DECIDED


@pytest.mark.parametrize(
    ("code", "command"),
    [
        ("material_not_tolerable", c.ReceiveForms(promised=promise(PHOTO))),
        ("unknown_material", c.ReceiveForms(promised=promise("passport"))),
        ("unknown_material", c.ReceiveForms(handed_in=("passport",))),
        ("time_is_past", c.ReceiveForms(promised=promise(by_day=MONDAY - timedelta(days=1)))),
    ],
)
def test_promise_that_cannot_be_taken_is_refused__CS2(code: str, command: CaseCommand) -> None:
    assert refused(CaseWorld(), command) == code


def test_promise_of_what_is_there_is_none__CS2() -> None:
    world = CaseWorld()
    world.do(c.ReceiveForms(handed_in=ALL, promised=promise()))
    assert world.case.promised == {}


def test_promised_paper_that_is_asked_for_is_promised_no_more__CS2() -> None:
    world = CaseWorld()
    world.do(c.ReceiveForms(handed_in=(FORM, PHOTO), promised=promise()))
    world.do(c.AskCorrection(materials=(PROOF,)))
    assert world.case.absent == (PROOF,)


# --- One visit, several visits ---


def test_immediate_case_is_accepted_and_decided_in_one_visit__CS3() -> None:
    world = CaseWorld(IMMEDIATE)
    world.do(c.ReceiveForms(handed_in=ALL, ticket=TICKET))
    accepted, decided = world.do(GRANT)
    assert isinstance(accepted, CaseAccepted)
    assert isinstance(decided, CaseDecided)
    assert (world.case.number, len(world.case.visits)) == ("2026-000007", 1)


def test_visits_are_counted_by_their_tickets__CS3() -> None:
    world = CaseWorld(ticket=None)  # begun on the website
    world.do(c.ReceiveForms(handed_in=(FORM, PROOF), ticket=TICKET))
    world.do(c.AskCorrection(materials=(PHOTO,)))
    world.do(c.SupplyMaterials(handed_in=(PHOTO,), ticket=LATER))
    world.do(c.AcceptCase(), c.StartProcess(), GRANT, NOTIFY)
    world.do(replace(DELIVER, ticket=LATER))
    assert world.case.visits == {TICKET, LATER}


def test_ticket_that_has_a_case_for_the_service_opens_no_other__I16() -> None:
    world = CaseWorld()
    stamp = replace(world.stamp, ticket_case_id=CaseId("another"))
    with pytest.raises(CaseRefusal, match="ticket_has_case"):
        decide_on(type(world.case)(), c.OpenCase(service_id="S1", ticket=TICKET), stamp)


def test_service_that_is_not_offered_opens_no_case() -> None:
    world = CaseWorld()
    with pytest.raises(CaseRefusal, match="unknown_service"):
        decide_on(type(world.case)(), c.OpenCase(service_id="S9"), replace(world.stamp, terms=None))


def with_facts(*materials: MaterialId) -> CaseWorld:
    """A draft whose hall lets facts stand for these."""
    world = CaseWorld()
    world.stamp = replace(world.stamp, replaceable=frozenset(materials))
    return world


def test_fact_stands_for_a_material_that_nobody_brings__FA1() -> None:
    world = with_facts(PHOTO)
    world.do(c.ReceiveForms(handed_in=(FORM, PROOF), by_facts=(PHOTO,)), c.AcceptCase())
    assert world.case.state is CaseState.ACCEPTED
    assert world.case.by_facts == {PHOTO}


def test_fact_stands_for_nothing_else__FA1() -> None:
    world = with_facts(PHOTO)
    for by_facts in ((FORM,), (PHOTO, FORM), ("nothing",)):
        assert refused(world, c.ReceiveForms(by_facts=by_facts)) == "unknown_material"


def test_material_that_was_brought_all_the_same_was_not_replaced__FA1() -> None:
    world = with_facts(PHOTO)
    world.do(c.ReceiveForms(handed_in=(FORM, PHOTO), by_facts=(PHOTO,)))
    assert world.case.by_facts == set()


def test_what_is_known_is_promised_no_more__FA1_CS2() -> None:
    world = with_facts(PROOF)
    world.do(c.ReceiveForms(handed_in=(FORM,), by_facts=(PROOF,), promised=promise()))
    assert world.case.promised == {}


def test_fact_that_was_wrong_is_asked_for_on_paper__FA1_CS1() -> None:
    world = with_facts(PHOTO)
    world.do(c.ReceiveForms(handed_in=(FORM, PROOF), by_facts=(PHOTO,)))
    world.do(c.AskCorrection(materials=(PHOTO,)))
    assert (world.case.by_facts, world.case.absent) == (set(), (PHOTO,))


def test_fact_that_the_university_learns_later_stands_for_what_was_asked_for__FA1_CS1() -> None:
    world = with_facts(PHOTO)
    world.do(c.ReceiveForms(handed_in=(FORM,)), c.AskCorrection(materials=(PHOTO, PROOF)))
    assert refused(world, c.SupplyMaterials(by_facts=(PROOF,))) == "unknown_material"
    world.do(c.SupplyMaterials(by_facts=(PHOTO,)))
    assert (world.case.state, world.case.absent) == (CaseState.CORRECTION_ASKED, (PROOF,))
    world.do(c.SupplyMaterials(handed_in=(PROOF,)), c.AcceptCase())
    assert world.case.by_facts == {PHOTO}


def test_fact_takes_the_place_of_a_promise_and_not_of_a_paper__FA1_CS2() -> None:
    world = with_facts(PROOF, PHOTO)
    world.do(c.ReceiveForms(handed_in=(FORM, PHOTO), promised=promise()))
    world.do(c.SupplyMaterials(by_facts=(PROOF, PHOTO)))
    assert (world.case.promised, world.case.by_facts) == ({}, {PROOF})
