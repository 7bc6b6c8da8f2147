"""The files of forms, kept by their bytes like those of cases; a guide names them by digest."""

from http import HTTPStatus
from typing import Any

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Struct

from backend.audited import audited, trail_of
from backend.core.access import Writing
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, granted
from backend.identity import Identity
from backend.office.case_desk import CaseDesk
from backend.openapi import takes
from backend.problem import ProblemError
from backend.store.files import SIZE_MAX, media_type_of


class FormKept(Struct, frozen=True, kw_only=True):
    """What a guide says of a form, but for its name."""

    digest: str
    media_type: str
    size: int


@post(
    "/api/halls/{hall_id:str}/forms",
    status_code=HTTPStatus.CREATED,
    request_max_body_size=SIZE_MAX,
)
@audited("form.put", "form")
@takes(None)
async def put_form(
    request: AnyRequest,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    case_desk: NamedDependency[CaseDesk],
) -> FormKept:
    """Keep the body, which is what its first bytes say; nobody is given it before a guide has it.

    The same again changes nothing.
    """
    await granted(request, hall_id, Writing.FORM, halls, identity)
    content = await request.body()
    media_type = media_type_of(content)
    if media_type is None:
        detail = "only PDF, PNG and JPEG files are taken"
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "file_kind", detail)
    digest = await case_desk.files.put_form(content)
    trail_of(request).id = digest
    return FormKept(digest=digest, media_type=media_type, size=len(content))


ROUTES: list[Any] = [put_form]
