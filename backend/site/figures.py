"""What the hall has done, in figures that anybody may read (ST4)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from litestar import Response, route
from litestar.di import NamedDependency
from msgspec import Struct

from backend.core.figures import FigureCell, FigureRow, Figures, Unit
from backend.core.ids import DepartmentId, Text
from backend.core.rules.disclosure import PERSONS_MIN
from backend.hub.http import AnyRequest
from backend.office.case_desk import Known
from backend.site.asked import READ, Context, paths
from backend.site.dates import full_day_text, month_text, time_text
from backend.site.pages import FRESH, Pages
from backend.site.published import COUNTED, SAID, Published, PublishedDesk
from backend.store.measures.form import Measure
from backend.store.measures.listed import MEASURES

SHOWN: tuple[Measure, ...] = tuple(MEASURES[measure_id] for measure_id in (*COUNTED, *SAID))
CHART_WIDTH, CHART_HEIGHT = 360, 120
"""Units of the drawing: about a pixel on a phone."""


class Told(Struct, frozen=True, kw_only=True):
    """A figure as the page writes it."""

    value: str = "—"
    n: str | None = None
    """What a share rests on; a count is its own."""
    is_kept_back: bool = False


class Line(Struct, frozen=True, kw_only=True):
    """A month or a department, and its figures in the order of SHOWN."""

    name: Text
    figures: tuple[Told, ...]


class Bar(Struct, frozen=True, kw_only=True):
    """A month in the picture."""

    x: float
    width: float
    height: float
    decided_height: float
    month: int
    told: Told


@route(paths("/figures"), http_method=READ)
async def figures_page(
    request: AnyRequest,
    pages: NamedDependency[Pages],
    published_desk: NamedDependency[PublishedDesk],
) -> Response[bytes]:
    """The figures of this month and the last twelve, by month and by department."""
    at = await pages.asked(request)
    found = await published_desk.of(at.known, at.hall.now())
    return pages.kept(
        request,
        at,
        "figures.html",
        lambda: _context(found, at.known),
        of=(found,),
        caching=FRESH,
    )


ROUTES: list[Any] = [figures_page]


def _context(found: Published, known: Known) -> Context:
    months = months_told(found)
    counted_at = found.months.days.counted_at
    return {
        "measures": SHOWN,
        "this_month": months[-1],
        "whole": _line(Text(zh="", en=""), found.months.total, found.said_by_month.total),
        "months": months[::-1],
        "departments": departments_told(found, known),
        "bars": bars_of(found, months),
        "chart": (CHART_WIDTH, CHART_HEIGHT),
        "is_empty": not found.months.rows,
        "first": full_day_text(found.first),
        "last": full_day_text(found.today),
        "said_until": full_day_text(found.said_until),
        "counted": None if counted_at is None else time_text(counted_at, known.plan.time_zone),
        "persons_min": PERSONS_MIN,
    }


def months_told(found: Published) -> list[Line]:
    """Every month of the period, the oldest first; those in which nothing happened, too."""
    counted, said = _by_key(found.months), _by_key(found.said_by_month)
    return [
        _line(month_text(month), counted.get(key), said.get(key))
        for month in _months(found.first, found.today)
        for key in (f"{month:%Y-%m}",)
    ]


def departments_told(found: Published, known: Known) -> list[Line]:
    """The departments of which anything is counted, in the hall's order, then those gone."""
    counted, said = _by_key(found.departments), _by_key(found.said_by_department)
    places = {str(department_id): n for n, department_id in enumerate(known.departments)}
    own = sorted(
        (key for key in counted if key is not None), key=lambda k: (places.get(k, len(places)), k)
    )
    return [
        _line(known.department_name(DepartmentId(key)), counted[key], said.get(key)) for key in own
    ]


def bars_of(found: Published, months: Sequence[Line]) -> list[Bar]:
    """The cases accepted and decided in each month; nothing where that is kept back."""
    cells = _by_key(found.months)
    rows = [cells.get(f"{month:%Y-%m}") for month in _months(found.first, found.today)]
    values = [[_size(row, 0), _size(row, 1)] for row in rows]
    most = max((accepted for accepted, _ in values), default=0) or 1
    step = CHART_WIDTH / len(rows)
    return [
        Bar(
            x=round(n * step + step * 0.15, 1),
            width=round(step * 0.7, 1),
            height=round(CHART_HEIGHT * accepted / most, 1),
            decided_height=round(CHART_HEIGHT * min(decided, accepted) / most, 1),
            month=month.month,
            told=line.figures[0],
        )
        for n, ((accepted, decided), line, month) in enumerate(
            zip(values, months, _months(found.first, found.today), strict=True)
        )
    ]


def _size(row: FigureRow | None, place: int) -> float:
    return 0.0 if row is None else row.cells[place].value or 0.0


def _line(name: Text, counted: FigureRow | None, said: FigureRow | None) -> Line:
    none = (None,) * len(COUNTED)
    cells = zip(none if counted is None else counted.cells, SHOWN, strict=False)
    ratings = (Told(),) * len(SAID)
    if said is not None:
        own = zip(said.cells, SHOWN[len(COUNTED) :], strict=True)
        ratings = tuple(told(cell, measure.unit) for cell, measure in own)
    return Line(
        name=name,
        figures=(*(told(cell, measure.unit) for cell, measure in cells), *ratings),
    )


def told(cell: FigureCell | None, unit: Unit) -> Told:
    """A figure in words; None: nothing happened that it would be of."""
    is_count = unit is Unit.COUNT
    if cell is None:
        return Told(value="0") if is_count else Told()
    if cell.is_kept_back:
        return Told(is_kept_back=True)
    if is_count:
        return Told(value=f"{cell.value or 0:,.0f}")
    if cell.value is None:
        return Told()
    return Told(value=f"{cell.value:.2f}%", n=f"{cell.n:,}")


def _by_key(figures: Figures) -> dict[str | None, FigureRow]:
    return {row.keys[0]: row for row in figures.rows}


def _months(first: date, last: date) -> list[date]:
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]
