"""A hall with a language model behind its assistant, over HTTP (CN8)."""

import json
import os
import subprocess
import sys
from urllib.parse import quote

import pytest

from backend.assistant.answer import Assistant
from backend.demo.catalogue import demo_catalogue
from backend.office.assistant import WORDED
from tests.hall import ROOT, Hall
from tests.office.desk import headers
from tests.office.test_consultations import ask, work
from tests.office.test_consultations import found as listed
from tests.support.language_model import KEY, ModelServer, completion

QUESTION = "学生证丢了怎么补办？我的电话13912345678"
OWN = Assistant(demo_catalogue()).ask(QUESTION)
H = "/api/halls/main"


def test_known_answer_is_worded_and_says_so__CN8(hall: Hall, model: ModelServer) -> None:
    model.asked.clear()
    model.answer = 200, completion("<b>先</b>登记挂失，再领新证。")
    told = hall.ask("POST", f"{H}/ask", {"question": QUESTION}).json
    assert told["answer"] == f"<b>先</b>登记挂失，再领新证。\n{WORDED.zh}"
    assert told["is_known"] is True
    assert told["confidence"] == pytest.approx(OWN.confidence, abs=0.01)  # others ask, too
    assert [source["service_id"] for source in told["sources"]] == ["UG-02"]
    [(proof, sent)] = model.asked
    assert proof == f"Bearer {KEY}"
    assert OWN.answer in sent["messages"][0]["content"]
    assert sent["messages"][1]["content"] == "学生证丢了怎么补办？我的电话***"


def test_model_is_not_asked_what_is_not_known_nor_searched__CN8(
    hall: Hall, model: ModelServer
) -> None:
    model.asked.clear()
    model.answer = 200, completion("红烧肉。")
    told = hall.ask("POST", f"{H}/ask", {"question": "今天食堂吃什么"}).json
    assert (told["is_known"], "红烧肉" in told["answer"]) == (False, False)
    page = hall.ask("GET", f"/search?q={quote('学生证丢了怎么补办？')}").body.decode()
    assert 'id="answer"' in page
    assert model.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        (500, completion("登记。")),
        (200, b"<html>"),
        (200, completion("需要 4321 元。")),
        (200, completion("")),
    ],
)
def test_guide_answers_where_the_model_fails__CN8(
    hall: Hall, model: ModelServer, answer: tuple[int, bytes]
) -> None:
    model.answer = answer
    told = hall.ask("POST", f"{H}/ask", {"question": QUESTION}).json
    assert (told["is_known"], told["answer"]) == (True, OWN.answer)


def test_guide_answers_where_the_model_is_slow__CN8(hall: Hall, model: ModelServer) -> None:
    model.answer = 200, completion("登记挂失。")
    model.goes_on.clear()
    try:
        told = hall.ask("POST", f"{H}/ask", {"question": QUESTION}).json
    finally:
        model.goes_on.set()
        model.answer = 200, completion("")
    assert (told["is_known"], told["answer"]) == (True, OWN.answer)


def test_no_log_has_the_key_or_the_question__CN8(hall: Hall) -> None:
    logs = [path.read_text(errors="replace") for path in (hall.home / "logs").rglob("*.log")]
    assert sum('"model_failed"' in log for log in logs) > 0
    assert not any(word in log for log in logs for word in (KEY, "13912345678", "学生证丢了"))


def test_command_line_looks_into_the_hall_that_runs(hall: Hall) -> None:
    told = command(hall, "ask", QUESTION)
    assert json.loads(told.stdout)["answer"] == OWN.answer
    assert "the catalogue of hall main" in told.stderr
    found = json.loads(command(hall, "search", "CC-01").stdout)
    assert found[0]["item_id"] == "CC-01"


def test_command_line_finds_what_the_hall_has_published(hall: Hall) -> None:
    li = headers(hall, "w02")
    ask(hall, "能开橙色证明吗", service_id="HR-01", is_public=True)
    own_id = listed(hall, li, "能开橙色证明吗")["consultation_id"]
    work(hall, li, own_id, "answer", text="能。")
    work(hall, li, own_id, "publish", asked="能开橙色证明吗？", answer="能。")
    found = json.loads(command(hall, "search", "橙色证明").stdout)
    assert found[0]["title"]["zh"] == "能开橙色证明吗？"


def test_command_line_says_that_there_is_no_such_hall(hall: Hall) -> None:
    gone = command(hall, "search", "CC-01", "--hall", "elsewhere")
    assert (gone.returncode, gone.stdout) == (1, "")
    assert gone.stderr == "yizhan: There is no hall elsewhere.\n"


def command(hall: Hall, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "backend", *words],
        env=hall.variables() | {"PATH": os.environ["PATH"]},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
