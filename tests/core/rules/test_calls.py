import pytest
from msgspec.structs import replace

from backend.core.commands import (
    CallNext,
    FinishServing,
    PassTicket,
    Recall,
    ReportSpeakers,
    ReportSpoken,
    StartServing,
    UndoCall,
)
from backend.core.errors import RefusalCode
from backend.core.events import (
    CallSpoken,
    CallUndone,
    ServingFinished,
    ServingStarted,
    TicketCalled,
    TicketPassed,
    TicketRecalled,
)
from backend.core.ids import CallId, ChosenBy, SpeakerState, SpeechOutcome, TicketClass, TicketState
from backend.core.views.ops import ops
from tests.support.plans import W1, W2, Z1, Z2, A, B
from tests.support.world import DEVICE, World, world_with

CALL, RECALL, UNDO = CallNext(counter_id=W1), Recall(counter_id=W1), UndoCall(counter_id=W1)
START, FINISH = StartServing(counter_id=W1), FinishServing(counter_id=W1)
PASS = PassTicket(counter_id=W1)


def called() -> World:
    """A ticket that has just been called to W1."""
    world = World().open(W1)
    world.take(A)
    world.call(W1)
    return world


def test_call_names_ticket_counter_and_a_new_call__CL1() -> None:
    world = World().open(W1)
    ticket_id = world.take(A)
    assert world.do(CALL) == (
        TicketCalled(
            ticket_id=ticket_id,
            counter_id=W1,
            call_id=CallId("20261123-C1"),
            called_at=world.at,
            by=ChosenBy.ORDER,
        ),
    )
    assert world.ticket(ticket_id).state is TicketState.CALLED
    assert world.counter(W1).ticket_id == ticket_id


def test_busy_counter_cannot_call_next__CL7() -> None:
    world = called()
    world.take(A)
    assert world.code(CALL) is RefusalCode.COUNTER_BUSY
    world.do(START)
    assert world.code(CALL) is RefusalCode.COUNTER_BUSY


def test_two_counters_get_two_tickets__CL8() -> None:
    world = World().open(W1, W2)
    world.take(A, count=2)
    assert world.numbers([world.call(W1), world.call(W2)]) == ["A001", "A002"]


def test_second_counter_finds_the_queue_empty__CL8() -> None:
    world = World().open(W1, W2)
    world.take(A)
    world.call(W2)
    assert world.code(CALL) is RefusalCode.QUEUE_EMPTY


def test_recall_is_refused_before_20_seconds_and_allowed_then__CL6() -> None:
    world = called().later(19.999)
    assert world.code(RECALL) is RefusalCode.RECALL_TOO_SOON
    world.later(0.001)
    (event,) = world.do(RECALL)
    assert isinstance(event, TicketRecalled)
    assert event.call_id == "20261123-C2"


def test_gap_counts_from_the_last_recall__CL6() -> None:
    world = called().later(50)
    world.do(RECALL)
    world.later(19)
    assert world.code(RECALL) is RefusalCode.RECALL_TOO_SOON
    world.later(1)
    world.do(RECALL)


def test_third_recall_is_refused__CL6() -> None:
    world = called()
    for _ in range(2):
        world.later(20).do(RECALL)
    assert world.later(60).code(RECALL) is RefusalCode.RECALLS_USED_UP


@pytest.mark.parametrize("recalls_max", [0, 1, 5])
def test_number_of_recalls_is_the_halls__CL6(recalls_max: int) -> None:
    world = world_with(recalls_max=recalls_max, recall_gap_s=10).open(W1)
    world.take(A)
    world.call(W1)
    for _ in range(recalls_max):
        assert world.code(PASS) is RefusalCode.RECALLS_LEFT
        world.later(10).do(RECALL)
    assert world.later(10).code(RECALL) is RefusalCode.RECALLS_USED_UP
    assert world.code(PASS) is None


def test_recall_of_one_being_served_is_refused__CL6() -> None:
    world = called()
    world.do(START)
    assert world.later(60).code(RECALL) is RefusalCode.TICKET_NOT_CALLED


def test_pass_needs_every_recall__PS1() -> None:
    world = called().later(20)
    world.do(RECALL)
    assert world.later(300).code(PASS) is RefusalCode.RECALLS_LEFT
    world.do(RECALL)
    (event,) = world.do(PASS)
    assert isinstance(event, TicketPassed)
    assert world.ticket(event.ticket_id).state is TicketState.PASSED
    assert world.counter(W1).ticket_id is None


def test_call_is_undone_within_10_seconds__CL9() -> None:
    world = called().later(10)
    (event,) = world.do(UNDO)
    assert isinstance(event, CallUndone)
    ticket = world.ticket(event.ticket_id)
    assert (ticket.state, ticket.counter_id, ticket.called_at) == (TicketState.WAITING, None, None)
    assert world.counter(W1).ticket_id is None


def test_call_is_not_undone_later__CL9() -> None:
    assert called().later(10.001).code(UNDO) is RefusalCode.UNDO_TOO_LATE


def test_serving_is_not_undone__CL9() -> None:
    world = called()
    world.do(START)
    assert world.code(UNDO) is RefusalCode.TICKET_NOT_CALLED


def test_undone_ticket_keeps_its_place__CL9() -> None:
    world = World().open(W1)
    first = world.take(A)
    world.take(A, count=3)
    world.call(W1)
    world.undo(W1)
    assert world.numbers(world.queue(A).ordinary) == ["A001", "A002", "A003", "A004"]
    assert world.call(W1) == first


@pytest.mark.parametrize("order", [(W1, W2), (W2, W1)])
def test_two_undone_calls_keep_first_in_first_out__CL9_I4(order: tuple[str, str]) -> None:
    world = World().open(W1, W2)
    world.take(A, count=3)
    world.call(W1)
    world.call(W2)
    for counter_id in order:
        world.do(UndoCall(counter_id=counter_id))
    assert world.numbers(world.queue(A).ordinary) == ["A001", "A002", "A003"]


def test_undone_ticket_stands_before_one_that_returned_meanwhile__CL9_PS2() -> None:
    world = World().open(W1, W2)
    world.take(A, count=4)
    passed = world.pass_next(W1)
    world.call(W1)
    world.call(W2)
    world.bring_back(passed)
    world.undo(W2)
    world.undo(W1)
    assert world.numbers(world.queue(A).ordinary) == ["A002", "A003", "A004", "A001"]


@pytest.mark.parametrize("ticket_class", list(TicketClass))
def test_undone_call_is_called_again_first__CL9_CL2(ticket_class: TicketClass) -> None:
    """Whatever run the call was part of: the ticket waits where it stood."""
    world = World().open(W1)
    for each in (TicketClass.CARE, TicketClass.BOOKED, TicketClass.ORDINARY):
        world.take(A, each, count=4)
    for _ in range(12):
        first = world.call(W1)
        is_asked = world.ticket(first).ticket_class is ticket_class
        if is_asked:
            world.undo(W1)
            assert world.call(W1) == first
        world.do(START)
        world.do(FINISH)


def test_undone_calls_do_not_let_more_care_tickets_overtake__CL9_CL2_I5() -> None:
    world = World().open(W1)
    world.take(A, TicketClass.CARE, count=4)
    world.take(A)
    world.calls(W1, 2)
    ordinary = world.call(W1)
    assert world.number(ordinary) == "A005"
    world.undo(W1)
    assert world.call(W1) == ordinary


@pytest.mark.parametrize("order", [(W1, W2), (W2, W1)])
def test_two_undone_ordinary_calls_leave_the_run_as_it_was__CL9_CL2(
    order: tuple[str, str],
) -> None:
    world = World().open(W1, W2)
    world.take(A, TicketClass.CARE, count=4)
    world.take(A, count=2)
    world.calls(W1, 2)
    world.call(W1)
    world.do(CallNext(counter_id=W2))
    world.do(UndoCall(counter_id=W2))
    for _ in range(2):
        world.call(W2)
        world.undo(W2)
    world.call(W2)
    for counter_id in order:
        world.do(UndoCall(counter_id=counter_id))
    assert world.number(world.call(W1)) == "A005"


def test_start_and_finish_report_ticket_and_counter__CL7() -> None:
    world = called()
    ticket_id = world.counter(W1).ticket_id
    assert ticket_id is not None
    assert world.do(START) == (
        ServingStarted(ticket_id=ticket_id, counter_id=W1, started_at=world.at),
    )
    assert world.ticket(ticket_id).state is TicketState.SERVING
    world.later(125)
    assert world.do(FINISH) == (
        ServingFinished(ticket_id=ticket_id, counter_id=W1, finished_at=world.at),
    )
    assert world.ticket(ticket_id).state is TicketState.DONE
    counter = world.counter(W1)
    assert (counter.ticket_id, counter.served, counter.served_s) == (None, 1, 125.0)


def test_finish_before_start_is_refused__CL7() -> None:
    assert called().code(FINISH) is RefusalCode.TICKET_NOT_SERVING


def test_start_twice_is_refused__CL7() -> None:
    world = called()
    world.do(START)
    assert world.code(START) is RefusalCode.TICKET_NOT_CALLED


@pytest.mark.parametrize("command", [RECALL, UNDO, START, FINISH, PASS])
def test_idle_counter_has_nobody_to_act_on__CL7(
    command: Recall | UndoCall | StartServing | FinishServing | PassTicket,
) -> None:
    world = World().open(W1)
    world.take(A)
    assert world.code(command) is RefusalCode.COUNTER_IDLE


def test_announcement_is_reported_once__I12() -> None:
    world = called()
    report = ReportSpoken(call_id="20261123-C1", outcome=SpeechOutcome.SPOKEN, detail="ok")
    assert world.do(report, DEVICE) == (
        CallSpoken(
            call_id=CallId("20261123-C1"),
            outcome=SpeechOutcome.SPOKEN,
            detail="ok",
            reported_at=world.at,
        ),
    )
    again = ReportSpoken(call_id="20261123-C1", outcome=SpeechOutcome.FAILED)
    assert world.code(again, DEVICE) is RefusalCode.CALL_ALREADY_REPORTED
    assert not world.day.unspoken[Z1]


def test_what_speakers_last_reported_is_shown_to_supervisors__VO9() -> None:
    world = World()
    told = ReportSpeakers(
        zone_id=Z1, agent_id="one", state=SpeakerState.HEARD, detail="alsa", voice="edge"
    )
    (event,) = world.do(told, DEVICE)
    assert world.day.speakers == {Z1: event}
    world.later(60).do(replace(told, voice="espeak"), DEVICE)
    assert (world.day.speakers[Z1].voice, world.day.speakers[Z1].reported_at) == (
        "espeak",
        world.at,
    )
    shown = {v.zone_id: (v.state, v.voice) for v in ops(world.day).voices}
    assert shown == {Z1: (SpeakerState.HEARD, "espeak"), Z2: (None, "")}


def test_announcement_that_was_never_called_is_unknown__I12() -> None:
    report = ReportSpoken(call_id="20261123-C2", outcome=SpeechOutcome.SPOKEN)
    assert called().code(report, DEVICE) is RefusalCode.UNKNOWN_CALL


def test_undone_call_and_its_recalls_are_void_and_a_new_call_is_not__CL9_I12() -> None:
    world = world_with(recall_gap_s=10, undo_s=30).open(W1)
    world.take(A)
    world.call(W1)
    world.later(10).do(RECALL)
    world.undo(W1)
    world.call(W1)
    voids = [call.is_undone for call in world.day.calls.values()]
    live = [world.day.is_live(call) for call in world.day.calls.values()]
    assert (voids, live) == ([True, True, False], [False, False, True])


def test_calls_are_numbered_through_the_day__VO4() -> None:
    world = World().open(W1, W2)
    world.take(A)
    world.take(B)
    world.call(W1)
    world.call(W2)
    assert list(world.day.calls) == ["20261123-C1", "20261123-C2"]
