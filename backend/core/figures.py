"""What figures look like wherever they are told: on screen, in an export, over HTTP (ST1-ST3)."""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from backend.core.ids import HallId, Text


class Dimension(StrEnum):
    """What a measure may be taken apart by."""

    HALL = "hall"
    ZONE = "zone"
    COUNTER = "counter"
    CLERK = "clerk"
    DEPARTMENT = "department"
    QUEUE = "queue"
    SERVICE = "service"
    HALF_HOUR = "half_hour"
    """From 0 to 47, by the hall's clock."""
    WEEKDAY = "weekday"
    """1 is Monday."""
    CHANNEL = "channel"
    ORIGIN = "origin"
    CLASS = "class"
    DAY = "day"
    MONTH = "month"
    STATE = "state"
    """Of a case, of a counter, or what became of a ticket."""
    LEVEL = "level"
    """Of an evaluation."""


class Unit(StrEnum):
    """What a value is in."""

    COUNT = "count"
    PERCENT = "percent"
    MINUTES = "minutes"
    NUMBER = "number"


class FigureCell(Struct, frozen=True, kw_only=True):
    """A figure of a group."""

    value: float | None
    """None for a zero denominator, or when it is kept back."""
    n: int
    """How many it rests on; 0 when that is kept back."""
    is_kept_back: bool = False
    """Told to nobody outside the office: too few persons (ST3)."""
    frozen: float | None = None
    """What it was when its days were frozen, where that has been corrected since (ST2)."""
    is_corrected: bool = False
    before: float | None = None
    """Its value in the period before."""
    before_n: int = 0


class FigureRow(Struct, frozen=True, kw_only=True):
    """A group and its figures, in the order of the measures."""

    keys: tuple[str | None, ...]
    """One a dimension; None for what has none, such as a case without a ticket."""
    cells: tuple[FigureCell, ...]


class DaysCounted(Struct, frozen=True, kw_only=True):
    """Which days of the period the figures are of."""

    frozen: int
    """Closed days, each with its hash."""
    corrected: int
    """Of these, how many something came in of later."""
    live: date | None
    """A day that is not over: its figures still change."""
    counted_at: datetime | None
    """When the last of them was counted."""


class Figures(Struct, frozen=True, kw_only=True):
    """The figures of a period."""

    first: date
    last: date
    before_first: date
    before_last: date
    at: datetime
    """What is open and past due at this instant is late."""
    by: tuple[Dimension, ...]
    measure_ids: tuple[str, ...]
    days: DaysCounted
    total: FigureRow
    rows: tuple[FigureRow, ...]
    """In the order of the keys."""


class Behind(Struct, frozen=True, kw_only=True):
    """A ticket or case behind a figure."""

    day: date
    ticket_id: str | None
    case_id: str | None
    number: str | None
    """Of the ticket or the case; of a counter's span the counter."""
    at: datetime | None
    """When it was taken, served or accepted."""
    outcome: str | None
    """What became of it; the level of an evaluation."""
    length_ms: int | None
    """How long it waited or was served."""


class CounterSpan(Struct, frozen=True, kw_only=True):
    """A counter in one state."""

    counter_id: str
    clerk_id: str | None
    state: str
    reason: str | None
    ticket_id: str | None
    from_at: datetime
    to_at: datetime


class MeasureName(Struct, frozen=True, kw_only=True):
    """A measure, as it may be asked for."""

    measure_id: str
    name: Text
    formula: Text
    unit: Unit
    dimensions: tuple[Dimension, ...]
    """What it may be taken apart by."""


class Named(Struct, frozen=True, kw_only=True):
    """A value of a dimension and its name."""

    id: str
    name: Text


class NamedDimension(Struct, frozen=True, kw_only=True):
    """The names of a dimension's values, in the hall's order."""

    dimension: Dimension
    names: tuple[Named, ...]


class StatisticsGuide(Struct, frozen=True, kw_only=True):
    """What may be asked of a hall, and how its things are called."""

    hall_id: HallId
    hall: Text
    time_zone: str
    today: date
    measures: tuple[MeasureName, ...]
    names: tuple[NamedDimension, ...]
    """Of dimensions whose values have names; words of the others are the page's."""
    sees_behind: bool
    """Whether the tickets and cases behind a figure are shown."""
    keeps_back: bool
    """Whether figures of fewer than five persons are kept back."""
    clerk_id: str | None
    """Set when only this clerk's own figures are told."""
    department_ids: tuple[str, ...] | None
    """The departments whose figures are told; None: all."""
