"""The whole catalogue over HTTP: written to a file, shown beside one, taken from one (CX1)."""

from datetime import date
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import Struct

from backend.audited import audited, trail_of
from backend.core.access import Reading, Writing
from backend.core.ids import Text
from backend.core.rules.content import DAYS_AHEAD_MAX
from backend.exchanging import (
    FILE_MAX,
    MEDIA_TYPES,
    Exchange,
    FaultyFileError,
    FileForm,
    ImportPreview,
    TakeFile,
)
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, granted
from backend.identity import Identity
from backend.office.case_desk import CaseDesk, Known
from backend.openapi import gives, takes
from backend.problem import ProblemError
from backend.store.exchange import IdInUseError, ImportDone, OutdatedError
from backend.wire.messages import ErrorCode
from backend.workbook import WorkbookError

HEADERS = {"Cache-Control": "no-store"}

encode = msgspec.json.Encoder().encode
Id = Annotated[str, QueryParameter(min_length=1, max_length=64)]
Mark = Annotated[int, QueryParameter(ge=0, le=2**53)]


class CatalogueSize(Struct, frozen=True, kw_only=True):
    """What a hall's catalogue has today."""

    today: date
    """By the hall's clock: a file counts from this day at the earliest."""
    hall: Text
    departments: int
    services: int
    questions: int
    """About the hall itself."""


@get("/api/halls/{hall_id:str}/catalogue")
@audited("catalogue.read", "catalogue", only_denied=True)
async def catalogue_size(
    request: AnyRequest,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    case_desk: NamedDependency[CaseDesk],
) -> CatalogueSize:
    """How much there is to write to a file."""
    hall, _ = await granted(request, hall_id, Reading.CATALOGUE, halls, identity)
    known = await case_desk.known(hall)
    return CatalogueSize(
        today=known.today,
        hall=known.plan.name,
        departments=len(known.departments),
        services=len(known.guides),
        questions=len(known.questions),
    )


@get("/api/halls/{hall_id:str}/catalogue/export")
@audited("catalogue.export", "catalogue")
@gives(*MEDIA_TYPES.values())
async def export_catalogue(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    case_desk: NamedDependency[CaseDesk],
    exchange: NamedDependency[Exchange],
    form: Annotated[FileForm, QueryParameter(name="format")] = FileForm.XLSX,
    day: FromQuery[date | None] = None,
) -> Response[bytes]:
    """All departments and services as of a day, today if none is given, as a file."""
    hall, _ = await granted(request, hall_id, Reading.CATALOGUE, halls, identity)
    known = await case_desk.known(hall)
    as_of = _day(known, day)
    try:
        content = await exchange.written(hall.hall_id, as_of, form)
    except WorkbookError as error:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.TOO_LARGE, str(error)
        ) from error
    name = f"catalogue-{as_of}.{form.value}"
    return Response(
        content,
        media_type=MEDIA_TYPES[form],
        headers=HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'},
    )


@post(
    "/api/halls/{hall_id:str}/catalogue/check",
    status_code=HTTPStatus.OK,
    request_max_body_size=FILE_MAX,
)
@audited("catalogue.check", "catalogue")
@takes(None)
async def check_catalogue(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    case_desk: NamedDependency[CaseDesk],
    exchange: NamedDependency[Exchange],
    valid_from: FromQuery[date | None] = None,
    withdraws: FromQuery[bool] = False,
) -> ImportPreview:
    """What the body, a file, would change from that day on; nothing is changed."""
    hall, _ = await granted(request, hall_id, Writing.CATALOGUE, halls, identity)
    since = _day(await case_desk.known(hall), valid_from)
    content = await request.body()
    return await exchange.preview(hall.hall_id, content, since, withdraws=withdraws)


@post(
    "/api/halls/{hall_id:str}/catalogue/import",
    status_code=HTTPStatus.OK,
    request_max_body_size=FILE_MAX,
)
@audited("catalogue.import", "catalogue")
@takes(None)
async def import_catalogue(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    case_desk: NamedDependency[CaseDesk],
    exchange: NamedDependency[Exchange],
    id: Id,
    mark: Mark,
    valid_from: FromQuery[date],
    withdraws: FromQuery[bool] = False,
    plan_follows: FromQuery[bool] = False,
) -> ImportDone:
    """Have the body, a file, count as it was shown at this mark; the same id has one effect."""
    hall, asker = await granted(request, hall_id, Writing.CATALOGUE, halls, identity)
    asked = TakeFile(
        id=id,
        hall_id=hall.hall_id,
        mark=mark,
        valid_from=_day(await case_desk.known(hall), valid_from),
        withdraws=withdraws,
        plan_follows=plan_follows,
        author=asker.by.id,
    )
    trail = trail_of(request)
    content = await request.body()
    trail.id = trail.request_id = id
    trail.after = sha256(content).hexdigest()

    async def note_in(connection: Any, before: str) -> None:
        trail.before = before
        await trail.note_in(connection)

    try:
        done = await exchange.take(asked, content, note_in)
    except FaultyFileError as error:
        detail = "the file has faults: have it checked"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "catalogue_faulty", detail) from error
    except OutdatedError as error:
        detail = "the catalogue has changed since it was looked at"
        raise ProblemError(HTTPStatus.CONFLICT, "catalogue_outdated", detail) from error
    except IdInUseError as error:
        detail = "something else was brought in with this id"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "id_in_use", detail) from error
    case_desk.forget()
    return done


ROUTES: list[Any] = [catalogue_size, export_catalogue, check_catalogue, import_catalogue]


def _day(known: Known, day: date | None) -> date:
    """The day that is meant; a problem for one that is over or far away."""
    if day is None:
        return known.today
    if not 0 <= (day - known.today).days <= DAYS_AHEAD_MAX:
        detail = f"name a day from {known.today} on, at most {DAYS_AHEAD_MAX} days ahead"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_day", detail)
    return day
