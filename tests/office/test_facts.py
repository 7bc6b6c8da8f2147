"""What the university holds of the visitor at the window: for that window, and on record (FA1)."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.hall import Hall, Reply
from tests.office.desk import cmd, do, done, headers, open_case
from tests.office.test_visits import COUNTER, DEVICE, act, act_queue, clerk
from tests.web.test_problems import problem

__all__ = ["clerk"]
FACTS = "/api/halls/main/cases/facts"
STUDENT = "DEMO0001"  # of whom backend/demo/facts.py has an enrolment and an account
SERVICE = "LI-01"


def visit(hall: Hall, clerk: dict[str, str], **how: str) -> Iterator[dict[str, str]]:
    day = hall.ask("GET", "/api/halls/main/topics/queues").json["view"]["day"]
    act(hall, DEVICE, "take_ticket", queue_id=act_queue(hall, clerk), **how)
    called = act(hall, clerk, "call_next", **COUNTER)
    act(hall, clerk, "start_serving", **COUNTER)
    yield {"day": day, "ticket_id": called["ticket_id"]}
    act(hall, clerk, "finish_serving", **COUNTER)


@pytest.fixture
def student(hall: Hall, clerk: dict[str, str]) -> Iterator[dict[str, str]]:
    """The ticket of a student who stands at the library's window."""
    yield from visit(hall, clerk, channel="card", card=STUDENT)


@pytest.fixture
def anonymous(hall: Hall, clerk: dict[str, str]) -> Iterator[dict[str, str]]:
    """The ticket of nobody known."""
    yield from visit(hall, clerk, channel="anonymous")


def read(
    hall: Hall, who: dict[str, str], ticket: dict[str, str], service_id: str = SERVICE
) -> Reply:
    query = f"?ticket_id={ticket['ticket_id']}&service_id={service_id}"
    return hall.ask("GET", FACTS + query, **who)


def records(hall: Hall) -> list[dict[str, Any]]:
    """What the audit has of readings, oldest first."""
    path = "/api/halls/main/audit?verb=facts.read"
    reply = hall.ask("GET", path, **headers(hall, "auditor"))
    assert reply.status == 200, reply.body
    return list(reversed(reply.json["records"]))


def test_clerk_reads_what_the_visitor_need_not_bring__FA1(
    hall: Hall, clerk: dict[str, str], student: dict[str, str]
) -> None:
    """And the case says which material nobody brought."""
    reply = read(hall, clerk, student)
    assert reply.status == 200, reply.body
    assert reply.headers["Cache-Control"] == "no-store"
    (fact,) = reply.json["facts"]
    assert (fact["kind_id"], fact["materials"], fact["as_of"]) == (
        "enrolment",
        ["m1"],
        "2026-11-01",
    )
    assert fact["value"]["en"] == "undergraduate, electrical engineering"
    receive = cmd("receive_forms", by_facts=["m1"], ticket=student)
    case = done(hall, clerk, open_case(SERVICE, ticket=student), receive)
    (material,) = case["materials"]
    assert (material["is_handed_in"], material["is_by_facts"]) == (True, True)


def test_nobody_elses_visitor_is_told_of__FA1_I18(
    hall: Hall, clerk: dict[str, str], student: dict[str, str]
) -> None:
    for name in ("w02", "supervisor", "manager"):
        problem(read(hall, headers(hall, name), student), 404, "unknown_ticket")
    for name in ("admin", "greeter", "auditor"):
        problem(read(hall, headers(hall, name), student), 403, "forbidden")
    problem(read(hall, {}, student), 401, "unauthenticated")
    problem(read(hall, clerk, {"ticket_id": "none"}), 404, "unknown_ticket")


def test_service_of_another_department_tells_nothing__FA1_I18(
    hall: Hall, clerk: dict[str, str], student: dict[str, str]
) -> None:
    problem(read(hall, clerk, student, "UG-01"), 403, "forbidden")
    problem(read(hall, clerk, student, "none"), 404, "unknown_service")


def test_every_reading_is_on_record__FA1_I18(
    hall: Hall, clerk: dict[str, str], student: dict[str, str]
) -> None:
    before = len(records(hall))
    read(hall, clerk, student)
    read(hall, clerk, student, "UG-01")
    read(hall, headers(hall, "w02"), student)
    seen = [(r["who"], r["id"], r["result"]) for r in records(hall)[before:]]
    ticket_id = student["ticket_id"]
    assert seen == [
        ("w30", f"{ticket_id}/{SERVICE}/enrolment", "done"),
        ("w30", f"{ticket_id}/UG-01", "denied"),
        ("w02", f"{ticket_id}/{SERVICE}", "refused"),
    ]


def test_of_an_anonymous_visitor_nothing_is_held__FA1(
    hall: Hall, clerk: dict[str, str], anonymous: dict[str, str]
) -> None:
    assert read(hall, clerk, anonymous).json == {"facts": [], "away": []}


def test_clerk_makes_no_fact_up__FA1(hall: Hall, clerk: dict[str, str]) -> None:
    reply = do(hall, clerk, open_case("LI-03"), cmd("receive_forms", by_facts=["m1"]))
    assert (reply.status, reply.json["code"]) == (409, "unknown_material")
