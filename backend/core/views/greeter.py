"""`greeter`: the desk at the door, where visitors are helped on; staff only."""

from datetime import date, datetime
from itertools import islice

from msgspec import Struct

from backend.core.day import HallDay, Ticket
from backend.core.ids import (
    AppointmentId,
    Channel,
    KioskId,
    QueueId,
    Text,
    TicketClass,
    TicketId,
    TicketState,
)
from backend.core.views.kiosk import KioskQueue, kiosk_queue

TICKETS_MAX = 30
PASSED_MAX = 60
BOOKINGS_MAX = 200


class GreeterKiosk(Struct, frozen=True, kw_only=True):
    """A kiosk whose printer the desk may use."""

    kiosk_id: KioskId
    zone_name: Text


class GreeterTicket(Struct, frozen=True, kw_only=True):
    """A ticket as the desk sees it."""

    ticket_id: TicketId
    number: str
    queue_id: QueueId
    queue_name: Text
    ticket_class: TicketClass
    channel: Channel
    state: TicketState
    issued_at: datetime
    passed_at: datetime | None
    counter_no: int | None
    """Where it is called or served, or was last."""
    returns_left: int


class GreeterBooking(Struct, frozen=True, kw_only=True):
    """A visitor who is expected; the code is the visitor's own and is not shown."""

    appointment_id: AppointmentId
    queue_id: QueueId
    queue_name: Text
    slot_at: datetime
    is_cancelled: bool
    number: str | None
    """The ticket's number, once checked in."""


class GreeterView(Struct, frozen=True, kw_only=True, tag="greeter"):
    """All the desk at the door needs to see."""

    hall_name: Text
    time_zone: str
    day: date
    is_open: bool
    queues: tuple[KioskQueue, ...]
    kiosks: tuple[GreeterKiosk, ...]
    """Those with a printer."""
    recent: tuple[GreeterTicket, ...]
    """The last tickets taken, newest first."""
    passed: tuple[GreeterTicket, ...]
    """Longest passed first."""
    bookings: tuple[GreeterBooking, ...]
    """Earliest slot first."""


def greeter(day: HallDay) -> GreeterView:
    """The desk at the door."""
    assert day.plan is not None
    assert day.day is not None
    return GreeterView(
        hall_name=day.plan.name,
        time_zone=day.plan.time_zone,
        day=day.day,
        is_open=day.is_open,
        queues=tuple(kiosk_queue(day, queue) for queue in day.plan.queues),
        kiosks=tuple(
            GreeterKiosk(kiosk_id=k.kiosk_id, zone_name=day.index.zones[k.zone_id].name)
            for k in day.plan.kiosks
            if k.printer_id is not None
        ),
        recent=tuple(
            greeter_ticket(day, ticket)
            for ticket in islice(reversed(day.tickets.values()), TICKETS_MAX)
        ),
        passed=tuple(greeter_ticket(day, day.tickets[t]) for t in islice(day.passed, PASSED_MAX)),
        bookings=_bookings(day),
    )


def greeter_ticket(day: HallDay, ticket: Ticket) -> GreeterTicket:
    """One ticket as the desk sees it."""
    counter_id = ticket.counter_id
    return GreeterTicket(
        ticket_id=ticket.ticket_id,
        number=ticket.number,
        queue_id=ticket.queue_id,
        queue_name=day.index.queues[ticket.queue_id].name,
        ticket_class=ticket.ticket_class,
        channel=ticket.channel,
        state=ticket.state,
        issued_at=ticket.issued_at,
        passed_at=ticket.passed_at,
        counter_no=day.index.counters[counter_id].no if counter_id is not None else None,
        returns_left=day.rules.returns_max - ticket.returns,
    )


def _bookings(day: HallDay) -> tuple[GreeterBooking, ...]:
    expected = sorted(day.bookings.values(), key=lambda b: b.appointment.slot_at)
    return tuple(
        GreeterBooking(
            appointment_id=booking.appointment.appointment_id,
            queue_id=booking.appointment.queue_id,
            queue_name=day.index.queues[booking.appointment.queue_id].name,
            slot_at=booking.appointment.slot_at,
            is_cancelled=booking.is_cancelled,
            number=day.tickets[booking.ticket_id].number if booking.ticket_id else None,
        )
        for booking in islice(expected, BOOKINGS_MAX)
    )
