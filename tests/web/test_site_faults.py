"""What somebody reads who opens an address that is none, or whose page needs a script."""

import re

import pytest

from backend.site import words
from tests.hall import ROOT, Hall
from tests.web.test_problems import problem

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
