"""Signing in and out."""

from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.datastructures import Cookie
from msgspec import Struct

from backend.core.access import rights_of
from backend.core.grants import Grant
from backend.core.ids import HallId
from backend.core.stamp import Role
from backend.identity import COOKIE, ForeignOriginError, Identity, check_origin
from backend.problem import ProblemError, address_of
from backend.rate import Limits
from backend.store.staff import PASSWORD_LENGTH_MIN, SESSION_S, Sessions, Staff, StaffMember


class Credentials(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A user name and its password."""

    username: str
    password: str


class SignedIn(Struct, frozen=True, kw_only=True):
    """Who is signed in, and what a page may show them."""

    username: str
    role: Role
    """The main one of those granted."""
    hall_id: HallId | None
    """None for those who look after every hall."""
    name_zh: str
    name_en: str
    counter_id: str | None
    """The counter the clerk usually sits at."""
    grants: tuple[Grant, ...]
    rights: tuple[str, ...]
    """See `access.rights_of`."""


def _signed_in(member: StaffMember) -> SignedIn:
    return SignedIn(rights=rights_of(member.grants), **msgspec.structs.asdict(member))


@post("/api/session", status_code=HTTPStatus.OK)
async def sign_in(
    request: Request[Any, Any, Any],
    *,
    data: Credentials,
    staff: Staff,
    sessions: Sessions,
    limits: Limits,
    is_demo: bool,
) -> Response[SignedIn]:
    """Begin a session, kept in a cookie that scripts cannot read."""
    _same_site(request)
    is_name = data.username.isprintable()  # PostgreSQL refuses to look for U+0000
    # A database that once held the demo still has its accounts, and everybody knows their password.
    is_possible = is_name and (is_demo or len(data.password) >= PASSWORD_LENGTH_MIN)
    failures = limits.wrong_passwords.of(f"{address_of(request)} {data.username[:64]}")
    if not failures.has_one():
        raise ProblemError(
            HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests", "too many wrong passwords; wait"
        )
    member = await staff.check(data.username[:64], data.password[:256]) if is_possible else None
    if member is None:
        failures.take()
        raise ProblemError(
            HTTPStatus.UNAUTHORIZED, "wrong_credentials", "the user name or the password is wrong"
        )
    secret = await sessions.begin(member)
    cookie = Cookie(
        COOKIE,
        value=secret,
        max_age=SESSION_S,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return Response(_signed_in(member), cookies=[cookie])


@get("/api/session")
async def who_am_i(request: Request[Any, Any, Any], identity: Identity) -> SignedIn:
    """Who is signed in; 401 when nobody is."""
    member = await identity.member(request.cookies.get(COOKIE))
    if member is None:
        raise ProblemError(HTTPStatus.UNAUTHORIZED, "unauthenticated", "nobody is signed in")
    return _signed_in(member)


@delete("/api/session")
async def sign_out(request: Request[Any, Any, Any], sessions: Sessions) -> Response[None]:
    """End the session."""
    _same_site(request)
    secret = request.cookies.get(COOKIE)
    if secret:
        await sessions.end(secret)
    response = Response(None, status_code=HTTPStatus.NO_CONTENT)
    response.delete_cookie(COOKIE)
    return response


def _same_site(request: Request[Any, Any, Any]) -> None:
    try:
        check_origin(request.headers.get("origin"), request.headers.get("host"))
    except ForeignOriginError as error:
        detail = "this page belongs to another site"
        raise ProblemError(HTTPStatus.FORBIDDEN, "forbidden", detail) from error
