import msgspec
import pytest
from redis.asyncio import Redis

from backend.core.ids import HallId
from backend.store.database import Database, queries
from backend.store.directory import (
    Contents,
    DeviceEntry,
    Directory,
    HallEntry,
    token_hash,
)
from backend.store.redis_stream import connect_redis
from backend.store.stream import StoreError
from tests.support.commits import HALL
from tests.support.plans import small_plan

TOKEN = "a device's long and random token"
CONTENTS = Contents(
    halls=(
        HallEntry(hall_id=HALL, name_zh="大厅", name_en="Hall"),
        HallEntry(hall_id=HallId("second"), name_zh="二厅", name_en="Second"),
    ),
    devices={token_hash(TOKEN): DeviceEntry(device_id="K1", hall_id=HALL)},
)


@pytest.fixture
async def filled(database: Database) -> Database:
    """A database with two halls, a device and two versions of a plan."""
    async with database.connection() as connection:
        for entry in CONTENTS.halls:
            await queries.put_hall(connection, **msgspec.structs.asdict(entry))
        await queries.put_device(
            connection, token_hash=token_hash(TOKEN), device_id="K1", hall_id=HALL
        )
        for version in (2, 1):
            await queries.put_plan(
                connection,
                hall_id=HALL,
                version=version,
                plan=msgspec.json.encode(small_plan(version=version)).decode(),
                author="chief",
                reason="test",
            )
    return database


async def test_directory_tells_what_the_database_has(filled: Database, redis: Redis) -> None:
    directory = Directory(filled, redis)
    assert directory.contents == Contents()
    await directory.refresh()
    assert directory.contents == CONTENTS


async def test_device_is_known_by_its_token_only__I18(filled: Database, redis: Redis) -> None:
    directory = Directory(filled, redis)
    assert directory.device(TOKEN) is None
    await directory.refresh()
    assert directory.device(TOKEN) == DeviceEntry(device_id="K1", hall_id=HALL)
    assert directory.device(token_hash(TOKEN)) is None
    assert directory.device("") is None


async def test_token_is_stored_nowhere__I18(filled: Database, redis: Redis) -> None:
    await Directory(filled, redis).refresh()
    assert TOKEN.encode() not in (await redis.get("directory") or b"")
    async with filled.connection() as connection:
        stored = await connection.fetchval("SELECT token_hash FROM devices")
    assert stored == token_hash(TOKEN)


async def test_copy_in_redis_serves_while_the_database_is_away(
    filled: Database, no_database: Database, redis: Redis
) -> None:
    await Directory(filled, redis).refresh()
    later = Directory(no_database, redis)
    await later.refresh()
    assert later.contents == CONTENTS
    assert later.device(TOKEN) is not None


async def test_copy_follows_the_database(
    filled: Database, no_database: Database, redis: Redis
) -> None:
    await Directory(filled, redis).refresh()
    async with filled.connection() as connection:
        await connection.execute("DELETE FROM devices")
    await Directory(filled, redis).refresh()
    later = Directory(no_database, redis)
    await later.refresh()
    assert later.device(TOKEN) is None


async def test_neither_database_nor_copy_is_a_store_error(
    no_database: Database, redis: Redis
) -> None:
    with pytest.raises(StoreError):
        await Directory(no_database, redis).refresh()


async def test_neither_database_nor_redis_is_a_store_error(no_database: Database) -> None:
    client = connect_redis("unix:///nonexistent/valkey.sock")
    with pytest.raises(StoreError):
        await Directory(no_database, client).refresh()


async def test_failed_reading_leaves_what_was_read_before(filled: Database, redis: Redis) -> None:
    directory = Directory(filled, redis)
    await directory.refresh()
    await redis.flushall()
    directory._database = Database("postgresql://postgres@/x?host=/nonexistent")
    with pytest.raises(StoreError):
        await directory.refresh()
    assert directory.contents == CONTENTS


async def test_newest_plan_is_in_force__DY1(filled: Database, redis: Redis) -> None:
    directory = Directory(filled, redis)
    assert await directory.plan_in_force(HALL) == small_plan(version=2)
    assert await directory.plan_in_force(HallId("second")) is None


async def test_version_of_a_plan_that_is_kept_is_left_alone__DY1(
    filled: Database, redis: Redis
) -> None:
    async with filled.connection() as connection:
        await queries.put_plan(
            connection,
            hall_id=HALL,
            version=2,
            plan=msgspec.json.encode(small_plan(version=9)).decode(),
            author="somebody",
            reason="else",
        )
    assert await Directory(filled, redis).plan_in_force(HALL) == small_plan(version=2)
