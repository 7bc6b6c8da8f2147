from datetime import timedelta

import pytest

from backend.core import commands as c
from backend.core.ids import TicketClass, TicketId
from backend.core.rules.order import ahead_of, first_in_order, in_order
from tests.support.plans import W1, W2, W3, A, B, C
from tests.support.world import DEVICE, World, world_with

CARE, BOOKED, ORDINARY = TicketClass.CARE, TicketClass.BOOKED, TicketClass.ORDINARY
LETTERS = {"c": CARE, "b": BOOKED, "o": ORDINARY}


def taken(classes: str, **numbers: int) -> World:
    """Tickets of queue A by the first letter of their class, in the order of issue."""
    world = world_with(**numbers).open(W1)
    for letter in classes:
        world.take(A, LETTERS[letter])
    return world


def called(world: World) -> str:
    """The classes of all waiting tickets in the order that W1 calls them in, in no time."""
    found = ""
    while first_in_order(world.day, W1, world.at) is not None:
        found += world.ticket(world.serve(W1, seconds=0)).ticket_class.value[0]
    return found


def test_first_come_is_first_served__CL1_I4() -> None:
    world = taken("ooooo")
    assert world.calls(W1, 5) == ["A001", "A002", "A003", "A004", "A005"]


@pytest.mark.parametrize("ticket_class", list(TicketClass))
def test_first_in_first_out_within_each_class__CL1_I4(ticket_class: TicketClass) -> None:
    world = taken("ocbbcoocb")
    numbers = world.calls(W1, 9)
    tickets = {ticket.number: ticket for ticket in world.day.tickets.values()}
    ours = [number for number in numbers if tickets[number].ticket_class is ticket_class]
    assert ours == sorted(ours)


@pytest.mark.parametrize(
    ("waiting", "order"),
    [
        ("o", "o"),
        ("oc", "co"),
        ("ob", "bo"),
        ("obc", "cbo"),
        ("cccc", "cccc"),
        ("bbbb", "bbbb"),
        ("bbcc", "ccbb"),
        ("ooccccc", "ccoccoc"),
        ("oobbbb", "bobobb"),
        ("ooocccccbbb", "ccboccbocbo"),
    ],
)
def test_at_most_two_care_and_one_booked_in_a_row_while_an_ordinary_one_waits__CL2_I5(
    waiting: str, order: str
) -> None:
    assert called(taken(waiting)) == order


@pytest.mark.parametrize(
    ("care_run_max", "booked_run_max", "order"),
    [(1, 1, "cbocbocb"), (2, 2, "ccbboco"), (5, 1, "cccbobobo")],
)
def test_length_of_runs_is_the_halls__CL2(
    care_run_max: int, booked_run_max: int, order: str
) -> None:
    waiting = "".join(sorted(order, reverse=True))
    world = taken(waiting, care_run_max=care_run_max, booked_run_max=booked_run_max)
    assert called(world) == order


def test_booked_ticket_without_slot_goes_before_a_slot_that_is_yet_to_come__AP2_I4() -> None:
    world = World().open(W1)
    slot_at = world.at + timedelta(minutes=20)
    world.do(c.AddAppointment(appointment_id="B1", code="K7M2P9", queue_id=A, slot_at=slot_at))
    world.do(c.CheckIn(code="K7M2P9"), DEVICE)
    world.take(A, BOOKED)
    assert world.calls(W1, 2) == ["A002", "A001"]


def test_run_goes_on_when_more_care_tickets_come_meanwhile__CL2_I5() -> None:
    world = taken("oc")
    world.serve(W1)
    world.take(A, CARE, count=3)
    assert called(world) == "cocc"


def test_run_begins_anew_after_an_ordinary_ticket__CL2() -> None:
    world = taken("occo")
    world.calls(W1, 3)
    world.take(A, CARE, count=3)
    assert called(world) == "ccoc"


def test_run_does_not_count_while_no_ordinary_ticket_waits__CL2() -> None:
    world = taken("ccc")
    world.calls(W1, 3)
    for letter in "occ":
        world.take(A, LETTERS[letter])
    assert called(world) == "cco"


def test_ordinary_ticket_older_than_30_minutes_goes_before_booked_ones__CL3() -> None:
    world = taken("oob").later(1798)
    assert world.at - world.ticket(TicketId("20261123-A001")).issued_at == timedelta(minutes=30)
    assert world.number(first_of(world)) == "A003"
    world.later(0.001)
    assert world.number(first_of(world)) == "A001"


def test_ordinary_ticket_older_than_30_minutes_still_lets_care_go_first__CL3() -> None:
    assert called(taken("occcb").later(3600)) == "ccocb"


def test_age_is_the_halls__CL3() -> None:
    world = taken("ob", ordinary_first_after_s=600).later(600)
    assert called(world) == "ob"


def test_counter_calls_the_longest_waiting_of_its_queues__CL4() -> None:
    world = World().open(W2)
    for queue_id in (B, A, B, A):
        world.take(queue_id)
    assert world.calls(W2, 4) == ["B001", "A001", "B002", "A002"]


def test_class_goes_first_only_within_its_own_queue__CL4() -> None:
    world = World().open(W2)
    world.take(A)
    world.take(B)
    world.take(B, CARE)
    assert world.calls(W2, 3) == ["A001", "B002", "B001"]


def test_counter_calls_only_from_its_own_queues__CL4() -> None:
    world = World().open(W3)
    world.take(A)
    world.take(C)
    world.take(B)
    assert world.calls(W3, 2) == ["C001", "B001"]
    assert first_in_order(world.day, W3, world.at) is None


def test_tickets_of_the_same_instant_go_in_the_order_they_were_stored__CL4() -> None:
    world = World().open(W2)
    for queue_id in (B, A):
        world.take(queue_id)
        world.later(-1)
    assert world.calls(W2, 2) == ["B001", "A001"]


@pytest.mark.parametrize("waiting", ["o", "ococ", "bbcco", "ooocccccbbb", "ccccoobb"])
@pytest.mark.parametrize("called_before", [0, 1])
def test_predicted_order_is_the_order_of_calls__WT3(waiting: str, called_before: int) -> None:
    world = taken(waiting)
    world.calls(W1, called_before)
    predicted = list(in_order(world.day, world.queue(A), world.at))
    ahead = [ahead_of(world.day, world.ticket(t), world.at) for t in predicted]
    assert ahead == list(range(len(predicted)))
    assert world.calls(W1, len(predicted)) == world.numbers(predicted)


def first_of(world: World) -> TicketId:
    found = first_in_order(world.day, W1, world.at)
    assert found is not None
    return found
