"""A bad rating is followed up: a call back, an answer, one further rating, or an appeal (EV3)."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import assert_never
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from backend.core.followups import (
    BAD_MAX,
    Answered,
    AnswerRating,
    Appeal,
    Appealed,
    BadRating,
    CallBack,
    CalledBack,
    FollowUp,
    FollowUpCommand,
    FollowUpRefusal,
    FollowUpRefusalCode,
    FollowUpState,
    RateAgain,
    RatedAgain,
    RuleAppeal,
    Ruled,
)
from backend.core.ids import StaffId
from backend.core.plan import Plan
from backend.core.rules.deadlines import deadline
from backend.core.workdays import WorkCalendar

CALL_BACK_DAYS = 1
ANSWER_DAYS = 15
"""Working days after the day of the rating, as DL1 counts them."""
RATE_AGAIN = timedelta(days=15)
"""How long after the answer the visitor may rate it."""


class Lateness(StrEnum):
    """What of a follow-up is overdue, the worse last; each is told to one more person."""

    NONE = "none"
    CALL_BACK = "call_back"
    """The supervisor was to call back: the department's manager is told."""
    ANSWER = "answer"
    """The visitor was to be answered: the administrator is told."""


def open_follow_up(rating: BadRating, plan: Plan, calendar: WorkCalendar) -> FollowUp:
    """The follow-up of a bad rating, or of one to be flagged, with its two clocks (EV3, EV4)."""
    rated_on: date = rating.evaluated_at.astimezone(ZoneInfo(plan.time_zone)).date()
    return FollowUp(
        rating=rating,
        call_back_by=deadline(calendar, plan, rated_on, CALL_BACK_DAYS).due_at,
        answer_by=deadline(calendar, plan, rated_on, ANSWER_DAYS).due_at,
    )


def state_of(found: FollowUp, at: datetime) -> FollowUpState:
    """What is to be done next (EV3)."""
    if found.ruled is not None and found.ruled.is_excluded:
        return FollowUpState.EXCLUDED
    if not is_bad(found):
        return FollowUpState.CHECK if found.ruled is None else FollowUpState.CLOSED
    if found.called_back is None:
        return FollowUpState.CALL_BACK
    if found.answered is None:
        return FollowUpState.ANSWER
    is_over = at > found.answered.at + RATE_AGAIN
    if found.rated_again is None and not is_over:
        return FollowUpState.RATE_AGAIN
    return FollowUpState.CLOSED


def is_bad(found: FollowUp) -> bool:
    """Whether the visitor is to be called back and answered; else it is here as flagged (EV4)."""
    return found.rating.level <= BAD_MAX


def flag(found: FollowUp) -> FollowUp:
    """The follow-up of a rating that came in a burst from one device (EV4)."""
    return replace(found, is_flagged=True)


def lateness(found: FollowUp, at: datetime) -> Lateness:
    """What is overdue at this instant, to be told to one more person (EV3)."""
    state = state_of(found, at)
    is_open = state in {FollowUpState.CALL_BACK, FollowUpState.ANSWER}
    if is_open and at > found.answer_by:
        return Lateness.ANSWER
    if state is FollowUpState.CALL_BACK and at > found.call_back_by:
        return Lateness.CALL_BACK
    return Lateness.NONE


def decide_follow_up(
    found: FollowUp, command: FollowUpCommand, by: StaffId, at: datetime
) -> FollowUp:
    """The follow-up with what the command adds; who may give it is not asked here (EV3).

    Raises FollowUpRefusal.
    """
    if state_of(found, at) is FollowUpState.EXCLUDED:
        raise FollowUpRefusal(FollowUpRefusalCode.RATING_EXCLUDED)
    match command:
        case CallBack():
            return _call_back(found, command, by, at)
        case AnswerRating():
            return _answer(found, command, by, at)
        case RateAgain():
            return _rate_again(found, command, at)
        case Appeal():
            return _appeal(found, command, by, at)
        case RuleAppeal():
            return _rule(found, command, by, at)
        case _:
            assert_never(command)


def _call_back(found: FollowUp, command: CallBack, by: StaffId, at: datetime) -> FollowUp:
    _check(is_bad(found), FollowUpRefusalCode.RATING_NOT_BAD)
    _check(found.called_back is None, FollowUpRefusalCode.CALLED_BACK_ALREADY)
    is_in_time = at <= found.call_back_by
    called_back = CalledBack(
        by=by, at=at, way=command.way, remark=command.remark.strip(), is_in_time=is_in_time
    )
    return replace(found, called_back=called_back)


def _answer(found: FollowUp, command: AnswerRating, by: StaffId, at: datetime) -> FollowUp:
    _check(found.called_back is not None, FollowUpRefusalCode.CALL_BACK_FIRST)
    _check(found.answered is None, FollowUpRefusalCode.ANSWERED_ALREADY)
    answered = Answered(
        by=by,
        at=at,
        rectified=command.rectified.strip(),
        answer=command.answer.strip(),
        is_in_time=at <= found.answer_by,
    )
    return replace(found, answered=answered)


def _rate_again(found: FollowUp, command: RateAgain, at: datetime) -> FollowUp:
    if found.answered is None:
        raise FollowUpRefusal(FollowUpRefusalCode.NOT_ANSWERED_YET)
    _check(found.rated_again is None, FollowUpRefusalCode.RATED_AGAIN_ALREADY)
    _check(at <= found.answered.at + RATE_AGAIN, FollowUpRefusalCode.RATING_TOO_LATE)
    rated = RatedAgain(at=at, level=command.level, comment=command.comment.strip())
    return replace(found, rated_again=rated)


def _appeal(found: FollowUp, command: Appeal, by: StaffId, at: datetime) -> FollowUp:
    _check(found.appealed is None, FollowUpRefusalCode.APPEALED_ALREADY)
    return replace(found, appealed=Appealed(by=by, at=at, reason=command.reason))


def _rule(found: FollowUp, command: RuleAppeal, by: StaffId, at: datetime) -> FollowUp:
    """Nobody decides an appeal of their own; a flag stands for one (EV4)."""
    _check(found.appealed is not None or found.is_flagged, FollowUpRefusalCode.NO_APPEAL)
    _check(found.ruled is None, FollowUpRefusalCode.RULED_ALREADY)
    is_own = found.appealed is not None and found.appealed.by == by
    _check(not is_own, FollowUpRefusalCode.OWN_APPEAL)
    ruled = Ruled(by=by, at=at, is_excluded=command.is_excluded, reason=command.reason)
    return replace(found, ruled=ruled)


def _check(is_right: bool, code: FollowUpRefusalCode) -> None:
    if not is_right:
        raise FollowUpRefusal(code)
