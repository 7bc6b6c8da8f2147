"""A visitor's ticket found by its number or card: who may, what comes back, and how often."""

from typing import Any

import pytest

from tests.hall import DEVICE_TOKEN, Hall, Reply
from tests.web.test_problems import problem

FIND = "/api/halls/main/tickets/find"
CARD = "F4A1B2C3"
DEVICE = {"Authorization": f"Bearer {DEVICE_TOKEN}"}


@pytest.fixture(scope="module")
def taken(hall: Hall) -> list[dict[str, Any]]:
    """Two tickets of one card, oldest first, in queues that no other test uses."""
    results = []
    for queue_id in ("E", "F"):
        take = {"type": "take_ticket", "queue_id": queue_id, "channel": "card", "card": CARD}
        results.append(hall.do(f"f-{queue_id}", take).json["result"])
    return results


def find(hall: Hall, body: object, who: str = "greeter") -> Reply:
    return hall.ask("POST", FIND, body, Cookie=hall.cookie(who))


def numbers(reply: Reply) -> list[str]:
    assert reply.status == 200, reply.body
    return [found["ticket"]["number"] for found in reply.json["tickets"]]


@pytest.mark.parametrize("who", ["greeter", "supervisor", "admin"])
def test_staff_who_help_visitors_find_a_ticket_by_number__I18(
    hall: Hall, taken: list[dict[str, Any]], who: str
) -> None:
    reply = find(hall, {"number": taken[0]["number"]}, who)
    assert numbers(reply) == [taken[0]["number"]]
    assert reply.headers["Cache-Control"] == "no-store"


def test_others_find_nothing__I18(hall: Hall, taken: list[dict[str, Any]]) -> None:
    body = {"number": taken[0]["number"]}
    problem(hall.ask("POST", FIND, body), 401, "unauthenticated")
    problem(hall.ask("POST", FIND, body, **DEVICE), 403, "forbidden")
    problem(find(hall, body, "w01"), 403, "forbidden")
    elsewhere = hall.ask(
        "POST", "/api/halls/nowhere/tickets/find", body, Cookie=hall.cookie("greeter")
    )
    problem(elsewhere, 404, "unknown_hall")


def test_number_without_letter_or_zeros_is_understood(
    hall: Hall, taken: list[dict[str, Any]]
) -> None:
    number = taken[1]["number"]
    found = numbers(find(hall, {"number": str(int(number[1:]))}))
    assert number in found
    assert {each[1:] for each in found} == {number[1:]}


def test_card_in_any_form_finds_its_tickets_newest_first__TK3(
    hall: Hall, taken: list[dict[str, Any]]
) -> None:
    expected = [taken[1]["number"], taken[0]["number"]]
    for card in (CARD, "f4:a1:b2:c3", str(int(CARD, 16))):
        assert numbers(find(hall, {"card": card})) == expected
    assert numbers(find(hall, {"card": "F4A1B2C4"})) == []


def test_answer_tells_nothing_of_the_card_or_the_token__I19(
    hall: Hall, taken: list[dict[str, Any]]
) -> None:
    text = find(hall, {"card": CARD}).body.decode()
    assert CARD not in text.upper()
    assert "hash" not in text
    assert all(ticket["token"] not in text for ticket in taken)
    logs = [path.read_text(errors="replace") for path in (hall.home / "logs").rglob("*.log")]
    assert logs
    assert not any(CARD in log.upper() for log in logs)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"number": "A001", "card": CARD},
        {"number": None},
        {"number": ""},
        {"number": "A" * 13},
        {"number": 23},
        {"card": "a"},
        {"card": "x" * 65},
        {"card": CARD, "more": 1},
        [],
    ],
)
def test_body_of_another_form_is_422(hall: Hall, body: object) -> None:
    problem(find(hall, body), 422, "malformed")


def test_body_that_is_too_large_is_413(hall: Hall) -> None:
    problem(find(hall, {"number": "A" * 2_000}), 413, "too_large")


def test_search_through_all_numbers_is_stopped(hall: Hall) -> None:
    cookie = hall.cookie("admin")
    for _ in range(200):
        reply = hall.ask("POST", FIND, {"number": "A001"}, Cookie=cookie)
        if reply.status != 200:
            break
    problem(reply, 429, "too_many_requests")
    assert find(hall, {"number": "A001"}, "supervisor").status == 200
