"""Until when something is due, in working days (DL1).

What happens on a day starts to count on the next one: day 1 is the first working day after the
start, and a clock that stood still goes on with the first working day after it was set going.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from backend.core.plan import Plan
from backend.core.rules.hours import closes_on, instant
from backend.core.workdays import WorkCalendar

AMBER_TENTHS = 7
"""Of the limit: from so much on it is amber."""
DAY = timedelta(days=1)


class Excluded(Struct, frozen=True, kw_only=True):
    """Days that do not count: those after `after`, up to and with `through`."""

    after: date
    """The day on which the clock was stopped; it still counts."""
    through: date
    """The day on which the clock was set going; it does not count yet."""


class Deadline(Struct, frozen=True, kw_only=True):
    """Until when something is due, and from when that is urgent."""

    limit_days: int
    """Working days that it may take."""
    after: date
    """Day 1 is the first working day after this one."""
    amber_from: date
    """The first date on which 70 % of the days are over."""
    red_from: date
    """The first date on which one day is left."""
    due_day: date
    due_at: datetime
    """The end of service on that day, UTC."""
    is_provisional: bool
    """Whether it rests on a year that is not announced yet."""


class Dated(Protocol):
    """A deadline, or what a list has of one."""

    @property
    def amber_from(self) -> date:
        """The first date on which it is amber."""

    @property
    def red_from(self) -> date:
        """The first date on which it is red."""

    @property
    def due_at(self) -> datetime:
        """After that it is overdue."""


class Urgency(StrEnum):
    """How near a deadline is."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    OVERDUE = "overdue"


def deadline(
    calendar: WorkCalendar,
    plan: Plan,
    after: date,
    limit_days: int,
    excluded: tuple[Excluded, ...] = (),
) -> Deadline:
    """When what began on the day `after` is due, `limit_days` (at least 1) being given (DL1, I16).

    Any calendar will do, an empty one too: it then counts Monday to Friday.
    """
    assert limit_days >= 1
    over: list[date] = [after]  # by its index: when so many days are over
    day = after
    while len(over) <= limit_days:
        day += DAY
        if calendar.is_working(day) and not any(e.after < day <= e.through for e in excluded):
            over.append(day)
    amber_days = -(-limit_days * AMBER_TENTHS // 10)  # rounded up
    return Deadline(
        limit_days=limit_days,
        after=after,
        amber_from=over[amber_days] + DAY,
        red_from=over[limit_days - 1] + DAY,
        due_day=day,
        due_at=service_ends(plan, day),
        is_provisional=not calendar.is_announced(after, day),
    )


def urgency(due: Dated, today: date, at: datetime) -> Urgency:
    """How near it is at the instant `at`, which is on the day `today` by the hall's clock (DL1)."""
    if at > due.due_at:
        return Urgency.OVERDUE
    if today >= due.red_from:
        return Urgency.RED
    return Urgency.AMBER if today >= due.amber_from else Urgency.GREEN


def service_ends(plan: Plan, day: date) -> datetime:
    """The end of service on a working day, UTC.

    Where the plan has no hours for it (a Saturday that is worked in place of a Monday), the latest
    closing of any weekday; where the hall never closes, midnight.
    """
    closing = closes_on(plan, day)
    if closing is not None:
        return closing
    minutes = max((span.closes for h in plan.hours for span in h.spans), default=24 * 60)
    return instant(plan, day, minutes)
