"""`board:{zone}`: the main board of a zone; public."""

from datetime import date, datetime

from msgspec import Struct

from backend.core.day import Call, HallDay
from backend.core.ids import (
    CallId,
    CounterId,
    CounterState,
    NoticeId,
    PauseReason,
    QueueId,
    ScreenId,
    StopCause,
    Text,
    TicketClass,
    ZoneId,
)
from backend.core.plan import QueuePlan
from backend.core.rules.notices import notices_at
from backend.core.rules.waiting import newcomer_range, open_counters

CALLS_MAX = 8


class BoardCall(Struct, frozen=True, kw_only=True):
    """A number and the counter it is to go to."""

    call_id: CallId
    """Of the call or its last recall: a change of it is a new announcement."""
    number: str
    counter_id: CounterId
    counter_no: int
    ticket_class: TicketClass
    called_at: datetime
    """Of the call or its last recall."""
    repeat: int
    """0 for the call, n for the n-th recall."""
    is_live: bool
    """Whether the visitor is still awaited at the counter."""


class QueueStanding(Struct, frozen=True, kw_only=True):
    """A queue as anybody may see it."""

    queue_id: QueueId
    name: Text
    zone_id: ZoneId
    letter: str
    waiting: int
    open_counters: int
    wait_min_s: int | None
    wait_max_s: int | None
    """The range for somebody who comes now; None while no counter is open."""
    stop: StopCause | None
    """Why no numbers are given out at the moment (TK5)."""
    is_full: bool
    """Whether as many wait as may (TK4)."""


class NoticeLine(Struct, frozen=True, kw_only=True):
    """Words that staff want read."""

    notice_id: NoticeId
    text: Text
    until: datetime | None
    """The page hides it from then on."""


class BoardCounter(Struct, frozen=True, kw_only=True):
    """A counter of the zone."""

    counter_id: CounterId
    counter_no: int
    state: CounterState
    pause_reason: PauseReason | None
    number: str | None


class BoardView(Struct, frozen=True, kw_only=True, tag="board"):
    """What hangs on the wall of a zone."""

    hall_name: Text
    zone_id: ZoneId
    zone_name: Text
    time_zone: str
    day: date
    is_open: bool
    calls: tuple[BoardCall, ...]
    """The last calls, newest first, each ticket once."""
    queues: tuple[QueueStanding, ...]
    counters: tuple[BoardCounter, ...]
    notices: tuple[NoticeLine, ...]
    """What is pinned first, then the newest."""


def board(day: HallDay, zone_id: ZoneId) -> BoardView:
    """The board of a zone."""
    assert day.plan is not None
    assert day.day is not None
    return BoardView(
        hall_name=day.plan.name,
        zone_id=zone_id,
        zone_name=day.index.zones[zone_id].name,
        time_zone=day.plan.time_zone,
        day=day.day,
        is_open=day.is_open,
        calls=_last_calls(day, zone_id),
        queues=tuple(standing(day, queue) for queue in queues_of_zone(day, zone_id)),
        counters=tuple(
            counter_line(day, plan.counter_id)
            for plan in day.plan.counters
            if plan.zone_id == zone_id
        ),
        notices=notices_of(day, zone_id, ScreenId(f"board:{zone_id}")),
    )


def notices_of(
    day: HallDay, zone_id: ZoneId | None, screen_id: ScreenId | None = None
) -> tuple[NoticeLine, ...]:
    """The notices of a zone and of a screen in it (NT1); without either those of the whole hall."""
    return tuple(
        NoticeLine(notice_id=notice.notice_id, text=notice.text, until=notice.until)
        for notice in notices_at(day, zone_id, screen_id)
    )


def queues_of_zone(day: HallDay, zone_id: ZoneId) -> tuple[QueuePlan, ...]:
    """The queues that are served in the zone, in the plan's order."""
    assert day.plan is not None
    served = {
        queue_id
        for plan in day.plan.counters
        if plan.zone_id == zone_id
        for queue_id in day.counters[plan.counter_id].serving.queue_ids
    }
    return tuple(queue for queue in day.plan.queues if queue.queue_id in served)


def standing(day: HallDay, plan: QueuePlan) -> QueueStanding:
    """How a queue stands for somebody who comes now."""
    queue = day.queues[plan.queue_id]
    waiting = queue.waiting
    wait_min_s, wait_max_s = newcomer_range(day, plan.queue_id)
    return QueueStanding(
        queue_id=plan.queue_id,
        name=plan.name,
        zone_id=plan.zone_id,
        letter=plan.letter,
        waiting=waiting,
        open_counters=open_counters(day, plan.queue_id),
        wait_min_s=wait_min_s,
        wait_max_s=wait_max_s,
        stop=queue.stop.cause if queue.stop is not None else None,
        is_full=plan.waiting_max is not None and waiting >= plan.waiting_max,
    )


def _last_calls(day: HallDay, zone_id: ZoneId) -> tuple[BoardCall, ...]:
    found: dict[str, BoardCall] = {}
    for call_id in reversed(day.calls_by_zone.get(zone_id, [])):
        call = day.calls[call_id]
        if call.is_undone or call.ticket_id in found:
            continue
        found[call.ticket_id] = _call(day, call)
        if len(found) == CALLS_MAX:
            break
    return tuple(found.values())


def _call(day: HallDay, call: Call) -> BoardCall:
    ticket = day.tickets[call.ticket_id]
    return BoardCall(
        call_id=call.call_id,
        number=ticket.number,
        counter_id=call.counter_id,
        counter_no=day.index.counters[call.counter_id].no,
        ticket_class=ticket.ticket_class,
        called_at=call.called_at,
        repeat=call.repeat,
        is_live=day.is_live(call),
    )


def counter_line(day: HallDay, counter_id: CounterId) -> BoardCounter:
    """A counter as anybody may see it."""
    counter = day.counters[counter_id]
    return BoardCounter(
        counter_id=counter_id,
        counter_no=day.index.counters[counter_id].no,
        state=counter.state,
        pause_reason=counter.paused_reason,
        number=day.tickets[counter.ticket_id].number if counter.ticket_id else None,
    )
