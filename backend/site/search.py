"""The search page: the answer on top, then what was found; what was not is kept for the editors."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from litestar import Response, route
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency
from msgspec import Struct

from backend.catalogue.guide import Guide, Question
from backend.core.ids import ServiceId
from backend.core.rules.public_text import TextLimits, TextRefusal, cleaned, masked
from backend.hub.http import AnyRequest
from backend.office.assistant import Assistants, Found
from backend.office.case_desk import Known
from backend.problem import ProblemError, address_of
from backend.rate import Limits
from backend.site.asked import READ, Asked, Context, paths
from backend.site.home import MostAsked
from backend.site.notice_search import NoticeSearch
from backend.site.notice_views import told
from backend.site.pages import FRESH, Pages
from backend.site.routes import TOO_MANY
from backend.store.misses import Misses
from backend.store.stream import StoreError

QUERY = TextLimits(chars=100)
SHOWN_MAX = 12
MISS_MAX = 60
"""Characters of what is kept of a query that found nothing."""
QUESTION_FIT_MIN = 0.6
"""From so well on a frequent question is shown with the guide it stands in."""
TYPING = "x-typing"
"""A header of those who are still typing: what half a word does not find is nobody's loss."""


class Result(Struct, frozen=True, kw_only=True):
    """One line of the page."""

    guide: Guide | None
    question: Question | None
    """The frequent question that fits; without a guide, one about the hall or a published one."""


@route(paths("/search"), http_method=READ)
async def search_page(
    request: AnyRequest,
    *,
    pages: NamedDependency[Pages],
    assistants: NamedDependency[Assistants],
    notice_search: NamedDependency[NoticeSearch],
    most_asked: NamedDependency[MostAsked],
    misses: NamedDependency[Misses],
    limits: NamedDependency[Limits],
) -> Response[bytes]:
    """What is found for `q`, best first: services and questions, then notices."""
    if not limits.visits.of(address_of(request)).take():
        raise ProblemError(*TOO_MANY)
    at = await pages.asked(request)
    query, is_odd = _query(request)
    context: Context = {"query": query, "is_odd": is_odd, "answer": None}
    context |= {"results": [], "notices": []}
    if query:
        hall_id, now = at.hall.hall_id, at.hall.now()
        found = await assistants.find(hall_id, at.known, query)
        context |= {"results": _results(at.known, found), "answer": _answer(at, found)}
        notices = await notice_search.find(hall_id, query, now)
        context["notices"] = [told(one, at.known.plan, now) for one in notices]
    is_nothing = not context["results"] and not context["notices"]
    if is_nothing:
        context["asked"] = await most_asked.of(at)
    response = pages.answer(
        request,
        at,
        "search.html",
        context,
        query=urlencode({"q": query}) if query else "",
        is_indexed=False,
        caching=FRESH,
    )
    if query and is_nothing and TYPING not in request.headers:
        response.background = BackgroundTask(_note, misses, at, query)
    return response


ROUTES: list[Any] = [search_page]


def _query(request: AnyRequest) -> tuple[str, bool]:
    """What is looked for, "" when nothing is; and whether it is no text that anybody means."""
    asked = request.query_params.get("q", "")
    if not asked.strip():
        return "", False
    try:
        return cleaned(asked, QUERY), False
    except TextRefusal:
        return "", True


def _results(known: Known, found: Found) -> list[Result]:
    """The lines for what was found."""
    results: list[Result] = []
    for hit in found.hits[:SHOWN_MAX]:
        guide = known.guides.get(ServiceId(hit.item_id))
        if guide is None:
            results.append(Result(guide=None, question=found.question(hit.item_id)))
        else:
            no = hit.question_no if hit.question_fit >= QUESTION_FIT_MIN else None
            question = guide.questions[no] if no is not None else None
            results.append(Result(guide=guide, question=question))
    return results


def _answer(at: Asked, found: Found) -> Context | None:
    """The assistant's answer when it is sure, and the guide that it is from."""
    if not found.answer.is_known:
        return None
    source = found.answer.sources[0]
    guide = at.known.guides.get(ServiceId(source.item_id))
    return {"text": found.answer.answer, "title": source.title, "guide": guide}


async def _note(misses: Misses, at: Asked, query: str) -> None:
    words = masked(" ".join(query.casefold().split()))[:MISS_MAX]
    with suppress(StoreError):  # it is for others; whoever asks neither has nor waits for it
        await misses.note(at.hall.hall_id, at.known.today, words)
