"""What somebody reads who opens an address that is none, or whose page needs a script."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from litestar import Request, Response, get
from litestar.testing import create_test_client

from backend.core.ids import HallId
from backend.hub.hall import Hall as RunningHall
from backend.hub.halls import Halls
from backend.office.case_desk import CaseDesk, Known
from backend.site import words
from backend.site.asked import Asked, address_asked
from backend.site.pages import Pages
from backend.site.routes import site_router
from backend.store.directory import HallEntry
from tests.hall import ROOT, Hall
from tests.web.test_problems import problem
from tests.web.test_site import Outline

READER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
ACTING = ("ask", "book", "hall", "me", "progress", "take", "track")


@pytest.mark.parametrize(
    ("path", "language"),
    [("/nowhere", "zh"), ("/en/nowhere", "en"), ("/services/a/b/c", "zh"), ("/en/book/a/b", "en")],
)
def test_address_that_is_none_is_a_page_for_readers_and_a_problem_for_programs(
    hall: Hall, path: str, language: words.Language
) -> None:
    page = hall.ask("GET", path, **READER)
    assert page.status == 404
    assert page.headers["Content-Type"].startswith("text/html")
    assert page.headers["Cache-Control"] == "no-store"
    title = words.wording(words.read_words()["errors.not_found.title"], language)
    assert title in page.body.decode()
    problem(hall.ask("GET", path), 404, "not_found")
    problem(hall.ask("POST", path, **READER), 404, "not_found")


def test_interface_answers_with_problems_whoever_asks(hall: Hall) -> None:
    problem(hall.ask("GET", "/api/nowhere", **READER), 404, "not_found")


@pytest.mark.parametrize("name", ACTING)
def test_page_that_needs_a_script_says_so_and_what_does_without(name: str) -> None:
    page = (ROOT / "frontend" / f"{name}.html").read_text(encoding="utf-8")
    without = page[page.index("<noscript>") : page.index("</noscript>")]
    assert all(f'href="{path}"' in without for path in ("/", "/en"))


def test_page_is_packed_for_those_who_read_that_and_sent_once(hall: Hall) -> None:
    script = re.search(rb"/assets/[\w.-]+[.]js", hall.ask("GET", "/book").body)
    assert script is not None
    for path in ("/services", "/book", script[0].decode()):
        for wanted, given in (
            ("gzip", "gzip"),
            ("br;q=1.0, GZIP;q=0.5", "gzip"),
            ("gzip;q=0", None),
            ("identity, gzip; q=0.000", None),
            ("br", None),
        ):
            reply = hall.ask("GET", path, Accept_Encoding=wanted)
            assert (reply.status, reply.headers["Content-Encoding"]) == (200, given), wanted
    assert hall.ask("GET", "/services", If_None_Match="*").status == 304


@pytest.mark.parametrize(("path", "told"), [("/", "暂时打不开"), ("/en", "Not available")])
def test_fault_is_told_on_a_page_although_the_front_end_was_never_built(
    path: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.site.pages.DIST", tmp_path)
    pages = Pages("https://hall.example", cast(Halls, None), cast(CaseDesk, None))  # of no hall

    @get(path)
    async def page(request: Request[Any, Any, Any]) -> Response[bytes]:
        entry = HallEntry(hall_id=HallId("main"), name_zh="大厅", name_en="Hall")
        asked = Asked(
            address=address_asked(request),
            entry=entry,
            hall=cast(RunningHall, None),
            known=cast(Known, None),
        )
        return pages.answer(request, asked, "notices.html", {})

    router = site_router([SimpleNamespace(ROUTES=[page])], pages, cast(Halls, None))
    with create_test_client(router) as client:
        reply = client.get(path)
    assert reply.status_code == 503
    assert told in reply.text
    outline = Outline(reply.text)
    assert outline.open == []
    assert not [tag for tag, _ in outline.attributes if tag == "link"]  # of what is not there
