"""Calling a visitor to a counter and serving them (CL1, CL6-CL9, PS1)."""

from datetime import timedelta

from backend.core.commands import (
    CallNext,
    CounterCommand,
    FinishServing,
    PassTicket,
    Recall,
    ReportSpoken,
    StartServing,
    UndoCall,
)
from backend.core.day import HallDay, Ticket
from backend.core.errors import Refusal, RefusalCode
from backend.core.events import (
    CallSpoken,
    CallUndone,
    Event,
    ServingFinished,
    ServingStarted,
    TicketCalled,
    TicketPassed,
    TicketRecalled,
)
from backend.core.ids import CallId, CounterId, TicketState
from backend.core.rules.alerts import rule_alert
from backend.core.rules.counters import acting_counter, free_counter
from backend.core.rules.order import choice_of
from backend.core.stamp import Role, Stamp


def call_next(day: HallDay, command: CallNext, stamp: Stamp) -> tuple[Event, ...]:
    """Call the ticket that the rule in force puts first for the counter's queues (CL1-CL5, CL7).

    Raises Refusal: as `free_counter`, queue_empty.
    """
    counter = free_counter(day, command, stamp)
    choice = choice_of(day, counter.counter_id, stamp.at)
    if choice is None:
        raise Refusal(RefusalCode.QUEUE_EMPTY)
    ticket_id, by = choice
    return (
        TicketCalled(
            ticket_id=ticket_id,
            counter_id=counter.counter_id,
            call_id=next_call_id(day),
            called_at=stamp.at,
            by=by,
            is_auto=stamp.by.role is Role.SYSTEM,
        ),
        *rule_alert(day, by, stamp.at),
    )


def recall(day: HallDay, command: Recall, stamp: Stamp) -> tuple[Event, ...]:
    """Call the visitor once more (CL6).

    Raises Refusal: as `acting_counter`, counter_idle, ticket_not_called, recalls_used_up,
    recall_too_soon.
    """
    ticket = _called_ticket(day, command, stamp)
    if ticket.recalls >= day.rules.recalls_max:
        raise Refusal(RefusalCode.RECALLS_USED_UP)
    last = ticket.recalled_at or ticket.called_at
    assert last is not None
    if stamp.at - last < timedelta(seconds=day.rules.recall_gap_s):
        raise Refusal(RefusalCode.RECALL_TOO_SOON)
    return (
        TicketRecalled(
            ticket_id=ticket.ticket_id,
            counter_id=CounterId(command.counter_id),
            call_id=next_call_id(day),
            recalled_at=stamp.at,
        ),
    )


def undo_call(day: HallDay, command: UndoCall, stamp: Stamp) -> tuple[Event, ...]:
    """Take a mistaken call back; the ticket waits where it stood (CL9).

    Raises Refusal: as `acting_counter`, counter_idle, ticket_not_called, undo_too_late.
    """
    ticket = _called_ticket(day, command, stamp)
    assert ticket.called_at is not None
    if stamp.at - ticket.called_at > timedelta(seconds=day.rules.undo_s):
        raise Refusal(RefusalCode.UNDO_TOO_LATE)
    counter_id = CounterId(command.counter_id)
    return (CallUndone(ticket_id=ticket.ticket_id, counter_id=counter_id, undone_at=stamp.at),)


def start_serving(day: HallDay, command: StartServing, stamp: Stamp) -> tuple[Event, ...]:
    """The visitor has come.

    Raises Refusal: as `acting_counter`, counter_idle, ticket_not_called.
    """
    ticket = _called_ticket(day, command, stamp)
    counter_id = CounterId(command.counter_id)
    return (ServingStarted(ticket_id=ticket.ticket_id, counter_id=counter_id, started_at=stamp.at),)


def finish_serving(day: HallDay, command: FinishServing, stamp: Stamp) -> tuple[Event, ...]:
    """The visitor is done.

    Raises Refusal: as `acting_counter`, counter_idle, ticket_not_serving.
    """
    ticket = serving_ticket(day, command, stamp)
    counter_id = CounterId(command.counter_id)
    return (
        ServingFinished(ticket_id=ticket.ticket_id, counter_id=counter_id, finished_at=stamp.at),
    )


def pass_ticket(day: HallDay, command: PassTicket, stamp: Stamp) -> tuple[Event, ...]:
    """The visitor did not come, after the last recall (PS1).

    Raises Refusal: as `acting_counter`, counter_idle, ticket_not_called, recalls_left.
    """
    ticket = _called_ticket(day, command, stamp)
    if ticket.recalls < day.rules.recalls_max:
        raise Refusal(RefusalCode.RECALLS_LEFT)
    counter_id = CounterId(command.counter_id)
    return (TicketPassed(ticket_id=ticket.ticket_id, counter_id=counter_id, passed_at=stamp.at),)


def report_spoken(day: HallDay, command: ReportSpoken, stamp: Stamp) -> tuple[Event, ...]:
    """Keep what became of an announcement, once (I12).

    Raises Refusal: unknown_call, call_already_reported.
    """
    call = day.calls.get(CallId(command.call_id))
    if call is None:
        raise Refusal(RefusalCode.UNKNOWN_CALL)
    if call.spoken is not None:
        raise Refusal(RefusalCode.CALL_ALREADY_REPORTED)
    return (
        CallSpoken(
            call_id=call.call_id,
            outcome=command.outcome,
            detail=command.detail,
            reported_at=stamp.at,
        ),
    )


def serving_ticket(day: HallDay, command: CounterCommand, stamp: Stamp) -> Ticket:
    """The ticket being served at the counter.

    Raises Refusal: as `acting_counter`, counter_idle, ticket_not_serving.
    """
    ticket = _ticket_at(day, command, stamp)
    if ticket.state is not TicketState.SERVING:
        raise Refusal(RefusalCode.TICKET_NOT_SERVING)
    return ticket


def next_call_id(day: HallDay) -> CallId:
    """The id of the next call or recall."""
    return CallId(f"{day.day:%Y%m%d}-C{len(day.calls) + 1}")


def _ticket_at(day: HallDay, command: CounterCommand, stamp: Stamp) -> Ticket:
    counter = acting_counter(day, command, stamp)
    if counter.ticket_id is None:
        raise Refusal(RefusalCode.COUNTER_IDLE)
    return day.tickets[counter.ticket_id]


def _called_ticket(day: HallDay, command: CounterCommand, stamp: Stamp) -> Ticket:
    ticket = _ticket_at(day, command, stamp)
    if ticket.state is not TicketState.CALLED:
        raise Refusal(RefusalCode.TICKET_NOT_CALLED)
    return ticket
