"""The greeter's desk: who is expected, who was passed, and whose ticket was meant."""

from datetime import timedelta

import pytest

from backend.core import commands as c
from backend.core.ids import Channel, QueueId, TicketState
from backend.core.views.greeter import greeter, tickets_numbered, tickets_of
from backend.demo.hall import demo_plan
from tests.support.effort import effort
from tests.support.plans import K1, W1, A, B
from tests.support.world import DEVICE, MORNING, World

CARD = "cafe" * 16
DAY_TICKETS, DAY_APPOINTMENTS = 5_000, 500
"""Four times what it may cost on a quiet machine: tests share theirs."""


def booked(world: World, name: str, minutes: int, queue_id: QueueId = A) -> None:
    world.do(
        c.AddAppointment(
            appointment_id=name,
            code=f"CODE{name}",
            queue_id=queue_id,
            slot_at=MORNING + timedelta(minutes=minutes),
        )
    )


def test_expected_visitors_are_listed_by_slot_until_they_come__AP2() -> None:
    world = World()
    for name, minutes in (("B1", 30), ("B2", 10), ("B3", 20), ("B4", 5)):
        booked(world, name, minutes)
    world.do(c.CheckIn(appointment_id="B3"))
    world.do(c.CancelAppointment(appointment_id="B4"))
    assert [b.appointment_id for b in greeter(world.day).bookings] == ["B2", "B1"]


def test_desk_sees_only_the_end_of_a_code__I19() -> None:
    world = World()
    booked(world, "K7M2P9", 10)
    assert [b.code_end for b in greeter(world.day).bookings] == ["2P9"]


def test_appointment_named_by_staff_gives_a_booked_ticket__AP2() -> None:
    world = World()
    booked(world, "B1", 10)
    world.do(c.CheckIn(appointment_id="B1", kiosk_id=K1))
    (recent,) = greeter(world.day).recent
    assert (recent.number, recent.channel, recent.ticket_class) == ("A001", "appointment", "booked")


def test_passed_visitors_are_listed_longest_passed_first__PS3() -> None:
    world = World().open(W1)
    world.take(A, count=3)
    first, second = world.pass_next(W1), world.pass_next(W1)
    view = greeter(world.day)
    assert [t.ticket_id for t in view.passed] == [first, second]
    assert view.passed_expires_s == world.day.rules.passed_expires_s
    assert [t.returns_left for t in view.passed] == [2, 2]


def test_only_kiosks_with_a_printer_are_offered() -> None:
    assert [k.kiosk_id for k in greeter(World().day).kiosks] == [K1]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("A002", ["A002"]),
        ("a2", ["A002"]),
        (" 2 ", ["B002", "A002"]),
        ("002", ["B002", "A002"]),
        ("B3", []),
        ("C002", []),
        ("0", []),
        ("", []),
        ("A", []),
        ("2A", []),
        ("A-02", []),
        ("٢", []),
        ("99999", []),
    ],
)
def test_number_is_understood_without_letter_or_zeros__TK1(said: str, meant: list[str]) -> None:
    world = World()
    world.take(A, count=3)
    world.take(B, count=2)
    assert [found.ticket.number for found in tickets_numbered(world.day, said)] == meant


def test_number_over_999_is_found_without_zeros__TK1() -> None:
    world = World()
    world.queue(A).issued = 1_022
    world.take(A)
    assert [found.ticket.number for found in tickets_numbered(world.day, "1023")] == ["A1023"]
    assert tickets_numbered(world.day, "23") == ()


def test_found_ticket_tells_who_is_ahead_while_it_waits__WT3() -> None:
    world = World().open(W1)
    world.take(A, count=3)
    (waiting,) = tickets_numbered(world.day, "A003")
    assert (waiting.ahead, waiting.ticket.can_delay) == (2, True)
    assert waiting.wait_min_s is not None
    world.call(W1)
    (called,) = tickets_numbered(world.day, "A001")
    assert (called.ahead, called.ticket.counter_no) == (None, 1)
    assert called.called_at == world.at


def test_card_finds_all_tickets_of_its_holder_newest_first() -> None:
    world = World()
    for queue_id, card in ((A, CARD), (B, "beef" * 16), (B, CARD)):
        world.later(1).do(
            c.TakeTicket(channel=Channel.CARD, queue_id=queue_id, card=card, kiosk_id=K1), DEVICE
        )
    world.cancel(world.day.persons[CARD][0])
    found = tickets_of(world.day, (CARD, CARD))
    assert [(f.ticket.number, f.ticket.state) for f in found] == [
        ("B002", TicketState.WAITING),
        ("A001", TicketState.CANCELLED),
    ]
    assert tickets_of(world.day, ("0" * 64,)) == ()


def full_day(tickets: int) -> World:
    """The demo hall with its appointments, and so many tickets, of which one in ten waits."""
    world = World(demo_plan())
    queue_ids = [queue.queue_id for queue in demo_plan().queues]
    for n in range(DAY_APPOINTMENTS):
        booked(world, f"N{n:04d}", n, queue_ids[n % len(queue_ids)])
    for n in range(tickets):
        world.take(queue_ids[n % len(queue_ids)])
        if n % 10:
            world.cancel(next(reversed(world.day.tickets)))
    return world


def test_view_and_search_are_hardly_more_work_on_a_full_day() -> None:
    quiet, full = full_day(DAY_TICKETS // 10).day, full_day(DAY_TICKETS).day
    assert len(tickets_numbered(full, "23")) == len(demo_plan().queues)
    assert effort(lambda: greeter(full)) < 1.5 * effort(lambda: greeter(quiet))
    assert effort(lambda: tickets_numbered(full, "23")) < DAY_TICKETS
