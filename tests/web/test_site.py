"""The website's pages: read without a script, in both languages, kept by browsers."""

import gzip
import re
from html.parser import HTMLParser

import pytest

from backend.core.ids import Text
from backend.site import words
from tests.hall import ROOT, Hall

PAGES = ("/",)
TEMPLATES = ROOT / "backend" / "site" / "templates"


class Outline(HTMLParser):
    """What of a page can be checked without a browser."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def first(self, tag: str, **having: str) -> dict[str, str]:
        """The attributes of the first such element."""
        for found, attributes in self.attributes:
            if found == tag and having.items() <= attributes.items():
                return attributes
        raise AssertionError(f"there is no {tag} with {having}")


VOID = {"meta", "link", "input", "br", "hr", "img"}


def english(path: str) -> str:
    """The address of a page in English."""
    return f"/en{path}".rstrip("/")


@pytest.mark.parametrize("path", PAGES)
def test_page_is_whole_and_names_its_other_language(hall: Hall, path: str) -> None:
    for address, tag, other in ((path, "zh-CN", english(path)), (english(path), "en", path)):
        reply = hall.ask("GET", address)
        assert reply.status == 200
        outline = Outline(reply.body.decode())
        assert outline.open == []
        assert outline.first("html")["lang"] == tag
        assert outline.first("a", **{"class": "site-language"})["href"] == other
        canonical = outline.first("link", rel="canonical")["href"]
        assert canonical.endswith(address)
        alternate = outline.first("link", rel="alternate", hreflang="en")["href"]
        assert alternate.endswith(english(path))
        for style in (a["href"] for t, a in outline.attributes if a.get("rel") == "stylesheet"):
            assert hall.ask("GET", style).status == 200
        assert "unsafe" not in str(reply.headers["Content-Security-Policy"])


@pytest.mark.parametrize("path", PAGES)
def test_page_that_has_not_changed_is_not_sent_again(hall: Hall, path: str) -> None:
    plain, packed = hall.ask("GET", path), hall.ask("GET", path, Accept_Encoding="gzip")
    assert gzip.decompress(packed.body) == plain.body
    tag = str(plain.headers["ETag"])
    again = hall.ask("GET", path, If_None_Match=f'"other", {tag}')
    assert (again.status, again.body) == (304, b"")
    assert again.headers["ETag"] == tag
    assert hall.ask("GET", path, If_None_Match='"other"').status == 200
    assert hall.ask("HEAD", path).status == 200


def test_hall_that_is_not_there_is_a_page_that_says_so(hall: Hall) -> None:
    reply = hall.ask("GET", "/en?hall=%3Cscript%3Ealert(1)%3C/script%3E")
    assert reply.status == 404
    page = reply.body.decode()
    assert "There is no such page" in page
    assert "<script" not in page
    assert Outline(page).open == []


def test_words_that_templates_name_are_there_in_both_languages() -> None:
    texts = words.read_words()
    assert all(text.zh and text.en for text in texts.values())
    braces = re.compile(r"\{\w+\}")
    for key, text in texts.items():
        assert set(braces.findall(text.zh)) == set(braces.findall(text.en)), key
    named = re.compile(r"\bt\(\s*'([\w.]+)'(\s*~)?")
    asked = [m for path in TEMPLATES.rglob("*.html") for m in named.findall(path.read_text())]
    assert {key for key, more in asked if not more} - texts.keys() == set()
    for key, more in asked:
        assert not more or any(known.startswith(key) for known in texts), key


def test_words_choose_between_one_and_many() -> None:
    people = Text(zh="{n} 人", en="{n} person | {n} people")
    assert words.tell(people, "en", {"n": 1}) == "1 person"
    assert words.tell(people, "en", {"n": 3}) == "3 people"
    assert words.tell(people, "zh", {"n": 1}) == "1 人"
