"""The built front end: one HTML file a page, everything else by its hashed name."""

import gzip
import re
from functools import lru_cache
from http import HTTPStatus
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from litestar import HttpMethod, Request, Response, Router, get, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Struct

from backend.problem import ProblemError
from backend.store.directory import Directory, HallEntry

DIST = Path(__file__).parents[2] / "frontend" / "dist"
VERSION = "0.1.0"
READ = [HttpMethod.GET, HttpMethod.HEAD]
ASSET_NAME = re.compile(r"[\w.-]+", re.ASCII)

PAGES = {
    "ask.html": ["/ask", "/ask/{token:str}", "/en/ask", "/en/ask/{token:str}"],
    "board.html": ["/board/{zone:str}"],
    "book.html": [
        *("/book", "/book/{service_id:str}", "/booking/{token:str}"),
        *("/en/book", "/en/book/{service_id:str}", "/en/booking/{token:str}"),
    ],
    "counter.html": ["/counter"],
    "counter-screen.html": ["/counter-screen/{counter:str}"],
    "greeter.html": ["/greeter"],
    "hall.html": ["/hall", "/en/hall"],
    "kiosk.html": ["/kiosk/{kiosk:str}"],
    "ops.html": ["/ops", "/ops/{tab:str}"],
    "pad.html": ["/pad/{counter:str}"],
    "progress.html": ["/t/{token:str}"],
    "start.html": ["/start"],
    "take.html": ["/take", "/en/take"],
    "me.html": ["/me", "/en/me"],
    "track.html": ["/track", "/en/track", "/track/{token:str}", "/en/track/{token:str}"],
}
"""Which file answers at which addresses."""


class Hello(Struct, frozen=True, kw_only=True):
    """What a page asks first."""

    demo: bool
    campus: bool
    """Whether staff may sign in at the campus (`/api/sso/begin`)."""
    version: str
    halls: tuple[HallEntry, ...]


def pages_router(*, is_demo: bool, has_campus: bool) -> Router:
    """Routes of every page and of `/api/hello`."""

    @get("/api/hello")
    async def hello(directory: NamedDependency[Directory]) -> Hello:
        """Which halls there are, and whether this is the demo."""
        return Hello(
            demo=is_demo, campus=has_campus, version=VERSION, halls=directory.contents.halls
        )

    handlers = [_page(name, paths) for name, paths in PAGES.items()]
    return Router("/", route_handlers=[hello, *handlers])


@route("/assets/{name:str}", http_method=READ)
async def asset(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """A script, style or font; its name changes with its content, so it may be kept for ever."""
    path = DIST / "assets" / name
    if not ASSET_NAME.fullmatch(name) or not path.is_file():
        raise ProblemError(HTTPStatus.NOT_FOUND, "not_found", "there is no such file")
    media_type = guess_type(name)[0] or "application/octet-stream"
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if not takes_gzip(request):
        return Response(path.read_bytes(), media_type=media_type, headers=headers)
    headers["Content-Encoding"] = "gzip"
    return Response(_compressed(path), media_type=media_type, headers=headers)


@lru_cache(maxsize=200)
def _compressed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 9)


def takes_gzip(request: Request[Any, Any, Any]) -> bool:
    """Whether who asks reads gzip; what has the weight 0 is not read (RFC 9110, 12.5.3)."""
    for coding in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = coding.partition(";")
        if name.strip() == "gzip":
            return re.fullmatch(r"\s*q=0(\.0*)?\s*", weight) is None
    return False


def _page(name: str, paths: list[str]) -> HTTPRouteHandler:
    @route(paths, name=name, http_method=READ, media_type="text/html")
    async def page(request: Request[Any, Any, Any]) -> Response[bytes]:
        path = DIST / name
        if not path.is_file():
            detail = "the front end is not built: run `make setup`"
            raise ProblemError(HTTPStatus.NOT_FOUND, "not_built", detail)
        headers = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        content = path.read_bytes()
        if takes_gzip(request):
            content, headers["Content-Encoding"] = gzip.compress(content, 9), "gzip"
        return Response(content, media_type="text/html", headers=headers)

    return page
