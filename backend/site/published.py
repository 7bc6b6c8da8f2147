"""What a hall tells anybody of itself: the figures of statistics, of the last months (ST4)."""

import asyncio
from collections.abc import Collection
from datetime import date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from backend.core.figures import Dimension, FigureCell, FigureRow, Figures
from backend.core.ids import HallId
from backend.core.rules.disclosure import PERSONS_MIN, ratings_told_until
from backend.office.case_desk import Known
from backend.site.kept import Kept
from backend.store.asked_figures import Query
from backend.store.measures.listed import MEASURES
from backend.store.statistics import Statistics

MONTHS = 12
FRESH_S = 30.0
"""How old what is told may be, beside the minute in which the recorder counts."""
COUNTED = ("accepted", "decided", "on_time_rate", "served")
SAID = ("given", "satisfied_rate")
KEPT_BACK = FigureCell(value=None, n=0, is_kept_back=True)


class Published(Struct, frozen=True, kw_only=True):
    """The figures of the last months, this one among them."""

    today: date
    first: date
    said_until: date
    """The last day of whose visits it is told what was said: a whole month's, since the pages of
    two days, one taken from the other, would tell of a day; no rating of it can come (EV4)."""
    months: Figures
    """COUNTED by month, until today."""
    departments: Figures
    """The same by department."""
    said_by_month: Figures
    """SAID by month, until `said_until`."""
    said_by_department: Figures


class PublishedDesk:
    """Reads what is published, once for all who ask within some seconds."""

    def __init__(self, statistics: Statistics) -> None:
        self._statistics = statistics
        self._kept = Kept()

    async def of(self, known: Known, at: datetime) -> Published:
        """What the hall tells now.  Raises StoreError."""
        hall_id, today = known.plan.hall_id, known.today
        return await self._kept.get(
            (hall_id, today), FRESH_S, lambda: published(self._statistics, hall_id, today, at)
        )


async def published(
    statistics: Statistics, hall_id: HallId, today: date, at: datetime
) -> Published:
    """What is told on the day `today`.

    A month is never asked for by itself: what one answer keeps back, another would tell (ST3).
    """
    first, said_until = first_of(today), said_until_of(today)

    ask = Query(
        hall_ids=(hall_id,),
        first=first,
        last=today,
        measures=tuple(MEASURES[measure_id] for measure_id in COUNTED),
        at=at,
        keeps_back=True,
        is_whole=True,
    )
    measures = tuple(MEASURES[measure_id] for measure_id in SAID)
    said = replace(ask, last=said_until, measures=measures)

    async def by(dimension: Dimension, query: Query) -> Figures:
        return await statistics.figures(replace(query, by=(dimension,)))

    months, departments, ratings = await asyncio.gather(
        by(Dimension.MONTH, ask),
        by(Dimension.DEPARTMENT, ask),
        by(Dimension.MONTH, replace(said, keeps_back=False)),
    )
    told = {key_of(row) for row in ratings.rows if row.cells[0].n >= PERSONS_MIN}
    told -= rows_kept_back(months)
    said = replace(said, only={Dimension.MONTH: tuple(sorted(told))})
    said_by_month, said_by_department = await asyncio.gather(
        by(Dimension.MONTH, said),
        by(Dimension.DEPARTMENT, replace(said, least_by=Dimension.MONTH)),
    )
    silent = {key_of(row) for row in ratings.rows if row.cells[0].n} - told
    said_by_month = without(said_by_month, silent | rows_kept_back(months))
    said_by_department = without(said_by_department, rows_kept_back(departments))
    return Published(
        today=today,
        first=first,
        said_until=said_until,
        months=beside(months, departments),
        departments=beside(departments, months),
        said_by_month=beside(said_by_month, said_by_department),
        said_by_department=beside(said_by_department, said_by_month),
    )


def key_of(row: FigureRow) -> str:
    """The month or the department; nothing for what has none."""
    return row.keys[0] or ""


def rows_kept_back(figures: Figures) -> set[str]:
    """The groups of which something is kept back that the total has."""
    return {
        key_of(row)
        for row in figures.rows
        for cell, total in zip(row.cells, figures.total.cells, strict=True)
        if cell.is_kept_back and not total.is_kept_back
    }


def without(figures: Figures, keys: Collection[str]) -> Figures:
    """The figures with nothing of these groups; nor of the total, where there is no other."""
    back = (KEPT_BACK,) * len(figures.measure_ids)
    told = [row for row in figures.rows if key_of(row) not in keys]
    rows = (*told, *(FigureRow(keys=(key,), cells=back) for key in sorted(keys)))
    total = figures.total if told or not keys else replace(figures.total, cells=back)
    return replace(figures, total=total, rows=rows)


def beside(told: Figures, other: Figures) -> Figures:
    """The figures without those whose total the other table keeps back: they add up to it (ST3)."""
    back = [cell.is_kept_back for cell in other.total.cells]

    def row(own: FigureRow) -> FigureRow:
        cells = zip(own.cells, back, strict=True)
        return replace(own, cells=tuple(KEPT_BACK if is_back else cell for cell, is_back in cells))

    return replace(told, total=row(told.total), rows=tuple(row(one) for one in told.rows))


def first_of(today: date) -> date:
    """The first day of the months that are told."""
    year, month = divmod(today.year * 12 + today.month - MONTHS, 12)
    return date(year, month + 1, 1)


def said_until_of(today: date) -> date:
    """The end of the last month of whose visits no rating can come (EV4)."""
    return (ratings_told_until(today) + timedelta(days=1)).replace(day=1) - timedelta(days=1)
