"""A bad rating's way over HTTP: from the pad to the answer that its visitor reads (EV3)."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from backend.demo.hall import HALL_ID
from backend.recorder.counting import count_hall
from backend.store.counts import Counts
from backend.store.database import Database
from backend.store.followups import FollowUps
from backend.store.plans import Plans
from tests.hall import DEVICE_TOKEN, Hall, Reply, until
from tests.office.desk import headers

ROOT = "/api/halls/main/followups"
DEVICE = {"Authorization": f"Bearer {DEVICE_TOKEN}"}
CALL_BACK = {"type": "call_back", "way": "page", "remark": "对不起，请再来。"}
ANSWER = {"type": "answer_rating", "rectified": "加开一个窗口。", "answer": "已加开窗口。"}
APPEAL = {"type": "appeal", "reason": "评的是别的窗口。"}
LIMIT_S = 20.0


def visit(hall: Hall, name: str, level: int, service_id: str, counter: str) -> tuple[str, str]:
    """A visit and its rating; the ticket's id and token."""
    take = {"type": "take_ticket", "service_ids": [service_id], "channel": "anonymous"}
    taken = hall.do(f"{name}-take", take, **DEVICE).json["result"]
    clerk = headers(hall, counter.lower())
    for act in ("open_counter", "call_next", "start_serving", "finish_serving"):
        reply = hall.do(f"{name}-{act}", {"type": act, "counter_id": counter}, **clerk)
        assert reply.status == 200 or reply.json["code"] == "counter_already_open", reply.body
    rate = {
        "type": "evaluate",
        "ticket_token": taken["token"],
        "level": level,
        "comment": "等太久",
    }
    body = {"type": "do", "id": f"{name}-rate", "command": rate}
    assert hall.ask("POST", "/api/halls/main/commands", body).status == 200
    return taken["ticket_id"], taken["token"]


def listed(hall: Hall, who: dict[str, str]) -> dict[str, Any]:
    """The open follow-ups by their tickets."""
    reply = hall.ask("GET", f"{ROOT}?is_open=true", **who)
    assert reply.status == 200, reply.body
    return {one["follow_up"]["rating"]["ticket_id"]: one for one in reply.json["found"]}


def found(hall: Hall, who: dict[str, str], ticket_id: str) -> Any:
    """The follow-up on the list, once the recorder has been there."""
    until(lambda: ticket_id in listed(hall, who), LIMIT_S)
    return listed(hall, who)[ticket_id]


def do(hall: Hall, who: dict[str, str], ticket_id: str, command: Mapping[str, object]) -> Reply:
    return hall.ask("POST", f"{ROOT}/{day_of(hall)}/{ticket_id}", {"command": command}, **who)


def day_of(hall: Hall) -> str:
    return str(hall.ask("GET", "/api/halls/main/topics/queues").json["view"]["day"])


@pytest.fixture(scope="module")
def rated(hall: Hall) -> tuple[str, str]:
    return visit(hall, "followed", 1, "PO-01", "W01")


def test_bad_rating_is_called_back_answered_and_rated_again__EV3(
    hall: Hall, rated: tuple[str, str]
) -> None:
    ticket_id, token = rated
    chief = headers(hall, "supervisor")
    one = found(hall, chief, ticket_id)
    assert one["state"] == "call_back"
    assert one["follow_up"]["rating"]["comment"] == "等太久"
    mine = f"/api/tickets/{token}/answer"
    assert hall.ask("GET", mine).json["called_back"] is None

    assert do(hall, chief, ticket_id, ANSWER).json["code"] == "call_back_first"
    assert do(hall, chief, ticket_id, CALL_BACK).json["state"] == "answer"
    assert hall.ask("GET", mine).json["called_back"] == CALL_BACK["remark"]
    assert do(hall, chief, ticket_id, CALL_BACK).json["code"] == "called_back_already"
    assert hall.ask("POST", mine, {"type": "rate_again", "level": 5}).json["code"] == (
        "not_answered_yet"
    )

    assert do(hall, chief, ticket_id, ANSWER).json["state"] == "rate_again"
    read = hall.ask("GET", mine).json
    assert (read["answer"], read["may_rate"]) == (ANSWER["answer"], True)
    again = hall.ask("POST", mine, {"type": "rate_again", "level": 4})
    assert (again.status, again.json["level_again"]) == (200, 4)
    assert hall.ask("POST", mine, {"type": "rate_again", "level": 5}).json["code"] == (
        "rated_again_already"
    )


def test_another_departments_manager_is_told_of_nothing__I18(
    hall: Hall, rated: tuple[str, str]
) -> None:
    manager = headers(hall, "manager")  # of HR, while the visit was for PO
    reply = hall.ask("GET", ROOT, **manager)
    assert rated[0] not in [f["follow_up"]["rating"]["ticket_id"] for f in reply.json["found"]]
    assert do(hall, manager, rated[0], APPEAL).status == 404
    assert do(hall, manager, "nothing", APPEAL).json == do(hall, manager, rated[0], APPEAL).json


def test_manager_appeals_and_the_supervisor_decides__EV3(hall: Hall) -> None:
    ticket_id, _ = visit(hall, "appealed", 2, "HR-01", "W02")
    manager, chief = headers(hall, "manager"), headers(hall, "supervisor")
    assert found(hall, manager, ticket_id)["state"] == "call_back"
    assert do(hall, manager, ticket_id, CALL_BACK).status == 403
    assert do(hall, manager, ticket_id, APPEAL).status == 200
    ruling = {"type": "rule_appeal", "is_excluded": True, "reason": "属实。"}
    assert do(hall, manager, ticket_id, ruling).status == 403
    assert do(hall, chief, ticket_id, ruling).json["state"] == "excluded"
    assert do(hall, chief, ticket_id, CALL_BACK).json["code"] == "rating_excluded"


def count_now(hall: Hall) -> None:
    """What the recorder does every minute."""

    async def count() -> None:
        database = Database(hall.stores()["DATABASE_URL"])
        follow_ups = FollowUps(database)
        await count_hall(HALL_ID, Counts(database), Plans(database), follow_ups)
        await database.close()

    asyncio.run(count())


def figures_of(hall: Hall, who: dict[str, str], counter: str) -> list[float | None]:
    """How many were given at a counter today, the share satisfied, and how many are flagged."""
    day = day_of(hall)
    query = f"measures=given,satisfied_rate,flagged&from={day}&to={day}&only=counter:{counter}"
    reply = hall.ask("GET", f"/api/halls/main/statistics?{query}", **who)
    assert reply.status == 200, reply.body
    return [cell["value"] for cell in reply.json["total"]["cells"]]


def test_burst_from_one_address_is_flagged_excluded_and_counts_no_more__EV4(hall: Hall) -> None:
    chief = headers(hall, "supervisor")
    levels = (3, 5, 5, 5, 5)
    burst = [visit(hall, f"burst-{n}", level, "IO-01", "W04")[0] for n, level in enumerate(levels)]

    def is_flagged() -> bool:
        count_now(hall)
        return burst[-1] in listed(hall, chief)

    until(is_flagged, LIMIT_S)
    open_ones = listed(hall, chief)
    assert {open_ones[one]["state"] for one in burst} == {"check"}
    assert figures_of(hall, chief, "W04") == [5, 80, 5]  # flagged ones count until decided

    ruling = {"type": "rule_appeal", "is_excluded": True, "reason": ""}
    assert do(hall, chief, burst[1], ruling).status != 200  # not without a reason
    for one in burst[1:]:
        reply = do(hall, chief, one, ruling | {"reason": "一人反复评价。"})
        assert reply.json["state"] == "excluded"
    keep = {"type": "rule_appeal", "is_excluded": False, "reason": "办理属实。"}
    assert do(hall, chief, burst[0], keep).json["state"] == "closed"
    assert listed(hall, chief).keys().isdisjoint(burst)
    count_now(hall)
    assert figures_of(hall, chief, "W04")[:2] == [1, 0]


@pytest.mark.parametrize("username", ["w01", "greeter", "statistics"])
def test_no_clerk_reads_ratings__EV4(hall: Hall, rated: tuple[str, str], username: str) -> None:
    who = headers(hall, username)
    assert hall.ask("GET", ROOT, **who).status == 403
    assert do(hall, who, rated[0], CALL_BACK).status == 403


@pytest.mark.parametrize(
    ("day", "ticket_id"), [("never", "x"), ("2026-13-40", "x"), (str(date.max), "x" * 300)]
)
def test_unknown_rating_is_no_rating__EV3(hall: Hall, day: str, ticket_id: str) -> None:
    path = f"{ROOT}/{day}/{ticket_id}"
    reply = hall.ask("POST", path, {"command": CALL_BACK}, **headers(hall, "supervisor"))
    assert (reply.status, reply.json["code"]) == (404, "unknown_followup")


def test_token_of_nobody_has_no_answer__EV3(hall: Hall) -> None:
    assert hall.ask("GET", "/api/tickets/nobody/answer").status == 404
    body = {"type": "rate_again", "level": 4}
    assert hall.ask("POST", "/api/tickets/nobody/answer", body).status == 404
