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
from backend.store.redis_servers import connect_redis
from backend.store.stream import StoreError
from tests.support.commits import HALL

TOKEN = "a device's long and random token"
CONTENTS = Contents(
    halls=(
        HallEntry(hall_id=HALL, name_zh="大厅", name_en="Hall"),
        HallEntry(hall_id=HallId("second"), name_zh="二厅", name_en="Second"),
    ),
    devices={
        token_hash(TOKEN): DeviceEntry(device_id="K1", hall_id=HALL, scope=frozenset({"kiosk:K1"}))
    },
)


@pytest.fixture
async def filled(database: Database) -> Database:
    """A database with two halls and a device."""
    async with database.connection() as connection:
        for entry in CONTENTS.halls:
            await queries.put_hall(connection, **msgspec.structs.asdict(entry))
        await queries.put_device(
            connection,
            token_hash=token_hash(TOKEN),
            device_id="K1",
            hall_id=HALL,
            scope=["kiosk:K1"],
            enrolled_by="chief",
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
    assert directory.device(TOKEN) == DeviceEntry(
        device_id="K1", hall_id=HALL, scope=frozenset({"kiosk:K1"})
    )
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
