"""What a recorded day says of its visitors and clerks."""

import pytest

from backend.core.commands import (
    CallTicket,
    CounterCommand,
    HoldTicket,
    PauseCounter,
    ResumeCounter,
    ResumeTicket,
    TransferTicket,
)
from backend.core.ids import PauseReason, QueueId
from backend.replay.record import RecordError, read_record
from tests.replay.recorded import Recorded
from tests.support.commits import commit
from tests.support.plans import W1, W2, A, B


def test_commits_without_an_opening_are_no_day() -> None:
    with pytest.raises(RecordError, match="opening"):
        read_record([commit("x")])
    with pytest.raises(RecordError, match="no commits"):
        read_record([])


def test_visit_keeps_the_times_of_visitor_and_clerk() -> None:
    world = Recorded().open(W1)
    world.take(A, count=2)
    world.later(30)
    world.visit(W1, come_s=12, serving_s=90)
    world.later(7)
    world.visit(W1, come_s=3, serving_s=40)
    first, second = read_record(world.commits).arrivals
    assert (first.visits[0].come_s, first.visits[0].parts_s) == (12, [90])
    assert first.visits[0].rests[0].seconds == 7
    assert (second.visits[0].come_s, second.visits[0].parts_s) == (3, [40])
    assert second.visits[0].rests[0].seconds == 0  # nobody waited any more


def test_time_in_which_nobody_waits_is_no_rest() -> None:
    world = Recorded().open(W1)
    world.take(A)
    world.visit(W1)
    world.later(600).take(A)
    world.later(9).call(W1)
    (first, _) = read_record(world.commits).arrivals
    assert first.visits[0].rests[0].seconds == 9


def test_rest_before_the_first_call_belongs_to_the_opening() -> None:
    world = Recorded()
    world.take(A)
    world.open(W1).later(25).call(W1)
    (shift,) = read_record(world.commits).shifts
    assert shift.rest.seconds == 25


def test_rest_under_way_when_the_record_ends_goes_on() -> None:
    world = Recorded().open(W1)
    world.take(A, count=2)
    world.visit(W1)
    world.later(8).take(B)
    first, _, _ = read_record(world.commits).arrivals
    assert first.visits[0].rests[0].seconds > 9


def test_undone_call_is_no_visit_and_the_rest_goes_on() -> None:
    world = Recorded().open(W1)
    world.take(A, count=2)
    world.visit(W1)
    world.later(4).call(W1)
    world.later(5).undo(W1)
    world.later(6).visit(W1)
    first, second = read_record(world.commits).arrivals
    assert len(second.visits) == 1
    assert first.visits[0].rests[0].seconds == 10


def test_passed_visitor_keeps_the_way_back() -> None:
    world = Recorded().open(W1)
    ticket_id = world.take(A)
    world.pass_next(W1)
    world.later(200).bring_back(ticket_id)
    world.later(1).visit(W1)
    (arrival,) = read_record(world.commits).arrivals
    passed, served = arrival.visits
    assert (passed.come_s, passed.passed_s, passed.back_s) == (None, 40, 200)
    assert served.come_s == 10


def test_hold_and_transfer_travel_with_the_ticket() -> None:
    world = Recorded().open(W1, W2)
    ticket_id = world.take(A)
    world.call(W1)
    world.start(W1)
    world.later(20).do(HoldTicket(counter_id=W1))
    world.later(300).do(ResumeTicket(counter_id=W1, ticket_id=ticket_id))
    onward = TransferTicket(counter_id=W1, to_queue_id=B, reason="another matter")
    world.later(50).do(onward)
    world.visit(W2)
    (arrival,) = read_record(world.commits).arrivals
    first, second = arrival.visits
    assert (first.parts_s, first.holds_s) == ([20, 50], [300])
    assert first.transfer is not None
    assert first.transfer.queue_id == QueueId(B)
    assert second.transfer is None


def test_chosen_ticket_keeps_how_long_it_had_waited() -> None:
    world = Recorded().open(W1)
    world.take(A)
    chosen = world.take(A)
    command: CounterCommand = CallTicket(counter_id=W1, ticket_id=chosen, reason="a train")
    world.later(77).do(command)
    arrival = read_record(world.commits).arrivals[1]
    assert (arrival.visits[0].chosen_after_s, arrival.visits[0].reason) == (77, "a train")


def test_queue_without_visits_borrows_the_plan() -> None:
    world = Recorded().open(W1)
    world.take(A)
    world.visit(W1, come_s=8, serving_s=100)
    handling = read_record(world.commits).handling
    assert (handling[A].come_s, handling[A].serving_s) == (8, 100)
    assert handling[B].serving_s == 240


def test_pause_is_a_shift() -> None:
    world = Recorded().open(W1)
    world.do(PauseCounter(counter_id=W1, reason=PauseReason.LUNCH))
    world.later(60).do(ResumeCounter(counter_id=W1))
    shifts = read_record(world.commits).shifts
    assert [(shift.at - world.at).total_seconds() for shift in shifts] == [-60, -60, 0]
