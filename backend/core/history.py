"""What a day teaches of waiting, and what past days together say: stored with days (WT1, WT4)."""

from copy import copy
from datetime import date, datetime

from msgspec import Struct, field

from backend.core.ids import CallId, QueueId, TicketId


class Forecast(Struct, frozen=True, array_like=True):
    """A wait in seconds; four of five lie from `low_s` to `high_s`."""

    low_s: float
    median_s: float
    high_s: float


class Prediction(Struct, frozen=True, kw_only=True):
    """What a visitor was told to expect, and of which queue (WT4)."""

    queue_id: QueueId
    forecast: Forecast
    call_id: CallId | None = None
    """The first call that stands: it ended the wait."""


class Cell(Struct, frozen=True, array_like=True):
    """The moments of a queue that were alike, together; in them someone waited."""

    slot: int
    """Half hour of the day."""
    level: int
    """People waiting, in half octaves."""
    counters: int
    """Open counters that served the queue."""
    minutes: float
    calls: float


class Outcomes(Struct, frozen=True, kw_only=True):
    """What became of predictions, all together (WT4)."""

    predicted: int = 0
    """Predictions whose wait has ended with a call."""
    missed: int = 0
    """Waits outside their range."""
    longer: int = 0
    """Waits longer than the median."""
    waited_s: float = 0.0
    error_s: float = 0.0
    """Sum of median - wait, each without its sign."""
    bias_s: float = 0.0
    """Sum of median - wait."""


class QueueLesson(Struct, frozen=True, kw_only=True):
    """What one day of a queue teaches."""

    queue_id: QueueId
    cells: tuple[Cell, ...]
    outcomes: Outcomes


class DayLessons(Struct, frozen=True, kw_only=True):
    """What one day of a hall teaches."""

    day: date
    queues: tuple[QueueLesson, ...]
    arrivals: tuple[int, ...] = ()
    """Tickets taken in each half hour of the day; empty when that is not known."""


class QueueHistory(Struct, frozen=True, kw_only=True):
    """What a queue's past days say together."""

    queue_id: QueueId
    cells: tuple[Cell, ...] = ()
    spread: float = 1.0
    """How much wider, on a log scale, than the table the range has to be."""
    centre: float = 1.0
    """How much longer waits are than the forecast of their median."""


class Profile(Struct, frozen=True):
    """A queue's pace by time of day, smoothed."""

    paces: tuple[float, ...]
    """Calls a minute while someone waits, by slot."""
    made: tuple[float, ...]
    """Calls that a day would have made when the slot begins."""


class History(Struct, frozen=True, kw_only=True, cache_hash=True):
    """What the forecast needs of a queue's past days: made from a QueueHistory, never stored."""

    calls: float = 0
    minutes: float = 0
    """Minutes and calls while someone waited."""
    profiles: tuple[Profile, ...] = ()
    """One for each `Tuning.alike_min`; none without calls."""
    cells: tuple[Cell, ...] = ()
    spread: float = 1.0
    centre: float = 1.0


class Pace(Struct, kw_only=True):
    """How a queue went today while someone waited, up to its last change (WT1)."""

    at: datetime | None = None
    """Since when so many wait and so many counters serve them."""
    waiting: int = 0
    counters: int = 0
    free: int = 0
    """How many of the counters had nobody then: who finds one, and nobody before them, does not
    wait."""
    minutes: float = 0.0
    calls: float = 0.0
    cells: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Minutes and calls of alike moments, by the key of a cell (`rules/forecast.py`)."""
    counted: dict[TicketId, None] = field(default_factory=dict)
    """The tickets whose last call is among the calls."""
    lesson: QueueLesson | None = None
    """What the day taught of the queue, once it is closed."""

    def copy(self) -> "Pace":
        """A pace that can be changed without changing this one."""
        found = copy(self)
        found.cells, found.counted = dict(self.cells), dict(self.counted)
        return found
