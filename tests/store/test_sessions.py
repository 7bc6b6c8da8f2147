"""Sessions: how long they live, where they are listed, how they end (AC2)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from backend.core.ids import HallId
from backend.core.rules.accounts import CLERK_IDLE_S, IDLE_S, SESSION_S
from backend.core.stamp import Role
from backend.hub.standing import Credentials, Standing
from backend.identity import Identity
from backend.store.database import Database
from backend.store.directory import Directory
from backend.store.redis_servers import connect_redis
from backend.store.sessions import TOUCH_S, Need, Sessions
from backend.store.stream import StoreError
from backend.wire.close_codes import CloseCode
from tests.hub.stage import Line, one_hall
from tests.store.test_staff import ADMIN, LI
from tests.support.commits import HALL

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


class Clock:
    """Time that passes when it is told to; Redis's own goes on."""

    def __init__(self) -> None:
        self.passed_s = 0.0

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.passed_s)

    def ticks(self) -> float:
        return self.passed_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(redis: Redis, clock: Clock) -> Sessions:
    return Sessions(redis, clock.now, clock.ticks)


async def session_key(redis: Redis) -> str:
    found: list[Any] = await redis.keys("session:*")
    (key,) = found
    return str(key.decode())


async def test_session_is_found_until_it_ends__AC2(redis: Redis, sessions: Sessions) -> None:
    secret = await sessions.begin(LI, address="10.0.0.1", agent="x" * 1000, needs=(Need.PASSWORD,))
    other = await sessions.begin(ADMIN)
    found = await Sessions(redis, datetime.now, float).find(secret)
    assert found is not None
    assert (found.member, found.needs, found.address) == (LI, (Need.PASSWORD,), "10.0.0.1")
    assert len(found.agent) == 200
    await sessions.end(secret)
    assert await sessions.find(secret) is None
    assert await sessions.find(other) is not None
    await sessions.end(secret)


@pytest.mark.parametrize("secret", ["", "guessed", "session:x"])
async def test_secret_that_was_never_given_finds_nobody__AC2(
    sessions: Sessions, secret: str
) -> None:
    await sessions.begin(LI)
    assert await sessions.find(secret) is None


async def test_secret_is_kept_nowhere__AC2(redis: Redis, sessions: Sessions) -> None:
    secret = await sessions.begin(LI)
    key = await session_key(redis)
    kept = [key, str(await redis.get(key)), str(await redis.smembers("sessions:li"))]
    assert not [text for text in kept if secret in text]
    assert len(secret) >= 43  # 256 bits


async def test_session_without_an_act_runs_out_after_a_clerks_time_or_others__AC2(
    redis: Redis, sessions: Sessions
) -> None:
    secret = await sessions.begin(LI)
    assert CLERK_IDLE_S - 5 <= await redis.ttl(await session_key(redis)) <= CLERK_IDLE_S
    await sessions.end(secret)
    await sessions.begin(ADMIN)
    assert IDLE_S - 5 <= await redis.ttl(await session_key(redis)) <= IDLE_S


async def test_act_lets_it_live_on_and_watching_does_not__AC2(
    redis: Redis, sessions: Sessions, clock: Clock
) -> None:
    secret = await sessions.begin(LI)
    key = await session_key(redis)
    await redis.expire(key, 60)
    session = await sessions.find(secret)
    assert session is not None
    assert await redis.ttl(key) <= 60
    await sessions.touch(secret, session)
    assert await redis.ttl(key) > 60
    await redis.expire(key, 60)
    await sessions.touch(secret, session)  # noted a moment ago
    assert await redis.ttl(key) <= 60
    clock.passed_s += TOUCH_S
    await sessions.touch(secret, session)
    assert await redis.ttl(key) > 60


async def test_no_act_lets_it_live_on_for_more_than_twelve_hours__AC2(
    redis: Redis, sessions: Sessions, clock: Clock
) -> None:
    secret = await sessions.begin(LI)
    session = await sessions.find(secret)
    assert session is not None
    clock.passed_s = SESSION_S - 100
    await sessions.touch(secret, session)
    assert await redis.ttl(await session_key(redis)) <= 100
    clock.passed_s = SESSION_S + 100
    await sessions.touch(secret, session)
    assert await redis.ttl(await session_key(redis)) <= 1


async def test_touching_does_not_bring_an_ended_session_back__AC2(
    redis: Redis, sessions: Sessions
) -> None:
    secret = await sessions.begin(LI)
    session = await sessions.find(secret)
    assert session is not None
    await sessions.end(secret)
    await sessions.touch(secret, session)
    assert await sessions.find(secret) is None


async def test_sessions_of_an_account_are_listed_and_each_can_be_ended__AC2(
    redis: Redis, sessions: Sessions, clock: Clock
) -> None:
    first = await sessions.begin(LI, address="10.0.0.1")
    clock.passed_s = 60
    second = await sessions.begin(LI, address="10.0.0.2")
    await sessions.begin(ADMIN)
    lines = await sessions.listed("li", mine=first)
    assert [(line.address, line.is_mine) for line in lines] == [
        ("10.0.0.2", False),
        ("10.0.0.1", True),
    ]
    assert lines[1].begun_at == NOON
    assert lines[1].ends_at == NOON + timedelta(seconds=SESSION_S)
    assert await sessions.end_one("li", lines[0].id)
    assert not await sessions.end_one("li", lines[0].id)
    assert not await sessions.end_one("admin", lines[1].id)  # another's
    assert await sessions.find(second) is None
    assert [line.address for line in await sessions.listed("li")] == ["10.0.0.1"]


async def test_listing_forgets_sessions_that_ran_out__AC2(redis: Redis, sessions: Sessions) -> None:
    await sessions.begin(LI)
    await redis.delete(await session_key(redis))
    assert await sessions.listed("li") == []
    assert await redis.smembers("sessions:li") == set()


async def test_all_of_an_account_end_at_once_and_nobody_elses__AC2(sessions: Sessions) -> None:
    secrets = [await sessions.begin(LI) for _ in range(3)]
    other = await sessions.begin(ADMIN)
    await sessions.end_all("li")
    assert [await sessions.find(secret) for secret in secrets] == [None] * 3
    assert await sessions.find(other) is not None


async def test_no_redis_is_a_store_error_not_a_stranger(clock: Clock) -> None:
    sessions = Sessions(connect_redis("unix:///nonexistent/valkey.sock"), clock.now, clock.ticks)
    for asked in (
        sessions.find("secret"),
        sessions.begin(LI),
        sessions.end("secret"),
        sessions.end_all("li"),
        sessions.listed("li"),
    ):
        with pytest.raises(StoreError):
            await asked


class BreakingSessions(Sessions):
    """Those of a Redis that may break off while a desk is taken."""

    is_breaking = False

    async def take_desk(self, hall_id: HallId, username: str, key: str) -> None:
        if self.is_breaking:
            raise StoreError("broke off")
        await super().take_desk(hall_id, username, key)


async def test_desk_opened_while_redis_breaks_off_stays_and_the_older_one_ends__CL7(
    redis: Redis, clock: Clock, no_database: Database
) -> None:
    sessions = BreakingSessions(redis, clock.now, clock.ticks)
    identity = Identity(Directory(no_database, redis), sessions, is_demo=False)
    cookie = await sessions.begin(LI)
    shown = Credentials(
        hall_id=HALL, address="10.0.0.1", authorization=None, bearer=None, cookie=cookie
    )
    asker = await identity.asker(HALL, authorization=None, bearer=None, cookie=cookie)
    async with one_hall() as (hall, _):
        desks = []
        for _ in range(2):
            line = Line(hall, asker.by)
            await line.ask({"type": "watch", "topic": "counter:W01"})
            desks.append(Standing(identity, shown, asker, line.session))
        older, newer = desks
        assert await older.ends_with() is None
        sessions.is_breaking = True
        assert await newer.ends_with() is None
        sessions.is_breaking = False
        assert await newer.ends_with() is None
        assert await older.ends_with() is CloseCode.SUPERSEDED
        assert await newer.ends_with() is None


async def test_session_of_another_hall_is_a_visitors__I18(
    redis: Redis, sessions: Sessions, no_database: Database
) -> None:
    identity = Identity(Directory(no_database, redis), sessions, is_demo=False)
    here, everywhere = await sessions.begin(LI), await sessions.begin(ADMIN)
    unsettled = await sessions.begin(LI, needs=(Need.SECOND_FACTOR,))

    async def role(hall_id: HallId, cookie: str) -> Role:
        asker = await identity.asker(hall_id, authorization=None, bearer=None, cookie=cookie)
        return asker.by.role

    other = HallId("elsewhere")
    assert [await role(HALL, cookie) for cookie in (here, everywhere, unsettled, "forged")] == [
        *(Role.CLERK, Role.ADMINISTRATOR, Role.VISITOR, Role.VISITOR)
    ]
    assert [await role(other, cookie) for cookie in (here, everywhere)] == [
        *(Role.VISITOR, Role.ADMINISTRATOR)
    ]
