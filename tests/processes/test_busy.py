"""More commands than a hall takes on: told at once, told what to do, and none is lost (I7)."""

import asyncio
import os
import signal
from collections.abc import Iterator

import msgspec
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from backend.client import Client
from backend.core.commands import TakeTicket
from backend.core.ids import Channel, QueueId
from backend.wire.messages import RETRY_AFTER_S, Done, ErrorCode
from tests.hall import DEVICE_TOKEN, HALL_ID, Hall, running_hall
from tests.processes.webs import web_process
from tests.web.test_problems import TAKE, problem

WAITING_MAX = 20
FEWER = f"import backend.hub.transact as transact; transact.WAITING_MAX = {WAITING_MAX}"
ASKED = 60
FEW = 60
TAKES = TakeTicket(channel=Channel.ANONYMOUS, queue_id=QueueId("B"))
DEVICE = {"Authorization": f"Bearer {DEVICE_TOKEN}"}


@pytest.fixture(scope="module")
def halls() -> Iterator[tuple[Hall, Hall]]:
    """Two web processes of one hall; fewer commands may wait at the second."""
    with running_hall() as hall, web_process(hall, first=FEWER) as beside:
        yield hall, beside.door


async def test_commands_over_the_limit_are_told_to_come_back_and_none_is_lost__I7_I20(
    halls: tuple[Hall, Hall],
) -> None:
    hall, valkey = halls[1], halls[0].pid("valkey")
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


async def test_process_with_few_commands_is_not_starved_by_one_with_many__CL8_I20(
    halls: tuple[Hall, Hall],
) -> None:
    """The many append without a pause; the few decide again each time others came first."""
    many, few = halls
    async with Client(many.url, HALL_ID, token=DEVICE_TOKEN, name="many") as client:
        is_over = asyncio.Event()

        async def flood() -> int:
            count = 0
            while not is_over.is_set():
                count += isinstance(await client.do(TAKES), Done)
            return count

        floods = [asyncio.create_task(flood()) for _ in range(16)]
        try:
            for n in range(FEW):
                await number_of(few, f"few-{n}")  # or it was given up after so many conflicts
        finally:
            is_over.set()
        taken = sum(await asyncio.gather(*floods))
    print(f"{taken} at the one beside {FEW} at the other")
    assert taken > FEW


async def number_of(hall: Hall, id: str) -> str:
    """The ticket of this command, repeated."""
    reply = await asyncio.to_thread(hall.do, id, TAKE)
    assert reply.status == 200, reply.body
    number: str = reply.json["result"]["number"]
    return number
