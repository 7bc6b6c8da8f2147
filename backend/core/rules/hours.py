"""When a hall is open, by the hours and special days of its plan (DY1, TK5).

A special day replaces the hours of its weekday; a day without spans is a holiday.  A plan without
any hours is of a hall that never closes.  All instants are UTC: where a clock is put forward or
back within the hours, opening is the earlier and closing the later of the instants it can mean.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from backend.core.plan import Plan

LOOK_DAYS = 366
"""How far ahead the next opening is looked for."""


class Open(Struct, frozen=True):
    """A time without a break in which the hall serves."""

    opens_at: datetime
    closes_at: datetime


def has_hours(plan: Plan) -> bool:
    """Whether the hall ever closes."""
    return bool(plan.hours)


def open_times(plan: Plan, day: date) -> tuple[Open, ...]:
    """When the hall is open on the day, earliest first; none on a holiday."""
    special = next((s for s in plan.special_days if s.day == day), None)
    weekday = next((h for h in plan.hours if h.weekday == day.isoweekday()), None)
    found = special or weekday
    return tuple(
        Open(
            min(_instants(plan, day, span.opens)),
            max(_instants(plan, day, span.closes)),
        )
        for span in sorted(found.spans if found is not None else (), key=lambda s: s.opens)
    )


def opens_on(plan: Plan, day: date) -> datetime | None:
    """When the hall first opens on the day; None when it does not."""
    return min((o.opens_at for o in open_times(plan, day)), default=None)


def closes_on(plan: Plan, day: date) -> datetime | None:
    """When the hall closes for the day; None when it is not open on it."""
    return max((o.closes_at for o in open_times(plan, day)), default=None)


def is_extra(plan: Plan, day: date, opened_at: datetime) -> bool:
    """Whether a day opened at that instant is on a holiday or after hours."""
    closing = closes_on(plan, day)
    return has_hours(plan) and (closing is None or closing <= opened_at)


def opens_next(plan: Plan, at: datetime) -> datetime | None:
    """When the hall opens next after the instant; None when not within a year, or never closed."""
    if not has_hours(plan):
        return None
    today = at.astimezone(ZoneInfo(plan.time_zone)).date()
    for n in range(LOOK_DAYS):
        for opened in open_times(plan, today + timedelta(days=n)):
            if opened.opens_at > at:
                return opened.opens_at
    return None


def open_s_left(plan: Plan, day: date, at: datetime) -> float:
    """For how many seconds from `at` on the hall serves on the day, breaks left out."""
    left = ((o.closes_at - max(o.opens_at, at)).total_seconds() for o in open_times(plan, day))
    return sum(seconds for seconds in left if seconds > 0)


def instant(plan: Plan, day: date, minute: int) -> datetime:
    """When the hall's clock shows so many minutes after midnight of the day, UTC."""
    return _instants(plan, day, minute)[0]


def _instants(plan: Plan, day: date, minute: int) -> tuple[datetime, datetime]:
    """What a time on the hall's clock can mean: two instants when the clock is put that day."""
    wall = datetime.combine(day, time(), ZoneInfo(plan.time_zone)) + timedelta(minutes=minute)
    return (wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC))
