"""The whole catalogue over HTTP: who may, what is shown first, one effect, nothing half (CX1)."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from openpyxl import load_workbook

from tests.hall import Hall, Reply, until
from tests.office.desk import fresh_id, headers
from tests.web.test_problems import problem

ROOT = "/api/halls/main/catalogue"


def exported(hall: Hall, form: str = "json", username: str = "editor") -> Any:
    reply = hall.ask("GET", f"{ROOT}/export?format={form}", **headers(hall, username))
    assert reply.status == 200, reply.body
    return reply.json if form == "json" else reply.body


def sent(hall: Hall, what: str, content: bytes, username: str = "admin", **query: Any) -> Reply:
    path = f"{ROOT}/{what}?{urlencode(query)}"
    return hall.ask("POST", path, content, **headers(hall, username))


def checked(hall: Hall, raw: Any, **query: Any) -> Any:
    content = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    reply = sent(hall, "check", content, **query)
    assert reply.status == 200, reply.body
    return reply.json


def taken(hall: Hall, raw: Any, preview: Any, id: str, **query: Any) -> Reply:
    content = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    query = {"id": id, "mark": preview["mark"], "valid_from": preview["valid_from"]} | query
    return sent(hall, "import", content, **query)


def service(raw: Any, service_id: str) -> Any:
    return next(one for one in raw["services"] if one["service_id"] == service_id)


def test_what_is_written_and_brought_back_changes_nothing__CX1(hall: Hall) -> None:
    raw = exported(hall)
    things = len(raw["departments"]) + len(raw["services"])

    def is_known_to_all() -> bool:  # a process hears late of what others changed
        size = hall.ask("GET", ROOT, **headers(hall, "editor")).json
        return bool(size["departments"] + size["services"] == things)

    until(is_known_to_all, 15)
    for form in ("json", "xlsx"):
        content = exported(hall, form)
        content = json.dumps(content).encode() if form == "json" else content
        preview = checked(hall, content, withdraws="true")
        assert (preview["changes"], preview["faults"]) == ([], [])
        assert preview["unchanged"] == things + 1 > 80  # and the hall's questions


def test_file_is_shown_then_taken_once_however_often_it_is_sent__CX1(hall: Hall) -> None:
    raw, own_id = exported(hall), fresh_id("cx")
    before = hall.ask("GET", f"{ROOT}/export?format=json", **headers(hall, "editor")).body
    service(raw, "PO-02")["phone"] = "010-1234"
    raw["services"].append(service(raw, "PO-01") | {"service_id": "PO-90"})
    preview = checked(hall, raw)
    told = {(change["id"], change["how"]) for change in preview["changes"]}
    assert told == {("PO-02", "changed"), ("PO-90", "added")}
    assert service(exported(hall), "PO-02")["phone"] == ""  # shown only
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda _: taken(hall, raw, preview, own_id), range(4)))
    assert {reply.status for reply in replies} == {200}, [reply.body for reply in replies]
    assert {json.dumps(reply.json) for reply in replies} == {json.dumps(replies[0].json)}
    assert replies[0].json | {"valid_from": ""} == {
        "valid_from": "",
        "added": 1,
        "changed": 1,
        "withdrawn": 0,
    }
    assert checked(hall, raw)["changes"] == []
    audit = hall.ask("GET", "/api/halls/main/audit?kind=catalogue", **headers(hall, "auditor")).json
    records = [one for one in audit["records"] if one["id"] == own_id]
    assert {one["after"] for one in records} == {sha256(json.dumps(raw).encode()).hexdigest()}
    (kept,) = {one["before"] for one in records} - {None}  # repeats changed nothing
    assert kept == sha256(before).hexdigest()
    until(lambda: b"010-1234" in hall.ask("GET", "/services/PO-02").body, 15)
    until(lambda: hall.ask("GET", "/services/PO-90").status == 200, 15)
    assert exported(hall) == raw  # so that to send it anew is to repeat it
    other = raw | {"services": raw["services"][:3]}
    problem(taken(hall, other, preview, own_id), 422, "id_in_use")
    # Sent once more as another request it is on a catalogue that is not there any more.
    problem(taken(hall, raw, preview, fresh_id("cx")), 409, "catalogue_outdated")


def test_what_changed_since_it_was_looked_at_is_not_written_over__CX1(hall: Hall) -> None:
    first, second = exported(hall), exported(hall)
    service(first, "PO-03")["phone"] = "1"
    service(second, "PO-03")["phone"] = "2"
    previews = checked(hall, first), checked(hall, second)
    assert taken(hall, first, previews[0], fresh_id("cx")).status == 200
    problem(taken(hall, second, previews[1], fresh_id("cx")), 409, "catalogue_outdated")
    assert service(exported(hall), "PO-03")["phone"] == "1"


def test_file_with_a_fault_changes_nothing_at_all__CX1(hall: Hall) -> None:
    raw = exported(hall)
    service(raw, "PO-04")["phone"] = "3"
    service(raw, "PO-05")["department_id"] = "nowhere"
    preview = checked(hall, raw)
    assert [fault["code"] for fault in preview["faults"]] == ["no_such_department"]
    problem(taken(hall, raw, preview, fresh_id("cx")), 422, "catalogue_faulty")
    assert service(exported(hall), "PO-04")["phone"] == ""


def test_window_that_the_plan_lacks_is_taken_once_somebody_says_that_it_follows__DR4(
    hall: Hall,
) -> None:
    raw = exported(hall)
    service(raw, "PO-05")["counter_ids"] = ["W99"]
    preview = checked(hall, raw)
    assert preview["faults"] == []
    (lacking,) = preview["unplanned"]
    assert (lacking["code"], lacking["id"], lacking["services"]) == ("no_such_counter", "W99", 1)
    problem(taken(hall, raw, preview, fresh_id("cx")), 422, "catalogue_faulty")
    reply = taken(hall, raw, preview, fresh_id("cx"), plan_follows="true")
    assert reply.json["changed"] == 1

    def is_listed() -> bool:
        found = hall.ask("GET", f"{ROOT}/findings", **headers(hall, "editor")).json["findings"]
        return ("PO-05", "no_such_counter") in {(f["service_id"], f["code"]) for f in found}

    until(is_listed, 15)  # the other process knows what is of some seconds ago


def test_service_ends_only_when_that_is_asked_for__CX1(hall: Hall) -> None:
    raw = exported(hall)
    gone = raw["services"].pop()["service_id"]
    assert checked(hall, raw)["changes"] == []
    preview = checked(hall, raw, withdraws="true")
    assert [(change["id"], change["how"]) for change in preview["changes"]] == [(gone, "withdrawn")]
    tomorrow = {"withdraws": "true", "valid_from": next_day(hall)}
    later = checked(hall, raw, **tomorrow)
    assert taken(hall, raw, later, fresh_id("cx"), **tomorrow).json["withdrawn"] == 1
    assert gone in {one["service_id"] for one in exported(hall)["services"]}
    then = hall.ask(
        "GET", f"{ROOT}/export?format=json&day={next_day(hall)}", **headers(hall, "editor")
    ).json
    assert gone not in {one["service_id"] for one in then["services"]}
    service(raw := exported(hall), gone)["phone"] = "4"
    (fault,) = checked(hall, raw)["faults"]  # tomorrow it would end all the same
    assert (fault["code"], fault["found"]) == ("followed", gone)


def next_day(hall: Hall) -> str:
    today = hall.ask("GET", ROOT, **headers(hall, "editor")).json["today"]
    return str(date.fromisoformat(today) + timedelta(days=1))


def test_sheet_that_somebody_changed_is_taken__CX1(hall: Hall) -> None:
    book = load_workbook(BytesIO(exported(hall, "xlsx")))
    page = book["services"]
    columns = [cell.value for cell in page[1]]
    row = next(n for n in range(3, page.max_row) if page.cell(n, 1).value == "HR-02")
    page.cell(row, columns.index("phone") + 1).value = 62781234  # a number, as Excel makes it
    file = BytesIO()
    book.save(file)
    preview = checked(hall, file.getvalue())
    (change,) = preview["changes"]
    assert [(field["field"], field["after"]) for field in change["fields"]] == [
        ("phone", "62781234")
    ]
    assert taken(hall, file.getvalue(), preview, fresh_id("cx")).status == 200
    assert service(exported(hall), "HR-02")["phone"] == "62781234"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"valid_from": "2020-01-01"}, 422),
        ({"valid_from": "2099-01-01"}, 422),
        ({"valid_from": "tomorrow"}, 400),
        ({"withdraws": "perhaps"}, 400),
    ],
)
def test_day_that_makes_no_sense_is_refused(hall: Hall, query: dict[str, str], status: int) -> None:
    assert sent(hall, "check", b"{}", **query).status == status


def test_file_that_is_too_large_is_refused(hall: Hall) -> None:
    assert sent(hall, "check", b" " * (8 * 1024 * 1024 + 1)).status == 413


def test_who_may_read_the_catalogue_may_not_replace_it__I18(hall: Hall) -> None:
    assert exported(hall, username="supervisor")["services"]
    for username in ("editor", "supervisor", "manager", "w01", "auditor"):
        problem(sent(hall, "check", b"{}", username=username), 403, "forbidden")
        query = {"id": "x", "mark": 0, "valid_from": next_day(hall)}
        problem(sent(hall, "import", b"{}", username=username, **query), 403, "forbidden")
    problem(hall.ask("GET", f"{ROOT}/export", **headers(hall, "manager")), 403, "forbidden")


def test_addresses_that_are_none_end_no_check_of_the_others__CX2(hall: Hall) -> None:
    """Told as malformed, whether somebody could ask for them or nobody ever will."""
    raw = exported(hall)
    bad = ["http://xn--a/", "http://8.8.8.8:99999/", f"http://8.8.8.8/{'门' * 1900}"]
    service(raw, "PO-01")["summary"]["zh"] = bad[0] + " " + bad[1]
    service(raw, "PO-02")["summary"]["zh"] = bad[2]
    assert taken(hall, raw, checked(hall, raw), fresh_id("cx")).status == 200

    def part(query: str = "") -> Reply:
        return hall.ask("POST", f"{ROOT}/links{query}", b"", **headers(hall, "editor"))

    def outcomes() -> Any:
        reply = part()
        assert reply.status == 200, reply.body
        found = hall.ask("GET", f"{ROOT}/findings", **headers(hall, "editor")).json["links"]
        return {link["url"]: link["outcome"] for link in found}

    until(lambda: outcomes() == dict.fromkeys(bad, "malformed"), 15)
    problem(part("?since=2026-11-23T00:00:00"), 422, "malformed")
    begun = quote(part().json["since"])
    until(lambda: part(f"?since={begun}").json["checked"] == 0, 15)  # each was asked for by then
