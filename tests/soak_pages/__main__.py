"""`python -m tests.soak_pages [minutes]`: does any page grow while a hall is busy for a whole day?

Board, kiosk, phone, counter screen and pad are open in a real browser before a real hall, whose
visitors come a hundred times as fast as on the design day: a quarter of an hour is 24 hours'
worth of events.  Heap (after collecting garbage), DOM nodes and listeners are read as it goes.
"""

import argparse
import asyncio
import os
import shutil
import sys
from dataclasses import dataclass

from playwright.async_api import Browser, CDPSession, async_playwright

from backend.core.commands import CallNext, HoldTicket, OpenCounter, StartServing
from tests.hall import Hall, running_hall
from tests.processes.load import Load, working

MINUTES, MINUTES_MAX = 15.0, 60.0
EVERY_S = 0.25
"""Between the commands of one person: one takes and five serve, some 24 commands a second, which
is a hundred times the 20,000 commands that 5,000 visitors make in 24 hours."""
SAMPLES = 24
COUNTER = "W16"
HEAP_MAX, NODES_MAX = 1.10, 1.10
"""The least of the last third, as a share of the least of the second."""


@dataclass(frozen=True)
class Sample:
    """One look at a page."""

    heap_kb: float
    nodes: int
    listeners: int


@dataclass(frozen=True)
class Course:
    """A page from first to last look."""

    page: str
    samples: list[Sample]

    @property
    def growth(self) -> tuple[float, float]:
        """Of heap and of nodes: the least of the last third over the least of the second.

        The first third is left out, in which the browser compiles what runs often.
        """
        third = len(self.samples) // 3
        first, second = self.samples[third : 2 * third], self.samples[2 * third :]
        heap = min(s.heap_kb for s in second) / min(s.heap_kb for s in first)
        nodes = min(s.nodes for s in second) / min(s.nodes for s in first)
        return heap, nodes

    @property
    def is_flat(self) -> bool:
        """Whether it would go on like this for months."""
        heap, nodes = self.growth
        return heap <= HEAP_MAX and nodes <= NODES_MAX


async def soak(browser: Browser, hall: Hall, minutes: float, samples: int) -> list[Course]:
    """Live the hall for so long; each page's course."""
    load = Load(hall, hall.cookie("supervisor"))
    token = await _held_ticket(load)
    paths = {
        "board": "/board/Z3",
        "two boards": "/board/Z3?beside=Z1",
        "counter screen": f"/counter-screen/{COUNTER}",
        "pad": f"/pad/{COUNTER}",
        "kiosk": "/kiosk/K3",
        "phone": f"/t/{token}",
    }
    sights: dict[str, CDPSession] = {}
    for name, path in paths.items():
        context = await browser.new_context()
        page = await context.new_page()
        await page.goto(hall.url + path)
        sights[name] = await context.new_cdp_session(page)
        await sights[name].send("Performance.enable")
    found: dict[str, list[Sample]] = {name: [] for name in paths}
    async with working(load, kiosks=1, every_s=EVERY_S, screens=0):
        for _ in range(samples):
            await asyncio.sleep(minutes * 60 / samples)
            for name, sight in sights.items():
                found[name].append(await _look(sight))
    print(f"{len(load.answers)} commands in {minutes:g} min", flush=True)
    return [Course(name, course) for name, course in found.items()]


async def _held_ticket(load: Load) -> str:
    """A ticket that stays all day while its queue moves; its token."""
    async with load.client("held-kiosk", is_device=True) as kiosk:
        token = str((await load.ticket(kiosk, "held-taken")).result.token)
    async with load.client("held-desk", is_device=False) as desk:
        for step in (OpenCounter, CallNext, StartServing, HoldTicket):
            await load.do(desk, "held", f"held-{step.__name__}", step(counter_id=COUNTER))
    return token


async def _look(sight: CDPSession) -> Sample:
    await sight.send("HeapProfiler.collectGarbage")
    metrics = (await sight.send("Performance.getMetrics"))["metrics"]
    value = {metric["name"]: metric["value"] for metric in metrics}
    return Sample(
        heap_kb=value["JSHeapUsedSize"] / 1024,
        nodes=int(value["Nodes"]),
        listeners=int(value["JSEventListeners"]),
    )


def tell(courses: list[Course]) -> None:
    """Two lines for every page: first, middle and last look and its growth; the heap's course."""
    for course in courses:
        first, middle, last = (course.samples[at] for at in (0, len(course.samples) // 2, -1))
        looks = "  ".join(f"{s.heap_kb:7.0f} kB {s.nodes:5d} nodes" for s in (first, middle, last))
        heap, nodes = course.growth
        verdict = "flat" if course.is_flat else "GROWS"
        print(f"{course.page:15}{looks}  heap x{heap:.3f} nodes x{nodes:.3f}  {verdict}")
        print(" " * 15 + " ".join(f"{sample.heap_kb:.0f}" for sample in course.samples))


async def _main(minutes: float) -> int:
    found = os.environ.get("YIZHAN_CHROMIUM") or shutil.which("chromium")
    with running_hall() as hall:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
            courses = await soak(browser, hall, minutes, SAMPLES)
            await browser.close()
    tell(courses)
    return 0 if all(course.is_flat for course in courses) else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("minutes", type=float, nargs="?", default=MINUTES)
    sys.exit(asyncio.run(_main(min(parser.parse_args().minutes, MINUTES_MAX))))
