"""What the stream and the archive of a running hall hold, and whether that is a true history."""

import asyncio
from collections import Counter as Tally
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from redis.asyncio import Redis

from backend.core.events import TicketCalled, TicketTaken
from backend.core.ids import HallId
from backend.hub.follower import answer_of
from backend.hub.session import reply
from backend.store.archive import Archive
from backend.store.database import Database
from backend.store.redis_servers import Links, connect_redis
from backend.store.redis_stream import RedisStream
from backend.store.stream import START, DayRef, Entry
from backend.wire.messages import Done, Refused
from tests.hall import HALL_ID, Hall

BATCH = 500


@dataclass(frozen=True, kw_only=True)
class History:
    """Both stores of a hall, read directly."""

    redis: "Redis"
    stream: RedisStream
    archive: Archive

    async def ref(self) -> DayRef:
        """The day in the stream."""
        ref = await self.stream.latest_day()
        assert ref is not None
        return ref

    async def streamed(self) -> list[Entry]:
        """Every commit of the day in the stream."""
        ref, found = await self.ref(), list[Entry]()
        while entries := await self.stream.read(ref, found[-1].position if found else START, BATCH):
            found += entries
        return found

    async def archived(self) -> list[Entry]:
        """Every commit of the day in the archive."""
        ref, found = await self.ref(), list[Entry]()
        while entries := await self.archive.read(
            HallId(HALL_ID), ref.day, found[-1].position if found else START, BATCH
        ):
            found += entries
        return found

    async def until_archived(self, limit_s: float) -> float:
        """Wait until the archive equals the stream; how long that took."""

        async def is_so() -> bool:
            return await self.archived() == await self.streamed()

        return await until(is_so, limit_s)


@asynccontextmanager
async def history_of(hall: Hall) -> AsyncIterator[History]:
    """Doors to the stores of a hall, which outlive restarts of either."""
    redis, database = connect_redis(hall.given("REDIS_URL")), Database(hall.given("DATABASE_URL"))
    link = Links(hall.given("REDIS_URL")).of(HallId(HALL_ID))
    try:
        stream = RedisStream(link, HallId(HALL_ID))
        yield History(redis=redis, stream=stream, archive=Archive(database))
    finally:
        await link.aclose()
        await redis.aclose()
        await database.close()


async def until(is_so: Callable[[], Awaitable[bool]], limit_s: float) -> float:
    """Poll until the claim holds; how long that took."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.timeout(limit_s):
        while not await is_so():
            await asyncio.sleep(0.05)
    return loop.time() - began


def check(entries: list[Entry], answers: Mapping[str, Done | Refused]) -> None:
    """The history keeps what was acknowledged and breaks no invariant (I1, I2, I7, I8, CL8)."""
    assert [entry.position.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert len({entry.commit.id for entry in entries}) == len(entries)
    events = [event for entry in entries for event in entry.commit.events]
    taken = [event for event in events if isinstance(event, TicketTaken)]
    numbers = defaultdict[str, list[str]](list)
    for ticket in taken:
        numbers[ticket.queue_id].append(ticket.number)
    for queue_id, given in numbers.items():  # each once, in order, without a gap
        assert given == [f"{queue_id}{n:03d}" for n in range(1, len(given) + 1)]
    called = Tally(event.ticket_id for event in events if isinstance(event, TicketCalled))
    assert set(called.values()) <= {1}
    kept = {entry.commit.id: entry for entry in entries}
    for command_id, answer in answers.items():  # what a client was told is what is kept
        entry = kept[answer.id]
        assert answer.id == command_id
        assert reply(entry.commit.id, answer_of(entry.position, entry.commit)) == answer
