"""Quotas are shared by all processes, and each counts by itself while Redis is away."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from backend.rate import Buckets, SharedBuckets, counted
from backend.store.quotas import AWAY_S, Quotas
from backend.store.redis_servers import connect_redis

RATE, BURST = 0.01, 5.0  # so slow that none comes back while a test runs


class Clock:
    at_s = 0.0

    def __call__(self) -> float:
        return self.at_s


def shared(redis: Redis, clock: Clock, rate: float = RATE) -> SharedBuckets:
    return SharedBuckets(Quotas(redis, clock), "finds", Buckets(rate, BURST, clock))


async def takes(quota: SharedBuckets, key: str, times: int) -> list[bool]:
    return [await quota.take(key) for _ in range(times)]


async def test_two_processes_have_one_bucket_for_a_key(redis: Redis) -> None:
    one, other = shared(redis, Clock()), shared(redis, Clock())
    found = [await quota.take("li") for quota in (one, other, one, other, one, other, one)]
    assert found == [True] * 5 + [False] * 2
    assert await one.take("wang")


async def test_of_many_at_once_as_many_as_there_are_get_through(redis: Redis) -> None:
    quota = shared(redis, Clock())
    found = await asyncio.gather(*(quota.take("li") for _ in range(50)))
    assert sum(found) == BURST


async def test_charge_goes_beyond_what_is_left_and_may_be_given_back(redis: Redis) -> None:
    quota = shared(redis, Clock())
    await quota.charge("li", 7.0)
    assert not await quota.take("li")
    await quota.charge("li", -3.0)
    assert await takes(quota, "li", 2) == [True, False]
    await quota.charge("li", -100.0)
    assert await takes(quota, "li", 6) == [True] * 5 + [False]  # never more than the burst


async def test_what_was_taken_comes_back_with_time(redis: Redis) -> None:
    quota = shared(redis, Clock(), rate=50.0)
    assert await takes(quota, "li", 5) == [True] * 5
    async with asyncio.timeout(5.0):
        while not await quota.take("li"):
            await asyncio.sleep(0.01)


async def test_bucket_is_forgotten_once_it_is_full_and_names_nobody(redis: Redis) -> None:
    await shared(redis, Clock()).take("10.0.0.1")
    found: list[Any] = await redis.keys("*")
    (key,) = found
    assert b"10.0.0.1" not in key
    assert 0 < await redis.pttl(key) <= 1000 / RATE


async def test_each_counts_by_itself_while_redis_is_away(redis: Redis) -> None:
    clock = Clock()
    away = connect_redis("unix:///nonexistent/valkey.sock")
    one, other = shared(away, clock), shared(away, clock)
    assert await takes(one, "li", 6) == [True] * 5 + [False]
    assert await other.take("li")
    await other.charge("li", 4.0)
    assert not await other.take("li")


async def test_hanging_server_is_waited_for_once_by_all_buckets_together() -> None:
    asked = 0

    async def hang(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        await reader.read()

    listener = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    clock = Clock()
    redis = Redis(port=port, socket_timeout=0.1, socket_connect_timeout=0.1)
    quotas = Quotas(redis, clock)
    names = ("tracks", "tries", "finds")
    buckets = [SharedBuckets(quotas, name, Buckets(RATE, BURST, clock)) for name in names]
    assert [await bucket.take("li") for bucket in buckets] == [True] * 3
    once = asked
    clock.at_s += AWAY_S + 0.1
    await buckets[0].take("li")
    assert 0 < once < asked  # it is asked again after a while
    await buckets[1].take("li")
    after = asked
    await buckets[2].take("li")
    assert asked == after
    await redis.aclose()
    listener.close()


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:DB8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_house_is_counted_as_one_however_many_addresses_it_has(address: str, key: str) -> None:
    assert counted(address) == key
