"""A campus behind one address books, and nobody there tries cards out or books for all (AP1)."""

import asyncio
from time import monotonic

from redis.asyncio import Redis

from backend.cards import Holder
from backend.core.bookings import BookingRefusal
from backend.core.ids import Origin
from backend.problem import ProblemError
from backend.rate import CARD_WRONG_COST, CARDS_BURST, CARDS_PER_S, all_limits
from backend.site.card_tries import CardTries
from backend.store.known import Known
from backend.store.quotas import Quotas
from backend.store.redis_servers import connect_redis
from tests.support.commits import HALL

CAMPUS, ELSEWHERE = "192.0.2.1", "198.51.100.1"
CARDS, GUESSES = int(CARDS_BURST), int(CARDS_BURST / CARD_WRONG_COST)
DAY_S = 24 * 3600
BOOKS, WRONG, REFUSED = "books", "card_unknown", "too_many_requests"


def tries_of(redis: Redis) -> CardTries:
    limits = all_limits(Quotas(redis, monotonic), monotonic)
    return CardTries(limits.cards, Known(redis, "book"))


async def outcome(tries: CardTries, name: str, who: str = CAMPUS) -> str:
    """What comes of naming the card of a student, or one that nobody holds."""
    origin = Origin.STUDENT if name.startswith("student") else None
    holder = Holder(card_hash=name, person_hash=name, origin=origin)
    try:
        person = await tries.person(HALL, holder, who)
    except BookingRefusal as refusal:
        return refusal.code
    except ProblemError as error:
        return error.code
    assert (person.person_hash, person.origin) == (name, origin)
    return BOOKS


async def named(tries: CardTries, name: str, times: int, who: str = CAMPUS) -> list[str]:
    return [await outcome(tries, f"{name}-{n}", who) for n in range(times)]


async def test_mistyped_cards_keep_nobody_at_the_address_from_booking__AP1(redis: Redis) -> None:
    tries = tries_of(redis)
    assert await named(tries, "mistyped", 10) == [WRONG] * 10
    assert await named(tries, "student", 60) == [BOOKS] * 60


async def test_cards_are_not_tried_out_and_what_is_right_is_not_told_either__AP1(
    redis: Redis,
) -> None:
    tries = tries_of(redis)
    assert await outcome(tries, "student-before") == BOOKS
    found = await named(tries, "guess", CARDS)
    assert found.count(WRONG) in range(GUESSES - 1, GUESSES + 1)
    assert set(found[GUESSES:]) == {REFUSED}
    assert await outcome(tries, "student-new") == REFUSED
    assert await outcome(tries, "student-before") == BOOKS
    assert await outcome(tries, "student-new", ELSEWHERE) == BOOKS


async def test_guesses_all_at_once_are_no_more_than_one_after_another__AP1(redis: Redis) -> None:
    tries = tries_of(redis)
    found = await asyncio.gather(*(outcome(tries, f"guess-{n}") for n in range(90)))
    assert found.count(WRONG) == GUESSES


async def test_one_address_does_not_book_for_everybody__AP1(redis: Redis) -> None:
    tries = tries_of(redis)
    found = await named(tries, "student", CARDS + 20)
    spare = int(CARD_WRONG_COST) - 1  # not told apart from a card that nobody holds
    assert found == [BOOKS] * (CARDS - spare) + [REFUSED] * (20 + spare)
    same = await named(tries, "student", CARDS - spare)
    assert same == [BOOKS] * (CARDS - spare)  # as often as they like
    assert await named(tries, "student", 60, ELSEWHERE) == [BOOKS] * 60


async def test_cards_are_counted_while_redis_is_away__AP1() -> None:
    tries = tries_of(connect_redis("unix:///nonexistent/valkey.sock"))
    assert await named(tries, "student", 3) == [BOOKS] * 3
    assert REFUSED in await named(tries, "guess", GUESSES + 1)


def test_address_learns_no_card_of_thirty_thousand_by_the_week__AP1() -> None:
    """Of numbers with eight digits, as they are printed on cards."""
    tried = (CARDS_BURST + 7 * DAY_S * CARDS_PER_S) / CARD_WRONG_COST
    assert tried * 30_000 / 10**8 < 1


async def test_sixty_people_behind_one_address_hold_places_and_no_one_holds_all__AP1(
    redis: Redis,
) -> None:
    holds = all_limits(Quotas(redis, monotonic), monotonic).holds
    assert [await holds.take(CAMPUS) for _ in range(60)] == [True] * 60
    more = [await holds.take(CAMPUS) for _ in range(400)]
    assert not all(more)


async def test_neither_card_nor_address_stands_in_a_key__I19(redis: Redis) -> None:
    await outcome(tries_of(redis), "student")
    keys = await redis.keys("*")
    assert keys
    assert not [key for key in keys if b"192.0.2" in key or b"student" in key]
