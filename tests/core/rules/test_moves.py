"""Visitors who step away from a counter, are chosen, or go on to another one."""

import pytest

from backend.core.access import Family
from backend.core.commands import (
    CallTicket,
    CloseCounter,
    CloseDay,
    DelayTicket,
    FinishServing,
    HoldTicket,
    NextQueue,
    OpenCounter,
    PassTicket,
    Recall,
    ReprintTicket,
    ResumeTicket,
    StartServing,
    TransferTicket,
    UndoCall,
)
from backend.core.events import TicketExpired
from backend.core.ids import Place, TicketClass, TicketState
from backend.core.rules.cycle import is_over
from backend.core.views.counter import counter
from backend.core.views.printer import printer
from backend.core.views.ticket import ticket
from backend.core.views.topics import Topic, Touched
from tests.support.plans import K1, P1, W1, W2, W3, W4, A, B, C
from tests.support.world import CHIEF, World, clerk, world_with


def serving(world: World) -> World:
    """The first ticket of A is being served at W1."""
    world.call(W1)
    world.do(StartServing(counter_id=W1))
    return world.later(30)


def test_held_ticket_frees_the_counter_and_is_resumed_at_another() -> None:
    world = World().open(W1, W2)
    world.take(A, count=2)
    serving(world).do(HoldTicket(counter_id=W1))
    held = next(iter(world.day.held))
    assert world.state(held) is TicketState.HELD
    assert world.call(W1) != held
    assert [t.number for t in counter(world.day, W2).held] == ["A001"]
    world.later(300).do(ResumeTicket(counter_id=W2, ticket_id=held))
    assert world.state(held) is TicketState.SERVING
    assert world.counter(W2).ticket_id == held
    assert not world.day.held


def test_hold_does_not_count_as_serving_time() -> None:
    world = World().open(W1)
    world.take(A)
    serving(world).do(HoldTicket(counter_id=W1))
    held = next(iter(world.day.held))
    world.later(1000).do(ResumeTicket(counter_id=W1, ticket_id=held))
    world.later(20)
    world.do(FinishServing(counter_id=W1))
    assert world.counter(W1).served_s == 50


def test_held_ticket_expires_at_closing__DY1() -> None:
    world = World().open(W1)
    world.take(A)
    serving(world).do(HoldTicket(counter_id=W1))
    world.do(CloseDay())
    assert world.state(next(iter(world.day.tickets))) is TicketState.EXPIRED


def test_end_of_a_held_ticket_is_told_where_it_was_held() -> None:
    world = World().open(W3)
    found = world.take(A)
    world.do(CallTicket(counter_id=W3, ticket_id=found, reason="nobody is at A"), CHIEF)
    world.do(StartServing(counter_id=W3))
    world.do(HoldTicket(counter_id=W3))
    touched = Touched()
    for event in world.do(CloseDay()):
        if isinstance(event, TicketExpired):
            touched.add(world.day, event)
    assert touched.concerns(world.day, Topic(Family.COUNTER, W3))


def test_transfer_keeps_number_and_goes_by_time_of_issue__TR1() -> None:
    world = World().open(W1, W3)
    first = world.take(A)
    world.take(B, count=2)
    serving(world).do(TransferTicket(counter_id=W1, to_queue_id=B, reason="wrong line"))
    assert world.number(first) == "A001"
    assert world.calls(W3, 3) == ["A001", "B001", "B002"]


def test_transfer_to_the_tail_goes_last_in_its_queue__TR1() -> None:
    world = World().open(W1, W3)
    world.take(A)
    world.take(B, count=2)
    move = TransferTicket(counter_id=W1, to_queue_id=B, place=Place.TAIL, reason="again later")
    serving(world).do(move)
    assert world.numbers(world.queue(B).ordinary) == ["B001", "B002", "A001"]


def test_ticket_sent_to_a_counter_is_called_there_alone__TR1() -> None:
    world = World().open(W1, W2)
    world.take(A, count=2)
    serving(world).do(TransferTicket(counter_id=W1, to_counter_id=W2, reason="their case"))
    assert world.calls(W1, 1) == ["A002"]
    assert [(t.number, t.is_directed) for t in counter(world.day, W2).next] == [("A001", True)]
    assert world.calls(W2, 1) == ["A001"]


def test_ticket_sent_to_a_clerk_is_called_where_the_clerk_sits__TR1() -> None:
    world = World().open(W1, W2)
    world.do(OpenCounter(counter_id=W4), clerk("mei"))
    world.take(A)
    serving(world).do(TransferTicket(counter_id=W1, to_clerk_id="mei", reason="knows the case"))
    assert counter(world.day, W2).next == ()
    assert world.calls(W4, 1) == ["A001"]


def test_ticket_sent_to_a_clerk_who_went_is_for_the_counters_of_its_queue__TR1() -> None:
    world = World().open(W1, W3)
    world.do(OpenCounter(counter_id=W4), clerk("mei"))
    world.take(A)
    serving(world).do(TransferTicket(counter_id=W1, to_clerk_id="mei", reason="knows the case"))
    touched = Touched()
    for event in world.do(CloseCounter(counter_id=W4), clerk("mei")):
        touched.add(world.day, event)
    assert touched.concerns(world.day, Topic(Family.COUNTER, W1))
    assert counter(world.day, W3).next == ()
    assert [(t.number, t.is_directed) for t in counter(world.day, W1).next] == [("A001", True)]
    world.do(OpenCounter(counter_id=W4), clerk("mei"))
    assert counter(world.day, W1).next == ()
    world.do(CloseCounter(counter_id=W4), clerk("mei"))
    assert world.calls(W1, 1) == ["A001"]


def test_day_ends_though_the_counter_somebody_was_sent_to_is_off__TR1_DY1() -> None:
    world = World().open(W1, W2)
    world.take(A)
    serving(world).do(TransferTicket(counter_id=W1, to_counter_id=W2, reason="their case"))
    world.do(CloseCounter(counter_id=W2))
    world.later(24 * 3600)
    assert not is_over(world.day, world.at)
    world.serve(W1)
    assert is_over(world.day, world.at)


def test_sent_ticket_that_is_passed_and_returns_waits_there_again__TR1_PS2() -> None:
    world = World().open(W1, W2)
    first = world.take(A)
    serving(world).do(TransferTicket(counter_id=W1, to_counter_id=W2, reason="their case"))
    world.pass_next(W2)
    world.bring_back(first)
    assert counter(world.day, W1).next == ()
    assert world.calls(W2, 1) == ["A001"]


def test_transfer_does_not_break_the_run_of_care_tickets__CL2() -> None:
    world = World().open(W1, W2)
    world.take(A)
    serving(world).do(TransferTicket(counter_id=W1, to_counter_id=W2, reason="their case"))
    world.take(A, TicketClass.CARE, count=3)
    world.take(A)
    assert world.calls(W1, 2) == ["A002", "A003"]
    assert world.calls(W2, 1) == ["A001"]
    assert world.calls(W1, 2) == ["A005", "A004"]


def test_next_queue_hands_on_under_the_same_number__TK7() -> None:
    world = World().open(W1, W4)
    first = world.take(A)
    serving(world).do(NextQueue(counter_id=W1, to_queue_id=C))
    assert world.ticket(first).queue_id == C
    assert world.calls(W4, 1) == ["A001"]
    assert world.ticket(first).served_s == 30


@pytest.mark.parametrize("is_passed", [False, True])
def test_chosen_ticket_is_called_out_of_order_with_its_reason__CL10(is_passed: bool) -> None:
    world = World().open(W1)
    first = world.take(A)
    chosen = world.take(A, count=3)
    if is_passed:
        assert world.pass_next(W1) == first
        chosen = first
    (event,) = world.do(CallTicket(counter_id=W1, ticket_id=chosen, reason="train at noon"))
    assert event.reason == "train at noon"  # type: ignore[union-attr]
    assert world.counter(W1).ticket_id == chosen
    assert chosen not in world.day.passed


def test_chosen_call_is_undone_to_where_it_stood__CL9_CL10() -> None:
    world = World().open(W1)
    world.take(A, count=3)
    before = list(world.queue(A).ordinary)
    world.do(CallTicket(counter_id=W1, ticket_id=before[1], reason="r"))
    world.do(UndoCall(counter_id=W1))
    assert world.queue(A).ordinary == before


def test_undone_choice_of_a_passed_ticket_leaves_it_passed__CL9_CL10_PS2() -> None:
    world = World().open(W1)
    world.take(A, count=3)
    first, second = world.pass_next(W1), world.pass_next(W1)
    passed_at = world.ticket(first).passed_at
    world.do(CallTicket(counter_id=W1, ticket_id=first, reason="is here after all"))
    world.do(UndoCall(counter_id=W1))
    assert world.state(first) is TicketState.PASSED
    assert world.ticket(first).passed_at == passed_at
    assert list(world.day.passed) == [first, second]
    assert world.numbers(world.queue(A).ordinary) == ["A003"]


def test_forced_closing_abandons_a_passed_ticket_that_was_called_by_choice__DY1_CL10() -> None:
    world = World().open(W1)
    world.take(A)
    found = world.pass_next(W1)
    world.do(CallTicket(counter_id=W1, ticket_id=found, reason="is here after all"))
    world.do(CloseDay(force=True))
    assert world.state(found) is TicketState.ABANDONED


def test_once_passed_ticket_that_was_served_and_sent_on_is_not_passed_by_an_undo__CL9() -> None:
    world = World().open(W1, W2)
    world.take(A)
    found = world.pass_next(W1)
    world.do(CallTicket(counter_id=W1, ticket_id=found, reason="is here after all"))
    world.do(StartServing(counter_id=W1))
    world.do(TransferTicket(counter_id=W1, to_counter_id=W2, reason="their case"))
    world.call(W2)
    world.do(UndoCall(counter_id=W2))
    assert world.state(found) is TicketState.WAITING


def test_undone_choice_leaves_the_run_of_care_tickets_as_it_was__CL2_CL9() -> None:
    world = World().open(W1, W2)
    care = world.take(A, TicketClass.CARE)
    world.take(A, TicketClass.CARE, count=2)
    world.take(A)
    assert world.call(W1) == care
    world.do(StartServing(counter_id=W1))
    world.do(TransferTicket(counter_id=W1, to_counter_id=W2, reason="their case"))
    world.do(CallTicket(counter_id=W2, ticket_id=care, reason="now"))
    world.do(UndoCall(counter_id=W2))
    assert world.calls(W1, 2) == ["A002", "A004"]


def test_late_visitor_lets_the_next_five_go_first_once__TK6() -> None:
    world = World().open(W1)
    world.take(A, count=8)
    second = world.queue(A).ordinary[1]
    world.do(DelayTicket(ticket_id=second))
    assert world.calls(W1, 8) == ["A001", "A003", "A004", "A005", "A006", "A007", "A002", "A008"]


def test_late_visitor_with_few_behind_goes_last__TK6() -> None:
    world = World().open(W1)
    world.take(A, count=3)
    first = world.queue(A).ordinary[0]
    assert ticket(world.day, world.ticket(first).token).can_delay
    world.do(DelayTicket(ticket_id=first, places=20))
    assert not ticket(world.day, world.ticket(first).token).can_delay
    assert world.calls(W1, 3) == ["A002", "A003", "A001"]


def test_delay_is_off_where_the_hall_sets_no_places__TK6() -> None:
    world = world_with(delay_places=0)
    found = world.take(A)
    assert world.code(DelayTicket(ticket_id=found)) == "delays_used_up"


def test_reprints_are_numbered_and_say_what_the_first_paper_said__I11() -> None:
    world = World().open(W1)
    world.take(A, count=2)
    found = world.take(A)
    for _ in range(2):
        world.do(ReprintTicket(ticket_id=found, kiosk_id=K1))
    jobs = printer(world.day, P1).jobs
    assert [(job.number, job.copy, job.ahead) for job in jobs] == [("A003", 0, 2), ("A003", 1, 2)]
    assert len({job.job_id for job in jobs}) == 2


def test_called_ticket_that_was_chosen_may_be_recalled_and_passed__CL10_PS1() -> None:
    world = World().open(W1)
    found = world.take(A)
    world.do(CallTicket(counter_id=W1, ticket_id=found, reason="r"))
    for _ in range(2):
        world.later(20).do(Recall(counter_id=W1))
    world.do(PassTicket(counter_id=W1))
    assert world.state(found) is TicketState.PASSED


def test_ticket_sent_to_a_busy_counter_is_on_its_list_however_many_are_before__TR1() -> None:
    world = World().open(W1, W2)
    world.take(A, count=8)
    serving(world).do(NextQueue(counter_id=W1, to_queue_id=B))
    world.take(B)
    late = world.call(W1)
    world.do(StartServing(counter_id=W1))
    world.do(TransferTicket(counter_id=W1, to_counter_id=W2, place=Place.TAIL, reason="r"))
    shown = [t.ticket_id for t in counter(world.day, W2).next]
    assert late in shown
    assert len(shown) == len(set(shown))
