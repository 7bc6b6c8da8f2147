"""The log tells that something was refused, in few lines and without a word of it."""

import json
from typing import Any, cast

from litestar.types import Message, Scope
from structlog.testing import capture_logs

from backend.web.refusals import Refusals
from tests.hall import Hall, until


def refused(route: str, status: int, host: str) -> tuple[Message, Scope]:
    message = {"type": "http.response.start", "status": status, "headers": []}
    return cast(Message, message), cast(Scope, {"path_template": route, "client": (host, 4000)})


async def test_burst_is_told_at_once_and_then_by_its_size_each_minute() -> None:
    at = 0.0
    refusals = Refusals(lambda: at)
    with capture_logs() as logs:
        for n in range(1000):
            at = n * 0.1
            await refusals.note(*refused("/search", 429, f"2001:db8::{n % 7 + 1:x}:0:0:0:1"))
            await refusals.note(*refused("/search", 200, "203.0.113.1"))
            await refusals.note(*refused("/services", 404, "203.0.113.1"))
        await refusals.note(*refused("/search", 422, "203.0.113.1"))
    told = [(one["route"], one["status"], one["times"], one["addresses"]) for one in logs]
    assert told == [("/search", 429, 1, 1), ("/search", 429, 600, 7), ("/search", 422, 1, 1)]


def test_hostile_input_is_in_the_log_without_a_word_of_it(hall: Hall) -> None:
    said = "hostile\u202ewords" * 40
    body = {"question": said}
    assert hall.ask("POST", "/api/halls/main/ask", body).status == 422
    assert hall.ask("POST", "/api/halls/main/ask", b"{" + b"x" * 70_000).status == 413

    def is_told() -> bool:
        text = (hall.home / "logs" / "web1.log").read_text(encoding="utf-8")
        assert "hostile" not in text
        lines: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
        told = {(o["route"], o["status"]) for o in lines if o["event"] == "requests_refused"}
        route = "/api/halls/{hall_id}/ask"
        return {(route, 422), (route, 413)} <= told

    until(is_told, 10.0)
