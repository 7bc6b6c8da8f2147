"""Read which days of a year are worked, once the year is announced (DL1).

    date,is_working,name
    2026-10-10,true,国庆节

CSV in UTF-8 of the days that differ from Monday to Friday; further days do no harm.  The file is
the whole year: it takes the place of the table that the year has, and what is due of open cases
moves with it.
"""

import csv
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import msgspec

from backend.casework import keep_everywhere
from backend.core.workdays import CalendarDay
from backend.store.calendars import Calendars
from backend.store.cases import Cases
from backend.store.database import Database
from backend.store.plans import Plans

COLUMNS = {"date", "is_working", "name"}
NAME_MAX = 40


class CalendarError(Exception):
    """The file cannot be used: nothing was changed.  The words say where and what."""


def year_in(lines: Iterable[str]) -> tuple[int, tuple[CalendarDay, ...]]:
    """The year and its days, oldest first.

    Raises CalendarError: at the first line that is wrong.
    """
    rows = csv.DictReader(lines)
    if not set(rows.fieldnames or ()) >= COLUMNS:
        raise CalendarError("the first line must name the columns date, is_working, name")
    found: dict[date, CalendarDay] = {}
    for row in rows:
        try:
            day = _day(row)
            if day.day in found:
                raise ValueError(f"{day.day} is there twice")
            if found and day.day.year != min(found).year:
                raise ValueError(f"{day.day} is of another year than {min(found)}")
        except ValueError as error:
            raise CalendarError(f"{rows.line_num}: {error}") from error
        found[day.day] = day
    if not found:
        raise CalendarError("there is no day in it")
    return min(found).year, tuple(found[day] for day in sorted(found))


def year_of(path: Path) -> tuple[int, tuple[CalendarDay, ...]]:
    """As `year_in`, of a file.

    Raises CalendarError: it cannot be read, or a line is wrong.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:  # Excel begins with a mark
            return year_in(file)
    except (OSError, UnicodeDecodeError, CalendarError) as error:
        raise CalendarError(f"{path}: {error}; nothing was changed") from error


async def announce_year(
    database: Database, year: int, days: tuple[CalendarDay, ...], *, by: str, at: datetime
) -> int:
    """Put the table of the year in force; returns how many open cases it moved.

    Safe to repeat after a StoreError: cases that it did not come to are moved then.
    """
    calendars = Calendars(database)
    await calendars.put_year(year, days, by=by)
    return await keep_everywhere(Cases(database), Plans(database), await calendars.calendar(), at)


def _day(row: dict[str, str]) -> CalendarDay:
    """Raises ValueError: what is wrong with the row."""
    name = (row["name"] or "").strip()
    if len(name) > NAME_MAX:
        raise ValueError(f"a name has at most {NAME_MAX} characters")
    words = row["is_working"]
    return CalendarDay(
        day=date.fromisoformat((row["date"] or "").strip()),
        is_working=msgspec.convert((words or "").strip().lower(), bool, strict=False),
        name=name,
    )
