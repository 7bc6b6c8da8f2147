"""Hostile texts are stored and given back as written or refused by code, and do nothing anywhere.

`WRITES` has one free text of each kind that staff write; those of visitors and of plans are not
among them.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote
from zipfile import ZipFile

import pytest
from playwright.async_api import Browser

from tests.e2e.conftest import browser, chromium
from tests.hall import Hall, Reply, running_hall
from tests.office.desk import ACCEPT, ALL_HR_04, ROOT, START, cmd, done, open_case
from tests.office.test_followups import found, visit

__all__ = ["browser", "chromium"]
CORPUS: dict[str, list[str]] = json.loads(Path(__file__).with_name("corpus.json").read_text())
TEXTS = [text for texts in CORPUS.values() for text in texts]
MAIN = "/api/halls/main"
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


class Write(NamedTuple):
    """A request in which "$" stands for the text, and where it is given back."""

    who: str
    method: str
    path: str
    body: Any
    back: str


def do(command: dict[str, Any]) -> dict[str, Any]:
    return {"type": "do", "id": "%", "command": command}


def of_case(*commands: dict[str, Any]) -> dict[str, Any]:
    return {"type": "do", "id": "%", "case_id": "{case}", "commands": commands}


NAMES = {"grants": [{"role": "clerk", "hall_id": "main"}], "is_active": True}
WRITES: dict[str, Write] = {
    "a case's hand-over": Write(
        *("w02", "POST", f"{MAIN}/cases/do"),
        of_case(cmd("hand_over", department_id="HR", staff_id="w03", reason="$")),
        f"{MAIN}/cases/{{case}}",
    ),
    "a reference": Write(
        *("w02", "POST", f"{MAIN}/cases/{{case}}/references", {"name": "$", "reference": "$"}),
        f"{MAIN}/cases/{{case}}",
    ),
    "an account's name": Write(
        *("admin", "PUT", f"{MAIN}/accounts/w20", NAMES | {"name_zh": "$", "name_en": "$"}),
        f"{MAIN}/accounts",
    ),
    "a roster's reason": Write(
        *("supervisor", "POST", f"{MAIN}/roster"),
        do({"type": "set_week", "counter_ids": ["W21"], "shifts": [], "reason": "$"}),
        f"{MAIN}/roster/changes?count=1",
    ),
    "a follow-up's remark": Write(
        *("supervisor", "POST", f"{MAIN}/followups/{{day}}/{{rated}}"),
        {"command": {"type": "call_back", "way": "page", "remark": "$"}},
        f"{MAIN}/followups",
    ),
    "a notice": Write(
        *("supervisor", "POST", f"{MAIN}/commands"),
        do({"type": "post_notice", "notice_id": "N1", "zh": "$", "en": "$"}),
        f"{MAIN}/topics/board:Z1",
    ),
}


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    """Tells every command's way in its log."""
    with running_hall(YIZHAN_LOG_LEVEL="debug") as found:
        yield found


@pytest.fixture(scope="module")
def things(hall: Hall) -> dict[str, str]:
    clerk, chief = who(hall, "w02"), who(hall, "supervisor")
    case = done(hall, clerk, open_case("HR-04"), ALL_HR_04, ACCEPT, START)
    rated, _ = visit(hall, "hostile", 1, "PO-01", "W01")
    follow_up = found(hall, chief, rated)
    assert follow_up is not None
    day = follow_up["follow_up"]["rating"]["day"]
    return {"case": case["case_id"], "rated": rated, "day": day}


_cookies: dict[tuple[str, str], str] = {}


def who(hall: Hall, username: str) -> dict[str, str]:
    key = (hall.url, username)
    if key not in _cookies:
        _cookies[key] = hall.cookie(username)
    return {"Cookie": _cookies[key]}


def put(value: Any, text: str, fresh: str, things: dict[str, str]) -> Any:
    """The body with the text in its places."""
    match value:
        case dict():
            return {name: put(one, text, fresh, things) for name, one in value.items()}
        case list() | tuple():
            return [put(one, text, fresh, things) for one in value]
        case "$":
            return text
        case "%":
            return fresh
        case str():
            return value.format(**things) if value.startswith("{") else value
    return value


def words_in(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for one in value.values():
                yield from words_in(one)
        case list():
            for one in value:
                yield from words_in(one)


def assert_told(reply: Reply) -> None:
    assert reply.status in {400, 409, 422}, reply.body
    assert reply.json["code"], reply.body


@pytest.mark.parametrize("name", WRITES)
def test_text_is_given_back_as_it_was_written_or_refused__I18(
    hall: Hall, things: dict[str, str], name: str
) -> None:
    write, kept = WRITES[name], 0
    shown = who(hall, write.who)
    for n, text in enumerate(TEXTS):
        body = put(write.body, text, f"{abs(hash(name))}-{n}", things)
        reply = hall.ask(write.method, write.path.format(**things), body, **shown)
        if reply.status >= 300:
            assert_told(reply)
            continue
        back = hall.ask("GET", write.back.format(**things), **shown)
        assert back.status == 200, back.body
        assert (back.headers["Content-Type"] or "").startswith("application/json")
        assert text in set(words_in(back.json)), (name, text)
        kept += 1
        if name == "a reference":  # a case holds so many
            path = f"{write.path}/{reply.json['file_id']}".replace("references", "files")
            assert hall.ask("DELETE", path.format(**things), **shown).status == 204
    assert kept > 0, name


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
    week = do({"type": "set_week", "counter_ids": ["W20"], "shifts": [shift], "reason": "x"})
    order = put(week, "", "exports", things)
    assert hall.ask("POST", f"{MAIN}/roster", order, **chief).status == 200
    for n, text in enumerate(CORPUS["formula"]):
        names = put(NAMES | {"name_zh": "$", "name_en": "$"}, text, "", things)
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


def test_a_line_of_the_log_stays_one_line_of_json__I19(hall: Hall, things: dict[str, str]) -> None:
    """Ids of commands, addresses and user names are what a stranger can have written there."""
    for text in TEXTS:
        order = put(do({"type": "recall", "counter_id": "$"}), text, f"log-{hash(text)}", things)
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


async def test_pages_show_hostile_texts_and_run_none__I18(
    hall: Hall, things: dict[str, str], browser: Browser
) -> None:
    text = "<img src=x onerror=window.pwned=1><script>pwned=1</script>"
    chief = who(hall, "supervisor")
    for name in ("a notice", "an account's name", "a reference"):
        write = WRITES[name]
        body = put(write.body, text, f"page-{abs(hash(name))}", things)
        reply = hall.ask(write.method, write.path.format(**things), body, **who(hall, write.who))
        assert reply.status < 300, (name, reply.body)
    key, _, value = chief["Cookie"].partition("=")
    context = await browser.new_context()
    await context.add_cookies([{"name": key, "value": value, "url": hall.url}])
    shown = 0
    for path in ("board/Z1", "ops", f"ops/cases?case={things['case']}", "ops/rosters", "counter"):
        page = await context.new_page()
        await page.goto(f"{hall.url}/{path}", wait_until="networkidle")
        shown += (await page.content()).count("&lt;img src=x onerror")
        assert await page.evaluate("window.pwned") is None, path
        assert await page.locator("img[src=x]").count() == 0, path
        await page.close()
    await context.close()
    assert shown > 0
