"""What follows a bad rating: its record, each part of it written once, and what may be asked."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from backend.core.evaluation import EvaluationTag, Level
from backend.core.ids import CounterId, QueueId, Reason, Remark, ServiceId, StaffId, TicketId

BAD_MAX = 2
"""The best of the levels that are followed up: 不满意 2 and 非常不满意 1."""

Words = Annotated[str, Meta(min_length=1, max_length=1000)]


class ContactWay(StrEnum):
    """How the visitor was reached; a visitor who left no address reads it on the ticket's page."""

    PHONE = "phone"
    COUNTER = "counter"
    PAGE = "page"


class BadRating(Struct, frozen=True, kw_only=True):
    """What a visitor said, and of which visit: nothing that tells who the visitor is (EV4)."""

    day: date
    ticket_id: TicketId
    number: str
    queue_id: QueueId
    service_ids: tuple[ServiceId, ...] = ()
    counter_id: CounterId | None = None
    level: Level
    tags: tuple[EvaluationTag, ...] = ()
    comment: str = ""
    evaluated_at: datetime


class CalledBack(Struct, frozen=True, kw_only=True):
    """That the visitor was spoken to."""

    by: StaffId
    at: datetime
    way: ContactWay
    remark: str
    is_in_time: bool


class Answered(Struct, frozen=True, kw_only=True):
    """What was put right, and what the visitor is told."""

    by: StaffId
    at: datetime
    rectified: str
    answer: str
    is_in_time: bool


class RatedAgain(Struct, frozen=True, kw_only=True):
    """What the visitor said of the answer."""

    at: datetime
    level: Level
    comment: str


class Appealed(Struct, frozen=True, kw_only=True):
    """Why the office holds the rating for a mistake."""

    by: StaffId
    at: datetime
    reason: str


class Ruled(Struct, frozen=True, kw_only=True):
    """What was decided of the appeal."""

    by: StaffId
    at: datetime
    is_excluded: bool
    reason: str


class FollowUp(Struct, frozen=True, kw_only=True):
    """A bad or flagged rating and all that came of it; no part is ever changed once it is there."""

    rating: BadRating
    call_back_by: datetime
    answer_by: datetime
    called_back: CalledBack | None = None
    answered: Answered | None = None
    rated_again: RatedAgain | None = None
    appealed: Appealed | None = None
    ruled: Ruled | None = None
    is_flagged: bool = False
    """Whether it came in a burst from one device (EV4)."""


class FollowUpState(StrEnum):
    """What is to be done next, and by whom."""

    CHECK = "check"
    """It is flagged and not bad: decide whether it counts."""
    CALL_BACK = "call_back"
    ANSWER = "answer"
    RATE_AGAIN = "rate_again"
    """By the visitor, who need not."""
    CLOSED = "closed"
    EXCLUDED = "excluded"


class _FollowUpCommand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what may be asked."""


class CallBack(_FollowUpCommand, frozen=True, kw_only=True, tag="call_back"):
    """Say that the visitor was spoken to; by the page, the remark is what the visitor reads."""

    way: ContactWay
    remark: Words


class AnswerRating(_FollowUpCommand, frozen=True, kw_only=True, tag="answer_rating"):
    """Say what was put right, and answer the visitor."""

    rectified: Words
    answer: Words


class RateAgain(_FollowUpCommand, frozen=True, kw_only=True, tag="rate_again"):
    """The visitor says how the answer was."""

    level: Level
    comment: Remark = ""


class Appeal(_FollowUpCommand, frozen=True, kw_only=True, tag="appeal"):
    """Say why the rating is a mistake: of another window, say."""

    reason: Reason


class RuleAppeal(_FollowUpCommand, frozen=True, kw_only=True, tag="rule_appeal"):
    """Decide an appeal."""

    is_excluded: bool
    reason: Reason


FollowUpCommand = CallBack | AnswerRating | RateAgain | Appeal | RuleAppeal


class FollowUpRefusalCode(StrEnum):
    """Stable codes; the front end's language files hold the words for each."""

    CALL_BACK_FIRST = "call_back_first"
    CALLED_BACK_ALREADY = "called_back_already"
    ANSWERED_ALREADY = "answered_already"
    NOT_ANSWERED_YET = "not_answered_yet"
    RATED_AGAIN_ALREADY = "rated_again_already"
    RATING_TOO_LATE = "rating_too_late"
    APPEALED_ALREADY = "appealed_already"
    NO_APPEAL = "no_appeal"
    RULED_ALREADY = "ruled_already"
    OWN_APPEAL = "own_appeal"
    RATING_EXCLUDED = "rating_excluded"
    RATING_NOT_BAD = "rating_not_bad"


class FollowUpRefusal(Exception):
    """A rule says no."""

    def __init__(self, code: FollowUpRefusalCode) -> None:
        super().__init__(code)
        self.code = code
