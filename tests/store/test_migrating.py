"""A database from an earlier version is brought up to date while people work (I7, I16)."""

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

import asyncpg
import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from backend.core.cases import commands as c
from backend.core.cases.words import CaseId
from backend.core.ids import TicketId
from backend.store import database as module
from backend.store.archive import Archive
from backend.store.cases import folded
from backend.store.database import Database, MigrationError, migrate
from backend.store.followups import FollowUps
from backend.store.plans import Plans
from backend.store.stream import StoreError
from tests.bench_year.load import doses, lived, store
from tests.store.test_cases_killed import OPEN, check_all
from tests.store.test_followups import rated
from tests.support.case_desk import HALL as CASE_HALL
from tests.support.case_desk import RECEIVE, Desk
from tests.support.commits import HALL, MONDAY, commit, entries
from tests.support.plans import small_plan
from tests.support.waiting import until

EARLIER = "0030"
"""From this number on the files are new to the hall."""
(DAY_BEFORE,) = doses(accepted=30, days_max=1)
SPANS = """INSERT INTO counted_spans (hall_id, day, counter_id, from_at, revision, half_hour, state,
    to_at, length_ms)
SELECT 'main', '2026-01-05', 'W01', now() + n * interval '1 min', 0, 18, 'serving',
    now() + (n + 1) * interval '1 min', 60000 FROM generate_series(1, 5) AS n"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The migrations as they were before EARLIER."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    for path in (module._folder / "migrations").glob("*.sql"):
        if path.name < EARLIER:
            shutil.copy(path, folder)
    monkeypatch.setattr(module, "_folder", tmp_path)
    return folder


@dataclass
class Work:
    """What goes on all the time, each thing repeated with its id until it is answered."""

    database: Database
    accepted: list[CaseId] = field(default_factory=list)
    archived: list[str] = field(default_factory=list)
    opened: list[TicketId] = field(default_factory=list)

    async def accept(self, worker: int) -> None:
        desk = Desk(self.database)
        for n in itertools.count():
            case_id = CaseId(f"case-{worker}-{n}")
            for command in (OPEN, RECEIVE, c.AcceptCase()):
                name = f"{case_id}-{type(command).__name__}"
                await self._stubborn(partial(desk.do, command, case_id, id=name))
            self.accepted.append(case_id)

    async def archive(self) -> None:
        archive = Archive(self.database)
        for n in itertools.count():
            found = entries([commit(f"c-{n}")], after=n)
            await self._stubborn(partial(archive.write, HALL, MONDAY.day, found))
            self.archived.append(f"c-{n}")

    async def follow_up(self) -> None:
        follow_ups = FollowUps(self.database)
        for n in itertools.count():
            ticket_id = TicketId(f"t-{n}")
            bad = [rated(f"r-{n}", ticket_id, 1)]
            await self._stubborn(partial(follow_ups.open_after, HALL, MONDAY.day, bad))
            self.opened.append(ticket_id)

    async def until_more(self) -> None:
        """Wait until everybody has had two more answers; the first may be an older question's."""
        before = self._answered()

        async def is_so() -> bool:
            pairs = zip(self._answered(), before, strict=True)
            return all(now >= then + 2 for now, then in pairs)

        await until(is_so)

    def _answered(self) -> tuple[int, ...]:
        return len(self.accepted), len(self.archived), len(self.opened)

    async def _stubborn(self, act: Callable[[], Awaitable[object]]) -> None:
        while True:
            try:
                await act()
            except StoreError:
                await asyncio.sleep(0.05)
            else:
                return


@asynccontextmanager
async def at_work(url: str) -> AsyncIterator[Work]:
    """People at work; whatever goes wrong with one of them comes out here."""
    work = Work(Database(url))
    plan = replace(small_plan(), hall_id=HALL)
    await Plans(work.database).put(plan, after=None, author="test", reason="test")
    async with asyncio.TaskGroup() as group:
        doing = (work.accept(1), work.accept(2), work.archive(), work.follow_up())
        tasks = [group.create_task(one) for one in doing]
        await work.until_more()
        yield work
        for task in tasks:
            task.cancel()
    await work.database.close()


@asynccontextmanager
async def earlier_hall(url: str, folder: Path) -> AsyncIterator[Database]:
    """The database of an earlier version with a day and its cases; the new files lie ready."""
    database = Database(url)
    await migrate(database)
    life, cases = lived(DAY_BEFORE, 1, date(2026, 1, 31))
    await store(url, DAY_BEFORE.day, life.commits, cases)
    async with database.connection() as connection:
        await connection.execute(SPANS)
    for path in (Path(module.__file__).parent / "migrations").glob("*.sql"):
        if path.name >= EARLIER:
            shutil.copy(path, folder)
    yield database
    await database.close()


async def rows(url: str, table: str) -> list[dict[str, object]]:
    """All rows of a table."""
    connection = await asyncpg.connect(url)
    found = await connection.fetch(f"SELECT * FROM {table} AS t ORDER BY t::text")
    await connection.close()
    return [dict(row) for row in found]


async def test_earlier_database_comes_along_while_somebody_reads_a_table_for_long__I7_I16(
    empty_url: str, folder: Path
) -> None:
    async with earlier_hall(empty_url, folder) as database:
        before = {table: await rows(empty_url, table) for table in ("cases", "commits")}
        async with at_work(empty_url) as work:
            reader = await asyncpg.connect(empty_url)
            reading = reader.transaction()
            await reading.start()
            await reader.fetch("SELECT * FROM followups LIMIT 1")
            with capture_logs() as logs:
                migrating = asyncio.create_task(migrate(database))

                async def has_waited() -> bool:
                    return "migration_waits" in [line["event"] for line in logs]

                await until(has_waited)
            for _ in range(2):  # others go on with that very table
                await work.until_more()
            assert not migrating.done()
            await reading.rollback()
            assert "0031_flagged.sql" in await migrating
            await work.until_more()
            await reader.close()
        for table, kept in before.items():
            assert [row for row in await rows(empty_url, table) if row in kept] == kept
        await check_work(empty_url, work)
        spans = await rows(empty_url, "counted_counter_days")
        assert [(row["counter_id"], row["length_ms"]) for row in spans] == [("W01", 300_000)]


async def check_work(url: str, work: Work) -> None:
    """What was answered is there, once."""
    database = Database(url)
    desk = Desk(database)
    for case_id in work.accepted:
        assert folded(await desk.cases.read(CASE_HALL, case_id)).number is not None
    async with database.connection() as connection:
        await connection.execute("DELETE FROM cases WHERE hall_id = 'main'")  # of the day before
    await check_all(desk)
    archived = await Archive(database).whole(HALL, MONDAY.day)
    assert [entry.commit.id for entry in archived][: len(work.archived)] == work.archived
    found = {row["ticket_id"]: row for row in await rows(url, "followups")}
    assert found.keys() >= set(work.opened)
    assert not any(row["is_flagged"] for row in found.values())
    await database.close()


async def test_table_that_is_never_let_go_leaves_the_file_for_later(
    empty_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE_S", 0.1)
    database = Database(empty_url)
    await migrate(database)
    (folder / "9998_first.sql").write_text("CREATE TABLE first (n integer);")
    (folder / "9999_second.sql").write_text(
        "CREATE TABLE second (n integer); ALTER TABLE halls ADD COLUMN more integer;"
    )
    reader = await asyncpg.connect(empty_url)
    async with reader.transaction():
        await reader.fetch("SELECT * FROM halls")
        with pytest.raises(MigrationError, match="9999_second"):
            await migrate(database)
        assert "second" not in {
            row["tablename"] for row in await reader.fetch("SELECT tablename FROM pg_tables")
        }
    assert await migrate(database) == ["9999_second.sql"]
    await reader.close()
    await database.close()


async def test_deadlock_is_an_answer_that_may_be_asked_for_again(empty_url: str) -> None:
    database, meet = Database(empty_url), asyncio.Barrier(2)
    async with database.connection() as connection:
        await connection.execute("CREATE TABLE a (n integer); CREATE TABLE b (n integer)")

    async def lock(first: str, second: str) -> None:
        async with database.connection() as connection:
            await connection.execute(f"LOCK TABLE {first}")
            await meet.wait()
            await connection.execute(f"LOCK TABLE {second}")

    ends = await asyncio.gather(lock("a", "b"), lock("b", "a"), return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["DatabaseError", "NoneType"]
    assert [end for end in ends if isinstance(end, StoreError)]
    await database.close()
