"""Devices are let in by somebody who stands before them, and sent away for good (EN1, EN2)."""

import asyncio
import secrets
from pathlib import Path
from typing import Any

import pytest

from backend.client.enrol import Enrolled, device_key, enrol, until_sent_away
from backend.wire.close_codes import CloseCode
from tests.hall import DEVICE_TOKEN, Hall, Reply
from tests.web.test_problems import problem
from tests.web.test_sockets import ask, close_code, opened

ROOT = "/api/halls/main/devices"
LIMIT_S = 20.0


@pytest.fixture(scope="module")
def chief(hall: Hall) -> dict[str, str]:
    return {"Cookie": hall.cookie("supervisor")}


def fresh_key() -> str:
    return secrets.token_urlsafe(32)


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def asked(hall: Hall, key: str, *wants: str) -> str:
    """The code that the device with this key is to show."""
    reply = hall.ask("POST", "/api/enrolments", {"wants": wants}, **bearer(key))
    assert reply.status == 201, reply.body
    code: str = reply.json["code"]
    return code


def let_in(hall: Hall, chief: dict[str, str], code: str, device_id: str, *scope: str) -> Reply:
    order = {"code": code, "device_id": device_id, "scope": scope}
    return hall.ask("POST", ROOT, order, **chief)


def device(hall: Hall, chief: dict[str, str], device_id: str, *scope: str) -> str:
    """The key of a device that was let in."""
    key = fresh_key()
    assert let_in(hall, chief, asked(hall, key), device_id, *scope).status == 201
    return key


def take(hall: Hall, key: str, kiosk_id: str) -> Reply:
    command = {"type": "take_ticket", "queue_id": "C", "channel": "anonymous", "kiosk_id": kiosk_id}
    body = {"type": "do", "id": f"take:{secrets.token_hex(8)}", "command": command}
    return hall.ask("POST", "/api/halls/main/commands", body, **bearer(key))


def test_only_those_in_the_table_let_devices_in__I18(hall: Hall, chief: dict[str, str]) -> None:
    code = asked(hall, fresh_key())
    nobody: dict[str, str] = {}
    clerk = {"Cookie": hall.cookie("w03")}
    for who, status, word in (
        (nobody, 401, "unauthenticated"),
        (bearer(DEVICE_TOKEN), 403, "forbidden"),
        (clerk, 403, "forbidden"),
        (chief | {"Origin": "http://elsewhere.example"}, 403, "forbidden"),
    ):
        problem(let_in(hall, who, code, "K-none", "kiosk:K1"), status, word)
        problem(hall.ask("GET", ROOT, **who), status, word)
        problem(hall.ask("GET", f"/api/halls/main/enrolments/{code}", **who), status, word)
        problem(hall.ask("DELETE", f"{ROOT}/demo", **who), status, word)


def test_device_waits_until_its_code_is_entered__EN2(hall: Hall, chief: dict[str, str]) -> None:
    key = fresh_key()
    problem(hall.ask("GET", "/api/enrolments/mine", **bearer(key)), 404, "unknown_code")
    problem(take(hall, key, "K1"), 401, "unauthenticated")
    code = asked(hall, key, "kiosk:K1")
    assert asked(hall, key, "kiosk:K1") == code
    waiting = hall.ask("GET", "/api/enrolments/mine", **bearer(key))
    assert waiting.json == {"hall_id": None, "device_id": None, "scope": None}
    typed = f" {code[:3].lower()}-{code[3:]} "
    shown = hall.ask("GET", f"/api/halls/main/enrolments/{typed.strip()}", **chief)
    assert shown.json == {"wants": ["kiosk:K1"]}
    assert let_in(hall, chief, typed, "K1-front", "kiosk:K1").status == 201
    standing = hall.ask("GET", "/api/enrolments/mine", **bearer(key)).json
    assert standing == {"hall_id": "main", "device_id": "K1-front", "scope": ["kiosk:K1"]}
    (listed,) = [d for d in hall.ask("GET", ROOT, **chief).json if d["device_id"] == "K1-front"]
    assert listed["enrolled_by"] == "supervisor"
    assert listed["scope"] == ["kiosk:K1"]
    assert take(hall, key, "K1").status == 200
    problem(take(hall, key, "K2"), 403, "forbidden")
    problem(let_in(hall, chief, code, "K1-twice", "kiosk:K1"), 404, "unknown_code")


@pytest.mark.parametrize(
    "order",
    [
        {"code": "222222", "device_id": "new", "scope": []},
        {"code": "222222", "device_id": "", "scope": ["kiosk:K1"]},
        {"code": "222222", "device_id": "new", "scope": ["counter:W01"]},
        {"code": "222222", "device_id": "new", "scope": ["kiosk"]},
        {"code": "222222", "device_id": "new", "scope": ["kiosk:K1"], "more": 1},
        {"code": "2" * 40, "device_id": "new", "scope": ["kiosk:K1"]},
    ],
)
def test_order_that_makes_no_sense_is_422__EN2(
    hall: Hall, chief: dict[str, str], order: dict[str, Any]
) -> None:
    problem(hall.ask("POST", ROOT, order, **chief), 422, "malformed")


def test_unknown_code_and_name_in_use_are_told_apart__EN2(
    hall: Hall, chief: dict[str, str]
) -> None:
    problem(let_in(hall, chief, "999999", "P-x", "printer:P1"), 404, "unknown_code")
    device(hall, chief, "P-twice", "printer:P1")
    second = fresh_key()
    code = asked(hall, second)
    problem(let_in(hall, chief, code, "P-twice", "printer:P2"), 409, "device_in_use")
    assert let_in(hall, chief, code, "P-second", "printer:P2").status == 201


def test_key_that_can_be_guessed_or_is_not_shown_gets_no_code__EN2(hall: Hall) -> None:
    problem(hall.ask("POST", "/api/enrolments", {}), 401, "unauthenticated")
    problem(hall.ask("POST", "/api/enrolments", {}, **bearer("short")), 422, "malformed")
    problem(hall.ask("GET", "/api/enrolments/mine"), 401, "unauthenticated")


async def test_socket_of_a_device_reaches_its_place_only__EN1(
    hall: Hall, chief: dict[str, str]
) -> None:
    key = await asyncio.to_thread(device, hall, chief, "PC-1", "printer:P1", "voice:Z1")
    async with opened(hall, bearer(key)) as socket:
        for topic, kind in (
            ("printer:P1", "show"),
            ("printer:P2", "error"),
            ("voice:Z1", "show"),
            ("voice:Z2", "error"),
            ("board:Z2", "show"),
        ):
            answer = await ask(socket, {"type": "watch", "topic": topic})
            assert (answer["topic"], answer["type"]) == (topic, kind)
            assert kind == "show" or answer["code"] == "forbidden"


async def test_revoked_device_is_sent_away_and_its_key_never_counts_again__EN2(
    hall: Hall, chief: dict[str, str]
) -> None:
    key = await asyncio.to_thread(device, hall, chief, "K-lost", "kiosk:K1")
    async with opened(hall, bearer(key)) as socket:
        assert (await ask(socket, {"type": "ping"}))["type"] == "pong"
        gone = await asyncio.to_thread(hall.ask, "DELETE", f"{ROOT}/K-lost", **chief)
        assert gone.status == 204
        assert await close_code(socket) == CloseCode.UNAUTHENTICATED
    problem(await asyncio.to_thread(take, hall, key, "K1"), 401, "unauthenticated")
    again = await asyncio.to_thread(hall.ask, "DELETE", f"{ROOT}/K-lost", **chief)
    problem(again, 404, "unknown_device")
    again = await asyncio.to_thread(hall.ask, "POST", "/api/enrolments", {}, **bearer(key))
    problem(again, 409, "key_in_use")


async def test_program_shows_its_code_and_goes_on_when_it_is_let_in__EN2(
    hall: Hall, chief: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "deep" / "key"
    key = device_key(path)
    assert device_key(path) == key
    for spoiled in (b"", b"\xff\xfe\x00"):
        path.write_bytes(spoiled)
        assert device_key(path) != key
    key = device_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    codes: asyncio.Queue[str | None] = asyncio.Queue()

    async def enrolled(device_id: str) -> Enrolled:
        waiting = asyncio.create_task(
            enrol(hall.url, path, ["printer:P3"], codes.put_nowait, poll_s=0.1)
        )
        code = await codes.get()
        assert code is not None
        entered = await asyncio.to_thread(let_in, hall, chief, code, device_id, "printer:P3")
        assert entered.status == 201
        return await waiting

    async with asyncio.timeout(LIMIT_S):
        found = await enrolled("P3-agent")
        assert found == Enrolled(hall_id="main", device_id="P3-agent", scope=("printer:P3",))
        assert await enrol(hall.url, path, [], codes.put_nowait) == found
        assert device_key(path) == key
        leaving = asyncio.create_task(until_sent_away(hall.url, path, poll_s=0.05))
        for _ in range(3):  # as long as it may stay, and while nobody can tell
            await enrol(hall.url, path, [], codes.put_nowait)
            assert not leaving.done()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await until_sent_away("http://127.0.0.1:9", path, poll_s=0.01)
        await asyncio.to_thread(hall.ask, "DELETE", f"{ROOT}/P3-agent", **chief)
        await leaving
        assert (await enrolled("P3-new")).device_id == "P3-new"
    assert device_key(path) != key
    assert codes.empty()


async def test_program_waits_for_a_hall_that_cannot_be_reached__EN2(tmp_path: Path) -> None:
    shown: list[str | None] = []
    waiting = asyncio.create_task(
        enrol("http://127.0.0.1:9", tmp_path / "key", [], shown.append, poll_s=0.01)
    )
    async with asyncio.timeout(LIMIT_S):
        while not shown:
            await asyncio.sleep(0.01)
    waiting.cancel()
    assert shown == [None]
