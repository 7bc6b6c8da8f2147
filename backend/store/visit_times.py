"""How long people usually waited, by weekday and half hour, from counted days."""

from datetime import date

import msgspec
from msgspec import Struct

from backend.core.ids import HallId
from backend.store.database import Database, queries


class UsualWait(Struct, frozen=True, kw_only=True):
    """What a weekday, or a half hour of it, was like."""

    weekday: int
    """1 is Monday."""
    half_hour: int | None
    """From midnight by the hall's clock; None: the whole day."""
    wait_s: float
    """The median."""
    visits: int
    days: int


class VisitTimes:
    """The past of all halls; may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def usual_waits(
        self, hall_id: HallId, queue_id: str | None, first: date, before: date
    ) -> list[UsualWait]:
        """Of the days from `first` to the one before `before`, of one queue or the whole hall."""
        async with self._database.connection() as connection:
            rows = queries.usual_waits(
                connection, hall_id=hall_id, queue_id=queue_id, first=first, before=before
            )
            return [msgspec.convert(dict(row), UsualWait) async for row in rows]
