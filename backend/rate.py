"""How much anybody may ask: token buckets, shared by all processes where that matters.

While Redis is away each process counts by itself.
"""

from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Protocol

from msgspec import Struct

from backend.store.quotas import Quotas
from backend.store.stream import StoreError

KEYS_MAX = 10_000
"""Addresses remembered; the one not seen longest is forgotten first."""
TAKES_PER_S, TAKES_BURST = 1.0, 10.0
VISITS_PER_S, VISITS_BURST = 50.0, 200.0
"""Commands of visitors over HTTP from one address; a whole campus may share one."""
FINDS_PER_S, FINDS_BURST = 2.0, 60.0
ENROLMENTS_PER_S, ENROLMENTS_BURST = 0.2, 40.0
SIGN_INS_PER_S, SIGN_INS_BURST = 0.2, 60.0
"""One address tries one password with all names; but a hall's PCs may share it."""
ASKS_PER_S, ASKS_BURST = 0.1, 20.0
"""Questions and chats that are begun at one address; a campus network may be one."""
ASKS_OF_ONE_PER_S, ASKS_OF_ONE_BURST = 1 / 180, 10.0
"""The same of one visitor who is signed in, wherever that is: counted in place of the address."""
LINES_PER_S, LINES_BURST = 0.5, 15.0
"""Of one visitor, by the secret of the consultation."""
SAME_PER_S, SAME_BURST = 1 / 600, 3.0
"""The same long question, from wherever."""
ASSISTED_PER_S, ASSISTED_BURST = 5.0, 100.0
"""Questions to the assistant from one address; a campus network may be one, 2 ms each."""
ASSISTED_OF_ONE_PER_S, ASSISTED_OF_ONE_BURST = 0.2, 20.0
"""The same of one visitor who is signed in."""
HOLDS_PER_S, HOLDS_BURST = 0.1, 300.0
"""Places that one address holds without booking them; who books is not counted (AP1).  A campus
network may be one; who means harm keeps 30 for long, since a hold lapses after 5 min."""
CARDS_PER_S, CARDS_BURST = 1 / 60, 300.0
"""Different cards that are booked for at one address; a campus network may be one (AP1)."""
CARD_WRONG_COST = 5.0
"""As how many of those a card counts that nobody holds: 60 at once, and one in 5 min."""
CODES_PER_S, CODES_BURST = 0.1, 20.0
"""Codes of bookings that one address tries in vain."""
PROOFS_PER_S, PROOFS_BURST = 1 / 1200, 3.0
"""Codes sent to one place: nobody's mailbox is filled by somebody else."""
PROOFS_A_DAY_PER_S, PROOFS_A_DAY_BURST = 10 / 86_400, 10.0
"""The same in the long run, however patient somebody is, and wherever they ask."""
PROOFS_FROM_PER_S, PROOFS_FROM_BURST = 1 / 60, 20.0
"""Codes asked for from one address."""
TRACKS_PER_S, TRACKS_BURST = 1 / 30, 60.0
"""Wrong case numbers and cards from one address; a campus network may be one."""
TRIES_PER_S, TRIES_BURST = 1 / 1200, 10.0
"""Wrong cards at one case's number, and wrong numbers with one card, by one address."""
TRIES_OF_ALL_PER_S, TRIES_OF_ALL_BURST = 1 / 300, 200.0
"""The same by all: twenty addresses come to it, and learn one card in 30,000 with 1 % a day."""
CARD_UNKNOWN_COST = 4.0
"""What a card that nobody holds costs besides: whoever tries cards out learns one in 5 s."""


NETWORK_BITS = 64
"""Of an IPv6 address, those that are given to one house or phone, which has all the others."""


@lru_cache(maxsize=KEYS_MAX)
def counted(address: str) -> str:
    """What an address is counted by: itself, or the network of one that is IPv6."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    host_bits = found.max_prefixlen - NETWORK_BITS
    return str(IPv6Network((int(found) >> host_bits << host_bits, NETWORK_BITS)))


class Bucket:
    """Allows `rate` a second, and `burst` at once after a quiet while."""

    __slots__ = ("_burst", "_clock", "_counted_at", "_left", "_rate")

    def __init__(self, rate: float, burst: float, clock: Callable[[], float]) -> None:
        """`clock` counts seconds from anywhere."""
        self._rate, self._burst, self._clock = rate, burst, clock
        self._left, self._counted_at = burst, clock()

    def take(self, cost: float = 1.0) -> bool:
        """Whether so many more are allowed; counts them if so."""
        if not self.has(cost):
            return False
        self._left -= cost
        return True

    def charge(self, cost: float) -> None:
        """Count so many more, also beyond what is left: they are made up for by waiting."""
        self._left -= cost

    def has(self, cost: float = 1.0) -> bool:
        """Whether so many more would be allowed."""
        at = self._clock()
        gained = (at - self._counted_at) * self._rate
        self._left, self._counted_at = min(self._burst, self._left + gained), at
        return self._left >= cost


class Buckets:
    """One bucket for each address."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float]) -> None:
        self.rate, self.burst, self.clock = rate, burst, clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def of(self, key: str) -> Bucket:
        """The bucket of this address."""
        bucket = self._buckets.pop(key, None) or Bucket(self.rate, self.burst, self.clock)
        self._buckets[key] = bucket
        if len(self._buckets) > KEYS_MAX:
            self._buckets.popitem(last=False)
        return bucket

    async def take(self, key: str, cost: float = 1.0) -> bool:
        """See Quota."""
        return self.of(key).take(cost)

    async def charge(self, key: str, cost: float) -> None:
        """See Quota."""
        self.of(key).charge(cost)


class Quota(Protocol):
    """One bucket for each key, wherever they are kept."""

    async def take(self, key: str, cost: float = 1.0) -> bool:
        """Whether so many more are allowed; counts them if so."""
        ...

    async def charge(self, key: str, cost: float) -> None:
        """Count so many more, also beyond what is left; below 0: give back."""
        ...


class SharedBuckets:
    """A quota in Redis; by the process's own buckets while that is away."""

    def __init__(self, quotas: Quotas, name: str, own: Buckets) -> None:
        self._quotas, self._name, self._own = quotas, name, own

    async def take(self, key: str, cost: float = 1.0) -> bool:
        """See Quota."""
        found = await self._asked(key, cost, is_forced=False)
        return self._own.of(key).take(cost) if found is None else found

    async def charge(self, key: str, cost: float) -> None:
        """See Quota."""
        if await self._asked(key, cost, is_forced=True) is None:
            self._own.of(key).charge(cost)

    async def _asked(self, key: str, cost: float, *, is_forced: bool) -> bool | None:
        """What Redis says; None while it is away."""
        try:
            return await self._quotas.take(
                self._name,
                key,
                rate=self._own.rate,
                burst=self._own.burst,
                cost=cost,
                is_forced=is_forced,
            )
        except StoreError:
            return None


class Limits(Struct, frozen=True, kw_only=True):
    """What is counted by the address it comes from."""

    visits: Buckets
    """Commands of visitors over HTTP; by process, since each is asked for its own good."""
    takes: Quota
    """Tickets that visitors take from afar, over sockets and HTTP (TK3)."""
    enrolments: Quota
    """Devices that ask to be let in."""
    finds: Quota
    """Searches for tickets, by hall and account: nobody goes through all numbers."""
    holds: Quota
    """Places of half hours kept free for who has not booked yet (AP1)."""
    cards: Quota
    """Cards that are named to book (AP1)."""
    codes: Quota
    """Codes of bookings that nobody has."""
    sign_ins: Quota
    """Failures to sign in, of whatever name; where an account was signed in before it is free."""
    asks: Quota
    """Questions and chats that visitors begin, by address."""
    asks_of_one: Quota
    """The same, by who is signed in."""
    lines: Quota
    """What a visitor says in one, by its secret, or by who is signed in."""
    same_words: Quota
    """Long questions in the same words, by hall."""
    assisted: Quota
    """Questions to the assistant, by address."""
    assisted_of_one: Quota
    """The same, by who is signed in."""
    proofs: Quota
    """Codes that prove a contact, by where to."""
    proofs_a_day: Quota
    proofs_from: Quota
    """The same, by who asks for them."""
    tracks: Quota
    """Cases looked for in vain by number and card (VA3), by address."""
    tries: Quota
    """The same, by who looks and the number, and by who looks and the card."""
    tries_of_all: Quota
    """The same, by the number, and by the card, whoever looks."""


def all_limits(quotas: Quotas, clock: Callable[[], float]) -> Limits:
    """All of them; `clock` counts seconds from anywhere."""

    def shared(name: str, rate: float, burst: float) -> SharedBuckets:
        return SharedBuckets(quotas, name, Buckets(rate, burst, clock))

    return Limits(
        visits=Buckets(VISITS_PER_S, VISITS_BURST, clock),
        takes=shared("takes", TAKES_PER_S, TAKES_BURST),
        enrolments=shared("enrolments", ENROLMENTS_PER_S, ENROLMENTS_BURST),
        finds=shared("finds", FINDS_PER_S, FINDS_BURST),
        holds=shared("holds", HOLDS_PER_S, HOLDS_BURST),
        cards=shared("cards", CARDS_PER_S, CARDS_BURST),
        codes=shared("codes", CODES_PER_S, CODES_BURST),
        sign_ins=shared("sign_ins", SIGN_INS_PER_S, SIGN_INS_BURST),
        asks=shared("asks", ASKS_PER_S, ASKS_BURST),
        asks_of_one=shared("asks_of_one", ASKS_OF_ONE_PER_S, ASKS_OF_ONE_BURST),
        lines=shared("lines", LINES_PER_S, LINES_BURST),
        same_words=shared("same_words", SAME_PER_S, SAME_BURST),
        assisted=shared("assisted", ASSISTED_PER_S, ASSISTED_BURST),
        assisted_of_one=shared("assisted_of_one", ASSISTED_OF_ONE_PER_S, ASSISTED_OF_ONE_BURST),
        proofs=shared("proofs", PROOFS_PER_S, PROOFS_BURST),
        proofs_a_day=shared("proofs_a_day", PROOFS_A_DAY_PER_S, PROOFS_A_DAY_BURST),
        proofs_from=shared("proofs_from", PROOFS_FROM_PER_S, PROOFS_FROM_BURST),
        tracks=shared("tracks", TRACKS_PER_S, TRACKS_BURST),
        tries=shared("tries", TRIES_PER_S, TRIES_BURST),
        tries_of_all=shared("tries_of_all", TRIES_OF_ALL_PER_S, TRIES_OF_ALL_BURST),
    )
