"""When to come, as it goes over HTTP: hours of the days to come, and what past days were like."""

from datetime import date, datetime

from msgspec import Struct

from backend.core.ids import Text


class OpenSpan(Struct, frozen=True, kw_only=True):
    """A time without a break in which the hall serves."""

    opens_at: datetime
    closes_at: datetime


class HallDayHours(Struct, frozen=True, kw_only=True):
    """When the hall serves on a day; without spans it does not."""

    day: date
    spans: list[OpenSpan]
    name: Text | None
    """Of a special day, such as a holiday."""


class UsualHalfHour(Struct, frozen=True, kw_only=True):
    """How long who came in this half hour mostly waited."""

    half_hour: int
    """From midnight by the hall's clock."""
    wait_min: int


class UsualDay(Struct, frozen=True, kw_only=True):
    """A weekday as it usually is; what rests on few visits is left out."""

    weekday: int
    """1 is Monday."""
    wait_min: int
    half_hours: list[UsualHalfHour]


class VisitTimesView(Struct, frozen=True, kw_only=True):
    """When to come."""

    time_zone: str
    today: date
    always_open: bool
    """The hall has no hours: it never closes."""
    hours: list[HallDayHours]
    """Today and the days after it."""
    usual: list[UsualDay]
    """Empty while too little was counted."""
