import asyncio
from datetime import timedelta

import asyncpg
import pytest
from redis.asyncio import Redis

from backend.core.hall_events import DayClosed
from backend.core.history import QueueLesson
from backend.core.ids import HallId, QueueId
from backend.store.archive import BATCH, Archive, restore
from backend.store.database import Database
from backend.store.link import Link
from backend.store.redis_stream import RedisStream
from backend.store.stream import START, Commit, DayRef, Position, StoreError
from tests.support.commits import HALL, MONDAY, TUESDAY, commit, commits, entries, ids, refusal
from tests.support.samples import AT, CELLS, EVENTS, OUTCOMES

OTHER = HallId("other")


async def lost(database: Database) -> list[str]:
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT commit_id FROM lost_commits ORDER BY day, seq")
    return [row["commit_id"] for row in rows]


async def test_empty_archive_ends_at_the_start__I8(archive: Archive) -> None:
    assert await archive.end(HALL, MONDAY.day) == START
    assert await archive.read(HALL, MONDAY.day, START, 10) == []
    assert await archive.latest_day(HALL) is None


async def test_commits_come_back_as_they_were_archived__I8(archive: Archive) -> None:
    stored = entries([commit("a", *EVENTS), refusal("b"), *commits("cd")])
    await archive.write(HALL, MONDAY.day, stored)
    assert await archive.read(HALL, MONDAY.day, START, 10) == stored
    assert await archive.end(HALL, MONDAY.day) == Position(4, "d")


async def test_archive_is_read_in_pieces__I8(archive: Archive) -> None:
    await archive.write(HALL, MONDAY.day, entries(commits("abcde")))
    assert ids(await archive.read(HALL, MONDAY.day, START, 2)) == "ab"
    assert ids(await archive.read(HALL, MONDAY.day, Position(2, "b"), 2)) == "cd"
    assert ids(await archive.read(HALL, MONDAY.day, Position(5, "e"), 2)) == ""


async def test_writing_again_changes_nothing__I7(archive: Archive) -> None:
    stored = entries(commits("abc"))
    await archive.write(HALL, MONDAY.day, stored[:2])
    await archive.write(HALL, MONDAY.day, stored)
    await archive.write(HALL, MONDAY.day, stored)
    await archive.write(HALL, MONDAY.day, [])
    assert await archive.read(HALL, MONDAY.day, START, 10) == stored


async def test_two_recorders_at_once_archive_each_commit_once__I7(
    database: Database, archive: Archive
) -> None:
    stored = entries(commits("abcdefgh"))
    second = Archive(database)
    await asyncio.gather(
        *(a.write(HALL, MONDAY.day, stored[:n]) for n in range(9) for a in (archive, second))
    )
    assert await archive.read(HALL, MONDAY.day, START, 100) == stored


async def test_halls_and_days_do_not_mix__I8(archive: Archive) -> None:
    await archive.write(HALL, MONDAY.day, entries(commits("ab")))
    await archive.write(HALL, TUESDAY.day, entries(commits("c")))
    await archive.write(OTHER, MONDAY.day, entries(commits("d")))
    assert ids(await archive.read(HALL, MONDAY.day, START, 10)) == "ab"
    assert ids(await archive.read(OTHER, MONDAY.day, START, 10)) == "d"
    assert await archive.latest_day(HALL) == TUESDAY.day
    assert await archive.latest_day(OTHER) == MONDAY.day


async def test_lost_commits_are_set_aside_and_not_counted__I8(
    database: Database, archive: Archive
) -> None:
    await archive.write(HALL, MONDAY.day, entries(commits("abcd")))
    await archive.write(OTHER, MONDAY.day, entries(commits("xyz")))
    await archive.set_lost_aside(HALL, MONDAY.day, Position(2, "b"))
    assert ids(await archive.read(HALL, MONDAY.day, START, 10)) == "ab"
    assert ids(await archive.read(OTHER, MONDAY.day, START, 10)) == "xyz"
    assert await lost(database) == ["c", "d"]
    await archive.write(HALL, MONDAY.day, entries(commits("pq"), after=2))
    assert ids(await archive.read(HALL, MONDAY.day, START, 10)) == "abpq"


async def test_archived_events_can_be_asked_for_in_sql__I17(
    database: Database, archive: Archive
) -> None:
    await archive.write(HALL, MONDAY.day, entries([commit("a", *EVENTS)]))
    async with database.connection() as connection:
        found = await connection.fetchval(
            "SELECT count(*) FROM commits, jsonb_array_elements(body->'events') AS e"
            " WHERE e->>'type' = 'ticket_taken'"
        )
    assert found == 1


async def test_archive_without_server_is_a_store_error__I20(no_database: Database) -> None:
    archive = Archive(no_database)
    with pytest.raises(StoreError):
        await archive.end(HALL, MONDAY.day)
    with pytest.raises(StoreError):
        await archive.read(HALL, MONDAY.day, START, 1)
    with pytest.raises(StoreError):
        await archive.write(HALL, MONDAY.day, entries(commits("a")))
    with pytest.raises(StoreError):
        await archive.set_lost_aside(HALL, MONDAY.day, START)
    with pytest.raises(StoreError):
        await archive.latest_day(HALL)


async def test_mistake_in_a_statement_is_not_a_store_error(database: Database) -> None:
    """It would be tried again for ever."""
    with pytest.raises(asyncpg.UndefinedTableError):
        async with database.connection() as connection:
            await connection.execute("SELECT * FROM nothing_of_the_kind")


async def test_failed_transaction_keeps_nothing(database: Database, archive: Archive) -> None:
    await archive.write(HALL, MONDAY.day, entries(commits("a")))

    async def fail() -> None:
        async with database.connection() as connection:
            await connection.execute("DELETE FROM commits")
            await connection.execute("SELECT 1 / 0")

    with pytest.raises(asyncpg.DivisionByZeroError):
        await fail()
    assert await archive.end(HALL, MONDAY.day) == Position(1, "a")


# --- restore ---


async def both(stream: RedisStream, archive: Archive, live: str, archived: str) -> None:
    """The day with these commits in Redis, and with these in the archive."""
    await stream.append(MONDAY, START, commits(live))
    await stream.announce(MONDAY, None)
    await archive.write(HALL, MONDAY.day, entries(commits(archived)))


async def test_emptied_redis_gets_the_same_commits_and_a_new_epoch__I8(
    redis: Redis, stream: RedisStream, archive: Archive
) -> None:
    await both(stream, archive, "abc", "abc")
    before = await stream.read(MONDAY, START, 10)
    await redis.flushall()
    ref = await restore(stream, archive, HALL)
    assert ref is not None
    assert (ref.day, ref.epoch != MONDAY.epoch) == (MONDAY.day, True)
    assert await stream.latest_day() == ref
    assert await stream.read(ref, START, 10) == before


async def test_only_the_last_day_is_restored__I8(stream: RedisStream, archive: Archive) -> None:
    await archive.write(HALL, MONDAY.day, entries(commits("ab")))
    await archive.write(HALL, TUESDAY.day, entries(commits("c")))
    ref = await restore(stream, archive, HALL)
    assert ref is not None
    assert ref.day == TUESDAY.day
    assert await stream.days() == [ref]


async def test_long_day_is_restored_in_batches__I8(stream: RedisStream, archive: Archive) -> None:
    stored = entries([commit(f"c{n}") for n in range(2 * BATCH + 7)])
    await archive.write(HALL, MONDAY.day, stored)
    ref = await restore(stream, archive, HALL)
    assert ref is not None
    assert await stream.read(ref, START, 10_000) == stored


async def test_lost_tail_is_brought_back_under_a_new_epoch__I8(
    stream: RedisStream, archive: Archive
) -> None:
    await both(stream, archive, "ab", "abcd")
    ref = await restore(stream, archive, HALL)
    assert ref is not None
    assert ref.epoch != MONDAY.epoch
    assert ids(await stream.read(ref, START, 10)) == "abcd"
    assert await stream.latest_day() == ref


async def test_restore_that_was_broken_off_is_finished__I8(
    stream: RedisStream, archive: Archive
) -> None:
    await archive.write(HALL, MONDAY.day, entries(commits("abcd")))
    await stream.append(MONDAY, START, commits("ab"))
    ref = await restore(stream, archive, HALL)
    assert ref is not None
    assert ids(await stream.read(ref, START, 10)) == "abcd"


async def test_restore_that_was_not_announced_is_announced__I8(
    stream: RedisStream, archive: Archive
) -> None:
    await archive.write(HALL, MONDAY.day, entries(commits("ab")))
    await stream.append(MONDAY, START, commits("ab"))
    ref = await restore(stream, archive, HALL)
    assert ref is not None
    assert await stream.latest_day() == ref


async def test_day_that_went_on_before_it_was_announced_is_announced__I8(
    stream: RedisStream, archive: Archive
) -> None:
    """A hub that had folded all of it appended c while another was about to announce it."""
    await archive.write(HALL, MONDAY.day, entries(commits("ab")))
    await stream.append(MONDAY, START, commits("abc"))
    ref = await restore(stream, archive, HALL)
    assert ref is not None
    assert await stream.latest_day() == ref
    assert ids(await stream.read(ref, START, 10)) == "abc"


async def test_restore_that_another_has_begun_is_finished_and_not_given_up__I8(
    stream: RedisStream, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever gave up would take the part that is there for the whole day."""
    await archive.write(HALL, MONDAY.day, entries(commits("abcd")))
    real, calls = stream.append, list[str]()

    async def append(ref: DayRef, after: Position, given: list[Commit]) -> Position:
        if not calls:
            calls.append("first")
            await real(ref, START, commits("ab"))  # another was faster, and died
        return await real(ref, after, given)

    monkeypatch.setattr(stream, "append", append)
    ref = await restore(stream, archive, HALL)
    assert ref is not None
    assert ids(await stream.read(ref, START, 10)) == "abcd"


@pytest.mark.parametrize("archived", ["", "ab", "abc"])
async def test_stream_that_is_ahead_is_left_alone__I8(
    stream: RedisStream, archive: Archive, archived: str
) -> None:
    await both(stream, archive, "abc", archived)
    assert await restore(stream, archive, HALL) is None
    assert await stream.latest_day() == MONDAY
    assert ids(await stream.read(MONDAY, START, 10)) == "abc"


async def test_stream_with_a_later_day_is_left_alone__I8(
    stream: RedisStream, archive: Archive
) -> None:
    await stream.append(TUESDAY, START, commits("x"))
    await stream.announce(TUESDAY, None)
    await archive.write(HALL, MONDAY.day, entries(commits("abc")))
    assert await restore(stream, archive, HALL) is None
    assert await stream.days() == [TUESDAY]


async def test_earlier_day_in_redis_gives_way_to_the_archived_one__I8(
    stream: RedisStream, archive: Archive
) -> None:
    await both(stream, archive, "ab", "ab")
    await archive.write(HALL, TUESDAY.day, entries(commits("c")))
    ref = await restore(stream, archive, HALL)
    assert ref is not None
    assert await stream.latest_day() == DayRef(day=TUESDAY.day, epoch=ref.epoch)


async def test_stream_of_another_history_gets_no_tail_of_the_archive__I8(
    stream: RedisStream, archive: Archive
) -> None:
    """It lost c and d and went on with x: what was decided upon c must not follow x."""
    await both(stream, archive, "abx", "abcd")
    assert await restore(stream, archive, HALL) is None
    assert ids(await stream.read(MONDAY, START, 10)) == "abx"
    assert await stream.latest_day() == MONDAY


async def test_several_restore_at_once_and_the_day_is_there_once__I8(
    link: Link, archive: Archive
) -> None:
    stored = entries([commit(f"c{n}") for n in range(BATCH + 20)])
    await archive.write(HALL, MONDAY.day, stored)
    streams = [RedisStream(link, HALL) for _ in range(4)]
    refs = await asyncio.gather(*(restore(stream, archive, HALL) for stream in streams))
    assert len([ref for ref in refs if ref is not None]) == 1
    latest = await streams[0].latest_day()
    assert latest in refs
    assert latest is not None
    assert await streams[0].read(latest, START, 10_000) == stored


async def test_empty_archive_restores_nothing__I8(stream: RedisStream, archive: Archive) -> None:
    assert await restore(stream, archive, HALL) is None
    assert await stream.latest_day() is None


async def test_other_halls_archive_is_not_restored__I8(
    stream: RedisStream, archive: Archive
) -> None:
    await archive.write(OTHER, MONDAY.day, entries(commits("abc")))
    assert await restore(stream, archive, HALL) is None


async def test_instants_keep_their_microseconds__I8(database: Database, archive: Archive) -> None:
    (entry,) = entries([commit("a")])
    await archive.write(HALL, MONDAY.day, [entry])
    async with database.connection() as connection:
        at = await connection.fetchval("SELECT at FROM commits")
    assert (at, at.utcoffset()) == (entry.commit.at, timedelta(0))


async def test_closed_days_give_back_what_they_taught__WT1(archive: Archive) -> None:
    for n, day in enumerate((MONDAY.day, TUESDAY.day)):
        lessons = (QueueLesson(queue_id=QueueId("A"), cells=CELLS[: n + 1], outcomes=OUTCOMES),)
        closing = commit("z", DayClosed(closed_at=AT, lessons=lessons))
        await archive.write(HALL, day, entries([*commits("ab"), closing, refusal("late")]))
        await archive.write(OTHER, day, entries([closing]))
    found = await archive.lessons(HALL, 20)
    assert [lessons.day for lessons in found] == [MONDAY.day, TUESDAY.day]
    assert [len(lessons.queues[0].cells) for lessons in found] == [1, 2]
    assert await archive.lessons(HALL, 1) == found[1:]


async def test_open_day_has_taught_nothing_yet__WT1(archive: Archive) -> None:
    await archive.write(HALL, MONDAY.day, entries(commits("ab")))
    assert await archive.lessons(HALL, 20) == ()
