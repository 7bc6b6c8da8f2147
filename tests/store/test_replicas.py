"""Redis on several servers: what is written waits for replicas, and everything finds its server."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from time import monotonic
from typing import Any

import pytest

from backend.core.grants import Grant
from backend.core.ids import HallId
from backend.core.stamp import Role
from backend.hub.clock import now
from backend.store.database import Database
from backend.store.devices import Asking, Devices
from backend.store.link import ElsewhereError
from backend.store.redis_servers import Links, connect_redis, primaries_told, risks
from backend.store.redis_stream import RedisStream
from backend.store.sessions import Sessions
from backend.store.staff import member_of
from backend.store.stream import START, ConflictError, Position, StoreError
from tests.hall import until
from tests.support.commits import HALL, MONDAY, commit, commits, ids
from tests.support.topologies import NAME, Group, Node, cluster, sentinels

DAYS_KEY = f"{{{HALL}}}:days"
PASSWORD = "word"
LIMIT_S = 20.0
MEMBER = member_of("li", (Grant(role=Role.CLERK, hall_id=HALL),), name_zh="李", name_en="Li")


@pytest.fixture(scope="module")
def watched() -> Iterator[Group]:
    with sentinels(password=PASSWORD) as group:
        yield group


@pytest.fixture(scope="module")
def sharded() -> Iterator[Group]:
    with cluster(password=PASSWORD) as group:
        yield group


@pytest.fixture(params=["watched", "sharded"])
def group(request: pytest.FixtureRequest) -> Group:
    found: Group = request.getfixturevalue(request.param)
    return found


@asynccontextmanager
async def stream_on(group: Group, hall_id: HallId = HALL) -> AsyncIterator[RedisStream]:
    """The hall's stream on an emptied store, whose appends wait for a replica."""
    for node in group.nodes:
        if node.has_replicas(1):
            node.client.flushall()
    links = Links(group.url, replicas=1)
    yield RedisStream(links.of(hall_id), hall_id)
    await links.aclose()


@contextmanager
def still(nodes: list[Node]) -> Iterator[None]:
    for node in nodes:
        node.send(signal.SIGSTOP)
    try:
        yield
    finally:
        for node in nodes:
            node.send(signal.SIGCONT)


async def test_append_is_on_a_replica_when_it_is_answered__I1(watched: Group) -> None:
    async with stream_on(watched) as stream:
        position = START
        for letter in "abcdefgh":
            position = await stream.append(MONDAY, position, [commit(letter)])
            key = f"{{{HALL}}}:day:2026-11-23"
            ends = [node.client.xlen(key) for node in others(watched)]
            assert position.seq in ends


async def test_append_that_no_replica_has_is_stored_and_not_answered__I1(watched: Group) -> None:
    async with stream_on(watched) as stream:
        first = await stream.append(MONDAY, START, [commit("a")])
        with still(others(watched)):
            with pytest.raises(StoreError, match="too few replicas"):
                await stream.append(MONDAY, first, [commit("b")])
            stored = Position(2, "b")
            assert ids(await stream.read(MONDAY, first, 9)) == "b"
            with pytest.raises(StoreError, match="too few replicas"):
                await stream.confirm(MONDAY, stored)
        await eventually_confirmed(stream, stored)
        assert ids(await stream.read(MONDAY, START, 9)) == "ab"  # confirming changed nothing


async def test_place_with_another_commit_is_not_confirmed__I1(group: Group) -> None:
    async with stream_on(group) as stream:
        end = await stream.append(MONDAY, START, commits("ab"))
        await stream.confirm(MONDAY, end)
        await stream.confirm(MONDAY, Position(1, "a"))
        for place in (Position(2, "x"), Position(3, "c")):
            with pytest.raises(ConflictError):
                await stream.confirm(MONDAY, place)


async def test_halls_that_write_at_once_share_their_wait(watched: Group) -> None:
    halls = [HallId(f"hall{n}") for n in range(40)]
    async with stream_on(watched):
        links = Links(watched.url, replicas=1)
        streams = [RedisStream(links.of(hall_id), hall_id) for hall_id in halls]
        await asyncio.gather(*(s.append(MONDAY, START, [commit("a")]) for s in streams))
        node = watched.primary(DAYS_KEY)
        node.client.config_resetstat()
        await asyncio.gather(*(s.append(MONDAY, Position(1, "a"), [commit("b")]) for s in streams))
        assert node.client.info("commandstats")["cmdstat_wait"]["calls"] < len(halls) / 2
        await links.aclose()


async def test_server_that_is_a_replica_is_not_asked__I8(watched: Group) -> None:
    node = others(watched)[0]
    links = Links(f"redis://:{PASSWORD.replace(' ', '')}@{node.address}")
    with pytest.raises(ElsewhereError, match="replica"):
        await RedisStream(links.of(HALL), HALL).latest_day()
    await links.aclose()


async def test_another_primary_is_another_reign_though_no_server_was_started__I1(
    watched: Group,
) -> None:
    async with stream_on(watched) as stream:
        end = await stream.append(MONDAY, START, [commit("a")])
        before = watched.primary(DAYS_KEY)
        boot = await stream.boot()
        assert await stream.append(MONDAY, end, [commit("b")], boot=boot) == Position(2, "b")
        await asyncio.to_thread(give_way, watched, before)
        with pytest.raises(ConflictError):
            await eventually_appended(stream, boot)
        assert await stream.boot() != boot
        assert ids(await stream.read(MONDAY, START, 9)) == "ab"


async def test_sessions_and_codes_live_on_any_of_them(group: Group, no_database: Database) -> None:
    redis = connect_redis(group.url)
    sessions = Sessions(redis, now, time.monotonic)
    secret = await sessions.begin(MEMBER)
    session = await sessions.find(secret)
    assert session is not None
    assert session.member == MEMBER
    assert [line.id for line in await sessions.listed("li")]
    await sessions.end(secret)
    assert await sessions.find(secret) is None
    devices = Devices(no_database, redis)
    asking = [
        Asking(token_hash=f"{n}", wants=("voice:Z1",)) for n in range(8)
    ]  # keys on every node
    codes = [await devices.ask(one) for one in asking]
    assert [await devices.asking(code) for code in codes] == asking
    told = await primaries_told(redis, "memory")
    assert len(told) == (1 if group.url.startswith("redis+sentinel") else 3)
    await redis.aclose()


async def test_what_may_be_lost_is_told(watched: Group, valkey: Any) -> None:
    redis, lone = connect_redis(watched.url), connect_redis(valkey.url)
    assert await risks(redis, 1) == []
    assert [risk.split()[0] for risk in await risks(redis, 0)] == ["REDIS_REPLICAS"]
    assert "has 2" in (await risks(redis, 3))[0]
    node = watched.primary(DAYS_KEY)
    node.client.config_set("min-replicas-to-write", 0)
    assert "min-replicas-to-write" in (await risks(redis, 1))[0]
    node.client.config_set("min-replicas-to-write", 1)
    assert await risks(lone, 0) == []
    assert len(await risks(lone, 1)) == 2
    await redis.aclose()
    await lone.aclose()


def others(group: Group) -> list[Node]:
    """Everything but the primary of the hall."""
    primary = group.primary(DAYS_KEY)
    return [node for node in group.nodes if node is not primary]


def give_way(group: Group, primary: Node) -> None:
    """Have the sentinels put another in the primary's place, which lives on as a replica."""
    (first, *_) = group.watchers
    first.client.execute_command("SENTINEL FAILOVER", NAME)
    until(lambda: group.primary(DAYS_KEY) is not primary, LIMIT_S)


async def eventually_confirmed(stream: RedisStream, position: Position) -> None:
    deadline = monotonic() + LIMIT_S
    while True:
        try:
            return await stream.confirm(MONDAY, position)
        except StoreError:
            assert monotonic() < deadline


async def eventually_appended(stream: RedisStream, boot: str) -> None:
    deadline = monotonic() + LIMIT_S
    while True:
        try:
            await stream.append(MONDAY, Position(2, "b"), [commit("c")], boot=boot)
        except StoreError:
            assert monotonic() < deadline
            await asyncio.sleep(0.05)
