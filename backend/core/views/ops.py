"""`ops`: the whole hall at a glance; supervisors only."""

from datetime import date, datetime

from msgspec import Struct

from backend.core.day import HallDay
from backend.core.ids import (
    AlertKind,
    CallMode,
    Channel,
    CounterId,
    CounterState,
    KioskId,
    NoticeId,
    PauseReason,
    PrinterId,
    PrinterState,
    PrintOutcome,
    QueueId,
    ScreenId,
    ScreenState,
    SpeakerState,
    StaffId,
    Text,
    TicketState,
    ZoneId,
)
from backend.core.plan import CounterPlan, QueuePlan
from backend.core.rules.disclosure import PERSONS_MIN
from backend.core.tally import SLOTS
from backend.core.views.alerts import AlertLine, alert_line, screen_name
from backend.core.views.board import QueueStanding, standing


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
    kiosk_ids: tuple[KioskId, ...]
    is_failing: bool
    """Whether the last paper reported did not come out."""
    detail: str
    """What the printer said of that paper."""
    due: int
    """Papers without a report."""
    state: PrinterState | None
    """None when no agent has told of it today."""
    since: datetime | None
    """Of the state."""
    is_silent: bool
    """Whether its agent is not heard any more (PR1)."""
    tickets_left: int | None
    """About how many more its roll is good for; None while nobody can know (PR3)."""


class OpsVoice(Struct, frozen=True, kw_only=True):
    """The speakers of a zone by their calls."""

    zone_id: ZoneId
    unspoken_since: datetime | None
    """The oldest call without a report; None when every call has one."""
    state: SpeakerState | None
    """None while nothing has reported for the zone today."""
    is_silent: bool
    """Whether its agent is not heard any more (VO10)."""
    voice: str
    """Which voice spoke last; empty before it did."""
    detail: str
    """What plays, or what is wrong."""


class OpsScreen(Struct, frozen=True, kw_only=True):
    """A screen that an agent looks after (SC1)."""

    screen_id: ScreenId
    name: Text
    state: ScreenState
    since: datetime
    """Of the state; of a silent one, when it was last heard."""
    detail: str
    """What is wrong; empty when nothing is."""


class OpsNotice(Struct, frozen=True, kw_only=True):
    """Words that are shown, and where."""

    notice_id: NoticeId
    text: Text
    zone_ids: tuple[ZoneId, ...]
    screen_ids: tuple[ScreenId, ...]
    """With neither zones nor screens: in the whole hall."""
    is_pinned: bool
    until: datetime | None
    posted_at: datetime


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
    wait_mean_s: int | None
    """From issue to the call, of the visits that began; those sent on from elsewhere apart."""
    served_mean_s: int | None
    ratings: int
    satisfied_percent: int | None
    """Of today's ratings those of level 5 and 4; None while they are few (ST3)."""
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
    screens: tuple[OpsScreen, ...]
    """Those that were heard of today."""
    alerts: tuple[AlertLine, ...]
    """Those that stand, newest first."""
    notices: tuple[OpsNotice, ...]
    """Newest first."""
    figures: OpsFigures
    arrivals: tuple[int, ...]
    """Tickets taken in each half hour of the day, from midnight on the hall's clock."""
    usual: tuple[int, ...]
    """The same of past days; empty when none is known."""


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
        screens=tuple(
            OpsScreen(
                screen_id=screen.screen_id,
                name=screen_name(day.index, screen.screen_id),
                state=screen.state,
                since=screen.since,
                detail=screen.detail,
            )
            for _, screen in sorted(day.screens.items())
        ),
        alerts=tuple(alert_line(day, day.alerts[a]) for a in reversed(day.standing.values())),
        notices=tuple(
            OpsNotice(
                notice_id=notice.notice_id,
                text=notice.text,
                zone_ids=notice.zone_ids,
                screen_ids=notice.screen_ids,
                is_pinned=notice.is_pinned,
                until=notice.until,
                posted_at=notice.posted_at,
            )
            for notice in reversed(day.notices.values())
        ),
        figures=_figures(day),
        arrivals=tuple(day.tally.arrivals.get(slot, 0) for slot in range(SLOTS)),
        usual=day.tally.usual,
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
    kiosk_ids: dict[PrinterId, tuple[KioskId, ...]] = {}
    for kiosk in day.plan.kiosks:
        if kiosk.printer_id is not None:
            before = kiosk_ids.get(kiosk.printer_id, ())
            kiosk_ids[kiosk.printer_id] = (*before, kiosk.kiosk_id)
    return tuple(_printer(day, printer_id, ids) for printer_id, ids in kiosk_ids.items())


def _printer(day: HallDay, printer_id: PrinterId, kiosk_ids: tuple[KioskId, ...]) -> OpsPrinter:
    last = day.jobs[day.last_job[printer_id]] if printer_id in day.last_job else None
    found = day.printers.get(printer_id)
    return OpsPrinter(
        printer_id=printer_id,
        kiosk_ids=kiosk_ids,
        is_failing=last is not None and last.outcome is not PrintOutcome.PRINTED,
        detail=last.detail if last is not None else "",
        due=len(day.unprinted.get(printer_id, ())),
        state=found.state if found is not None else None,
        since=found.since if found is not None else None,
        is_silent=(AlertKind.PRINTER_SILENT, printer_id) in day.standing,
        tickets_left=found.tickets_left if found is not None else None,
    )


def _voice(day: HallDay, zone_id: ZoneId) -> OpsVoice:
    oldest = next(iter(day.unspoken.get(zone_id, ())), None)
    since = day.calls[oldest].called_at if oldest is not None else None
    speakers = day.speakers.get(zone_id)
    return OpsVoice(
        zone_id=zone_id,
        unspoken_since=since,
        state=speakers.state if speakers is not None else None,
        is_silent=(AlertKind.VOICE_UNHEARD, zone_id) in day.standing,
        voice=speakers.voice if speakers is not None else "",
        detail=speakers.detail if speakers is not None else "",
    )


def _figures(day: HallDay) -> OpsFigures:
    tally = day.tally
    served = sum(counter.served for counter in day.counters.values())
    served_s = sum(counter.served_s for counter in day.counters.values())
    states = _states(day)
    return OpsFigures(
        issued=len(day.tickets),
        by_state=tuple(OpsState(state=s, tickets=states.get(s, 0)) for s in TicketState),
        by_channel=tuple(OpsChannel(channel=c, tickets=tally.channels.get(c, 0)) for c in Channel),
        wait_mean_s=round(tally.waited_s / tally.waits) if tally.waits else None,
        served_mean_s=round(served_s / served) if served else None,
        ratings=tally.ratings,
        satisfied_percent=round(100 * tally.satisfied / tally.ratings)
        if tally.ratings >= PERSONS_MIN
        else None,
        expected=sum(b.ticket_id is None and not b.is_cancelled for b in day.bookings.values()),
    )


def _states(day: HallDay) -> dict[TicketState, int]:
    """How many tickets are in each state, told without a look at each of them."""
    states = dict(day.tally.ended)
    states[TicketState.WAITING] = sum(queue.waiting for queue in day.queues.values()) + sum(
        len(lane) for lane in day.directed.values()
    )
    states[TicketState.HELD], states[TicketState.PASSED] = len(day.held), len(day.passed)
    for counter in day.counters.values():
        if counter.ticket_id is not None:
            state = day.tickets[counter.ticket_id].state
            states[state] = states.get(state, 0) + 1
    return states
