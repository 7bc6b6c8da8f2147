"""Written notices come into the hall's days and go again, whichever process tells them (NT3)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from backend.core.commands import PostNotice, RemoveNotice
from backend.core.hall_events import NoticePosted, NoticeRemoved
from backend.core.ids import CommandId, HallId, NoticeId, StaffId, Text
from backend.core.notices import NoticeContent, PublishNotice, TakeDown, WrittenNotice
from backend.core.rules.written_notices import NoticeGround, decide_notice
from backend.hub.hall import Hall
from backend.site.notice_desk import NoticeDesk
from backend.site.notice_keeper import NoticeKeeper
from backend.store.database import Database
from backend.store.memory_stream import MemoryStream
from backend.store.notices import Notices
from tests.hub.stage import SUPERVISOR, done
from tests.hub.test_keeper import Time, events_of, with_hours
from tests.support.plans import small_plan

MONDAY = datetime(2030, 1, 7, 1, 30, tzinfo=UTC)
"""Half past nine in Shanghai; the hall is open from nine to five."""
MAIN, OWN = HallId("main"), NoticeId("n1")
PLAN = with_hours("Asia/Shanghai")


class Office:
    """Who writes notices, and the processes that tell them."""

    def __init__(self, database: Database, time: Time) -> None:
        self.time = time
        self.notices = Notices(database)
        self.stream = MemoryStream()
        self._revision = 0

    async def write(self, command: PublishNotice | TakeDown) -> WrittenNotice:
        """The next revision of the one notice."""
        ground = NoticeGround(
            notice_id=OWN, plan=small_plan(), by=StaffId("editor"), at=self.time.at, running=0
        )
        after, self._revision = self._revision, self._revision + 1
        return await self.notices.change(
            MAIN,
            OWN,
            lambda found, _: decide_notice(found, after, command, ground),
            command_id=CommandId(f"write-{after}"),
            mark="",
            at=self.time.at,
        )

    @asynccontextmanager
    async def process(self) -> AsyncIterator[tuple[Hall, NoticeKeeper]]:
        """A process with its hall and its keeper."""
        hall = self.time.hall(self.stream, PLAN)
        task = asyncio.create_task(hall.run())
        try:
            await self.time.go(0, hall)
            yield hall, NoticeKeeper(NoticeDesk(self.notices), [hall])
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def told(self) -> list[str]:
        """What the days were told of notices, oldest first."""
        found = []
        for event in await events_of(self.stream):
            if isinstance(event, NoticePosted):
                found.append(f"{event.posted_at:%d %H:%M} {event.text.zh}")
            elif isinstance(event, NoticeRemoved):
                found.append(f"{event.removed_at:%d %H:%M} gone")
        return found


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database, Time(MONDAY))


def publish(zh: str = "停电", **more: object) -> PublishNotice:
    content = NoticeContent(title=Text(zh=zh, en="Power cut"), text=Text(zh="", en=""), **more)  # type: ignore[arg-type]
    return PublishNotice(content=content)


async def test_notice_is_posted_each_day_and_goes_at_its_end__NT3(office: Office) -> None:
    """Scheduled for ten, it lasts until eleven of the next day but one."""
    begins_at, until = MONDAY + timedelta(minutes=30), MONDAY + timedelta(days=2, minutes=90)
    await office.write(publish(begins_at=begins_at, until=until))
    async with office.process() as (hall, keeper):
        for _ in range(3 * 24 * 4):
            await keeper.keep()
            await office.time.go(900, hall)
    assert await office.told() == [
        "07 02:00 停电",
        "08 00:00 停电",
        "09 00:00 停电",
        "09 03:00 gone",
    ]


async def test_process_that_comes_back_and_another_beside_it_post_nothing_twice__NT3(
    office: Office,
) -> None:
    await office.write(publish())
    async with office.process() as (_, keeper):
        await keeper.keep()
        await keeper.keep()
    async with office.process() as (one, first), office.process() as (two, second):
        await asyncio.gather(first.keep(), second.keep())
        await office.time.go(5, one, two)
        await asyncio.gather(first.keep(), second.keep())
    assert await office.told() == ["07 01:30 停电"]


async def test_change_and_taking_down_are_told_at_once__NT3(office: Office) -> None:
    await office.write(publish())
    async with office.process() as (hall, keeper):
        await keeper.keep()
        await office.time.go(60, hall)
        await office.write(publish("停水"))
        await keeper.keep()
        await office.time.go(60, hall)
        await office.write(TakeDown())
        await keeper.keep()
        assert hall.follower.day.notices == {}
        await keeper.keep()
    assert await office.told() == ["07 01:30 停电", "07 01:31 停水", "07 01:32 gone"]


async def test_notice_removed_by_hand_stays_away_until_it_is_changed_or_the_next_day__NT3(
    office: Office,
) -> None:
    await office.write(publish())
    async with office.process() as (hall, keeper):
        await keeper.keep()
        (live,) = hall.follower.day.notices
        await done(hall, "by-hand", RemoveNotice(notice_id=live), SUPERVISOR)
        await keeper.keep()
        assert hall.follower.day.notices == {}
        await office.time.go(24 * 3600, hall)
        await keeper.keep()
        assert list(hall.follower.day.notices) == [live]
        await done(hall, "again", RemoveNotice(notice_id=live), SUPERVISOR)
        await office.write(publish("停电", is_pinned=True))
        await keeper.keep()
        assert hall.follower.day.notices[live].is_pinned


async def test_stale_process_that_posts_an_older_revision_is_put_right__NT3(
    office: Office,
) -> None:
    """Another has told the newer one; whoever looks next finds the day to be otherwise."""
    await office.write(publish())
    async with office.process() as (hall, keeper):
        await office.write(publish("停水"))
        await keeper.keep()
        (live,) = hall.follower.day.notices.values()
        late = PostNotice(notice_id=live.notice_id, zh="停电", en="Power cut")
        await done(hall, "late", late, SUPERVISOR)
        await keeper.keep()
        (live,) = hall.follower.day.notices.values()
        assert live.text.zh == "停水"
