"""Statistics over HTTP: the same figures as rows, as files, and what is behind each (ST1-ST3)."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any, Literal

from litestar import Response, get
from litestar.di import Provide
from litestar.params import Parameter, QueryParameter
from msgspec import Meta, Struct
from msgspec.structs import replace

from backend.core.access import Reading, has
from backend.core.figures import (
    Behind,
    CounterSpan,
    Dimension,
    Figures,
    MeasureName,
    StatisticsGuide,
)
from backend.core.ids import HallId, StaffId
from backend.core.rules.disclosure import Sight, sight_of
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, asker_of, denied, hall_of
from backend.identity import Identity
from backend.office.case_desk import CaseDesk, Known
from backend.office.figure_sheet import sheet_of
from backend.office.figure_words import names_of
from backend.office.sheets import MEDIA_TYPES, Format, written
from backend.problem import ProblemError
from backend.store.measures.form import Measure, dimensions_of
from backend.store.measures.listed import MEASURES
from backend.store.statistics import Query, Statistics, TooManyRowsError, is_possible
from backend.wire.messages import ErrorCode

BY_MAX = 2
DAYS_MAX = 3 * 366
YEAR_MIN = 2000
VALUES_MAX = 60
HALLS_MAX = 20
HEADERS = {"Cache-Control": "no-store"}

Listed = Annotated[str, Parameter(max_length=2000)]
Value = Annotated[str, Meta(max_length=128)]
Day = date


class Asked(Struct, frozen=True, kw_only=True):
    """Whose figures are asked for, and what of them is told."""

    known: Known
    sight: Sight
    query: Query


@get("/api/halls/{hall_id:str}/statistics/guide")
async def statistics_guide(
    request: AnyRequest, hall_id: str, halls: Halls, identity: Identity, case_desk: CaseDesk
) -> StatisticsGuide:
    """What may be asked, and how the hall's things are called."""
    hall = hall_of(halls, hall_id)
    sight = await _sight(request, hall.hall_id, identity)
    known = await case_desk.known(hall)
    return StatisticsGuide(
        hall_id=hall.hall_id,
        hall=known.plan.name,
        time_zone=known.plan.time_zone,
        today=known.today,
        measures=tuple(
            MeasureName(
                measure_id=measure.measure_id,
                name=measure.name,
                formula=measure.formula,
                unit=measure.unit,
                dimensions=dimensions_of(measure),
            )
            for measure in MEASURES.values()
        ),
        names=names_of(known),
        sees_behind=sight.sees_behind,
        keeps_back=sight.keeps_back,
        clerk_id=sight.clerk_id,
        department_ids=None
        if sight.department_ids is None
        else tuple(sorted(sight.department_ids)),
    )


async def asked(
    request: AnyRequest,
    *,
    hall_id: str,
    halls: Halls,
    identity: Identity,
    case_desk: CaseDesk,
    measures: Listed,
    first: Annotated[Day, QueryParameter(name="from")],
    last: Annotated[Day, QueryParameter(name="to")],
    by: Listed = "",
    only: Annotated[list[Value] | None, Parameter(max_items=VALUES_MAX)] = None,
    also: Annotated[list[Value] | None, Parameter(max_items=HALLS_MAX)] = None,
) -> Asked:
    """What the address asks for, narrowed to what may be told; a problem when it is nothing.

    `only`: `queue:A`, of these values of a dimension; `queue:` of what has none.  `also`: further
    halls, whose figures are put together with this one's, or told apart by `hall`.
    """
    hall = hall_of(halls, hall_id)
    sight = await _sight(request, hall.hall_id, identity)
    others = [hall_of(halls, other).hall_id for other in also or ()]
    for other in others:
        if await _sight(request, other, identity) != sight:
            raise ProblemError(HTTPStatus.FORBIDDEN, ErrorCode.FORBIDDEN, f"not of {other}")
    if not first <= last or (last - first).days >= DAYS_MAX or first.year < YEAR_MIN:
        raise _malformed(f"ask for 1 to {DAYS_MAX} days, the first before the last")
    dimensions = tuple(_dimension(name) for name in by.split(",") if name)
    if len(dimensions) > BY_MAX or len(set(dimensions)) < len(dimensions):
        raise _malformed(f"`by` names at most {BY_MAX} dimensions, each once")
    query = Query(
        hall_ids=(hall.hall_id, *others),
        first=first,
        last=last,
        measures=tuple(_measure(name) for name in measures.split(",") if name),
        by=dimensions,
        only=_narrowed(_only(only or ()), sight),
        at=hall.now(),
        keeps_back=sight.keeps_back,
    )
    if not query.measures:
        raise _malformed("`measures` names at least one")
    return Asked(known=await case_desk.known(hall), sight=sight, query=query)


_ASKED = {"wanted": Provide(asked)}


@get("/api/halls/{hall_id:str}/statistics", dependencies=_ASKED)
async def figures(wanted: Asked, statistics: Statistics) -> Figures:
    """The figures of a period by at most two dimensions, beside those of the period before."""
    return await _figures(wanted, statistics)


@get("/api/halls/{hall_id:str}/statistics/export", dependencies=_ASKED)
async def export_figures(
    wanted: Asked,
    statistics: Statistics,
    form: Annotated[Format, QueryParameter(name="format")] = Format.XLSX,
    language: Literal["zh", "en"] = "zh",
) -> Response[bytes]:
    """The same rows as a file."""
    found = await _figures(wanted, statistics)
    sheet = sheet_of(found, wanted.query, wanted.known, language)
    body = await asyncio.to_thread(written, sheet, form)
    name = f"statistics-{found.first}-{found.last}.{form.value}"
    return Response(
        body,
        media_type=MEDIA_TYPES[form],
        headers={**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'},
    )


@get("/api/halls/{hall_id:str}/statistics/behind", dependencies=_ASKED)
async def behind_figure(wanted: Asked, statistics: Statistics) -> list[Behind]:
    """The tickets or cases behind one figure, oldest first."""
    (measure, *others) = wanted.query.measures
    if others or not is_possible(wanted.query, measure):
        raise _malformed("name one measure, and dimensions that it has")
    if not wanted.sight.sees_behind:
        raise ProblemError(HTTPStatus.FORBIDDEN, ErrorCode.FORBIDDEN, "figures only")
    return await statistics.behind(wanted.query)


@get("/api/halls/{hall_id:str}/statistics/spans")
async def counter_spans(
    request: AnyRequest,
    *,
    hall_id: str,
    day: Day,
    halls: Halls,
    identity: Identity,
    statistics: Statistics,
) -> list[CounterSpan]:
    """What the counters did on a day, each in order of time."""
    hall = hall_of(halls, hall_id)
    sight = await _sight(request, hall.hall_id, identity)
    found = await statistics.spans(hall.hall_id, day, sight.clerk_id, sight.department_ids)
    return found if sight.sees_behind else [replace(span, ticket_id=None) for span in found]


ROUTES: list[Any] = [statistics_guide, figures, export_figures, behind_figure, counter_spans]


async def _sight(request: AnyRequest, hall_id: HallId, identity: Identity) -> Sight:
    asker = await asker_of(request, hall_id, identity)
    own = [grant for grant in asker.grants if has(grant.role, Reading.STATISTICS)]
    sight = sight_of(own, StaffId(asker.by.id))
    if sight is None:
        raise denied(asker.by)
    return sight


async def _figures(wanted: Asked, statistics: Statistics) -> Figures:
    try:
        return await statistics.figures(wanted.query)
    except TooManyRowsError as error:
        detail = "too many rows: ask for a shorter period or fewer dimensions"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.TOO_LARGE, detail) from error


def _measure(name: str) -> Measure:
    found = MEASURES.get(name)
    if found is None:
        raise _malformed("there is no such measure; see /statistics/guide")
    return found


def _dimension(name: str) -> Dimension:
    try:
        return Dimension(name)
    except ValueError as error:
        raise _malformed("there is no such dimension; see /statistics/guide") from error


def _only(values: Iterable[str]) -> dict[Dimension, tuple[str, ...]]:
    found: dict[Dimension, tuple[str, ...]] = {}
    for value in values:
        name, _, key = value.partition(":")
        if "\0" in key:
            raise _malformed("no such value")
        dimension = _dimension(name)
        found[dimension] = (*found.get(dimension, ()), key)
    return found


def _narrowed(
    only: Mapping[Dimension, tuple[str, ...]], sight: Sight
) -> dict[Dimension, tuple[str, ...]]:
    """What is asked for, of what is told; of anything else there is nothing."""
    found = dict(only)
    limits: dict[Dimension, Iterable[str] | None] = {
        Dimension.CLERK: None if sight.clerk_id is None else (sight.clerk_id,),
        Dimension.DEPARTMENT: sight.department_ids,
    }
    for dimension, limit in limits.items():
        if limit is not None:
            told = sorted(limit)
            wanted = found.get(dimension)
            found[dimension] = tuple(v for v in told if wanted is None or v in wanted)
    return found


def _malformed(detail: str) -> ProblemError:
    return ProblemError(HTTPStatus.BAD_REQUEST, ErrorCode.MALFORMED, detail)
