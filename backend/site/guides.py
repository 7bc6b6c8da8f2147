"""A guide: everything to know before coming for a service, on a page and on paper."""

import io
import re
from typing import Any

import segno
from litestar import Response, route
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup, escape

from backend.catalogue.guide import Guide, GuideMaterial
from backend.catalogue.questionnaire import Standing, standing
from backend.core.ids import ServiceId, Text
from backend.core.rules.deadlines import deadline
from backend.hub.http import AnyRequest
from backend.office.case_desk import Known
from backend.problem import ProblemError, address_of
from backend.rate import Limits
from backend.site.asked import READ, Asked, Context, no_page, paths
from backend.site.dates import day_text, full_day_text
from backend.site.hall_map import hall_map
from backend.site.pages import Pages
from backend.site.routes import TOO_MANY
from backend.site.words import wording

ANSWER = "a."
"""Before an inquiry's id in an address: nothing else is ever called so."""
_NUMBER = re.compile(r"(?<![A-Za-z0-9_-])([A-Za-z][A-Za-z_-]*[0-9][A-Za-z0-9_-]*)")
"""What may be a service's number in a text, `CC-03`."""


@route(paths("/services/{service_id:str}"), http_method=READ)
async def guide_page(
    request: AnyRequest, service_id: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """The whole guide."""
    at = await pages.asked(request)
    guide = _guide(at, service_id)
    return pages.kept(request, at, "guide.html", lambda: context_of(at, pages, guide, {}))


@route(paths("/services/{service_id:str}/print"), http_method=READ)
async def printed_page(
    request: AnyRequest, service_id: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """The guide on a sheet, with boxes to tick; with answers in the address, this person's."""
    at = await pages.asked(request)
    guide, answers = _guide(at, service_id), _answers(request)
    context = context_of(at, pages, guide, answers)
    return pages.answer(
        request,
        at,
        "print.html",
        context | {"qr": _qr(pages.url(at.address.link(f"/services/{service_id}")))},
        is_indexed=False,
        query=context["answers_query"],
    )


@route(paths("/services/{service_id:str}/check"), http_method=READ)
async def check_page(
    request: AnyRequest,
    service_id: FromPath[str],
    pages: NamedDependency[Pages],
    limits: NamedDependency[Limits],
) -> Response[bytes]:
    """The guide's questions as far as they are answered, and what that comes to (GD1)."""
    if not limits.visits.of(address_of(request)).take():
        raise ProblemError(*TOO_MANY)
    at = await pages.asked(request)
    guide = _guide(at, service_id)
    if not guide.questionnaire:
        raise no_page()
    context = context_of(at, pages, guide, _answers(request))
    return pages.answer(
        request, at, "check.html", context, is_indexed=False, query=context["answers_query"]
    )


ROUTES: list[Any] = [guide_page, printed_page, check_page]


def _guide(at: Asked, service_id: str) -> Guide:
    guide = at.known.guides.get(ServiceId(service_id))
    if guide is None:
        raise no_page()
    return guide


def _answers(request: AnyRequest) -> dict[str, str]:
    """What the address says was chosen; of what is said twice, the last."""
    return {
        name.removeprefix(ANSWER): value
        for name, value in request.query_params.multi_items()
        if name.startswith(ANSWER)
    }


def context_of(at: Asked, pages: Pages, guide: Guide, answers: dict[str, str]) -> Context:
    """What the templates of a guide are given; one that is not in force is shown as of today."""
    known, language = at.known, at.address.language
    found = standing(guide.questionnaire, [m.material_id for m in guide.materials], answers)
    since = known.catalogue.guide_since(guide.service_id, known.today) or known.today
    department = known.departments.get(guide.department_id)
    counters = [c for c in known.plan.counters if c.counter_id in set(guide.counter_ids)]
    return {
        "current": "services",
        "guide": guide,
        "found": found,
        "listed": _listed(guide, found),
        "answers_query": "&".join(
            f"{ANSWER}{one.inquiry.inquiry_id}={one.choice.choice_id}" for one in found.answered
        ),
        "answer_prefix": ANSWER,
        "windows": [counter.no for counter in counters],
        "map": hall_map(known.plan, guide.zone_id, set(guide.counter_ids)),
        "since": full_day_text(since),
        "example": _example(known, guide),
        "phone": guide.phone or (department.phone if department is not None else ""),
        "linked_data": _linked_data(at, pages, guide),
        "linked": lambda text: _linked(at, guide, text),
        "description": wording(guide.summary, language),
    }


def _listed(guide: Guide, found: Standing) -> list[GuideMaterial]:
    """What this person brings once all is answered; else what anybody may have to."""
    if not found.answered or found.next is not None:
        return list(guide.materials)
    return [material for material in guide.materials if material.material_id in found.materials]


def _example(known: Known, guide: Guide) -> Context | None:
    """What the promised limit comes to for somebody who is accepted today (DL1)."""
    if guide.promised_working_days == 0:
        return None
    due = deadline(known.calendar, known.plan, known.today, guide.promised_working_days)
    return {
        "today": day_text(known.today),
        "due": day_text(due.due_day),
        "is_provisional": due.is_provisional,
    }


def _linked(at: Asked, guide: Guide, text: Text) -> Markup:
    """The text, with the numbers of the hall's other services as links to their guides."""
    others = at.known.guides.keys() - {guide.service_id}

    def piece(words: str) -> Markup:
        if words not in others:
            return escape(words)
        link = at.address.link(f"/services/{words}")
        return Markup('<a class="service-number" href="{}">{}</a>').format(link, words)

    return Markup().join(map(piece, _NUMBER.split(wording(text, at.address.language))))


def _linked_data(at: Asked, pages: Pages, guide: Guide) -> Context:
    """The service as search engines read it (https://schema.org/GovernmentService)."""
    language = at.address.language

    def said(text: Text) -> str:
        return wording(text, language)

    return {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "identifier": guide.service_id,
        "name": said(guide.name),
        "description": said(guide.summary),
        "inLanguage": "en" if language == "en" else "zh-CN",
        "url": pages.url(at.address.link(f"/services/{guide.service_id}")),
        "provider": {"@type": "GovernmentOffice", "name": said(guide.department)},
        "audience": [
            {
                "@type": "Audience",
                "audienceType": pages.say(f"guide.audience.{one}", at.address),
            }
            for one in guide.audience
        ],
        "termsOfService": said(guide.fee),
        "availableChannel": {
            "@type": "ServiceChannel",
            "serviceLocation": {"@type": "Place", "name": said(guide.place)},
            **({"servicePhone": guide.phone} if guide.phone else {}),
        },
    }


def _qr(url: str) -> Markup:
    """The address as a picture."""
    image = io.BytesIO()
    segno.make(url, error="m", micro=False).save(
        image, kind="svg", border=0, xmldecl=False, svgns=True, omitsize=True
    )
    return Markup(image.getvalue().decode())
