"""Many connections that share two of PostgreSQL's: nothing we ask outlives its transaction."""

import asyncio
from datetime import date

import pytest

from backend.core.ids import HallId
from backend.store.archive import Archive
from backend.store.database import Database, migrate
from backend.store.stream import START
from tests.support.commits import commit, entries

DAY = date(2026, 11, 23)
WRITERS, COMMITS = 12, 30


@pytest.mark.parametrize("database", ["pooled"], indirect=True)
async def test_many_connections_share_a_few_and_mix_nothing_up__I8(database: Database) -> None:
    doors = [Database(database.url) for _ in range(WRITERS)]

    async def live(n: int) -> int:
        hall_id, archive = HallId(f"hall{n}"), Archive(doors[n])
        written = entries([commit(f"{hall_id}-{k}") for k in range(COMMITS)])
        for entry in written:
            await archive.write(hall_id, DAY, [entry])
            assert await archive.end(hall_id, DAY) == entry.position
        return len(await archive.read(hall_id, DAY, START, COMMITS * 2))

    async with asyncio.timeout(60):
        assert await asyncio.gather(*map(live, range(WRITERS))) == [COMMITS] * WRITERS
    for door in doors:
        await door.close()


async def test_processes_migrate_at_once_through_it__I8(pooler: str, empty_url: str) -> None:
    name = empty_url.partition("?")[0].rpartition("/")[2]
    doors = [Database(f"{pooler}/{name}") for _ in range(4)]
    applied = await asyncio.gather(*map(migrate, doors))
    names = [name for found in applied for name in found]
    assert names
    assert len(set(names)) == len(names)  # each file once, whoever applied it
    for door in doors:
        await door.close()
