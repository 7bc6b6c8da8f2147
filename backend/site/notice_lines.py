"""The website's newest notices over HTTP, for pages that are not written by the server (NT4)."""

from typing import Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.core.rules.written_notices import shown_on_website
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, check_visits, hall_of
from backend.rate import Limits
from backend.site.notice_desk import NoticeDesk
from backend.site.notice_views import path_of
from backend.wire.notices import NoticeTitle

TITLES_MAX = 5
FRESH_S = 30

encode = msgspec.json.Encoder().encode


@get("/api/halls/{hall_id:str}/notices/shown")
async def shown_notices(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    notice_desk: NamedDependency[NoticeDesk],
    limits: NamedDependency[Limits],
) -> Response[bytes]:
    """The first TITLES_MAX of what the website shows, each a `NoticeTitle`."""
    check_visits(request, limits)
    hall = hall_of(halls, hall_id)
    shown = shown_on_website(await notice_desk.running(hall.hall_id), hall.now())
    titles = [
        NoticeTitle(path=path_of(one), title=one.content.title, is_pinned=one.content.is_pinned)
        for one in shown[:TITLES_MAX]
    ]
    headers = {"Cache-Control": f"public, max-age={FRESH_S}"}
    return Response(encode(titles), media_type="application/json", headers=headers)


ROUTES: list[Any] = [shown_notices]
