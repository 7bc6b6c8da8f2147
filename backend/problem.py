"""Problem details (RFC 9457): how the HTTP side says that something was wrong."""

from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException
from msgspec import Struct

from backend.rate import counted
from backend.store.stream import StoreError
from backend.wire.messages import RETRY_AFTER_S

MEDIA_TYPE = "application/problem+json"


class Problem(Struct, frozen=True, kw_only=True):
    """The body of an error."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    """Stable; the front end's language files hold the words for it."""


class ProblemError(Exception):
    """Answer the request with a problem."""

    def __init__(
        self, status: HTTPStatus, code: str, detail: str, *, retry_after_s: int | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.retry_after_s = retry_after_s


def sender_of(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The address that a request comes from."""
    return request.client.host if request.client is not None else ""


def address_of(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """What stands for it where requests are counted."""
    return counted(sender_of(request))


def problem_response(
    status: HTTPStatus, code: str, detail: str, retry_after_s: int | None = None
) -> Response[bytes]:
    """The response that says so."""
    body = Problem(title=status.phrase, status=status.value, detail=detail, code=code)
    if retry_after_s is None and status is HTTPStatus.SERVICE_UNAVAILABLE:
        retry_after_s = RETRY_AFTER_S.get(code, 1)
    headers = {"Retry-After": str(retry_after_s)} if retry_after_s is not None else {}
    return Response(
        msgspec.json.encode(body), status_code=status, media_type=MEDIA_TYPE, headers=headers
    )


def on_problem(_request: Request[Any, Any, Any], error: ProblemError) -> Response[bytes]:
    """For ProblemError."""
    return problem_response(error.status, error.code, error.detail, error.retry_after_s)


def on_store_error(_request: Request[Any, Any, Any], error: StoreError) -> Response[bytes]:
    """For StoreError: repeating helps."""
    return problem_response(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", str(error))


def on_http_error(_request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """For what Litestar itself refuses: unknown paths, wrong methods, bad bodies."""
    status = HTTPStatus(error.status_code)
    response = problem_response(status, status.name.lower(), error.detail)
    for name, value in (error.headers or {}).items():
        response.set_header(name, value)
    return response
