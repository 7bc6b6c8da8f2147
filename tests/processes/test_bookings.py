"""500 people want 20 places at once, from two processes, one of which is killed (AP1)."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import asyncpg
import msgspec
import pytest

from backend.core.plan import RuleNumbers
from backend.demo.hall import demo_plan
from tests.hall import HALL_ID, ROOT, Hall, running_hall, until
from tests.office.test_rosters import done, week_of

PEOPLE, PLACES = 500, 20
COUNTERS = ("W16", "W17")
PATIENCE_S = 60.0
RETRY_S = 0.05
KILL_AFTER = 150
"""Answers, of about a thousand, after which a process dies."""


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    with running_hall(workers=2) as found:
        yield found


def prepare(hall: Hall) -> tuple[str, str]:
    """A slot with just 20 places, and 500 people with cards; the service and when it begins."""
    plan = demo_plan()
    queue_id = next(c for c in plan.counters if c.counter_id == COUNTERS[0]).queue_ids[0]
    # Alone at two windows, and 90 s a visit: 20 in a half hour each, half of which is booked.
    changed = msgspec.structs.replace(
        plan,
        version=2,
        queues=tuple(
            msgspec.structs.replace(q, mean_handling_s=90) if q.queue_id == queue_id else q
            for q in plan.queues
        ),
        counters=tuple(
            msgspec.structs.replace(c, queue_ids=(queue_id,)) if c.counter_id in COUNTERS else c
            for c in plan.counters
        ),
        rules=RuleNumbers(),
    )
    body = {"plan": msgspec.to_builtins(changed), "after": 1, "reason": "test"}
    reply = hall.ask("POST", f"/api/halls/{HALL_ID}/plans", body, Cookie=hall.cookie("supervisor"))
    assert reply.status == 201, reply.body
    shifts = [*week_of(COUNTERS[0], "w16"), *week_of(COUNTERS[1], "w17")]
    done(hall, "supervisor", "set_week", counter_ids=COUNTERS, shifts=shifts, reason="test")
    register = hall.home / "register.csv"
    rows = "".join(f"CROWD{n:04},crowd-{n},student\n" for n in range(PEOPLE))
    register.write_text(f"card,person,origin\n{rows}")
    command = [sys.executable, "-m", "backend", "import-persons", str(register)]
    environment = hall.variables() | hall.stores()
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    service_id = next(s.service_id for s in changed.services if s.queue_id == queue_id)
    path = f"/api/halls/{HALL_ID}/bookable/{service_id}"

    def places() -> list[dict[str, Any]]:
        days = hall.ask("GET", path).json["days"]
        return [slot for day in days for slot in day["slots"] if slot["left"] == PLACES]

    until(lambda: bool(places()), 10)  # the plan is known to each process within seconds
    return service_id, places()[3]["slot_at"]


async def answer(hall: Hall, n: int, path: str, body: object) -> tuple[int, Any]:
    """What was answered to a person who comes from an address of their own."""
    source = f"127.{1 + n // 250}.0.{1 + n % 250}"
    reader, writer = await asyncio.open_connection("127.0.0.1", hall.port, local_addr=(source, 0))
    try:
        data = json.dumps(body).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{hall.port}\r\nConnection: close\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
        writer.write(head.encode() + data)
        whole = await asyncio.wait_for(reader.read(), 10)
    finally:
        writer.close()
    first, _, rest = whole.partition(b"\r\n")
    if not first:
        raise ConnectionResetError
    # A process that is killed may leave a head without its body: no answer (ValueError).
    return int(first.split()[1]), json.loads(rest.partition(b"\r\n\r\n")[2])


class Crowd:
    """Everybody at once; each order is repeated under its id until it is answered."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.answers = 0
        self.repeats = 0
        self.killed = asyncio.Event()

    async def order(self, n: int, path: str, id: str, command: object) -> tuple[int, Any]:
        for _ in range(round(PATIENCE_S / RETRY_S)):
            try:
                found = await answer(self.hall, n, path, {"id": id, "command": command})
            except (OSError, TimeoutError, ValueError):
                found = (503, None)
            if found[0] != 503:
                self.answers += 1
                if self.answers == KILL_AFTER:
                    os.kill(self.hall.pid("web1"), signal.SIGKILL)
                return found
            self.repeats += 1
            await asyncio.sleep(RETRY_S)
        raise AssertionError("nobody answered")

    async def book(self, n: int, service_id: str, slot_at: str) -> str:
        """What one person was told in the end."""
        hold = {"type": "hold_place", "service_id": service_id, "slot_at": slot_at}
        path = f"/api/halls/{HALL_ID}/bookings"
        status, held = await self.order(n, path, f"crowd-hold-{n}", hold)
        if status == 409:
            return str(held["code"])
        assert status == 200, held
        confirm = {"type": "confirm_booking", "card": f"CROWD{n:04}"}
        path = f"/api/bookings/{held['token']}"
        status, booked = await self.order(n, path, f"crowd-book-{n}", confirm)
        assert status == 200, booked
        again = await self.order(n, path, f"crowd-book-{n}", confirm)
        assert (again[1]["code"], again[1]["state"]) == (booked["code"], "booked")
        return str(booked["state"])


async def test_twenty_of_five_hundred_get_a_place_and_nobody_is_lost__AP1(hall: Hall) -> None:
    service_id, slot_at = prepare(hall)
    # Both processes learn of the cards as they start.
    for name in ("web1", "web2"):
        before = hall.pid(name)
        os.kill(before, signal.SIGKILL)
        until(lambda: hall.pids().get(name, before) != before, 20)  # noqa: B023
    until(lambda: hall.answers("/api/ready"), 20)
    crowd = Crowd(hall)
    told = Counter(
        await asyncio.gather(*(crowd.book(n, service_id, slot_at) for n in range(PEOPLE)))
    )
    print(f"{dict(told)}, {crowd.repeats} repeats")
    assert told == {"booked": PLACES, "slot_full": PEOPLE - PLACES}
    connection = await asyncpg.connect(hall.given("DATABASE_URL"))
    query = "SELECT state, count(*), count(DISTINCT person_hash) FROM bookings GROUP BY state"
    rows = [tuple(row) for row in await connection.fetch(query)]
    await connection.close()
    assert rows == [("booked", PLACES, PLACES)]
