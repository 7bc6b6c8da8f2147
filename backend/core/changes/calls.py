"""Tickets are called, recalled, called back and passed."""

from backend.core.changes.lines import free, pass_again, wait_again
from backend.core.changes.stints import occupy, vacate
from backend.core.day import Call, Counter, HallDay
from backend.core.events import (
    CallSpoken,
    CallUndone,
    TicketCalled,
    TicketPassed,
    TicketRecalled,
)
from backend.core.ids import CallId, CallMode, QueueId, TicketClass, TicketState
from backend.core.rules.order import is_of_run, turns_after


def ticket_called(day: HallDay, event: TicketCalled) -> None:
    """Move the ticket from its line to the counter."""
    ticket = day.tickets[event.ticket_id]
    queue = day.queues[ticket.queue_id]
    counter = day.counters[event.counter_id]
    if not event.reason and ticket.only is None:
        is_longer = is_of_run(ticket.ticket_class, ordinary_waits=bool(queue.ordinary))
        queue.called.append((event.call_id, ticket.ticket_class if is_longer else None))
        _take_turn(counter, event.call_id, ticket.queue_id)
    if ticket.state is TicketState.WAITING:
        day.lane_of(ticket).remove(event.ticket_id)
    day.passed.pop(event.ticket_id, None)
    queue.at = event.called_at
    ticket.state = TicketState.CALLED
    ticket.counter_id = event.counter_id
    ticket.call_id, ticket.called_at = event.call_id, event.called_at
    ticket.recalled_at, ticket.recalls = None, 0
    counter.ticket_id, counter.auto_from = event.ticket_id, None
    occupy(day, counter, event.called_at)
    _announce(day, event, repeat=0)
    day.at = event.called_at


def ticket_recalled(day: HallDay, event: TicketRecalled) -> None:
    """Announce the ticket once more."""
    ticket = day.tickets[event.ticket_id]
    ticket.recalls += 1
    ticket.recalled_at = day.at = event.recalled_at
    _announce(day, event, repeat=ticket.recalls)


def _announce(day: HallDay, event: TicketCalled | TicketRecalled, repeat: int) -> None:
    zone_id = day.index.counters[event.counter_id].zone_id
    at = event.called_at if isinstance(event, TicketCalled) else event.recalled_at
    day.calls[event.call_id] = Call(
        call_id=event.call_id,
        ticket_id=event.ticket_id,
        counter_id=event.counter_id,
        zone_id=zone_id,
        repeat=repeat,
        of=day.tickets[event.ticket_id].call_id or event.call_id,
        called_at=at,
    )
    day.calls_by_zone.setdefault(zone_id, []).append(event.call_id)
    day.unspoken.setdefault(zone_id, {})[event.call_id] = None


def call_undone(day: HallDay, event: CallUndone) -> None:
    """Free the counter and put the ticket back where it stood."""
    ticket = day.tickets[event.ticket_id]
    counter = day.counters[event.counter_id]
    counter.ticket_id, counter.free_at = None, event.undone_at
    vacate(day, counter, event.undone_at)
    counter.turns = [turn for turn in counter.turns if turn[0] != ticket.call_id]
    zone_id = day.index.counters[event.counter_id].zone_id
    for call_id in reversed(day.calls_by_zone[zone_id]):
        call = day.calls[call_id]
        if call.ticket_id == event.ticket_id:
            call.is_undone = True
            if call.repeat == 0:
                break
    called = day.queues[ticket.queue_id].called
    if called and (last := _last_place(called, ticket.call_id)) is not None:
        del called[last]
    ticket.counter_id = ticket.called_at = ticket.recalled_at = None
    ticket.recalls = 0
    if ticket.passed_at is None:
        wait_again(day, ticket, event.undone_at)
    else:
        pass_again(day, ticket, event.undone_at)


def _last_place(
    called: list[tuple[CallId, TicketClass | None]], call_id: CallId | None
) -> int | None:
    found = (n for n in reversed(range(len(called))) if called[n][0] == call_id)
    return next(found, None)


def ticket_passed(day: HallDay, event: TicketPassed) -> None:
    """Free the counter and wait for the visitor to come back."""
    ticket = day.tickets[event.ticket_id]
    ticket.state, ticket.passed_at = TicketState.PASSED, event.passed_at
    free(day, event.counter_id, event.passed_at)
    day.passed[event.ticket_id] = None
    day.at = event.passed_at


def call_spoken(day: HallDay, event: CallSpoken) -> None:
    """Keep what became of an announcement."""
    call = day.calls[event.call_id]
    call.spoken = event.outcome
    day.unspoken[call.zone_id].pop(event.call_id, None)
    day.at = event.reported_at


def _take_turn(counter: Counter, call_id: CallId, queue_id: QueueId) -> None:
    """Count the call in the counter's round of shares (CL4)."""
    if counter.serving.mode is not CallMode.SHARES:
        return
    before = [turn for _, turn in counter.turns]
    begins_anew = len(turns_after(counter.serving, before, queue_id)) == 1
    counter.turns = [*([] if begins_anew else counter.turns), (call_id, queue_id)]
