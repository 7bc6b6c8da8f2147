"""Screens in a real browser: looked after by the display agent (SC1, SC2), and never larger."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser

from backend.client.http import tell_screens
from backend.core.devices import ScreenReport
from backend.core.ids import ScreenState
from backend.engines.process import child_setup
from display_agent.page import parse_lit, parse_screen
from display_agent.screens import Screen, Screens, Station
from tests.e2e.proxy import Proxy
from tests.hall import DEVICE_TOKEN, HALL_ID, ROOT, Hall, is_gone, running_hall
from tests.soak_pages.__main__ import soak

BEGIN_S, LIMIT_S = 60.0, 40.0
SOAK_MINUTES, SOAK_LOOKS = 0.15, 6
SOAK_HEAP_MAX, SOAK_NODES_MAX, LISTENERS_MORE = 1.3, 1.3, 20
"""Code is still being compiled, and calls come to stand on screens that were empty."""
SOAK_NODES_SPREAD = 100
"""A pad that offers a visit has some 60 nodes more than one at rest."""
NOON, NIGHT = (datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (12, 23))


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    assert (ROOT / "frontend" / "dist" / "board.html").exists(), "run `make setup` first"
    with running_hall() as found:
        yield found


async def eventually(is_so: Callable[[], bool], limit_s: float) -> float:
    """Wait until the claim holds; how long that took."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < limit_s, f"not within {limit_s} s"
        await asyncio.sleep(0.05)
    return time.monotonic() - began


@asynccontextmanager
async def shown(station: Station, name: str) -> AsyncIterator[Screen]:
    """A screen that is looked after."""
    screens = Screens(station, [parse_screen(name)], {})
    task = asyncio.create_task(screens.run(lambda: DEVICE_TOKEN))
    try:
        yield screens.screens[0]
    finally:
        task.cancel()
        await asyncio.wait((task,))


def renderers_of(browser: int) -> list[int]:
    """The processes that draw its pages."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            is_drawing = b"--type=renderer" in (entry / "cmdline").read_bytes()
            if is_drawing and os.getpgid(int(entry.name)) == browser:
                found.append(int(entry.name))
    return found


def pid_of(screen: Screen) -> int:
    """The browser of the screen; 0 while it has none."""
    return screen.browser.pid if screen.browser is not None else 0


def is_lit(screen: Screen) -> bool:
    return screen.report.state is ScreenState.LIT


def state_in_ops(hall: Hall, cookie: dict[str, str], screen_id: str) -> str | None:
    view = hall.ask("GET", f"/api/halls/{HALL_ID}/topics/ops", **cookie).json["view"]
    states = {screen["screen_id"]: screen["state"] for screen in view["screens"]}
    found: str | None = states.get(screen_id)
    return found


def silent_alerts(hall: Hall, cookie: dict[str, str]) -> dict[str, int]:
    """The screens that are silent, and for how many seconds they were when that was seen."""
    view = hall.ask("GET", f"/api/halls/{HALL_ID}/topics/alerts", **cookie).json["view"]
    alerts = [line for line in view["standing"] if line["kind"] == "screen_silent"]
    return {line["subject_id"]: line["value"] for line in alerts}


def program(hall: Hall, chromium: str, home: Path) -> "subprocess.Popen[bytes]":
    """The agent as a technician runs it, with one board."""
    options = ["--url", hall.url, "--hall", HALL_ID, "--home", str(home), "--headless"]
    options += ["--screen", "board:Z2@0,0,1920x1080", "--chromium", chromium]
    command = [sys.executable, "-m", "display_agent", *options]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"YIZHAN_TOKEN": DEVICE_TOKEN},
        stdout=subprocess.DEVNULL,
        preexec_fn=child_setup(),  # noqa: PLW1509 (ends with the tests, even if they are killed)
    )


async def test_board_is_kept_alive_through_every_failure_and_a_dead_agent_is_told__SC1_SC2(
    hall: Hall, chromium: str, tmp_path: Path
) -> None:
    cookie = {"Cookie": hall.cookie("supervisor")}
    other = program(hall, chromium, tmp_path / "other")
    proxy = Proxy(hall.port)
    await proxy.mend()
    wall = [NOON]
    station = Station(
        url=f"http://127.0.0.1:{proxy.port}",
        hall_id=HALL_ID,
        chromium=chromium,
        home=tmp_path,
        is_headless=True,
        lit=parse_lit("07:00-19:00"),
        hidden=frozenset(),
        clock=lambda: wall[0],
        every_s=0.5,
        answer_s=1.5,
    )
    async with shown(station, "board:Z1") as screen:
        await eventually(lambda: is_lit(screen), BEGIN_S)
        assert screen.report.seq is not None
        assert screen.report.digest
        await eventually(lambda: state_in_ops(hall, cookie, "board:Z2") == "lit", BEGIN_S)
        other.kill()  # its board is silent from now on, which is looked at below
        other.wait()

        first = pid_of(screen)
        os.kill(first, signal.SIGKILL)
        took_s = await eventually(
            lambda: pid_of(screen) not in {0, first} and is_lit(screen), LIMIT_S
        )
        print(f"killed: lit again after {took_s:.1f} s")

        second = pid_of(screen)
        for renderer in renderers_of(second):
            os.kill(renderer, signal.SIGSTOP)
        took_s = await eventually(
            lambda: pid_of(screen) not in {0, second} and is_lit(screen), LIMIT_S
        )
        print(f"hung: lit again after {took_s:.1f} s")
        await eventually(lambda: is_gone(second), LIMIT_S)

        third = pid_of(screen)
        wall[0] = NIGHT
        await eventually(lambda: screen.report.state is ScreenState.BLANK, LIMIT_S)
        assert screen.browser is not None
        over = "document.elementFromPoint(9, 9).id"
        assert await screen.browser.evaluate(over) == "yizhan-blank"
        wall[0] = NOON
        await eventually(lambda: is_lit(screen), LIMIT_S)
        assert await screen.browser.evaluate(over) != "yizhan-blank"

        await proxy.cut()
        await eventually(lambda: screen.report.state is ScreenState.STALE, LIMIT_S)
        await proxy.mend()
        took_s = await eventually(lambda: is_lit(screen), LIMIT_S)
        print(f"hub back: lit again after {took_s:.1f} s")
        assert pid_of(screen) == third, "a hub that is away is no reason for another browser"

        await eventually(lambda: "board:Z2" in silent_alerts(hall, cookie), LIMIT_S)
        assert 20 < silent_alerts(hall, cookie)["board:Z2"] <= 40  # 25, on a machine that keeps up
        await eventually(lambda: state_in_ops(hall, cookie, "board:Z1") == "lit", LIMIT_S)
        report = ScreenReport(screen_id="board:Z2", state=ScreenState.LIT)
        await tell_screens(hall.url, HALL_ID, (report,), token=DEVICE_TOKEN)
        await eventually(lambda: not silent_alerts(hall, cookie), LIMIT_S)
        assert state_in_ops(hall, cookie, "board:Z2") == "lit"
    await eventually(lambda: is_gone(third), LIMIT_S)


async def test_no_page_grows_while_the_hall_is_busy(browser: Browser, hall: Hall) -> None:
    """Some seconds of what `make soak-pages` does for a day."""
    for course in await soak(browser, hall, SOAK_MINUTES, SOAK_LOOKS):
        heap, nodes = course.growth
        assert heap < SOAK_HEAP_MAX, course
        spread = max(s.nodes for s in course.samples) - min(s.nodes for s in course.samples)
        assert nodes < SOAK_NODES_MAX or spread < SOAK_NODES_SPREAD, course
        assert course.samples[-1].listeners <= course.samples[0].listeners + LISTENERS_MORE, course
