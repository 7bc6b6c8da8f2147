"""`queues`: the public overview of the hall."""

from datetime import date

from msgspec import Struct

from backend.core.day import HallDay
from backend.core.ids import CounterState, KioskId, Text, ZoneId
from backend.core.views.board import (
    BoardCounter,
    NoticeLine,
    QueueStanding,
    counter_line,
    notices_of,
    standing,
)


class ZoneOverview(Struct, frozen=True, kw_only=True):
    """A zone with its counters and kiosks."""

    zone_id: ZoneId
    name: Text
    kiosk_ids: tuple[KioskId, ...]
    counters: tuple[BoardCounter, ...]


class QueuesView(Struct, frozen=True, kw_only=True, tag="queues"):
    """The hall at a glance."""

    hall_name: Text
    time_zone: str
    day: date
    is_open: bool
    waiting: int
    open_counters: int
    zones: tuple[ZoneOverview, ...]
    queues: tuple[QueueStanding, ...]
    notices: tuple[NoticeLine, ...]
    """Those for every zone, newest first."""


def queues(day: HallDay) -> QueuesView:
    """The overview."""
    assert day.plan is not None
    assert day.day is not None
    plan = day.plan
    return QueuesView(
        hall_name=plan.name,
        time_zone=plan.time_zone,
        day=day.day,
        is_open=day.is_open,
        waiting=sum(queue.waiting for queue in day.queues.values()),
        open_counters=sum(c.state is not CounterState.OFF for c in day.counters.values()),
        zones=tuple(
            ZoneOverview(
                zone_id=zone.zone_id,
                name=zone.name,
                kiosk_ids=tuple(k.kiosk_id for k in plan.kiosks if k.zone_id == zone.zone_id),
                counters=tuple(
                    counter_line(day, c.counter_id)
                    for c in plan.counters
                    if c.zone_id == zone.zone_id
                ),
            )
            for zone in plan.zones
        ),
        queues=tuple(standing(day, queue) for queue in plan.queues),
        notices=notices_of(day, None),
    )
