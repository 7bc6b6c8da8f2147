"""Who may sign in at the hall."""

from tests.hall import Hall
from tests.web.test_problems import problem

STAFF = "/api/halls/main/staff"


def test_supervisor_reads_who_may_sign_in(hall: Hall) -> None:
    members = hall.ask("GET", STAFF, Cookie=hall.cookie("supervisor")).json
    names = [member["username"] for member in members]
    assert names == sorted(names)
    assert {"w01", "w31", "supervisor"} <= set(names)
    assert set(members[0]) == {
        "username",
        "hall_id",
        "role",
        "name_zh",
        "name_en",
        "counter_id",
        "grants",
    }


def test_nobody_else_reads_who_may_sign_in__I18(hall: Hall) -> None:
    problem(hall.ask("GET", STAFF), 401, "unauthenticated")
    problem(hall.ask("GET", STAFF, Cookie=hall.cookie("w05")), 403, "forbidden")
