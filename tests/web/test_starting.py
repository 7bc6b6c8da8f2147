"""Starting outside the demo, and what is said when it cannot be started."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import trustme
from msgspec.structs import replace
from websockets.sync.client import connect

from backend.core.ids import HallId
from backend.core.rules.accounts import PASSWORD_LENGTH_MIN
from backend.demo.hall import demo_plan
from backend.settings import SettingsError, read_settings
from tests.hall import DEVICE_TOKEN, HALL_ID, ROOT, Hall, running_hall, until

PASSWORD = "correct horse"


def run(hall: Hall, *words: str, typed: str = "", **environment: str) -> tuple[int, str]:
    """The exit code and the words of `python -m backend …` in the hall's environment."""
    found = subprocess.run(
        [sys.executable, "-m", "backend", *words],
        env=hall.variables() | environment,
        cwd=ROOT,
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return found.returncode, found.stdout + found.stderr


def sign_in(hall: Hall, username: str, password: str) -> int:
    return hall.ask("POST", "/api/session", {"username": username, "password": password}).status


def create_admin(hall: Hall, username: str, password: str) -> tuple[int, str]:
    return run(hall, "create-admin", username, typed=f"{password}\n")


@pytest.fixture(scope="module")
def former_demo() -> Iterator[Hall]:
    """A hall that was a demo once and is to be one no longer."""
    with running_hall() as hall:
        hall.stop()
        hall.environment = {"YIZHAN_DEMO": "0"}
        hall.start()
        yield hall


def test_demo_listens_on_the_loopback_only() -> None:
    with running_hall(is_started=False) as hall:
        code, words = run(hall, "run", HOST="0.0.0.0")
    assert code == 1
    assert "HOST=0.0.0.0" in words
    assert "create-admin" in words  # what to do instead
    assert "Traceback" not in words


def test_port_in_use_is_told_with_a_way_out() -> None:
    with running_hall(is_started=False) as hall, socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, words = run(hall, "run", PORT=str(port))
    assert code == 1
    assert f"port {port}" in words
    assert f"PORT={port + 1} make run" in words
    assert "Traceback" not in words


@pytest.mark.parametrize(
    "setting",
    [
        "PORT=0",
        "PORT=x",
        "PORT=70000",
        "YIZHAN_WORKERS=0",
        "TRUSTED_PROXIES=*",
        "TRUSTED_PROXIES=127.0.0.1, 10.0.0.1/8",
    ],
)
def test_setting_that_cannot_be_is_told(setting: str) -> None:
    name, _, value = setting.partition("=")
    with running_hall(is_started=False) as hall:
        code, words = run(hall, "run", **{name: value})
    assert code == 1
    assert setting in words
    assert "Traceback" not in words


def test_new_installation_has_no_hall_and_no_account() -> None:
    with running_hall(YIZHAN_DEMO="0") as hall:
        assert hall.ask("GET", "/api/hello").json["demo"] is False
        assert hall.ask("GET", "/api/halls").json == []
        assert sign_in(hall, "admin", "demo") == 401
        code, words = create_admin(hall, "li", "x" * (PASSWORD_LENGTH_MIN - 1))
        assert code == 1
        assert str(PASSWORD_LENGTH_MIN) in words
        assert sign_in(hall, "li", "x" * (PASSWORD_LENGTH_MIN - 1)) == 401
        code, words = create_admin(hall, "li", PASSWORD)
        assert (code, words) == (0, "li may sign in now.\n")
        cookie = hall.cookie("li", PASSWORD)
        member = hall.ask("GET", "/api/session", Cookie=cookie).json
        assert (member["role"], member["hall_id"]) == ("administrator", None)
        code, words = create_admin(hall, "li", "another password")
        assert code == 1
        assert "already" in words
        assert sign_in(hall, "li", "another password") == 401
        assert "password demo" not in hall.words
        assert PASSWORD not in json.dumps([path.name for path in hall.home.rglob("*")])


def test_password_of_the_demo_is_worthless_outside_it(former_demo: Hall) -> None:
    assert [entry["hall_id"] for entry in former_demo.ask("GET", "/api/halls").json] == ["main"]
    for username in ("admin", "supervisor", "w01"):
        assert sign_in(former_demo, username, "demo") == 401


def test_token_of_the_demo_is_worthless_outside_it(former_demo: Hall) -> None:
    command = {"type": "take_ticket", "queue_id": "B", "channel": "anonymous"}
    bearer = f"Bearer {DEVICE_TOKEN}"
    assert former_demo.do("n1", command, Authorization=bearer).status == 401


def test_commands_beside_a_running_hall_find_its_database(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_bytes(msgspec.json.encode(demo_plan()))
    cards = tmp_path / "cards.csv"
    cards.write_text("card,person,origin\n04A2B3C4,2023012345,student\n")
    expected = tmp_path / "expected.jsonl"
    expected.write_text("")
    with running_hall(YIZHAN_DEMO="0") as hall:
        code, words = run(hall, "create-hall", str(plan), "--reason", "first")
        assert code == 0, words
        code, words = run(hall, "put-plan", str(plan), "--reason", "again")
        assert code == 0, words
        versions = hall.ask("GET", "/api/halls").json
        assert [entry["hall_id"] for entry in versions] == [HALL_ID]
        code, words = run(hall, "import-persons", str(cards))
        assert (code, words.partition(";")[0]) == (0, "1 cards of 1 persons are in force")
        asked = ("--hall", HALL_ID, "--day", "2036-11-24")
        code, words = run(hall, "import-appointments", str(expected), *asked)
        assert (code, words) == (0, "0 visitors are expected on 2036-11-24.\n")
        code, words = run(hall, "replay", "--day", "2020-01-01")
        assert code == 1
        assert "DATABASE_URL" not in words  # it looked, and there is no such day


def test_command_beside_no_running_hall_says_what_to_do() -> None:
    with running_hall(YIZHAN_DEMO="0") as hall:
        assert hall.process is not None
        hall.process.kill()  # the note of where its servers were stays
        hall.process.wait()
        told = f"No postgres of ours runs in {hall.home}"  # until then it is shutting down
        until(lambda: told in create_admin(hall, "li", PASSWORD)[1], 30.0)
        code, words = create_admin(hall, "li", PASSWORD)
    assert code == 1
    assert told in words
    assert "DATABASE_URL" in words
    assert "Traceback" not in words


def test_second_hall_is_named_in_every_address_told(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_bytes(msgspec.json.encode(replace(demo_plan(), hall_id=HallId("east"))))
    with running_hall() as hall:
        until(lambda: f"{hall.url}/counter\n" in hall.words, 10.0)
        assert run(hall, "create-hall", str(plan), "--reason", "second")[0] == 0
        hall.stop()
        told = len(hall.words)
        hall.start()
        until(lambda: "the hall is open" in hall.words[told:], 10.0)
        for hall_id in ("main", "east"):
            assert f"{hall.url}/counter?hall={hall_id}\n" in hall.words[told:]
            assert f"{hall.url}/board/Z1?hall={hall_id}\n" in hall.words[told:]
        assert f"{hall.url}/counter\n" not in hall.words[told:]


def test_hall_speaks_tls_itself(tmp_path: Path) -> None:
    certified = trustme.CA().issue_cert("127.0.0.1")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    cert.write_bytes(b"".join(part.bytes() for part in certified.cert_chain_pems))
    key.write_bytes(certified.private_key_pem.bytes())
    with running_hall(TLS_CERT=str(cert), TLS_KEY=str(key)) as hall:
        until(lambda: f"https://127.0.0.1:{hall.port}/counter\n" in hall.words, 10.0)
        account = {"username": "supervisor", "password": "demo"}
        reply = hall.ask("POST", "/api/session", account)
        assert "; secure" in (reply.headers["Set-Cookie"] or "").lower()
        cookie = (reply.headers["Set-Cookie"] or "").partition(";")[0]
        with connect(
            f"wss://127.0.0.1:{hall.port}/ws/{HALL_ID}",
            ssl=hall.trust(),
            additional_headers={"Cookie": cookie},
        ) as link:
            link.send('{"type":"watch","topic":"ops"}')
            assert '"topic":"ops"' in link.recv(timeout=10)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"TLS_CERT": "cert.pem"}, "TLS_KEY is not: set both"),
        ({"TLS_KEY": "key.pem"}, "TLS_CERT is not: set both"),
        ({"TLS_CERT": "cert.pem", "TLS_KEY": "nothing"}, "cannot be read"),
        ({"TLS_CERT": "cert.pem", "TLS_KEY": "other.pem"}, "the key that of the first certificate"),
        ({"TLS_CERT": "text", "TLS_KEY": "key.pem"}, "both must be PEM"),
    ],
)
def test_certificate_that_cannot_be_used_says_why(
    tmp_path: Path, given: dict[str, str], told: str
) -> None:
    authority = trustme.CA()
    certified, other = authority.issue_cert("hall.example"), authority.issue_cert("hall.example")
    (tmp_path / "cert.pem").write_bytes(certified.cert_chain_pems[0].bytes())
    (tmp_path / "key.pem").write_bytes(certified.private_key_pem.bytes())
    (tmp_path / "other.pem").write_bytes(other.private_key_pem.bytes())
    (tmp_path / "text").write_text("no certificate")
    paths = {name: str(tmp_path / file) for name, file in given.items()}
    with pytest.raises(SettingsError, match=told):
        read_settings(paths)
