"""How a guide would look that is being written."""

from http import HTTPStatus
from typing import Any, Literal

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from msgspec.structs import replace

from backend.audited import audited
from backend.catalogue.faults import is_out_of_hand, presentable
from backend.catalogue.guide import Guide
from backend.core.access import Reading
from backend.core.rules.content import ContentRefusalCode
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, decoded_body
from backend.office.draft_desk import DraftDesk
from backend.office.drafts import BODY_MAX
from backend.openapi import gives, takes
from backend.problem import ProblemError
from backend.site.asked import Address, Asked, no_page
from backend.site.guides import context_of
from backend.site.pages import Pages

NO_STORE = "no-store"

_guide_decoder = msgspec.json.Decoder(Guide)


@post("/api/halls/{hall_id:str}/guides/preview", status_code=200, request_max_body_size=BODY_MAX)
@audited("guide.preview", "guide", only_denied=True)
@takes(_guide_decoder)
@gives("text/html")
async def preview_guide(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    draft_desk: NamedDependency[DraftDesk],
    halls: NamedDependency[Halls],
    pages: NamedDependency[Pages],
    language: FromQuery[Literal["zh", "en"]] = "zh",
) -> Response[bytes]:
    """The page that visitors would see; nothing is kept."""
    at = await draft_desk.at(request, hall_id, Reading.GUIDES)
    guide = await decoded_body(request, _guide_decoder, BODY_MAX)
    if is_out_of_hand(guide):
        detail = "this is far more than a guide may have"
        raise ProblemError(HTTPStatus.CONFLICT, ContentRefusalCode.GUIDE_TOO_LARGE, detail)
    guide = replace(presentable(guide), department=at.known.department_name(guide.department_id))
    entries = halls.directory.contents.halls
    entry = next((entry for entry in entries if entry.hall_id == at.hall.hall_id), None)
    if entry is None:
        raise no_page()
    path = f"/services/{guide.service_id}"
    address = Address(language=language, path=path, hall_id=at.hall.hall_id)
    asked = Asked(address=address, entry=entry, hall=at.hall, known=at.known)
    context = context_of(asked, pages, guide, {})
    return pages.answer(request, asked, "preview.html", context, is_indexed=False, caching=NO_STORE)


ROUTES: list[Any] = [preview_guide]
