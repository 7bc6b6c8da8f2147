"""The first page: search before all else, then what is most asked for."""

from typing import Any

from litestar import Response, route
from litestar.di import NamedDependency

from backend.hub.http import AnyRequest
from backend.site.asked import READ, paths
from backend.site.pages import Pages


@route(paths("/"), http_method=READ)
async def home(request: AnyRequest, pages: NamedDependency[Pages]) -> Response[bytes]:
    """The home page of a hall."""
    at = await pages.asked(request)
    return pages.answer(request, at, "home.html", {"departments": at.known.departments.values()})


ROUTES: list[Any] = [home]
