"""What was looked for and not found: counted by the day, bounded, forgotten."""

from datetime import date, timedelta

from backend.store import misses as kept
from backend.store.database import Database
from backend.store.misses import Miss, Misses
from tests.hall import HALL_ID

DAY = date(2026, 11, 23)


async def test_misses_are_counted_by_the_day_and_told_the_most_often_first(
    database: Database,
) -> None:
    misses = Misses(database)
    await misses.note(HALL_ID, DAY - timedelta(days=1), "飞碟维修")
    for _ in range(2):
        await misses.note(HALL_ID, DAY, "飞碟维修")
    await misses.note(HALL_ID, DAY, "ufo")
    assert await misses.since(HALL_ID, DAY - timedelta(days=1), 10) == [
        Miss(query="飞碟维修", times=3, last_day=DAY),
        Miss(query="ufo", times=1, last_day=DAY),
    ]
    assert (await misses.since(HALL_ID, DAY, 1)) == [Miss(query="飞碟维修", times=2, last_day=DAY)]


async def test_full_day_takes_no_new_words_and_old_days_are_forgotten(
    database: Database,
) -> None:
    misses = Misses(database)
    long_ago = DAY - kept.KEPT_DAYS - timedelta(days=1)
    await misses.note(HALL_ID, long_ago, "old")
    for n in range(kept.DAY_MAX):
        await misses.note(HALL_ID, DAY, f"word {n:03}")
    await misses.note(HALL_ID, DAY, "one too many")
    await misses.note(HALL_ID, DAY, "word 007")
    found = await misses.since(HALL_ID, long_ago, 1000)
    assert len(found) == kept.DAY_MAX
    assert found[0] == Miss(query="word 007", times=2, last_day=DAY)
    assert not {"one too many", "old"} & {miss.query for miss in found}
