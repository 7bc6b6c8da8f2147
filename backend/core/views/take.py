"""`take`: what a visitor may take a number for from afar; public."""

from datetime import date, datetime

from msgspec import Struct

from backend.core.day import HallDay
from backend.core.ids import Channel, Text
from backend.core.views.board import NoticeLine, notices_of
from backend.core.views.kiosk import KioskQueue, kiosk_queue, opens_next_at


class TakeView(Struct, frozen=True, kw_only=True, tag="take"):
    """All a phone needs to take a number (TK3)."""

    hall_name: Text
    time_zone: str
    day: date
    is_open: bool
    queues: tuple[KioskQueue, ...]
    """Those of which numbers may be taken remotely, in the order of the plan."""
    notices: tuple[NoticeLine, ...]
    """Those for every zone, newest first."""
    opens_next_at: datetime | None
    """As a kiosk says it."""


def take(day: HallDay) -> TakeView:
    """What may be taken from afar."""
    assert day.plan is not None
    assert day.day is not None
    return TakeView(
        hall_name=day.plan.name,
        time_zone=day.plan.time_zone,
        day=day.day,
        is_open=day.is_open,
        queues=tuple(
            kiosk_queue(day, queue) for queue in day.plan.queues if Channel.REMOTE in queue.channels
        ),
        notices=notices_of(day, None),
        opens_next_at=opens_next_at(day),
    )
