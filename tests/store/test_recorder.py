"""The recorder, from a real Redis to a real PostgreSQL."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from backend import recorder as module
from backend.recorder import HallRecorder, record_halls
from backend.store.archive import Archive, restore
from backend.store.audit import Audit
from backend.store.audit_check import check_audit
from backend.store.bookings import Bookings
from backend.store.database import Database, queries
from backend.store.directory import Directory
from backend.store.followups import FollowUps
from backend.store.redis_stream import RedisStream
from backend.store.stream import START, DayRef, Position, StoreError
from tests.support.commits import HALL, MONDAY, TUESDAY, commit, commits, entries, ids
from tests.support.servers import Server
from tests.support.waiting import until


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """`record` returns as soon as nothing more is to be copied."""
    monkeypatch.setattr(module, "WAIT_S", 0.001)
    monkeypatch.setattr(module, "RETRY_MIN_S", 0.01)


@pytest.fixture
def recorder(stream: RedisStream, archive: Archive) -> HallRecorder:
    return HallRecorder(HALL, stream, archive)


@pytest.fixture
def stopped(postgres: Server) -> Iterator[Server]:
    """A PostgreSQL that a test may stop."""
    yield postgres
    postgres.start()


async def archived(archive: Archive, ref: DayRef = MONDAY) -> str:
    return ids(await archive.read(HALL, ref.day, START, 10_000))


async def lost(database: Database) -> list[str]:
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT commit_id FROM lost_commits ORDER BY seq")
    return [row["commit_id"] for row in rows]


async def begin(stream: RedisStream, letters: str, ref: DayRef = MONDAY) -> Position:
    previous = await stream.latest_day()
    end = await stream.append(ref, START, commits(letters))
    await stream.announce(ref, previous)
    return end


async def test_hall_without_a_day_has_nothing_to_record__I8(
    recorder: HallRecorder, archive: Archive
) -> None:
    await recorder.record()
    assert await archive.latest_day(HALL) is None


async def test_every_commit_is_copied__I8(
    stream: RedisStream, recorder: HallRecorder, archive: Archive
) -> None:
    await begin(stream, "abc")
    await recorder.record()
    assert await archive.read(HALL, MONDAY.day, START, 10) == entries(commits("abc"))


async def test_copying_goes_on_where_it_ended__I8(
    stream: RedisStream, recorder: HallRecorder, archive: Archive
) -> None:
    end = await begin(stream, "ab")
    await recorder.record()
    end = await stream.append(MONDAY, end, commits("cd"))
    await recorder.record()
    await stream.append(MONDAY, end, commits("e"))
    await HallRecorder(HALL, stream, archive).record()
    assert await archived(archive) == "abcde"


async def test_long_day_is_copied_in_batches__I8(
    stream: RedisStream, recorder: HallRecorder, archive: Archive
) -> None:
    stored = [commit(f"c{n}") for n in range(2 * module.BATCH + 3)]
    await stream.append(MONDAY, START, stored)
    await stream.announce(MONDAY, None)
    await recorder.record()
    assert await archive.read(HALL, MONDAY.day, START, 10_000) == entries(stored)


async def test_day_that_ended_before_it_was_copied_is_copied_first__I8_DY1(
    stream: RedisStream, recorder: HallRecorder, archive: Archive
) -> None:
    await begin(stream, "abc", MONDAY)
    await begin(stream, "de", TUESDAY)
    await recorder.record()
    assert await archived(archive, MONDAY) == "abc"
    assert await archived(archive, TUESDAY) == "de"


async def test_rest_of_yesterday_is_copied_when_today_has_begun__I8_DY1(
    stream: RedisStream, recorder: HallRecorder, archive: Archive
) -> None:
    end = await begin(stream, "ab", MONDAY)
    await recorder.record()
    await stream.append(MONDAY, end, commits("c"))
    await begin(stream, "d", TUESDAY)
    await recorder.record()
    assert await archived(archive, MONDAY) == "abc"
    assert await archived(archive, TUESDAY) == "d"


async def test_days_are_kept_a_week_and_then_forgotten__I8(
    stream: RedisStream, recorder: HallRecorder, archive: Archive
) -> None:
    days = [DayRef(day=MONDAY.day + timedelta(days=n), epoch=f"e{n}") for n in (0, 1, 7, 8)]
    for ref in days:
        await begin(stream, "ab", ref)
    await recorder.record()
    await recorder.record()
    assert await stream.days() == days[1:]
    assert await archived(archive, days[0]) == "ab"


async def test_two_recorders_archive_each_commit_once__I7(
    stream: RedisStream, recorder: HallRecorder, archive: Archive
) -> None:
    await begin(stream, "abcdefgh")
    await asyncio.gather(recorder.record(), HallRecorder(HALL, stream, archive).record())
    assert await archived(archive) == "abcdefgh"


@pytest.mark.parametrize("database", ["direct"], indirect=True)  # a pooler waits a second more
async def test_stopped_database_is_caught_up_with__I8(
    stream: RedisStream, recorder: HallRecorder, archive: Archive, stopped: Server
) -> None:
    end = await begin(stream, "ab")
    await recorder.record()
    stopped.stop()
    await stream.append(MONDAY, end, commits("cde"))
    with pytest.raises(StoreError):
        await recorder.record()
    stopped.start()
    await recorder.record()
    assert await archived(archive) == "abcde"


async def test_run_goes_on_through_a_stopped_database__I8(
    stream: RedisStream, recorder: HallRecorder, archive: Archive, stopped: Server
) -> None:
    end = await begin(stream, "ab")
    running = asyncio.create_task(recorder.run())
    await until(lambda: ends_at(archive, 2))
    stopped.stop()
    await stream.append(MONDAY, end, commits("cd"))
    stopped.start()
    await until(lambda: ends_at(archive, 4))
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert await archived(archive) == "abcd"


async def ends_at(archive: Archive, seq: int) -> bool:
    try:
        return (await archive.end(HALL, MONDAY.day)).seq == seq
    except StoreError:
        return False


@pytest.mark.parametrize("left", ["", "a", "ab"])
async def test_stream_that_lost_its_end_is_waited_for__I8(
    stream: RedisStream, recorder: HallRecorder, archive: Archive, left: str
) -> None:
    await begin(stream, "abc")
    await recorder.record()
    await stream.forget(MONDAY)
    if left:
        await stream.append(MONDAY, START, commits(left))
    for _ in range(2):
        with pytest.raises(StoreError, match="lacks"):
            await recorder.record()
    assert await archived(archive) == "abc"


async def test_emptied_redis_is_not_taken_for_an_empty_day__I8(
    redis: Redis, stream: RedisStream, recorder: HallRecorder, archive: Archive
) -> None:
    await begin(stream, "abc")
    await recorder.record()
    await redis.flushall()
    await recorder.record()
    assert await archived(archive) == "abc"


async def test_recording_goes_on_after_a_restore__I8(
    redis: Redis,
    stream: RedisStream,
    recorder: HallRecorder,
    archive: Archive,
    database: Database,
) -> None:
    await begin(stream, "abc")
    await recorder.record()
    await redis.flushall()
    ref = await restore(stream, archive, HALL)
    assert ref is not None
    await stream.append(ref, Position(3, "c"), commits("d"))
    await recorder.record()
    assert await archived(archive) == "abcd"
    assert await lost(database) == []


@pytest.mark.parametrize("now", ["abxyz", "abxy", "abx", "xyzpq", "x"])
async def test_history_that_went_another_way_is_followed_and_the_old_one_set_aside__I8(
    stream: RedisStream,
    recorder: HallRecorder,
    archive: Archive,
    database: Database,
    now: str,
) -> None:
    await begin(stream, "abcd")
    await recorder.record()
    await stream.forget(MONDAY)
    await stream.append(MONDAY, START, commits(now))
    await recorder.record()
    assert await archived(archive) == now
    assert await lost(database) == [letter for letter in "abcd" if letter not in now]


async def test_all_halls_of_the_directory_are_recorded__I8(
    redis: Redis, stream: RedisStream, archive: Archive, database: Database
) -> None:
    async with database.connection() as connection:
        await queries.put_hall(connection, hall_id=HALL, name_zh="大厅", name_en="Hall")
    await begin(stream, "abc")
    running = asyncio.create_task(
        record_halls(
            Directory(database, redis),
            archive,
            FollowUps(database),
            Bookings(database),
            lambda _hall_id: stream,
        )
    )
    await until(lambda: ends_at(archive, 3))
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_what_is_archived_is_tied_to_the_audit_also_after_a_restart__I18(
    stream: RedisStream, recorder: HallRecorder, archive: Archive, database: Database
) -> None:
    async def stretches() -> list[str | None]:
        return [record.id for record in await Audit(database).records(0)]

    await recorder.seal()
    assert await stretches() == []
    end = await begin(stream, "abc")
    await recorder.record()
    await recorder.seal()
    await recorder.seal()
    assert await stretches() == ["2026-11-23/1-3"]
    await stream.append(MONDAY, end, commits("de"))
    await recorder.record()
    successor = HallRecorder(HALL, stream, archive)
    await successor.seal()
    assert await stretches() == ["2026-11-23/1-3", "2026-11-23/4-5"]
    await begin(stream, "xy", TUESDAY)
    await successor.record()
    await successor.seal()
    assert (await stretches())[2:] == ["2026-11-24/1-2"]
    assert (await check_audit(database)).fault is None


async def test_sealing_goes_on_where_it_failed__I18(
    stream: RedisStream, recorder: HallRecorder, database: Database, stopped: Server
) -> None:
    await begin(stream, "abc")
    await recorder.record()
    stopped.stop()
    with pytest.raises(StoreError):
        await recorder.seal()
    stopped.start()

    async def is_sealed() -> bool:
        with suppress(StoreError):
            await recorder.seal()
            return True
        return False

    await until(is_sealed)
    assert [record.id for record in await Audit(database).records(0)] == ["2026-11-23/1-3"]
