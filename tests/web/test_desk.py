"""What is looked up before acting: staff by name, a ticket by its number."""

import pytest

from tests.hall import Hall
from tests.web.test_problems import problem

STAFF = "/api/halls/main/staff"
TICKETS = "/api/halls/main/tickets"


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
    }


def test_supervisor_finds_a_ticket_by_its_number(hall: Hall) -> None:
    taken = hall.do("desk-1", {"type": "take_ticket", "queue_id": "B", "channel": "anonymous"})
    number = taken.json["result"]["number"]
    reply = hall.ask("GET", f"{TICKETS}?number={number}", Cookie=hall.cookie("supervisor"))
    assert (reply.json["ticket_id"], reply.json["state"]) == (
        taken.json["result"]["ticket_id"],
        "waiting",
    )
    assert taken.json["result"]["token"] not in reply.body.decode()


def test_number_that_was_not_given_out_is_not_found(hall: Hall) -> None:
    reply = hall.ask("GET", f"{TICKETS}?number=Z999", Cookie=hall.cookie("supervisor"))
    problem(reply, 404, "unknown_ticket")


@pytest.mark.parametrize("path", [STAFF, f"{TICKETS}?number=A001"])
def test_nobody_else_looks_up__I18(hall: Hall, path: str) -> None:
    problem(hall.ask("GET", path), 401, "unauthenticated")
    problem(hall.ask("GET", path, Cookie=hall.cookie("w05")), 403, "forbidden")
