"""Five failures lock a name for a quarter of an hour, whether it is anybody's or not (AC1)."""

import asyncio

from redis.asyncio import Redis

from backend.core.rules.accounts import FAILURES_MAX, LOCK_S
from backend.store.locks import Locks

HOME, ELSEWHERE, FAR = "10.0.0.1", "10.0.0.2", "192.0.2.9"


async def fail(locks: Locks, username: str, address: str, times: int) -> list[int]:
    return [await locks.count(username, address) for _ in range(times)]


async def test_sixth_try_waits_whoever_has_the_name__AC1(redis: Redis) -> None:
    locks = Locks(redis)
    for username in ("li", "nobody has this name", ""):
        assert await fail(locks, username, HOME, FAILURES_MAX) == [0] * FAILURES_MAX
        wait_s = await locks.count(username, ELSEWHERE)  # from wherever
        assert LOCK_S - 5 <= wait_s <= LOCK_S
    assert await locks.count("wang", HOME) == 0


async def test_trying_while_locked_does_not_prolong_it__AC1(redis: Redis) -> None:
    locks = Locks(redis)
    await fail(locks, "li", HOME, FAILURES_MAX)
    (key,) = await redis.keys("sign_in:failures:*")
    await redis.expire(key, 10)
    assert all(wait_s <= 10 for wait_s in await fail(locks, "li", HOME, 5))
    await redis.delete(key)  # as Redis does when it is over
    assert await locks.count("li", HOME) == 0


async def test_of_a_hundred_guesses_at_once_five_are_looked_at__AC1(redis: Redis) -> None:
    locks = Locks(redis)
    found = await asyncio.gather(*(locks.count("li", HOME) for _ in range(100)))
    assert sum(wait_s == 0 for wait_s in found) == FAILURES_MAX


async def test_owner_is_not_locked_out_where_they_usually_sign_in__AC1(redis: Redis) -> None:
    locks = Locks(redis)
    await locks.count("li", HOME)
    await locks.clear("li", HOME)
    await fail(locks, "li", FAR, FAILURES_MAX)
    assert await locks.count("li", FAR) > 0
    assert await locks.count("li", ELSEWHERE) > 0
    assert await locks.count("li", HOME) == 0
    await fail(locks, "li", HOME, FAILURES_MAX - 1)
    assert await locks.count("li", HOME) > 0  # but has no more tries than others


async def test_right_password_forgets_the_failures__AC1(redis: Redis) -> None:
    locks = Locks(redis)
    for _ in range(3):
        await fail(locks, "li", HOME, FAILURES_MAX - 1)
        await locks.clear("li", HOME)
    assert await locks.count("li", HOME) == 0


async def test_missing_code_is_no_failure__AC1(redis: Redis) -> None:
    locks = Locks(redis)
    for _ in range(20):
        assert await locks.count("li", HOME) == 0
        await locks.forgive("li", HOME)


async def test_strangers_may_try_anew_once_it_is_unlocked__AC1(redis: Redis) -> None:
    locks = Locks(redis)
    await fail(locks, "li", FAR, FAILURES_MAX + 1)
    await locks.unlock("li")
    assert await locks.count("li", FAR) == 0


async def test_what_was_typed_as_a_name_stands_in_no_key__I19(redis: Redis) -> None:
    await Locks(redis).clear("my password by mistake", HOME)
    await Locks(redis).count("my password by mistake", FAR)
    assert not [key for key in await redis.keys("*") if b"mistake" in key]
