"""The built front end: one HTML file a page, everything else by its hashed name."""

from http import HTTPStatus
from pathlib import Path

from litestar import Response, Router, get
from litestar.handlers import HTTPRouteHandler
from litestar.static_files import create_static_files_router
from msgspec import Struct

from backend.problem import ProblemError
from backend.store.directory import Directory, HallEntry

DIST = Path(__file__).parents[2] / "frontend" / "dist"
VERSION = "0.1.0"

PAGES = {
    "index.html": ["/"],
    "board.html": ["/board/{zone:str}"],
    "counter.html": ["/counter"],
    "counter-screen.html": ["/counter-screen/{counter:str}"],
    "kiosk.html": ["/kiosk/{kiosk:str}"],
    "progress.html": ["/t/{token:str}"],
}
"""Which file answers at which addresses."""

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:;"
        " frame-ancestors 'self'; base-uri 'none'; form-action 'self'; object-src 'none'"
    ),
    "Referrer-Policy": "no-referrer",  # a ticket's address is its secret
    "X-Content-Type-Options": "nosniff",
}


class Hello(Struct, frozen=True, kw_only=True):
    """What a page asks first."""

    demo: bool
    version: str
    halls: tuple[HallEntry, ...]


def pages_router(*, is_demo: bool) -> Router:
    """Routes of every page and of `/api/hello`."""

    @get("/api/hello")
    async def hello(directory: Directory) -> Hello:
        """Which halls there are, and whether this is the demo."""
        return Hello(demo=is_demo, version=VERSION, halls=directory.contents.halls)

    handlers = [_page(name, paths) for name, paths in PAGES.items()]
    return Router("/", route_handlers=[hello, *handlers])


def assets_router() -> Router:
    """Scripts, styles and fonts; their names change with their content."""
    return create_static_files_router(
        path="/assets",
        directories=[DIST / "assets"],
        cache_control=None,
    )


def _page(name: str, paths: list[str]) -> HTTPRouteHandler:
    @get(paths, name=name, media_type="text/html")
    async def page() -> Response[bytes]:
        path = DIST / name
        if not path.is_file():
            detail = "the front end is not built: run `make setup`"
            raise ProblemError(HTTPStatus.NOT_FOUND, "not_built", detail)
        headers = SECURITY_HEADERS | {"Cache-Control": "no-cache"}
        return Response(path.read_bytes(), media_type="text/html", headers=headers)

    return page
