"""Evolve: how each event changes the day.  No rules, no refusals; the one `match` over events.

The cost of an event does not grow with how many wait, but for list moves inside one lane.
"""

from bisect import insort
from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

from backend.core.day import Call, Counter, HallDay, Job, Queue, Ticket, index_of
from backend.core.events import (
    CallSpoken,
    CallUndone,
    CounterClosed,
    CounterOpened,
    CounterPaused,
    CounterResumed,
    DayClosed,
    DayOpened,
    Event,
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
    TicketTaken,
    TicketTransferred,
)
from backend.core.ids import (
    CallId,
    CounterId,
    JobId,
    Place,
    PrinterId,
    TicketClass,
    TicketId,
    TicketState,
)
from backend.core.rules.order import is_of_run, rank_behind, rank_by_issue


def fold(day: HallDay, events: Iterable[Event]) -> HallDay:
    """Change `day` by all `events`, oldest first, and return it."""
    for event in events:
        evolve(day, event)
    return day


def evolve(day: HallDay, event: Event) -> None:
    """Change `day` by one event."""
    match event:
        case TicketTaken():
            _ticket_taken(day, event)
        case TicketCalled():
            _ticket_called(day, event)
        case ServingStarted():
            _serving_started(day, event)
        case ServingFinished():
            _serving_finished(day, event)
        case TicketRecalled():
            _ticket_recalled(day, event)
        case TicketHeld() | ServingResumed() | TicketTransferred():
            _serving_broken(day, event)
        case TicketDelayed():
            _ticket_delayed(day, event)
        case TicketReprinted():
            _ticket_reprinted(day, event)
        case CallUndone():
            _call_undone(day, event)
        case TicketPassed():
            _ticket_passed(day, event)
        case TicketReturned():
            _ticket_returned(day, event)
        case TicketCancelled():
            _leave(day, event.ticket_id, TicketState.CANCELLED, event.cancelled_at)
        case TicketAbandoned():
            _leave(day, event.ticket_id, TicketState.ABANDONED, event.abandoned_at)
        case TicketExpired():
            _leave(day, event.ticket_id, TicketState.EXPIRED, event.expired_at)
        case TicketPrinted():
            job = day.jobs[event.job_id]
            job.outcome, job.detail = event.outcome, event.detail
            day.unprinted[event.printer_id].pop(event.job_id, None)
            day.last_job[event.printer_id] = event.job_id
            day.at = event.reported_at
        case CallSpoken():
            call = day.calls[event.call_id]
            call.spoken = event.outcome
            day.unspoken[call.zone_id].pop(event.call_id, None)
            day.at = event.reported_at
        case CounterOpened() | CounterClosed() | CounterPaused() | CounterResumed():
            _counter_changed(day, event)
        case DayOpened():
            _day_opened(day, event)
        case DayClosed():
            day.is_open = False
            day.closed_at = day.at = event.closed_at
        case _:
            assert_never(event)


def _counter_changed(
    day: HallDay, event: CounterOpened | CounterClosed | CounterPaused | CounterResumed
) -> None:
    counter = day.counters[event.counter_id]
    match event:
        case CounterOpened():
            counter.is_open, counter.clerk_id = True, event.clerk_id
            counter.opened_at = day.at = event.opened_at
        case CounterClosed():
            counter.is_open, counter.clerk_id, counter.opened_at = False, None, None
            counter.paused_reason = counter.paused_at = None
            day.at = event.closed_at
        case CounterPaused():
            counter.paused_reason = event.reason
            counter.paused_at = day.at = event.paused_at
        case CounterResumed():
            counter.paused_reason = counter.paused_at = None
            day.at = event.resumed_at
        case _:
            assert_never(event)


def _ticket_taken(day: HallDay, event: TicketTaken) -> None:
    queue = day.queues[event.queue_id]
    queue.issued += 1
    queue.at = event.issued_at
    day.ranks += 1
    day.tickets[event.ticket_id] = ticket = Ticket(
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
        rank=(float(day.ranks), day.ranks),
    )
    day.tokens[event.token] = event.ticket_id
    queue.lane(event.ticket_class).append(event.ticket_id)
    if event.job_id is not None and event.printer_id is not None:
        ticket.papers = 1
        _ask_for_paper(day, event.job_id, ticket, event.printer_id, copy=0)
    day.at = event.issued_at


def _ticket_called(day: HallDay, event: TicketCalled) -> None:
    ticket = day.tickets[event.ticket_id]
    queue = day.queues[ticket.queue_id]
    if not event.reason and ticket.only is None:
        is_longer = is_of_run(ticket.ticket_class, ordinary_waits=bool(queue.ordinary))
        queue.called.append((event.call_id, ticket.ticket_class if is_longer else None))
    if ticket.state is TicketState.WAITING:
        day.lane_of(ticket).remove(event.ticket_id)
    day.passed.pop(event.ticket_id, None)
    queue.at = event.called_at
    ticket.state = TicketState.CALLED
    ticket.counter_id = event.counter_id
    ticket.call_id, ticket.called_at = event.call_id, event.called_at
    ticket.recalled_at, ticket.recalls = None, 0
    counter = day.counters[event.counter_id]
    counter.ticket_id = event.ticket_id
    _announce(day, event, repeat=0)
    day.at = event.called_at


def _ticket_recalled(day: HallDay, event: TicketRecalled) -> None:
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


def _call_undone(day: HallDay, event: CallUndone) -> None:
    ticket = day.tickets[event.ticket_id]
    day.counters[event.counter_id].ticket_id = None
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
        _wait_again(day, ticket, event.undone_at)
    else:
        _pass_again(day, ticket, event.undone_at)


def _serving_started(day: HallDay, event: ServingStarted) -> None:
    ticket = day.tickets[event.ticket_id]
    ticket.state, ticket.serving_at = TicketState.SERVING, event.started_at
    ticket.passed_at = None
    day.at = event.started_at


def _serving_finished(day: HallDay, event: ServingFinished) -> None:
    ticket = day.tickets[event.ticket_id]
    ticket.state = TicketState.DONE
    _stop_serving(day, ticket, event.counter_id, event.finished_at)
    counter = day.counters[event.counter_id]
    counter.served += 1
    counter.served_s += ticket.served_s
    day.at = event.finished_at


def _ticket_passed(day: HallDay, event: TicketPassed) -> None:
    ticket = day.tickets[event.ticket_id]
    ticket.state, ticket.passed_at = TicketState.PASSED, event.passed_at
    day.counters[event.counter_id].ticket_id = None
    day.passed[event.ticket_id] = None
    day.at = event.passed_at


def _ticket_returned(day: HallDay, event: TicketReturned) -> None:
    ticket = day.tickets[event.ticket_id]
    day.passed.pop(event.ticket_id, None)
    ticket.returns += 1
    ticket.counter_id = ticket.called_at = ticket.recalled_at = ticket.passed_at = None
    ticket.recalls = 0
    ticket.rank = rank_behind(day, day.lane_of(ticket), event.places)
    day.ranks += 1
    _wait_again(day, ticket, event.returned_at)


def _ticket_delayed(day: HallDay, event: TicketDelayed) -> None:
    ticket = day.tickets[event.ticket_id]
    lane = day.lane_of(ticket)
    place = lane.index(event.ticket_id)
    lane.remove(event.ticket_id)
    ticket.rank = rank_behind(day, lane, place + event.places)
    ticket.delays += 1
    day.ranks += 1
    _wait_again(day, ticket, event.delayed_at)


def _serving_broken(day: HallDay, event: TicketHeld | ServingResumed | TicketTransferred) -> None:
    match event:
        case TicketHeld():
            _ticket_held(day, event)
        case ServingResumed():
            _serving_resumed(day, event)
        case TicketTransferred():
            _ticket_transferred(day, event)
        case _:
            assert_never(event)


def _ticket_held(day: HallDay, event: TicketHeld) -> None:
    ticket = day.tickets[event.ticket_id]
    _stop_serving(day, ticket, event.counter_id, event.held_at)
    ticket.state, ticket.held_at = TicketState.HELD, event.held_at
    day.held[event.ticket_id] = None
    day.at = event.held_at


def _serving_resumed(day: HallDay, event: ServingResumed) -> None:
    ticket = day.tickets[event.ticket_id]
    ticket.state, ticket.held_at = TicketState.SERVING, None
    ticket.counter_id, ticket.serving_at = event.counter_id, event.resumed_at
    day.counters[event.counter_id].ticket_id = event.ticket_id
    day.held.pop(event.ticket_id, None)
    day.at = event.resumed_at


def _ticket_transferred(day: HallDay, event: TicketTransferred) -> None:
    ticket = day.tickets[event.ticket_id]
    _stop_serving(day, ticket, event.from_counter_id, event.transferred_at)
    day.queues[event.from_queue_id].at = event.transferred_at
    ticket.queue_id = event.queue_id
    ticket.only = None
    if event.to_counter_id is not None:
        ticket.only = f"counter:{event.to_counter_id}"
    elif event.to_clerk_id is not None:
        ticket.only = f"clerk:{event.to_clerk_id}"
    ticket.counter_id = ticket.called_at = ticket.recalled_at = ticket.serving_at = None
    ticket.recalls = 0
    lane = day.lane_of(ticket)
    is_kept = event.place is Place.KEEP
    by_issue = rank_by_issue(day, lane, ticket.issued_at)
    ticket.rank = by_issue if is_kept else rank_behind(day, lane, len(lane))
    day.ranks += 1
    _wait_again(day, ticket, event.transferred_at)


def _ticket_reprinted(day: HallDay, event: TicketReprinted) -> None:
    ticket = day.tickets[event.ticket_id]
    ticket.papers += 1
    _ask_for_paper(day, event.job_id, ticket, event.printer_id, event.copy)
    day.at = event.asked_at


def _ask_for_paper(
    day: HallDay, job_id: JobId, ticket: Ticket, printer_id: PrinterId, copy: int
) -> None:
    day.jobs[job_id] = Job(
        job_id=job_id, ticket_id=ticket.ticket_id, printer_id=printer_id, copy=copy
    )
    day.unprinted.setdefault(printer_id, {})[job_id] = None


def _stop_serving(day: HallDay, ticket: Ticket, counter_id: CounterId, at: datetime) -> None:
    """Free the counter of a ticket that was being served, and keep how long that took."""
    day.counters[counter_id].ticket_id = None
    if ticket.serving_at is not None:
        ticket.served_s += (at - ticket.serving_at).total_seconds()


def _last_place(
    called: list[tuple[CallId, TicketClass | None]], call_id: CallId | None
) -> int | None:
    found = (n for n in reversed(range(len(called))) if called[n][0] == call_id)
    return next(found, None)


def _wait_again(day: HallDay, ticket: Ticket, at: datetime) -> None:
    """Put the ticket back into its lane at its rank."""
    ticket.state = TicketState.WAITING
    queue = day.queues[ticket.queue_id]
    lane = day.lane_of(ticket)
    insort(lane, ticket.ticket_id, key=lambda ticket_id: day.tickets[ticket_id].rank)
    queue.at = day.at = at


def _pass_again(day: HallDay, ticket: Ticket, at: datetime) -> None:
    """Put a ticket chosen by mistake back among the passed ones, where it stood (CL9, CL10)."""
    ticket.state = TicketState.PASSED

    def passed_at(ticket_id: TicketId) -> datetime:
        found = day.tickets[ticket_id].passed_at
        assert found is not None
        return found

    day.passed = dict.fromkeys(sorted((ticket.ticket_id, *day.passed), key=passed_at))
    day.queues[ticket.queue_id].at = day.at = at


def _leave(day: HallDay, ticket_id: TicketId, state: TicketState, at: datetime) -> None:
    """Take a waiting or passed ticket out for good."""
    ticket = day.tickets[ticket_id]
    queue = day.queues[ticket.queue_id]
    if ticket.state is TicketState.WAITING:
        day.lane_of(ticket).remove(ticket_id)
    day.passed.pop(ticket_id, None)
    day.held.pop(ticket_id, None)
    ticket.state = state
    queue.at = day.at = at


def _day_opened(day: HallDay, event: DayOpened) -> None:
    plan = event.plan
    fresh = HallDay(
        plan=plan,
        index=index_of(plan),
        day=event.day,
        is_open=True,
        at=event.opened_at,
        queues={q.queue_id: Queue(queue_id=q.queue_id) for q in plan.queues},
        counters={c.counter_id: Counter(counter_id=c.counter_id) for c in plan.counters},
    )
    for name in day.__struct_fields__:
        setattr(day, name, getattr(fresh, name))
