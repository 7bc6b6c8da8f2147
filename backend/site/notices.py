"""The website's notices: those that count now, those of before, and a page for each (NT4)."""

from typing import Any

from litestar import Response, route
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from backend.core.ids import NoticeId, Text
from backend.core.notices import NoticeState
from backend.core.rules.written_notices import is_readable, state_of
from backend.hub.http import AnyRequest
from backend.problem import ProblemError, address_of
from backend.rate import Limits
from backend.site.asked import READ, Context, no_page, paths
from backend.site.notice_desk import PAST_PAGE, NoticeDesk
from backend.site.notice_views import excerpt_of, html_of, notices_now, told
from backend.site.pages import FRESH, Pages
from backend.site.routes import TOO_MANY

SKIP_MAX = 10_000


@route(paths("/notices"), http_method=READ)
async def notices_page(
    request: AnyRequest, pages: NamedDependency[Pages], notice_desk: NamedDependency[NoticeDesk]
) -> Response[bytes]:
    """The notices that count now, and those of before, newest first."""
    at = await pages.asked(request)
    hall, plan, now = at.hall, at.known.plan, at.hall.now()
    skip = _skip(request)
    written = await notice_desk.running(hall.hall_id)
    shown = notices_now(hall.follower.day, written, plan, now) if skip == 0 else ()
    found = await notice_desk.past(hall.hall_id, skip)
    past = tuple(told(one, plan, now) for one in found[:PAST_PAGE])
    has_more = len(found) > PAST_PAGE
    return pages.kept(
        request,
        at,
        "notices.html",
        lambda: {
            "notices": shown,
            "past": past,
            "is_first": skip == 0,
            "earlier": f"/notices?skip={skip + PAST_PAGE}" if has_more else None,
            "later": _later(skip),
            "current": "notices",
        },
        query=f"skip={skip}" if skip else "",
        of=(shown, past, has_more),
        caching=FRESH,
    )


@route(paths("/notices/{notice_id:str}"), http_method=READ)
async def notice_page(
    request: AnyRequest,
    *,
    notice_id: FromPath[str],
    pages: NamedDependency[Pages],
    limits: NamedDependency[Limits],
    notice_desk: NamedDependency[NoticeDesk],
) -> Response[bytes]:
    """One notice; 404 before its time and once it was taken down."""
    if not limits.visits.of(address_of(request)).take():
        raise ProblemError(*TOO_MANY)
    at = await pages.asked(request)
    now, plan = at.hall.now(), at.known.plan
    found = await notice_desk.store.find(at.hall.hall_id, NoticeId(notice_id))
    if found is None or not is_readable(found, now):
        raise no_page()
    content, state = found.content, state_of(found, now)

    def context() -> Context:
        html = html_of(content)
        return {
            "one": told(found, plan, now),
            "is_over": state is NoticeState.OVER,
            "excerpt": excerpt_of(content),
            "body": Text(zh=Markup(html.zh), en=Markup(html.en)),
            "begins_on": (content.begins_at or found.at).date(),
            "current": "notices",
        }

    return pages.kept(request, at, "notice.html", context, of=(found, state), caching=FRESH)


ROUTES: list[Any] = [notices_page, notice_page]


def _skip(request: AnyRequest) -> int:
    """How many of the past ones are on the pages before; whole pages."""
    text = request.query_params.get("skip", "0")
    asked = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    return min(asked, SKIP_MAX) // PAST_PAGE * PAST_PAGE


def _later(skip: int) -> str | None:
    if skip == 0:
        return None
    return f"/notices?skip={skip - PAST_PAGE}" if skip > PAST_PAGE else "/notices"
