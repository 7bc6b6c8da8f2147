"""Recorded days over HTTP: who may read what, and what comes back."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.hall import DEVICE_TOKEN, Hall, Reply, until
from tests.web.test_problems import problem

DEVICE = {"Authorization": f"Bearer {DEVICE_TOKEN}"}
ROOT = "/api/halls/main"


@pytest.fixture(scope="module")
def visit(hall: Hall) -> Iterator[dict[str, Any]]:
    """A ticket that was taken, called and finished at the hall's card centre; its token and id."""
    cookie = {"Cookie": hall.cookie("supervisor")}
    take = {"type": "take_ticket", "queue_id": "R", "channel": "anonymous"}
    reply = hall.do("h-take", take)
    assert reply.status == 200, reply.body
    taken = reply.json["result"]
    hall.do("h-next", take)
    counter_id = counter_of_queue_r(hall)
    for name in ("open_counter", "call_next", "start_serving", "finish_serving"):
        command = {"type": name, "counter_id": counter_id}
        assert hall.do(f"h-{name}", command, **cookie).status == 200
    yield {**taken, **cookie, "counter_id": counter_id}
    hall.do("h-close", {"type": "close_counter", "counter_id": counter_id}, **cookie)


def counter_of_queue_r(hall: Hall) -> str:
    for no in range(31, 0, -1):
        reply = hall.ask(
            "GET", f"{ROOT}/topics/counter:W{no:02d}", Cookie=hall.cookie("supervisor")
        )
        queues = reply.json["view"]["queues"]
        if [queue["queue_id"] for queue in queues] == ["R"]:
            return f"W{no:02d}"
    raise AssertionError("no counter serves queue R alone")


def today(hall: Hall) -> str:
    day: str = hall.ask("GET", f"{ROOT}/topics/board:Z1").json["view"]["day"]
    return day


def as_chief(hall: Hall, path: str) -> Reply:
    return hall.ask("GET", ROOT + path, Cookie=hall.cookie("supervisor"))


def test_recorded_days_have_today(hall: Hall, visit: dict[str, Any]) -> None:
    def is_listed() -> bool:
        days = as_chief(hall, "/days").json
        return bool(days) and days[0]["day"] == today(hall) and days[0]["tickets"] >= 2

    until(is_listed, 10)
    assert as_chief(hall, "/days").json[0]["is_closed"] is False


def test_why_tells_staff_the_way_of_a_ticket(hall: Hall, visit: dict[str, Any]) -> None:
    path = f"{ROOT}/tickets/{visit['ticket_id']}/why"
    for who in ("supervisor", "w03"):
        reply = hall.ask("GET", path, Cookie=hall.cookie(who))
        assert reply.status == 200, reply.body
        account = reply.json
        assert account["state"] == "done"
        assert [line["type"] for line in account["lines"]][:2] == ["taken", "called"]
        assert visit["token"] not in reply.body.decode()
    dated = hall.ask("GET", f"{path}?day={today(hall)}", Cookie=hall.cookie("w03"))
    assert dated.json == account


def test_visitor_reads_why_by_the_token_alone(hall: Hall, visit: dict[str, Any]) -> None:
    path = f"/api/tickets/{visit['token']}/why"
    first, second = hall.ask("GET", path), hall.ask("GET", path)
    assert first.status == 200
    assert first.json == second.json
    assert first.json["ticket_id"] == visit["ticket_id"]
    problem(hall.ask("GET", "/api/tickets/somebody-elses/why"), 404, "unknown_ticket")


def test_screen_then_is_the_show_of_then(hall: Hall, visit: dict[str, Any]) -> None:
    now = datetime.now(UTC)
    live = as_chief(hall, f"/topics/counter:{visit['counter_id']}").json
    path = f"/days/{today(hall)}/topics/counter:{visit['counter_id']}?at="
    then = as_chief(hall, path + now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")).json
    assert (then["epoch"], then["view"]) == (live["epoch"], live["view"])
    early = now - timedelta(days=2)
    before = as_chief(hall, path + early.strftime("%Y-%m-%dT%H:%M:%SZ"))
    problem(before, 404, "unknown_day")


def test_course_tells_when_the_screen_changed(hall: Hall, visit: dict[str, Any]) -> None:
    path = f"/days/{today(hall)}/topics/counter:{visit['counter_id']}/course"
    course = as_chief(hall, path).json
    assert course["calls_ms"]
    assert set(course["calls_ms"]) <= set(course["changes_ms"])
    began_at = datetime.fromisoformat(course["began_at"])
    called_at = began_at + timedelta(milliseconds=course["calls_ms"][0] + 1)
    at = called_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    view = as_chief(hall, path.replace("/course", f"?at={at}")).json["view"]
    assert view["ticket"]["ticket_id"] == visit["ticket_id"]
    problem(as_chief(hall, f"/days/{today(hall)}/topics/board:Z99/course"), 404, "unknown_topic")


def test_ticket_of_a_recorded_day_is_found_by_what_a_visitor_says(
    hall: Hall, visit: dict[str, Any]
) -> None:
    number = visit["number"]
    for said in (number, number.lower(), f"{number[0]}{int(number[1:])}"):
        found = as_chief(hall, f"/days/{today(hall)}/tickets?number={said}").json["tickets"]
        assert [one["ticket"]["ticket_id"] for one in found] == [visit["ticket_id"]]
    assert as_chief(hall, f"/days/{today(hall)}/tickets?number=Z999").json["tickets"] == []
    problem(as_chief(hall, "/days/1999-01-01/tickets?number=1"), 404, "unknown_day")
    problem(as_chief(hall, f"/days/{today(hall)}/tickets?number="), 400, "bad_request")


def test_replay_of_the_day_is_a_report(hall: Hall, visit: dict[str, Any]) -> None:
    order = {"day": today(hall)}
    reply = hall.ask("POST", f"{ROOT}/replay", order, Cookie=visit["Cookie"])
    assert reply.status == 200, reply.body
    report = reply.json
    assert report["recorded"]["taken"] >= 2
    assert report["tried"] is None
    assert report["fidelity"]["tickets"] >= 1


def test_faults_of_an_order_are_told_with_their_place(hall: Hall, visit: dict[str, Any]) -> None:
    cookie = {"Cookie": visit["Cookie"]}

    def order(body: object) -> Reply:
        return hall.ask("POST", f"{ROOT}/replay", body, **cookie)

    problem(order({"day": "1999-01-01"}), 404, "unknown_day")
    problem(order({"day": "yesterday"}), 422, "malformed")
    problem(order(b"{"), 400, "malformed")
    reply = order({"day": today(hall), "plan": {"hall_id": "main", "version": "one"}})
    problem(reply, 422, "plan_faulty")
    assert "/version" in [fault["path"] for fault in reply.json["faults"]]
    reply = order({"day": today(hall), "rule": "wait_mn * 2"})
    problem(reply, 422, "rule_unknown_fact")
    assert reply.json["detail"].startswith("line 1, column 1: ")


@pytest.mark.parametrize(
    "path",
    [
        "/days/today/topics/board:Z1?at=2026-11-23T01:00:00Z",
        "/days/2026-11-23/topics/board:Z1?at=noon",
        "/days/2026-11-23/topics/board:Z1?at=2026-11-23T01:00:00",
        "/tickets/20261123-A001/why?day=today",
    ],
)
def test_days_and_instants_of_another_form_are_422(hall: Hall, path: str) -> None:
    problem(as_chief(hall, path), 422, "malformed")


def test_screen_without_an_instant_is_400(hall: Hall) -> None:
    problem(as_chief(hall, "/days/2026-11-23/topics/board:Z1"), 400, "bad_request")


def test_only_those_in_the_table_read_recorded_days__I18(hall: Hall) -> None:
    clerk = {"Cookie": hall.cookie("w03")}
    screen = "/days/2026-11-23/topics/board:Z1?at=2026-11-23T01:00:00Z"
    tickets = "/days/2026-11-23/tickets?number=1"
    for path in ("/days", screen, "/days/2026-11-23/topics/board:Z1/course", tickets):
        problem(hall.ask("GET", ROOT + path), 401, "unauthenticated")
        problem(hall.ask("GET", ROOT + path, **DEVICE), 403, "forbidden")
        problem(hall.ask("GET", ROOT + path, **clerk), 403, "forbidden")
    order = {"day": "2026-11-23"}
    problem(hall.ask("POST", f"{ROOT}/replay", order), 401, "unauthenticated")
    problem(hall.ask("POST", f"{ROOT}/replay", order, **clerk), 403, "forbidden")
    problem(hall.ask("GET", f"{ROOT}/tickets/20261123-A001/why"), 401, "unauthenticated")
    problem(hall.ask("GET", f"{ROOT}/tickets/20261123-A001/why", **DEVICE), 403, "forbidden")
    problem(as_chief(hall, screen.replace("board:Z1", "printer:P1")), 403, "forbidden")
    problem(as_chief(hall, screen.replace("board:Z1", "nonsense")), 404, "unknown_topic")
    unknown = hall.ask("GET", "/api/halls/none/days", **clerk)
    problem(unknown, 404, "unknown_hall")
    assert json.loads(unknown.body)["title"]
