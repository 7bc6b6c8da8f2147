"""The tables of working days in PostgreSQL: read, seeded, replaced a year at a time (DL1)."""

from typing import Any

import msgspec

from backend.core.workdays import ANNOUNCED, CalendarDay, WorkCalendar, calendar_of
from backend.store.audit import NoteIn, not_noted
from backend.store.database import Database, queries

SEEDED_BY = "system"


class Calendars:
    """The years that are announced; every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def years(self) -> dict[int, tuple[CalendarDay, ...]]:
        """What the table of each announced year says, by day."""
        async with self._database.connection() as connection:
            found: dict[int, list[CalendarDay]] = {
                row["year"]: [] async for row in queries.calendar_years(connection)
            }
            async for row in queries.calendar_days(connection):
                day = msgspec.convert(dict(row), CalendarDay)
                found.setdefault(day.day.year, []).append(day)  # imported between the two reads
        return {year: tuple(days) for year, days in found.items()}

    async def calendar(self) -> WorkCalendar:
        """The calendar of all announced years."""
        return calendar_of(await self.years())

    async def seed(self) -> None:
        """Put in the years known to this version; a year that has a table keeps it."""
        async with self._database.connection() as connection:
            for year, days in ANNOUNCED.items():
                await _put(connection, year, days, SEEDED_BY)

    async def put_year(
        self,
        year: int,
        days: tuple[CalendarDay, ...],
        *,
        by: str,
        note_in: NoteIn = not_noted,
    ) -> None:
        """Replace the table of a year, or announce the year; `days` are all in it."""
        async with self._database.connection() as connection:
            await queries.forget_calendar_year(connection, year=year)
            await _put(connection, year, days, by)
            await note_in(connection)


async def _put(connection: Any, year: int, days: tuple[CalendarDay, ...], by: str) -> None:
    status: str = await queries.put_calendar_year(connection, year=year, imported_by=by)
    if status.endswith(" 1"):  # INSERT 0 1
        await queries.put_calendar_days(
            connection,
            days=[day.day for day in days],
            works=[day.is_working for day in days],
            names=[day.name for day in days],
        )
