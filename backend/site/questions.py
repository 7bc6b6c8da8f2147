"""What others have asked and been answered, as staff published it (CN4)."""

from typing import Any
from urllib.parse import urlencode

from litestar import Response, route
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.core.rules.public_text import TextLimits, TextRefusal, cleaned
from backend.hub.http import AnyRequest
from backend.office.consult_desk import ConsultDesk
from backend.office.consult_views import public_question
from backend.office.questions import PAGE, SKIP_MAX, questions_of
from backend.problem import ProblemError, address_of
from backend.rate import Limits
from backend.site.asked import READ, no_page, paths
from backend.site.dates import day_text
from backend.site.pages import Pages
from backend.site.routes import TOO_MANY

QUERY = TextLimits(chars=100)


@route(paths("/questions"), http_method=READ)
async def questions_page(
    request: AnyRequest,
    *,
    pages: NamedDependency[Pages],
    limits: NamedDependency[Limits],
    consult_desk: NamedDependency[ConsultDesk],
) -> Response[bytes]:
    """The published questions, newest first; with `q`, those that have its words."""
    if not limits.visits.of(address_of(request)).take():
        raise ProblemError(*TOO_MANY)
    at = await pages.asked(request)
    query, skip = _query(request), _skip(request)
    page = await questions_of(consult_desk, at.hall, query, None, skip)
    turned = {
        name: "/questions?" + urlencode({"q": query, "skip": start})
        for name, start in (("earlier", skip + PAGE), ("later", max(0, skip - PAGE)))
    }
    context = {
        "frequent": at.known.questions if not query and skip == 0 else (),
        "questions": page.found,
        "has_more": page.has_more,
        "is_first": skip == 0,
        "turned": turned,
        "asked_for": query,
        "day": day_text,
        "current": "ask",
    }
    own = urlencode({"q": query} if query else {})
    return pages.answer(
        request, at, "questions.html", context, query=own, is_indexed=not query and skip == 0
    )


@route(paths("/questions/{consultation_id:str}"), http_method=READ)
async def question_page(
    request: AnyRequest,
    *,
    consultation_id: FromPath[str],
    pages: NamedDependency[Pages],
    limits: NamedDependency[Limits],
    consult_desk: NamedDependency[ConsultDesk],
) -> Response[bytes]:
    """One published question with its answer."""
    if not limits.visits.of(address_of(request)).take():
        raise ProblemError(*TOO_MANY)
    at = await pages.asked(request)
    found = await consult_desk.consultations.one_published(at.hall.hall_id, consultation_id)
    if found is None:
        raise no_page()
    context = {"one": public_question(found, at.known), "day": day_text, "current": "ask"}
    return pages.answer(request, at, "question.html", context)


ROUTES: list[Any] = [questions_page, question_page]


def _query(request: AnyRequest) -> str:
    """What is looked for; nothing when it is no text that anybody means."""
    try:
        return cleaned(request.query_params.get("q", ""), QUERY)
    except TextRefusal:
        return ""


def _skip(request: AnyRequest) -> int:
    text = request.query_params.get("skip", "0")
    return min(int(text), SKIP_MAX) if text.isascii() and text.isdigit() and len(text) < 9 else 0
