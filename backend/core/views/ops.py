"""`ops`: the whole hall at a glance; supervisors only."""

from collections import Counter as Tally
from datetime import date, datetime

from msgspec import Struct

from backend.core.day import HallDay
from backend.core.ids import (
    CallMode,
    Channel,
    CounterId,
    CounterState,
    PauseReason,
    PrinterId,
    PrintOutcome,
    QueueId,
    StaffId,
    Text,
    TicketState,
    ZoneId,
)
from backend.core.plan import CounterPlan, QueuePlan
from backend.core.views.alerts import AlertLine, alert_line
from backend.core.views.board import NoticeLine, QueueStanding, standing

ARRIVALS_STEP_S = 1800


class OpsCounter(Struct, frozen=True, kw_only=True):
    """A window: who, state, ticket, since when."""

    counter_id: CounterId
    counter_no: int
    state: CounterState
    clerk_id: StaffId | None
    pause_reason: PauseReason | None
    since: datetime | None
    """Since when it is in this state; None while it is off."""
    number: str | None
    ticket_state: TicketState | None
    queue_ids: tuple[QueueId, ...]
    mode: CallMode
    shares: tuple[int, ...]
    served: int
    served_mean_s: int | None


class OpsZone(Struct, frozen=True, kw_only=True):
    """A zone and its windows."""

    zone_id: ZoneId
    name: Text
    counters: tuple[OpsCounter, ...]


class OpsQueue(Struct, frozen=True, kw_only=True):
    """A queue as the supervisor sees it."""

    standing: QueueStanding
    care: int
    booked: int
    oldest_issued_at: datetime | None
    issued: int
    stop_reason: str


class OpsPrinter(Struct, frozen=True, kw_only=True):
    """A printer by its papers."""

    printer_id: PrinterId
    is_failing: bool
    """Whether the last paper reported did not come out."""
    due: int
    """Papers without a report."""


class OpsVoice(Struct, frozen=True, kw_only=True):
    """The speakers of a zone by their calls."""

    zone_id: ZoneId
    unspoken_since: datetime | None
    """The oldest call without a report; None when every call has one."""


class OpsState(Struct, frozen=True, kw_only=True):
    """How many of today's tickets are in a state."""

    state: TicketState
    tickets: int


class OpsChannel(Struct, frozen=True, kw_only=True):
    """How many of today's tickets were taken in a way."""

    channel: Channel
    tickets: int


class OpsFigures(Struct, frozen=True, kw_only=True):
    """Today in numbers."""

    issued: int
    by_state: tuple[OpsState, ...]
    by_channel: tuple[OpsChannel, ...]
    called: int
    """Tickets called at least once."""
    wait_mean_s: int | None
    """Issue to last call, of those called."""
    served_mean_s: int | None
    expected: int
    """Appointments that are neither cancelled nor checked in."""


class OpsView(Struct, frozen=True, kw_only=True, tag="ops"):
    """The hall at a glance."""

    hall_name: Text
    time_zone: str
    day: date
    is_open: bool
    opened_at: datetime | None
    plan_version: int
    has_rule: bool
    """Whether the hall's own rule is in force (CL5)."""
    zones: tuple[OpsZone, ...]
    queues: tuple[OpsQueue, ...]
    printers: tuple[OpsPrinter, ...]
    voices: tuple[OpsVoice, ...]
    alerts: tuple[AlertLine, ...]
    """Those that stand, newest first."""
    notices: tuple[NoticeLine, ...]
    figures: OpsFigures
    arrivals: tuple[int, ...]
    """Tickets taken in each half hour since `arrivals_from`."""
    arrivals_from: datetime | None


def ops(day: HallDay) -> OpsView:
    """The hall."""
    assert day.plan is not None
    assert day.day is not None
    plan = day.plan
    return OpsView(
        hall_name=plan.name,
        time_zone=plan.time_zone,
        day=day.day,
        is_open=day.is_open,
        opened_at=day.opened_at,
        plan_version=plan.version,
        has_rule=plan.rule is not None,
        zones=tuple(
            OpsZone(
                zone_id=zone.zone_id,
                name=zone.name,
                counters=tuple(
                    _counter(day, c) for c in plan.counters if c.zone_id == zone.zone_id
                ),
            )
            for zone in plan.zones
        ),
        queues=tuple(_queue(day, queue) for queue in plan.queues),
        printers=_printers(day),
        voices=tuple(_voice(day, zone.zone_id) for zone in plan.zones),
        alerts=tuple(alert_line(day, day.alerts[a]) for a in reversed(day.standing.values())),
        notices=tuple(
            NoticeLine(notice_id=notice.notice_id, text=notice.text, until=notice.until)
            for notice in reversed(day.notices.values())
        ),
        figures=_figures(day),
        arrivals=_arrivals(day),
        arrivals_from=next((t.issued_at for t in day.tickets.values()), None),
    )


def _counter(day: HallDay, plan: CounterPlan) -> OpsCounter:
    found = day.counters[plan.counter_id]
    ticket = day.tickets[found.ticket_id] if found.ticket_id is not None else None
    since = found.free_at
    if ticket is not None:
        since = ticket.serving_at or ticket.called_at
    elif found.paused_at is not None:
        since = found.paused_at
    return OpsCounter(
        counter_id=plan.counter_id,
        counter_no=plan.no,
        state=found.state,
        clerk_id=found.clerk_id,
        pause_reason=found.paused_reason,
        since=since if found.is_open else None,
        number=ticket.number if ticket is not None else None,
        ticket_state=ticket.state if ticket is not None else None,
        queue_ids=found.serving.queue_ids,
        mode=found.serving.mode,
        shares=found.serving.shares,
        served=found.served,
        served_mean_s=round(found.served_s / found.served) if found.served else None,
    )


def _queue(day: HallDay, plan: QueuePlan) -> OpsQueue:
    queue = day.queues[plan.queue_id]
    heads = [lane[0] for lane in (queue.care, queue.booked, queue.ordinary) if lane]
    return OpsQueue(
        standing=standing(day, plan),
        care=len(queue.care),
        booked=len(queue.booked),
        oldest_issued_at=min((day.tickets[t].issued_at for t in heads), default=None),
        issued=queue.issued,
        stop_reason=queue.stop.reason if queue.stop is not None else "",
    )


def _printers(day: HallDay) -> tuple[OpsPrinter, ...]:
    assert day.plan is not None
    printer_ids = dict.fromkeys(k.printer_id for k in day.plan.kiosks if k.printer_id is not None)
    found = []
    for printer_id in printer_ids:
        last = day.last_job.get(printer_id)
        is_failing = last is not None and day.jobs[last].outcome is not PrintOutcome.PRINTED
        due = len(day.unprinted.get(printer_id, ()))
        found.append(OpsPrinter(printer_id=printer_id, is_failing=is_failing, due=due))
    return tuple(found)


def _voice(day: HallDay, zone_id: ZoneId) -> OpsVoice:
    oldest = next(iter(day.unspoken.get(zone_id, ())), None)
    since = day.calls[oldest].called_at if oldest is not None else None
    return OpsVoice(zone_id=zone_id, unspoken_since=since)


def _figures(day: HallDay) -> OpsFigures:
    tickets = day.tickets.values()
    waits = [(t.called_at - t.issued_at).total_seconds() for t in tickets if t.called_at]
    served = sum(counter.served for counter in day.counters.values())
    served_s = sum(counter.served_s for counter in day.counters.values())
    states, channels = Tally(t.state for t in tickets), Tally(t.channel for t in tickets)
    return OpsFigures(
        issued=len(day.tickets),
        by_state=tuple(OpsState(state=s, tickets=states[s]) for s in TicketState),
        by_channel=tuple(OpsChannel(channel=c, tickets=channels[c]) for c in Channel),
        called=len(waits),
        wait_mean_s=round(sum(waits) / len(waits)) if waits else None,
        served_mean_s=round(served_s / served) if served else None,
        expected=sum(b.ticket_id is None and not b.is_cancelled for b in day.bookings.values()),
    )


def _arrivals(day: HallDay) -> tuple[int, ...]:
    first = next((t.issued_at for t in day.tickets.values()), None)
    if first is None:
        return ()
    steps = Tally(
        int((t.issued_at - first).total_seconds() // ARRIVALS_STEP_S) for t in day.tickets.values()
    )
    return tuple(steps[n] for n in range(max(steps) + 1))
