"""Forms to fill in before coming, as guides in force offer them."""

from typing import Any
from urllib.parse import quote

from litestar import Response, route
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.hub.http import AnyRequest
from backend.office.case_desk import CaseDesk
from backend.office.files import HEADERS, plain_name
from backend.openapi import gives
from backend.site.asked import READ, no_page, paths
from backend.site.pages import Pages
from backend.site.words import wording
from backend.store.files import ENDINGS

DAY = "public, max-age=86400"


@route(paths("/forms/{digest:str}"), http_method=READ)
@gives(*ENDINGS)
async def form_file(
    request: AnyRequest,
    digest: FromPath[str],
    pages: NamedDependency[Pages],
    case_desk: NamedDependency[CaseDesk],
) -> Response[bytes]:
    """A form that a guide in force offers, to be saved under its name."""
    at = await pages.asked(request)
    offered = (form for guide in at.known.guides.values() for form in guide.forms)
    form = next((form for form in offered if form.digest == digest), None)
    if form is None:
        raise no_page()
    name = plain_name(wording(form.name, at.address.language), form.media_type)
    headers = HEADERS | {
        "Cache-Control": DAY,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
    }
    content = await case_desk.files.read_bytes(digest)
    return Response(content, media_type=form.media_type, headers=headers)


ROUTES: list[Any] = [form_file]
