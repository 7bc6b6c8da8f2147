"""Why a ticket waited as long as it did: an account in lines that a page puts into words.

Nobody's token, card or name is in it.  Lines stand in the order in which things happened.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from backend.core.ids import Channel, QueueId, TicketClass, TicketId, TicketState
from backend.wire.history import QueueName


class Cause(StrEnum):
    """Why somebody was called first who had not been before this ticket."""

    CARE = "care"
    """A care ticket goes before (CL2)."""
    BOOKED = "booked"
    """A booked ticket goes before (CL2)."""
    TURN = "turn"
    """A lower class had its turn after a run, or had waited too long (CL2, CL3)."""
    SLOT = "slot"
    """Booked for an earlier hour (AP2)."""
    HALL_RULE = "hall_rule"
    """The hall's own rule gave it more (CL5)."""
    CHOSEN = "chosen"
    """A clerk chose it, for a reason on record (CL10)."""
    DIRECTED = "directed"
    """It was sent to that counter or clerk alone (TR1)."""
    CAME_BACK = "came_back"
    """Taken earlier; its visitor came back or its call was taken back (PS2, CL9)."""
    CAME_OVER = "came_over"
    """Taken earlier; it came over from another queue (TR1, TK7)."""
    OWN_RETURN = "own_return"
    """This ticket's visitor had been passed and stood behind some others again (PS2)."""
    OWN_DELAY = "own_delay"
    """This ticket's visitor was late and let others go first (TK6)."""
    OWN_MOVE = "own_move"
    """This ticket was sent here behind those who waited (TR1)."""
    ORDER = "order"
    """None of these: the order was another then."""


class Moment(StrEnum):
    """Something that happened to the ticket and needs no more words."""

    RECALLED = "recalled"
    UNDONE = "undone"
    SERVING = "serving"
    HELD = "held"
    RESUMED = "resumed"
    PASSED = "passed"
    DONE = "done"
    CANCELLED = "cancelled"
    ABANDONED = "abandoned"
    EXPIRED = "expired"


class WhyTaken(Struct, frozen=True, kw_only=True, tag="taken"):
    """The ticket was taken."""

    at: datetime
    queue_id: QueueId
    ahead: int
    """Tickets that the rule in force would have called first (WT3)."""
    open_counters: int
    """Counters that served the queue."""


class WhyInTurn(Struct, frozen=True, kw_only=True, tag="in_turn"):
    """Called first because they were before this ticket."""

    at: datetime
    until: datetime
    """The first call and the last."""
    numbers: tuple[str, ...]


class WhyLeft(Struct, frozen=True, kw_only=True, tag="left"):
    """Were before this ticket and gave their place up."""

    at: datetime
    until: datetime
    numbers: tuple[str, ...]


class WhyOvertaken(Struct, frozen=True, kw_only=True, tag="overtaken"):
    """Called first although they had not been before this ticket."""

    at: datetime
    until: datetime
    cause: Cause
    rule: str
    """The rule's id."""
    numbers: tuple[str, ...]
    reasons: tuple[str, ...]
    """What clerks wrote who chose them, each once; empty for visitors."""


class WhyCalled(Struct, frozen=True, kw_only=True, tag="called"):
    """The ticket was called."""

    at: datetime
    counter_no: int
    waited_s: int
    """Since it last began to wait."""
    rule: str
    """The id of the rule that chose it."""
    reason: str
    """What the clerk wrote who chose it (CL10); empty for visitors and when a rule chose it."""


class WhyMoved(Struct, frozen=True, kw_only=True, tag="moved"):
    """The ticket was sent on (TR1, TK7)."""

    at: datetime
    queue_id: QueueId
    """Where it belongs from now on."""
    counter_no: int | None
    """The counter it waits for alone."""
    to_clerk: bool
    """Whether it waits for one clerk alone."""
    by_issue: bool
    """Whether it stands by its time of issue; else behind everybody."""
    reason: str
    """Empty for visitors and in the course of things."""


class WhyBehind(Struct, frozen=True, kw_only=True, tag="behind"):
    """The ticket went behind some others: after a return (PS2) or as late (TK6)."""

    at: datetime
    places: int
    is_return: bool


class WhyMoment(Struct, frozen=True, kw_only=True, tag="moment"):
    """Something else happened to the ticket."""

    at: datetime
    moment: Moment
    counter_no: int | None


WhyLine = (
    WhyTaken | WhyInTurn | WhyLeft | WhyOvertaken | WhyCalled | WhyMoved | WhyBehind | WhyMoment
)


class Account(Struct, frozen=True, kw_only=True):
    """Why a ticket waited: the whole story of it so far."""

    ticket_id: TicketId
    number: str
    queues: tuple[QueueName, ...]
    """Those that the lines name."""
    ticket_class: TicketClass
    channel: Channel
    state: TicketState
    issued_at: datetime
    waited_s: int | None
    """Until the first call; None when it has not been called."""
    wait_min_s: int | None
    wait_max_s: int | None
    """What was foretold when it was taken (WT4)."""
    lines: tuple[WhyLine, ...]
