"""The website's routes, whose faults are pages and not problem details."""

from collections.abc import Iterable
from functools import partial
from http import HTTPStatus
from typing import Any

from litestar import Response, Router
from litestar.exceptions import HTTPException

from backend.hub.halls import Halls
from backend.hub.http import AnyRequest
from backend.problem import ProblemError
from backend.site.asked import WhichHallError, address_asked
from backend.site.pages import Pages
from backend.store.stream import StoreError
from backend.wire.messages import ErrorCode

FAULTS = {
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.TOO_MANY_REQUESTS: "too_many",
    HTTPStatus.INTERNAL_SERVER_ERROR: "internal",
    HTTPStatus.SERVICE_UNAVAILABLE: "unavailable",
}
"""What a page says of each; of others that the address is wrong."""
TOO_MANY = (
    HTTPStatus.TOO_MANY_REQUESTS,
    ErrorCode.TOO_MANY_REQUESTS,
    "too many requests from this address",
)
"""Of a problem: what is made for each who asks is made for nobody without end."""


def fault_page(pages: Pages, request: AnyRequest, status: HTTPStatus) -> Response[bytes]:
    """The page that says what was wrong."""
    context = {"fault": FAULTS.get(status, "bad_request")}
    return pages.bare(request, address_asked(request), "fault.html", context, status)


def is_for_a_reader(request: AnyRequest) -> bool:
    """Whether somebody opened an address, and no program of theirs or ours."""
    is_read = request.method in {"GET", "HEAD"} and "text/html" in request.headers.get("accept", "")
    return is_read and not request.url.path.startswith("/api/")


def site_router(nouns: Iterable[Any], pages: Pages, halls: Halls) -> Router:
    """The routes of these modules, each of which has `ROUTES`."""
    fault = partial(fault_page, pages)

    def which(request: AnyRequest, _error: WhichHallError) -> Response[bytes]:
        context = {"halls": halls.directory.contents.halls}
        return pages.bare(request, address_asked(request), "which.html", context)

    def on_problem(request: AnyRequest, error: ProblemError) -> Response[bytes]:
        return fault(request, error.status)

    def on_store(request: AnyRequest, _error: StoreError) -> Response[bytes]:
        return fault(request, HTTPStatus.SERVICE_UNAVAILABLE)

    def on_http(request: AnyRequest, error: HTTPException) -> Response[bytes]:
        return fault(request, HTTPStatus(error.status_code))

    return Router(
        "/",
        route_handlers=[route for noun in nouns for route in noun.ROUTES],
        exception_handlers={
            WhichHallError: which,
            ProblemError: on_problem,
            StoreError: on_store,
            HTTPException: on_http,
        },
    )
