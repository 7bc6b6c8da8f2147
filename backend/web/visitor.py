"""Who asks for something of their own: the visitor's session, and nobody's else."""

from http import HTTPStatus
from typing import Any

from litestar import Request
from litestar.datastructures import Cookie

from backend.core.rules.accounts import SESSION_S
from backend.problem import ProblemError
from backend.store.visitors import VisitorSession
from backend.visiting import Visiting, visitor_cookie_name
from backend.wire.messages import ErrorCode

AnyRequest = Request[Any, Any, Any]


async def signed_in_visitor(request: AnyRequest, visiting: Visiting) -> str | None:
    """The keyed hash of the visitor who is signed in; None when nobody is."""
    found = await visiting.find(visitor_secret(request))
    return found.visitor if found is not None else None


async def visitor_of(request: AnyRequest, visiting: Visiting) -> VisitorSession:
    """The visitor who is signed in; a problem when nobody is."""
    found = await visiting.find(visitor_secret(request))
    if found is None:
        detail = "sign in at the campus first"
        raise ProblemError(HTTPStatus.UNAUTHORIZED, ErrorCode.UNAUTHENTICATED, detail)
    return found


def visitor_secret(request: AnyRequest) -> str | None:
    """What the visitor's cookie says."""
    return request.cookies.get(visitor_cookie_name(is_secure=request.url.scheme == "https"))


def visitor_cookie(request: AnyRequest, secret: str) -> Cookie:
    """The cookie that proves the session; an empty secret takes it away."""
    is_secure = request.url.scheme == "https"
    return Cookie(
        visitor_cookie_name(is_secure=is_secure),
        value=secret,
        max_age=SESSION_S if secret else 0,
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_secure,
    )
