"""Every error over HTTP is a problem (RFC 9457) with a stable code."""

import os
import signal
import time
from functools import partial
from typing import cast

import pytest
from litestar import get
from litestar.testing import create_test_client

from backend.app import on_failure
from backend.hub.halls import Halls
from backend.office.case_desk import CaseDesk
from backend.problem import MEDIA_TYPE
from backend.site.pages import Pages
from backend.wire.messages import FRAME_MAX
from tests.hall import DEVICE_TOKEN, Hall, Reply

COMMANDS = "/api/halls/main/commands"
TAKE = {"type": "take_ticket", "queue_id": "B", "channel": "anonymous"}
CALL = {"type": "call_next", "counter_id": "W02"}
DEVICE = {"Authorization": f"Bearer {DEVICE_TOKEN}"}


def problem(reply: Reply, status: int, code: str) -> None:
    assert reply.status == status, reply.body
    assert reply.headers["Content-Type"].startswith(MEDIA_TYPE)
    found = reply.json
    assert (found["status"], found["code"]) == (status, code)
    assert found["type"]
    assert found["title"]
    assert isinstance(found["detail"], str)


def body(id: str = "p1", command: object = TAKE) -> dict[str, object]:
    return {"type": "do", "id": id, "command": command}


@pytest.mark.parametrize("text", [b"nonsense", b"", b"{", b"\xff\xfe", b'{"type":"\xff"}'])
def test_body_that_is_no_json_is_400(hall: Hall, text: bytes) -> None:
    problem(hall.ask("POST", COMMANDS, text, **DEVICE), 400, "malformed")


@pytest.mark.parametrize(
    "message",
    [
        {},
        [],
        body(id="a b"),
        body(command={**TAKE, "by": "boss"}),
        body(command={"type": "call_nxt", "counter_id": "W02"}),
        {**body(), "more": 1},
        {"type": "watch", "topic": "board:Z1"},
        {"type": "do", "id": "p1"},
        body(
            command={"type": "report_printed", "job_id": "J", "outcome": "failed", "detail": "\0"}
        ),
    ],
)
def test_body_of_another_form_is_422(hall: Hall, message: object) -> None:
    problem(hall.ask("POST", COMMANDS, message, **DEVICE), 422, "malformed")


def test_nobody_may_command_without_credentials(hall: Hall) -> None:
    problem(hall.ask("POST", COMMANDS, body()), 401, "unauthenticated")
    for word in ("Bearer wrong", "Bearer ", "Basic ZGVtbw==", DEVICE_TOKEN):
        reply = hall.ask("POST", COMMANDS, body(), Authorization=word)
        problem(reply, 401, "unauthenticated")
    problem(hall.ask("POST", COMMANDS, body(), Cookie="yizhan_session=x"), 401, "unauthenticated")
    problem(hall.ask("GET", "/api/session"), 401, "unauthenticated")
    problem(hall.ask("GET", "/api/halls/main/topics/counter:W02"), 401, "unauthenticated")


def test_wrong_role_is_403(hall: Hall) -> None:
    problem(hall.ask("POST", COMMANDS, body(command=CALL), **DEVICE), 403, "forbidden")
    problem(hall.ask("GET", "/api/halls/main/topics/counter:W02", **DEVICE), 403, "forbidden")
    cookie = hall.cookie("w03")
    problem(hall.ask("POST", COMMANDS, body(), Cookie=cookie), 403, "forbidden")


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:1"])
def test_foreign_origin_is_403(hall: Hall, origin: str) -> None:
    ours = {"username": "w03", "password": "demo"}
    problem(hall.ask("POST", COMMANDS, body(), Origin=origin, **DEVICE), 403, "forbidden")
    problem(hall.ask("POST", "/api/session", ours, Origin=origin), 403, "forbidden")
    problem(hall.ask("DELETE", "/api/session", Origin=origin), 403, "forbidden")
    reply = hall.ask("POST", "/api/session", ours, Origin=hall.url)
    assert reply.status == 200


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/nope", "not_found"),
        ("/api/nope", "not_found"),
        ("/assets/nope.js", "not_found"),
        ("/assets/../index.html", "not_found"),
        ("/assets/%2e%2e/index.html", "not_found"),
        ("/api/halls/nope/topics/queues", "unknown_hall"),
        ("/api/halls/main/topics/board:Z9", "unknown_topic"),
        ("/api/halls/main/topics/nonsense", "unknown_topic"),
        ("/api/tickets/nobody", "unknown_ticket"),
    ],
)
def test_what_is_not_there_is_404(hall: Hall, path: str, code: str) -> None:
    problem(hall.ask("GET", path), 404, code)


def test_unknown_hall_takes_no_command(hall: Hall) -> None:
    reply = hall.ask("POST", "/api/halls/nope/commands", body(), **DEVICE)
    problem(reply, 404, "unknown_hall")


def test_wrong_method_is_405(hall: Hall) -> None:
    problem(hall.ask("DELETE", "/api/halls"), 405, "method_not_allowed")


def test_refusal_is_409_with_the_rules_own_code__CL7(hall: Hall) -> None:
    cookie = hall.cookie("w04")
    reply = hall.do("p-refused", {"type": "call_next", "counter_id": "W04"}, Cookie=cookie)
    assert reply.status == 409
    assert reply.json == {"type": "refused", "id": "p-refused", "code": "counter_closed"}


def test_long_body_is_413(hall: Hall) -> None:
    padding = b" " * FRAME_MAX
    problem(hall.ask("POST", COMMANDS, b"{}" + padding, **DEVICE), 413, "too_large")
    reply = hall.ask("POST", COMMANDS, padding * 8, **DEVICE)
    problem(reply, 413, "request_entity_too_large")


def test_other_media_type_is_415(hall: Hall) -> None:
    for media_type in ("text/plain", "application/x-www-form-urlencoded"):
        reply = hall.ask("POST", COMMANDS, body(), Content_Type=media_type, **DEVICE)
        problem(reply, 415, "malformed")


@pytest.mark.parametrize(
    ("credentials", "status", "code"),
    [
        ({"username": "w03", "password": "nope"}, 401, "wrong_credentials"),
        ({"username": "nobody", "password": "demo"}, 401, "wrong_credentials"),
        ({"username": "w03\0", "password": "demo"}, 401, "wrong_credentials"),
        ({"username": "", "password": ""}, 401, "wrong_credentials"),
        ({"username": "x" * 5000, "password": "x" * 5000}, 401, "wrong_credentials"),
        ({"username": "w03"}, 400, "bad_request"),
        ({"username": "w03", "password": "demo", "role": "supervisor"}, 400, "bad_request"),
        (b"nonsense", 400, "bad_request"),
    ],
)
def test_sign_in_with_anything_wrong_is_a_problem(
    hall: Hall, credentials: object, status: int, code: str
) -> None:
    problem(hall.ask("POST", "/api/session", credentials), status, code)


def test_store_away_is_503_within_3_s_and_the_repeat_works__I7_I20(hall: Hall) -> None:
    before = hall.do("p-before", TAKE).json["result"]["number"]
    valkey = hall.pid("valkey")
    signal_to(valkey, signal.SIGSTOP)  # it neither answers nor breaks off
    try:
        began = time.monotonic()
        reply = hall.do("p-away", TAKE)
        took_s = time.monotonic() - began
    finally:
        signal_to(valkey, signal.SIGCONT)
    problem(reply, 503, "unavailable")
    assert reply.headers["Retry-After"] == "1"
    assert took_s < 3.5  # 3 s, and something for a busy machine
    again = hall.do("p-away", TAKE)
    assert again.status == 200
    assert int(again.json["result"]["number"][1:]) == int(before[1:]) + 1
    assert hall.do("p-away", TAKE).json == again.json


def test_bug_of_ours_is_a_500_problem_and_a_page_for_readers() -> None:
    @get("/services")
    async def broken() -> None:
        raise ZeroDivisionError

    pages = Pages("https://hall.example", cast(Halls, None), cast(CaseDesk, None))  # of no hall
    with create_test_client(
        broken, exception_handlers={Exception: partial(on_failure, pages)}
    ) as client:
        response = client.get("/services")
        page = client.get("/services", headers={"Accept": "text/html,*/*"})
    assert response.status_code == page.status_code == 500
    assert response.headers["Content-Type"].startswith(MEDIA_TYPE)
    assert response.json()["code"] == "internal"
    assert page.headers["Cache-Control"] == "no-store"
    assert "出错了" in page.text
    assert "ZeroDivision" not in response.text + page.text


def signal_to(pid: int, number: signal.Signals) -> None:

    os.kill(pid, number)
