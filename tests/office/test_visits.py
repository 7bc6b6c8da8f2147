"""Cases of whoever is at the counter: by their ticket, with papers for them to take home."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.hall import DEVICE_TOKEN, Hall
from tests.office.desk import (
    ACCEPT,
    ALL_HR_04,
    ROOT,
    cmd,
    do,
    done,
    fresh_id,
    headers,
    listed,
    open_case,
)
from tests.web.test_problems import problem

DEVICE = {"Authorization": f"Bearer {DEVICE_TOKEN}"}
COUNTER = {"counter_id": "W30"}
ALL_HR_06 = cmd("receive_forms", handed_in=["m1", "m2"])


def act(hall: Hall, who: dict[str, str], type: str, **fields: Any) -> Any:
    reply = hall.do(fresh_id("act"), {"type": type, **fields}, **who)
    assert reply.status == 200, reply.body
    return reply.json["result"]


@pytest.fixture(scope="module")
def clerk(hall: Hall) -> Iterator[dict[str, str]]:
    """The library's clerk, at the open window 30."""
    who = headers(hall, "w30")
    act(hall, who, "open_counter", **COUNTER)
    yield who
    act(hall, who, "close_counter", **COUNTER)


@pytest.fixture
def ticket(hall: Hall, clerk: dict[str, str]) -> Iterator[dict[str, str]]:
    """A ticket whose visitor stands at window 30."""
    day = hall.ask("GET", "/api/halls/main/topics/queues").json["view"]["day"]
    queue = act_queue(hall, clerk)
    taken = act(hall, DEVICE, "take_ticket", channel="anonymous", queue_id=queue)
    called = act(hall, clerk, "call_next", **COUNTER)
    assert called["ticket_id"] == taken["ticket_id"]
    act(hall, clerk, "start_serving", **COUNTER)
    yield {"day": day, "ticket_id": taken["ticket_id"]}
    act(hall, clerk, "finish_serving", **COUNTER)


def act_queue(hall: Hall, clerk: dict[str, str]) -> str:
    view = hall.ask("GET", "/api/halls/main/topics/counter:W30", **clerk).json["view"]
    return str(view["queues"][0]["queue_id"])


def test_clerk_takes_in_what_the_visitor_at_the_window_wants__I18(
    hall: Hall, clerk: dict[str, str], ticket: dict[str, str]
) -> None:
    """Also for another office; the decision on what takes time is that office's."""
    case = done(hall, clerk, open_case("HR-04", ticket=ticket), ALL_HR_04, ACCEPT)
    assert (case["visits"], case["ticket"]) == (1, ticket)
    assert "start_process" not in [a["command"] for a in case["acts"]]
    start = do(hall, clerk, cmd("start_process"), case_id=case["case_id"])
    problem(start, 403, "forbidden")
    mine = hall.ask("GET", f"{ROOT}/of-ticket/{ticket['ticket_id']}", **clerk).json
    assert [line["case_id"] for line in mine["cases"]] == [case["case_id"]]
    assert case["case_id"] in listed(hall, clerk, "kind=mine&count=100")
    second = do(hall, clerk, open_case("HR-04", ticket=ticket))
    assert second.json["code"] == "ticket_has_case"


def test_two_pages_open_the_same_matter_once__CS4_I7(
    hall: Hall, clerk: dict[str, str], ticket: dict[str, str]
) -> None:
    """At the same moment, over two web processes, each with an id of its own."""
    with ThreadPoolExecutor(4) as pool:
        asked = [
            pool.submit(do, hall, clerk, open_case("HR-06", ticket=ticket), ALL_HR_06, ACCEPT)
            for _ in range(4)
        ]
        answers = [answer.result().json for answer in asked]
    told = sorted(answer.get("code", "done") for answer in answers)
    assert told == ["done", "ticket_has_case", "ticket_has_case", "ticket_has_case"]
    mine = hall.ask("GET", f"{ROOT}/of-ticket/{ticket['ticket_id']}", **clerk).json
    assert len(mine["cases"]) == 1


def test_ticket_of_another_window_is_as_if_it_were_not_there__I18(
    hall: Hall, clerk: dict[str, str], ticket: dict[str, str]
) -> None:
    other = headers(hall, "w02")
    problem(do(hall, other, open_case("HR-04", ticket=ticket)), 403, "forbidden")
    of_ticket = f"{ROOT}/of-ticket/{ticket['ticket_id']}"
    problem(hall.ask("GET", of_ticket, **other), 404, "unknown_ticket")
    case = done(hall, other, open_case("HR-04"))
    supply = cmd("receive_forms", handed_in=["m1"], ticket=ticket)
    problem(do(hall, other, supply, case_id=case["case_id"]), 404, "unknown_ticket")
    chief = headers(hall, "supervisor")
    assert hall.ask("GET", of_ticket, **chief).json["cases"] == []


def test_papers_come_out_in_the_visitors_zone__CS1_CS4(
    hall: Hall, clerk: dict[str, str], ticket: dict[str, str]
) -> None:
    receive = cmd("receive_forms", handed_in=["m1"])
    ask = cmd("ask_correction", materials=["m2", "m3"])
    case = done(hall, clerk, open_case("HR-04", ticket=ticket), receive, ask)
    path, asked = f"{ROOT}/{case['case_id']}/receipt", fresh_id("paper")
    first = hall.ask("POST", path, {"id": asked}, **clerk)
    assert (first.status, first.json) == (200, {"kiosk_id": "K4"})
    assert hall.ask("POST", path, {"id": asked}, **clerk).json == first.json
    supply = cmd("supply_materials", handed_in=["m2", "m3"])
    case = done(hall, clerk, supply, ACCEPT, case_id=case["case_id"])
    assert hall.ask("POST", path, {"id": fresh_id("paper")}, **clerk).status == 200
    due = hall.ask("GET", "/api/halls/main/topics/printer:P4", **DEVICE).json["view"]
    missing, accepted = (job["receipt"] for job in due["receipts"][-2:])
    assert [name["en"] for name in missing["missing"]] == [
        "Completed application form",
        "One 1-inch ID photo",
    ]
    assert (accepted["number"], accepted["due_day"]) == (case["number"], case["due"]["due_day"])
    assert accepted["track_path"] == case["track_path"]
    outsider = headers(hall, "w01")
    problem(hall.ask("POST", path, {"id": "p"}, **outsider), 404, "unknown_case")


def test_paper_is_for_a_visitor_who_is_there_and_a_case_that_has_one(
    hall: Hall, clerk: dict[str, str], ticket: dict[str, str]
) -> None:
    case = done(hall, clerk, open_case("HR-04", ticket=ticket))
    path = f"{ROOT}/{case['case_id']}/receipt"
    problem(hall.ask("POST", path, {"id": fresh_id()}, **clerk), 409, "case_draft")
    done(hall, clerk, ALL_HR_04, ACCEPT, case_id=case["case_id"])
    named = {"id": fresh_id(), "ticket_id": "20990101-A001"}
    problem(hall.ask("POST", path, named, **clerk), 404, "unknown_ticket")
    absent = headers(hall, "w02")
    problem(hall.ask("POST", path, {"id": fresh_id()}, **absent), 404, "unknown_ticket")
