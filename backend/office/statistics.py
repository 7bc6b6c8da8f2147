"""Statistics over HTTP: the same figures as rows, as files, and what is behind each (ST1-ST3)."""

import asyncio
from http import HTTPStatus
from typing import Annotated, Any, Literal

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec.structs import replace

from backend.audited import audited
from backend.core.figures import Behind, CounterSpan, Figures, MeasureName, StatisticsGuide
from backend.hub.http import AnyRequest
from backend.office.figure_desk import ADDRESS, Address, FigureDesk, Value, day_of, malformed
from backend.office.figure_sheet import sheet_of
from backend.office.figure_words import names_of
from backend.office.sheets import MEDIA_TYPES, Format, written
from backend.openapi import gives
from backend.problem import ProblemError
from backend.store.asked_figures import is_possible
from backend.store.measures.form import dimensions_of
from backend.store.measures.listed import MEASURES
from backend.wire.messages import ErrorCode

HEADERS = {"Cache-Control": "no-store"}


@get("/api/halls/{hall_id:str}/statistics/guide")
@audited("statistics.guide", "statistics", only_denied=True)
async def statistics_guide(
    request: AnyRequest, hall_id: FromPath[str], figure_desk: NamedDependency[FigureDesk]
) -> StatisticsGuide:
    """What may be asked, and how the hall's things are called."""
    hall, sight = await figure_desk.at(request, hall_id)
    known = await figure_desk.known(hall)
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


@get("/api/halls/{hall_id:str}/statistics", dependencies=ADDRESS)
@audited("statistics.read", "statistics", only_denied=True)
async def figures(
    request: AnyRequest,
    hall_id: FromPath[str],
    address: NamedDependency[Address],
    figure_desk: NamedDependency[FigureDesk],
) -> Figures:
    """The figures of a period by at most two dimensions, beside those of the period before."""
    return await figure_desk.figures(await figure_desk.asked(request, hall_id, address))


@get("/api/halls/{hall_id:str}/statistics/export", dependencies=ADDRESS)
@audited("statistics.export", "statistics")
@gives(*MEDIA_TYPES.values())
async def export_figures(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    address: NamedDependency[Address],
    figure_desk: NamedDependency[FigureDesk],
    form: Annotated[Format, QueryParameter(name="format")] = Format.XLSX,
    language: FromQuery[Literal["zh", "en"]] = "zh",
) -> Response[bytes]:
    """The same rows as a file."""
    wanted = await figure_desk.asked(request, hall_id, address)
    found = await figure_desk.figures(wanted)
    sheet = sheet_of(found, wanted.query, wanted.known, language)
    body = await asyncio.to_thread(written, sheet, form)
    name = f"statistics-{found.first}-{found.last}.{form.value}"
    return Response(
        body,
        media_type=MEDIA_TYPES[form],
        headers={**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'},
    )


@get("/api/halls/{hall_id:str}/statistics/behind", dependencies=ADDRESS)
@audited("statistics.behind", "statistics")
async def behind_figure(
    request: AnyRequest,
    hall_id: FromPath[str],
    address: NamedDependency[Address],
    figure_desk: NamedDependency[FigureDesk],
) -> list[Behind]:
    """The tickets or cases behind one figure, oldest first."""
    _, sight = await figure_desk.at(request, hall_id)
    if not sight.sees_behind:
        raise ProblemError(HTTPStatus.FORBIDDEN, ErrorCode.FORBIDDEN, "figures only")
    wanted = await figure_desk.asked(request, hall_id, address)
    measure, *others = wanted.query.measures
    if others or not is_possible(wanted.query, measure):
        raise malformed("name one measure, and dimensions that it has")
    return await figure_desk.statistics.behind(wanted.query)


@get("/api/halls/{hall_id:str}/statistics/spans")
@audited("statistics.spans", "statistics", only_denied=True)
async def counter_spans(
    request: AnyRequest,
    hall_id: FromPath[str],
    figure_desk: NamedDependency[FigureDesk],
    day: FromQuery[Value] = "",
) -> list[CounterSpan]:
    """What the counters did on a day, each in order of time."""
    hall, sight = await figure_desk.at(request, hall_id)
    found = await figure_desk.statistics.spans(
        hall.hall_id, day_of(day), sight.clerk_id, sight.department_ids
    )
    return found if sight.sees_behind else [replace(span, ticket_id=None) for span in found]


ROUTES: list[Any] = [statistics_guide, figures, export_figures, behind_figure, counter_spans]
