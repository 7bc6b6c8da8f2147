"""Every hub holds the state that the stream gives, whatever becomes of the stream (I8)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date, timedelta

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from backend.core.commands import CloseDay
from backend.core.hall_events import DayOpened
from backend.core.ids import CommandId
from backend.hub.hall import Hall
from backend.store.memory_stream import MemoryStream
from backend.store.stream import (
    START,
    Commit,
    DatabaseError,
    DayRef,
    Entry,
    Position,
    StoreError,
)
from tests.hub.stage import (
    SUPERVISOR,
    FaultyStream,
    commits_of,
    done,
    eventually,
    new_hall,
    one_hall,
    open_day,
    opening,
    running,
    take,
)


class SlowStream(FaultyStream):
    """Takes its time for every read."""

    async def read(self, ref: DayRef, after: Position, limit: int) -> list[Entry]:
        await asyncio.sleep(0.01)
        return await super().read(ref, after, limit)


class LateStream(FaultyStream):
    """Hands what a `wait` has found over only when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.is_held = False
        self.held = 0
        self.waits = 0

    async def wait(
        self, ref: DayRef | None, position: Callable[[], Position], timeout_s: float
    ) -> list[Entry] | None:
        self.waits += 1
        found = await super().wait(ref, position, timeout_s)
        while self.is_held:
            self.held += 1
            await asyncio.sleep(0)
        return found


class LosingStream(FaultyStream):
    """Comes back without something at the worst moments."""

    def __init__(self) -> None:
        super().__init__()
        self.loses: date | None = None
        """Loses all but the first commit of this day, once more than that has been read."""
        self.loses_opening = False
        """Loses the next day that is announced, at once."""

    async def read(self, ref: DayRef, after: Position, limit: int) -> list[Entry]:
        found = await super().read(ref, after, limit)
        if ref.day == self.loses and len(found) > 1:
            del self._entries[ref.day][1:]
            self.loses = None
        return found

    async def announce(self, ref: DayRef, previous: DayRef | None) -> None:
        await super().announce(ref, previous)
        if self.loses_opening:
            self.loses_opening = False
            self._days.clear()
            self._entries.clear()
            self.restart()


async def test_entries_of_a_day_that_is_over_are_not_folded_into_the_next__I8() -> None:
    stream = LateStream()
    ref = await open_day(stream)
    hall = new_hall(stream)
    async with running(hall):
        _, commit = opening()
        stream.is_held = True
        await stream.append(ref, Position(1, "opening"), [replace(commit, id=CommandId("old"))])
        await eventually(lambda: stream.held > 0)  # the follower holds a commit at 2 in its hands
        tomorrow = DayRef(day=ref.day + timedelta(days=1), epoch="e2")
        await stream.append(tomorrow, START, [commit])
        await stream.announce(tomorrow, ref)
        await hall.follower.catch_up()  # a command has found out in the meantime
        assert hall.follower.position == Position(1, "opening")
        stream.is_held, waits = False, stream.waits
        await eventually(lambda: stream.waits > waits)  # what it held is dealt with
        assert hall.follower.position == Position(1, "opening")
        await done(hall, "t1", take())
        assert hall.follower.position == Position(2, "t1")
        assert [c.id for c in await commits_of(stream)] == ["opening", "t1"]
        assert hall.follower.answer_to(CommandId("old")) is None


async def test_lost_tail_gives_a_new_epoch_and_numbers_go_on__I2_I8() -> None:
    async with one_hall() as (hall, stream):
        for n in range(3):
            await done(hall, f"t{n}", take())
        ref = hall.follower.ref
        assert ref is not None
        del stream._entries[ref.day][-1:]  # the store came back without its last commit
        again = await done(hall, "t9", take())
        assert again.result.number == "B003"
        assert hall.follower.ref is not None
        assert hall.follower.ref.epoch != ref.epoch
        assert (await done(hall, "t2", take())).result.number == "B004"  # its effect was lost


@asynccontextmanager
async def one_behind(
    restore: Callable[[MemoryStream, list[Commit]], Awaitable[DayRef | None]],
) -> AsyncIterator[tuple[Hall, MemoryStream]]:
    """A hall that has read no further than what is left of the stream since a restart.

    `restore` gets the stream and what it has lost.
    """
    stream = LateStream()
    ref = await open_day(stream)
    lost = [replace(opening()[1], id=CommandId(letter), events=()) for letter in "ab"]
    hall = new_hall(stream, restore=lambda: restore(stream, lost))
    async with running(hall):
        stream.is_held = True
        await stream.append(ref, Position(1, "opening"), lost)
        await eventually(lambda: stream.held > 0)  # the hub has been sent them, and not yet read
        del stream._entries[ref.day][1:]
        stream.restart()
        yield hall, stream
        stream.is_held = False


async def bring_back(stream: MemoryStream, lost: list[Commit]) -> DayRef | None:
    """Append what was lost where it was; before the restart nothing is."""
    ref = await stream.latest_day()
    assert ref is not None
    if stream.restarts and len(await commits_of(stream)) == 1:
        await stream.append(ref, Position(1, "opening"), lost)
    return None


async def test_hub_behind_the_lost_tail_waits_for_it_to_come_back__I1() -> None:
    async with one_behind(bring_back) as (hall, stream):
        await done(hall, "t1", take())
        assert [c.id for c in await commits_of(stream)] == ["opening", "a", "b", "t1"]


async def test_hub_goes_on_after_a_restart_while_the_database_is_away__I20() -> None:
    async def restore(stream: MemoryStream, _lost: list[Commit]) -> DayRef | None:
        raise DatabaseError("away")

    async with one_behind(restore) as (hall, stream):
        await done(hall, "t1", take())
        assert [c.id for c in await commits_of(stream)] == ["opening", "t1"]


async def test_hub_does_not_go_on_when_the_stream_breaks_off_a_restore__I1() -> None:
    failures = [StoreError("broke off"), StoreError("broke off")]

    async def restore(stream: MemoryStream, lost: list[Commit]) -> DayRef | None:
        if stream.restarts and failures:
            raise failures.pop()
        return await bring_back(stream, lost)

    async with one_behind(restore) as (hall, stream):
        await done(hall, "t1", take())
        assert [c.id for c in await commits_of(stream)] == ["opening", "a", "b", "t1"]


async def test_store_that_loses_again_while_it_is_read_stops_no_hub__I8() -> None:
    stream = LosingStream()
    ref = await open_day(stream)
    hall = new_hall(stream)
    async with running(hall):
        for n in range(3):
            await done(hall, f"t{n}", take())
        del stream._entries[ref.day][-1:]
        stream.loses = ref.day  # all but the opening, as soon as that has been read
        assert (await done(hall, "t9", take())).result.number == "B001"
        assert stream.loses is None


async def test_day_lost_as_soon_as_it_begins_is_begun_again__DY1() -> None:
    stream = LosingStream()
    stream.loses_opening = True
    hall = new_hall(stream)
    with capture_logs() as logs:
        async with running(hall):
            assert (await done(hall, "t1", take())).result.number == "B001"
    assert not stream.loses_opening
    assert "commands_failed" not in {line["event"] for line in logs}


async def test_yesterday_that_goes_while_it_is_read_stops_no_start__I7() -> None:
    stream = LosingStream()
    today = await open_day(stream)
    yesterday = DayRef(day=today.day - timedelta(days=1), epoch="old")
    commit = replace(opening()[1], events=())
    stream._days.insert(0, yesterday)
    await stream.append(
        yesterday, START, [replace(commit, id=CommandId(letter)) for letter in "ab"]
    )
    stream.loses = yesterday.day
    hall = new_hall(stream)
    async with running(hall):
        assert (await done(hall, "t1", take())).result.number == "B001"
        assert hall.follower.answer_to(CommandId("a")) is not None
    assert stream.loses is None


async def test_answers_of_the_day_before_are_remembered__I7() -> None:
    async with one_hall() as (hall, stream):
        answer = await done(hall, "t1", take())
        await done(hall, "close", CloseDay(), SUPERVISOR)
        ref = hall.follower.ref
        assert ref is not None
        _, commit = opening()
        tomorrow = DayRef(day=ref.day + timedelta(days=1), epoch="e2")
        await stream.append(tomorrow, START, [commit])
        await stream.announce(tomorrow, ref)
        await eventually(lambda: hall.follower.ref == tomorrow)
        assert await done(hall, "t1", take()) == answer
        assert (await done(hall, "t2", take())).result.number == "B001"


async def test_day_begun_and_not_announced_is_finished__DY1() -> None:
    stream = FaultyStream()
    stream.fails_announce = 1  # whoever begins the day dies before it is announced
    hall = new_hall(stream)
    async with running(hall):
        assert (await done(hall, "t1", take())).result.number == "B001"


async def test_day_that_is_being_restored_is_not_announced_half__I1() -> None:
    stream = FaultyStream()
    ref, commit = opening()
    restored = [replace(commit, id=CommandId(f"c{n}"), events=()) for n in range(3)]
    await stream.append(ref, START, [commit, *restored])  # another process is in the middle of it
    hall = new_hall(stream)
    task = asyncio.create_task(hall.run())
    try:
        await eventually(lambda: hall.transactor.conflicts > 0)  # it has tried to open the day
        assert await stream.latest_day() is None
        await stream.append(
            ref, Position(4, "c2"), [replace(commit, id=CommandId("c9"), events=())]
        )
        await stream.announce(ref, None)
        await eventually(lambda: hall.follower.position == Position(5, "c9"))
        assert (await done(hall, "t1", take())).result.number == "B001"
    finally:
        task.cancel()


async def test_two_hubs_open_one_day__DY1() -> None:
    stream = MemoryStream()
    halls: list[Hall] = [new_hall(stream) for _ in range(3)]
    async with running(*halls):  # all find no day at the same time, and begin it
        assert len({hall.follower.ref for hall in halls}) == 1
        for n, hall in enumerate(halls, start=1):
            assert (await done(hall, f"t{n}", take())).result.number == f"B{n:03d}"
    events = [event for commit in await commits_of(stream) for event in commit.events]
    assert sum(isinstance(event, DayOpened) for event in events) == 1


async def test_hall_with_much_to_fold_is_ready_right_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("backend.hub.follower.BATCH", 1)
    stream = SlowStream()
    await open_day(stream)
    first = new_hall(stream)
    async with running(first):
        for n in range(20):
            await done(first, f"t{n}", take())
    late = new_hall(stream)
    async with running(late):  # has begun to fold, which takes longer than the first look
        assert not late.is_ready
        await eventually(lambda: late.follower.position.seq == 21)
        async with asyncio.timeout(1.0):
            await eventually(lambda: late.is_ready)


@pytest.mark.parametrize("batch", [1, 7])
async def test_late_hub_folds_the_same_state__I8(
    batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.hub.follower.BATCH", batch)
    async with one_hall() as (hall, stream):
        for n in range(30):
            await done(hall, f"t{n}", take("ABC"[n % 3]))
        late = new_hall(stream)
        async with running(late):
            await eventually(lambda: late.follower.position == hall.follower.position)
            assert late.follower.day == hall.follower.day


async def test_yesterdays_id_has_its_answer_in_a_process_started_today__I7() -> None:
    stream = FaultyStream()
    await open_day(stream)
    first = new_hall(stream)
    async with running(first):
        taken = await done(first, "t1", take())
        closed = await done(first, "close", CloseDay(), SUPERVISOR)
        assert closed.refused is None
    today = await stream.latest_day()
    assert today is not None
    tomorrow = DayRef(day=today.day + timedelta(days=1), epoch="next")
    commit = opening()[1]
    (event,) = commit.events
    assert isinstance(event, DayOpened)
    begun = replace(commit, events=(replace(event, day=tomorrow.day),))
    await stream.append(tomorrow, START, [begun])
    await stream.announce(tomorrow, today)
    late = new_hall(stream)
    async with running(late):
        assert await done(late, "t1", take()) == taken
        fresh = await done(late, "t2", take())
        assert fresh.result.number == "B001"
