"""What search engines ask for: which pages there are, and which are not for them."""

from html import escape
from typing import Any

from litestar import Response, route
from litestar.di import NamedDependency

from backend.core.rules.written_notices import shown_on_website
from backend.hub.http import AnyRequest
from backend.site.asked import READ, Address
from backend.site.notice_desk import PAST_PAGE, NoticeDesk
from backend.site.notice_views import path_of
from backend.site.pages import MINUTE, Pages

READ_PAGES = ("/", "/services", "/notices", "/figures")
HIDDEN = ("/api/", "/search", "/me", "/t/", "/track", "/start", "/ops", "/counter", "/greeter")


@route("/robots.txt", http_method=READ)
async def robots(pages: NamedDependency[Pages]) -> Response[str]:
    """What is of nobody's interest, and where the list of pages is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in HIDDEN)]
    text = "\n".join([*lines, f"Sitemap: {pages.url('/sitemap.xml')}", ""])
    return Response(text, media_type="text/plain", headers={"Cache-Control": MINUTE})


@route("/sitemap.xml", http_method=READ)
async def sitemap(
    request: AnyRequest, pages: NamedDependency[Pages], notice_desk: NamedDependency[NoticeDesk]
) -> Response[str]:
    """The pages of a hall in both languages, as https://www.sitemaps.org/protocol.html has it."""
    at = await pages.asked(request)
    addresses = [*READ_PAGES, *(f"/services/{service_id}" for service_id in at.known.guides)]
    written = await notice_desk.running(at.hall.hall_id)
    shown = shown_on_website(written, at.hall.now())
    past = await notice_desk.past(at.hall.hall_id, 0)
    addresses += [path_of(one) for one in (*shown, *past[:PAST_PAGE])]
    entries = "".join(_entry(at.address, path, pages) for path in addresses)
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n{entries}</urlset>\n'
    )
    return Response(text, media_type="application/xml", headers={"Cache-Control": MINUTE})


ROUTES: list[Any] = [robots, sitemap]


def _entry(address: Address, path: str, pages: Pages) -> str:
    own = {
        "zh-CN": escape(pages.url(address.link(path, "zh"))),
        "en": escape(pages.url(address.link(path, "en"))),
    }
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{tag}" href="{loc}"/>' for tag, loc in own.items()
    )
    return "".join(f"<url><loc>{loc}</loc>{others}</url>\n" for loc in own.values())
