"""What a hall tells anybody of itself: the figures of statistics, of the last months (ST4)."""

import asyncio
from datetime import date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from backend.core.figures import Dimension, FigureCell, FigureRow, Figures
from backend.core.ids import HallId
from backend.core.rules.disclosure import ratings_told_until
from backend.office.case_desk import Known
from backend.site.kept import Kept
from backend.store.measures.listed import MEASURES
from backend.store.statistics import Query, Statistics

MONTHS = 12
FRESH_S = 30.0
"""How old what is told may be, beside the minute in which the recorder counts."""
COUNTED = ("accepted", "decided", "on_time_rate", "served", "given")
SAID = "satisfied_rate"
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

    async def by(dimension: Dimension, last: date, *measure_ids: str) -> Figures:
        return await statistics.figures(
            Query(
                hall_ids=(hall_id,),
                first=first,
                last=last,
                measures=tuple(MEASURES[measure_id] for measure_id in measure_ids),
                by=(dimension,),
                at=at,
                keeps_back=True,
            )
        )

    months, departments, said_by_month, said_by_department = await asyncio.gather(
        by(Dimension.MONTH, today, *COUNTED),
        by(Dimension.DEPARTMENT, today, *COUNTED),
        by(Dimension.MONTH, said_until, SAID),
        by(Dimension.DEPARTMENT, said_until, SAID),
    )
    return Published(
        today=today,
        first=first,
        said_until=said_until,
        months=beside(months, departments),
        departments=beside(departments, months),
        said_by_month=beside(said_by_month, said_by_department),
        said_by_department=beside(said_by_department, said_by_month),
    )


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
