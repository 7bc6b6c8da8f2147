"""Visitors who step away from a counter or go on to another one (TR1, TK7, CL10)."""

from backend.core.commands import (
    CallTicket,
    HoldTicket,
    NextQueue,
    ResumeTicket,
    SendTicket,
    TransferTicket,
)
from backend.core.day import HallDay, Ticket
from backend.core.errors import Refusal, RefusalCode
from backend.core.events import (
    Event,
    ServingResumed,
    TicketCalled,
    TicketHeld,
    TicketSent,
    TicketTransferred,
)
from backend.core.ids import ChosenBy, CounterId, Place, QueueId, StaffId, TicketId, TicketState
from backend.core.rules.calls import next_call_id, serving_ticket
from backend.core.rules.counters import acting_counter, free_counter, serves
from backend.core.rules.day import open_day_of
from backend.core.stamp import Role, Stamp


def call_ticket(day: HallDay, command: CallTicket, stamp: Stamp) -> tuple[Event, ...]:
    """Call a chosen waiting or passed ticket, on record with its reason (CL10).

    Raises Refusal: as `free_counter`, unknown_ticket, ticket_of_other_queue, ticket_not_waiting.
    """
    counter = free_counter(day, command, stamp)
    ticket = _known(day, command.ticket_id)
    if stamp.by.role is Role.CLERK and not serves(counter, ticket):
        raise Refusal(RefusalCode.TICKET_OF_OTHER_QUEUE)
    if ticket.state not in {TicketState.WAITING, TicketState.PASSED}:
        raise Refusal(RefusalCode.TICKET_NOT_WAITING)
    return (
        TicketCalled(
            ticket_id=ticket.ticket_id,
            counter_id=counter.counter_id,
            call_id=next_call_id(day),
            called_at=stamp.at,
            reason=command.reason,
            by=ChosenBy.STAFF,
        ),
    )


def hold_ticket(day: HallDay, command: HoldTicket, stamp: Stamp) -> tuple[Event, ...]:
    """Let the visitor fetch something and free the counter.

    Raises Refusal: as `acting_counter`, counter_idle, ticket_not_serving.
    """
    ticket = serving_ticket(day, command, stamp)
    counter_id = CounterId(command.counter_id)
    return (TicketHeld(ticket_id=ticket.ticket_id, counter_id=counter_id, held_at=stamp.at),)


def resume_ticket(day: HallDay, command: ResumeTicket, stamp: Stamp) -> tuple[Event, ...]:
    """Go on with a held visitor, at any counter of the queue.

    Raises Refusal: as `acting_counter`, counter_busy, unknown_ticket, ticket_not_held,
    ticket_of_other_queue.
    """
    counter = acting_counter(day, command, stamp)
    if counter.ticket_id is not None:
        raise Refusal(RefusalCode.COUNTER_BUSY)
    ticket = _known(day, command.ticket_id)
    if ticket.state is not TicketState.HELD:
        raise Refusal(RefusalCode.TICKET_NOT_HELD)
    if ticket.counter_id != counter.counter_id and not serves(counter, ticket):
        raise Refusal(RefusalCode.TICKET_OF_OTHER_QUEUE)
    return (
        ServingResumed(
            ticket_id=ticket.ticket_id,
            from_counter_id=ticket.counter_id or counter.counter_id,
            counter_id=counter.counter_id,
            resumed_at=stamp.at,
        ),
    )


def transfer_ticket(day: HallDay, command: TransferTicket, stamp: Stamp) -> tuple[Event, ...]:
    """Send the visitor to another queue, counter or clerk (TR1).

    Raises Refusal: as `acting_counter`, counter_idle, ticket_not_serving, target_not_one,
    unknown_queue, unknown_counter, counter_closed, clerk_not_signed_on, target_same.
    """
    ticket = serving_ticket(day, command, stamp)
    targets = (command.to_queue_id, command.to_counter_id, command.to_clerk_id)
    if sum(target is not None for target in targets) != 1:
        raise Refusal(RefusalCode.TARGET_NOT_ONE)
    queue_id = ticket.queue_id
    to_counter_id = None
    if command.to_queue_id is not None:
        queue_id = _other_queue(day, ticket, command.to_queue_id)
    elif command.to_counter_id is not None:
        to_counter_id = CounterId(command.to_counter_id)
        queue_id = _queue_at(day, ticket, to_counter_id, command.counter_id)
    elif command.to_clerk_id is not None:
        _check_clerk(day, StaffId(command.to_clerk_id), command.counter_id)
    return (
        TicketTransferred(
            ticket_id=ticket.ticket_id,
            from_counter_id=CounterId(command.counter_id),
            from_queue_id=ticket.queue_id,
            queue_id=queue_id,
            to_counter_id=to_counter_id,
            to_clerk_id=StaffId(command.to_clerk_id) if command.to_clerk_id is not None else None,
            place=command.place,
            reason=command.reason,
            transferred_at=stamp.at,
        ),
    )


def send_ticket(day: HallDay, command: SendTicket, stamp: Stamp) -> tuple[Event, ...]:
    """Send a visitor who stands in the wrong line to the right one (TR1).

    Raises Refusal: day_not_open, unknown_ticket, unknown_queue, target_same, ticket_not_waiting.
    """
    open_day_of(day)
    ticket = _known(day, command.ticket_id)
    queue_id = _other_queue(day, ticket, command.to_queue_id)
    if ticket.state not in {TicketState.WAITING, TicketState.PASSED}:
        raise Refusal(RefusalCode.TICKET_NOT_WAITING)
    return (
        TicketSent(
            ticket_id=ticket.ticket_id,
            from_queue_id=ticket.queue_id,
            queue_id=queue_id,
            place=command.place,
            reason=command.reason,
            sent_at=stamp.at,
        ),
    )


def next_queue(day: HallDay, command: NextQueue, stamp: Stamp) -> tuple[Event, ...]:
    """Hand the visitor on to the next queue in the course of things (TK7).

    Raises Refusal: as `acting_counter`, counter_idle, ticket_not_serving, unknown_queue,
    target_same.
    """
    ticket = serving_ticket(day, command, stamp)
    return (
        TicketTransferred(
            ticket_id=ticket.ticket_id,
            from_counter_id=CounterId(command.counter_id),
            from_queue_id=ticket.queue_id,
            queue_id=_other_queue(day, ticket, command.to_queue_id),
            to_counter_id=None,
            to_clerk_id=None,
            place=Place.KEEP,
            reason="",
            transferred_at=stamp.at,
        ),
    )


def _known(day: HallDay, ticket_id: str) -> Ticket:
    ticket = day.tickets.get(TicketId(ticket_id))
    if ticket is None:
        raise Refusal(RefusalCode.UNKNOWN_TICKET)
    return ticket


def _other_queue(day: HallDay, ticket: Ticket, queue_id: str) -> QueueId:
    if queue_id not in day.queues:
        raise Refusal(RefusalCode.UNKNOWN_QUEUE)
    if queue_id == ticket.queue_id:
        raise Refusal(RefusalCode.TARGET_SAME)
    return QueueId(queue_id)


def _queue_at(day: HallDay, ticket: Ticket, to: CounterId, at: str) -> QueueId:
    """The queue to count the ticket to when it goes to a counter: its own if served there."""
    if to not in day.counters:
        raise Refusal(RefusalCode.UNKNOWN_COUNTER)
    if to == at:
        raise Refusal(RefusalCode.TARGET_SAME)
    if not day.counters[to].is_open:
        raise Refusal(RefusalCode.COUNTER_CLOSED)
    served = day.counters[to].serving.queue_ids
    return ticket.queue_id if ticket.queue_id in served or not served else served[0]


def _check_clerk(day: HallDay, clerk_id: StaffId, at: str) -> None:
    """Raises Refusal: clerk_not_signed_on, target_same."""
    seat = next((c.counter_id for c in day.counters.values() if c.clerk_id == clerk_id), None)
    if seat is None:
        raise Refusal(RefusalCode.CLERK_NOT_SIGNED_ON)
    if seat == at:
        raise Refusal(RefusalCode.TARGET_SAME)
