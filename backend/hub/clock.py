"""The only place that reads the clock and rolls dice."""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from backend.core.ids import TicketToken

TOKEN_BYTES = 18  # 144 bits, 24 characters
SLEW = 0.1
"""How much faster or slower than real seconds a hall's clock goes at most."""
LEAP_S = 2 * 3600.0
"""A system clock further ahead than this is one of a machine that slept, and is believed."""


def now() -> datetime:
    """The system's time, aware and in UTC."""
    return datetime.now(UTC)


def ticks() -> float:
    """Seconds from anywhere, by a clock that nobody can put."""
    return time.monotonic()


def ticket_token() -> TicketToken:
    """A token nobody can guess."""
    return TicketToken(secrets.token_urlsafe(TOKEN_BYTES))


def fresh_id() -> str:
    """An id for an epoch or for a command of the hub's own."""
    return secrets.token_hex(8)


class HallClock:
    """A hall's time: the system's, but during a day it neither goes back nor leaps.

    A system clock that is put forward or back is followed by going a tenth faster or slower until
    both agree, so that whatever is counted in seconds (recalls, waits, passed tickets) stays right
    to a tenth; one that is put right again soon has hardly been followed at all.  What has
    happened counts too: a process whose clock is ahead takes the others with it.  While no day is
    open the system's clock is believed at once.
    """

    def __init__(
        self, wall: Callable[[], datetime] = now, ticks: Callable[[], float] = ticks
    ) -> None:
        self._wall, self._ticks = wall, ticks
        self._at: datetime | None = None
        self._ticked_s = 0.0

    def now(self, day_at: datetime | None) -> datetime:
        """The hall's time; `day_at`: when the last event of the open day was, if one is open."""
        wall, ticked_s = self._wall(), self._ticks()
        at = wall
        if day_at is not None:
            if self._at is not None:
                at = _followed(self._at, wall, ticked_s - self._ticked_s)
            at = max(at, day_at)
        self._at, self._ticked_s = at, ticked_s
        return at


def _followed(before: datetime, wall: datetime, passed_s: float) -> datetime:
    at = before + timedelta(seconds=passed_s)
    behind_s = (wall - at).total_seconds()
    if behind_s > LEAP_S:
        return wall
    most_s = SLEW * passed_s
    return at + timedelta(seconds=max(-most_s, min(most_s, behind_s)))
