"""Whatever staff do or try over HTTP and sockets leaves one record, and no data in it (I18)."""

import asyncio
import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest
from litestar.handlers import HTTPRouteHandler

from backend.app import make_app
from backend.audited import Audited
from backend.parts import make_parts
from backend.settings import read_settings
from backend.store.audit import AuditRecord, digest, record_hash
from tests.hall import Hall, until
from tests.web.test_devices import asked, fresh_key, let_in
from tests.web.test_sockets import ask, opened

AT = "2026-11-23T09:00:00Z"
OPEN = {
    *("list_halls", "hello", "ready", "health"),
    *("find_ticket", "why_mine", "past_visit", "track_case", "my_answer", "rate_my_answer"),
    *("ask_question", "follow_question", "go_on_with_question", "list_questions", "ask_assistant"),
    *("ask_enrolment", "my_enrolment"),
    *("list_bookable", "free_slots", "hold_place", "my_booking", "do_booking", "find_booking"),
    *("calendar_entry", "appeal_block", "visit_times", "shown_notices"),
    # Of visitors' own: tests/e2e/test_mine.py
    *("who_visits", "leave", "my_things", "my_messages", "read_messages", "link_things"),
    *("list_contacts", "add_contact", "prove_contact", "remove_contact"),
    *("case_messages", "stop_contact", "find_case"),
    *(
        "begin_at_campus",
        "back_from_campus",
        "ended_at_campus",
        "sign_in",
        "sign_out",
        "who_am_i",
        "keep_session",
    ),
}
"""Handlers for everybody, who need not say who they are."""
FILLED = {"hall_id": "main", "version": "1", "year": "2026"}
LIMIT_S = 10.0
QUERY = (
    f"?number=A001&at={AT}&since={AT}&until={AT}&day=2026-01-05&first=2026-01-05&last=2026-01-11"
    "&measures=issued&from=2026-01-05&to=2026-01-05&ticket_id=none&service_id=HR-01&id=audited&mark=0&valid_from=2026-01-05"
)
"""What some addresses have to have behind them; the others take no notice."""


def handlers() -> Iterator[tuple[str, str, HTTPRouteHandler, Audited | None]]:
    """Method, path and handler of everything that the application answers."""
    nowhere = {
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/x",
        "REDIS_URL": "redis://127.0.0.1:9",
    }
    for route in make_app(make_parts(read_settings(nowhere))).routes:
        for handler in getattr(route, "route_handlers", []):
            for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"}):
                told = getattr(handler.fn, "audited", None)
                yield method, route.path, handler, told


def records(hall: Hall) -> list[dict[str, Any]]:
    """Every record of the hall, oldest first, without those of the recorder."""

    async def read() -> list[Any]:
        connection = await asyncpg.connect(hall.given("DATABASE_URL"))
        try:
            rows = await connection.fetch(
                "SELECT * FROM audit WHERE kind <> 'commits' ORDER BY seq"
            )
            return list(rows)
        finally:
            await connection.close()

    return [dict(row) for row in asyncio.run(read())]


def left_by(hall: Hall, act: Callable[[], object]) -> list[dict[str, Any]]:
    """The records that came with what was done."""
    before = len(records(hall))
    act()
    return records(hall)[before:]


def denied_by(hall: Hall, name: str, told: Audited) -> list[dict[str, Any]]:
    """The newest record, once it is of this denial."""

    def is_kept() -> bool:
        last = records(hall)[-1]
        return (last["who"], last["verb"], last["result"]) == (name, told.verb, "denied")

    until(is_kept, LIMIT_S)
    return records(hall)[-1:]


def test_every_route_is_open_to_all_or_audited__I18() -> None:
    unhooked = [
        (method, path)
        for method, path, handler, told in handlers()
        if told is None and handler.handler_name not in OPEN and path.startswith("/api/")
    ]
    assert unhooked == []


def test_every_audited_route_leaves_one_record_of_each_request__I18(hall: Hall) -> None:
    chief, clerk = {"Cookie": hall.cookie("supervisor")}, {"Cookie": hall.cookie("w01")}
    walked = 0
    for method, path, handler, told in handlers():
        if told is None or handler.handler_name in OPEN:
            continue
        address = re.sub(r"\{(\w+):\w+\}", lambda m: FILLED.get(m[1], "x"), path)
        body: object = {} if method != "GET" else None
        for who, name in ((chief, "supervisor"), (clerk, "w01")):
            reply: Any = None

            def request(who: dict[str, str] = who) -> None:
                nonlocal reply
                reply = hall.ask(method, address + QUERY, body, **who)  # noqa: B023 (called at once)

            left = left_by(hall, request)
            is_denied = reply.status in {401, 403}
            if is_denied and not left:  # what a handler depends on denied it: kept a moment later
                left = denied_by(hall, name, told)
            if not told.only_denied or is_denied:
                assert len(left) == 1, (method, address, name, reply.status, reply.body)
                (record,) = left
                assert (record["who"], record["verb"]) == (name, told.verb)
                expected = "denied" if is_denied else "done" if reply.status < 400 else "refused"
                assert record["result"] == expected, (method, address, name, reply.body)
            else:
                assert left == [], (method, address, name)
            walked += 1
    assert walked > 30


def test_nobody_who_did_not_sign_in_leaves_a_record__I18(hall: Hall) -> None:
    assert left_by(hall, lambda: hall.ask("GET", "/api/halls/main/devices")) == []
    assert left_by(hall, lambda: hall.ask("GET", "/api/halls/main/staff", Cookie="x=y")) == []


def test_record_says_who_did_what_and_keeps_digests_only__I18(hall: Hall) -> None:
    chief = {"Cookie": hall.cookie("supervisor")}
    code = asked(hall, fresh_key())
    (record,) = left_by(hall, lambda: let_in(hall, chief, code, "K9", "kiosk:K1"))
    kept = {name: record[name] for name in ("who", "role", "device", "verb", "kind", "id")}
    assert kept == {
        "who": "supervisor",
        "role": "supervisor",
        "device": "127.0.0.1",
        "verb": "device.enrol",
        "kind": "device",
        "id": "K9",
    }
    assert (record["hall_id"], record["result"]) == ("main", "done")
    standing = {"device_id": "K9", "scope": ["kiosk:K1"]}
    assert (record["before"], record["after"]) == (None, digest(standing))
    (record,) = left_by(hall, lambda: hall.ask("DELETE", "/api/halls/main/devices/K9", **chief))
    assert (record["verb"], record["id"], record["result"]) == ("device.revoke", "K9", "done")
    (record,) = left_by(hall, lambda: hall.ask("DELETE", "/api/halls/main/devices/K9", **chief))
    assert record["result"] == "refused"


def test_card_that_was_looked_for_is_kept_as_a_keyed_hash_only__I19(hall: Hall) -> None:
    chief, card = {"Cookie": hall.cookie("supervisor")}, "2714909713"
    path = "/api/halls/main/tickets/find"
    (record,) = left_by(hall, lambda: hall.ask("POST", path, {"card": card}, **chief))
    assert record["verb"] == "ticket.find"
    assert re.fullmatch("[0-9a-f]{16}", record["id"])
    for secret in (card, int(card).to_bytes(4, "big").hex()):
        assert secret not in str(record)


def test_command_that_is_denied_over_http_is_kept_with_its_id__I18(hall: Hall) -> None:
    clerk = {"Cookie": hall.cookie("w01")}
    (record,) = left_by(hall, lambda: hall.do("audit-no", {"type": "close_day"}, **clerk))
    assert (record["id"], record["request_id"]) == ("close_day", "audit-no")
    assert record["result"] == "denied"
    recall = {"type": "recall", "counter_id": "W01"}
    assert left_by(hall, lambda: hall.do("audit-yes", recall, **clerk)) == []


async def test_command_and_topic_that_are_denied_on_a_socket_are_kept__I18(hall: Hall) -> None:
    clerk = {"Cookie": await asyncio.to_thread(hall.cookie, "w01")}
    before = len(await asyncio.to_thread(records, hall))
    async with opened(hall, clerk) as socket:
        order = {"type": "do", "id": "audit-socket", "command": {"type": "close_day"}}
        assert (await ask(socket, order))["code"] == "forbidden"
        assert (await ask(socket, {"type": "watch", "topic": "ops"}))["code"] == "forbidden"
    await asyncio.to_thread(until, lambda: len(records(hall)) == before + 2, LIMIT_S)
    left = (await asyncio.to_thread(records, hall))[before:]
    assert [(r["who"], r["verb"], r["id"], r["result"]) for r in left] == [
        ("w01", "command.do", "close_day", "denied"),
        ("w01", "topic.read", "ops", "denied"),
    ]


def test_processes_work_as_a_role_that_may_not_change_the_audit__I18(hall: Hall) -> None:
    async def order(statement: str) -> None:
        connection = await asyncpg.connect(hall.given("DATABASE_URL"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    for process in ("web1", "recorder"):
        environment = Path(f"/proc/{hall.pid(process)}/environ").read_text().split("\0")
        assert "DATABASE_OWNER_URL=" in environment
        (url,) = (line for line in environment if line.startswith("DATABASE_URL="))
        assert url.startswith("DATABASE_URL=postgresql://yizhan@")
    for statement in ("UPDATE audit SET who = 'x'", "DELETE FROM audit", "TRUNCATE audit"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
            asyncio.run(order(statement))


def test_auditor_finds_records_by_who_what_and_result__I18(hall: Hall) -> None:
    auditor = {"Cookie": hall.cookie("auditor")}
    clerk = {"Cookie": hall.cookie("w02")}
    for path in ("plans", "staff"):
        assert hall.ask("GET", f"/api/halls/main/{path}", **clerk).status == 403
    root = "/api/halls/main/audit"
    (record,) = left_by(hall, lambda: hall.ask("GET", f"{root}?who=w02", **auditor))
    kept = (record["who"], record["verb"], record["id"], record["result"])
    assert kept == ("auditor", "audit.read", "who=w02", "done")
    found = hall.ask("GET", f"{root}?who=w02&result=denied", **auditor).json
    assert [one["verb"] for one in found["records"][:2]] == ["staff.list", "plan.list"]
    assert hall.ask("GET", f"{root}?kind=nothing", **auditor).json == {"records": [], "next": None}
    before = found["records"][0]["seq"]
    page = hall.ask("GET", f"{root}?before_seq={before}", **auditor).json
    assert page["records"][0]["seq"] == before - 1
    assert page["next"] is None or len(page["records"]) == 100
    for query in ("since=2026-11-23T09:00:00", "since=x", "result=x", "before_seq=0"):
        assert hall.ask("GET", f"{root}?{query}", **auditor).status in {400, 422}


def test_auditor_exports_a_time_as_a_table__I18(hall: Hall) -> None:
    auditor = {"Cookie": hall.cookie("auditor")}
    hall.ask("DELETE", "/api/halls/main/devices/=cmd()", Cookie=hall.cookie("supervisor"))
    reply = hall.ask("GET", "/api/halls/main/audit/export", **auditor)
    assert reply.headers["Content-Disposition"] == 'attachment; filename="audit.csv"'
    rows = list(csv.DictReader(io.StringIO(reply.body.decode("utf-8-sig"))))
    assert [int(row["seq"]) for row in rows] == sorted(int(row["seq"]) for row in rows)
    assert "'=cmd()" in {row["id"] for row in rows}
    lines = hall.ask("GET", "/api/halls/main/audit/export?form=jsonl", **auditor).body
    record = msgspec.json.decode(lines.splitlines()[-1], type=AuditRecord)
    assert record.hash == record_hash(record)
    assert record.verb == "audit.export"
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    nothing = hall.ask("GET", "/api/halls/main/audit/export?until=2020-01-01T00:00:00Z", **auditor)
    assert len(nothing.body.splitlines()) == 1


def test_signing_in_and_out_and_failing_to_are_kept__I18(hall: Hall) -> None:
    def left(act: Callable[[], object]) -> list[tuple[Any, ...]]:
        return [(r["who"], r["verb"], r["result"]) for r in left_by(hall, act)]

    def sign_in(username: str, password: str) -> None:
        hall.ask("POST", "/api/session", {"username": username, "password": password})

    assert left(lambda: sign_in("w06", "wrong")) == [("w06", "session.begin", "denied")]
    assert left(lambda: sign_in("my password", "wrong")) == []
    assert left(lambda: sign_in("w06", "demo")) == [("w06", "session.begin", "done")]
    cookie = hall.cookie("w06")
    end = left(lambda: hall.ask("DELETE", "/api/session", Cookie=cookie))
    assert end == [("w06", "session.end", "done")]
    assert left(lambda: hall.ask("DELETE", "/api/session", Cookie=cookie)) == []
