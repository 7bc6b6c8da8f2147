"""What concerns Redis alone."""

import pytest
from redis.asyncio import Redis

from backend.core.ids import HallId
from backend.store.link import Link
from backend.store.redis_servers import Links
from backend.store.redis_stream import RedisStream
from backend.store.stream import START, ConflictError, DayRef, StoreError
from tests.support.commits import HALL, MONDAY, commits, ids
from tests.support.servers import Server


async def test_halls_do_not_mix(link: Link, stream: RedisStream) -> None:
    other = RedisStream(link, HallId("other"))
    await stream.append(MONDAY, START, commits("ab"))
    await stream.announce(MONDAY, None)
    assert await other.latest_day() is None
    assert await other.read(MONDAY, START, 10) == []


async def test_keys_of_a_hall_share_its_hash_tag(redis: Redis, stream: RedisStream) -> None:
    """A cluster keeps them on one node, which the scripts need."""
    await stream.append(MONDAY, START, commits("a"))
    await stream.announce(MONDAY, None)
    keys = await redis.keys("*")
    assert sorted(keys) == [b"{hall}:day:2026-11-23", b"{hall}:days"]


async def test_entry_id_is_its_seq(redis: Redis, stream: RedisStream) -> None:
    await stream.append(MONDAY, START, commits("ab"))
    rows = await redis.xrange("{hall}:day:2026-11-23")
    assert rows is not None
    assert [row[0] for row in rows] == [b"1-0", b"2-0"]


async def test_scripts_are_loaded_again_after_the_server_lost_them(
    redis: Redis, stream: RedisStream
) -> None:
    end = await stream.append(MONDAY, START, commits("a"))
    await redis.script_flush()
    await stream.append(MONDAY, end, commits("b"))
    assert ids(await stream.read(MONDAY, START, 10)) == "ab"


async def test_list_of_days_does_not_grow_for_ever(redis: Redis, stream: RedisStream) -> None:
    previous = None
    for n in range(1200):
        ref = DayRef(day=MONDAY.day, epoch=f"e{n}")
        await stream.announce(ref, previous)
        previous = ref
    assert await redis.xlen("{hall}:days") <= 1200
    assert await stream.latest_day() == previous


async def test_server_that_is_away_is_a_store_error__I20() -> None:
    stream = RedisStream(Links("unix:///nonexistent/valkey.sock").of(HALL), HALL)
    for asked in (
        stream.latest_day(),
        stream.days(),
        stream.forget(MONDAY),
        stream.read(MONDAY, START, 1),
        stream.wait(MONDAY, lambda: START, 1),
        stream.boot(),
        stream.append(MONDAY, START, commits("a")),
        stream.announce(MONDAY, None),
    ):
        with pytest.raises(StoreError):
            await asked


async def test_stream_goes_on_after_a_restart_of_the_server__I1(
    valkey: Server, stream: RedisStream
) -> None:
    """This Valkey keeps nothing: what it had is gone, and the stream says so by its end.

    Who had not read it cannot tell by the end, but by the start of the server.
    """
    boot = await stream.boot()
    await stream.append(MONDAY, START, commits("ab"))
    valkey.stop()
    with pytest.raises(StoreError):
        await stream.read(MONDAY, START, 10)
    valkey.start()
    assert await stream.read(MONDAY, START, 10) == []
    with pytest.raises(ConflictError):
        await stream.append(MONDAY, START, commits("b"), boot=boot)
    await stream.append(MONDAY, START, commits("c"), boot=await stream.boot())
    assert ids(await stream.read(MONDAY, START, 10)) == "c"
