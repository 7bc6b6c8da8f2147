"""When and how often something is told (NO3, NO4, NO5), and how long it is kept (NO6)."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from backend.core.messages import ContactKind, DeliveryState, MessageKind, Outcome

ATTEMPTS_MAX = 8
RETRY_FIRST = timedelta(minutes=1)
RETRY_MAX = timedelta(hours=2)
JITTER = 0.25
"""Of a pause, at most, either way: many that failed together do not come back together."""
THROTTLED = {
    ContactKind.EMAIL: timedelta(minutes=1),
    ContactKind.WECOM: timedelta(minutes=1),
    ContactKind.DINGTALK: timedelta(minutes=10),
}
"""How long the other side takes nothing once it was too much: DingTalk says 10 minutes."""
UNKNOWN_MAX = 1
"""Attempts of unknown outcome after which one more is made."""
A_MINUTE = {ContactKind.EMAIL: 120, ContactKind.WECOM: 20, ContactKind.DINGTALK: 20}
"""Messages at most: to one robot by its vendor's rule, by mail of the whole installation."""
WINDOW = timedelta(minutes=1)
CODE_MINUTES, CODE_TRIES_MAX = 15, 5
CONTACTS_MAX = 5
"""Of one person or thing."""
KEPT_UNPROVEN = timedelta(days=1)
KEPT_UNUSED = timedelta(days=365)
"""A contact to which nothing was sent, and whose owner did not sign in."""
KEPT_MESSAGES = timedelta(days=180)


class Quiet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When nobody is told, by the hall's clock; the same twice: never."""

    start: time = time(21, 30)
    end: time = time(7, 30)


class Step(Struct, frozen=True, kw_only=True):
    """What becomes of a delivery."""

    state: DeliveryState
    due_at: datetime
    """Of a waiting one when it is tried again; else when that was found."""


def after_attempt(
    outcome: Outcome,
    kind: ContactKind,
    *,
    attempts: int,
    unknown: int,
    at: datetime,
    expires_at: datetime,
    chance: float,
) -> Step:
    """What follows an attempt (NO3, NO4).

    `attempts`, `unknown`: how many there were, and of unknown outcome, this one counted;
    `chance`: from 0 to 1, drawn anew each time.
    """
    if outcome is Outcome.SENT:
        return Step(state=DeliveryState.SENT, due_at=at)
    if outcome is Outcome.REFUSED or unknown > UNKNOWN_MAX or attempts >= ATTEMPTS_MAX:
        return Step(state=DeliveryState.FAILED, due_at=at)
    pause = THROTTLED[kind] if outcome is Outcome.THROTTLED else _pause(attempts)
    due_at = at + pause * (1 + JITTER * (2 * chance - 1))
    if outcome is Outcome.THROTTLED:
        due_at = max(due_at, at + pause)
    if due_at >= expires_at:
        return Step(state=DeliveryState.EXPIRED, due_at=at)
    return Step(state=DeliveryState.WAITING, due_at=due_at)


def quiet_until(kind: MessageKind, at: datetime, zone: ZoneInfo, quiet: Quiet) -> datetime | None:
    """When the hours are over in which nothing is sent (NO5); None: it may be sent now."""
    local = at.astimezone(zone)
    now, start, end = local.time(), quiet.start, quiet.end
    is_quiet = start <= now < end if start <= end else now >= start or now < end
    if kind is MessageKind.CODE or not is_quiet:
        return None
    day = local.date() + timedelta(days=now >= end)
    return datetime.combine(day, end, zone).astimezone(at.tzinfo)


def crowded_until(
    kind: ContactKind, begun: list[datetime], throttled_at: datetime | None, at: datetime
) -> datetime | None:
    """Until when a robot or the mail server takes no more (NO5); None: it takes one now.

    `begun`: the attempts there within the last minute, oldest first; `throttled_at`: when it last
    said that it was too much.
    """
    if throttled_at is not None and at < throttled_at + THROTTLED[kind]:
        return throttled_at + THROTTLED[kind]
    if len(begun) >= A_MINUTE[kind]:
        return begun[-A_MINUTE[kind]] + WINDOW
    return None


def _pause(attempts: int) -> timedelta:
    return min(RETRY_FIRST * float(2 ** (attempts - 1)), RETRY_MAX)
