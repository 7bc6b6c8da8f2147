"""A server that hangs (it takes connections and answers none of them) is waited for once."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic

import pytest

from backend.store import database as module
from backend.store.database import Database
from backend.store.stream import DatabaseError
from tests.support.servers import Server
from tests.support.still import standing_still

PATIENCE_S = 1.0
MANY = 60
AT_ONCE = "no answer a moment ago"


@pytest.fixture
async def asked(empty_url: str) -> AsyncIterator[Database]:
    """Asked for somebody who waits; it has connections that lie idle."""
    found = Database(empty_url, patience_s=PATIENCE_S)
    await asyncio.gather(*(ask(found) for _ in range(2)))
    yield found
    await found.close()


async def ask(database: Database) -> str:
    """What was answered: "" or the error."""
    try:
        async with database.connection() as connection:
            await connection.fetchval("SELECT 1")
    except DatabaseError as error:
        return str(error)
    return ""


async def test_all_but_the_first_are_refused_at_once_while_it_hangs(
    postgres: Server, asked: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AWAY_S", 600.0)
    with standing_still(postgres.pid):
        assert AT_ONCE not in await ask(asked)
        began = monotonic()
        assert all([AT_ONCE in await ask(asked) for _ in range(MANY)])
        assert monotonic() - began < MANY * PATIENCE_S / 2


async def test_one_looks_again_for_all_and_who_comes_after_its_answer_is_served(
    postgres: Server, asked: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AWAY_S", 0.0)
    with standing_still(postgres.pid):
        await ask(asked)
        told = await asyncio.gather(*(ask(asked) for _ in range(MANY)))
        assert [AT_ONCE in error for error in told].count(False) == 1
        assert "" not in told
    assert await ask(asked) == ""
    assert await asyncio.gather(*(ask(asked) for _ in range(MANY))) == [""] * MANY


async def test_server_that_says_no_is_asked_each_time(no_database: Database) -> None:
    asked = Database(no_database.url, patience_s=PATIENCE_S)
    told = [await ask(asked) for _ in range(3)]
    assert "" not in told
    assert not any(AT_ONCE in error for error in told)


async def test_long_questions_before_it_are_no_server_that_is_away(asked: Database) -> None:
    async def sleep(seconds: float) -> None:
        async with asked.connection() as connection:
            await connection.execute(f"SELECT pg_sleep({seconds})")

    pauses = [PATIENCE_S / 5] * (module.POOL_MAX * 8)
    await asyncio.gather(*map(sleep, pauses))  # the last of them wait longer than is waited for


async def test_what_must_be_kept_waits_and_is_kept_once_it_goes_on(
    postgres: Server, asked: Database
) -> None:
    async with asked.connection() as connection:
        await connection.execute("CREATE TABLE kept (n integer)")
    patient = Database(asked.url)

    async def keep(n: int) -> None:
        async with patient.connection() as connection:
            await connection.execute("INSERT INTO kept VALUES ($1)", n)

    await keep(1)
    with standing_still(postgres.pid):
        keeping = asyncio.create_task(keep(2))
        assert await ask(asked) != ""
        assert not keeping.done()
    await keeping
    async with patient.connection() as connection:
        rows = await connection.fetch("SELECT n FROM kept ORDER BY n")
    assert [row["n"] for row in rows] == [1, 2]
    await patient.close()
