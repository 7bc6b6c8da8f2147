"""What a replay of a recorded day tells.

Seconds are whole; None stands for "nobody", never for zero.
"""

from datetime import date, datetime

from msgspec import Struct

from backend.core.ids import HallId, QueueId, Text, TicketClass


class QueueName(Struct, frozen=True, kw_only=True):
    """A queue of the plans that a replay is about."""

    queue_id: QueueId
    letter: str
    name: Text


class Waits(Struct, frozen=True, kw_only=True):
    """How long tickets of a queue and class waited, from issue to their first call."""

    queue_id: QueueId | None
    """None: all queues."""
    ticket_class: TicketClass | None
    """None: all classes."""
    called: int
    mean_s: int
    p90_s: int
    max_s: int


class WaitSlot(Struct, frozen=True, kw_only=True):
    """A stretch of the day, for a picture."""

    at: datetime
    """Where it begins; it ends where the next one begins."""
    taken: int
    waiting: int
    """How many waited when it began."""
    mean_s: int | None
    """The wait of those who took their ticket in it and were called."""


class TurnedAway(Struct, frozen=True, kw_only=True):
    """Visitors whom the plan gave no ticket."""

    code: str
    """The refusal."""
    visitors: int


class DayOutcome(Struct, frozen=True, kw_only=True):
    """What a day came to, recorded or re-run."""

    waits: tuple[Waits, ...]
    """All together first, then each queue, each class, and each class of each queue."""
    slots: tuple[WaitSlot, ...]
    taken: int
    turned_away: tuple[TurnedAway, ...]
    done: int
    passes: int
    """Times that a called visitor did not come; one ticket may be passed again."""
    abandoned: int
    cancelled: int
    expired: int
    unfinished: int
    """Neither done nor out when the record ends."""
    overtakers: int
    """Tickets called for the first time while one issued earlier in the same queue had not been."""
    overtaken_max: int
    """The most later-issued tickets of its queue that were called before one ticket."""
    idle_s: int
    """Free counters, all together, while somebody waited whom they could have called."""


class Fidelity(Struct, frozen=True, kw_only=True):
    """How near the re-run under the recorded plan comes to the record, ticket by ticket."""

    tickets: int
    """Called in both."""
    mean_error_s: int
    """Mean of the absolute differences of the waits."""
    p90_error_s: int
    bias_s: int
    """Mean of re-run minus recorded: above zero, the re-run makes visitors wait longer."""


class ScreenCourse(Struct, frozen=True, kw_only=True):
    """When a topic changed in the course of a recorded day, for going through it."""

    began_at: datetime
    """The day's opening, in whole ms."""
    ended_at: datetime
    """The last that is recorded, rounded up to whole ms."""
    changes_ms: tuple[int, ...]
    """When it may have come to look different, in ms since `began_at`, rounded up, ascending."""
    calls_ms: tuple[int, ...]
    """Those of them at which somebody was called."""


class ReplayReport(Struct, frozen=True, kw_only=True):
    """A recorded day, the same day re-run, and re-run with another plan or rule.

    Compare `tried` with `rerun`: both are made by the same model.  `fidelity` says how far the
    model can be trusted on this day.
    """

    hall_id: HallId
    day: date
    is_closed: bool
    queues: tuple[QueueName, ...]
    recorded: DayOutcome
    rerun: DayOutcome
    tried: DayOutcome | None
    """None when no other plan or rule was given."""
    fidelity: Fidelity
