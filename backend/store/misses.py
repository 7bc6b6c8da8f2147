"""What visitors looked for and did not find, for those who write the guides."""

from datetime import date, timedelta

import msgspec
from msgspec import Struct

from backend.core.ids import HallId
from backend.store.database import Database, queries

DAY_MAX = 500
"""Different words that a hall keeps of a day; more are noise, or somebody's program."""
KEPT_DAYS = timedelta(days=90)


class Miss(Struct, frozen=True, kw_only=True):
    """Words that nothing was found for."""

    query: str
    times: int
    last_day: date


class Misses:
    """The misses of all halls; every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, hall_id: HallId, day: date, query: str) -> None:
        """Count the words once more; `query` is masked and of one form."""
        async with self._database.connection() as connection:
            await queries.note_miss(connection, hall_id=hall_id, day=day, query=query, most=DAY_MAX)
            await queries.forget_misses(connection, hall_id=hall_id, before=day - KEPT_DAYS)

    async def since(self, hall_id: HallId, day: date, count: int) -> list[Miss]:
        """What was not found since the day, the most often first."""
        async with self._database.connection() as connection:
            rows = queries.misses(connection, hall_id=hall_id, since=day, count=count)
            return [msgspec.convert(dict(row), Miss) async for row in rows]
