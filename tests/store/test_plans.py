"""Versions of plans in PostgreSQL: each follows the one it was made from (PL2)."""

import asyncio

import msgspec
from msgspec.structs import replace
from redis.asyncio import Redis

from backend.core.ids import HallId
from backend.store.database import Database, queries
from backend.store.directory import Directory
from backend.store.plans import Plans
from tests.support.plans import small_plan, text

SMALL = HallId("small")


async def kept(database: Database, count: int = 1) -> Plans:
    """A hall with so many versions."""
    plans = Plans(database)
    for version in range(1, count + 1):
        after = version - 1 or None
        found = await plans.put(small_plan(), after=after, author="chief", reason=f"no {version}")
        assert found == version
    return plans


async def test_first_plan_makes_the_hall__PL2(database: Database, redis: Redis) -> None:
    plans = await kept(database)
    directory = Directory(database, redis)
    await directory.refresh()
    (entry,) = directory.contents.halls
    assert (entry.hall_id, entry.name_zh) == (SMALL, small_plan().name.zh)
    assert await plans.newest(SMALL) == small_plan()
    assert await plans.put(small_plan(), after=None, author="other", reason="again") is None


async def test_versions_are_listed_newest_first_with_author_and_reason__PL2(
    database: Database,
) -> None:
    plans = await kept(database, 3)
    versions = await plans.versions(SMALL)
    assert [(v.version, v.author, v.reason) for v in versions] == [
        (3, "chief", "no 3"),
        (2, "chief", "no 2"),
        (1, "chief", "no 1"),
    ]
    assert versions[0].created_at.tzinfo is not None
    assert await plans.versions(HallId("none")) == []


async def test_version_is_found_as_it_was_kept__PL2(database: Database) -> None:
    plans = await kept(database, 2)
    assert await plans.find(SMALL, 2) == small_plan(version=2)
    assert await plans.find(SMALL, 3) is None
    assert await plans.find(HallId("none"), 1) is None


async def test_plan_made_from_an_older_version_is_not_kept__PL2(
    database: Database, redis: Redis
) -> None:
    plans = await kept(database, 2)
    other = replace(small_plan(), name=text("other"))
    assert await plans.put(other, after=1, author="late", reason="late") is None
    assert await plans.put(other, after=7, author="ahead", reason="ahead") is None
    assert [v.version for v in await plans.versions(SMALL)] == [2, 1]
    directory = Directory(database, redis)
    await directory.refresh()
    assert directory.contents.halls[0].name_zh == small_plan().name.zh


async def test_of_two_at_once_one_is_kept__PL2(database: Database) -> None:
    plans = await kept(database)
    found = await asyncio.gather(
        *(plans.put(small_plan(), after=1, author=f"a{n}", reason="race") for n in range(4))
    )
    assert sorted(found, key=str) == [2, None, None, None]
    assert [v.version for v in await plans.versions(SMALL)] == [2, 1]


async def test_new_version_names_the_hall_anew__PL2(database: Database, redis: Redis) -> None:
    plans = await kept(database)
    other = replace(small_plan(), name=text("other"))
    assert await plans.put(other, after=1, author="chief", reason="renamed") == 2
    directory = Directory(database, redis)
    await directory.refresh()
    assert directory.contents.halls[0].name_zh == text("other").zh


async def test_newest_plan_is_in_force__DY1(database: Database) -> None:
    plans = await kept(database, 2)
    assert await plans.newest(SMALL) == small_plan(version=2)
    assert await plans.newest(HallId("second")) is None


async def test_version_of_a_plan_that_is_kept_is_left_alone__DY1(database: Database) -> None:
    plans = await kept(database, 2)
    async with database.connection() as connection:
        await queries.put_plan(
            connection,
            hall_id=SMALL,
            version=2,
            plan=msgspec.json.encode(small_plan(version=9)).decode(),
            author="somebody",
            reason="else",
        )
    assert await plans.newest(SMALL) == small_plan(version=2)
