"""When something is told, how often it is tried, and when it ends."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.messages import ContactKind, DeliveryState, MessageKind, Outcome
from backend.core.rules.messages import (
    ATTEMPTS_MAX,
    JITTER,
    RETRY_FIRST,
    RETRY_MAX,
    THROTTLED,
    Quiet,
    Step,
    after_attempt,
    crowded_until,
    quiet_until,
)

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 10:00 in the hall
TO = AT + timedelta(days=3)
ZONE = ZoneInfo("Asia/Shanghai")
MAIL, ROBOT = ContactKind.EMAIL, ContactKind.DINGTALK


def after(
    outcome: Outcome,
    *,
    attempts: int = 1,
    unknown: int = 0,
    kind: ContactKind = MAIL,
    expires_at: datetime = TO,
    chance: float = 0.5,
) -> Step:
    return after_attempt(
        outcome,
        kind,
        attempts=attempts,
        unknown=unknown,
        at=AT,
        expires_at=expires_at,
        chance=chance,
    )


def test_what_was_taken_is_sent__NO3() -> None:
    assert after(Outcome.SENT) == Step(state=DeliveryState.SENT, due_at=AT)


def test_what_is_refused_for_good_fails_at_once__NO3() -> None:
    assert after(Outcome.REFUSED).state is DeliveryState.FAILED


@given(
    attempts=st.integers(1, ATTEMPTS_MAX - 1),
    chance=st.floats(0, 1),
)
def test_pauses_double_up_to_a_limit_and_vary_by_a_quarter__NO3(
    attempts: int, chance: float
) -> None:
    step = after(Outcome.AWAY, attempts=attempts, chance=chance)
    pause = min(RETRY_FIRST * float(2 ** (attempts - 1)), RETRY_MAX)
    assert step.state is DeliveryState.WAITING
    assert pause * (1 - JITTER) <= step.due_at - AT <= pause * (1 + JITTER)


def test_last_attempt_ends_it__NO3() -> None:
    assert after(Outcome.AWAY, attempts=ATTEMPTS_MAX).state is DeliveryState.FAILED


def test_pause_beyond_its_time_expires_it__NO3() -> None:
    soon = AT + timedelta(seconds=30)
    assert after(Outcome.AWAY, expires_at=soon).state is DeliveryState.EXPIRED


def test_unknown_outcome_is_tried_once_more_and_never_again__NO4() -> None:
    assert after(Outcome.UNKNOWN, unknown=1).state is DeliveryState.WAITING
    assert after(Outcome.UNKNOWN, attempts=2, unknown=2).state is DeliveryState.FAILED
    # An outcome that is known in between changes nothing.
    assert after(Outcome.AWAY, attempts=3, unknown=2).state is DeliveryState.FAILED


@pytest.mark.parametrize("kind", ContactKind)
@given(chance=st.floats(0, 1))
def test_what_was_too_much_waits_as_long_as_the_vendor_says__NO5(
    kind: ContactKind, chance: float
) -> None:
    step = after(Outcome.THROTTLED, kind=kind, chance=chance)
    assert step.due_at - AT >= THROTTLED[kind]


@pytest.mark.parametrize(
    ("local", "until"),
    [
        ("2026-11-23T21:29", None),
        ("2026-11-23T21:30", "2026-11-24T07:30"),
        ("2026-11-24T00:00", "2026-11-24T07:30"),
        ("2026-11-24T07:29", "2026-11-24T07:30"),
        ("2026-11-24T07:30", None),
    ],
)
def test_nobody_is_told_at_night__NO5(local: str, until: str | None) -> None:
    at = datetime.fromisoformat(local).replace(tzinfo=ZONE).astimezone(UTC)
    found = quiet_until(MessageKind.CASE, at, ZONE, Quiet())
    expected = datetime.fromisoformat(until).replace(tzinfo=ZONE) if until is not None else None
    assert found == expected
    assert (
        quiet_until(MessageKind.CODE, at, ZONE, Quiet()) is None
    )  # somebody sits and waits for it


def test_hall_says_itself_when_nobody_is_told__NO5() -> None:
    at_noon = AT + timedelta(hours=2)
    noon = Quiet(start=time(12), end=time(14))
    assert quiet_until(MessageKind.CASE, AT, ZONE, noon) is None
    until = quiet_until(MessageKind.CASE, at_noon, ZONE, noon)
    assert until == at_noon + timedelta(hours=2)
    never = Quiet(start=time(12), end=time(12))
    assert quiet_until(MessageKind.CASE, at_noon, ZONE, never) is None


def test_robot_takes_twenty_a_minute__NO5() -> None:
    begun = [AT - timedelta(seconds=50 - n) for n in range(20)]
    assert crowded_until(ROBOT, begun[1:], None, AT) is None
    assert crowded_until(ROBOT, begun, None, AT) == begun[0] + timedelta(minutes=1)


def test_robot_that_said_too_much_is_left_alone__NO5() -> None:
    said_at = AT - timedelta(minutes=9)
    assert crowded_until(ROBOT, [], said_at, AT) == said_at + timedelta(minutes=10)
    assert crowded_until(ROBOT, [], said_at - timedelta(minutes=2), AT) is None
    assert crowded_until(ContactKind.WECOM, [], said_at, AT) is None
