"""The first page: search before all else, then what is most asked for."""

from typing import Any

from litestar import Response, route

from backend.hub.halls import Halls
from backend.hub.http import AnyRequest
from backend.office.case_desk import CaseDesk
from backend.site.asked import READ, asked, paths
from backend.site.pages import Pages


@route(paths("/"), http_method=READ)
async def home(
    request: AnyRequest, halls: Halls, case_desk: CaseDesk, pages: Pages
) -> Response[bytes]:
    """The home page of a hall."""
    at = await asked(request, halls, case_desk)
    return pages.answer(request, at, "home.html", {"departments": at.known.departments.values()})


ROUTES: list[Any] = [home]
