import asyncio
import shutil
from contextlib import AsyncExitStack
from pathlib import Path
from time import monotonic

import asyncpg
import pytest

from backend.store import database as module
from backend.store.database import Database, MigrationError, migrate
from backend.store.stream import StoreError

FIRST = "0001_first.sql"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migrations that a test may change."""
    shutil.copytree(module._folder / "migrations", tmp_path / "migrations")
    monkeypatch.setattr(module, "_folder", tmp_path)
    return tmp_path / "migrations"


async def tables(url: str) -> set[str]:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    await connection.close()
    return {row["tablename"] for row in rows}


async def test_first_run_makes_the_tables_and_the_second_does_nothing(empty_url: str) -> None:
    database = Database(empty_url)
    assert FIRST in await migrate(database)
    assert await tables(empty_url) >= {"halls", "plans", "staff", "devices", "commits"}
    assert await migrate(database) == []
    await database.close()


async def test_several_processes_at_once_apply_each_file_once(empty_url: str) -> None:
    databases = [Database(empty_url) for _ in range(4)]
    done = await asyncio.gather(*(migrate(database) for database in databases))
    assert sorted(name for names in done for name in names) == sorted(
        path.name for path in (module._folder / "migrations").glob("*.sql")
    )
    for database in databases:
        await database.close()


async def test_new_file_is_applied_after_those_before_it(empty_url: str, folder: Path) -> None:
    database = Database(empty_url)
    await migrate(database)
    (folder / "9998_more.sql").write_text("CREATE TABLE more (n integer);")
    (folder / "9999_last.sql").write_text("ALTER TABLE more ADD COLUMN m integer;")
    assert await migrate(database) == ["9998_more.sql", "9999_last.sql"]
    assert "more" in await tables(empty_url)
    await database.close()


async def test_file_changed_after_it_was_applied_is_refused(empty_url: str, folder: Path) -> None:
    database = Database(empty_url)
    await migrate(database)
    path = folder / FIRST
    path.write_text(path.read_text() + "\n-- a word more\n")
    (folder / "9999_last.sql").write_text("CREATE TABLE last (n integer);")
    with pytest.raises(MigrationError, match=FIRST):
        await migrate(database)
    assert "last" not in await tables(empty_url)
    await database.close()


async def test_file_that_fails_leaves_nothing_behind(empty_url: str, folder: Path) -> None:
    (folder / "9998_before.sql").write_text("CREATE TABLE whole (n integer);")
    (folder / "9999_wrong.sql").write_text("CREATE TABLE half (n integer); SELECT 1 / 0;")
    database = Database(empty_url)
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(database)
    found = await tables(empty_url)
    assert "half" not in found
    assert "whole" in found  # each file is a transaction of its own
    await database.close()


async def test_missing_server_is_a_store_error(no_database: Database) -> None:
    with pytest.raises(StoreError):
        await migrate(no_database)


async def test_pool_that_was_never_used_closes(no_database: Database) -> None:
    await no_database.close()


async def test_long_queue_before_the_pool_is_no_server_that_is_away(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a thousand halls look at the archive at once: each has its turn."""
    monkeypatch.setattr(module, "CONNECT_TIMEOUT_S", 1.0)
    database, began = Database(empty_url), monotonic()

    async def ask() -> None:
        async with database.connection() as connection:
            await connection.execute("SELECT pg_sleep(0.1)")

    await asyncio.gather(*(ask() for _ in range(60)))
    assert monotonic() - began > module.CONNECT_TIMEOUT_S
    await database.close()


async def test_pool_that_gives_nothing_back_is_not_waited_for(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CONNECT_TIMEOUT_S", 0.5)
    database = Database(empty_url)

    async with AsyncExitStack() as held:
        for _ in range(module.POOL_MAX):
            await held.enter_async_context(database.connection())
        with pytest.raises(StoreError):
            await held.enter_async_context(database.connection())
    await database.close()
