"""How the website's pages are written: templates, words, addresses, and what browsers may keep."""

import gzip
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Response
from markupsafe import Markup, escape
from msgspec import Struct

from backend.core.ids import Text
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest
from backend.office.case_desk import CaseDesk
from backend.problem import ProblemError
from backend.site.asked import Address, Asked, Context, WhichHallError, address_asked, no_page
from backend.site.words import read_words, tell, wording
from backend.store.directory import HallEntry
from backend.web.pages import takes_gzip

DIST = Path(__file__).parents[2] / "frontend" / "dist"
STYLE, SCRIPT, ICON = "src/site/site.css", "src/site/main.ts", "icon.svg"
KEPT_MAX = 4_000
"""Pages kept ready, some 7 kB each; the one asked for longest ago is forgotten first."""
FRESH = "no-cache"
"""Kept by browsers, who ask each time whether it is still so."""
MINUTE = "public, max-age=60, stale-while-revalidate=600"
"""For what changes by the day: nobody asks twice within a minute."""
_ETAG = re.compile(r'"[\w-]+"')


class Place(Struct, frozen=True, kw_only=True):
    """Where a page is."""

    address: Address
    entry: HallEntry | None = None
    """None: it is of no hall."""
    query: str = ""
    """What follows `?` in its own addresses, beside the hall."""
    is_indexed: bool = True


class Written(Struct, frozen=True, kw_only=True):
    """A page as it is sent."""

    packed: bytes
    """With gzip; the few who cannot read that have it unpacked for them."""
    etag: str


class Kept(Struct, frozen=True, kw_only=True):
    """A page, and of what it was written."""

    of: tuple[object, ...]
    page: Written


class Pages:
    """Writes pages, and keeps those ready that everybody sees alike."""

    def __init__(self, public_url: str, halls: Halls, case_desk: CaseDesk) -> None:
        """`public_url`: where people find the site."""
        self._public_url = public_url
        self._halls = halls
        self._case_desk = case_desk
        self._words = read_words()
        self._kept: OrderedDict[tuple[object, ...], Kept] = OrderedDict()
        self._assets: tuple[int, dict[str, str]] = (0, {})
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    async def asked(self, request: AnyRequest) -> Asked:
        """Which hall's page is asked for, and what is known of the hall.

        Raises WhichHallError, ProblemError (there is no such hall), StoreError.
        """
        address = address_asked(request)
        entries = self._halls.directory.contents.halls
        if address.hall_id is None and len(entries) > 1:
            raise WhichHallError
        wanted = address.hall_id or next((entry.hall_id for entry in entries), "")
        hall = self._halls.find(wanted)
        entry = next((entry for entry in entries if entry.hall_id == wanted), None)
        if hall is None or entry is None:
            raise no_page()
        known = await self._case_desk.known(hall)
        return Asked(address=address, entry=entry, hall=hall, known=known)

    def answer(
        self,
        request: AnyRequest,
        asked: Asked,
        template: str,
        context: Context,
        *,
        query: str = "",
        is_indexed: bool = True,
        caching: str = FRESH,
    ) -> Response[bytes]:
        """The page, written anew.

        `query`: what follows `?` in its own addresses, beside the hall.
        """
        place = Place(address=asked.address, entry=asked.entry, query=query, is_indexed=is_indexed)
        page = self._write(place, template, context, self._manifest())
        return _reply(request, page, caching)

    def kept(
        self,
        request: AnyRequest,
        asked: Asked,
        template: str,
        make: Callable[[], Context],
        *,
        query: str = "",
        of: tuple[object, ...] = (),
        caching: str = MINUTE,
    ) -> Response[bytes]:
        """The page of this address, written once for each catalogue, plan and day.

        `query`: as in `answer`; a page that has one is not for search engines.
        `of`: what else it is written of.
        """
        key = (template, asked.entry, asked.address, query)
        known = asked.known
        of = (known.catalogue, known.plan, known.calendar, known.today, self._built(), *of)
        found = self._kept.pop(key, None)
        if found is not None and _same(found.of, of):
            page = found.page
        else:
            place = Place(
                address=asked.address, entry=asked.entry, query=query, is_indexed=not query
            )
            page = self._write(place, template, make(), self._manifest())
        self._kept[key] = Kept(of=of, page=page)  # of what was read last, to be the very same next
        if len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)
        return _reply(request, page, caching)

    def bare(
        self,
        request: AnyRequest,
        address: Address,
        template: str,
        context: Context,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response[bytes]:
        """A page that is of no hall: a fault, or the choice among halls.

        Without its looks where the front end was never built: a fault must be told all the same.
        """
        assets: dict[str, str] = {}
        with suppress(ProblemError):
            assets = self._manifest()
        page = self._write(Place(address=address, is_indexed=False), template, context, assets)
        return _reply(request, page, "no-store", status)

    def url(self, path: str) -> str:
        """The address of a path for those who are elsewhere."""
        return self._public_url + path

    def say(self, key: str, address: Address, **values: object) -> str:
        """The words of a key."""
        return tell(self._words[key], address.language, values)

    def _write(
        self, place: Place, template: str, context: Context, assets: dict[str, str]
    ) -> Written:
        address, language = place.address, place.address.language
        name = _name(place.entry) or self._words["site.product"]
        path = address.path + (f"?{place.query}" if place.query else "")
        own = {"zh": address.link(path, "zh"), "en": address.link(path, "en")}
        text = self._environment.get_template(template).render(
            {
                "language": language,
                "hall_name": wording(name, language),
                "styles": (assets[STYLE],) if assets else (),
                "script": assets.get(SCRIPT),
                "icon": assets.get(ICON),
                "canonical": self.url(own[language]) if place.is_indexed else None,
                "alternates": {one: self.url(path) for one, path in own.items()},
                "other_link": own["zh" if language == "en" else "en"],
                "t": partial(self.say, address=address),
                "say": lambda text: wording(text, language),
                "link": address.link,
                "plain_link": address.plain,
                "url": self.url,
                "hall_field": partial(_hall_field, address),
                "current": None,
                "query": None,
                **context,
            }
        )
        body = text.encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
        return Written(packed=gzip.compress(body, 6, mtime=0), etag=etag)

    def _manifest(self) -> dict[str, str]:
        """The files of the built front end by their source."""
        built = self._built()
        if self._assets[0] != built:
            manifest = msgspec.json.decode((DIST / ".vite" / "manifest.json").read_bytes())
            self._assets = (built, {name: part["file"] for name, part in manifest.items()})
        return self._assets[1]

    def _built(self) -> int:
        """When the front end was built, as a mark of the files that pages name."""
        try:
            return (DIST / ".vite" / "manifest.json").stat().st_mtime_ns
        except OSError:
            detail = "the front end is not built: run `make setup`"
            raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "not_built", detail) from None


def _same(before: tuple[object, ...], now: tuple[object, ...]) -> bool:
    """Whether nothing has changed; what is large is compared by being the very same."""
    return all(one is other or one == other for one, other in zip(before, now, strict=True))


def _reply(
    request: AnyRequest, page: Written, caching: str, status: HTTPStatus = HTTPStatus.OK
) -> Response[bytes]:
    headers = {"Cache-Control": caching, "Vary": "Accept-Encoding", "ETag": f"W/{page.etag}"}
    known = request.headers.get("if-none-match", "")
    if status is HTTPStatus.OK and (known == "*" or page.etag in _ETAG.findall(known)):
        return Response(b"", status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    content = page.packed
    if takes_gzip(request):
        headers["Content-Encoding"] = "gzip"
    else:
        content = gzip.decompress(content)
    return Response(content, status_code=status, media_type="text/html", headers=headers)


def _name(entry: HallEntry | None) -> Text | None:
    return Text(zh=entry.name_zh, en=entry.name_en) if entry is not None else None


def _hall_field(address: Address) -> Any:
    """For forms: the hall that the address names."""
    if address.hall_id is None:
        return Markup()
    return Markup(f'<input type="hidden" name="hall" value="{escape(address.hall_id)}">')
