from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from backend.core.followups import (
    AnswerRating,
    Appeal,
    BadRating,
    CallBack,
    ContactWay,
    FollowUp,
    FollowUpCommand,
    FollowUpRefusal,
    FollowUpRefusalCode,
    FollowUpState,
    RateAgain,
    RuleAppeal,
)
from backend.core.ids import QueueId, StaffId, TicketId
from backend.core.plan import Span, WeekdayHours
from backend.core.rules.followups import (
    RATE_AGAIN,
    Lateness,
    decide_follow_up,
    lateness,
    open_follow_up,
    state_of,
)
from backend.core.workdays import ANNOUNCED, calendar_of
from tests.support.plans import small_plan

HOURS = tuple(
    WeekdayHours(weekday=n, spans=(Span(opens=8 * 60, closes=17 * 60 + 30),)) for n in range(1, 6)
)
PLAN = replace(small_plan(), time_zone="Asia/Shanghai", hours=HOURS)
CALENDAR = calendar_of(ANNOUNCED)
FRIDAY = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)  # 16:00 in Shanghai
MONDAY_EVENING = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ANSWER_BY = datetime(2026, 12, 11, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SUPERVISOR, MANAGER = StaffId("supervisor"), StaffId("manager")

RATING = BadRating(
    day=date(2026, 11, 20),
    ticket_id=TicketId("t1"),
    number="A001",
    queue_id=QueueId("A"),
    level=1,
    evaluated_at=FRIDAY,
)
CALL_BACK = CallBack(way=ContactWay.PHONE, remark="Asked what went wrong.")
ANSWER = AnswerRating(rectified="A second person at noon.", answer="Please come again.")
AGAIN = RateAgain(level=4)
APPEAL = Appeal(reason="The visit was at another window.")
EXCLUDE = RuleAppeal(is_excluded=True, reason="The record of the day says so.")
KEEP = RuleAppeal(is_excluded=False, reason="It was this window.")


def opened() -> FollowUp:
    return open_follow_up(RATING, PLAN, CALENDAR)


def after(*commands: FollowUpCommand) -> FollowUp:
    found = opened()
    for command in commands:
        by = MANAGER if isinstance(command, Appeal) else SUPERVISOR
        found = decide_follow_up(found, command, by, FRIDAY)
    return found


def refusal(found: FollowUp, command: FollowUpCommand, at: datetime = FRIDAY) -> str:
    with pytest.raises(FollowUpRefusal) as caught:
        decide_follow_up(found, command, SUPERVISOR, at)
    return caught.value.code


def test_bad_rating_on_friday_is_called_back_until_monday_evening__EV3() -> None:
    found = opened()
    assert (found.call_back_by, found.answer_by) == (MONDAY_EVENING, ANSWER_BY)
    assert lateness(found, MONDAY_EVENING) is Lateness.NONE
    assert lateness(found, MONDAY_EVENING + SECOND) is Lateness.CALL_BACK
    assert lateness(found, ANSWER_BY + SECOND) is Lateness.ANSWER


def test_called_back_rating_is_late_only_after_fifteen_working_days__EV3() -> None:
    found = after(CALL_BACK)
    assert lateness(found, ANSWER_BY) is Lateness.NONE
    assert lateness(found, ANSWER_BY + SECOND) is Lateness.ANSWER
    assert lateness(after(CALL_BACK, ANSWER), ANSWER_BY + SECOND) is Lateness.NONE


def test_acts_in_time_and_late_are_told_apart__EV3() -> None:
    late = decide_follow_up(opened(), CALL_BACK, SUPERVISOR, MONDAY_EVENING + SECOND)
    assert late.called_back is not None
    assert not late.called_back.is_in_time
    answered = decide_follow_up(late, ANSWER, SUPERVISOR, ANSWER_BY)
    assert answered.answered is not None
    assert answered.answered.is_in_time


@pytest.mark.parametrize(
    ("commands", "state"),
    [
        ((), FollowUpState.CALL_BACK),
        ((CALL_BACK,), FollowUpState.ANSWER),
        ((CALL_BACK, ANSWER), FollowUpState.RATE_AGAIN),
        ((CALL_BACK, ANSWER, AGAIN), FollowUpState.CLOSED),
        ((APPEAL,), FollowUpState.CALL_BACK),
        ((APPEAL, KEEP), FollowUpState.CALL_BACK),
        ((APPEAL, EXCLUDE), FollowUpState.EXCLUDED),
        ((CALL_BACK, ANSWER, AGAIN, APPEAL, EXCLUDE), FollowUpState.EXCLUDED),
    ],
)
def test_each_step_says_what_is_next__EV3(
    commands: tuple[FollowUpCommand, ...], state: FollowUpState
) -> None:
    assert state_of(after(*commands), FRIDAY) is state


@pytest.mark.parametrize(
    ("before", "command", "code"),
    [
        ((), ANSWER, FollowUpRefusalCode.CALL_BACK_FIRST),
        ((), AGAIN, FollowUpRefusalCode.NOT_ANSWERED_YET),
        ((), EXCLUDE, FollowUpRefusalCode.NO_APPEAL),
        ((CALL_BACK,), CALL_BACK, FollowUpRefusalCode.CALLED_BACK_ALREADY),
        ((CALL_BACK, ANSWER), ANSWER, FollowUpRefusalCode.ANSWERED_ALREADY),
        ((CALL_BACK, ANSWER, AGAIN), AGAIN, FollowUpRefusalCode.RATED_AGAIN_ALREADY),
        ((APPEAL,), APPEAL, FollowUpRefusalCode.APPEALED_ALREADY),
        ((APPEAL, KEEP), EXCLUDE, FollowUpRefusalCode.RULED_ALREADY),
        ((APPEAL, EXCLUDE), CALL_BACK, FollowUpRefusalCode.RATING_EXCLUDED),
    ],
)
def test_step_out_of_turn_is_refused__EV3(
    before: tuple[FollowUpCommand, ...], command: FollowUpCommand, code: str
) -> None:
    assert refusal(after(*before), command) == code


def test_answer_is_rated_within_fifteen_days__EV3() -> None:
    found = after(CALL_BACK, ANSWER)
    assert refusal(found, AGAIN, FRIDAY + RATE_AGAIN + SECOND) == "rating_too_late"
    rated = decide_follow_up(found, AGAIN, SUPERVISOR, FRIDAY + RATE_AGAIN)
    assert rated.rated_again is not None
    assert state_of(found, FRIDAY + RATE_AGAIN + SECOND) is FollowUpState.CLOSED


def test_nobody_decides_an_appeal_of_their_own__EV3() -> None:
    found = decide_follow_up(opened(), APPEAL, SUPERVISOR, FRIDAY)
    assert refusal(found, EXCLUDE) == "own_appeal"
