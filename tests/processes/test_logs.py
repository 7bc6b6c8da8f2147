"""What the logs tell of a visit: every command's way, and nothing of the people in it (I19)."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from backend.log import set_up_log
from tests.hall import DEVICE_TOKEN, HALL_ID, ROOT, Hall, running_hall, until
from tests.web.test_sockets import ask, opened

LIMIT_S = 30.0
CARD, REVERSED = "2714909713", "A1D0D1F1"[::-1]
PHONE, NAME, PASSWORD = "13907310042", "欧阳端木", "correct horse 90417"
BEARER = {"Authorization": f"Bearer {DEVICE_TOKEN}"}
WRONG_TOKEN = "device-token-nobody-has-5531"


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    with running_hall(has_agents=True, YIZHAN_LOG_LEVEL="debug") as found:
        yield found


def backend(hall: Hall, *words: str) -> tuple[int, str]:
    """The exit code and the words of `python -m backend …` beside the hall."""
    found = subprocess.run(
        [sys.executable, "-m", "backend", *words],
        env=hall.variables(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return found.returncode, found.stdout + found.stderr


def logs_of(hall: Hall) -> dict[Path, str]:
    """Every log of every process, those of the engines too."""
    paths = [*(hall.home / "logs").iterdir(), *hall.home.glob("*.log"), hall.home / "launcher.out"]
    return {path: path.read_text(encoding="utf-8", errors="replace") for path in paths}


async def visit(hall: Hall) -> list[str]:
    """A card holder's whole visit, and what people do wrong meanwhile; what no log may hold."""
    w01, supervisor = hall.cookie("w01"), hall.cookie("supervisor")
    take = {"type": "take_ticket", "queue_id": "A", "channel": "card", "card": CARD}
    taken = hall.do("log-take", take | {"kiosk_id": "K1"}).json["result"]
    token, ticket_id = taken["token"], taken["ticket_id"]
    async with opened(hall) as phone:
        await ask(phone, {"type": "watch", "topic": f"ticket:{token}"})
        await ask(phone, {"type": "do", "id": "log-guess", "command": take | {"card": CARD[::-1]}})
        await ask(phone, f'{{"type":"do","id":"log-bad","command":{{"card":"{CARD}"}}}}')
    for path in (f"/api/tickets/{token}", f"/t/{token}", f"/api/halls/main/topics/ticket:{token}"):
        assert hall.ask("GET", path).status == 200
    hall.ask("GET", f"/api/tickets/{token}/nothing-here")
    found = hall.ask("POST", "/api/halls/main/tickets/find", {"card": CARD}, Cookie=supervisor)
    assert found.status == 200
    hall.ask("POST", "/api/halls/main/tickets/find", {"card": PHONE, "x": NAME}, Cookie=supervisor)
    hall.ask("POST", "/api/session", {"username": NAME, "password": PASSWORD})
    hall.do("log-foreign", take, Authorization=f"Bearer {WRONG_TOKEN}")
    at_counter = {"counter_id": "W01"}
    for step in ("open_counter", "call_next", "recall", "start_serving", "finish_serving"):
        hall.do(f"log-{step}", {"type": step} | at_counter, Cookie=w01)
    other = hall.do("log-other", take | {"card": REVERSED}).json["result"]
    note = {"type": "cancel_ticket", "ticket_id": other["ticket_id"], "reason": f"{NAME} {PHONE}"}
    hall.do("log-cancel", note, Cookie=supervisor)
    assert ticket_id
    cookies = [cookie.partition("=")[2] for cookie in (w01, supervisor)]
    number = int(CARD).to_bytes(4, "big")
    cards = [CARD, CARD[::-1], REVERSED, number.hex(), number[::-1].hex()]
    cards += [str(int.from_bytes(number, "little")), str(int(REVERSED, 16))]
    return [*cards, token, other["token"], *cookies, PHONE, NAME, PASSWORD, WRONG_TOKEN]


async def test_logs_tell_the_way_of_a_command_and_nothing_of_people__I19(hall: Hall) -> None:
    secrets = await visit(hall)
    until(lambda: "log-cancel" in backend(hall, "trace", "log-cancel")[1], LIMIT_S)
    until(lambda: "archived" in backend(hall, "trace", "log-take")[1], LIMIT_S)
    code, way = backend(hall, "trace", "log-take")
    assert code == 0
    steps = ("command_received", "commands_decided", "commands_appended", "command_answered")
    places = [way.index(words) for words in steps]  # the recorder may be before the answer
    assert places == sorted(places), way
    assert re.search(rf"hall {HALL_ID}, day \d{{4}}-\d\d-\d\d, seq \d+, by device \w+", way), way
    assert "ticket_taken number=A001" in way
    found = logs_of(hall)
    assert len(found) >= 6
    for path, text in (*found.items(), (Path("trace"), way)):
        for secret in secrets:
            assert secret.lower() not in text.lower(), (path, secret)
    told = [json.loads(line) for line in found[hall.home / "logs" / "web1.log"].splitlines()]
    assert {"command_received", "command_answered", "command_refused"} <= {x["event"] for x in told}


def test_refused_command_is_told_with_its_code(hall: Hall) -> None:
    hall.do("log-refused", {"type": "recall", "counter_id": "W05"}, Cookie=hall.cookie("w05"))
    until(lambda: "refused:" in backend(hall, "trace", "log-refused")[1], LIMIT_S)
    assert "code=" in backend(hall, "trace", "log-refused")[1]


def test_unknown_command_is_answered_with_words(hall: Hall) -> None:
    code, words = backend(hall, "trace", "nobody-gave-this")
    assert code == 1
    assert words.startswith("Nothing is known of nobody-gave-this.")


def test_error_is_logged_without_values_of_frames_and_keys__I19(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A failing view holds tokens in its locals, and a KeyError's word may be one."""
    before = structlog.get_config()
    try:
        set_up_log("test")
        log = structlog.get_logger()
        try:
            fail({"token": "secret-of-a-ticket"})
        except ValueError:
            log.exception("view_failed", family="ticket")
    finally:
        structlog.configure(**before)
        structlog.contextvars.clear_contextvars()
    line: dict[str, Any] = json.loads(capsys.readouterr().err)
    assert "secret-of-a-ticket" not in json.dumps(line)
    assert [fault["type"] for fault in line["exception"]] == ["ValueError", "KeyError"]
    assert any(place.endswith(" fail") for place in line["exception"][0]["at"])


def fail(tickets: dict[str, str]) -> None:
    token = tickets["token"]
    try:
        tickets[token]
    except KeyError as error:
        raise ValueError(token) from error
