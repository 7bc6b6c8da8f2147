"""More commands than a hall takes on: told at once, told what to do, and none is lost (I7)."""

import asyncio
import os
import signal
from collections.abc import Iterator

import msgspec
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from backend.wire.messages import RETRY_AFTER_S, ErrorCode
from tests.hall import DEVICE_TOKEN, HALL_ID, Hall, running_hall
from tests.processes.webs import web_process
from tests.web.test_problems import TAKE, problem

WAITING_MAX = 20
FEWER = f"import backend.hub.transact as transact; transact.WAITING_MAX = {WAITING_MAX}"
ASKED = 60
DEVICE = {"Authorization": f"Bearer {DEVICE_TOKEN}"}


@pytest.fixture
def stalled() -> Iterator[tuple[Hall, int]]:
    """A hall whose store can be made to stand still, and the store's pid."""
    with running_hall() as hall, web_process(hall, first=FEWER) as beside:
        yield beside.door, hall.pid("valkey")


async def test_commands_over_the_limit_are_told_to_come_back_and_none_is_lost__I7_I20(
    stalled: tuple[Hall, int],
) -> None:
    hall, valkey = stalled
    answers: dict[str, dict[str, str]] = {}
    address = hall.url.replace("http", "ws", 1) + f"/ws/{HALL_ID}"
    async with connect(
        address, subprotocols=[Subprotocol("yizhan.v1")], additional_headers=DEVICE, proxy=None
    ) as socket:
        os.kill(valkey, signal.SIGSTOP)  # it neither answers nor breaks off
        try:
            for n in range(ASKED):
                do = {"type": "do", "id": f"busy-{n}", "command": TAKE}
                await socket.send(msgspec.json.encode(do), text=True)
            first = msgspec.json.decode(await socket.recv())
            reply = await asyncio.to_thread(hall.do, "busy-http", TAKE)
        finally:
            os.kill(valkey, signal.SIGCONT)
        answers[first["id"]] = first
        while len(answers) < ASKED:
            answer = msgspec.json.decode(await socket.recv())
            answers[answer["id"]] = answer
    problem(reply, 503, ErrorCode.HALL_BUSY)
    assert reply.headers["Retry-After"] == str(RETRY_AFTER_S[ErrorCode.HALL_BUSY])
    turned_away = [id_ for id_, found in answers.items() if found.get("code") == "hall_busy"]
    assert len(turned_away) >= ASKED - 2 * WAITING_MAX  # as many again may be under way
    assert turned_away[0] == first["id"]  # at once, and not when its time was over
    numbers = [await number_of(hall, id_) for id_ in [*answers, "busy-http"]]
    assert len(set(numbers)) == ASKED + 1
    assert [await number_of(hall, id_) for id_ in [*answers, "busy-http"]] == numbers


async def number_of(hall: Hall, id: str) -> str:
    """The ticket of this command, repeated."""
    reply = await asyncio.to_thread(hall.do, id, TAKE)
    assert reply.status == 200, reply.body
    number: str = reply.json["result"]["number"]
    return number
