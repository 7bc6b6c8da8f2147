"""What a request for a page of the website asks for: which hall, in which language."""

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from litestar import HttpMethod
from msgspec import Struct

from backend.hub.hall import Hall
from backend.hub.http import AnyRequest
from backend.office.case_desk import Known
from backend.problem import ProblemError
from backend.site.words import Language
from backend.store.directory import HallEntry

READ = [HttpMethod.GET, HttpMethod.HEAD]
ENGLISH = "/en"


class Address(Struct, frozen=True, kw_only=True):
    """Where a page is, and how its links are written."""

    language: Language
    path: str
    """Without the language: `/services/HR-01`."""
    hall_id: str | None
    """Named in the address; None where there is only one."""

    def link(self, path: str, language: Language | None = None) -> str:
        """The address of a page of this hall; in the same language if none is given."""
        english = (language or self.language) == "en"
        return self.plain((ENGLISH if english else "") + path.rstrip("/") or "/")

    def plain(self, path: str) -> str:
        """The address of what has no language in its address."""
        if self.hall_id is None:
            return path
        joint = "&" if "?" in path else "?"
        return f"{path}{joint}hall={quote(self.hall_id, safe='')}"


class Asked(Struct, frozen=True, kw_only=True):
    """A hall's page that somebody asks for."""

    address: Address
    entry: HallEntry
    hall: Hall
    known: Known


class WhichHallError(Exception):
    """There are several halls, and nothing says which is meant."""


def paths(*own: str) -> list[str]:
    """Where pages are in both languages."""
    return [path for one in own for path in (one, (ENGLISH + one).rstrip("/"))]


def address_asked(request: AnyRequest) -> Address:
    """The address of a request."""
    path = request.url.path.rstrip("/")
    is_english = path == ENGLISH or path.startswith(f"{ENGLISH}/")
    return Address(
        language="en" if is_english else "zh",
        path=(path.removeprefix(ENGLISH) if is_english else path) or "/",
        hall_id=request.query_params.get("hall") or None,
    )


def no_page() -> ProblemError:
    """Nothing is at this address."""
    return ProblemError(HTTPStatus.NOT_FOUND, "not_found", "there is no such page")


Context = dict[str, Any]
"""What a template is given, by name."""
