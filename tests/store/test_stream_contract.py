"""What every `HallStream` does, on every implementation."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from backend.core.ids import HallId
from backend.store.link import Link
from backend.store.memory_stream import MemoryStream
from backend.store.redis_servers import Links
from backend.store.redis_stream import RedisStream
from backend.store.stream import (
    START,
    ConflictError,
    DayRef,
    HallStream,
    Position,
)
from tests.support.commits import MONDAY, TUESDAY, commit, commits, entries, ids, refusal
from tests.support.samples import EVENTS
from tests.support.servers import Server

SOON_S = 2.0  # far below the time a blocked read may take
Connect = Callable[[], HallStream]


@pytest.fixture(params=["memory", "redis"])
async def connect(request: pytest.FixtureRequest) -> AsyncIterator[Connect]:
    """Makes one more connection to the same hall's streams, as another process has."""
    if request.param == "memory":
        stream = MemoryStream()
        yield lambda: stream
        return
    server: Server = request.getfixturevalue("valkey")
    links: list[Link] = []

    def connection() -> HallStream:
        links.append(Links(server.url).of(HallId("hall")))
        return RedisStream(links[-1], HallId("hall"))

    links.append(Links(server.url).of(HallId("hall")))
    await links[0].call("FLUSHALL")
    yield connection
    for link in links:
        await link.aclose()


@pytest.fixture
def stream(connect: Connect) -> HallStream:
    return connect()


async def begin(stream: HallStream, letters: str = "", ref: DayRef = MONDAY) -> Position:
    """Announce the day with a commit for each letter; return its end."""
    previous = await stream.latest_day()
    end = await stream.append(ref, START, commits(letters)) if letters else START
    await stream.announce(ref, previous)
    assert await stream.latest_day() == ref
    return end


async def test_empty_stream_has_no_day_and_no_commits__I8(stream: HallStream) -> None:
    assert await stream.latest_day() is None
    assert await stream.days() == []
    assert await stream.read(MONDAY, START, 10) == []


async def test_commits_come_back_as_they_were_stored_in_order__I8(stream: HallStream) -> None:
    stored = [commit("a", *EVENTS), refusal("b"), commit("c", *EVENTS[:2])]
    end = START
    for each in stored:
        end = await stream.append(MONDAY, end, [each])
    assert end == Position(3, "c")
    assert await stream.read(MONDAY, START, 10) == entries(stored)


async def test_several_commits_at_once_get_numbers_one_after_another__I8(
    stream: HallStream,
) -> None:
    assert await stream.append(MONDAY, START, commits("ab")) == Position(2, "b")
    assert await stream.append(MONDAY, Position(2, "b"), commits("cde")) == Position(5, "e")
    found = await stream.read(MONDAY, START, 10)
    assert [(e.position.seq, e.position.head) for e in found] == list(enumerate("abcde", start=1))


async def test_read_goes_on_after_a_position_up_to_the_limit__I8(stream: HallStream) -> None:
    end = await stream.append(MONDAY, START, commits("abcdef"))
    assert ids(await stream.read(MONDAY, START, 2)) == "ab"
    assert ids(await stream.read(MONDAY, Position(2, "b"), 3)) == "cde"
    assert ids(await stream.read(MONDAY, Position(5, "e"), 3)) == "f"
    assert await stream.read(MONDAY, end, 3) == []


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(START, id="stale, from the start"),
        pytest.param(Position(1, "a"), id="stale"),
        pytest.param(Position(2, "x"), id="another head"),
        pytest.param(Position(3, "c"), id="from a lost future"),
        pytest.param(Position(9, "i"), id="from a far lost future"),
    ],
)
async def test_writer_that_does_not_stand_at_the_end_is_refused__I8(
    stream: HallStream, after: Position
) -> None:
    await stream.append(MONDAY, START, commits("ab"))
    with pytest.raises(ConflictError):
        await stream.append(MONDAY, after, commits("yz"))
    assert ids(await stream.read(MONDAY, START, 10)) == "ab"


async def test_writer_to_an_emptied_stream_is_refused__I8(stream: HallStream) -> None:
    with pytest.raises(ConflictError):
        await stream.append(MONDAY, Position(2, "b"), commits("c"))
    assert await stream.read(MONDAY, START, 10) == []


async def test_writer_names_the_start_of_the_server_that_it_has_seen__I1(
    connect: Connect,
) -> None:
    stream, other = connect(), connect()
    boot = await stream.boot()
    assert await other.boot() == boot
    end = await stream.append(MONDAY, START, commits("ab"), boot=boot)
    with pytest.raises(ConflictError):
        await stream.append(MONDAY, end, commits("c"), boot="another")
    assert await other.append(MONDAY, end, commits("d"), boot=boot) == Position(3, "d")
    assert ids(await stream.read(MONDAY, START, 10)) == "abd"


@pytest.mark.parametrize(
    "after", [Position(2, "x"), Position(3, "c"), Position(9, "i")], ids=["head", "next", "far"]
)
async def test_reader_of_another_history_is_told__I8(stream: HallStream, after: Position) -> None:
    await stream.append(MONDAY, START, commits("ab"))
    with pytest.raises(ConflictError):
        await stream.read(MONDAY, after, 10)


async def test_days_do_not_mix__DY1(stream: HallStream) -> None:
    await stream.append(MONDAY, START, commits("ab"))
    await stream.append(TUESDAY, START, commits("c"))
    assert ids(await stream.read(MONDAY, START, 10)) == "ab"
    assert ids(await stream.read(TUESDAY, START, 10)) == "c"


async def test_other_process_sees_what_was_stored__I8(connect: Connect) -> None:
    end = await begin(connect(), "ab")
    other = connect()
    assert await other.latest_day() == MONDAY
    assert ids(await other.read(MONDAY, START, 10)) == "ab"
    assert await other.append(MONDAY, end, commits("c")) == Position(3, "c")


async def test_day_is_announced_once__DY1(stream: HallStream) -> None:
    await stream.announce(MONDAY, None)
    with pytest.raises(ConflictError):
        await stream.announce(TUESDAY, None)
    assert await stream.latest_day() == MONDAY
    await stream.announce(TUESDAY, MONDAY)
    with pytest.raises(ConflictError):
        await stream.announce(MONDAY, MONDAY)
    assert await stream.latest_day() == TUESDAY


async def test_epoch_is_compared_too__I8(stream: HallStream) -> None:
    await stream.announce(MONDAY, None)
    rebuilt = DayRef(day=MONDAY.day, epoch="rebuilt")
    with pytest.raises(ConflictError):
        await stream.announce(TUESDAY, rebuilt)
    await stream.announce(rebuilt, MONDAY)
    assert await stream.latest_day() == rebuilt


async def test_day_announced_before_there_was_any_is_refused__DY1(stream: HallStream) -> None:
    with pytest.raises(ConflictError):
        await stream.announce(TUESDAY, MONDAY)
    assert await stream.latest_day() is None


async def test_days_are_listed_oldest_first_with_their_latest_epoch__DY1(
    stream: HallStream,
) -> None:
    await begin(stream, "a", MONDAY)
    rebuilt = DayRef(day=MONDAY.day, epoch="rebuilt")
    await stream.announce(rebuilt, MONDAY)
    await begin(stream, "b", TUESDAY)
    assert await stream.days() == [rebuilt, TUESDAY]


async def test_forgotten_day_is_gone_and_may_be_forgotten_again__DY1(stream: HallStream) -> None:
    await begin(stream, "ab", MONDAY)
    await begin(stream, "c", TUESDAY)
    await stream.forget(MONDAY)
    await stream.forget(MONDAY)
    assert await stream.days() == [TUESDAY]
    assert await stream.read(MONDAY, START, 10) == []
    assert await stream.latest_day() == TUESDAY


async def test_day_without_commits_is_not_listed__DY1(stream: HallStream) -> None:
    await begin(stream, "", MONDAY)
    assert await stream.wait(MONDAY, lambda: START, 0.01) is None
    assert await stream.days() == []


async def test_wait_returns_at_once_what_is_there_already__I10(stream: HallStream) -> None:
    await begin(stream, "abc")
    async with asyncio.timeout(SOON_S):
        assert ids(await stream.wait(MONDAY, lambda: Position(1, "a"), 60)) == "bc"


async def test_wait_wakes_when_another_process_appends__I10(connect: Connect) -> None:
    stream, other = connect(), connect()
    end = await begin(stream, "a")
    waiting = asyncio.create_task(stream.wait(MONDAY, lambda: end, 60))
    await asyncio.sleep(0)
    await other.append(MONDAY, end, commits("bc"))
    async with asyncio.timeout(SOON_S):
        assert ids(await waiting) == "bc"


async def test_wait_ends_when_another_day_begins__DY1(connect: Connect) -> None:
    stream, other = connect(), connect()
    end = await begin(stream, "a")
    waiting = asyncio.create_task(stream.wait(MONDAY, lambda: end, 60))
    await asyncio.sleep(0)
    await other.announce(TUESDAY, MONDAY)
    async with asyncio.timeout(SOON_S):
        assert await waiting is None


async def test_wait_for_the_first_day_ends_when_it_begins__DY1(connect: Connect) -> None:
    stream, other = connect(), connect()
    assert await stream.latest_day() is None
    waiting = asyncio.create_task(stream.wait(None, lambda: START, 60))
    await asyncio.sleep(0)
    await other.announce(MONDAY, None)
    async with asyncio.timeout(SOON_S):
        assert await waiting is None


async def test_wait_ends_when_the_day_is_rebuilt__I8(connect: Connect) -> None:
    stream, other = connect(), connect()
    end = await begin(stream, "a")
    waiting = asyncio.create_task(stream.wait(MONDAY, lambda: end, 60))
    await asyncio.sleep(0)
    await other.announce(DayRef(day=MONDAY.day, epoch="rebuilt"), MONDAY)
    async with asyncio.timeout(SOON_S):
        assert await waiting is None


@pytest.mark.parametrize("ref", [MONDAY, None])
async def test_wait_ends_when_its_time_is_over__I10(stream: HallStream, ref: DayRef | None) -> None:
    end = await begin(stream, "a") if ref is not None else START
    async with asyncio.timeout(SOON_S):
        assert await stream.wait(ref, lambda: end, 0.01) is None


async def test_wait_passes_over_what_the_caller_has_learnt_meanwhile__I10(
    stream: HallStream,
) -> None:
    await begin(stream, "abc")
    known = iter([START])
    found = await stream.wait(MONDAY, lambda: next(known, Position(2, "b")), 60)
    assert ids(found) == "c"


async def test_wait_of_a_reader_that_is_ahead_of_a_cut_stream_ends__I8(
    stream: HallStream,
) -> None:
    await begin(stream, "ab")
    async with asyncio.timeout(SOON_S):
        assert await stream.wait(MONDAY, lambda: Position(5, "e"), 0.01) is None


async def test_concurrent_writers_lose_and_double_nothing__CL8_I7_I8(connect: Connect) -> None:
    await begin(connect())

    async def write(writer: str) -> None:
        stream, end = connect(), START
        for n in range(20):
            is_stored = False
            while not is_stored:
                try:
                    end = await stream.append(MONDAY, end, [commit(f"{writer}{n}")])
                    is_stored = True
                except ConflictError:
                    while found := await stream.read(MONDAY, end, 100):
                        end = found[-1].position

    await asyncio.gather(*(write(writer) for writer in "abcdef"))
    found = await connect().read(MONDAY, START, 1000)
    assert [entry.position.seq for entry in found] == list(range(1, 121))
    assert sorted(entry.commit.id for entry in found) == sorted(
        f"{writer}{n}" for writer in "abcdef" for n in range(20)
    )
    for writer in "abcdef":
        own = [entry.commit.id for entry in found if entry.commit.id[0] == writer]
        assert own == [f"{writer}{n}" for n in range(20)]
