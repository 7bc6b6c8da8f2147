"""Taking, cancelling, returning and giving up tickets (TK1, TK2, PS2, PS3)."""

from datetime import timedelta
from itertools import takewhile

from backend.core.commands import (
    AbandonPassed,
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
    KioskId,
    QueueId,
    ServiceId,
    TicketId,
    TicketState,
    TicketToken,
)
from backend.core.plan import KioskPlan
from backend.core.rules.day import open_day_of
from backend.core.rules.order import ahead_of_new
from backend.core.rules.waiting import wait_range
from backend.core.stamp import Stamp

CHANNELS_ON = frozenset({Channel.CARD, Channel.ANONYMOUS})


def take_ticket(day: HallDay, command: TakeTicket, stamp: Stamp) -> tuple[Event, ...]:
    """Give the visitor the next number of the queue (TK1-TK3).

    Raises Refusal: day_not_open, channel_off, card_missing, queue_or_services, unknown_queue,
    unknown_service, services_of_several_queues, unknown_kiosk.
    """
    service_day = open_day_of(day)
    if command.channel not in CHANNELS_ON:
        raise Refusal(RefusalCode.CHANNEL_OFF)
    if command.channel is Channel.CARD and command.card is None:
        raise Refusal(RefusalCode.CARD_MISSING)
    queue_id = _queue_of(day, command)
    kiosk = _kiosk_of(day, command.kiosk_id)
    number = number_of(day.index.queues[queue_id].letter, day.queues[queue_id].issued + 1)
    ticket_id = TicketId(f"{service_day:%Y%m%d}-{number}")
    ahead = ahead_of_new(day, queue_id, command.ticket_class, stamp.at)
    wait_min_s, wait_max_s = wait_range(day, queue_id, ahead)
    printer_id = kiosk.printer_id if kiosk is not None and command.print else None
    return (
        TicketTaken(
            ticket_id=ticket_id,
            number=number,
            token=stamp.ticket_token,
            queue_id=queue_id,
            service_ids=tuple(ServiceId(s) for s in command.service_ids),
            ticket_class=command.ticket_class,
            channel=command.channel,
            kiosk_id=kiosk.kiosk_id if kiosk is not None else None,
            person_hash=command.card if command.channel is Channel.CARD else None,
            ahead=ahead,
            wait_min_s=wait_min_s,
            wait_max_s=wait_max_s,
            job_id=JobId(f"{ticket_id}-1") if printer_id is not None else None,
            printer_id=printer_id,
            issued_at=stamp.at,
        ),
    )


def cancel_ticket(day: HallDay, command: CancelTicket, stamp: Stamp) -> tuple[Event, ...]:
    """Take the visitor out of the line.

    Raises Refusal: day_not_open, ticket_or_token, unknown_ticket, ticket_not_waiting.
    """
    open_day_of(day)
    ticket = _named(day, command.ticket_id, command.ticket_token)
    if ticket.state not in {TicketState.WAITING, TicketState.PASSED}:
        raise Refusal(RefusalCode.TICKET_NOT_WAITING)
    return (TicketCancelled(ticket_id=ticket.ticket_id, cancelled_at=stamp.at),)


def return_ticket(day: HallDay, command: ReturnTicket, stamp: Stamp) -> tuple[Event, ...]:
    """Let a passed visitor wait again, behind the next few of the queue (PS2, I14).

    Raises Refusal: day_not_open, ticket_or_token, unknown_ticket, ticket_not_passed,
    returns_used_up.
    """
    open_day_of(day)
    ticket = _named(day, command.ticket_id, command.ticket_token)
    if ticket.state is not TicketState.PASSED:
        raise Refusal(RefusalCode.TICKET_NOT_PASSED)
    if ticket.returns >= day.rules.returns_max:
        raise Refusal(RefusalCode.RETURNS_USED_UP)
    places = day.rules.return_places
    return (TicketReturned(ticket_id=ticket.ticket_id, places=places, returned_at=stamp.at),)


def delay_ticket(day: HallDay, command: DelayTicket, stamp: Stamp) -> tuple[Event, ...]:
    """Let some others go first, once (TK6).

    Raises Refusal: day_not_open, ticket_or_token, unknown_ticket, ticket_not_waiting,
    delays_used_up.
    """
    open_day_of(day)
    ticket = _named(day, command.ticket_id, command.ticket_token)
    if ticket.state is not TicketState.WAITING or ticket.only is not None:
        raise Refusal(RefusalCode.TICKET_NOT_WAITING)
    if ticket.delays or not day.rules.delay_places:
        raise Refusal(RefusalCode.DELAYS_USED_UP)
    places = command.places or day.rules.delay_places
    return (TicketDelayed(ticket_id=ticket.ticket_id, places=places, delayed_at=stamp.at),)


def reprint_ticket(day: HallDay, command: ReprintTicket, stamp: Stamp) -> tuple[Event, ...]:
    """Ask for another paper, which says that it is one (I11).

    Raises Refusal: day_not_open, ticket_or_token, unknown_ticket, unknown_kiosk,
    kiosk_without_printer.
    """
    open_day_of(day)
    ticket = _named(day, command.ticket_id, command.ticket_token)
    kiosk = _kiosk_of(day, command.kiosk_id)
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


def abandon_passed(day: HallDay, _command: AbandonPassed, stamp: Stamp) -> tuple[Event, ...]:
    """Give up the passed tickets whose time is over (PS3); no event when there are none."""
    if not day.is_open:
        return ()
    limit = timedelta(seconds=day.rules.passed_expires_s)

    def is_over(ticket_id: TicketId) -> bool:
        passed_at = day.tickets[ticket_id].passed_at
        return passed_at is not None and stamp.at - passed_at >= limit

    return tuple(
        TicketAbandoned(ticket_id=ticket_id, abandoned_at=stamp.at)
        for ticket_id in takewhile(is_over, day.passed)
    )


def number_of(letter: str, issued: int) -> str:
    """Queue letter and three digits, four after 999 (TK1)."""
    return f"{letter}{issued:03d}"


def _queue_of(day: HallDay, command: TakeTicket) -> QueueId:
    if (command.queue_id is None) == (not command.service_ids):
        raise Refusal(RefusalCode.QUEUE_OR_SERVICES)
    if command.queue_id is not None:
        if command.queue_id not in day.index.queues:
            raise Refusal(RefusalCode.UNKNOWN_QUEUE)
        return QueueId(command.queue_id)
    services = [day.index.services.get(ServiceId(s)) for s in command.service_ids]
    queue_ids = {service.queue_id for service in services if service is not None}
    if None in services:
        raise Refusal(RefusalCode.UNKNOWN_SERVICE)
    if len(queue_ids) > 1:
        raise Refusal(RefusalCode.SERVICES_OF_SEVERAL_QUEUES)
    return queue_ids.pop()


def _kiosk_of(day: HallDay, kiosk_id: str | None) -> KioskPlan | None:
    if kiosk_id is None:
        return None
    kiosk = day.index.kiosks.get(KioskId(kiosk_id))
    if kiosk is None:
        raise Refusal(RefusalCode.UNKNOWN_KIOSK)
    return kiosk


def _named(day: HallDay, ticket_id: str | None, token: str | None) -> Ticket:
    if (ticket_id is None) == (token is None):
        raise Refusal(RefusalCode.TICKET_OR_TOKEN)
    found = TicketId(ticket_id) if ticket_id is not None else None
    if token is not None:
        found = day.tokens.get(TicketToken(token))
    ticket = day.tickets.get(found) if found is not None else None
    if ticket is None:
        raise Refusal(RefusalCode.UNKNOWN_TICKET)
    return ticket
