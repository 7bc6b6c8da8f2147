"""Guides asked for 500 times a second and seen on a slow phone; searches beside a busy loop."""

import asyncio
import os
import shutil
import time
from collections.abc import Awaitable, Callable
from itertools import cycle
from pathlib import Path
from urllib.parse import quote, urlsplit

from playwright.async_api import async_playwright

from backend.assistant.answer import Assistant
from backend.demo.catalogue import demo_catalogue
from tests.bench.figures import Figure, Section, median, quantile
from tests.bench.processes import await_day, await_quiet, cpu_s
from tests.bench_search.data import large
from tests.hall import ROOT, Hall, running_hall

RATE_PER_S, DURATION_S, CONNECTIONS = 500, 4.0, 32
GUIDE, TRIVIAL = "/services/IO-01", "/api/health"
SEARCHES, VIEWS = 60, 5
TICK_S = 0.001
QUERIES = ROOT / "tests" / "bench_search" / "queries.txt"
P95_MS, SEARCH_P95_MS = 100.0, 50.0
SEEN_MS, SHIFT, SCRIPT_KB = 1500.0, 0.05, 60.0
SLOWER, ROUND_TRIP_MS, BYTES_PER_S = 4, 150, 1.6e6 / 8
"""A phone's processor beside this one, and a slow mobile network."""
LOOK = """() => new Promise((done) => {
  const seen = { lcp: 0, shift: 0 }
  new PerformanceObserver((list) => { seen.lcp = list.getEntries().at(-1).startTime })
    .observe({ type: 'largest-contentful-paint', buffered: true })
  new PerformanceObserver((list) => list.getEntries().forEach((e) => { seen.shift += e.value }))
    .observe({ type: 'layout-shift', buffered: true })
  setTimeout(() => {
    const loaded = performance.getEntriesByType('resource')
    const scripts = loaded.filter(({ name }) => name.endsWith('.js'))
    const bytes = scripts.reduce((sum, { encodedBodySize: size }) => sum + size, 0)
    done([seen.lcp, seen.shift, bytes / 1000])
  }, 500)
})"""


class Page:
    """A connection that asks for pages; each waits until the one before has come."""

    def __init__(self, url: str, headers: str = "") -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname, parts.port)
        self._rest = f"HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept-Encoding: gzip\r\n{headers}\r\n"
        self._turn = asyncio.Lock()
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> tuple[int, str]:
        """The status, and the entity tag if there is one."""
        async with self._turn:
            if self._streams is None:
                self._streams = await asyncio.open_connection(*self._address)
            reader, writer = self._streams
            writer.write(f"GET {path} {self._rest}".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
            await reader.readexactly(int(fields.get("content-length", "0")))
            return int(head.split(" ", 2)[1]), fields.get("etag", "")

    def close(self) -> None:
        """Ask for nothing more."""
        if self._streams is not None:
            self._streams[1].close()


def bench_site() -> list[Section]:
    """Guides, and searches."""
    with running_hall() as hall:
        await_day(hall)
        await_quiet()
        seen = asyncio.run(_first_view(hall))
        return [
            *(asyncio.run(_guides(hall)), seen),
            *(asyncio.run(_searches(hall)), asyncio.run(_large())),
        ]


async def _first_view(hall: Hall) -> Section:
    """What a phone shows of a guide that it has never seen, and when."""
    found = os.environ.get("YIZHAN_CHROMIUM") or shutil.which("chromium")
    views: list[tuple[float, float, float]] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for _ in range(VIEWS):
            context = await browser.new_context(viewport={"width": 390, "height": 844})
            page = await context.new_page()
            phone = await context.new_cdp_session(page)
            await phone.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            slow = {"downloadThroughput": BYTES_PER_S, "uploadThroughput": BYTES_PER_S}
            network = {"offline": False, "latency": ROUND_TRIP_MS, **slow}
            await phone.send("Network.emulateNetworkConditions", network)
            await page.goto(hall.url + GUIDE)
            lcp_ms, shift, script_kb = await page.evaluate(LOOK)
            views.append((lcp_ms, shift, script_kb))
            await context.close()
        await browser.close()
    lcps, shifts, scripts = zip(*views, strict=True)
    figures = (
        Figure(name="largest paint: median", value=median(lcps), unit="ms", target=SEEN_MS),
        Figure(name="layout shift: most", value=max(shifts), unit="", target=SHIFT),
        Figure(name="scripts, packed", value=max(scripts), unit="kB", target=SCRIPT_KB),
    )
    setting = (
        f"{VIEWS} first views in headless Chromium, 390 × 844, its processor {SLOWER} times slower,"
        f" {ROUND_TRIP_MS} ms and {BYTES_PER_S * 8 / 1e6:.1f} Mbit/s."
    )
    return Section(title="A guide first seen on a phone", setting=setting, figures=figures)


async def _guides(hall: Hall) -> Section:
    first = Page(hall.url)
    _, etag = await first.get(GUIDE)
    first.close()
    trivial = await _steady(hall, TRIVIAL, "")
    guide = await _steady(hall, GUIDE, "")
    same = await _steady(hall, GUIDE, f"If-None-Match: {etag}\r\n")
    figures = [
        Figure(name=f"{TRIVIAL}: p95", value=trivial[0], unit="ms"),
        Figure(
            name="a guide: p95",
            value=guide[0],
            unit="ms",
            target=P95_MS,
            peer=trivial[0],
            peer_name=TRIVIAL,
        ),
        Figure(
            name="a guide that has not changed: p95",
            value=same[0],
            unit="ms",
            peer=trivial[0],
            peer_name=TRIVIAL,
        ),
    ]
    for name, (_, cpu_us) in (("guide", guide), ("guide that has not changed", same)):
        figures.append(
            Figure(
                name=f"a {name}: CPU of the web process",
                value=cpu_us,
                unit="µs",
                target=1e6 / RATE_PER_S,
                peer=trivial[1],
                peer_name=TRIVIAL,
            )
        )
    setting = (
        f"{RATE_PER_S} requests a second for {DURATION_S:.0f} s over {CONNECTIONS} connections,"
        " sent at fixed instants and timed from when they were due; one web process."
    )
    return Section(title="Guides asked for", setting=setting, figures=tuple(figures))


async def _steady(hall: Hall, path: str, headers: str) -> tuple[float, float]:
    """p95 in ms, and the web process's CPU for each in µs."""
    pages = [Page(hall.url, headers) for _ in range(CONNECTIONS)]
    await asyncio.gather(*(page.get(path) for page in pages))
    took: list[float] = []

    async def one(page: Page, due: float) -> None:
        status, _ = await page.get(path)
        assert status in {200, 304}, status
        took.append((time.perf_counter() - due) * 1000)

    began, cpu_before = time.perf_counter(), cpu_s(hall, "web1")
    async with asyncio.TaskGroup() as tasks:
        for n, page in zip(range(int(RATE_PER_S * DURATION_S)), cycle(pages), strict=False):
            due = began + n / RATE_PER_S
            await asyncio.sleep(due - time.perf_counter())
            tasks.create_task(one(page, due))
    cpu_us = (cpu_s(hall, "web1") - cpu_before) / len(took) * 1e6
    for page in pages:
        page.close()
    return quantile(took, 0.95), cpu_us


async def _searches(hall: Hall) -> Section:
    page, other = Page(hall.url), Page(hall.url)
    await page.get("/search?q=zfgjj")  # makes the index
    alone = await _while(other, _rest_a_second)
    took: list[float] = []

    async def search() -> None:
        for query in _queries()[:SEARCHES]:
            began = time.perf_counter()
            await page.get(f"/search?q={quote(query)}")
            took.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.03)  # one address may ask 50 times a second

    beside = await _while(other, search)
    page.close()
    other.close()
    figures = (
        Figure(name="a search: p50", value=median(took), unit="ms"),
        Figure(name="a search: p95", value=quantile(took, 0.95), unit="ms", target=SEARCH_P95_MS),
        Figure(
            name=f"{TRIVIAL} beside searches: p99",
            value=quantile(beside, 0.99),
            unit="ms",
            peer=quantile(alone, 0.99),
            peer_name="without",
        ),
    )
    setting = f"{SEARCHES} queries of the test set, one after another, over the demo's 78 services."
    return Section(title="Searching in the web process", setting=setting, figures=figures)


async def _while(page: Page, work: Callable[[], Awaitable[None]]) -> list[float]:
    """How long a trivial request takes, again and again while the work is under way, in ms."""
    running, took = asyncio.ensure_future(work()), []
    while not running.done():
        began = time.perf_counter()
        await page.get(TRIVIAL)
        took.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(TICK_S)
    await running
    return took


async def _rest_a_second() -> None:
    await asyncio.sleep(1.0)


async def _large() -> Section:
    """How long a search in a thread holds up a loop, at ten times the demo's size."""
    assistant = await asyncio.to_thread(Assistant, large(demo_catalogue()))
    assistant.look_up("zfgjj")
    took: list[float] = []
    cpu: list[float] = []

    def search(query: str) -> None:
        began, cpu_began = time.perf_counter(), time.thread_time()
        assistant.answer(query, assistant.look_up(query))
        cpu.append((time.thread_time() - cpu_began) * 1000)
        took.append((time.perf_counter() - began) * 1000)

    async def search_all() -> None:
        for query in _queries()[:SEARCHES]:
            await asyncio.to_thread(search, query)
            await asyncio.sleep(0.01)

    late: list[float] = []
    running = asyncio.ensure_future(search_all())
    while not running.done():
        began = time.perf_counter()
        await asyncio.sleep(TICK_S)
        late.append((time.perf_counter() - began - TICK_S) * 1000)
    await running
    figures = (
        Figure(name="a search: p95", value=quantile(took, 0.95), unit="ms", target=SEARCH_P95_MS),
        Figure(name="a search: CPU, p95", value=quantile(cpu, 0.95), unit="ms"),
        Figure(name="the loop beside it is late: p99", value=quantile(late, 0.99), unit="ms"),
        Figure(name="the loop beside it is late: most", value=max(late), unit="ms"),
    )
    setting = f"1,000 services and 10,000 questions, {SEARCHES} queries in the one thread."
    return Section(title="Searching a large catalogue", setting=setting, figures=figures)


def _queries() -> list[str]:
    lines = Path(QUERIES).read_text(encoding="utf-8").splitlines()
    return [line.partition("=>")[0].strip() for line in lines if "=>" in line]
