"""Screens tell how they are over HTTP, and supervisors see it (SC1, EN1)."""

import asyncio

import pytest

from backend.client.http import tell_screens
from backend.core.devices import ScreenReport
from backend.core.ids import ScreenState
from tests.hall import DEVICE_TOKEN, Hall, Reply, until
from tests.web.test_devices import bearer, device
from tests.web.test_problems import problem

PATH = "/api/halls/main/screens"


@pytest.fixture(scope="module")
def chief(hall: Hall) -> dict[str, str]:
    return {"Cookie": hall.cookie("supervisor")}


def told(screen_id: str, state: str = "lit") -> list[dict[str, object]]:
    return [{"screen_id": screen_id, "state": state, "epoch": "e", "seq": 7, "digest": "d"}]


def tell(hall: Hall, body: object, headers: dict[str, str]) -> Reply:
    return hall.ask("POST", PATH, body, **headers)


def test_what_screens_tell_is_read_by_supervisors_and_shown_in_ops__SC1(
    hall: Hall, chief: dict[str, str]
) -> None:
    report = ScreenReport(screen_id="board:Z2", state=ScreenState.LIT, epoch="e", seq=7, digest="d")
    asyncio.run(tell_screens(hall.url, "main", (report,), token=DEVICE_TOKEN))
    beats = {beat["screen_id"]: beat for beat in hall.ask("GET", PATH, **chief).json}
    assert (beats["board:Z2"]["seq"], beats["board:Z2"]["digest"]) == (7, "d")

    def is_shown() -> bool:
        view = hall.ask("GET", "/api/halls/main/topics/ops", **chief).json["view"]
        return ("board:Z2", "lit") in {(s["screen_id"], s["state"]) for s in view["screens"]}

    until(is_shown, 15)


def test_device_tells_of_the_screens_of_its_place_only__EN1(
    hall: Hall, chief: dict[str, str]
) -> None:
    key = device(hall, chief, "board-z1", "board:Z1", "counter_screen:W01")
    assert tell(hall, told("board:Z1") + told("counter_screen:W01"), bearer(key)).status == 204
    problem(tell(hall, told("board:Z2"), bearer(key)), 403, "forbidden")


def test_only_devices_tell_and_only_of_screens_that_are_there__SC1_I18(
    hall: Hall, chief: dict[str, str]
) -> None:
    problem(tell(hall, told("board:Z1"), {}), 401, "unauthenticated")
    problem(tell(hall, told("board:Z1"), chief), 403, "forbidden")
    all_hall = bearer(DEVICE_TOKEN)
    for wrong in (told("board:Z9"), told("voice:Z1"), told("nothing"), told("board:Z1", "silent")):
        problem(tell(hall, wrong, all_hall), 422, "malformed")
    problem(tell(hall, told("board:Z1") * 65, all_hall), 422, "malformed")
    assert hall.ask("GET", PATH, **all_hall).status == 403
