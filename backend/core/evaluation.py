"""What a visitor may say of a visit: the words, the command and the event (EV1, EV2)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from backend.core.ids import CounterId, Name, QueueId, Remark, ServiceId, TicketId

Level = Annotated[int, Meta(ge=1, le=5)]
"""非常满意 5, 满意 4, 基本满意 3, 不满意 2, 非常不满意 1."""

SATISFIED_MIN = 4
"""满意 and better."""
PAD_OFFER_S = 60
"""How long a counter's pad offers the visit that has just ended."""
PAD_WRITING_S = 240
"""Whoever has begun on the pad by then may go on for so long after the visit."""
DAYS_MAX = 5
"""By the ticket's token until the end of so many days, the day of the visit being the first."""


class EvaluationTag(StrEnum):
    """What was good or bad, in a word."""

    FRIENDLY = "friendly"
    QUICK = "quick"
    CLEAR = "clear"
    SKILLED = "skilled"
    EASY = "easy"
    LONG_WAIT = "long_wait"
    SLOW = "slow"
    UNCLEAR = "unclear"
    MANY_STEPS = "many_steps"
    UNFRIENDLY = "unfriendly"
    UNSOLVED = "unsolved"
    FACILITIES = "facilities"


_GOOD = (
    EvaluationTag.FRIENDLY,
    EvaluationTag.QUICK,
    EvaluationTag.CLEAR,
    EvaluationTag.SKILLED,
    EvaluationTag.EASY,
)
_LACKING = (
    EvaluationTag.LONG_WAIT,
    EvaluationTag.SLOW,
    EvaluationTag.UNCLEAR,
    EvaluationTag.MANY_STEPS,
    EvaluationTag.FACILITIES,
)
_BAD = (*_LACKING, EvaluationTag.UNFRIENDLY, EvaluationTag.UNSOLVED)

TAGS_OF_LEVEL: dict[int, tuple[EvaluationTag, ...]] = {
    5: _GOOD,
    4: _GOOD,
    3: _LACKING,
    2: _BAD,
    1: _BAD,
}
"""The tags that go with each level, in the order in which they are offered."""


class Evaluate(Struct, frozen=True, kw_only=True, tag="evaluate", forbid_unknown_fields=True):
    """A visitor says how a finished visit was: by the ticket's token, or on the counter's pad."""

    ticket_token: Name | None = None
    counter_id: Name | None = None
    ticket_id: Name | None = None
    """With `counter_id`: the visit that its pad offered."""
    level: Level
    tags: Annotated[tuple[EvaluationTag, ...], Meta(max_length=len(EvaluationTag))] = ()
    comment: Remark = ""


class VisitEvaluated(Struct, frozen=True, kw_only=True, tag="visit_evaluated"):
    """A visitor said how the visit was."""

    ticket_id: TicketId
    level: Level
    tags: tuple[EvaluationTag, ...]
    comment: str
    is_at_pad: bool
    """On the counter's pad; else by the ticket's token."""
    evaluated_at: datetime
    number: str | None = None
    queue_id: QueueId | None = None
    service_ids: tuple[ServiceId, ...] = ()
    counter_id: CounterId | None = None
    """Of the visit, so that what follows a rating need not read its whole day (EV3)."""
    sent_from: str | None = None
    """A keyed hash of the network address and the day; None on the pad, or not known (EV4)."""
    day: date | None = None
    """Of the visit, when it was on an earlier day than this."""
