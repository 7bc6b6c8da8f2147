"""How much anybody may ask: token buckets, in this process."""

from collections import OrderedDict
from collections.abc import Callable

from msgspec import Struct

KEYS_MAX = 10_000
"""Addresses remembered; the one not seen longest is forgotten first."""
TAKES_PER_S, TAKES_BURST = 1.0, 10.0
VISITS_PER_S, VISITS_BURST = 50.0, 200.0
"""Commands of visitors over HTTP from one address; a whole campus may share one."""
FINDS_PER_S, FINDS_BURST = 2.0, 60.0
ENROLMENTS_PER_S, ENROLMENTS_BURST = 0.2, 40.0
CARD_UNKNOWN_COST = 4.0
"""What a card that nobody holds costs besides: whoever tries cards out learns one in 5 s."""


class Bucket:
    """Allows `rate` a second, and `burst` at once after a quiet while."""

    __slots__ = ("_burst", "_clock", "_counted_at", "_left", "_rate")

    def __init__(self, rate: float, burst: float, clock: Callable[[], float]) -> None:
        """`clock` counts seconds from anywhere."""
        self._rate, self._burst, self._clock = rate, burst, clock
        self._left, self._counted_at = burst, clock()

    def take(self) -> bool:
        """Whether one more is allowed; counts it if so."""
        if not self.has_one():
            return False
        self._left -= 1.0
        return True

    def charge(self, cost: float) -> None:
        """Count so many more, also beyond what is left: they are made up for by waiting."""
        self._left -= cost

    def has_one(self) -> bool:
        """Whether one more would be allowed."""
        at = self._clock()
        gained = (at - self._counted_at) * self._rate
        self._left, self._counted_at = min(self._burst, self._left + gained), at
        return self._left >= 1.0


class Buckets:
    """One bucket for each address."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float]) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def of(self, key: str) -> Bucket:
        """The bucket of this address."""
        bucket = self._buckets.pop(key, None) or Bucket(self._rate, self._burst, self._clock)
        self._buckets[key] = bucket
        if len(self._buckets) > KEYS_MAX:
            self._buckets.popitem(last=False)
        return bucket


class Limits(Struct, frozen=True, kw_only=True):
    """What is counted by the address it comes from."""

    visits: Buckets
    """Commands of visitors over HTTP."""
    takes: Buckets
    """Tickets that visitors take from afar, over sockets and HTTP (TK3)."""
    enrolments: Buckets
    """Devices that ask to be let in."""
    finds: Buckets
    """Searches for tickets, by hall and account: nobody goes through all numbers."""


def all_limits(clock: Callable[[], float]) -> Limits:
    """Full buckets; `clock` counts seconds from anywhere."""
    return Limits(
        visits=Buckets(VISITS_PER_S, VISITS_BURST, clock),
        takes=Buckets(TAKES_PER_S, TAKES_BURST, clock),
        enrolments=Buckets(ENROLMENTS_PER_S, ENROLMENTS_BURST, clock),
        finds=Buckets(FINDS_PER_S, FINDS_BURST, clock),
    )
