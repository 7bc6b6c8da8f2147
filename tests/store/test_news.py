"""Followers in other processes: told at once, and not lost when what they are told is."""

import asyncio

import msgspec
import pytest
from redis.asyncio import Redis

from backend.store import link as links
from backend.store.link import Link
from backend.store.news import HEARD_MAX
from backend.store.redis_servers import Links
from backend.store.redis_stream import RedisStream
from backend.store.stream import START, DayRef, Entry, Position, StoreError
from tests.support.commits import HALL, MONDAY, TUESDAY, commit, commits, ids
from tests.support.samples import EVENTS
from tests.support.servers import Server

LIMIT_S = 20.0


async def follow(stream: RedisStream, ref: DayRef, position: Position) -> list[Entry] | None:
    async with asyncio.timeout(LIMIT_S):
        return await stream.wait(ref, lambda: position, LIMIT_S)


async def test_commits_are_heard_without_asking_the_stream__I10(
    valkey: Server, link: Link, stream: RedisStream
) -> None:
    """What the other process stored comes with the message; nothing is read."""
    other_link = Links(valkey.url).of(HALL)
    other = RedisStream(other_link, HALL)
    await stream.announce(MONDAY, None)
    end = await stream.append(MONDAY, START, commits("a"))
    assert ids(await follow(other, MONDAY, START)) == "a"
    waiting = asyncio.create_task(follow(other, MONDAY, end))
    await asyncio.sleep(0)
    calls = await calls_of(link, "xrange")
    end = await stream.append(MONDAY, end, commits("bc"))
    assert ids(await waiting) == "bc"
    assert await calls_of(link, "xrange") == calls
    await other_link.aclose()


async def calls_of(link: Link, command: str) -> str:
    """How often the server was asked this, in its own words."""
    told = await link.call("INFO", "commandstats")
    return next((row for row in told.decode().split() if f"cmdstat_{command}:" in row), "")


async def test_lost_messages_show_as_a_gap_and_are_read__I8(
    valkey: Server, stream: RedisStream
) -> None:
    other_link = Links(valkey.url).of(HALL)
    other = RedisStream(other_link, HALL)
    await stream.announce(MONDAY, None)
    end = await stream.append(MONDAY, START, commits("a"))
    assert ids(await follow(other, MONDAY, START)) == "a"
    await valkey_forgets(stream, "bc", end)  # stored, and nobody was told
    end = await stream.append(MONDAY, Position(3, "c"), commits("d"))
    assert ids(await follow(other, MONDAY, Position(1, "a"))) == "bcd"
    await other_link.aclose()


async def valkey_forgets(stream: RedisStream, letters: str, end: Position) -> None:
    """Store commits as a version of ours does that publishes nothing."""
    for n, each in enumerate(commits(letters), start=end.seq + 1):
        body = msgspec.json.encode(each)
        await stream._link.call(
            "XADD", "{hall}:day:2026-11-23", f"{n}-0", "id", each.id, "body", body
        )


async def test_nothing_published_is_found_in_the_next_lap__I8(
    valkey: Server, stream: RedisStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "LOOK_S", 0.1)
    other_link = Links(valkey.url).of(HALL)
    other = RedisStream(other_link, HALL)
    await stream.announce(MONDAY, None)
    end = await stream.append(MONDAY, START, commits("a"))
    assert ids(await follow(other, MONDAY, START)) == "a"
    waiting = asyncio.create_task(follow(other, MONDAY, end))
    await asyncio.sleep(0)
    await valkey_forgets(stream, "b", end)
    assert ids(await waiting) == "b"
    await other_link.aclose()


async def test_long_batch_is_not_published_but_read__I8(
    valkey: Server, stream: RedisStream
) -> None:
    other_link = Links(valkey.url).of(HALL)
    other = RedisStream(other_link, HALL)
    await stream.announce(MONDAY, None)
    end = await stream.append(MONDAY, START, commits("a"))
    assert ids(await follow(other, MONDAY, START)) == "a"
    long = [commit(f"c{n}", *EVENTS) for n in range(100)]
    assert len(msgspec.json.encode(long)) > 65536
    await stream.append(MONDAY, end, long)
    found = await follow(other, MONDAY, end)
    assert found is not None
    assert [entry.commit for entry in found] == long
    await other_link.aclose()


async def test_more_than_is_kept_for_a_busy_follower_is_read__I8(
    valkey: Server, stream: RedisStream
) -> None:
    other_link = Links(valkey.url).of(HALL)
    other = RedisStream(other_link, HALL)
    await stream.announce(MONDAY, None)
    end = await stream.append(MONDAY, START, commits("a"))
    assert ids(await follow(other, MONDAY, START)) == "a"
    stored = [commit(f"c{n}") for n in range(HEARD_MAX + 10)]
    for each in stored:
        end = await stream.append(MONDAY, end, [each])
    await other_link.call("PING")  # all of it has come by now
    found = await follow(other, MONDAY, Position(1, "a"))
    assert found is not None
    assert [entry.commit for entry in found] == stored
    await other_link.aclose()


async def test_past_day_may_be_trimmed_or_deleted_while_another_is_followed__I8(
    valkey: Server, redis: Redis, stream: RedisStream
) -> None:
    other_link = Links(valkey.url).of(HALL)
    other = RedisStream(other_link, HALL)
    await stream.announce(MONDAY, None)
    await stream.append(MONDAY, START, commits("abc"))
    await stream.announce(TUESDAY, MONDAY)
    end = await stream.append(TUESDAY, START, commits("d"))
    assert ids(await follow(other, TUESDAY, START)) == "d"
    waiting = asyncio.create_task(follow(other, TUESDAY, end))
    await redis.xtrim("{hall}:day:2026-11-23", maxlen=1, approximate=False)
    await redis.delete("{hall}:day:2026-11-23")
    assert [ref.day for ref in await other.days()] == [TUESDAY.day]
    await stream.append(TUESDAY, end, commits("e"))
    assert ids(await waiting) == "e"
    await other_link.aclose()


@pytest.mark.parametrize("how", ["DEL", "XTRIM"])
async def test_followed_day_that_is_lost_on_a_live_server_is_noticed__I8(
    valkey: Server, stream: RedisStream, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "LOOK_S", 0.1)
    other_link = Links(valkey.url).of(HALL)
    other = RedisStream(other_link, HALL)
    await stream.announce(MONDAY, None)
    end = await stream.append(MONDAY, START, commits("ab"))
    assert ids(await follow(other, MONDAY, START)) == "ab"
    waiting = asyncio.create_task(follow(other, MONDAY, end))
    await asyncio.sleep(0)
    key = "{hall}:day:2026-11-23"
    await stream._link.call(*(("DEL", key) if how == "DEL" else ("XTRIM", key, "MAXLEN", 0)))
    assert await waiting is None
    await other_link.aclose()


async def test_follower_looks_at_everything_after_a_restart_of_the_server__I1(
    valkey: Server, stream: RedisStream
) -> None:
    """It may end just where he stands and have lost what others were told."""
    boot = await stream.boot()
    assert boot
    waiting = asyncio.create_task(stream.wait(None, lambda: START, LIMIT_S))
    await stream.latest_day()
    valkey.stop()
    valkey.start()
    async with asyncio.timeout(LIMIT_S):
        try:
            assert await waiting is None
        except StoreError:  # he looked while it was away
            assert await stream.wait(None, lambda: START, LIMIT_S) is None
    assert await stream.boot() != boot
