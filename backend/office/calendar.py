"""The tables of working days over HTTP: read, and put for a year (DL1)."""

from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, PathParameter

from backend.audited import audited, trail_of
from backend.core.access import Reading, Writing
from backend.core.workdays import CalendarDay
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, asker_of, decoded_body, denied, granted, may
from backend.identity import Identity
from backend.office.case_desk import CaseDesk
from backend.openapi import takes
from backend.problem import ProblemError
from backend.store.audit import digest
from backend.wire.cases import CalendarEntry, CalendarOrder, CalendarYear
from backend.wire.messages import ErrorCode

BODY_MAX = 64 * 1024
Year = Annotated[int, PathParameter(ge=2000, le=2200)]
_decoder = msgspec.json.Decoder(CalendarOrder)


@get("/api/halls/{hall_id:str}/calendar/{year:int}")
@audited("calendar.read", "calendar", only_denied=True)
async def one_year(
    request: AnyRequest, hall_id: FromPath[str], year: Year, case_desk: NamedDependency[CaseDesk]
) -> CalendarYear:
    """Which days of the year differ from Monday to Friday."""
    await case_desk.at(request, hall_id, Reading.CALENDAR)
    years = await case_desk.calendars.years()
    return CalendarYear(
        year=year,
        is_announced=year in years,
        days=tuple(
            CalendarEntry(day=day.day, is_working=day.is_working, name=day.name)
            for day in years.get(year, ())
        ),
    )


@put("/api/halls/{hall_id:str}/calendar/{year:int}", request_max_body_size=BODY_MAX)
@audited("calendar.put", "calendar")
@takes(_decoder)
async def put_year(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    year: Year,
    case_desk: NamedDependency[CaseDesk],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
) -> CalendarYear:
    """Put the whole table of a year, of all halls, in force; open cases follow it soon after."""
    _, asker = await granted(request, hall_id, Writing.CALENDAR, halls, identity)
    for hall in halls:  # it moves the due dates of them all
        if not may(await asker_of(request, hall.hall_id, identity), Writing.CALENDAR):
            raise denied(asker.by)
    order = await decoded_body(request, _decoder, BODY_MAX)
    days = {entry.day: entry for entry in order.days}
    if len(days) < len(order.days) or any(day.year != year for day in days):
        detail = f"every day stands there once and is of {year}"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.MALFORMED, detail)
    entries = tuple(days[day] for day in sorted(days))
    table = tuple(msgspec.convert(msgspec.structs.asdict(e), CalendarDay) for e in entries)
    trail = trail_of(request)
    trail.before = digest((await case_desk.calendars.years()).get(year))
    trail.after = digest(table)
    await case_desk.calendars.put_year(year, table, by=asker.by.id, note_in=trail.note_in)
    case_desk.forget()
    case_desk.calendar_changed.set()
    return CalendarYear(year=year, is_announced=True, days=entries)


ROUTES: list[Any] = [one_year, put_year]
