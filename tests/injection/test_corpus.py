"""Hostile texts in the names of files, in what is exported, and in the log."""

import csv
import io
import json
import re
from urllib.parse import quote
from zipfile import ZipFile

import pytest

from tests.hall import Hall
from tests.injection.corpus import CORPUS, TEXTS, assert_told
from tests.injection.writes import MAIN, NAMES
from tests.office.desk import ACCEPT, ALL_HR_04, ROOT, START, done, open_case

FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture(scope="module")
def things(hall: Hall) -> dict[str, str]:
    case = done(hall, who(hall, "w02"), open_case("HR-04"), ALL_HR_04, ACCEPT, START)
    day = hall.ask("GET", f"{MAIN}/topics/queues").json["view"]["day"]
    return {"case": case["case_id"], "day": day}


_cookies: dict[tuple[str, str], str] = {}


def who(hall: Hall, username: str) -> dict[str, str]:
    key = (hall.url, username)
    if key not in _cookies:
        _cookies[key] = hall.cookie(username)
    return {"Cookie": _cookies[key]}


def test_file_name_is_a_name_and_nothing_else__I18(hall: Hall, things: dict[str, str]) -> None:
    """No path, no header, nothing unseen: whatever it was sent as."""
    clerk = who(hall, "w02")
    root = f"{ROOT}/{things['case']}/files"
    for n, text in enumerate(TEXTS):
        query = f"?name={quote(text, errors='surrogatepass')}&material_id=m2"
        reply = hall.ask("POST", root + query, b"%PDF-1.7\n" + str(n).encode(), **clerk)
        if reply.status >= 300:
            assert_told(reply)
            continue
        name, file_id = reply.json["name"], reply.json["file_id"]
        assert name.isprintable(), text
        assert not set(name) & set("/\\"), text
        assert name.endswith(".pdf"), text
        got = hall.ask("GET", f"{root}/{file_id}", **clerk)
        assert got.headers["Content-Disposition"] == (
            f"attachment; filename*=UTF-8''{quote(name, safe='')}"
        )
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert hall.ask("DELETE", f"{root}/{file_id}", **clerk).status == 204


def test_exports_hold_no_formula__I18(hall: Hall, things: dict[str, str]) -> None:
    """With a hostile name in the roster and hostile ids in the audit."""
    admin, chief = who(hall, "admin"), who(hall, "supervisor")
    day = things["day"]
    shift = {"counter_id": "W20", "weekday": 1, "half": "morning", "persons": ["w20"]}
    command = {"type": "set_week", "counter_ids": ["W20"], "shifts": [shift], "reason": "x"}
    order = {"type": "do", "id": "exports", "command": command}
    assert hall.ask("POST", f"{MAIN}/roster", order, **chief).status == 200
    for n, text in enumerate(CORPUS["formula"]):
        names = NAMES | {"name_zh": text, "name_en": text}
        assert hall.ask("PUT", f"{MAIN}/accounts/w20", names, **admin).status in {200, 422}
        hall.ask("DELETE", f"{MAIN}/devices/{quote(text, safe='')}", **chief)
        span = "first=2027-01-04&last=2027-01-10" if n else f"first={day}&last={day}"
        for path in (
            *(f"roster/export?{span}&of={of}&format=" for of in ("shifts", "attendance")),
            f"statistics/export?measures=issued&by=service&from={day}&to={day}&format=",
        ):
            table = hall.ask("GET", f"{MAIN}/{path}csv", **chief)
            assert table.status == 200, table.body
            assert_inert(table.body)
            sheet = hall.ask("GET", f"{MAIN}/{path}xlsx", **chief)
            with ZipFile(io.BytesIO(sheet.body)) as book:
                pages = [book.read(one).decode() for one in book.namelist() if "sheets/" in one]
            assert pages
            assert not any(re.search("<f[ >]|<hyperlink", page) for page in pages)
    auditor = who(hall, "auditor")
    table = hall.ask("GET", f"{MAIN}/audit/export", **auditor)
    assert b"'=1+1" in table.body
    assert_inert(table.body)


def assert_inert(table: bytes) -> None:
    """No cell of the CSV is one that a spreadsheet would work out; numbers are."""
    for row in csv.reader(io.StringIO(table.decode("utf-8-sig"))):
        for cell in row:
            is_number = re.fullmatch(r"-?[\d.]+%?", cell) is not None
            assert is_number or not cell.startswith(FORMULAS), row


def test_a_line_of_the_log_stays_one_line_of_json__I19(hall: Hall) -> None:
    """Ids of commands, addresses and user names are what a stranger can have written there."""
    for text in TEXTS:
        command = {"type": "recall", "counter_id": text}
        order = {"type": "do", "id": f"log-{abs(hash(text))}", "command": command}
        hall.ask("POST", f"{MAIN}/commands", order, **who(hall, "w02"))
        hall.ask("POST", f"{MAIN}/commands", {"type": "do", "id": text, "command": {}})
        hall.ask("POST", "/api/session", {"username": text, "password": text})
        hall.ask("GET", f"/api/halls/{quote(text, safe='')}/topics/ops")
    lines = (hall.home / "logs" / "web1.log").read_bytes().split(b"\n")
    assert len(lines) > len(TEXTS)
    for line in lines[:-1]:
        told = json.loads(line)
        assert told["event"] != "forged"
        assert not set(line) & set(range(32)), line  # no escape, no tab, no carriage return
