"""Taking, cancelling, returning and giving up tickets (TK1-TK3, TK6, PS2, PS3)."""

from datetime import datetime, timedelta
from itertools import takewhile

from msgspec.structs import replace

from backend.core.commands import (
    CancelTicket,
    DelayTicket,
    ReprintTicket,
    ReturnTicket,
    TakeTicket,
)
from backend.core.day import HallDay, Ticket
from backend.core.errors import Refusal, RefusalCode
from backend.core.events import (
    Event,
    TicketAbandoned,
    TicketCancelled,
    TicketDelayed,
    TicketReprinted,
    TicketReturned,
    TicketTaken,
)
from backend.core.ids import (
    Channel,
    JobId,
    QueueId,
    ServiceId,
    TicketClass,
    TicketId,
    TicketState,
    TicketToken,
)
from backend.core.plan import Appointment, KioskPlan
from backend.core.rules.counters import check_own
from backend.core.rules.day import open_day_of
from backend.core.rules.issuing import check_issuing
from backend.core.rules.limits import check_kiosk, check_person
from backend.core.rules.order import ahead_of_new
from backend.core.rules.waiting import told
from backend.core.stamp import Role, Stamp

_BY_CARD = frozenset({Channel.CARD, Channel.REMOTE})


def take_ticket(day: HallDay, command: TakeTicket, stamp: Stamp) -> tuple[Event, ...]:
    """Give the visitor the next number of the queue (TK1-TK3).

    Raises Refusal: day_not_open, card_missing, card_unknown, queue_or_services, unknown_queue,
    unknown_service, services_of_several_queues, unknown_kiosk, channel_off, class_off, and as
    `check_issuing`, `check_kiosk` and `check_person`.
    """
    open_day_of(day)
    queue_id = queue_named(day, command.queue_id, command.service_ids)
    kiosk = kiosk_named(day, command.kiosk_id)
    check_channel(day, queue_id, command.channel)
    if command.channel is Channel.APPOINTMENT:
        raise Refusal(RefusalCode.CHANNEL_OFF)  # who has one checks in
    if command.ticket_class not in day.index.queues[queue_id].classes:
        raise Refusal(RefusalCode.CLASS_OFF)
    if command.ticket_class is TicketClass.BOOKED and stamp.by.role is Role.DEVICE:
        raise Refusal(RefusalCode.CLASS_OFF)  # without staff, only who checks in has one (AP2)
    card = command.card if command.channel in _BY_CARD else None
    if command.channel in _BY_CARD and card is None:
        raise Refusal(RefusalCode.CARD_MISSING)
    if command.channel is Channel.REMOTE and stamp.origin is None:
        raise Refusal(RefusalCode.CARD_UNKNOWN)  # whoever makes cards up would fill the hall
    check_issuing(day, queue_id, stamp.at)
    check_kiosk(day, kiosk, command.channel, stamp)
    check_person(day, queue_id, card)
    return (
        new_ticket(
            day,
            stamp,
            queue_id=queue_id,
            service_ids=tuple(ServiceId(s) for s in command.service_ids),
            ticket_class=command.ticket_class,
            channel=command.channel,
            person_hash=card,
            kiosk=kiosk,
            is_printed=command.print,
        ),
    )


def new_ticket(
    day: HallDay,
    stamp: Stamp,
    *,
    queue_id: QueueId,
    service_ids: tuple[ServiceId, ...],
    ticket_class: TicketClass,
    channel: Channel,
    person_hash: str | None,
    kiosk: KioskPlan | None,
    is_printed: bool,
    appointment: Appointment | None = None,
) -> TicketTaken:
    """The next number of the queue (TK1, TK2)."""
    number = number_of(day.index.queues[queue_id].letter, day.queues[queue_id].issued + 1)
    ticket_id = TicketId(f"{open_day_of(day):%Y%m%d}-{number}")
    printer_id = kiosk.printer_id if kiosk is not None and is_printed else None
    is_booked = appointment is not None and ticket_class is TicketClass.BOOKED
    taken = TicketTaken(
        ticket_id=ticket_id,
        number=number,
        token=stamp.ticket_token,
        queue_id=queue_id,
        service_ids=service_ids,
        ticket_class=ticket_class,
        channel=channel,
        kiosk_id=kiosk.kiosk_id if kiosk is not None else None,
        person_hash=person_hash,
        ahead=0,
        wait_min_s=None,
        wait_max_s=None,
        job_id=JobId(f"{ticket_id}-1") if printer_id is not None else None,
        printer_id=printer_id,
        issued_at=stamp.at,
        origin=stamp.origin if appointment is None else appointment.origin or stamp.origin,
        appointment_id=appointment.appointment_id if appointment is not None else None,
        slot_at=appointment.slot_at if appointment is not None and is_booked else None,
    )
    ahead = ahead_of_new(day, ticket_of(taken, day.ranks + 1))
    forecast, (wait_min_s, wait_max_s) = told(day, queue_id, ahead, stamp.at)
    return replace(
        taken, ahead=ahead, wait_min_s=wait_min_s, wait_max_s=wait_max_s, forecast=forecast
    )


def ticket_of(event: TicketTaken, rank: int) -> Ticket:
    """The ticket as it was taken, the last of its line."""
    return Ticket(
        ticket_id=event.ticket_id,
        number=event.number,
        token=event.token,
        queue_id=event.queue_id,
        service_ids=event.service_ids,
        ticket_class=event.ticket_class,
        channel=event.channel,
        kiosk_id=event.kiosk_id,
        issued_at=event.issued_at,
        ahead=event.ahead,
        wait_min_s=event.wait_min_s,
        wait_max_s=event.wait_max_s,
        rank=(float(rank), rank),
        waits_since=event.issued_at,
        person_hash=event.person_hash,
        origin=event.origin,
        appointment_id=event.appointment_id,
        slot_at=event.slot_at,
    )


def cancel_ticket(day: HallDay, command: CancelTicket, stamp: Stamp) -> tuple[Event, ...]:
    """Take the visitor out of the line; staff say why.

    Raises Refusal: day_not_open, as `_named`, reason_missing, ticket_not_waiting.
    """
    open_day_of(day)
    ticket = _named(day, command, stamp)
    if command.ticket_token is None and not command.reason.strip():
        raise Refusal(RefusalCode.REASON_MISSING)
    if ticket.state not in {TicketState.WAITING, TicketState.PASSED}:
        raise Refusal(RefusalCode.TICKET_NOT_WAITING)
    return (
        TicketCancelled(ticket_id=ticket.ticket_id, cancelled_at=stamp.at, reason=command.reason),
    )


def return_ticket(day: HallDay, command: ReturnTicket, stamp: Stamp) -> tuple[Event, ...]:
    """Let a passed visitor wait again, behind the next few of the queue (PS2, I14).

    Raises Refusal: day_not_open, as `_named`, ticket_not_passed,
    returns_used_up.
    """
    open_day_of(day)
    ticket = _named(day, command, stamp)
    if ticket.state is not TicketState.PASSED:
        raise Refusal(RefusalCode.TICKET_NOT_PASSED)
    if ticket.returns >= day.rules.returns_max:
        raise Refusal(RefusalCode.RETURNS_USED_UP)
    places = day.rules.return_places
    return (TicketReturned(ticket_id=ticket.ticket_id, places=places, returned_at=stamp.at),)


def delay_ticket(day: HallDay, command: DelayTicket, stamp: Stamp) -> tuple[Event, ...]:
    """Let some others go first, once (TK6).

    Raises Refusal: day_not_open, as `_named`, ticket_not_waiting,
    delays_used_up.
    """
    open_day_of(day)
    ticket = _named(day, command, stamp)
    if ticket.state is not TicketState.WAITING or ticket.only is not None:
        raise Refusal(RefusalCode.TICKET_NOT_WAITING)
    if ticket.delays or not day.rules.delay_places:
        raise Refusal(RefusalCode.DELAYS_USED_UP)
    places = command.places or day.rules.delay_places
    return (TicketDelayed(ticket_id=ticket.ticket_id, places=places, delayed_at=stamp.at),)


def reprint_ticket(day: HallDay, command: ReprintTicket, stamp: Stamp) -> tuple[Event, ...]:
    """Ask for another paper, which says that it is one (I11).

    Raises Refusal: day_not_open, as `_named`, unknown_kiosk,
    kiosk_without_printer.
    """
    open_day_of(day)
    ticket = _named(day, command, stamp)
    kiosk = kiosk_named(day, command.kiosk_id)
    if kiosk is None or kiosk.printer_id is None:
        raise Refusal(RefusalCode.KIOSK_WITHOUT_PRINTER)
    return (
        TicketReprinted(
            ticket_id=ticket.ticket_id,
            job_id=JobId(f"{ticket.ticket_id}-{ticket.papers + 1}"),
            printer_id=kiosk.printer_id,
            copy=ticket.papers,
            asked_at=stamp.at,
        ),
    )


def abandoned(day: HallDay, at: datetime) -> tuple[TicketAbandoned, ...]:
    """The passed tickets whose time is over are given up (PS3)."""
    limit = timedelta(seconds=day.rules.passed_expires_s)

    def is_over(ticket_id: TicketId) -> bool:
        passed_at = day.tickets[ticket_id].passed_at
        return passed_at is not None and at - passed_at >= limit

    return tuple(
        TicketAbandoned(ticket_id=ticket_id, abandoned_at=at)
        for ticket_id in takewhile(is_over, day.passed)
    )


def number_of(letter: str, issued: int) -> str:
    """Queue letter and three digits, four after 999 (TK1)."""
    return f"{letter}{issued:03d}"


def queue_named(day: HallDay, queue_id: str | None, service_ids: tuple[str, ...]) -> QueueId:
    """The queue that is named directly or by services of it.

    Raises Refusal: queue_or_services, unknown_queue, unknown_service, services_of_several_queues.
    """
    if (queue_id is None) == (not service_ids):
        raise Refusal(RefusalCode.QUEUE_OR_SERVICES)
    if queue_id is not None:
        if queue_id not in day.queues:
            raise Refusal(RefusalCode.UNKNOWN_QUEUE)
        return QueueId(queue_id)
    assert day.plan is not None
    served = {s.service_id: s.queue_id for s in day.plan.services if s.queue_id in day.queues}
    if any(service_id not in served for service_id in service_ids):
        raise Refusal(RefusalCode.UNKNOWN_SERVICE)
    queue_ids = {served[ServiceId(service_id)] for service_id in service_ids}
    if len(queue_ids) > 1:
        raise Refusal(RefusalCode.SERVICES_OF_SEVERAL_QUEUES)
    return queue_ids.pop()


def check_channel(day: HallDay, queue_id: QueueId, channel: Channel) -> None:
    """Raises Refusal: channel_off (TK3)."""
    if channel not in day.index.queues[queue_id].channels:
        raise Refusal(RefusalCode.CHANNEL_OFF)


def kiosk_named(day: HallDay, kiosk_id: str | None) -> KioskPlan | None:
    """The kiosk with this id, if one is named; Raises Refusal: unknown_kiosk."""
    if kiosk_id is None:
        return None
    assert day.plan is not None
    kiosk = next((k for k in day.plan.kiosks if k.kiosk_id == kiosk_id), None)
    if kiosk is None:
        raise Refusal(RefusalCode.UNKNOWN_KIOSK)
    return kiosk


def _named(
    day: HallDay, command: CancelTicket | ReturnTicket | DelayTicket | ReprintTicket, stamp: Stamp
) -> Ticket:
    """The visitor's ticket by its token, or any by its id where the caller may act for it.

    Raises Refusal: ticket_or_token, unknown_ticket, and as `check_own`.
    """
    ticket_id, token = command.ticket_id, command.ticket_token
    if (ticket_id is None) == (token is None):
        raise Refusal(RefusalCode.TICKET_OR_TOKEN)
    found = TicketId(ticket_id) if ticket_id is not None else None
    if token is not None:
        found = day.tokens.get(TicketToken(token))
    ticket = day.tickets.get(found) if found is not None else None
    if ticket is None:
        raise Refusal(RefusalCode.UNKNOWN_TICKET)
    if token is None:
        check_own(day, ticket, stamp)
    return ticket
