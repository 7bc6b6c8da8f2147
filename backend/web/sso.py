"""Signing in at the campus, by CAS or OpenID Connect, for who has an account here."""

import re
import secrets
from http import HTTPStatus
from urllib.parse import parse_qsl, quote

import msgspec
import structlog
from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from backend.audited import trail_of
from backend.core.stamp import Caller, Role
from backend.gate import Gate, WrongError
from backend.problem import ProblemError, address_of, sender_of
from backend.rate import Limits
from backend.sso.proof import Asked, Proven, SsoCode, SsoError, SsoProtocol
from backend.store.audit import Audit, Result
from backend.store.directory import token_hash
from backend.store.sessions import ID_LENGTH
from backend.store.sign_ins import ASKED_S, SessionRef, SignIns
from backend.store.stream import StoreError
from backend.visiting import Visiting
from backend.web.auth import AnyRequest, session_cookie
from backend.web.visitor import visitor_cookie
from backend.wire.messages import ErrorCode

BACK = "/api/sso/back"
FALLBACK = "/ops"
BROWSER_COOKIE = "yizhan_sso"
FORM_MAX = 64 * 1024
WORD_MAX = 4096
_PAGE = re.compile(r"/(?!/)[\w/.-]{0,100}(\?hall=[\w-]{1,64})?", re.ASCII)
_STATE = re.compile(r"[\w-]{43}", re.ASCII)
NAME_MAX = 64
_asked_decoder = msgspec.json.Decoder(Asked)

log = structlog.get_logger()


class Campus:
    """Where people sign in at the campus, and what of it is kept here."""

    def __init__(self, protocol: SsoProtocol, sign_ins: SignIns) -> None:
        self.protocol, self.sign_ins = protocol, sign_ins


@get("/api/sso/begin")
async def begin_at_campus(
    request: AnyRequest,
    campus: NamedDependency[Campus | None],
    limits: NamedDependency[Limits],
    next: FromQuery[str] = FALLBACK,
    visitor: FromQuery[bool] = False,
) -> Redirect:
    """To the campus, and back to the page `next`; 404 where there is no such sign-in.

    `visitor`: for one's own things, whoever one is at work (VA1).
    """
    found = _there(request, campus, limits)
    asked = Asked(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        browser=secrets.token_urlsafe(32),
        next=next if _PAGE.fullmatch(next) else FALLBACK,
        is_visitor=visitor,
    )
    try:
        address = await found.protocol.address(asked)
        await found.sign_ins.keep(asked.state, msgspec.json.encode(asked))
    except (SsoError, StoreError) as error:
        return _failed(asked.next, error)
    cookie = _browser_cookie(request, asked.browser, max_age=ASKED_S)
    return Redirect(address, status_code=303, cookies=[cookie])


@get(BACK)
async def back_from_campus(
    request: AnyRequest,
    campus: NamedDependency[Campus | None],
    gate: NamedDependency[Gate],
    visiting: NamedDependency[Visiting],
    limits: NamedDependency[Limits],
) -> Redirect:
    """From the campus: a session and the page that was asked for, or why there is none."""
    found = _there(request, campus, limits)
    told = {name: value[:WORD_MAX] for name, value in request.query_params.items()}
    page = FALLBACK
    try:
        asked = await _asked(found.sign_ins, told.get("state", ""))
        page = asked.next
        browser = request.cookies.get(BROWSER_COOKIE, "")
        if not secrets.compare_digest(asked.browser.encode(), browser.encode()):
            raise SsoError(SsoCode.EXPIRED, "it began in another browser")
        proven = await found.protocol.prove(told, asked)
        if asked.is_visitor:
            cookie = await _visits(request, visiting, proven, found.sign_ins)
        else:
            cookie = await _entered(request, gate, proven, found.sign_ins)
    except (SsoError, StoreError) as error:
        return _failed(page, error)
    gone = _browser_cookie(request, "", max_age=0)
    return Redirect(page, status_code=303, cookies=[cookie, gone])


@post(BACK, status_code=HTTPStatus.OK)
async def ended_at_campus(
    request: AnyRequest,
    campus: NamedDependency[Campus | None],
    gate: NamedDependency[Gate],
    visiting: NamedDependency[Visiting],
    limits: NamedDependency[Limits],
) -> Response[None]:
    """The campus says that sign-ins are over (single logout): so are our sessions of them."""
    found = _there(request, campus, limits)
    body = await request.body()
    if len(body) > FORM_MAX:
        detail = f"the body has at most {FORM_MAX} bytes"
        raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, ErrorCode.TOO_LARGE, detail)
    form = dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=20))
    try:
        marks = await found.protocol.ended(form)
    except SsoError as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, error.code, str(error)) from error
    for mark in marks:
        for ref in await found.sign_ins.tied(mark):
            if ref.is_visitor:
                await visiting.end(ref.session_id)
            else:
                await gate.sessions.end_one(ref.username, ref.session_id)
    return Response(None, headers={"Cache-Control": "no-store"})


def _there(request: AnyRequest, campus: Campus | None, limits: Limits) -> Campus:
    if not limits.visits.of(address_of(request)).take():
        detail = "too many requests from this address"
        raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, ErrorCode.TOO_MANY_REQUESTS, detail)
    if campus is None:
        detail = "this hall has no campus sign-in; use a local account"
        raise ProblemError(HTTPStatus.NOT_FOUND, "not_found", detail)
    return campus


async def _asked(sign_ins: SignIns, state: str) -> Asked:
    body = await sign_ins.take(state) if _STATE.fullmatch(state) else None
    if body is None:
        raise SsoError(SsoCode.EXPIRED, "no sign-in is under way with this state")
    return _asked_decoder.decode(body)


async def _entered(request: AnyRequest, gate: Gate, proven: Proven, sign_ins: SignIns) -> Cookie:
    """The cookie of a session of the account with the proven name; tied to the campus's own."""
    name = proven.username
    account = await gate.staff.find(name) if name.isprintable() and len(name) <= NAME_MAX else None
    trail = trail_of(request)
    trail.verb, trail.kind, trail.id = "session.begin", "session", "campus"
    if account is None or not account.is_active:
        trail.ask(Caller(role=Role.VISITOR, id=name), None)
        await _note(request, Result.DENIED)
        raise SsoError(SsoCode.UNKNOWN, "nobody of that name has an account")
    trail.ask(Caller(role=account.member.role, id=name), account.member.hall_id)
    try:
        entered = await gate.enter(
            account, sender_of(request), request.headers.get("user-agent", "")
        )
    except WrongError as error:
        raise SsoError(SsoCode.UNKNOWN, "the account was changed meanwhile") from error
    session_id = token_hash(entered.secret)[:ID_LENGTH]
    await sign_ins.tie(proven.marks, SessionRef(username=name, session_id=session_id))
    await _note(request, Result.DONE)
    return session_cookie(request, entered)


async def _visits(
    request: AnyRequest, visiting: Visiting, proven: Proven, sign_ins: SignIns
) -> Cookie:
    """The cookie of a visitor's session; tied to the campus's own."""
    secret = await visiting.enter(proven)
    session = await visiting.find(secret)
    assert session is not None
    ref = SessionRef(username=session.visitor, session_id=visiting.id_of(secret), is_visitor=True)
    await sign_ins.tie(proven.marks, ref)
    return visitor_cookie(request, secret)


async def _note(request: AnyRequest, result: Result) -> None:
    act = trail_of(request).act(result)
    assert act is not None  # it was said who asks
    audit: Audit = request.app.state.audit
    await audit.note(act)


def _failed(page: str, error: SsoError | StoreError) -> Redirect:
    """Back to the page, which has words for the code."""
    code = error.code if isinstance(error, SsoError) else SsoCode.AWAY
    log.warning("campus_sign_in_failed", code=code, error=str(error))
    return Redirect(f"{page}#sign-in={quote(code)}", status_code=303)


def _browser_cookie(request: AnyRequest, value: str, *, max_age: int) -> Cookie:
    """Ties a sign-in to the browser that began it: nobody is signed in as somebody else."""
    return Cookie(
        BROWSER_COOKIE,
        value=value,
        max_age=max_age,
        path=BACK,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
