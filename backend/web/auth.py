"""Signing in and out; a session is a cookie that scripts cannot read (AC1, AC2)."""

from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get, post, put
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta, Struct

from backend.audited import audited, trail_of
from backend.core.access import rights_of
from backend.core.grants import Grant
from backend.core.ids import HallId
from backend.core.rules.accounts import SESSION_S
from backend.core.stamp import Caller, Role
from backend.gate import USERNAME_MAX, CodeError, Entered, Gate, LockedError, WrongError
from backend.identity import Identity, cookie_name
from backend.problem import ProblemError, address_of, sender_of
from backend.store.sessions import Need, Session, Sessions
from backend.store.staff import Account, StaffMember
from backend.wire.messages import ErrorCode

WRONG = {"wrong_credentials", "wrong_code"}
"""Of these the audit tells; who is locked out could fill it."""
AnyRequest = Request[Any, Any, Any]


class Credentials(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A user name and what proves that it is its owner."""

    username: str
    password: str
    code: Annotated[str, Meta(max_length=32)] = ""
    """Of the second factor, or a recovery code; asked for by `code_needed`."""


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
    """See `access.rights_of`; none while something is needed."""
    needs: tuple[Need, ...]
    """What is to be done before anything else."""


@post("/api/session", status_code=HTTPStatus.OK)
@audited("session.begin", "session")
async def sign_in(
    request: AnyRequest, *, data: JSONBody[Credentials], gate: NamedDependency[Gate]
) -> Response[SignedIn]:
    """Begin a session: 401 `wrong_credentials`, `code_needed`, `wrong_code`; 429 `locked`."""
    try:
        account = await owner(request, gate, data.username, data.password, data.code)
    except ProblemError as error:
        if error.code in WRONG:
            await _tells_of(request, gate, data.username)
        raise
    _asks(request, account.member)
    return await entered(request, gate, account)


@get("/api/session")
async def who_am_i(request: AnyRequest, identity: NamedDependency[Identity]) -> SignedIn:
    """Who is signed in; 401 when nobody is."""
    session = await session_of(request, identity)
    return _signed_in(session.member, session.needs)


@put("/api/session", status_code=HTTPStatus.NO_CONTENT)
async def keep_session(request: AnyRequest, identity: NamedDependency[Identity]) -> None:
    """Say that somebody is at the page, so that the session lives on (AC2)."""
    session = await session_of(request, identity)
    await identity.sessions.touch(secret_in(request) or "", session)


@delete("/api/session")
@audited("session.end", "session")
async def sign_out(request: AnyRequest, sessions: NamedDependency[Sessions]) -> Response[None]:
    """End the session."""
    secret = secret_in(request)
    if secret:
        session = await sessions.find(secret)
        if session is not None:
            _asks(request, session.member)
        await sessions.end(secret)
    response = Response(None, status_code=HTTPStatus.NO_CONTENT)
    response.set_cookie(_cookie(request, "", max_age=0))
    return response


async def owner(
    request: AnyRequest, gate: Gate, username: str, password: str, code: str
) -> Account:
    """The account whose owner asks, or a problem that says what is missing."""
    try:
        return await gate.check(username, password, code, address_of(request))
    except LockedError as error:
        detail = "too many failures; try again later"
        raise ProblemError(
            HTTPStatus.TOO_MANY_REQUESTS, "locked", detail, retry_after_s=error.wait_s
        ) from None
    except WrongError:
        raise _wrong() from None
    except CodeError as error:
        code_, detail = (
            ("code_needed", "show a code of the second factor")
            if error.is_missing
            else ("wrong_code", "the code is wrong or was used")
        )
        raise ProblemError(HTTPStatus.UNAUTHORIZED, code_, detail) from None


async def entered(request: AnyRequest, gate: Gate, account: Account) -> Response[SignedIn]:
    """The answer that begins a session of the account in this browser."""
    try:
        found = await gate.enter(account, sender_of(request), request.headers.get("user-agent", ""))
    except WrongError:
        raise _wrong() from None
    return Response(_signed_in(found.member, found.needs), cookies=[session_cookie(request, found)])


def session_cookie(request: AnyRequest, entered: Entered) -> Cookie:
    """The cookie that proves the session."""
    return _cookie(request, entered.secret, max_age=SESSION_S)


async def session_of(request: AnyRequest, identity: Identity) -> Session:
    """The session of who asks, also one that is not good for anything yet; else a problem."""
    secret = secret_in(request)
    session = await identity.session(secret) if secret else None
    if session is None:
        detail = "nobody is signed in"
        raise ProblemError(HTTPStatus.UNAUTHORIZED, ErrorCode.UNAUTHENTICATED, detail)
    _asks(request, session.member)
    return session


def secret_in(request: AnyRequest) -> str | None:
    """What the session's cookie says."""
    return request.cookies.get(cookie_name(is_secure=request.url.scheme == "https"))


def _cookie(request: AnyRequest, value: str, *, max_age: int) -> Cookie:
    is_secure = request.url.scheme == "https"
    return Cookie(
        cookie_name(is_secure=is_secure),
        value=value,
        max_age=max_age,
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_secure,
    )


def _signed_in(member: StaffMember, needs: tuple[Need, ...]) -> SignedIn:
    rights = () if needs else rights_of(member.grants)
    return SignedIn(rights=rights, needs=needs, **msgspec.structs.asdict(member))


def _wrong() -> ProblemError:
    detail = "the user name or the password is wrong"
    return ProblemError(HTTPStatus.UNAUTHORIZED, "wrong_credentials", detail)


async def _tells_of(request: AnyRequest, gate: Gate, username: str) -> None:
    """Leave a record of a failure at an account; a name that none has may be a password."""
    is_name = username.isprintable() and len(username) <= USERNAME_MAX
    account = await gate.staff.find(username) if is_name else None
    if account is not None:
        _asks(request, account.member)


def _asks(request: AnyRequest, member: StaffMember) -> None:
    trail_of(request).ask(Caller(role=member.role, id=member.username), member.hall_id)
