"""What a hall publishes is what statistics say, without small groups and fresh ratings (ST4)."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from backend.core.evaluation import DAYS_MAX
from backend.core.figures import Dimension, FigureRow, Figures
from backend.demo.cases import load_catalogue
from backend.demo.hall import HALL_ID, load_demo
from backend.site.figures import months_told
from backend.site.published import (
    COUNTED,
    KEPT_BACK,
    SAID,
    beside,
    first_of,
    published,
    rows_kept_back,
    said_until_of,
)
from backend.store.asked_figures import Query
from backend.store.counts import Counts
from backend.store.database import Database
from backend.store.measures.listed import MEASURES
from backend.store.statistics import Statistics
from tests.bench_year.life import SHANGHAI
from tests.bench_year.load import Dose, lived, store
from tests.support.servers import Server, fresh_database

TODAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 10, tzinfo=UTC)
DAYS = {
    date(2025, 11, 28): 12,  # before the months that are told
    date(2026, 5, 12): 60,
    date(2026, 7, 14): 2,  # too few to be told of
    date(2026, 9, 8): 9,
    date(2026, 10, 14): 70,
    date(2026, 11, 12): 15,
    TODAY: 7,
}
"""How many cases were accepted on which day."""


@pytest.fixture(scope="module")
async def hall(postgres: Server, template: str) -> AsyncIterator[Database]:
    """A hall with a year behind it, counted."""
    url = await fresh_database(postgres.url, template)
    first_no = 1
    for day, cases in DAYS.items():
        dose = Dose(day=day, visitors=cases + 2, first_no=first_no, cases=cases)
        life, found = lived(dose, 3, TODAY)
        await store(url, day, life.commits, found)
        first_no += cases
    database = Database(url)
    await load_demo(database)
    await load_catalogue(database)
    counts = Counts(database)
    for day in await counts.days_to_count(HALL_ID):
        await counts.count_day(HALL_ID, day)
    await counts.count_cases(HALL_ID, SHANGHAI)
    async with database.connection() as connection:  # not everybody is satisfied
        await connection.execute(
            "UPDATE counted_visits AS v SET level = 2 FROM (SELECT day, ticket_id, row_number()"
            " OVER (ORDER BY day, ticket_id) AS n FROM counted_visits WHERE level IS NOT NULL)"
            " AS o WHERE (o.day, o.ticket_id) = (v.day, v.ticket_id) AND n % 3 = 0"
        )
        await connection.execute(  # and nothing is late
            "UPDATE counted_cases SET due_at = decided_at WHERE decided_at > due_at"
        )
    yield database
    await database.close()


async def in_full(hall: Database, last: date, by: Dimension, *measure_ids: str) -> Figures:
    """The same figures as those are told who are told all."""
    return await Statistics(hall).figures(
        Query(
            hall_ids=(HALL_ID,),
            first=date(2025, 12, 1),
            last=last,
            measures=tuple(MEASURES[measure_id] for measure_id in measure_ids),
            by=(by,),
            at=AT,
        )
    )


def values(figures: Figures) -> dict[str | None, list[tuple[float | None, int]]]:
    def row(one: FigureRow) -> list[tuple[float | None, int]]:
        return [(cell.value, cell.n) for cell in one.cells]

    return {one.keys[0]: row(one) for one in figures.rows} | {"": row(figures.total)}


async def test_published_figures_are_those_of_statistics__ST4(hall: Database) -> None:
    found = await published(Statistics(hall), HALL_ID, TODAY, AT)
    full = values(await in_full(hall, TODAY, Dimension.MONTH, *COUNTED))
    told = values(found.months)
    assert told[""] == full[""]
    assert told[""][0][1] == sum(DAYS.values()) - 12
    assert told["2026-11"] == full["2026-11"]
    assert told["2026-11"][0][0] == 15 + 7  # today's cases, too
    departments = values(await in_full(hall, TODAY, Dimension.DEPARTMENT, *COUNTED))
    cells = {key: row.cells for row in found.departments.rows for key in row.keys}
    for key, own in cells.items():
        for cell, whole in zip(own, departments[key], strict=True):
            assert cell.is_kept_back or (cell.value, cell.n) == whole


async def test_small_months_and_departments_are_withheld_whole__ST4(hall: Database) -> None:
    found = await published(Statistics(hall), HALL_ID, TODAY, AT)
    assert rows_kept_back(found.months) == {"2026-07", "2026-09"}  # the small one, and the next
    for counted, said in (
        (found.months, found.said_by_month),
        (found.departments, found.said_by_department),
    ):
        back = rows_kept_back(counted)
        for row in (*counted.rows, *said.rows):
            assert all(cell.is_kept_back for cell in row.cells) or row.keys[0] not in back
            assert all(cell.is_kept_back or cell.n == 0 or cell.n >= 5 for cell in row.cells)
            assert all(
                not cell.is_kept_back or (cell.value, cell.n) == (None, 0) for cell in row.cells
            )
        assert not any(
            cell.is_kept_back
            for row in counted.rows
            for cell in row.cells
            if row.keys[0] not in back
        )
    assert rows_kept_back(found.departments)


async def test_hall_that_decides_all_in_time_tells_so_beside_small_departments__ST4(
    hall: Database,
) -> None:
    found = await published(Statistics(hall), HALL_ID, TODAY, AT)
    in_time = COUNTED.index("on_time_rate")
    assert any(row.cells[in_time].is_kept_back for row in found.departments.rows)
    assert found.departments.total.cells[in_time].value == 100.0
    assert found.months.total.cells[in_time].value == 100.0


async def test_what_was_said_is_told_once_nobody_can_rate_any_more__ST4(hall: Database) -> None:
    statistics = Statistics(hall)
    now = await published(statistics, HALL_ID, TODAY, AT)
    assert now.said_until == date(2026, 10, 31)
    later = await published(statistics, HALL_ID, date(2026, 12, 5), AT)
    assert later.said_until == date(2026, 11, 30)
    full = values(await in_full(hall, date(2026, 11, 30), Dimension.MONTH, *SAID))
    for found, months in (
        (now, {"2026-05", "2026-10"}),
        (later, {"2026-05", "2026-10", "2026-11"}),
    ):
        told = values(found.said_by_month)
        assert {key for key, (given, _) in told.items() if key and given[1]} == months
        assert all(told[key] == full[key] for key in months)
        assert told[""][0][1] == sum(full[key][0][1] for key in months)
    (november,) = (row for row in later.said_by_month.rows if row.keys == ("2026-11",))
    assert november.cells[0].n == full["2026-11"][0][1] > 0


async def test_pages_of_two_days_differ_by_five_ratings_of_a_department_at_least__EV4(
    hall: Database,
) -> None:
    """Not those of a month whatever it is, either: it would tell of it when it is over."""
    ratings = await Statistics(hall).figures(
        Query(
            hall_ids=(HALL_ID,),
            first=date(2025, 12, 1),
            last=date(2026, 11, 30),
            measures=(MEASURES["given"],),
            by=(Dimension.DEPARTMENT, Dimension.MONTH),
            at=AT,
        )
    )
    told = 0
    for today in (TODAY, date(2026, 12, 5)):
        found = await published(Statistics(hall), HALL_ID, today, AT)
        months = {row.keys[0] for row in found.said_by_month.rows if row.cells[0].n}
        for row in found.said_by_department.rows:
            own = [r.cells[0].n for r in ratings.rows if r.keys[0] == row.keys[0]]
            of_months = [
                r.cells[0].n
                for r in ratings.rows
                if r.keys[0] == row.keys[0] and r.keys[1] in months
            ]
            assert own
            assert row.cells[0].is_kept_back or row.cells[0].n == sum(of_months)
            assert row.cells[0].is_kept_back or not set(of_months) & {1, 2, 3, 4}
            told += not row.cells[0].is_kept_back
    assert told


def test_what_was_said_is_told_by_whole_months__ST4() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(800)]
    assert {(day + timedelta(days=1)).day for day in map(said_until_of, days)} == {1}
    for day in days:
        assert said_until_of(day) <= day - timedelta(days=DAYS_MAX)
        assert said_until_of(day) > day - timedelta(days=31 + DAYS_MAX)


async def test_total_that_one_table_keeps_back_is_told_by_neither__ST4(hall: Database) -> None:
    found = await published(Statistics(hall), HALL_ID, TODAY, AT)
    first = found.departments.total
    small = replace(found.departments, total=replace(first, cells=(KEPT_BACK, *first.cells[1:])))
    told = beside(found.months, small)
    for own, whole in zip(
        (told.total, *told.rows), (found.months.total, *found.months.rows), strict=True
    ):
        assert own.cells == (KEPT_BACK, *whole.cells[1:])


async def test_every_month_has_a_line__ST4(hall: Database) -> None:
    found = await published(Statistics(hall), HALL_ID, TODAY, AT)
    lines = months_told(found)
    assert [line.name.en for line in (lines[0], lines[-1])] == ["Dec 2025", "Nov 2026"]
    assert len(lines) == 12
    empty = next(line for line in lines if line.name.en == "Feb 2026")
    assert [one.value for one in empty.figures] == ["0", "0", "—", "0", "—", "—"]
    small = next(line for line in lines if line.name.en == "Jul 2026")
    assert small.figures[0].is_kept_back


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2026, 11, 20), date(2025, 12, 1)),
        (date(2026, 12, 31), date(2026, 1, 1)),
        (date(2027, 1, 1), date(2026, 2, 1)),
    ],
)
def test_twelve_months_end_with_this_one__ST4(today: date, first: date) -> None:
    assert first_of(today) == first
