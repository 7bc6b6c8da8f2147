"""The website's pages: read without a script, in both languages, kept by browsers."""

import asyncio
import gzip
import json
import re
import time
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from backend.catalogue.guide import Guide, GuideForm
from backend.core.day import HallDay
from backend.core.ids import Text
from backend.core.plan import Span, WeekdayHours
from backend.demo.catalogue import demo_catalogue
from backend.demo.hall import demo_plan
from backend.office.case_desk import KNOWN_S
from backend.site import words
from backend.site.home import live_of
from backend.store.catalogue import Catalogues, Entered
from backend.store.database import ANSWER_S, AWAY_S, Database
from tests.hall import HALL_ID, ROOT, Hall, until
from tests.support.still import standing_still

PAGES = ("/", "/figures", "/notices", "/services", "/services/CC-01", "/services/GA-05")
MANY = 15
"""Requests of a page that cannot be read."""
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


def test_empty_name_of_a_hall_names_none(hall: Hall) -> None:
    assert hall.ask("GET", "/services?hall=").body == hall.ask("GET", "/services").body


def test_pages_are_read_while_the_database_stands_still(hall: Hall) -> None:
    paths = (*PAGES, "/services/CC-01/print", "/search?q=campus+card", "/search?q=xyzzy+plugh")
    for path in paths:
        assert hall.ask("GET", path).status == 200
    with standing_still(hall.pid("postgres")):
        time.sleep(KNOWN_S)  # until what was read has to be read anew
        assert [hall.ask("GET", path).status for path in paths] == [200] * len(paths)
        began = time.monotonic()
        assert {hall.ask("GET", "/questions").status for _ in range(MANY)} == {503}
        assert time.monotonic() - began < MANY * ANSWER_S / 3  # not each waits to hear so
    until(lambda: hall.ask("GET", "/questions").status == 200, AWAY_S + 10.0)


@pytest.mark.parametrize("path", PAGES)
def test_page_that_has_not_changed_is_not_sent_again(hall: Hall, path: str) -> None:
    plain, packed = hall.ask("GET", path), hall.ask("GET", path, Accept_Encoding="gzip")
    assert gzip.decompress(packed.body) == plain.body
    tag = str(plain.headers["ETag"])
    again = hall.ask("GET", path, If_None_Match=f'"other", {tag}')
    assert (again.status, again.body) == (304, b"")
    assert again.headers["ETag"] == tag
    assert again.headers["Cache-Control"] == plain.headers["Cache-Control"]
    assert "Content-Security-Policy" not in again.headers  # it would become the kept page's
    assert hall.ask("GET", path, If_None_Match='"other"').status == 200
    assert hall.ask("HEAD", path).status == 200


def text_of(hall: Hall, path: str) -> str:
    reply = hall.ask("GET", path)
    assert reply.status == 200, (path, reply.body)
    page = reply.body.decode()
    assert Outline(page).open == []
    return page


def test_guide_tells_all_its_parts(hall: Hall) -> None:
    page = text_of(hall, "/en/services/IO-01")
    for said in (
        "Approval of official trips abroad",
        "Invitation and itinerary",
        "From: The office of your school or unit",
        "Promised within 10 working days",
        "For example: accepted on",
        "Window 4, 5",
        "Working days 8:30–11:30",
        "Complaints",
        "This guide is in force from 1 Jan 2026",
        "Frequent questions",
        "Do students need approval",
    ):
        assert said in page, said
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    told = json.loads(data)
    assert (told["@type"], told["identifier"]) == ("GovernmentService", "IO-01")
    assert Outline(page).first("meta", property="og:description")["content"]


def test_guide_that_is_done_online_sends_nobody_to_the_hall(hall: Hall) -> None:
    page = text_of(hall, "/services/GA-05")
    assert "全程网上办理，不用到大厅" in page
    assert "/book?" not in page


def test_home_has_search_and_every_department_and_the_hall_as_it_is(hall: Hall) -> None:
    page = text_of(hall, "/")
    outline = Outline(page)
    assert outline.first("form")["action"] == "/search"
    assert len(re.findall(r'href="/services\?department=', page)) == 15
    assert len(re.findall(r'href="/services/[A-Z]', page)) == 8
    assert "/services?audience=alumni" in page
    assert "正在服务" in page
    waiting = int(re.findall(r"(\d+) 人等候", page)[0])
    take = {"type": "take_ticket", "queue_id": "A", "channel": "anonymous"}
    assert hall.do("home-takes", take).status == 200
    assert f"{waiting + 1} 人等候" in text_of(hall, "/")


def test_closed_hall_says_when_it_opens() -> None:
    span = Span(opens=8 * 60 + 30, closes=16 * 60)
    plan = replace(demo_plan(), hours=(WeekdayHours(weekday=1, spans=(span,)),))
    sunday = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
    live = live_of(HallDay(), plan, sunday)
    assert not live.is_open
    assert live.opens_next == Text(zh="11月23日（周一） 08:30", en="Mon 23 Nov, 08:30")
    assert live_of(HallDay(), demo_plan(), sunday).opens_next is None  # it never closes by itself


def test_search_engines_are_told_of_every_guide_in_both_languages(hall: Hall) -> None:
    assert "Sitemap: http" in hall.ask("GET", "/robots.txt").body.decode()
    tree = ElementTree.fromstring(hall.ask("GET", "/sitemap.xml").body)
    places = [
        loc.text or "" for loc in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")
    ]
    assert len(places) == len(set(places)) == 2 * (78 + 4)
    assert hall.ask("GET", re.sub("^.*?//[^/]+", "", places[-1])).status == 200


def test_answers_in_the_address_come_to_a_list_of_ones_own__GD1(hall: Hall) -> None:
    first = text_of(hall, "/services/CC-01/check")
    assert ("您是？" in first, "本人来办吗？" in first) == (True, False)
    answers = "a.who=member&a.what=broken&a.self=no"
    done = text_of(hall, f"/services/CC-01/check?{answers}")
    assert "您可以办理，请带 4 样材料" in done
    assert "损坏的旧卡" in done
    assert f"/services/CC-01/print?{answers.replace('&', '&amp;')}" in done
    alone = text_of(hall, "/services/CC-01/print?a.who=member&a.what=lost&a.self=yes")
    assert "本人有效身份证件" in alone
    assert "委托书" not in alone
    refused = text_of(hall, "/services/CC-01/check?a.who=family")
    assert "CC-03" in refused
    assert "打印我的清单" not in refused


def test_another_service_named_by_its_number_is_a_link_to_its_guide(hall: Hall) -> None:
    link = '<a class="service-number" href="/en/services/CC-03">CC-03</a>'
    assert f"({link})" in text_of(hall, "/en/services/CC-01/check?a.who=family")
    guide = text_of(hall, "/en/services/CC-01")
    assert f"temporary staff: {link})" in guide


@pytest.mark.parametrize(
    "query",
    [
        "a.who=%3Cscript%3Ealert(1)%3C/script%3E",
        "a.%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E=x",
        "a.who=" + "x" * 5000,
        "a.who=member&a.who=family&a.who=none",
        "department=%00&audience=%E2%80%AE&way=__class__&letter=%F0%9F%92%A9",
        "way[]=1&way=%2e%2e%2f&=&&&",
        "%ff=%fe",
    ],
)
@pytest.mark.parametrize("path", ["/services", "/en/services/CC-01", "/services/CC-01/check"])
def test_hostile_address_changes_nothing_but_the_answer(hall: Hall, path: str, query: str) -> None:
    reply = hall.ask("GET", f"{path}?{query}")
    assert reply.status in {200, 400}
    page = reply.body.decode()
    assert "alert(1)" not in page
    assert "\u202e" not in page


def test_services_are_found_by_what_the_address_asks_for(hall: Hall) -> None:
    def ids(query: str) -> set[str]:
        return set(re.findall(r'href="/services/([A-Z]+-\d+)"', text_of(hall, f"/services{query}")))

    everything = ids("")
    assert len(everything) == 78
    assert ids("?way=no_trip") == {"PO-04", "IO-04", "SS-02", "GA-05", "GA-06", "LI-04"}
    assert ids("?audience=alumni") == {"UG-06", "UG-08", "GS-04", "CE-02"}
    assert ids("?department=CC") == {"CC-01", "CC-02", "CC-03", "CC-04"}
    assert "GA-03" in ids("?letter=Z")  # 住房
    assert ids("?audience=alumni&way=immediate") == {"UG-08"}
    assert ids("?way=nothing") == everything
    empty = text_of(hall, "/services?department=CC&audience=alumni")
    assert "没有符合条件的事项" in empty
    assert 'name="robots" content="noindex"' in empty
    assert "/en/services?department=CC&amp;audience=alumni" in empty


def found_for(hall: Hall, query: str) -> list[str]:
    """The services on the search page, best first."""
    page = text_of(hall, f"/search?q={quote(query)}")
    return re.findall(r'class="hit-name" href="/services/([A-Z]+-\d+)"', page)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("zfgjj", "GA-03"),
        ("xiaoyuanka diule", "CC-01"),
        ("lost campus card", "CC-01"),
        ("hr 04", "HR-04"),
        ("退休公积金怎么取", "GA-06"),
    ],
)
def test_search_page_has_what_is_meant_first(hall: Hall, query: str, first: str) -> None:
    assert found_for(hall, query)[0] == first


def test_answer_is_on_top_with_its_guide(hall: Hall) -> None:
    page = text_of(hall, f"/search?q={quote('校园卡丢了怎么补办？')}")
    answer = page[page.index('id="answer"') : page.index('class="hits"')]
    assert "/services/CC-01" in answer


def test_search_that_found_nothing_is_kept_without_numbers_and_told_to_editors(hall: Hall) -> None:
    looked = "飞碟 Warp drive 13800138000"
    for typing in ({}, {"X_Typing": "1"}, {}):
        page = hall.ask("GET", f"/search?q={quote(looked)}", **typing).body.decode()
        assert "没有找到" in page
    assert found_for(hall, "校园卡")
    editor = {"Cookie": hall.cookie("editor")}

    def is_listed() -> bool:  # nobody who looks for something waits until that is kept
        listed = hall.ask("GET", "/api/halls/main/misses", **editor).json
        found = {one["query"]: one["times"] for one in listed}
        assert not any("138" in query or "校园卡" in query for query in found)
        return found.get("飞碟 warp drive ***") == 2

    until(is_listed, 10.0)
    assert hall.ask("GET", "/api/halls/main/misses").status == 401


@pytest.mark.parametrize(
    "query",
    ["%00", "a%E2%80%AEb", "x" * 101, "%F0%9F%92%A9" * 101, "%22%3E%3Cscript%3Ealert(1)", "%ff"],
)
def test_hostile_search_is_a_page_without_it(hall: Hall, query: str) -> None:
    reply = hall.ask("GET", f"/search?q={query}")
    assert reply.status in {200, 400}
    page = reply.body.decode()
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert reply.status == 400 or Outline(page).open == []


@pytest.mark.parametrize(
    "path", ["/services/XX-99", "/services/XX-99/print", "/services/GA-05/check"]
)
def test_service_that_is_not_there_is_a_page_that_says_so(hall: Hall, path: str) -> None:
    reply = hall.ask("GET", path)
    assert (reply.status, "没有这个页面" in reply.body.decode()) == (404, True)


def test_form_is_given_once_a_guide_offers_it_and_is_what_its_bytes_say(hall: Hall) -> None:
    editor = {"Cookie": hall.cookie("editor")}
    content = b"%PDF-1.7\n% an application form"
    refused = hall.ask("POST", "/api/halls/main/forms", b"<script>", **editor)
    assert (refused.status, refused.json["code"]) == (415, "file_kind")
    kept = hall.ask("POST", "/api/halls/main/forms", content, **editor)
    assert (kept.status, kept.json["media_type"]) == (201, "application/pdf")
    assert hall.ask("POST", "/api/halls/main/forms", content, **editor).json == kept.json
    address = f"/forms/{kept.json['digest']}"
    assert hall.ask("GET", address).status == 404  # no guide has it yet
    form = GuideForm(name=Text(zh="补办/申请表", en="Form"), **kept.json)
    (guide,) = (guide for guide in demo_catalogue().guides if guide.service_id == "PC-03")
    asyncio.run(stored(hall, replace(guide, forms=(form,))))

    def is_offered() -> bool:
        return address in hall.ask("GET", "/services/PC-03").body.decode()

    until(is_offered, 30)
    given = hall.ask("GET", address)
    assert (given.status, given.body) == (200, content)
    assert given.headers["Content-Type"] == "application/pdf"
    assert given.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert "sandbox" in given.headers["Content-Security-Policy"]


async def stored(hall: Hall, guide: Guide) -> None:
    """Put the guide into the hall's catalogue, from today on."""
    database = Database(hall.given("DATABASE_URL"))
    try:
        entry = Entered(valid_from=date(2026, 1, 1), author="editor")
        await Catalogues(database).put_service(HALL_ID, guide, entry)
    finally:
        await database.close()


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


def test_notices_of_today_are_told_with_their_place_and_end(hall: Hall) -> None:
    assert "现在没有公告" in hall.ask("GET", "/notices").body.decode()
    chief = {"Cookie": hall.cookie("supervisor")}
    ends = datetime.now(UTC) + timedelta(hours=1)
    posts = (
        ("n-all", {"zh": "今天16点关门", "en": "Closing at 16:00 <today>"}),
        ("n-zone", {"zh": "请走东门", "en": "Use the east door", "zone_id": "Z2"}),
        ("n-past", {"zh": "昨天的", "en": "Of before", "until": "2026-01-01T00:00:00Z"}),
        ("n-until", {"zh": "打印机维修", "en": "Printer repair", "until": ends.isoformat()}),
    )
    for notice_id, words_of in posts:
        command = {"type": "post_notice", "notice_id": notice_id, **words_of}
        body = {"type": "do", "id": f"do-{notice_id}", "command": command}
        reply = hall.ask("POST", f"/api/halls/{HALL_ID}/commands", body, **chief)
        assert reply.status == (409 if notice_id == "n-past" else 200), reply.body

    def pages() -> str:
        return hall.ask("GET", "/notices").body.decode()

    until(lambda: "打印机维修" in pages(), 10.0)
    page = pages()
    assert page.index("打印机维修") < page.index("请走东门") < page.index("今天16点关门")
    assert "二号厅" in page
    assert "有效至" in page
    assert "Closing at 16:00 &lt;today&gt;" in hall.ask("GET", "/en/notices").body.decode()
