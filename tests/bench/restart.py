"""From the start of a web process to its first answer, with a full day to fold."""

import asyncio
import os
import secrets
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException

import msgspec
from msgspec import Struct

from backend.core.commands import TakeTicket
from backend.core.day import HallDay
from backend.core.evolve import fold
from backend.core.ids import Channel, CommandId
from backend.demo.hall import DEVICE_TOKEN, HALL_ID
from backend.store.archive import Archive
from backend.store.database import Database
from backend.store.redis_servers import Links
from backend.store.redis_stream import RedisStream
from backend.store.stream import START, Commit
from backend.wire.messages import Do
from tests.bench.days import EVENTS, DayMaker
from tests.bench.figures import Figure, Section, median
from tests.bench.processes import await_day, await_quiet
from tests.hall import ROOT, Hall, free_port, running_hall

RUNS = 3
GROUP = 250
LIMIT_S = 60.0
POLL_S = 0.005
READY_TARGET_S = 2.0


class Start(Struct, frozen=True, kw_only=True):
    """One start of a web process."""

    ready_s: float
    answer_s: float


def bench_restart(events: int = EVENTS) -> list[Section]:
    """The section on restarts."""
    with running_hall() as hall:
        await_day(hall)
        await_quiet()
        imports_s = [_imports_s() for _ in range(RUNS)]
        empty = [_start(hall) for _ in range(RUNS)]
        asyncio.run(_fill(hall, events))
        await_quiet()
        full = [_start(hall) for _ in range(RUNS)]
        killed_s = [_kill(hall) for _ in range(RUNS)]
    importing_s = median(imports_s)
    empty_s = median(start.answer_s for start in empty)
    full_s = median(start.answer_s for start in full)
    return [
        Section(
            title="Restart with a full day",
            setting=(
                f"A web process begun on a stream of {events:,} events and on one of a day just"
                " opened, until `/api/ready` and until its first command is answered; the one of"
                f" the launcher is killed with SIGKILL; {RUNS} times each, medians."
            ),
            figures=(
                Figure(name="importing the web process's modules", value=importing_s, unit="s"),
                Figure(
                    name="start to first answer, empty day",
                    value=empty_s,
                    unit="s",
                    peer=importing_s,
                    peer_name="importing",
                ),
                Figure(
                    name="start to ready, full day",
                    value=median(start.ready_s for start in full),
                    unit="s",
                    target=READY_TARGET_S,
                    peer=median(start.ready_s for start in empty),
                    peer_name="empty day",
                ),
                Figure(
                    name="start to first answer, full day",
                    value=full_s,
                    unit="s",
                    target=READY_TARGET_S,
                    peer=empty_s,
                    peer_name="empty day",
                ),
                Figure(
                    name="kill to first answer, full day",
                    value=median(killed_s),
                    unit="s",
                    peer=full_s,
                    peer_name="start to first answer",
                ),
            ),
        )
    ]


def _imports_s() -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import backend.__main__"], cwd=ROOT, check=True)
    return time.monotonic() - began


def _start(hall: Hall) -> Start:
    """Begin another web process of the hall on a port of its own, and end it."""
    port = free_port()
    names = ("DATABASE_URL", "REDIS_URL")
    variables = hall.variables() | {name: hall.given(name) for name in names}
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "backend", "web"],
        env=variables | {"PORT": str(port), "YIZHAN_DEMO": "1"},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        ready_s = _until_ok(port, "GET", "/api/ready", began)
        return Start(ready_s=ready_s, answer_s=_until_answered(port, began))
    finally:
        process.terminate()
        process.wait(20)


def _kill(hall: Hall) -> float:
    """Kill the launcher's web process; seconds until a command is answered again."""
    began = time.monotonic()
    os.kill(hall.pid("web1"), signal.SIGKILL)
    return _until_answered(hall.port, began)


def _until_answered(port: int, began: float) -> float:
    """Seconds until a command was answered; it is repeated with the same id (I7)."""
    command = TakeTicket(channel=Channel.ANONYMOUS, queue_id="A")
    message = Do(id=CommandId(f"bench-restart:{secrets.token_hex(6)}"), command=command)
    path = f"/api/halls/{HALL_ID}/commands"
    return _until_ok(port, "POST", path, began, msgspec.json.encode(message))


def _until_ok(port: int, method: str, path: str, began: float, body: bytes | None = None) -> float:
    headers = {"Authorization": f"Bearer {DEVICE_TOKEN}", "Content-Type": "application/json"}
    while time.monotonic() - began < LIMIT_S:
        connection = HTTPConnection("127.0.0.1", port, timeout=LIMIT_S)
        with suppress(OSError, HTTPException):
            connection.request(method, path, body, headers)
            if connection.getresponse().status == 200:
                return time.monotonic() - began
        connection.close()
        time.sleep(POLL_S)
    raise TimeoutError(f"{method} {path}: no answer in {LIMIT_S} s")


async def _fill(hall: Hall, events: int) -> None:
    """Append a day to what the hub has opened, and wait until it is archived."""
    link = Links(hall.given("REDIS_URL")).of(HALL_ID)
    database = Database(hall.given("DATABASE_URL"))
    stream = RedisStream(link, HALL_ID)
    ref = await stream.latest_day()
    assert ref is not None
    entries = await stream.read(ref, START, 10_000)
    end = entries[-1].position
    day = fold(HallDay(), (event for entry in entries for event in entry.commit.events))
    group: list[Commit] = []
    for commit in DayMaker(day, datetime.now(UTC)).commits():
        group.append(commit)
        if len(group) == GROUP or end.seq + len(group) >= events:
            end, group = await stream.append(ref, end, group), []
        if end.seq >= events:
            break
    async with asyncio.timeout(LIMIT_S):
        while (await Archive(database).end(HALL_ID, ref.day)).seq < end.seq:
            await asyncio.sleep(0.1)
    await database.close()
    await link.aclose()
