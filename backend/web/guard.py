"""What goes with every answer, and which requests get none: how browsers are kept on our side.

A page of another site can have a browser send requests with our cookie.  Browsers say where they
come from (`Origin`, `Sec-Fetch-Site`); programs say neither, and are judged by what they know.
"""

import re
from http import HTTPStatus
from typing import Any

from litestar import Request
from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.types import Message, Scope

from backend.identity import ForeignOriginError, Identity
from backend.problem import ProblemError
from backend.wire.messages import ErrorCode

HSTS = "max-age=31536000"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # a ticket's address is its secret
    "Cross-Origin-Opener-Policy": "same-origin",
}
NOTHING = "default-src 'none'; frame-ancestors 'none'"
"""For what is no page: should a browser ever show it as one, it does nothing."""
OURS = (None, "same-origin", "none")
"""What `Sec-Fetch-Site` says of our own pages, and of what somebody typed."""
HOST = re.compile(r"[\w.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?", re.ASCII)


async def refuse_unfit(request: Request[Any, Any, Any]) -> None:
    """Answer no request that a page of another site made a browser send, nor one with a NUL.

    PostgreSQL cannot keep that character, so nothing has it in its name and no search finds it;
    of bodies see `hub/session.py`.
    """
    if "\0" in request.scope["path"]:
        raise ProblemError(HTTPStatus.NOT_FOUND, "not_found", "nothing has such an address")
    if b"%00" in request.scope["query_string"] or b"\0" in request.scope["query_string"]:
        detail = "the character U+0000 cannot be kept"
        raise ProblemError(HTTPStatus.BAD_REQUEST, ErrorCode.MALFORMED, detail)
    identity: Identity = request.app.state.identity
    headers, is_foreign = request.headers, False
    try:
        identity.check_origin(headers.get("origin"), headers.get("host"))
    except ForeignOriginError:
        is_foreign = True
    if request.method not in {"GET", "HEAD"}:
        is_foreign = is_foreign or headers.get("sec-fetch-site") not in OURS
    if is_foreign:
        detail = "this page belongs to another site"
        raise ProblemError(HTTPStatus.FORBIDDEN, ErrorCode.FORBIDDEN, detail)


async def protect(message: Message, scope: Scope) -> None:
    """Add to every answer what browsers are to hold to."""
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders(message)
    for name, value in ALWAYS.items():
        headers.setdefault(name, value)
    is_page = headers.get("content-type", "").startswith("text/html")
    # What comes with a 304 replaces what the browser has kept with the page: its policy stays.
    if message["status"] != HTTPStatus.NOT_MODIFIED:
        headers.setdefault("Content-Security-Policy", page_policy(scope) if is_page else NOTHING)
    if scope.get("scheme") == "https":
        headers["Strict-Transport-Security"] = HSTS


def page_policy(scope: Scope) -> str:
    """What a page of ours may load and do: its own files and its own socket."""
    host = Headers.from_scope(scope).get("host", "")
    socket = "wss" if scope.get("scheme") == "https" else "ws"
    # Safari took `'self'` to mean the socket, too, only from 15.4 on.
    own = f" {socket}://{host}" if HOST.fullmatch(host) else ""
    return (
        f"default-src 'self'; img-src 'self' data:; connect-src 'self'{own};"
        " frame-ancestors 'self'; base-uri 'none'; form-action 'self'; object-src 'none'"
    )
