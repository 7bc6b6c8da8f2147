"""Whoever sends again and again is held back wherever anybody may write, in words, and told of."""

import json
from typing import Any

import pytest

from tests.hall import Hall, until
from tests.injection.sender import fresh_id
from tests.injection.writes import MAIN, do

MOST = 150
LOGGED_S = 5.0
BURSTS: dict[str, Any] = {
    f"{MAIN}/questions": do(type="ask", text="便宜票"),
    "/api/consultations/{token}": do(type="say", text="在吗"),
    f"{MAIN}/bookings/find": {"code": "ABCDE23456"},
    f"{MAIN}/bookings/appeals": {
        "id": "%",
        "command": {"type": "appeal_block", "card": "NOBODY99", "words": "堵车"},
    },
    f"{MAIN}/track": {"number": "2026-999999", "card": "DEMO0001"},
    f"{MAIN}/commands": do(type="take_ticket", queue_id="A", channel="remote", card="NOBODY99"),
    "/api/session": {"username": "nobody", "password": "a guess"},
}
"""What is kept or looked for at a visitor's word; "%" stands for an id of its own."""


@pytest.fixture(scope="module")
def token(hall: Hall) -> str:
    """The secret of a chat that was begun."""
    asked = do(type="ask", kind="chat", text="有人吗") | {"id": fresh_id()}
    reply = hall.ask("POST", f"{MAIN}/questions", asked, X_Forwarded_For="198.51.100.1")
    assert reply.status == 200, reply.body
    return str(reply.json["token"])


@pytest.mark.parametrize("path", BURSTS)
def test_burst_from_one_address_is_refused_by_a_code_and_told_in_the_log__I20(
    hall: Hall, token: str, path: str
) -> None:
    shown = {"X-Forwarded-For": f"192.0.2.{list(BURSTS).index(path) + 1}"}
    for _ in range(MOST):
        body = {name: fresh_id() if one == "%" else one for name, one in BURSTS[path].items()}
        reply = hall.ask("POST", path.format(token=token), body, **shown)
        assert reply.status < 500, reply.body
        if reply.status == 429:
            break
    assert reply.status == 429, reply.body
    route = path.replace(MAIN, "/api/halls/{hall_id}")

    def is_told() -> bool:
        lines = (hall.home / "logs" / "web1.log").read_text().splitlines()
        told = [json.loads(line) for line in lines if '"requests_refused"' in line]
        return any(one["status"] == 429 and one["route"] == route for one in told)

    until(is_told, LOGGED_S)


LONG = "门口有人低价转让音乐节的票，要买的同学请尽快加我的联系方式，过时不候，先到先得"


def asked_from_everywhere(hall: Hall, net: str, **words: str) -> list[int]:
    """How six people at six addresses are answered who ask the same."""
    bodies = [do(type="ask", **words) | {"id": fresh_id()} for _ in range(6)]
    return [
        hall.ask("POST", f"{MAIN}/questions", body, X_Forwarded_For=f"{net}.{n}").status
        for n, body in enumerate(bodies)
    ]


def test_same_long_question_from_everywhere_is_soon_too_many__CN1(hall: Hall) -> None:
    assert asked_from_everywhere(hall, "198.51.100", text=LONG) == [200, 200, 200, 429, 429, 429]


@pytest.mark.parametrize(
    "words", [{"text": "成绩单在哪里打印？"}, {"text": "你好", "kind": "chat"}]
)
def test_short_words_are_anybodys__CN1(hall: Hall, words: dict[str, str]) -> None:
    assert asked_from_everywhere(hall, "203.0.113", **words) == [200] * 6
