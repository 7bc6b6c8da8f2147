"""Questions and chats over HTTP and sockets, between a visitor and clerks in two processes."""

import json
import threading
from datetime import datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend.assistant.answer import Assistant
from backend.demo.catalogue import demo_catalogue
from tests.hall import Hall, Reply, until
from tests.office.desk import headers
from tests.web.test_sockets import opened

H = "/api/halls/main"
KNOWN_S = 20.0
"""After so long each process knows of another guide."""
_ids = count(1)


def fresh() -> str:
    return f"consult-{next(_ids)}"


def ask(hall: Hall, text: str, id: str = "", **fields: Any) -> Reply:
    command = {"type": "ask", "text": text, **fields}
    body = {"type": "do", "id": id or fresh(), "command": command}
    sent = json.dumps(body, ensure_ascii=False).encode()
    return hall.ask("POST", f"{H}/questions", sent, Content_Type="application/json")


def go_on(hall: Hall, token: str, type: str, **fields: Any) -> Reply:
    body = {"type": "do", "id": fresh(), "command": {"type": type, **fields}}
    return hall.ask("POST", f"/api/consultations/{token}", body)


def work(hall: Hall, who: dict[str, str], id: str, type: str, **fields: Any) -> Reply:
    body = {"type": "do", "id": fresh(), "command": {"type": type, **fields}}
    return hall.ask("POST", f"{H}/consultations/{id}", body, **who)


def found(hall: Hall, who: dict[str, str], words: str, kind: str = "open") -> dict[str, Any]:
    page = hall.ask("GET", f"{H}/consultations?kind={kind}", **who).json
    return next(one for one in page["found"] if one["words"] == words)


@pytest.fixture(scope="module")
def chief(hall: Hall) -> dict[str, str]:
    return headers(hall, "supervisor")


@pytest.fixture(scope="module")
def li(hall: Hall) -> dict[str, str]:
    return headers(hall, "w02")


@pytest.fixture(scope="module")
def wang(hall: Hall) -> dict[str, str]:
    return headers(hall, "w03")


def test_question_is_answered_published_masked_and_found_by_everybody__CN4(
    hall: Hall, li: dict[str, str]
) -> None:
    asked = ask(hall, "我 13800138000 怎么开紫色证明", service_id="HR-01", is_public=True).json
    assert asked["due_at"] is not None
    own = found(hall, li, "我 13800138000 怎么开紫色证明")
    assert own["urgency"] == "green"
    own_id = own["consultation_id"]
    answered = work(hall, li, own_id, "answer", text="带身份证到窗口。")
    assert answered.json["state"] == "answered"
    assert any("W" in text["zh"] for text in answered.json["canned"])
    seen = hall.ask("GET", f"/api/consultations/{asked['token']}").json
    assert [line["side"] for line in seen["lines"]] == ["visitor", "staff"]
    assert seen["may_rate"]

    assert hall.ask("GET", f"{H}/questions?q=%E7%B4%AB%E8%89%B2").json["found"] == []
    question = "我 13800138000 怎么开紫色证明？"
    shown = work(hall, li, own_id, "publish", asked=question, answer="带身份证到窗口。")
    assert shown.json["published_asked"] == "我 *** 怎么开紫色证明？"
    (public,) = hall.ask("GET", f"{H}/questions?q=%E7%B4%AB%E8%89%B2").json["found"]
    assert (public["asked"], public["service_id"]) == ("我 *** 怎么开紫色证明？", "HR-01")
    assert "w02" not in str(public)
    assert public["published_on"] == str(datetime.now(ZoneInfo(seen["time_zone"])).date())
    for language in ("", "/en"):
        page = hall.ask("GET", f"{language}/questions?q=%E7%B4%AB%E8%89%B2").body.decode()
        assert "我 *** 怎么开紫色证明？" in page
        one = hall.ask("GET", f"{language}/questions/{own_id}").body.decode()
        assert "带身份证到窗口。" in one
        assert "13800138000" not in page + one
    assert hall.ask("GET", "/questions/none").status == 404

    assert go_on(hall, asked["token"], "rate", is_helpful=True).json["is_helpful"] is True
    assert go_on(hall, asked["token"], "rate", is_helpful=False).json["code"] == "rated_already"


def test_question_sent_twice_is_one__I7(hall: Hall, chief: dict[str, str]) -> None:
    first = ask(hall, "只问一次", id="once-1")
    again = ask(hall, "只问一次", id="once-1")
    assert first.json["token"] == again.json["token"]
    assert again.json["seq"] == 1
    page = hall.ask("GET", f"{H}/consultations", **chief).json["found"]
    assert sum(one["words"] == "只问一次" for one in page) == 1
    assert ask(hall, "别的话", id="once-1").json["code"] == "id_in_use"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("\u202etxt.exe", "text_bidi"),
        ("a\u200bb", "text_invisible"),
        ("字" * 1500, "text_too_long"),
        (" ", "text_empty"),
        ("http://a.cn http://b.cn http://c.cn http://d.cn", "text_too_many_links"),
    ],
)
def test_words_that_deceive_are_refused_with_a_code__TX1(hall: Hall, text: str, code: str) -> None:
    reply = ask(hall, text)
    assert (reply.status, reply.json["code"]) == (422, code)


def test_ten_thousand_characters_are_refused_with_a_code__TX2(hall: Hall) -> None:
    reply = ask(hall, "字" * 10_000)
    assert (reply.status, reply.json["code"]) == (422, "text_too_long")
    assert ask(hall, "字" * 20_000).status == 413


def test_markup_is_words__TX1(hall: Hall, chief: dict[str, str]) -> None:
    text = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    assert ask(hall, text, is_public=True).json["lines"][0]["text"] == text
    own_id = found(hall, chief, text)["consultation_id"]
    work(hall, chief, own_id, "answer", text=text)
    work(hall, chief, own_id, "publish", asked=text, answer=text)
    page = hall.ask("GET", "/questions").body.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_clerk_sees_the_own_departments_questions_alone__I18(
    hall: Hall, li: dict[str, str], wang: dict[str, str]
) -> None:
    ask(hall, "人事处的问题", department_id="HR")
    own = found(hall, li, "人事处的问题")
    assert work(hall, wang, own["consultation_id"], "take").status in {200, 404}
    assert hall.ask("GET", f"{H}/consultations/none", **li).status == 404
    assert hall.ask("GET", "/api/consultations/guessed").json["code"] == "unknown_consultation"


def test_two_clerks_take_a_chat_and_one_has_it__CN3(hall: Hall, chief: dict[str, str]) -> None:
    asked = ask(hall, "有人在吗", kind="chat").json
    assert (asked["kind"], asked["state"]) == ("chat", "asked")
    own_id = found(hall, chief, "有人在吗", "chats")["consultation_id"]
    names = [f"w{n:02}" for n in range(1, 7)]
    who = [headers(hall, name) for name in names]
    replies: list[Reply] = []
    threads = [
        threading.Thread(target=lambda one=one: replies.append(work(hall, one, own_id, "take")))
        for one in who
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(reply.status for reply in replies) == [200, 409, 409, 409, 409, 409]
    assert {reply.json["code"] for reply in replies if reply.status == 409} == {
        "consultation_taken"
    }


async def test_who_watches_a_chat_hears_of_each_word_in_whatever_process__CN5(
    hall: Hall, chief: dict[str, str]
) -> None:
    asked = ask(hall, "想问贷款的事", kind="chat").json
    own_id = found(hall, chief, "想问贷款的事", "chats")["consultation_id"]
    async with opened(hall, {}) as first, opened(hall, {}) as second, opened(hall, chief) as desk:
        for socket, topic in (
            (first, asked["topic"]),
            (second, asked["topic"]),
            (desk, "consultations"),
        ):
            await socket.send(f'{{"type":"watch","topic":"{topic}"}}')
            assert '"type":"show"' in str(await socket.recv())
        assert work(hall, chief, own_id, "take").status == 200
        assert work(hall, chief, own_id, "say", text="您好").status == 200
        for socket in (first, second, desk):
            assert '"mark":' in str(await socket.recv())
    seen = hall.ask("GET", f"/api/consultations/{asked['token']}").json
    assert seen["lines"][-1]["text"] == "您好"
    said = go_on(hall, asked["token"], "say", text="谢谢").json
    assert said["seq"] == 4


def test_chat_is_handed_over_and_the_next_clerk_reads_all_of_it__CN3(
    hall: Hall, chief: dict[str, str], li: dict[str, str]
) -> None:
    talk = [{"side": "visitor", "text": "证明"}, {"side": "assistant", "text": "我不知道"}]
    asked = ask(hall, "转人工", kind="chat", service_id="HR-01", talk=talk).json
    own_id = found(hall, chief, "转人工", "chats")["consultation_id"]
    work(hall, chief, own_id, "take")
    work(hall, chief, own_id, "say", text="请稍等")
    given = work(
        hall, chief, own_id, "hand_over", department_id="HR", staff_id="w02", reason="业务问题"
    )
    assert given.status == 200, given.body
    assert work(hall, li, own_id, "say", text="我来答").status == 200
    view = hall.ask("GET", f"{H}/consultations/{own_id}", **li).json
    assert [line["text"] for line in view["lines"]] == [
        *("证明", "我不知道", "转人工", "请稍等", "我来答"),
    ]
    assert [one["event"]["type"] for one in view["happenings"]] == ["taken", "handed_over"]
    assert "业务问题" not in str(hall.ask("GET", f"/api/consultations/{asked['token']}").json)


def test_words_on_the_halls_list_are_held_and_not_published__TX4(
    hall: Hall, chief: dict[str, str], li: dict[str, str]
) -> None:
    put = hall.ask("PUT", f"{H}/sensitive-words", {"words": ["坏东西"]}, **chief)
    assert put.json["words"] == ["坏东西"]
    assert hall.ask("PUT", f"{H}/sensitive-words", {"words": []}, **li).status == 403
    ask(hall, "你们是坏 东 西吗", is_public=True, department_id="HR")
    held = found(hall, chief, "你们是坏 东 西吗", "held")
    assert held["is_held"]
    own_id = held["consultation_id"]
    work(hall, chief, own_id, "answer", text="不是。")
    refused = work(hall, chief, own_id, "publish", asked="坏-东-西？", answer="不是。")
    assert refused.json["code"] == "words_sensitive"


def test_answer_becomes_a_frequent_question_of_the_guide_once_reviewed__CN7(
    hall: Hall, li: dict[str, str], chief: dict[str, str]
) -> None:
    words = {
        "service_id": "HR-01",
        "asked": "可以用量子签名申请吗？",
        "answer": "可以，格式不限。",
        "asked_en": "Will a quantum signature do?",
        "answer_en": "Yes, of any kind.",
    }
    ask(hall, "可以用电子签名申请吗", service_id="HR-01")
    own_id = found(hall, li, "可以用电子签名申请吗")["consultation_id"]
    work(hall, li, own_id, "answer", text="可以。")
    proposed = work(hall, li, own_id, "propose_frequent", **words).json["proposed"]
    assert (proposed["is_own"], proposed["may_review"]) == (True, False)
    assert work(hall, li, own_id, "make_frequent", **words).json["code"] == "second_person_needed"
    page = hall.ask("GET", f"{H}/consultations?kind=to_review", **chief).json
    assert (own_id in str(page["found"]), page["counts"]["to_review"]) == (True, 1)
    assert hall.ask("GET", f"{H}/consultations/counts", **chief).json == page["counts"]
    assert hall.ask("GET", f"{H}/consultations/{own_id}", **chief).json["proposed"]["may_review"]
    made = work(hall, chief, own_id, "make_frequent", **words)
    assert made.json["frequent_in"] == "HR-01"
    until(lambda: words["asked"] in hall.ask("GET", "/services/HR-01").body.decode(), KNOWN_S)


def test_assistant_answers_with_its_source_or_hands_over__CN8(hall: Hall) -> None:
    known = hall.ask("POST", f"{H}/ask", {"question": "校园卡丢了怎么补办？"}).json
    assert known["is_known"]
    assert known["sources"][0]["service_id"] == "CC-01"
    unknown = hall.ask("POST", f"{H}/ask", {"question": "今天食堂吃什么"}).json
    assert (unknown["is_known"], unknown["sources"]) == (False, [])
    assert unknown["is_desk_open"]
    refused = hall.ask("POST", f"{H}/ask", {"question": "a\u202eb"})
    assert (refused.status, refused.json["code"]) == (422, "text_bidi")


@pytest.mark.parametrize("question", ["能提前预约吗？", "大厅几点开门", "过号了怎么办？"])
def test_assistant_knows_of_the_hall_what_the_command_line_knows__CN8(
    hall: Hall, question: str
) -> None:
    expected = Assistant(demo_catalogue()).ask(question)
    about = hall.ask("POST", f"{H}/ask", {"question": question}).json
    assert (about["is_known"], about["answer"]) == (expected.is_known, expected.answer)
    page = hall.ask("GET", "/questions").body.decode()
    for source in about["sources"]:
        assert (source["service_id"], source["consultation_id"]) == (None, None)
        assert source["title"] in page
