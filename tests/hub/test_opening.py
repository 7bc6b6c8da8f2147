"""A day opens with what past days taught, and without when that cannot be had in time (WT1)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from backend.core.history import Cell, DayLessons, Outcomes, QueueLesson
from backend.core.ids import QueueId
from backend.hub import hall as halls
from backend.store.memory_stream import MemoryStream
from backend.store.stream import StoreError
from tests.hub.stage import new_hall, running

B = QueueId("B")
PAST = DayLessons(
    day=date(2026, 1, 5),
    queues=(QueueLesson(queue_id=B, cells=(Cell(20, 6, 2, 60.0, 30.0),), outcomes=Outcomes()),),
)


async def from_archive() -> tuple[DayLessons, ...]:
    return (PAST,)


async def archive_is_away() -> tuple[DayLessons, ...]:
    raise StoreError("away")


async def archive_hangs() -> tuple[DayLessons, ...]:
    await asyncio.Event().wait()
    raise AssertionError


async def test_day_opens_with_what_past_days_taught__WT1() -> None:
    hall = new_hall(MemoryStream(), lessons=from_archive)
    async with running(hall):
        assert hall.follower.day.histories[B].calls == 30


@pytest.mark.parametrize("lessons", [archive_is_away, archive_hangs])
async def test_day_opens_without_the_archive_s_lessons__WT1(
    monkeypatch: pytest.MonkeyPatch, lessons: Callable[[], Awaitable[tuple[DayLessons, ...]]]
) -> None:
    monkeypatch.setattr(halls, "LESSONS_S", 0.05)
    hall = new_hall(MemoryStream(), lessons=lessons)
    async with running(hall):
        assert hall.follower.day.is_open
        assert hall.follower.day.histories == {}


async def test_every_hub_forecasts_from_the_same_history__WT1_I8() -> None:
    stream = MemoryStream()
    one, two = new_hall(stream, lessons=from_archive), new_hall(stream, lessons=archive_is_away)
    async with running(one), running(two):
        assert two.follower.day.histories == one.follower.day.histories
