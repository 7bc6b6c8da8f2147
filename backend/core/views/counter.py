"""`counter:{counter}`: the clerk's desk; staff only."""

from datetime import date, datetime, timedelta
from itertools import islice

from msgspec import Struct

from backend.core.day import Counter, HallDay, Ticket
from backend.core.ids import (
    AlertKind,
    CallMode,
    Channel,
    CounterId,
    CounterState,
    PauseReason,
    QueueId,
    ServiceId,
    StaffId,
    Text,
    TicketClass,
    TicketId,
    TicketState,
    ZoneId,
)
from backend.core.rules.auto import auto_call_at
from backend.core.rules.order import directed_lanes, order_at
from backend.core.views.alerts import AlertLine, alert_line

NEXT_MAX = 5
PASSED_MAX = 20


class DeskTicket(Struct, frozen=True, kw_only=True):
    """The ticket at the counter."""

    ticket_id: TicketId
    number: str
    queue_id: QueueId
    queue_name: Text
    service_ids: tuple[ServiceId, ...]
    service_names: tuple[Text, ...]
    ticket_class: TicketClass
    channel: Channel
    state: TicketState
    issued_at: datetime
    called_at: datetime
    serving_at: datetime | None
    recalls_left: int
    recall_from: datetime
    """From when it may be recalled (CL6)."""
    undo_until: datetime
    """Until when the call may be taken back (CL9)."""
    is_pass_allowed: bool
    """Whether every recall has been made (PS1)."""
    returns: int


class DeskQueue(Struct, frozen=True, kw_only=True):
    """A queue that the counter serves."""

    queue_id: QueueId
    name: Text
    waiting: int
    care: int
    booked: int
    oldest_issued_at: datetime | None


class DeskNext(Struct, frozen=True, kw_only=True):
    """A waiting ticket, in the order it would be called."""

    ticket_id: TicketId
    number: str
    queue_id: QueueId
    ticket_class: TicketClass
    issued_at: datetime
    is_directed: bool
    """Whether it was sent to this counter or its clerk, or to one who is gone (TR1)."""


class DeskHeld(Struct, frozen=True, kw_only=True):
    """A ticket whose visitor fetches something."""

    ticket_id: TicketId
    number: str
    queue_id: QueueId
    held_at: datetime


class DeskPassed(Struct, frozen=True, kw_only=True):
    """A passed ticket that may come back."""

    ticket_id: TicketId
    number: str
    queue_id: QueueId
    passed_at: datetime
    returns_left: int


class CounterView(Struct, frozen=True, kw_only=True, tag="counter"):
    """All a clerk needs to see."""

    counter_id: CounterId
    counter_no: int
    zone_id: ZoneId
    zone_name: Text
    time_zone: str
    day: date
    is_day_open: bool
    state: CounterState
    clerk_id: StaffId | None
    opened_at: datetime | None
    pause_reason: PauseReason | None
    paused_at: datetime | None
    ticket: DeskTicket | None
    queues: tuple[DeskQueue, ...]
    mode: CallMode
    """How the counter chooses among its queues (CL4)."""
    auto_call_s: int | None
    """Pause after a visit before the next is called by itself; None: never (CL11)."""
    auto_call_at: datetime | None
    """When that happens, unless it is stopped; None while nothing is due."""
    next: tuple[DeskNext, ...]
    """The next few as they would be called, and all who wait for this counter alone (TR1)."""
    held: tuple[DeskHeld, ...]
    """Longest held first."""
    passed: tuple[DeskPassed, ...]
    """Newest first."""
    served: int
    served_mean_s: int | None
    alerts: tuple[AlertLine, ...]
    """Those that stand about the counter and its queues, newest first (AL1)."""


def counter(day: HallDay, counter_id: CounterId) -> CounterView:
    """The desk of a counter."""
    assert day.plan is not None
    assert day.day is not None
    plan = day.index.counters[counter_id]
    found = day.counters[counter_id]
    return CounterView(
        counter_id=counter_id,
        counter_no=plan.no,
        zone_id=plan.zone_id,
        zone_name=day.index.zones[plan.zone_id].name,
        time_zone=day.plan.time_zone,
        day=day.day,
        is_day_open=day.is_open,
        state=found.state,
        clerk_id=found.clerk_id,
        opened_at=found.opened_at,
        pause_reason=found.paused_reason,
        paused_at=found.paused_at,
        ticket=_ticket(day, day.tickets[found.ticket_id]) if found.ticket_id else None,
        queues=tuple(_queue(day, queue_id) for queue_id in found.serving.queue_ids),
        mode=found.serving.mode,
        auto_call_s=plan.auto_call_s,
        auto_call_at=auto_call_at(day, found),
        next=_next(day, counter_id),
        held=_held(day, counter_id, frozenset(found.serving.queue_ids)),
        passed=_passed(day, frozenset(found.serving.queue_ids)),
        served=found.served,
        served_mean_s=_mean_s(found),
        alerts=_alerts(day, found),
    )


def _ticket(day: HallDay, ticket: Ticket) -> DeskTicket:
    rules = day.rules
    assert ticket.called_at is not None
    last_called_at = ticket.recalled_at or ticket.called_at
    return DeskTicket(
        ticket_id=ticket.ticket_id,
        number=ticket.number,
        queue_id=ticket.queue_id,
        queue_name=day.index.queues[ticket.queue_id].name,
        service_ids=ticket.service_ids,
        service_names=tuple(day.index.services[s].name for s in ticket.service_ids),
        ticket_class=ticket.ticket_class,
        channel=ticket.channel,
        state=ticket.state,
        issued_at=ticket.issued_at,
        called_at=ticket.called_at,
        serving_at=ticket.serving_at,
        recalls_left=rules.recalls_max - ticket.recalls,
        recall_from=last_called_at + timedelta(seconds=rules.recall_gap_s),
        undo_until=ticket.called_at + timedelta(seconds=rules.undo_s),
        is_pass_allowed=ticket.recalls >= rules.recalls_max,
        returns=ticket.returns,
    )


def _queue(day: HallDay, queue_id: QueueId) -> DeskQueue:
    queue = day.queues[queue_id]
    heads = [lane[0] for lane in (queue.care, queue.booked, queue.ordinary) if lane]
    return DeskQueue(
        queue_id=queue_id,
        name=day.index.queues[queue_id].name,
        waiting=queue.waiting,
        care=len(queue.care),
        booked=len(queue.booked),
        oldest_issued_at=min((day.tickets[t].issued_at for t in heads), default=None),
    )


def _next(day: HallDay, counter_id: CounterId) -> tuple[DeskNext, ...]:
    """The tickets the counter would call one after another (CL1-CL4)."""
    found = [day.tickets[t] for t in islice(order_at(day, counter_id, None), NEXT_MAX)]
    # Whoever was sent to this counter alone must be seen, however many are before them.
    sent = [day.tickets[t] for lane in directed_lanes(day, counter_id) for t in lane[:NEXT_MAX]]
    found += [ticket for ticket in sent if ticket not in found]
    return tuple(
        DeskNext(
            ticket_id=ticket.ticket_id,
            number=ticket.number,
            queue_id=ticket.queue_id,
            ticket_class=ticket.ticket_class,
            issued_at=ticket.issued_at,
            is_directed=ticket.only is not None,
        )
        for ticket in found
    )


def _held(
    day: HallDay, counter_id: CounterId, queue_ids: frozenset[QueueId]
) -> tuple[DeskHeld, ...]:
    tickets = (day.tickets[ticket_id] for ticket_id in day.held)
    ours = (t for t in tickets if t.counter_id == counter_id or t.queue_id in queue_ids)
    return tuple(
        DeskHeld(
            ticket_id=ticket.ticket_id,
            number=ticket.number,
            queue_id=ticket.queue_id,
            held_at=ticket.held_at,
        )
        for ticket in islice(ours, PASSED_MAX)
        if ticket.held_at is not None
    )


def _passed(day: HallDay, queue_ids: frozenset[QueueId]) -> tuple[DeskPassed, ...]:
    tickets = (day.tickets[ticket_id] for ticket_id in reversed(day.passed))
    ours = islice((t for t in tickets if t.queue_id in queue_ids), PASSED_MAX)
    found = []
    for ticket in ours:
        assert ticket.passed_at is not None
        found.append(
            DeskPassed(
                ticket_id=ticket.ticket_id,
                number=ticket.number,
                queue_id=ticket.queue_id,
                passed_at=ticket.passed_at,
                returns_left=day.rules.returns_max - ticket.returns,
            )
        )
    return tuple(found)


def _alerts(day: HallDay, found: Counter) -> tuple[AlertLine, ...]:
    ours = {
        AlertKind.COUNTER_IDLE: (found.counter_id,),
        AlertKind.PAUSE_LONG: (found.counter_id,),
        AlertKind.QUEUE_LONG: found.serving.queue_ids,
        AlertKind.WAIT_LONG: found.serving.queue_ids,
        AlertKind.OLDEST_LONG: found.serving.queue_ids,
    }
    standing = (
        day.alerts[alert_id]
        for (kind, subject_id), alert_id in reversed(day.standing.items())
        if subject_id in ours.get(kind, ())
    )
    return tuple(alert_line(day, alert) for alert in standing)


def _mean_s(found: Counter) -> int | None:
    return round(found.served_s / found.served) if found.served else None
