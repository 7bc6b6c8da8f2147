import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from backend.core.grants import Grant
from backend.core.ids import HallId
from backend.core.stamp import Role
from backend.hub.standing import Credentials, Standing
from backend.identity import Identity
from backend.store.database import Database, queries
from backend.store.directory import Directory
from backend.store.redis_servers import connect_redis
from backend.store.staff import SESSION_S, Sessions, Staff, StaffMember, member_of
from backend.store.stream import StoreError
from backend.wire.close_codes import CloseCode
from tests.hub.stage import Line, one_hall
from tests.support.commits import HALL

PASSWORD = "correct horse battery"
LI = member_of(
    "li", (Grant(role=Role.CLERK, hall_id=HALL),), name_zh="李", name_en="Li", counter_id="W1"
)
WANG = member_of(
    "wang",
    (
        Grant(role=Role.CLERK, hall_id=HALL, queue_id="A"),
        Grant(role=Role.DEPARTMENT_MANAGER, hall_id=HALL, department_id="HR"),
    ),
    name_zh="王",
    name_en="Wang",
)
ADMIN = member_of(
    "admin", (Grant(role=Role.ADMINISTRATOR),), name_zh="管理员", name_en="Administrator"
)


@pytest.fixture
async def staff(database: Database) -> Staff:
    """Li and Wang of the hall, and an administrator of all halls."""
    async with database.connection() as connection:
        await queries.put_hall(connection, hall_id=HALL, name_zh="大厅", name_en="Hall")
    found = Staff(database)
    for member in (LI, WANG, ADMIN):
        assert await found.add(member, PASSWORD)
    return found


@pytest.mark.parametrize("member", [LI, WANG, ADMIN])
async def test_right_password_tells_the_member__I18(staff: Staff, member: StaffMember) -> None:
    assert await staff.check(member.username, PASSWORD) == member


@pytest.mark.parametrize(
    ("username", "password"),
    [("li", "wrong"), ("li", ""), ("nobody", PASSWORD), ("", ""), ("LI", PASSWORD)],
)
async def test_wrong_name_or_password_tells_nobody__I18(
    staff: Staff, username: str, password: str
) -> None:
    assert await staff.check(username, password) is None


async def test_members_of_a_hall_are_those_who_may_sign_in(
    staff: Staff, database: Database
) -> None:
    elsewhere = HallId("elsewhere")
    async with database.connection() as connection:
        await queries.put_hall(connection, hall_id=elsewhere, name_zh="别处", name_en="Elsewhere")
    there = Grant(role=Role.CLERK, hall_id=elsewhere)
    await staff.add(replace(LI, username="sun", hall_id=elsewhere, grants=(there,)), PASSWORD)
    both = replace(LI, username="qian", grants=(*LI.grants, there))
    for member in (both, replace(LI, username="zhao")):
        await staff.add(member, PASSWORD)
    async with database.connection() as connection:
        await connection.execute("UPDATE staff SET is_active = false WHERE username = 'zhao'")
    assert await staff.members(HALL) == [ADMIN, LI, both, WANG]


async def test_account_that_was_ended_does_not_sign_in__I18(
    staff: Staff, database: Database
) -> None:
    async with database.connection() as connection:
        await connection.execute("UPDATE staff SET is_active = false WHERE username = 'li'")
    assert await staff.check("li", PASSWORD) is None


async def test_account_is_made_once_and_keeps_its_password__I18(staff: Staff) -> None:
    assert not await staff.add(LI, "another password")
    assert await staff.check("li", "another password") is None
    assert await staff.check("li", PASSWORD) == LI


async def test_password_is_kept_as_a_hash__I19(staff: Staff, database: Database) -> None:
    assert await staff.check("li", PASSWORD)
    async with database.connection() as connection:
        stored = await connection.fetchval("SELECT password_hash FROM staff LIMIT 1")
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in stored


async def test_no_server_is_a_store_error_not_a_wrong_password(no_database: Database) -> None:
    with pytest.raises(StoreError):
        await Staff(no_database).check("li", PASSWORD)


async def test_session_is_found_until_it_ends__I18(redis: Redis) -> None:
    sessions = Sessions(redis)
    secret, other = await sessions.begin(LI), await sessions.begin(ADMIN)
    assert await Sessions(redis).find(secret) == LI
    await sessions.end(secret)
    assert await sessions.find(secret) is None
    assert await sessions.find(other) == ADMIN
    await sessions.end(secret)


@pytest.mark.parametrize("secret", ["", "guessed", "session:x"])
async def test_secret_that_was_never_given_finds_nobody__I18(redis: Redis, secret: str) -> None:
    await Sessions(redis).begin(LI)
    assert await Sessions(redis).find(secret) is None


async def test_secret_is_not_kept_and_its_session_runs_out__I18(redis: Redis) -> None:
    secret = await Sessions(redis).begin(LI)
    (key,) = await redis.keys("*")
    assert secret.encode() not in key
    assert secret.encode() not in (await redis.get(key) or b"")
    assert 0 < await redis.ttl(key) <= SESSION_S
    assert len(secret) >= 43  # 256 bits


async def test_no_redis_is_a_store_error_not_a_stranger() -> None:
    client = connect_redis("unix:///nonexistent/valkey.sock")
    for asked in (
        Sessions(client).find("secret"),
        Sessions(client).begin(LI),
        Sessions(client).end("secret"),
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
    redis: Redis, no_database: Database
) -> None:
    sessions = BreakingSessions(redis)
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
