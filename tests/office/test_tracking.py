"""The visitor's own look at a case, by its secret alone."""

import json

import pytest

from tests.hall import Hall
from tests.office.desk import ACCEPT, START, cmd, done, headers, open_case

REMARK = "李四的照片不清楚"


def test_secret_tells_how_the_case_stands_and_no_name__I19(hall: Hall) -> None:
    hr = headers(hall, "w02")
    receive = cmd("receive_forms", handed_in=["m1"])
    ask = cmd("ask_correction", materials=["m2", "m3"], remark=REMARK)
    case = done(hall, hr, open_case("HR-04"), receive, ask)
    path = f"/api{case['track_path']}"
    seen = hall.ask("GET", path)
    assert (seen.status, seen.headers["Cache-Control"]) == (200, "no-store")
    assert seen.json["state"] == "correction_asked"
    assert [name["en"] for name in seen.json["missing"]] == [
        "Completed application form",
        "One 1-inch ID photo",
    ]
    supply = cmd("supply_materials", handed_in=["m2", "m3"])
    case = done(hall, hr, supply, ACCEPT, START, case_id=case["case_id"])
    seen = hall.ask("GET", path)
    assert (seen.json["number"], seen.json["due_day"]) == (case["number"], case["due"]["due_day"])
    assert [step["state"] for step in seen.json["steps"]] == [
        "draft",
        "form_check",
        "correction_asked",
        "corrected",
        "accepted",
        "in_process",
    ]
    words = json.dumps(seen.json, ensure_ascii=False)
    assert REMARK not in words
    assert "w02" not in words
    assert case["case_id"] not in words


def test_each_case_has_a_secret_of_its_own_that_stays(hall: Hall) -> None:
    hr = headers(hall, "w02")
    one, other = (done(hall, hr, open_case("HR-03")) for _ in range(2))
    assert one["track_path"] != other["track_path"]
    assert len(one["track_path"]) >= len("/track/") + 22  # 128 bits and more
    again = hall.ask("GET", f"/api/halls/main/cases/{one['case_id']}", **hr).json
    assert again["track_path"] == one["track_path"]


@pytest.mark.parametrize("token", ["x", "A" * 24, "A" * 500, "%00" * 24, "..%2f..%2fetc"])
def test_what_is_no_secret_is_404(hall: Hall, token: str) -> None:
    reply = hall.ask("GET", f"/api/track/{token}")
    assert reply.status == 404
