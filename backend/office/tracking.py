"""How a case stands, for the visitor who has its secret; anybody may ask, nobody can guess."""

import re
from http import HTTPStatus
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.casework import HUB
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest
from backend.office.case_desk import CaseDesk
from backend.office.case_views import track_view
from backend.office.cases import HEADERS, encode
from backend.problem import ProblemError, address_of
from backend.rate import Limits
from backend.wire.messages import ErrorCode

TOKEN = re.compile(r"[\w-]{20,64}", re.ASCII)


@get("/api/track/{token:str}")
async def track_case(
    request: AnyRequest,
    token: FromPath[str],
    halls: NamedDependency[Halls],
    case_desk: NamedDependency[CaseDesk],
    limits: NamedDependency[Limits],
) -> Response[bytes]:
    """A TrackView; 404 when no case has this secret."""
    if not limits.visits.of(address_of(request)).take():
        detail = "too many requests from this address"
        raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, ErrorCode.TOO_MANY_REQUESTS, detail)
    found = await case_desk.lists.case_with(token) if TOKEN.fullmatch(token) else None
    hall = halls.find(found[0]) if found is not None else None
    if found is None or hall is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, "unknown_case", "no case has this secret")
    entries = await case_desk.cases.read(*found)
    stamp = await case_desk.stamp(hall, HUB, found[1])
    view = track_view(entries, stamp, await case_desk.known(hall))
    return Response(encode(view), media_type="application/json", headers=HEADERS)


ROUTES: list[Any] = [track_case]
