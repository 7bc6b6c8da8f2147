"""Notices over HTTP: written by those who may, read by everybody at their time (NT2-NT4)."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import quote

import pytest

from tests.hall import HALL_ID, Hall, Reply, until
from tests.web.test_site import Outline

API = f"/api/halls/{HALL_ID}/notices"
LIMIT_S = 20.0
_numbers = count(1)


@pytest.fixture(scope="module")
def editor(hall: Hall) -> dict[str, str]:
    return {"Cookie": hall.cookie("editor")}


def content(title: str, **more: Any) -> dict[str, Any]:
    """What an editor writes, for the website alone if nothing else is said."""
    text = {"zh": "正文", "en": "The text"}
    return {"title": {"zh": f"{title}（中）", "en": title}, "text": text, "in_hall": False} | more


def do(hall: Hall, who: dict[str, str], command: dict[str, Any], **more: Any) -> Reply:
    order = {"id": f"notice-{next(_numbers)}", "notice_id": None, "after": 0} | more
    return hall.ask("POST", API, order | {"command": command}, **who)


def publish(hall: Hall, who: dict[str, str], title: str, **more: Any) -> Any:
    reply = do(hall, who, {"type": "publish_notice", "content": content(title, **more)})
    assert reply.status == 200, reply.body
    return reply.json


def take_down(hall: Hall, who: dict[str, str], notice: Any) -> None:
    known = {"notice_id": notice["notice_id"], "after": notice["revision"]}
    assert do(hall, who, {"type": "take_down"}, **known).status == 200


def page(hall: Hall, path: str) -> str:
    reply = hall.ask("GET", path)
    assert reply.status == 200, (path, reply.body)
    text = reply.body.decode()
    assert Outline(text).open == []
    return text


def test_published_notice_has_a_page_in_both_languages_and_goes_when_it_is_taken_down__NT4(
    hall: Hall, editor: dict[str, str]
) -> None:
    text = {"zh": "**周三**停电\n\n- <b>", "en": "[Details](https://a.example) & more"}
    notice = publish(hall, editor, "Power cut", text=text, is_markdown=True)
    path = f"/notices/{notice['notice_id']}"
    assert (notice["state"], notice["path"]) == ("showing", path)
    zh, en = page(hall, path), page(hall, f"/en{path}")
    assert "<p><strong>周三</strong>停电</p>\n<ul>\n<li>&lt;b&gt;</li>" in zh
    assert '<a href="https://a.example" rel="noopener">Details</a> &amp; more' in en
    outline = Outline(en)
    assert outline.first("link", rel="canonical")["href"].endswith(f"/en{path}")
    assert outline.first("meta", name="description")["content"] == "Details & more"
    assert path in page_of_list(hall, "Power cut（中）")
    assert f"{path}</loc>" in hall.ask("GET", "/sitemap.xml").body.decode()
    assert "Power cut" in page(hall, "/en")
    take_down(hall, editor, notice)
    assert hall.ask("GET", path).status == 404
    assert "Power cut" not in page(hall, "/notices")
    assert path not in hall.ask("GET", "/sitemap.xml").body.decode()


def page_of_list(hall: Hall, title: str) -> str:
    """The list, once it has the notice: each process reads it every few seconds."""
    until(lambda: title in page(hall, "/notices"), LIMIT_S)
    return page(hall, "/notices")


def test_pinned_notice_is_first_and_scheduled_or_unfinished_ones_are_not_there__NT4(
    hall: Hall, editor: dict[str, str]
) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    pinned = publish(hall, editor, "Pinned one", is_pinned=True)
    newer = publish(hall, editor, "Newer one")
    later = publish(hall, editor, "Later one", begins_at=tomorrow)
    draft = do(hall, editor, {"type": "save_draft", "content": content("A draft")}).json
    found = page_of_list(hall, "Newer one")
    assert found.index("Pinned one") < found.index("Newer one")
    titles = hall.ask("GET", f"{API}/shown").json
    assert [one["title"]["en"] for one in titles][:2] == ["Pinned one", "Newer one"]
    home = page(hall, "/")
    assert home.index("Pinned one") < home.index("Newer one")
    for hidden in (later, draft):
        assert hidden["content"]["title"]["zh"] not in found
        assert hall.ask("GET", f"/notices/{hidden['notice_id']}").status == 404
    for one in (pinned, newer, later, draft):
        take_down(hall, editor, one)


def test_notice_whose_time_is_over_stays_readable_in_the_archive__NT4(
    hall: Hall, editor: dict[str, str]
) -> None:
    ends = datetime.now(UTC) + timedelta(seconds=2)
    notice = publish(hall, editor, "Short one", until=ends.isoformat())
    path = f"/notices/{notice['notice_id']}"
    until(lambda: "已过期" in page(hall, path), LIMIT_S)
    until(lambda: "往期公告" in page(hall, "/notices"), LIMIT_S)
    assert page(hall, "/notices").index("往期公告") < page(hall, "/notices").index("Short one")
    listed = hall.ask("GET", f"{API}?kind=past", **editor).json
    assert notice["notice_id"] in {one["notice_id"] for one in listed["found"]}
    assert "noindex" in page(hall, "/notices?skip=20")
    take_down(hall, editor, notice)
    assert hall.ask("GET", path).status == 404


def test_notice_for_the_hall_is_on_its_boards_and_gone_when_it_is_taken_down__NT3(
    hall: Hall, editor: dict[str, str]
) -> None:
    notice = publish(hall, editor, "On a board", in_hall=True, zone_ids=["Z2"], on_website=False)

    def words(topic: str) -> list[str]:
        view: Any = hall.ask("GET", f"/api/halls/{HALL_ID}/topics/{topic}").json["view"]
        return [one["text"]["en"] for one in view["notices"]]

    until(lambda: words("board:Z2") == ["On a board: The text"], LIMIT_S)
    assert words("board:Z1") == []
    assert "On a board" not in page(hall, "/en/notices")
    assert hall.ask("GET", f"/notices/{notice['notice_id']}").status == 404
    take_down(hall, editor, notice)
    until(lambda: words("board:Z2") == [], LIMIT_S)


def test_repeat_has_one_effect_and_an_older_page_is_told_so__NT2(
    hall: Hall, editor: dict[str, str]
) -> None:
    order = {"type": "save_draft", "content": content("Twice")}
    first, again = (do(hall, editor, order, id="twice") for _ in range(2))
    assert (first.status, first.json) == (200, again.json)
    known = {"notice_id": first.json["notice_id"], "after": 1}
    assert do(hall, editor, order, **known).json["revision"] == 2
    outdated = do(hall, editor, order, **known)
    assert (outdated.status, outdated.json["code"]) == (409, "notice_outdated")
    other = {"type": "save_draft", "content": content("Another")}
    assert do(hall, editor, other, id="twice").json["code"] == "id_in_use"
    other_one = {"Cookie": hall.cookie("supervisor")}
    assert do(hall, other_one, order, id="twice").json["code"] == "id_in_use"
    sheet = hall.ask("GET", f"{API}/{first.json['notice_id']}", **editor).json
    assert [one["revision"] for one in sheet["revisions"]] == [2, 1]
    assert sheet["notice"]["by"]["en"]
    take_down(hall, editor, sheet["notice"])


def test_fault_is_told_with_its_field_and_the_preview_shows_all_the_same__NT2(
    hall: Hall, editor: dict[str, str]
) -> None:
    wrong = content("停\u202e电", text={"zh": "**粗**", "en": ""}, is_markdown=True)
    reply = do(hall, editor, {"type": "publish_notice", "content": wrong})
    assert (reply.status, reply.json["code"]) == (409, "notice_faulty")
    faults = {(one["field"], one["code"]) for one in reply.json["faults"]}
    assert faults >= {("title.zh", "text_bidi"), ("text.en", "translation_missing")}
    shown = hall.ask("POST", f"{API}/preview", wrong, **editor)
    assert shown.status == 200
    assert shown.json["html"]["zh"] == "<p><strong>粗</strong></p>\n"
    assert {(one["field"], one["code"]) for one in shown.json["faults"]} == faults


def test_form_is_told_the_zones_and_screens_of_the_plan(hall: Hall, editor: dict[str, str]) -> None:
    found = hall.ask("GET", API, **editor).json
    assert [zone["id"] for zone in found["zones"]] == ["Z1", "Z2", "Z3", "Z4"]
    names = {one["id"]: one["name"]["en"] for one in found["screens"]}
    assert names["kiosk:K1"] == "Screen of kiosk K1"
    assert names["board:Z1"].startswith("Board of")
    assert found["time_zone"] == "Asia/Shanghai"


def test_what_was_done_is_on_record__I18(hall: Hall, editor: dict[str, str]) -> None:
    notice = publish(hall, editor, "On record")
    take_down(hall, editor, notice)
    auditor = {"Cookie": hall.cookie("auditor")}
    reply = hall.ask("GET", f"/api/halls/{HALL_ID}/audit?kind=notice&count=50", **auditor)
    records = [one for one in json.loads(reply.body)["records"] if one["id"] == notice["notice_id"]]
    assert {(one["verb"], one["result"], one["who"]) for one in records} == {
        ("notice.publish_notice", "done", "editor"),
        ("notice.take_down", "done", "editor"),
    }


def test_search_has_notices_in_a_group_of_their_own_below_services__NT4(
    hall: Hall, editor: dict[str, str]
) -> None:
    title = {"zh": "补办校园卡的窗口停电", "en": "No power at the card window"}
    text = {"zh": "**灯塔图书角**照常开放。", "en": "The lighthouse corner stays open."}
    written = content("", text=text, is_markdown=True) | {"title": title}
    reply = do(hall, editor, {"type": "publish_notice", "content": written})
    assert reply.status == 200, reply.body
    notice = reply.json
    path = f"/notices/{notice['notice_id']}"

    def found(query: str, language: str = "") -> str:
        return page(hall, f"{language}/search?q={quote(query)}")

    until(lambda: path in found("停电"), LIMIT_S)
    both = found("补办校园卡")
    assert 0 < both.index("/services/CC-01") < both.index(">公告</h2>") < both.index(path)
    assert path in found("dengta tushu")  # in the text alone
    english = found("lighthouse corner", "/en")
    assert ">Notices</h2>" in english
    assert f'href="/en{path}">No power at the card window' in english
    assert "Nothing was found" not in english
    assert "公告</h2>" not in found("学生证")
    take_down(hall, editor, notice)
    until(lambda: path not in found("停电"), LIMIT_S)
