"""Cases over HTTP: worked on, shown, listed; who may, and what a repeat is answered."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.hall import DEVICE_TOKEN, Hall
from tests.office.desk import (
    ACCEPT,
    ALL_HR_04,
    GRANT,
    ROOT,
    START,
    TO_THE_END,
    cmd,
    do,
    done,
    fresh_id,
    headers,
    listed,
    open_case,
    refused,
)
from tests.web.test_problems import problem

DEVICE = {"Authorization": f"Bearer {DEVICE_TOKEN}"}
READS = ("", "/counts", "/targets", "/demo-01", "/numbered/1", "/of-ticket/none")


@pytest.fixture(scope="module")
def hr(hall: Hall) -> dict[str, str]:
    """A clerk at a window of the personnel office."""
    return headers(hall, "w02")


@pytest.fixture(scope="module")
def chief(hall: Hall) -> dict[str, str]:
    return headers(hall, "supervisor")


@pytest.fixture(scope="module")
def library(hall: Hall) -> dict[str, str]:
    """A clerk at a window of another office."""
    return headers(hall, "w30")


def test_deferred_case_is_accepted_with_number_and_due_date__CS4_DL1(
    hall: Hall, hr: dict[str, str]
) -> None:
    case = done(hall, hr, open_case("HR-04"), ALL_HR_04, ACCEPT)
    assert case["state"] == "accepted"
    assert case["number"].startswith(case["accepted_on"][:4] + "-")
    assert (case["due"]["limit_days"], case["due"]["urgency"]) == (10, "green")
    assert all(material["is_handed_in"] for material in case["materials"])
    assert [happening["by_id"] for happening in case["history"]] == ["w02"] * 3
    one = hall.ask("GET", f"{ROOT}/{case['case_id']}", **hr)
    assert (one.status, one.json) == (200, case)
    assert one.headers["Cache-Control"] == "no-store"
    found = hall.ask("GET", f"{ROOT}/numbered/{case['number']}", **hr)
    assert found.json == case
    short = hall.ask("GET", f"{ROOT}/numbered/{int(case['number'][5:])}", **hr)
    assert short.json == case


def test_immediate_case_is_done_in_one_request_and_six_commits(
    hall: Hall, hr: dict[str, str]
) -> None:
    case = done(hall, hr, open_case("HR-01"), cmd("receive_forms", handed_in=["m1"]), *TO_THE_END)
    assert (case["state"], case["outcome"], case["acts"]) == ("closed", "granted", [])
    assert case["seq"] == 6
    kinds = [happening["event"]["type"] for happening in case["history"]]
    assert kinds == [
        "case_opened",
        "forms_received",
        "case_accepted",
        "case_decided",
        "visitor_notified",
        "result_delivered",
        "case_closed",
    ]


def test_what_is_missing_is_told_and_the_page_learns_what_may_be_done__CS1(
    hall: Hall, hr: dict[str, str]
) -> None:
    receive = cmd("receive_forms", handed_in=["m1"])
    reply = do(hall, hr, open_case("HR-04"), receive, ACCEPT)
    assert (reply.status, reply.json["code"], reply.json["refused_no"]) == (
        409,
        "materials_missing",
        2,
    )
    case = reply.json["case"]
    acts = {act["command"]: act["obstacle"] for act in case["acts"]}
    assert acts["accept_case"] == "materials_missing"
    assert acts["ask_correction"] is None
    assert "start_process" not in acts
    in_part = cmd("ask_correction", materials=["m2"])
    assert refused(hall, hr, in_part, case_id=case["case_id"]) == "not_told_in_full"
    whole = cmd("ask_correction", materials=["m2", "m3"])
    told = done(hall, hr, whole, case_id=case["case_id"])
    assert [m["is_told"] for m in told["materials"]] == [False, True, True]
    assert [act["command"] for act in told["acts"]] == [
        "supply_materials",
        "hand_over",
        "withdraw_case",
    ]


def test_same_id_again_is_answered_the_same_and_with_another_body_refused__I7(
    hall: Hall, hr: dict[str, str]
) -> None:
    asked = fresh_id("again")
    first = done(hall, hr, open_case("HR-04"), ALL_HR_04, ACCEPT, id=asked)
    assert done(hall, hr, open_case("HR-04"), ALL_HR_04, ACCEPT, id=asked) == first
    other = do(hall, hr, open_case("HR-06"), ALL_HR_04, ACCEPT, id=asked)
    problem(other, 422, "id_in_use")
    refusal_id = fresh_id("again")
    assert refused(hall, hr, ACCEPT, case_id=first["case_id"], id=refusal_id) == "case_accepted"
    done(hall, hr, START, case_id=first["case_id"])
    assert refused(hall, hr, ACCEPT, case_id=first["case_id"], id=refusal_id) == "case_accepted"


def test_double_click_and_two_clerks_at_once_accept_once__I7_I16(
    hall: Hall, hr: dict[str, str]
) -> None:
    """Over two web processes, whichever each request comes to."""
    other, click = headers(hall, "w03"), fresh_id("click")
    case_id = done(hall, hr, open_case("HR-04"), ALL_HR_04)["case_id"]
    with ThreadPoolExecutor(3) as pool:
        clicks = [pool.submit(do, hall, hr, ACCEPT, case_id=case_id, id=click) for _ in range(2)]
        rival = pool.submit(do, hall, other, ACCEPT, case_id=case_id)
        answers = [answer.result().json for answer in clicks]
        lost = rival.result().json
    assert answers[0]["type"] == answers[1]["type"]
    codes = sorted([answers[0].get("code", "done"), lost.get("code", "done")])
    assert codes == ["case_accepted", "done"]
    view = hall.ask("GET", f"{ROOT}/{case_id}", **hr).json
    kinds = [happening["event"]["type"] for happening in view["history"]]
    assert kinds.count("case_accepted") == 1


def test_only_those_in_the_table_have_to_do_with_cases__I18(hall: Hall) -> None:
    greeter, body = headers(hall, "greeter"), {"type": "do", "id": "x", "commands": [ACCEPT]}
    for path in READS:
        problem(hall.ask("GET", ROOT + path), 401, "unauthenticated")
        problem(hall.ask("GET", ROOT + path, **DEVICE), 403, "forbidden")
        problem(hall.ask("GET", ROOT + path, **greeter), 403, "forbidden")
    problem(hall.ask("POST", f"{ROOT}/do", body), 401, "unauthenticated")
    problem(hall.ask("POST", f"{ROOT}/do", body, **greeter), 403, "forbidden")


def test_case_of_others_is_as_if_it_were_not_there__I18(
    hall: Hall, hr: dict[str, str], library: dict[str, str]
) -> None:
    case = done(hall, hr, open_case("HR-04"), ALL_HR_04)
    case_id = case["case_id"]
    for path in (case_id, "0" * 32, "none", "x" * 500, "%E5%8A%9E", "%ff"):
        problem(hall.ask("GET", f"{ROOT}/{path}", **library), 404, "unknown_case")
    problem(hall.ask("GET", f"{ROOT}/%00", **library), 404, "not_found")  # no address has a NUL
    problem(do(hall, library, ACCEPT, case_id=case_id), 404, "unknown_case")
    problem(do(hall, library, ACCEPT, case_id="none"), 404, "unknown_case")
    problem(do(hall, library, open_case("HR-04")), 403, "forbidden")
    assert case_id not in listed(hall, library, "kind=open&count=100")
    problem(hall.ask("GET", f"{ROOT}?department_id=HR", **library), 403, "forbidden")
    accepted = done(hall, hr, ACCEPT, case_id=case_id)
    problem(
        hall.ask("GET", f"{ROOT}/numbered/{accepted['number']}", **library), 404, "unknown_case"
    )
    problem(do(hall, hr, cmd("keep_case"), case_id=case_id), 403, "forbidden")


def test_asked_office_answers_and_nothing_else__CS5(
    hall: Hall, hr: dict[str, str], library: dict[str, str]
) -> None:
    case = done(hall, hr, open_case("HR-04"), ALL_HR_04, ACCEPT, START)
    case_id = case["case_id"]
    offices = [{"department_id": "LI", "limit_days": 2}, {"department_id": "FN", "limit_days": 3}]
    done(hall, hr, cmd("ask_offices", offices=offices), case_id=case_id)
    nowhere = [{"department_id": "XX", "limit_days": 2}]
    assert refused(hall, hr, cmd("ask_offices", offices=nowhere), case_id=case_id) == (
        "unknown_department"
    )
    assert case_id in listed(hall, library, "kind=asked&count=100")
    seen = hall.ask("GET", f"{ROOT}/{case_id}", **library).json
    assert [(a["command"], a["department_id"]) for a in seen["acts"]] == [
        ("answer_for_office", "LI")
    ]
    problem(do(hall, library, GRANT, case_id=case_id), 403, "forbidden")
    finance = cmd("answer_for_office", department_id="FN", agrees=True)
    problem(do(hall, library, finance, case_id=case_id), 403, "forbidden")
    own = cmd("answer_for_office", department_id="LI", agrees=True)
    assert refused(hall, hr, GRANT, case_id=case_id) == "offices_unanswered"
    answered = done(hall, library, own, case_id=case_id)
    assert [office["agrees"] for office in answered["offices"]] == [True, None]
    assert case_id not in listed(hall, library, "kind=asked&count=100")


def test_hand_over_reaches_a_person_or_is_refused__CS5(
    hall: Hall, hr: dict[str, str], library: dict[str, str]
) -> None:
    case = done(hall, hr, open_case("HR-04"), ALL_HR_04, ACCEPT)
    case_id = case["case_id"]

    def over(**fields: Any) -> dict[str, Any]:
        return cmd("hand_over", reason="theirs", **fields)

    assert refused(hall, hr, over(department_id="XX"), case_id=case_id) == "unknown_department"
    nobody = over(department_id="LI", staff_id="w02")
    assert refused(hall, hr, nobody, case_id=case_id) == "nobody_there"
    handed = done(hall, hr, over(department_id="LI"), case_id=case_id)
    assert (handed["department_id"], handed["staff_id"]) == ("LI", "w30")
    event = handed["history"][-1]["event"]
    assert (event["from_department_id"], event["reason"]) == ("HR", "theirs")
    assert case_id in listed(hall, library, "kind=mine&count=100")
    done(hall, library, START, case_id=case_id)
    targets = {t["department_id"]: t for t in hall.ask("GET", f"{ROOT}/targets", **hr).json}
    assert "w30" in [person["staff_id"] for person in targets["LI"]["people"]]


def test_who_hands_a_case_over_gets_the_same_answer_again__I7(
    hall: Hall, hr: dict[str, str], library: dict[str, str]
) -> None:
    """Though nothing ties them to it any more, and nothing else is to be had of it."""
    case_id = done(hall, hr, open_case("HR-04"), ALL_HR_04)["case_id"]
    colleague, asked = headers(hall, "w03"), fresh_id("over")
    over = cmd("hand_over", department_id="LI", reason="theirs")
    first = done(hall, colleague, over, case_id=case_id, id=asked)
    assert first["staff_id"] == "w30"
    problem(hall.ask("GET", f"{ROOT}/{case_id}", **colleague), 404, "unknown_case")
    assert done(hall, colleague, over, case_id=case_id, id=asked) == first
    problem(do(hall, colleague, ACCEPT, case_id=case_id), 404, "unknown_case")
    assert refused(hall, library, over, case_id=case_id) == "department_same"


def test_lists_come_in_parts_that_make_the_whole(hall: Hall, chief: dict[str, str]) -> None:
    def whole_by(count: int) -> list[str]:
        found: list[str] = []
        after = ""
        while True:
            page = hall.ask("GET", f"{ROOT}?kind=open&count={count}{after}", **chief).json
            found += [line["case_id"] for line in page["cases"]]
            if page["next"] is None:
                return found
            after = f"&after={page['next']}"

    whole = whole_by(100)
    assert len(whole) > 15
    assert len(set(whole)) == len(whole)
    assert whole_by(7) == whole
    for bad in ("x", "1~", "~a", "9" * 18 + "~a"):
        problem(hall.ask("GET", f"{ROOT}?after={bad}", **chief), 422, "malformed")
    for nul in ("after=1%00~a", "department_id=%00"):
        problem(hall.ask("GET", f"{ROOT}?{nul}", **chief), 400, "malformed")
    for bad in ("kind=all", "count=0", "count=101", "count=x"):
        problem(hall.ask("GET", f"{ROOT}?{bad}", **chief), 400, "bad_request")


def test_counts_are_those_of_the_lists(hall: Hall, chief: dict[str, str]) -> None:
    counts = hall.ask("GET", f"{ROOT}/counts", **chief).json
    assert len(counts) >= 15
    for kind in ("open", "amber", "red", "overdue", "to_tell", "to_deliver"):
        for department in (d for d in counts if d["department_id"] in {"HR", "FN", "LI"}):
            found = listed(
                hall, chief, f"kind={kind}&count=100&department_id={department['department_id']}"
            )
            assert len(found) == department[kind]


def test_orders_of_another_form_are_told(hall: Hall, hr: dict[str, str]) -> None:
    problem(do(hall, hr), 422, "malformed")
    problem(do(hall, hr, *[ACCEPT] * 11, case_id="x"), 422, "malformed")
    problem(do(hall, hr, open_case("HR-04"), case_id="x"), 422, "malformed")
    problem(do(hall, hr, ACCEPT), 422, "malformed")
    problem(do(hall, hr, cmd("accept_case", more=1), case_id="x"), 422, "malformed")
    problem(do(hall, hr, cmd("withdraw_case", reason="a\0b"), case_id="x"), 422, "malformed")
    assert refused(hall, hr, open_case("none")) == "unknown_service"
    problem(hall.ask("GET", "/api/halls/none/cases", **hr), 404, "unknown_hall")
