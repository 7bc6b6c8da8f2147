"""The working-day table: seeded, imported by year, read as one calendar (DL1)."""

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from backend.core.cases.words import CaseId
from backend.core.workdays import ANNOUNCED, CalendarDay, calendar_of
from backend.import_calendar import CalendarError, announce_year, year_in, year_of
from backend.store.calendars import Calendars
from backend.store.database import Database
from backend.store.plans import Plans
from backend.store.stream import StoreError
from tests.support.case_desk import STAMP, Desk
from tests.support.cases import noon

FILE = "date,is_working,name\r\n2027-02-06,FALSE,春节\r\n2027-01-30,1,春节\r\n"
WORKED = CalendarDay(day=date(2027, 1, 30), is_working=True, name="春节")
FREE = CalendarDay(day=date(2027, 2, 6), is_working=False, name="春节")


def lines(*rows: str) -> list[str]:
    return ["date,is_working,name", *rows]


async def test_seeded_table_is_the_announced_years__DL1(database: Database) -> None:
    calendars = Calendars(database)
    assert await calendars.years() == {}
    await calendars.seed()
    await calendars.seed()
    years = await calendars.years()
    assert {year: set(days) for year, days in years.items()} == {
        year: set(days) for year, days in ANNOUNCED.items()
    }
    assert await calendars.calendar() == calendar_of(ANNOUNCED)


async def test_imported_year_replaces_its_table_and_is_not_seeded_over__DL1(
    database: Database,
) -> None:
    calendars = Calendars(database)
    await calendars.seed()
    moved = CalendarDay(day=date(2026, 12, 31), is_working=False, name="校庆")
    await calendars.put_year(2026, (moved,), by="chief")
    await calendars.put_year(2027, (WORKED, FREE), by="chief")
    await calendars.seed()
    years = await calendars.years()
    assert sorted(years) == [2024, 2025, 2026, 2027]
    assert (years[2026], years[2027]) == ((moved,), (WORKED, FREE))


async def test_year_that_cannot_be_put_leaves_the_old_one__DL1(database: Database) -> None:
    calendars = Calendars(database)
    await calendars.put_year(2027, (WORKED,), by="chief")
    with pytest.raises(Exception, match="duplicate key"):
        await calendars.put_year(2027, (FREE, FREE), by="chief")
    assert await calendars.years() == {2027: (WORKED,)}


async def test_announced_year_moves_the_cases_of_every_hall__DL1(database: Database) -> None:
    at, desk = noon(date(2026, 12, 28)), Desk(database)
    stamp = replace(STAMP, at=at, plan=replace(STAMP.plan, version=1))
    calendars, plans = Calendars(database), Plans(database)
    await calendars.seed()
    await plans.put(stamp.plan, after=None, author="chief", reason="first")
    for n in range(2):
        await desk.accepted(CaseId(f"case-{n}"), stamp)
    off = CalendarDay(day=date(2027, 1, 1), is_working=False, name="元旦")
    assert {row["due_day"] for row in await desk.rows()} == {date(2027, 1, 11)}
    assert await announce_year(database, 2027, (off,), by="chief", at=at) == 2
    assert {(row["due_day"], row["is_provisional"]) for row in await desk.rows()} == {
        (date(2027, 1, 12), False)
    }
    assert await announce_year(database, 2027, (off,), by="chief", at=at) == 0


async def test_missing_server_is_a_store_error(no_database: Database) -> None:
    with pytest.raises(StoreError):
        await Calendars(no_database).calendar()


def test_file_of_a_year_is_read__DL1() -> None:
    assert year_in(FILE.splitlines()) == (2027, (WORKED, FREE))


def test_file_of_a_spreadsheet_is_read__DL1(tmp_path: Path) -> None:
    path = tmp_path / "2027.csv"
    path.write_bytes(FILE.encode("utf-8-sig"))
    assert year_of(path) == (2027, (WORKED, FREE))


@pytest.mark.parametrize("content", [None, b"day\n", "春节".encode("gbk")])
def test_file_that_cannot_be_read_says_which__DL1(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "2027.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CalendarError, match=r"2027\.csv.*; nothing was changed"):
        year_of(path)


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        ("the first line must name", ["day,works"]),
        ("there is no day", lines()),
        ("2: Invalid isoformat", lines("2027-2-30,true,x")),
        ("2: day is out of range", lines("2027-02-30,true,x")),
        ("2: .*bool", lines("2027-02-28,perhaps,x")),
        ("2: .*bool", lines("2027-02-28")),
        ("3: 2027-01-30 is there twice", lines("2027-01-30,true,x", "2027-01-30,false,x")),
        ("3: 2028-01-01 is of another year", lines("2027-01-30,true,x", "2028-01-01,false,x")),
        ("2: a name has at most", lines("2027-01-30,true," + "长" * 41)),
    ],
)
def test_file_that_is_wrong_is_told_where__DL1(words: str, rows: list[str]) -> None:
    with pytest.raises(CalendarError, match=words):
        year_in(rows)
