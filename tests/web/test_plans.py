"""Plans over HTTP: who may read and write them, what is refused, what a change does."""

import io
from copy import deepcopy
from typing import Any

import pytest
from PIL import Image

from tests.hall import DEVICE_TOKEN, Hall, Reply
from tests.web.test_problems import problem

DEVICE = {"Authorization": f"Bearer {DEVICE_TOKEN}"}
ROOT = "/api/halls/main/plans"
READS = (("GET", ""), ("GET", "/1"), ("POST", "/check"))


@pytest.fixture(scope="module")
def chief(hall: Hall) -> dict[str, str]:
    return {"Cookie": hall.cookie("supervisor")}


@pytest.fixture
def plan(hall: Hall, chief: dict[str, str]) -> dict[str, Any]:
    """The newest plan as JSON, with its version."""
    return newest(hall, chief)


def newest(hall: Hall, chief: dict[str, str]) -> dict[str, Any]:
    version = hall.ask("GET", ROOT, **chief).json["versions"][0]["version"]
    found: dict[str, Any] = hall.ask("GET", f"{ROOT}/{version}", **chief).json
    assert found["version"] == version
    return found


def put(hall: Hall, headers: dict[str, str], plan: Any, **more: Any) -> Reply:
    order = {"plan": plan, "after": plan["version"], "reason": "more windows"} | more
    return hall.ask("POST", ROOT, order, **headers)


def test_only_those_in_the_table_read_and_write_plans__I18(
    hall: Hall, plan: dict[str, Any]
) -> None:
    clerk = {"Cookie": hall.cookie("w03")}
    for method, path in READS:
        body = plan if method == "POST" else None
        problem(hall.ask(method, ROOT + path, body), 401, "unauthenticated")
        problem(hall.ask(method, ROOT + path, body, **DEVICE), 403, "forbidden")
        problem(hall.ask(method, ROOT + path, body, **clerk), 403, "forbidden")
    problem(put(hall, {}, plan), 401, "unauthenticated")
    problem(put(hall, DEVICE, plan), 403, "forbidden")
    problem(put(hall, clerk, plan), 403, "forbidden")
    foreign = {"Cookie": hall.cookie("supervisor"), "Origin": "http://elsewhere.example"}
    problem(put(hall, foreign, plan), 403, "forbidden")


def test_new_version_is_listed_with_who_and_why__PL2(
    hall: Hall, chief: dict[str, str], plan: dict[str, Any]
) -> None:
    changed = deepcopy(plan)
    changed["queues"][0]["mean_handling_s"] += 60
    reply = put(hall, {"Cookie": hall.cookie("admin")}, changed)
    assert reply.status == 201, reply.body
    listed = hall.ask("GET", ROOT, **chief).json
    first = listed["versions"][0]
    assert reply.json == {"version": first["version"]}
    assert (first["version"], first["author"]) == (plan["version"] + 1, "admin")
    assert first["reason"] == "more windows"
    assert listed["in_force"] < first["version"]
    kept = newest(hall, chief)
    assert kept["queues"] == changed["queues"]
    assert hall.ask("GET", f"{ROOT}/{plan['version']}", **chief).json == plan


def test_plan_made_from_an_older_version_is_409__PL2(
    hall: Hall, chief: dict[str, str], plan: dict[str, Any]
) -> None:
    assert put(hall, chief, plan).status == 201
    problem(put(hall, chief, plan), 409, "plan_outdated")
    problem(put(hall, chief, plan, after=9999), 409, "plan_outdated")


def test_plan_that_cannot_work_is_422_with_every_fault__PL1(
    hall: Hall, chief: dict[str, str], plan: dict[str, Any]
) -> None:
    plan["queues"][1]["letter"] = plan["queues"][0]["letter"]
    plan["services"][0]["queue_id"] = "none"
    reply = put(hall, chief, plan)
    problem(reply, 422, "plan_faulty")
    faults = reply.json["faults"]
    assert [(f["code"], f["path"]) for f in faults] == [
        ("letter_twice", "/queues/1/letter"),
        ("unknown_queue", "/services/0/queue_id"),
    ]
    checked = hall.ask("POST", f"{ROOT}/check", plan, **chief)
    assert (checked.status, checked.json) == (200, {"faults": faults})
    assert newest(hall, chief)["version"] == plan["version"]
    replay = {"day": "2026-11-23", "plan": plan}
    tried = hall.ask("POST", "/api/halls/main/replay", replay, **chief)
    problem(tried, 422, "plan_faulty")
    assert tried.json["faults"] == faults


def test_check_keeps_nothing__PL1(hall: Hall, chief: dict[str, str], plan: dict[str, Any]) -> None:
    assert hall.ask("POST", f"{ROOT}/check", plan, **chief).json == {"faults": []}
    rule = hall.ask("POST", f"{ROOT}/check", plan | {"rule": "wait_min +"}, **chief).json
    (fault,) = rule["faults"]
    assert fault["rule"] == {"code": "rule_unfinished", "line": 1, "column": 11}
    assert newest(hall, chief)["version"] == plan["version"]


def test_orders_of_another_form_are_told_apart(
    hall: Hall, chief: dict[str, str], plan: dict[str, Any]
) -> None:
    problem(put(hall, chief, plan, reason=""), 422, "malformed")
    problem(put(hall, chief, plan, reason="x" * 201), 422, "malformed")
    problem(put(hall, chief, plan, after="1"), 422, "malformed")
    problem(put(hall, chief, plan, force=True), 422, "malformed")
    problem(put(hall, chief, plan | {"hall_id": "other"}), 422, "malformed")
    problem(hall.ask("POST", ROOT, b"{", **chief), 400, "malformed")
    text = {"Content_Type": "text/plain"}
    problem(hall.ask("POST", ROOT, b"{}", **chief, **text), 415, "malformed")
    nul = put(hall, chief, plan | {"name": {"zh": "a\0b", "en": "x"}})
    problem(nul, 422, "malformed")
    problem(hall.ask("POST", "/api/halls/none/plans", {}, **chief), 404, "unknown_hall")


@pytest.mark.parametrize("version", ["9999", "0", "-1", "99999999999999999999"])
def test_unknown_version_is_404(hall: Hall, chief: dict[str, str], version: str) -> None:
    problem(hall.ask("GET", f"{ROOT}/{version}", **chief), 404, "unknown_plan")


def test_body_of_a_plan_is_bounded(hall: Hall, chief: dict[str, str], plan: dict[str, Any]) -> None:
    """A hall of a thousand services is taken, ten times that is not."""
    service = plan["services"][0]
    more = [service | {"service_id": f"X-{n}"} for n in range(1000)]
    large = plan | {"services": [*plan["services"], *more]}
    assert hall.ask("POST", f"{ROOT}/check", large, **chief).json == {"faults": []}
    huge = plan | {"services": [service | {"service_id": f"X-{n}"} for n in range(12_000)]}
    assert hall.ask("POST", f"{ROOT}/check", huge, **chief).status == 413


def test_kept_plan_is_put_in_force_by_command__PL2_DY2(
    hall: Hall, chief: dict[str, str], plan: dict[str, Any]
) -> None:
    served = [queue["queue_id"] for queue in plan["queues"]]
    counter_id = plan["counters"][4]["counter_id"]
    plan["counters"][4]["queue_ids"] = served
    version = put(hall, chief, plan).json["version"]

    def change(id: str, version: int) -> Reply:
        command = {"type": "change_plan", "version": version, "reason": "now"}
        return hall.do(id, command, **chief)

    assert change("plan-stale", version - 1).json["code"] == "plan_not_newest"
    done = change("plan-now", version)
    assert done.status == 200, done.body
    assert change("plan-twice", version).json["code"] == "plan_in_force"
    assert hall.ask("GET", ROOT, **chief).json["in_force"] == version
    view = hall.ask("GET", f"/api/halls/main/topics/counter:{counter_id}", **chief).json["view"]
    assert [queue["queue_id"] for queue in view["queues"]] == served


def paper_order(plan: dict[str, Any], *kinds: str, **more: Any) -> dict[str, Any]:
    """The plan with a layout of these parts, to be drawn."""
    paper = [{"kind": kind, "text": None, "size": "normal"} for kind in kinds]
    return {"plan": plan | {"paper": paper}, **more}


def png_size(reply: Reply) -> tuple[int, int]:
    assert (reply.status, reply.headers["Content-Type"]) == (200, "image/png")
    return Image.open(io.BytesIO(reply.body)).size


def test_layout_is_previewed_on_both_papers__PR4(
    hall: Hall, chief: dict[str, str], plan: dict[str, Any]
) -> None:
    short = paper_order(plan, "queue", "number")
    size = png_size(hall.ask("POST", f"{ROOT}/paper", short, **chief))
    narrow = png_size(hall.ask("POST", f"{ROOT}/paper", short | {"paper_width_mm": 58}, **chief))
    assert (size[0], narrow[0]) == (576 + 48, 384 + 48)
    parts = ("hall", "queue", "number", "code")
    longer = paper_order(plan, *parts, ticket_class="care", is_reprint=True)
    assert png_size(hall.ask("POST", f"{ROOT}/paper", longer, **chief))[1] > size[1]


def test_ticket_is_previewed_in_the_words_of_the_draft__PR4(
    hall: Hall, chief: dict[str, str], plan: dict[str, Any]
) -> None:
    def drawn(draft: dict[str, Any]) -> bytes:
        reply = hall.ask("POST", f"{ROOT}/paper", {"plan": draft}, **chief)
        png_size(reply)
        return reply.body

    pictures = {drawn(plan)}
    for place in ("name", "queues", "zones"):
        draft = deepcopy(plan)
        named = draft[place] if place == "name" else draft[place][0]["name"]
        named["zh"] = "尚未公布"
        pictures.add(drawn(draft))
    assert len(pictures) == 4
    unfinished = deepcopy(plan) | {"zones": [], "counters": [], "time_zone": "nowhere"}
    assert drawn(unfinished) not in pictures
    assert drawn(plan) in pictures


def test_faults_of_a_layout_are_told_instead_of_a_picture__PR4_PL1(
    hall: Hall, chief: dict[str, str], plan: dict[str, Any]
) -> None:
    def faults(order: dict[str, Any]) -> list[tuple[str, str]]:
        reply = hall.ask("POST", f"{ROOT}/paper", order, **chief)
        problem(reply, 422, "plan_faulty")
        return [(fault["code"], fault["path"]) for fault in reply.json["faults"]]

    assert faults(paper_order(plan, "queue", "queue", "note")) == [
        ("paper_without", "/paper"),
        ("chosen_twice", "/paper/1"),
        ("name_missing", "/paper/2/text/zh"),
        ("name_missing", "/paper/2/text/en"),
    ]
    assert ("too_few", "/queues") in faults({"plan": plan | {"queues": []}})
    assert ("wrong_kind", "/name/zh") in faults({"plan": plan | {"name": {"zh": 1, "en": ""}}})
    wrong = paper_order(plan, "queue", "number", paper_width_mm=76)
    problem(hall.ask("POST", f"{ROOT}/paper", wrong, **chief), 422, "malformed")


def test_layout_is_previewed_for_those_who_read_plans__PR4_I18(
    hall: Hall, plan: dict[str, Any]
) -> None:
    order = paper_order(plan, "queue", "number")
    problem(hall.ask("POST", f"{ROOT}/paper", order), 401, "unauthenticated")
    problem(hall.ask("POST", f"{ROOT}/paper", order, **DEVICE), 403, "forbidden")
