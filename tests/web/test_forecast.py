"""How good the forecasts were, over HTTP (WT4)."""

import pytest

from tests.hall import DEVICE_TOKEN, Hall
from tests.web.test_problems import problem

PATH = "/api/halls/main/forecast"


def test_supervisor_reads_how_good_the_forecasts_were__WT4(hall: Hall) -> None:
    reply = hall.ask("GET", PATH, Cookie=hall.cookie("supervisor"))
    assert reply.status == 200, reply.body
    today = hall.ask("GET", "/api/halls/main/topics/board:Z1").json["view"]["day"]
    assert reply.json[0]["day"] == today
    assert set(reply.json[0]["hall"]) == {"predicted", "wait_s", "error_s", "bias_s", "coverage"}


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 401, "unauthenticated"),
        ({"Authorization": f"Bearer {DEVICE_TOKEN}"}, 403, "forbidden"),
    ],
)
def test_forecasts_accuracy_is_for_supervisors__WT4_I18(
    hall: Hall, headers: dict[str, str], status: int, code: str
) -> None:
    problem(hall.ask("GET", PATH, **headers), status, code)
    problem(hall.ask("GET", PATH, Cookie=hall.cookie("w03")), 403, "forbidden")
