"""Sixteen clients on two web processes, all at the same instant."""

import asyncio
from time import monotonic

from backend.client import Client
from backend.core.commands import OpenCounter
from backend.wire.messages import Done, Refused
from tests.hall import figure, running_hall
from tests.processes.history import check, history_of
from tests.processes.load import Load, steps
from tests.processes.webs import web_process

QUEUES = "EFGH"
COUNTERS = ("W08", "W09", "W11", "W12", "W15", "W16", "W17", "W18")
"""They serve QUEUES, two or three of them the same queue."""
PER_CLIENT = 125
READY_S = 20.0


async def test_sixteen_clients_on_two_processes_at_once__I2_I3_CL8() -> None:
    with running_hall() as hall, web_process(hall) as second:
        load = Load(hall, hall.cookie("supervisor"))
        urls = (hall.url, second.door.url)
        kiosks = [
            load.client(f"kiosk{n}", is_device=True, url=urls[n % 2]) for n in range(len(COUNTERS))
        ]
        desks = [
            load.client(name, is_device=False, url=urls[n % 2]) for n, name in enumerate(COUNTERS)
        ]
        async with history_of(hall) as history:
            for client in (*kiosks, *desks):
                await client.__aenter__()
            for desk, name in zip(desks, COUNTERS, strict=True):
                await load.do(desk, name, f"{name}-open", OpenCounter(counter_id=name))
            await asyncio.gather(*(client.connected(READY_S) for client in kiosks))
            before, began = len(load.answers), monotonic()
            await asyncio.gather(
                *(take_tickets(load, client, n) for n, client in enumerate(kiosks)),
                *(serve(load, desk, name) for desk, name in zip(desks, COUNTERS, strict=True)),
            )
            took_s, count = monotonic() - began, len(load.answers) - before
            for client in (*kiosks, *desks):
                await client.__aexit__(None, None, None)
            told = hall.figures("web1"), second.figures()
            conflicts = sum(figure(text, "yizhan_append_conflicts_total") for text in told)
            slowest_s = max(load.latencies_s)
            print(f"{count} commands in {took_s:.2f} s: {count / took_s:.0f} a second", end=", ")
            print(f"{conflicts:.0f} conflicts, slowest answer {slowest_s * 1000:.0f} ms")
            assert count == 2 * len(COUNTERS) * PER_CLIENT == 2000
            tickets = [answer for answer in load.answers.values() if given(answer, "token")]
            assert len({given(answer, "ticket_id") for answer in tickets}) == 1000
            check(await history.streamed(), load.answers)
            await history.until_archived(READY_S)


async def take_tickets(load: Load, client: Client, n: int) -> None:
    for i in range(PER_CLIENT):
        await load.ticket(client, f"kiosk{n}-{i}", QUEUES[i % len(QUEUES)])


async def serve(load: Load, client: Client, name: str) -> None:
    """Call, start, finish, and again; a call may find nobody waiting."""
    commands = [command for _ in range(PER_CLIENT) for command in steps(name)]
    n = 0
    for i in range(PER_CLIENT):
        answer = await load.do(client, name, f"{name}-{i}", commands[n])
        n += isinstance(answer, Done)


def given(answer: Done | Refused, name: str) -> object:
    """A field of the answer's result, if it is there."""
    value = getattr(answer.result, name) if isinstance(answer, Done) else None
    return value if isinstance(value, str) else None
