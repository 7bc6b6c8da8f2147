"""Visitors are served, step away, and go on elsewhere."""

from datetime import datetime

from backend.core.changes.lines import change_lines, free
from backend.core.changes.stints import occupy
from backend.core.changes.tally import count_begun, count_ended
from backend.core.day import HallDay, Ticket
from backend.core.events import (
    ServingFinished,
    ServingResumed,
    ServingStarted,
    TicketHeld,
    TicketTransferred,
)
from backend.core.ids import CounterId, TicketState


def serving_started(day: HallDay, event: ServingStarted) -> None:
    """The visitor is at the counter."""
    ticket = day.tickets[event.ticket_id]
    ticket.state, ticket.serving_at = TicketState.SERVING, event.started_at
    ticket.passed_at = None
    day.counters[event.counter_id].last_done = None
    count_begun(day, ticket)
    day.at = event.started_at


def serving_finished(day: HallDay, event: ServingFinished) -> None:
    """Free the counter; the visit is over."""
    ticket = day.tickets[event.ticket_id]
    ticket.state, ticket.done_at = TicketState.DONE, event.finished_at
    _stop_serving(day, ticket, event.counter_id, event.finished_at)
    counter = day.counters[event.counter_id]
    counter.last_done = event.ticket_id
    counter.served += 1
    counter.served_s += ticket.served_s
    count_ended(day, ticket.state)
    day.at = event.finished_at


def ticket_held(day: HallDay, event: TicketHeld) -> None:
    """Free the counter; the visitor fetches something."""
    ticket = day.tickets[event.ticket_id]
    _stop_serving(day, ticket, event.counter_id, event.held_at)
    ticket.state, ticket.held_at = TicketState.HELD, event.held_at
    day.held[event.ticket_id] = None
    day.at = event.held_at


def serving_resumed(day: HallDay, event: ServingResumed) -> None:
    """Bring a held ticket to the counter."""
    ticket = day.tickets[event.ticket_id]
    ticket.state, ticket.held_at = TicketState.SERVING, None
    ticket.counter_id, ticket.serving_at = event.counter_id, event.resumed_at
    counter = day.counters[event.counter_id]
    counter.ticket_id, counter.auto_from, counter.last_done = event.ticket_id, None, None
    occupy(day, counter, event.resumed_at)
    day.held.pop(event.ticket_id, None)
    day.at = event.resumed_at


def ticket_transferred(day: HallDay, event: TicketTransferred) -> None:
    """Free the counter and let the ticket wait in its next line."""
    ticket = day.tickets[event.ticket_id]
    _stop_serving(day, ticket, event.from_counter_id, event.transferred_at)
    day.queues[event.from_queue_id].at = event.transferred_at
    ticket.queue_id = event.queue_id
    ticket.only = None
    if event.to_counter_id is not None:
        ticket.only = f"counter:{event.to_counter_id}"
    elif event.to_clerk_id is not None:
        ticket.only = f"clerk:{event.to_clerk_id}"
    ticket.serving_at = None
    change_lines(day, ticket, event.place, event.transferred_at)


def _stop_serving(day: HallDay, ticket: Ticket, counter_id: CounterId, at: datetime) -> None:
    """Free the counter of a ticket that was being served, and keep how long that took."""
    free(day, counter_id, at)
    if ticket.serving_at is not None:
        ticket.served_s += (at - ticket.serving_at).total_seconds()
