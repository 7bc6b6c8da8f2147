"""Counts what halls have archived, for statistics: today's day as it goes on, closed ones once."""

import asyncio
from zoneinfo import ZoneInfo

import structlog

from backend.core.ids import HallId
from backend.store.counts import Counts
from backend.store.directory import Directory
from backend.store.followups import FollowUps
from backend.store.plans import Plans
from backend.store.stream import StoreError

COUNT_EVERY_S = 60.0
"""How old the figures of the present day may be."""

log = structlog.get_logger()


async def keep_counts(
    directory: Directory, counts: Counts, plans: Plans, follow_ups: FollowUps
) -> None:
    """Count every hall's days and cases again whenever more of them is archived, for ever."""
    while True:
        for entry in directory.contents.halls:
            try:
                await count_hall(entry.hall_id, counts, plans, follow_ups)
            except StoreError as error:
                log.warning("counting_waits", hall_id=entry.hall_id, error=str(error))
        await asyncio.sleep(COUNT_EVERY_S)


async def count_hall(hall_id: HallId, counts: Counts, plans: Plans, follow_ups: FollowUps) -> None:
    """Count what is archived of the hall and not counted yet; have bursts of ratings looked at.

    Raises StoreError.
    """
    plan = await plans.newest(hall_id)
    if plan is None:
        return
    for day in await counts.days_to_count(hall_id):
        counted = await counts.count_day(hall_id, day)
        if counted is not None and counted.flagged:
            await follow_ups.flag(hall_id, day, counted.flagged)
        if counted is not None and counted.revision > 0 and counted.rows:
            log.info("day_corrected", hall_id=hall_id, day=str(day), rows=counted.rows)
    await counts.count_cases(hall_id, ZoneInfo(plan.time_zone))
