"""What wants looking after (AL1, CO1, SH1)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from backend.core.commands import AcknowledgeAlert
from backend.core.day import Counter, HallDay, Ticket
from backend.core.devices import CLAIM_S, Printer
from backend.core.errors import Refusal, RefusalCode
from backend.core.events import Event
from backend.core.hall_events import AlertAcknowledged, AlertCleared, AlertRaised, ScreenReported
from backend.core.ids import (
    AlertId,
    AlertKind,
    ChosenBy,
    CounterState,
    PrinterState,
    PrintOutcome,
    QueueId,
    ScreenId,
    ScreenState,
    SpeakerState,
    ZoneId,
)
from backend.core.rules.day import open_day_of
from backend.core.rules.hours import opens_on
from backend.core.rules.order import directed_lanes
from backend.core.rules.scores import age_of
from backend.core.rules.standing_in import vacancies
from backend.core.rules.waiting import Range
from backend.core.stamp import Stamp

CLEARED_BELOW = 0.75
"""Of the limit."""
STATE_ALERTS = {
    PrinterState.PAPER_LOW: AlertKind.PAPER_LOW,
    PrinterState.PAPER_OUT: AlertKind.PAPER_OUT,
    PrinterState.COVER_OPEN: AlertKind.PRINTER_OPEN,
    PrinterState.ERROR: AlertKind.PRINTER_ERROR,
    PrinterState.OFFLINE: AlertKind.PRINTER_OFFLINE,
    PrinterState.GONE: AlertKind.PRINTER_GONE,
}
SCREEN_ALERTS = {
    ScreenState.SILENT: AlertKind.SCREEN_SILENT,
    ScreenState.DARK: AlertKind.SCREEN_DARK,
}
UNSPOKEN_S = 60.0
"""VO5 skips a call after 45 s, and one announcement takes 12 s."""


def acknowledge_alert(day: HallDay, command: AcknowledgeAlert, stamp: Stamp) -> tuple[Event, ...]:
    """Keep who looks after it.

    Raises Refusal: day_not_open, unknown_alert, alert_cleared, alert_acknowledged.
    """
    open_day_of(day)
    alert = day.alerts.get(AlertId(command.alert_id))
    if alert is None:
        raise Refusal(RefusalCode.UNKNOWN_ALERT)
    if alert.cleared_at is not None:
        raise Refusal(RefusalCode.ALERT_CLEARED)
    if alert.acknowledged_at is not None:
        raise Refusal(RefusalCode.ALERT_ACKNOWLEDGED)
    return (AlertAcknowledged(alert_id=alert.alert_id, by=stamp.by.id, acknowledged_at=stamp.at),)


def rule_alert(day: HallDay, by: ChosenBy, at: datetime) -> tuple[Event, ...]:
    """The alert that the hall's own rule failed at a call; its end when it does no more (CL5)."""
    alert_id = day.standing.get((AlertKind.RULE_FAILED, ""))
    if by is ChosenBy.FALLBACK and alert_id is None:
        alert_id = _alert_id(day, len(day.alerts) + 1)
        raised = AlertRaised(
            alert_id=alert_id, kind=AlertKind.RULE_FAILED, subject_id="", value=0, raised_at=at
        )
        return (raised,)
    if by is not ChosenBy.FALLBACK and alert_id is not None:
        return (AlertCleared(alert_id=alert_id, cleared_at=at),)
    return ()


class Sight(Struct, frozen=True):
    """Something that is watched, and what is seen of it."""

    kind: AlertKind
    subject_id: str
    value: float
    limit: float
    """More is an alert."""


def alerts_kept(
    day: HallDay,
    waits: Mapping[QueueId, Range],
    screens: Mapping[ScreenId, ScreenReported],
    at: datetime,
) -> tuple[AlertRaised | AlertCleared, ...]:
    """The alerts to raise and to clear now (AL1, CO1).

    One is raised above its limit, and cleared below three quarters of it, so that it does not come
    and go; or when what it is about is gone.  `screens`: as they are now.
    """
    seen = (*_sights(day, waits, at), *_screen_sights(screens, at))
    sights = {(sight.kind, sight.subject_id): sight for sight in seen}
    found: list[AlertRaised | AlertCleared] = []
    for key, alert_id in day.standing.items():
        if key[0] is AlertKind.RULE_FAILED:
            continue  # the calls raise it and clear it
        sight = sights.get(key)
        if sight is None or sight.value < CLEARED_BELOW * sight.limit:
            found.append(AlertCleared(alert_id=alert_id, cleared_at=at))
    raised = len(day.alerts)
    for key, sight in sights.items():
        if sight.value > sight.limit and key not in day.standing:
            raised += 1
            found.append(
                AlertRaised(
                    alert_id=_alert_id(day, raised),
                    kind=sight.kind,
                    subject_id=sight.subject_id,
                    value=int(sight.value),
                    raised_at=at,
                )
            )
    return tuple(found)


def _alert_id(day: HallDay, n: int) -> AlertId:
    """The id of the day's n-th alert."""
    return AlertId(f"{day.day:%Y%m%d}-L{n}")


def _sights(day: HallDay, waits: Mapping[QueueId, Range], at: datetime) -> Iterator[Sight]:
    """All that is watched and is there to be seen."""
    assert day.plan is not None
    assert day.day is not None
    begins_at = opens_on(day.plan, day.day) or day.opened_at
    assert begins_at is not None
    comes: dict[QueueId, datetime] = {}
    sent: defaultdict[QueueId, list[Ticket]] = defaultdict(list)
    for lane in day.directed.values():
        for ticket_id in lane:
            sent[day.tickets[ticket_id].queue_id].append(day.tickets[ticket_id])
    for queue_id, queue in day.queues.items():
        heads = [
            day.tickets[lane[0]] for lane in (queue.care, queue.booked, queue.ordinary) if lane
        ]
        if heads:
            comes[queue_id] = min(ticket.waits_since for ticket in heads)
            yield from _queue_sights(day, heads, waits[queue_id])
        yield from _oldest_sights(day, heads + sent[queue_id], begins_at, at)
    for counter in day.counters.values():
        yield from _counter_sights(day, counter, comes, begins_at, at)
    for vacancy in vacancies(day, at):
        vacant_s = (at - vacancy.since).total_seconds()
        counter_id = vacancy.counter.counter_id
        yield Sight(AlertKind.COUNTER_UNMANNED, counter_id, vacant_s, day.rules.stand_in_after_s)
    for printer_id in {kiosk.printer_id: None for kiosk in day.plan.kiosks}:
        if printer_id in day.printers:
            yield from _printer_sights(day.printers[printer_id], at)
    for printer_id, job_id in day.last_job.items():
        found = day.printers.get(printer_id)
        is_told = found is not None and not found.state.prints  # and why, which says more
        if day.jobs[job_id].outcome is not PrintOutcome.PRINTED and not is_told:
            yield Sight(AlertKind.PRINTER_FAILED, printer_id, 1, 0)
    for zone_id in day.speakers:
        yield from _voice_sights(day, zone_id, at)


def _voice_sights(day: HallDay, zone_id: ZoneId, at: datetime) -> Iterator[Sight]:
    """Of a zone that has speakers: others have nothing to say."""
    speakers = day.speakers[zone_id]
    if speakers.state is SpeakerState.SILENT:
        yield Sight(AlertKind.VOICE_SILENT, zone_id, 1, 0)
    if speakers.agent_id is not None:
        silent_s = (at - speakers.reported_at).total_seconds()
        yield Sight(AlertKind.VOICE_UNHEARD, zone_id, silent_s, CLAIM_S)
    oldest = next(iter(day.unspoken.get(zone_id, ())), None)
    if oldest is not None:
        unspoken_s = (at - day.calls[oldest].called_at).total_seconds()
        yield Sight(AlertKind.CALLS_UNSPOKEN, zone_id, unspoken_s, UNSPOKEN_S)


def _printer_sights(printer: Printer, at: datetime) -> Iterator[Sight]:
    """How a printer is, and how long its agent has said nothing (PR1, PR2)."""
    silent_s = (at - printer.heard_at).total_seconds()
    yield Sight(AlertKind.PRINTER_SILENT, printer.printer_id, silent_s, CLAIM_S)
    kind = STATE_ALERTS.get(printer.state)
    if kind is not None:
        yield Sight(kind, printer.printer_id, 1, 0)


def _screen_sights(screens: Mapping[ScreenId, ScreenReported], at: datetime) -> Iterator[Sight]:
    """Of the screens that show nothing or are not heard, for how many seconds (SC1, SC2)."""
    for screen in screens.values():
        kind = SCREEN_ALERTS.get(screen.state)
        if kind is not None:
            yield Sight(kind, screen.screen_id, (at - screen.since).total_seconds(), 0)


def _queue_sights(day: HallDay, heads: list[Ticket], wait: Range) -> Iterator[Sight]:
    rules, queue_id = day.rules, heads[0].queue_id
    yield Sight(AlertKind.QUEUE_LONG, queue_id, day.queues[queue_id].waiting, rules.alert_waiting)
    shortest_s, longest_s = wait
    if shortest_s is not None and longest_s is not None:
        middle_s = (shortest_s + longest_s) / 2
        yield Sight(AlertKind.WAIT_LONG, queue_id, middle_s, rules.alert_wait_s)


def _oldest_sights(
    day: HallDay, tickets: list[Ticket], begins_at: datetime, at: datetime
) -> Iterator[Sight]:
    """Who of a queue waits longest: of its lanes, and of those sent to a counter or clerk."""
    # Who has been passed was called in time, and nobody waits for a slot yet to come.
    first = [max(begins_at, t.issued_at, age_of(t)) for t in tickets if not t.returns]
    if first:
        oldest_s = (at - min(first)).total_seconds()
        queue_id = tickets[0].queue_id
        yield Sight(AlertKind.OLDEST_LONG, queue_id, oldest_s, day.rules.alert_oldest_s)


def _counter_sights(
    day: HallDay,
    counter: Counter,
    comes: dict[QueueId, datetime],
    begins_at: datetime,
    at: datetime,
) -> Iterator[Sight]:
    if counter.state is CounterState.PAUSED and counter.paused_at is not None:
        paused_s = (at - counter.paused_at).total_seconds()
        yield Sight(AlertKind.PAUSE_LONG, counter.counter_id, paused_s, day.rules.alert_pause_s)
    if counter.state is not CounterState.OPEN or counter.free_at is None:
        return
    waits = [comes[queue_id] for queue_id in counter.serving.queue_ids if queue_id in comes]
    lanes = directed_lanes(day, counter.counter_id)
    waits += [day.tickets[lane[0]].waits_since for lane in lanes]
    if waits:
        idle_s = (at - max(counter.free_at, begins_at, min(waits))).total_seconds()
        yield Sight(AlertKind.COUNTER_IDLE, counter.counter_id, idle_s, day.rules.alert_idle_s)
