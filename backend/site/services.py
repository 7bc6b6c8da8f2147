"""All services of a hall, and which of them one looks for: each filter is a part of the address."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from litestar import Response, route
from litestar.di import NamedDependency
from msgspec import Struct

from backend.catalogue.guide import Audience, Guide
from backend.core.cases.words import ServiceKind
from backend.core.ids import ServiceId, Text
from backend.hub.http import AnyRequest
from backend.site.asked import READ, Asked, Context, paths
from backend.site.pages import Pages
from backend.site.words import Language, wording

WAYS: Mapping[str, Callable[[Guide], bool]] = {
    "immediate": lambda guide: guide.kind is ServiceKind.IMMEDIATE,
    "deferred": lambda guide: guide.kind is ServiceKind.DEFERRED,
    "online": lambda guide: guide.is_online,
    "no_trip": lambda guide: guide.trips == 0,
    "one_trip": lambda guide: guide.trips == 1,
    "self_service": lambda guide: guide.is_self_service,
}
"""How it is done, as one may want it."""


class Filter(Struct, frozen=True, kw_only=True):
    """What services are looked for; "" is any."""

    department: str = ""
    audience: str = ""
    way: str = ""
    letter: str = ""

    def asks(self, guide: Guide, letter: str) -> bool:
        """Whether the guide is one of them; `letter` is that of its name."""
        return (
            self.department in {"", guide.department_id}
            and self.audience in {"", *guide.audience}
            and (not self.way or WAYS[self.way](guide))
            and self.letter in {"", letter}
        )

    def query(self) -> str:
        """As it stands in an address."""
        return urlencode({name: value for name, value in self.chosen() if value})

    def chosen(self) -> list[tuple[str, str]]:
        """Each part and what is chosen of it."""
        return [(name, getattr(self, name)) for name in self.__struct_fields__]

    def but(self, **changed: str) -> str:
        """The address of the same filter with something else chosen."""
        query = Filter(**(dict(self.chosen()) | changed)).query()
        return f"/services?{query}" if query else "/services"


@route(paths("/services"), http_method=READ)
async def services(request: AnyRequest, pages: NamedDependency[Pages]) -> Response[bytes]:
    """The services that the address asks for, by department; a value that is none is any."""
    at = await pages.asked(request)
    letters = await asyncio.to_thread(letters_of, at)
    wanted = _wanted(request.query_params, at, set(letters.values()))
    return pages.kept(
        request,
        at,
        "services.html",
        lambda: _context(at, wanted, letters),
        query=wanted.query(),
    )


ROUTES: list[Any] = [services]


def letters_of(at: Asked) -> dict[ServiceId, str]:
    """The letter under which each service stands: of its name, or of how that sounds."""
    return {
        service_id: letter_of(guide.name, at.address.language)
        for service_id, guide in at.known.guides.items()
    }


def letter_of(name: Text, language: Language) -> str:
    """A capital letter, or # for what begins with none."""
    from backend.search.sound import syllables  # noqa: PLC0415 (0.3 s)

    words = wording(name, language)
    sound = words if words[:1].isascii() else "".join(syllables(words[:1]))
    first = sound[:1].upper()
    return first if first.isascii() and first.isalpha() else "#"


def _wanted(query: Mapping[str, str], at: Asked, letters: set[str]) -> Filter:
    def one_of(name: str, known: Iterable[str]) -> str:
        value = query.get(name, "")
        return value if value in set(known) else ""

    return Filter(
        department=one_of("department", at.known.departments),
        audience=one_of("audience", list(Audience)),
        way=one_of("way", WAYS),
        letter=one_of("letter", letters),
    )


def _context(at: Asked, wanted: Filter, letters: Mapping[ServiceId, str]) -> Context:
    guides = at.known.guides
    found = [guide for guide in guides.values() if wanted.asks(guide, letters[guide.service_id])]
    departments = at.known.departments
    return {
        "current": "services",
        "wanted": wanted,
        "count": len(found),
        "departments": departments.values(),
        "groups": [
            (department, [g for g in found if g.department_id == department.department_id])
            for department in departments.values()
            if any(g.department_id == department.department_id for g in found)
        ],
        "audiences": [audience.value for audience in Audience],
        "ways": list(WAYS),
        "letters": sorted(set(letters.values())),
    }
