"""From a clerk's click to the first sound, on a hall where nothing else happens."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from websockets.asyncio.client import connect

from backend.client.client import socket_url
from backend.core.commands import CallNext, FinishServing, StartServing, TakeTicket
from backend.core.ids import Channel
from backend.demo.hall import DEVICE_TOKEN, HALL_ID
from tests.bench.clicks import COUNTER_ID, QUEUE_ID, Desk
from tests.bench.commands import open_counters
from tests.bench.figures import Figure, Section, quantile
from tests.bench.processes import await_day, await_quiet, tree_cpu_s
from tests.hall import ROOT, Hall, running_hall, until

CALLS = 12
ZONE_ID = "Z1"
COMES_S = 1.8
"""The visitor comes while the words sound, so that they are not repeated."""
READY_S = 60.0
SPOKEN_S = 30.0
SOUND_MS = 300.0


def bench_voice() -> list[Section]:
    """The section on the voice."""
    with (
        running_hall() as hall,
        tempfile.TemporaryDirectory() as folder,
        _agent(hall, Path(folder)) as (lines, agent_id),
    ):
        await_day(hall)
        cookie = hall.cookie("supervisor")
        asyncio.run(open_counters(hall.url, cookie))
        await_quiet()
        before_s = tree_cpu_s(agent_id)
        clicked = asyncio.run(_call(hall.url, cookie, lines))
        used_ms = (tree_cpu_s(agent_id) - before_s) * 1e3
        return [_section(clicked, _spoken(lines), used_ms / len(clicked))]


@contextmanager
def _agent(hall: Hall, home: Path) -> Iterator[tuple[Path, int]]:
    """A display agent that speaks with clips on the null device.

    Gives where it says what, and its process id.
    """
    log = home / "log"
    with log.open("wb") as out:
        agent = subprocess.Popen(
            [
                *(sys.executable, "-m", "display_agent", "--url", hall.url, "--hall", HALL_ID),
                *("--zone", ZONE_ID, "--home", str(home / "home"), "--wav", str(home / "wav")),
                *("--voice", "clips", "--sound", "null"),
            ],
            cwd=ROOT,
            env={**os.environ, "YIZHAN_TOKEN": DEVICE_TOKEN},
            stderr=out,
        )
        try:
            until(lambda: "clips are ready" in log.read_text(), READY_S)
            yield home / "wav" / "spoken.jsonl", agent.pid
        finally:
            agent.terminate()
            agent.wait()


async def _call(url: str, cookie: str, lines: Path) -> list[datetime]:
    """Call one visitor after another; when each was clicked."""
    clicked = []
    async with connect(
        socket_url(url, HALL_ID),
        additional_headers={"Cookie": cookie},
        compression=None,
        ping_interval=None,
    ) as socket:
        desk = Desk(socket)
        for n in range(1, CALLS + 1):
            await desk.do(TakeTicket(channel=Channel.ANONYMOUS, queue_id=QUEUE_ID))
            clicked.append(datetime.now(UTC))
            await desk.do(CallNext(counter_id=COUNTER_ID))
            await asyncio.sleep(COMES_S)
            await desk.do(StartServing(counter_id=COUNTER_ID))
            await desk.do(FinishServing(counter_id=COUNTER_ID))
            deadline_s = time.monotonic() + SPOKEN_S
            while len(_spoken(lines)) < n:
                assert time.monotonic() < deadline_s, f"{len(_spoken(lines))} of {n} spoken"
                await asyncio.sleep(0.05)
    return clicked


def _spoken(lines: Path) -> list[dict[str, Any]]:
    if not lines.exists():
        return []
    return [msgspec.json.decode(line) for line in lines.read_bytes().splitlines()]


def _section(clicked: list[datetime], spoken: list[dict[str, Any]], used_ms: float) -> Section:
    # The hub's clock, by which the agent tells, and ours are one on this machine.
    began = [datetime.fromisoformat(line["started_at"]) for line in spoken]
    chain = [
        (sound_at - at).total_seconds() * 1e3 for at, sound_at in zip(clicked, began, strict=True)
    ]
    own = [float(line["first_sound_ms"]) for line in spoken]
    figures = [
        Figure(
            name=f"{name}: {words}",
            value=quantile(values, share),
            unit="ms",
            target=SOUND_MS if name.startswith("click") else None,
        )
        for name, values in (("click → first sound", chain), ("of it in the voice agent", own))
        for words, share in (("p50", 0.5), ("slowest", 1.0))
    ]
    figures.append(Figure(name="CPU of the voice agent for each call", value=used_ms, unit="ms"))
    return Section(
        title="From click to the first sound",
        setting=(
            f"{len(clicked)} calls one after another, spoken from cached clips; the sound begins"
            " when the null device takes the first samples, and a real one adds its buffer of"
            " 40 ms."
        ),
        figures=tuple(figures),
    )
