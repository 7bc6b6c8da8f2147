"""`offers`: counters whose person is absent, and who may take them; staff only (SH1)."""

from datetime import date, datetime

from msgspec import Struct

from backend.core.day import HallDay
from backend.core.ids import CounterId, ShiftRole, StaffId, Text


class OfferLine(Struct, frozen=True, kw_only=True):
    """A counter that somebody may take now."""

    counter_id: CounterId
    counter_no: int
    zone_name: Text
    clerk_id: StaffId
    """Who may; the page of anybody else does not show it."""
    role: ShiftRole
    offered_at: datetime
    until: datetime


class OffersView(Struct, frozen=True, kw_only=True, tag="offers"):
    """All offers that stand."""

    time_zone: str
    day: date
    offers: tuple[OfferLine, ...]
    """In the plan's order of counters."""


def offers(day: HallDay) -> OffersView:
    """The offers."""
    assert day.plan is not None
    assert day.day is not None
    lines = []
    for counter in day.counters.values():
        if counter.offer is None or not day.is_open:
            continue
        plan = day.index.counters[counter.counter_id]
        lines.append(
            OfferLine(
                counter_id=counter.counter_id,
                counter_no=plan.no,
                zone_name=day.index.zones[plan.zone_id].name,
                clerk_id=counter.offer.clerk_id,
                role=counter.offer.role,
                offered_at=counter.offer.offered_at,
                until=counter.offer.until,
            )
        )
    return OffersView(time_zone=day.plan.time_zone, day=day.day, offers=tuple(lines))
