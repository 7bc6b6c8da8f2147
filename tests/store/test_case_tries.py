"""Cards are not tried out at a case's number, and nobody is locked out by who tries (VA3)."""

import asyncio
from time import monotonic

import pytest
from redis.asyncio import Redis

from backend.problem import ProblemError
from backend.rate import (
    TRACKS_BURST,
    TRIES_BURST,
    TRIES_OF_ALL_BURST,
    TRIES_OF_ALL_PER_S,
    TRIES_PER_S,
    all_limits,
)
from backend.site.case_tries import CaseTries
from backend.store.known import Known
from backend.store.quotas import Quotas
from backend.store.redis_servers import connect_redis
from backend.store.stream import DatabaseError

CASE, CARD, TOKEN = "main/2026-17", "card/owner", "the-secret"
OWN, ALL = int(TRIES_BURST), int(TRIES_OF_ALL_BURST)
DAY_S = 24 * 3600
PRINTED_NUMBERS = 30_000
REFUSED = "too_many_requests"


def tries_of(redis: Redis) -> CaseTries:
    return CaseTries(all_limits(Quotas(redis, monotonic), monotonic), Known(redis, "track"))


async def outcome(tries: CaseTries, who: str, card: str, case: str = CASE) -> str | None:
    """What comes of looking for the case: its token, None, or REFUSED."""
    answer = TOKEN if (case, card) == (CASE, CARD) else None

    async def found() -> str | None:
        return answer

    try:
        return await tries.find(found, who=who, case=case, card=card)
    except ProblemError as error:
        return error.code


async def guess(tries: CaseTries, who: str, times: int) -> list[str | None]:
    return [await outcome(tries, who, f"card/{who}-{n}") for n in range(times)]


async def test_one_address_tries_ten_cards_at_a_number_and_locks_nobody_else_out__VA3(
    redis: Redis,
) -> None:
    tries = tries_of(redis)
    assert await guess(tries, "192.0.2.1", OWN + 200) == [None] * OWN + [REFUSED] * 200
    assert await outcome(tries, "192.0.2.1", CARD) == REFUSED  # though it is right
    assert await outcome(tries, "198.51.100.1", CARD) == TOKEN


async def test_hundred_tries_at_once_are_a_hundred__VA3(redis: Redis) -> None:
    tries = tries_of(redis)
    found = await asyncio.gather(*(outcome(tries, "192.0.2.1", f"card/{n}") for n in range(100)))
    assert found.count(None) == OWN


async def test_one_card_is_not_tried_at_all_numbers__VA3(redis: Redis) -> None:
    tries = tries_of(redis)
    found = [await outcome(tries, "192.0.2.1", CARD, f"main/2026-{n}") for n in range(90, 120)]
    assert found == [None] * OWN + [REFUSED] * (30 - OWN)


async def test_one_address_tries_no_other_pairs_without_end__VA3(redis: Redis) -> None:
    tries = tries_of(redis)
    found = [
        await outcome(tries, "192.0.2.1", f"card/{n}", f"main/2026-{n}") for n in range(100, 200)
    ]
    assert found.count(None) == int(TRACKS_BURST)
    assert await outcome(tries, "visitor/owner", CARD) == TOKEN  # who signed in counts apart


async def test_what_is_right_uses_nothing_up__VA3(redis: Redis) -> None:
    tries = tries_of(redis)
    assert [await outcome(tries, "192.0.2.1", CARD) for _ in range(300)] == [TOKEN] * 300
    assert await guess(tries, "192.0.2.1", OWN + 1) == [None] * OWN + [REFUSED]


async def test_many_addresses_together_end_too_but_not_for_who_found_it_before__VA3(
    redis: Redis,
) -> None:
    tries = tries_of(redis)
    assert await outcome(tries, "192.0.2.9", CARD) == TOKEN
    for house in range(ALL // OWN):
        assert await guess(tries, f"2001:db8:{house}::/64", OWN) == [None] * OWN
    assert await outcome(tries, "198.51.100.1", CARD) == REFUSED
    assert await outcome(tries, "192.0.2.9", CARD) == TOKEN
    assert await guess(tries, "192.0.2.9", OWN + 1) == [None] * OWN + [REFUSED]  # no more than all
    assert await outcome(tries, "198.51.100.1", "card/1", "main/2026-18") is None


async def test_database_that_is_away_makes_nobody_wrong__VA3(redis: Redis) -> None:
    tries = tries_of(redis)

    async def fail() -> str | None:
        raise DatabaseError("away")

    for _ in range(OWN * 3):
        with pytest.raises(DatabaseError):
            await tries.find(fail, who="192.0.2.1", case=CASE, card=CARD)
    assert await outcome(tries, "192.0.2.1", CARD) == TOKEN


async def test_cards_are_counted_while_redis_is_away__VA3() -> None:
    tries = tries_of(connect_redis("unix:///nonexistent/valkey.sock"))
    assert await outcome(tries, "192.0.2.1", CARD) == TOKEN
    assert await guess(tries, "192.0.2.1", OWN + 5) == [None] * OWN + [REFUSED] * 5


def test_printed_number_is_guessed_with_less_than_2_percent_a_day__VA3() -> None:
    """However many addresses; one alone with far less."""
    by_all = TRIES_OF_ALL_BURST + DAY_S * TRIES_OF_ALL_PER_S
    by_one = TRIES_BURST + DAY_S * TRIES_PER_S
    assert by_all / PRINTED_NUMBERS < 0.02
    assert by_one / PRINTED_NUMBERS < 0.003


async def test_neither_case_nor_address_stands_in_a_key__I19(redis: Redis) -> None:
    await outcome(tries_of(redis), "192.0.2.1", CARD)
    await outcome(tries_of(redis), "192.0.2.1", "card/1")
    keys = await redis.keys("*")
    assert keys
    assert not [key for key in keys if b"192.0.2" in key or b"2026" in key]
