"""Evolve: how each event changes the day.  No rules, no refusals; the one `match` over events.

The cost of an event does not grow with how many wait, but for list moves inside one lane.
"""

from collections.abc import Iterable

from backend.core.changes import calls, counters, hall, paces, serving, tickets
from backend.core.changes.lines import leave
from backend.core.day import HallDay
from backend.core.evaluation import VisitEvaluated
from backend.core.events import (
    AutoCallStopped,
    CallSpoken,
    CallUndone,
    CounterAssigned,
    CounterClosed,
    CounterOffered,
    CounterOpened,
    CounterPaused,
    CounterResumed,
    Event,
    OfferEnded,
    ServingFinished,
    ServingResumed,
    ServingStarted,
    TicketAbandoned,
    TicketCalled,
    TicketCancelled,
    TicketDelayed,
    TicketExpired,
    TicketHeld,
    TicketPassed,
    TicketPrinted,
    TicketRecalled,
    TicketReprinted,
    TicketReturned,
    TicketSent,
    TicketTaken,
    TicketTransferred,
)
from backend.core.ids import TicketState
from backend.core.receipts import ReceiptAsked


def fold(day: HallDay, events: Iterable[Event]) -> HallDay:
    """Change `day` by all `events`, oldest first, and return it."""
    for event in events:
        evolve(day, event)
    return day


def evolve(day: HallDay, event: Event) -> None:
    """Change `day` by one event."""
    match event:
        case TicketTaken():
            tickets.ticket_taken(day, event)
        case TicketCalled():
            calls.ticket_called(day, event)
        case ServingStarted():
            serving.serving_started(day, event)
        case ServingFinished():
            serving.serving_finished(day, event)
        case TicketRecalled():
            calls.ticket_recalled(day, event)
        case CallSpoken():
            calls.call_spoken(day, event)
        case TicketPrinted():
            tickets.ticket_printed(day, event)
        case TicketPassed():
            calls.ticket_passed(day, event)
        case TicketReturned():
            tickets.ticket_returned(day, event)
        case TicketDelayed():
            tickets.ticket_delayed(day, event)
        case TicketSent():
            tickets.ticket_sent(day, event)
        case TicketReprinted():
            tickets.ticket_reprinted(day, event)
        case ReceiptAsked():
            tickets.receipt_asked(day, event)
        case VisitEvaluated():
            tickets.visit_evaluated(day, event)
        case TicketHeld():
            serving.ticket_held(day, event)
        case ServingResumed():
            serving.serving_resumed(day, event)
        case TicketTransferred():
            serving.ticket_transferred(day, event)
        case CallUndone():
            calls.call_undone(day, event)
        case TicketCancelled():
            leave(day, event.ticket_id, TicketState.CANCELLED, event.cancelled_at)
        case TicketAbandoned():
            leave(day, event.ticket_id, TicketState.ABANDONED, event.abandoned_at)
        case TicketExpired():
            leave(day, event.ticket_id, TicketState.EXPIRED, event.expired_at)
        case (
            CounterOpened()
            | CounterClosed()
            | CounterPaused()
            | CounterResumed()
            | CounterAssigned()
            | AutoCallStopped()
            | CounterOffered()
            | OfferEnded()
        ):
            counters.counter_changed(day, event)
        case _:
            hall.hall_changed(day, event)
    paces.follow(day, event)
