"""`greeter`: the desk at the door, where visitors are helped on; staff only."""

import re
from collections.abc import Iterable
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
    ZoneId,
)
from backend.core.rules.order import Lines
from backend.core.rules.waiting import wait_range
from backend.core.views.board import NoticeLine, notices_of
from backend.core.views.kiosk import KioskQueue, kiosk_queue
from backend.core.views.ticket import can_delay

TICKETS_MAX = 30
PASSED_MAX = 60
BOOKINGS_MAX = 200
FOUND_MAX = 30
CODE_SHOWN = 3
"""Characters of an appointment's code that staff see, to tell visitors of one slot apart."""
NUMBER = re.compile(r"([A-Z]?)0*([1-9][0-9]{0,3})", re.ASCII)


class GreeterKiosk(Struct, frozen=True, kw_only=True):
    """A kiosk whose printer the desk may use."""

    kiosk_id: KioskId
    zone_id: ZoneId
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
    can_delay: bool
    """Whether some others may be let go first (TK6)."""


class FoundTicket(Struct, frozen=True, kw_only=True):
    """A ticket that the desk asked for, with all that is worth telling its visitor."""

    ticket: GreeterTicket
    zone_name: Text
    service_names: tuple[Text, ...]
    ahead: int | None
    """Tickets that would be called before this one (WT3); None when it does not wait."""
    wait_min_s: int | None
    wait_max_s: int | None
    called_at: datetime | None
    """Of the last call or recall."""


class FoundTickets(Struct, frozen=True, kw_only=True):
    """The answer to a search, newest first; nothing of the card."""

    tickets: tuple[FoundTicket, ...]


class GreeterBooking(Struct, frozen=True, kw_only=True):
    """A visitor who is expected and has not come yet."""

    appointment_id: AppointmentId
    code_end: str
    """The rest of the code is the visitor's own and is not shown."""
    queue_id: QueueId
    queue_name: Text
    service_names: tuple[Text, ...]
    slot_at: datetime


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
    passed_expires_s: int
    """How long after it was passed a ticket is given up (PS3)."""
    return_places: int
    delay_places: int
    check_in_early_s: int
    check_in_late_s: int
    bookings: tuple[GreeterBooking, ...]
    """Who is still expected, earliest slot first."""
    notices: tuple[NoticeLine, ...]
    """Those for every zone, newest first."""


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
            GreeterKiosk(
                kiosk_id=k.kiosk_id,
                zone_id=k.zone_id,
                zone_name=day.index.zones[k.zone_id].name,
            )
            for k in day.plan.kiosks
            if k.printer_id is not None
        ),
        recent=tuple(
            greeter_ticket(day, ticket)
            for ticket in islice(reversed(day.tickets.values()), TICKETS_MAX)
        ),
        passed=tuple(greeter_ticket(day, day.tickets[t]) for t in islice(day.passed, PASSED_MAX)),
        passed_expires_s=day.rules.passed_expires_s,
        return_places=day.rules.return_places,
        delay_places=day.rules.delay_places,
        check_in_early_s=day.rules.check_in_early_s,
        check_in_late_s=day.rules.check_in_late_s,
        bookings=_bookings(day),
        notices=notices_of(day, None),
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
        can_delay=can_delay(day, ticket),
    )


def tickets_numbered(day: HallDay, text: str) -> tuple[FoundTicket, ...]:
    """The tickets whose number is meant by what a visitor says, newest first.

    The letter and zeros may be left out: `23` is A023 and B023, `a23` is A023.
    """
    meant = NUMBER.fullmatch(text.strip().upper())
    if meant is None:
        return ()
    letter, digits = meant[1], f"{int(meant[2]):03d}"
    newest = reversed(day.tickets.values())
    numbered = (ticket for ticket in newest if ticket.number[1:] == digits)
    return _found(day, (t for t in numbered if letter in {"", t.number[0]}))


def tickets_of(day: HallDay, person_hashes: Iterable[str]) -> tuple[FoundTicket, ...]:
    """The tickets of a person, who may be known by several hashes, newest first."""
    found = [day.tickets[t] for known in set(person_hashes) for t in day.persons.get(known, [])]
    return _found(day, sorted(found, key=lambda ticket: ticket.issued_at, reverse=True))


def _found(day: HallDay, tickets: Iterable[Ticket]) -> tuple[FoundTicket, ...]:
    lines = Lines(day)
    return tuple(_found_ticket(day, ticket, lines) for ticket in islice(tickets, FOUND_MAX))


def _found_ticket(day: HallDay, ticket: Ticket, lines: Lines) -> FoundTicket:
    plan = day.index.queues[ticket.queue_id]
    as_of = day.queues[ticket.queue_id].at
    is_waiting = ticket.state is TicketState.WAITING
    ahead = lines.ahead_of(ticket, as_of) if is_waiting and as_of is not None else None
    wait_min_s, wait_max_s = (
        (None, None) if ahead is None else wait_range(day, ticket.queue_id, ahead)
    )
    return FoundTicket(
        ticket=greeter_ticket(day, ticket),
        zone_name=day.index.zones[plan.zone_id].name,
        service_names=tuple(day.index.services[s].name for s in ticket.service_ids),
        ahead=ahead,
        wait_min_s=wait_min_s,
        wait_max_s=wait_max_s,
        called_at=ticket.recalled_at or ticket.called_at,
    )


def _bookings(day: HallDay) -> tuple[GreeterBooking, ...]:
    expected = [
        booking.appointment
        for booking in day.bookings.values()
        if booking.ticket_id is None and not booking.is_cancelled
    ]
    expected.sort(key=lambda appointment: appointment.slot_at)
    return tuple(
        GreeterBooking(
            appointment_id=appointment.appointment_id,
            code_end=appointment.code[-CODE_SHOWN:],
            queue_id=appointment.queue_id,
            queue_name=day.index.queues[appointment.queue_id].name,
            service_names=tuple(day.index.services[s].name for s in appointment.service_ids),
            slot_at=appointment.slot_at,
        )
        for appointment in islice(expected, BOOKINGS_MAX)
    )
