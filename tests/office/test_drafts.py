"""Guides over HTTP: drafted by one, reviewed by another, published, taken back."""

import asyncio
from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest

from backend.core.grants import Grant
from backend.core.stamp import Role
from backend.store.database import Database
from backend.store.staff import Staff, member_of
from tests.hall import HALL_ID, Hall, Reply, until
from tests.office.desk import fresh_id, headers

ROOT = f"/api/halls/{HALL_ID}"
SHOWN_S = 30.0
Who = dict[str, str]


@pytest.fixture(scope="module")
def editor(hall: Hall) -> Who:
    return headers(hall, "editor")


@pytest.fixture(scope="module")
def admin(hall: Hall) -> Who:
    return headers(hall, "admin")


@pytest.fixture(scope="module")
def of_hr(hall: Hall) -> Who:
    """A content editor of one department."""

    async def add() -> None:
        database = Database(hall.given("DATABASE_URL"))
        try:
            grant = Grant(role=Role.CONTENT_EDITOR, hall_id=HALL_ID, department_id="HR")
            member = member_of("hr-editor", (grant,), name_zh="人事编辑", name_en="HR editor")
            assert await Staff(database).add(member, "demo")
        finally:
            await database.close()

    asyncio.run(add())
    return headers(hall, "hr-editor")


def begin(hall: Hall, who: Who, service_id: str, id: str = "") -> Reply:
    command = {"type": "begin_draft", "service_id": service_id}
    return hall.ask(
        "POST", f"{ROOT}/drafts", {"type": "do", "id": id or fresh_id(), "command": command}, **who
    )


def work(hall: Hall, who: Who, draft: Any, type: str, id: str = "", **more: Any) -> Reply:
    command = {"type": type, "revision": draft["revision"], **more}
    body = {"type": "do", "id": id or fresh_id(), "command": command}
    return hall.ask("POST", f"{ROOT}/drafts/{draft['draft_id']}", body, **who)


def done(reply: Reply) -> Any:
    assert reply.status == 200, reply.body
    return reply.json


def told(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.json["code"]


def change(hall: Hall, who: Who, service_id: str, **command: Any) -> Reply:
    body = {"type": "do", "id": fresh_id(), "command": command}
    return hall.ask("POST", f"{ROOT}/guides/{service_id}", body, **who)


def in_review(hall: Hall, who: Who, service_id: str, **changes: Any) -> Any:
    draft = done(begin(hall, who, service_id))
    guide = draft["guide"] | changes
    draft = done(work(hall, who, draft, "write_draft", guide=guide))
    assert draft["changed"] == list(changes)
    return done(work(hall, who, draft, "submit_draft", words="请审核"))


def both(words: str) -> dict[str, str]:
    return {"zh": words, "en": f"{words} (en)"}


def test_page_shows_what_was_published_and_again_what_was_taken_back__DR2__DR6(
    hall: Hall, editor: Who, admin: Who
) -> None:
    seen: dict[bool, set[str]] = {True: set(), False: set()}

    def new_words() -> bool:
        reply = hall.ask("GET", "/services/GS-02")
        is_new = "七元七角" in reply.body.decode()
        seen[is_new].add(reply.headers["ETag"])
        assert not seen[True] & seen[False]
        return is_new

    draft = in_review(hall, editor, "GS-02", fee=both("七元七角"))
    assert told(work(hall, editor, draft, "publish_draft", valid_from="2031-01-01")) == (
        *(409, "own_draft"),
    )
    assert not new_words()
    publish = {"valid_from": draft["earliest_from"], "id": fresh_id()}
    shown = done(work(hall, admin, draft, "publish_draft", **publish))
    assert (shown["state"], shown["newest_version"]) == ("published", 2)
    assert done(work(hall, admin, draft, "publish_draft", **publish)) == shown  # a double click

    until(new_words, SHOWN_S)
    history = hall.ask("GET", f"{ROOT}/guides/GS-02", **admin).json
    (second, first) = history["versions"]
    assert (second["version"], second["author"]["zh"], second["reviewer"]["zh"]) == (
        *(2, "内容编辑", shown["deeds"][0]["name"]["zh"]),
    )
    assert (second["is_in_force"], first["is_in_force"]) == (True, False)
    back = {"version": 1, "after": 2, "valid_from": history["earliest_from"], "words": "印错了"}
    history = done(change(hall, admin, "GS-02", type="take_back", **back))
    assert (history["newest_version"], history["versions"][0]["words"]) == (3, "印错了")

    until(lambda: not new_words(), SHOWN_S)
    again = {"type": "take_back", **back}
    assert told(change(hall, editor, "GS-02", **again)) == (409, "base_outdated")


def test_department_s_editor_writes_its_guides_alone__I18(
    hall: Hall, editor: Who, of_hr: Who
) -> None:
    listed = hall.ask("GET", f"{ROOT}/guides", **of_hr).json
    assert {guide["department_id"] for guide in listed["guides"]} == {"HR"}
    assert [one["department_id"] for one in listed["departments"]] == ["HR"]
    assert told(begin(hall, of_hr, "CC-02")) == (404, "unknown_service")
    foreign = done(begin(hall, editor, "CC-02"))
    for path in ("", "/compare"):
        address = f"{ROOT}/drafts/{foreign['draft_id']}{path}"
        assert told(hall.ask("GET", address, **of_hr)) == (404, "unknown_draft")
    assert told(work(hall, of_hr, foreign, "discard_draft")) == (404, "unknown_draft")
    done(work(hall, editor, foreign, "discard_draft"))
    new = {"type": "begin_guide", "service_id": "CC-99", "department_id": "CC"}
    body = {"type": "do", "id": fresh_id(), "command": new}
    assert told(hall.ask("POST", f"{ROOT}/drafts", body, **of_hr)) == (403, "forbidden")
    own = done(begin(hall, of_hr, "HR-03"))
    moved = own["guide"] | {"department_id": "CC"}
    assert told(work(hall, of_hr, own, "write_draft", guide=moved)) == (403, "forbidden")
    done(work(hall, of_hr, own, "discard_draft"))


def test_department_s_manager_reviews_and_does_not_write__DR2(hall: Hall, of_hr: Who) -> None:
    manager = headers(hall, "manager")
    draft = in_review(hall, of_hr, "HR-04", phone="1234")
    seen = hall.ask("GET", f"{ROOT}/drafts/{draft['draft_id']}", **manager).json
    assert (seen["may_write"], seen["may_review"], seen["is_own"]) == (False, True, False)
    assert told(work(hall, manager, draft, "recall_draft")) == (403, "forbidden")
    back = done(work(hall, manager, draft, "send_back_draft", words="电话不对"))
    assert (back["state"], back["deeds"][0]["words"]) == ("sent_back", "电话不对")
    assert told(work(hall, of_hr, draft, "discard_draft")) == (409, "draft_changed")
    done(work(hall, of_hr, back, "discard_draft"))


def test_version_to_come_or_called_off_gives_nobody_a_guide__DR2(
    hall: Hall, editor: Who, of_hr: Who, admin: Who
) -> None:
    of_hr_too, address = headers(hall, "manager"), f"{ROOT}/guides/PO-01"

    def of_hr_listed() -> bool:
        listed = hall.ask("GET", f"{ROOT}/guides", **of_hr_too).json["guides"]
        return "PO-01" in {guide["service_id"] for guide in listed}

    gone: dict[str, Any] = {"type": "withdraw_guide", "words": "归我们了"}
    draft = in_review(hall, editor, "PO-01", department_id="HR", department=both("人事处"))
    later = str(date.fromisoformat(draft["earliest_from"]) + timedelta(days=10))
    version = done(work(hall, admin, draft, "publish_draft", valid_from=later))["newest_version"]
    seen = done(hall.ask("GET", address, **of_hr_too))  # whose it is to be
    assert (seen["may_review"], of_hr_listed()) == (False, True)
    withdrawing = change(hall, of_hr_too, "PO-01", after=version, valid_from=later, **gone)
    assert told(withdrawing) == (403, "forbidden")
    assert told(begin(hall, of_hr, "PO-01")) == (403, "forbidden")

    done(change(hall, admin, "PO-01", type="call_off", version=version, words="不划转"))
    assert told(hall.ask("GET", address, **of_hr_too)) == (404, "unknown_service")
    assert not of_hr_listed()
    gone |= {"after": version - 1, "valid_from": draft["earliest_from"]}
    withdrawing = change(hall, of_hr_too, "PO-01", **gone)
    assert told(withdrawing) == (404, "unknown_service")


def test_faults_and_missing_english_are_told_with_their_places__DR4(
    hall: Hall, editor: Who
) -> None:
    draft = done(begin(hall, editor, "FN-02"))
    guide = draft["guide"] | {"audience": [], "fee": {"zh": "免费", "en": ""}}
    draft = done(work(hall, editor, draft, "write_draft", guide=guide))
    assert [(fault["path"], fault["code"]) for fault in draft["faults"]] == [
        ("/audience", "no_audience")
    ]
    assert draft["lacks"] == ["/fee"]
    assert told(work(hall, editor, draft, "submit_draft")) == (409, "guide_faulty")
    done(work(hall, editor, draft, "discard_draft"))


def test_form_that_nobody_put_here_is_not_offered(hall: Hall, editor: Who) -> None:
    draft = done(begin(hall, editor, "FN-04"))
    form = {"digest": "0" * 64, "name": both("表"), "media_type": "application/pdf", "size": 9}
    guide = draft["guide"] | {"forms": [form]}
    write = {"type": "write_draft", "guide": guide}
    assert told(work(hall, editor, draft, **write)) == (422, "unknown_form")
    kept = hall.ask("POST", f"{ROOT}/forms", b"%PDF-1.7\n% a draft's form", **editor).json
    guide = draft["guide"] | {"forms": [kept | {"name": both("表")}]}
    draft = done(work(hall, editor, draft, "write_draft", guide=guide))
    assert draft["changed"] == ["forms"]
    done(work(hall, editor, draft, "discard_draft"))


def test_draft_and_versions_are_compared_word_by_word(hall: Hall, editor: Who, admin: Who) -> None:
    draft = in_review(hall, editor, "FN-03", phone="87654321")
    found = hall.ask("GET", f"{ROOT}/drafts/{draft['draft_id']}/compare", **admin).json
    (part,) = (part for part in found["parts"] if part["is_changed"])
    assert (found["before"], found["after"], part["part"]) == (1, None, "phone")
    assert {"kind": "come", "words": "87654321\n"} in part["columns"][0]["pieces"]
    done(work(hall, admin, draft, "publish_draft", valid_from=draft["earliest_from"]))
    address = f"{ROOT}/guides/FN-03/compare?before=2&after=1"
    other = hall.ask("GET", address, **admin).json
    (part,) = (part for part in other["parts"] if part["is_changed"])
    assert part["columns"][0]["pieces"][0]["kind"] == "gone"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_preview_is_the_page_with_nothing_but_text_in_it(
    hall: Hall, editor: Who, language: str
) -> None:
    draft = done(begin(hall, editor, "ST-02"))
    done(work(hall, editor, draft, "discard_draft"))
    hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    guide = draft["guide"] | {
        **dict.fromkeys(("name", "summary", "fee", "hours"), both(hostile)),
        **{"promised_working_days": 10**9, "phone": hostile},
        **{"steps": [both(hostile)], "zone_id": hostile, "audience": ["student"]},
    }
    address = f"{ROOT}/guides/preview?language={language}"
    reply = hall.ask("POST", address, guide, **editor)
    page = reply.body.decode()
    assert (reply.status, reply.headers["Cache-Control"]) == (200, "no-store")
    assert page.count("&lt;script&gt;alert(1)") > 4
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert ('<html lang="en"' in page) == (language == "en")
    assert hostile not in hall.ask("GET", "/services/ST-02").body.decode()
    endless = guide | {"steps": [both("去")] * 241}
    assert told(hall.ask("POST", address, endless, **editor)) == (409, "guide_too_large")


def test_each_deed_leaves_a_record_of_its_own__I18(hall: Hall, editor: Who) -> None:
    draft = in_review(hall, editor, "SC-01", phone="1")
    draft = done(work(hall, editor, draft, "recall_draft", id="recall-of-sc"))
    done(work(hall, editor, draft, "discard_draft"))

    async def read() -> list[Any]:
        connection = await asyncpg.connect(hall.given("DATABASE_URL"))
        try:
            return await connection.fetch(
                "SELECT verb, department_id, who, result FROM audit"
                " WHERE kind = 'draft' AND who = 'editor' ORDER BY seq DESC LIMIT 5"
            )
        finally:
            await connection.close()

    found = [tuple(row) for row in reversed(asyncio.run(read()))]
    verbs = ("begin", "write_draft", "submit_draft", "recall_draft", "discard_draft")
    assert found == [(f"draft.{verb}", "SC", "editor", "done") for verb in verbs]


def test_version_that_counts_next_is_on_record_with_what_was_before__I18(
    hall: Hall, editor: Who, admin: Who
) -> None:
    draft = in_review(hall, editor, "SC-02", phone="2")
    publish = {"valid_from": draft["earliest_from"], "id": fresh_id()}
    done(work(hall, admin, draft, "publish_draft", **publish))
    done(work(hall, admin, draft, "publish_draft", **publish))  # its answer never came
    back = {"version": 1, "after": 2, "valid_from": draft["earliest_from"], "words": "印错了"}
    done(change(hall, admin, "SC-02", type="take_back", **back))
    gone = {"after": 3, "valid_from": draft["earliest_from"], "words": "不办了"}
    done(change(hall, admin, "SC-02", type="withdraw_guide", **gone))

    async def read() -> list[Any]:
        connection = await asyncpg.connect(hall.given("DATABASE_URL"))
        try:
            return await connection.fetch(
                "SELECT verb, before, after FROM audit WHERE department_id = 'SC'"
                " AND (who = 'admin' OR verb = 'draft.write_draft') ORDER BY seq DESC LIMIT 5"
            )
        finally:
            await connection.close()

    written, published, repeated, taken_back, withdrawn = reversed(asyncio.run(read()))
    assert [one["verb"] for one in (written, published, repeated, taken_back, withdrawn)] == [
        "draft.write_draft",
        "draft.publish_draft",
        "draft.publish_draft",
        "guide.take_back",
        "guide.withdraw_guide",
    ]
    assert written["before"] == published["before"] == taken_back["after"]
    assert written["after"] == published["after"] == taken_back["before"] != taken_back["after"]
    assert (repeated["before"], repeated["after"]) == (None, None)
    assert (withdrawn["before"], withdrawn["after"]) == (taken_back["after"], None)
