"""What follows bad ratings, as it goes over HTTP (EV3)."""

from datetime import datetime

from msgspec import Struct

from backend.core.followups import (
    AnswerRating,
    Appeal,
    CallBack,
    FollowUp,
    FollowUpState,
    RuleAppeal,
)
from backend.core.rules.followups import Lateness


class FollowUpView(Struct, frozen=True, kw_only=True):
    """A follow-up as staff see it now."""

    follow_up: FollowUp
    state: FollowUpState
    late: Lateness


class FollowUpPage(Struct, frozen=True, kw_only=True):
    """Some follow-ups: what is to be done first, oldest first, then the others, newest first."""

    found: list[FollowUpView]
    has_more: bool


class FollowUpDo(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A command for a follow-up; to repeat it is refused, since each part is written once."""

    command: CallBack | AnswerRating | Appeal | RuleAppeal


class AnswerShown(Struct, frozen=True, kw_only=True):
    """What a visitor reads about the own bad rating; None: nothing yet."""

    called_back: str | None
    """What was written on the page; what was said otherwise is known to the visitor."""
    answer: str | None
    answered_at: datetime | None
    may_rate: bool
    level_again: int | None
