"""Whatever dies in mid-acceptance: who repeats with the same id has it once (I7, I16)."""

import asyncio
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from typing import Any

import asyncpg
import pytest

from tests.hall import Hall, Reply, until
from tests.office.desk import ACCEPT, ALL_HR_04, ROOT, do, done, headers, open_case

CASES = 24
ANSWER_S = 90.0


def stubborn(hall: Hall, who: dict[str, str], *commands: Any, **more: Any) -> Any:
    """The answer, however often the request must be repeated with its id."""
    found: list[Reply] = []

    def is_answered() -> bool:
        try:
            found.append(do(hall, who, *commands, **more))
        except (OSError, HTTPException):
            return False
        return found[-1].status in {200, 409}

    until(is_answered, ANSWER_S)
    return found[-1].json


def take(hall: Hall, id: str) -> str:
    """The number of the ticket that this command took, however often it is asked for."""
    command = {"type": "take_ticket", "channel": "anonymous", "queue_id": "H"}
    found: list[Reply] = []

    def is_answered() -> bool:
        try:
            found.append(hall.do(id, command))
        except (OSError, HTTPException):
            return False
        return found[-1].status == 200

    until(is_answered, ANSWER_S)
    return str(found[-1].json["result"]["number"])


def archived(url: str, start: str) -> int:
    """How many commits the recorder has copied whose ids start so."""

    async def count() -> int:
        connection = await asyncpg.connect(url)
        rows = "SELECT count(*) FROM commits WHERE starts_with(commit_id, $1)"
        found: int = await connection.fetchval(rows, start)
        await connection.close()
        return found

    return asyncio.run(count())


@pytest.mark.parametrize("victim", ["web1", "recorder", "postgres"])
def test_killed_in_mid_acceptance_loses_and_doubles_nothing__I7_I16(
    hall: Hall, victim: str
) -> None:
    who, url = headers(hall, "w02"), hall.given("DATABASE_URL")
    ids = [done(hall, who, open_case("HR-04"), ALL_HR_04)["case_id"] for _ in range(CASES)]
    with ThreadPoolExecutor(6) as pool:
        asked = {
            case_id: pool.submit(
                stubborn, hall, who, ACCEPT, case_id=case_id, id=f"accept-{case_id}"
            )
            for case_id in ids
        }
        until(lambda: any(answer.done() for answer in asked.values()), ANSWER_S)
        os.kill(hall.pid(victim), signal.SIGKILL)
        tickets = [pool.submit(take, hall, f"{victim}-{n}") for n in range(CASES)]
        answers = {case_id: answer.result() for case_id, answer in asked.items()}
        taken = [ticket.result() for ticket in tickets]
    assert {answer["type"] for answer in answers.values()} == {"done"}
    numbers = sorted(int(answer["case"]["number"][5:]) for answer in answers.values())
    assert numbers == list(range(numbers[0], numbers[0] + CASES))
    assert len(set(taken)) == CASES
    until(lambda: archived(url, f"{victim}-") == CASES, ANSWER_S)  # each once
    for case_id, answer in answers.items():
        view = hall.ask("GET", f"{ROOT}/{case_id}", **who).json
        assert view["number"] == answer["case"]["number"]
        kinds = [happening["event"]["type"] for happening in view["history"]]
        assert kinds == ["case_opened", "forms_received", "case_accepted"]
        again = stubborn(hall, who, ACCEPT, case_id=case_id, id=f"accept-{case_id}")
        assert again["case"]["seq"] == view["seq"] == 3
