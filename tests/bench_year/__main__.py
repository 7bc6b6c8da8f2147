"""`python -m tests.bench_year`: a year of the reference hall, and how fast its figures are.

Lives a seeded year by the real rules, stores it, counts it, asks what the pages ask, and finds
every figure once more in plain Python.  Some minutes on two cores; `--accepted n --days n` is a
smaller one, which is not written into docs/performance.md.
"""

import argparse
import asyncio
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import date, datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from msgspec.structs import replace

from backend.core.figures import Dimension, Figures
from backend.demo.cases import load_catalogue
from backend.demo.hall import HALL_ID, demo_plan, load_demo
from backend.recorder.counting import count_hall
from backend.store.asked_figures import Query
from backend.store.counts import Counts
from backend.store.database import Database, migrate
from backend.store.followups import FollowUps
from backend.store.measures.listed import MEASURES
from backend.store.plans import Plans
from backend.store.statistics import Statistics
from tests.bench.__main__ import PAGE
from tests.bench.figures import (
    Figure,
    Section,
    as_markdown,
    as_text,
    machine,
    quantile,
    replace_generated,
)
from tests.bench.processes import Disturbance
from tests.bench_year.casework import departments_of
from tests.bench_year.life import SHANGHAI
from tests.bench_year.load import ACCEPTED, YEAR, live_year, load_year
from tests.statistics.compare import Again, differences
from tests.support.servers import database_url, execute, running_server

T = TypeVar("T")
NAME = "bench-year"
LOADED_S, ANSWERED_S = 300.0, 1.0
TURNS = 3
ARBITRARY = 4
"""Periods from any day to any day."""
SEED = 1
AT = datetime(YEAR + 1, 1, 1, tzinfo=SHANGHAI)
Part = tuple[tuple[Dimension, ...], str]
"""The dimensions and the measures of a question."""
PARTS: dict[str, Part] = {
    "key figures": ((), ",".join(MEASURES)),
    "heat map": ((Dimension.WEEKDAY, Dimension.HALF_HOUR), "issued,wait_mean,wait_p90"),
    "course": (
        (Dimension.DAY,),
        "issued,served,wait_mean,wait_p90,satisfied_rate,accepted,decided_rate",
    ),
    "ratings": ((Dimension.LEVEL,), "given"),
    "cases by state": ((Dimension.STATE,), "accepted"),
    "cases by department": (
        (Dimension.DEPARTMENT,),
        "accepted,decided,decided_rate,on_time_rate,late_rate,visits_mean,once_rate",
    ),
    "attendance by clerk": ((Dimension.CLERK,), "attendance_rate,on_post_rate,busy_rate,late"),
    "origins": ((Dimension.ORIGIN,), "issued"),
    "channels": ((Dimension.CHANNEL,), "issued"),
    "table of everything by queue": ((Dimension.QUEUE,), ",".join(MEASURES)),
    "table of everything by service": ((Dimension.SERVICE,), ",".join(MEASURES)),
    "table by clerk and month": ((Dimension.CLERK, Dimension.MONTH), "served,handling_p90"),
}
"""What the pages ask, one question each, with more measures than they do."""
PAGE_PARTS: tuple[Part, ...] = (
    (
        (),
        "issued,served,wait_mean,wait_p90,handling_mean,abandoned_rate,accepted,decided_rate,"
        "on_time_rate,satisfied_rate,overall_rate,given_rate",
    ),
    PARTS["heat map"],
    PARTS["ratings"],
    (
        (Dimension.DEPARTMENT,),
        "given,satisfied_rate,overall_rate,bad_rate,given_rate,called_back_rate,answered_rate",
    ),
    PARTS["cases by state"],
    PARTS["cases by department"],
    ((Dimension.COUNTER,), "served,handling_mean,busy_rate,open_minutes"),
    ((Dimension.DEPARTMENT,), "attendance_rate,on_post_rate,late,early,missing"),
    PARTS["origins"],
    PARTS["channels"],
    ((Dimension.MONTH,), "issued,served,wait_mean,satisfied_rate"),
)
"""What the statistics page asks, all at once."""


def periods() -> list[tuple[date, date]]:
    """A year, its months, some weeks and days."""
    months = [date(YEAR, month, 1) for month in range(1, 13)]
    ends = [*(month - timedelta(days=1) for month in months[1:]), date(YEAR, 12, 31)]
    weeks = [(date(YEAR, month, 2), date(YEAR, month, 8)) for month in (3, 6, 9)]
    days = [(date(YEAR, month, 10), date(YEAR, month, 10)) for month in (3, 6, 9)]
    return [(months[0], ends[-1]), *zip(months, ends, strict=True), *weeks, *days]


class Timed:
    """How long each part took, by the wall and of our processes' CPU; PostgreSQL's is not in it."""

    def __init__(self) -> None:
        self.wall_s: dict[str, float] = {}
        self.cpu_s: dict[str, float] = {}

    def of(self, name: str, work: Callable[[], T]) -> T:
        """What the work returns."""
        wall, cpu = time.perf_counter(), _cpu_s()
        found = work()
        self.wall_s[name], self.cpu_s[name] = time.perf_counter() - wall, _cpu_s() - cpu
        print(f"{name} in {self.wall_s[name]:.0f} s", flush=True)
        return found


def _cpu_s() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


async def prepare(url: str) -> None:
    """The hall without a history."""
    database = Database(url)
    await migrate(database)
    await load_demo(database)
    await load_catalogue(database)
    await database.close()


async def count_all(url: str) -> None:
    """What the recorder's process does, a minute at a time."""
    database = Database(url)
    await count_hall(HALL_ID, Counts(database), Plans(database), FollowUps(database))
    await database.close()
    await execute(url, "ANALYZE")


async def ask_all(url: str) -> dict[str, list[float]]:
    """Seconds that each question took, with small groups kept back and without."""
    database = Database(url)
    statistics, took = Statistics(database), dict[str, list[float]]()

    async def ask(name: str, work: Awaitable[object]) -> None:
        began = time.perf_counter()
        await work
        took.setdefault(name, []).append(time.perf_counter() - began)

    for _, (first, last), keeps_back in product(range(TURNS), periods(), (False, True)):
        query = Query(
            hall_ids=(HALL_ID,),
            first=first,
            last=last,
            measures=(),
            at=AT,
            keeps_back=keeps_back,
        )

        def figures(part: Part, query: Query = query) -> Coroutine[Any, Any, Figures]:
            by, ids = part
            measures = tuple(MEASURES[measure_id] for measure_id in ids.split(","))
            return statistics.figures(replace(query, by=by, measures=measures))

        for name, part in PARTS.items():
            await ask(name, figures(part))
        await ask("windows' day", statistics.spans(HALL_ID, first))
        await ask("the whole page at once", asyncio.gather(*map(figures, PAGE_PARTS)))
    await database.close()
    return took


async def check(url: str) -> tuple[int, list[str]]:
    """Every measure by every dimension in plain Python: how many were compared, what differs."""
    days = [date(YEAR, 1, 1) + timedelta(days=n) for n in range(365)]
    quarters = [(date(YEAR, m, 1), date(YEAR, m + 2, 31 - (m in {4, 7}))) for m in (1, 4, 7, 10)]
    chance = Random(SEED)
    arbitrary = [tuple(sorted(chance.sample(days, 2))) for _ in range(ARBITRARY)]
    asked = [*periods(), *quarters, *((first, last) for first, last in arbitrary)]
    bys: list[tuple[Dimension, ...]] = [(), *((one,) for one in Dimension)]
    bys += [(Dimension.WEEKDAY, Dimension.HALF_HOUR), (Dimension.CLERK, Dimension.MONTH)]
    again = Again(url, HALL_ID, departments_of(demo_plan()), SHANGHAI)
    expected = await again.sums(asked, bys, AT)
    database = Database(url)
    found = await differences(database, expected, HALL_ID, AT, periods=asked, bys=bys)
    await database.close()
    return found


def main(arguments: Sequence[str]) -> int:
    """Measure; 1 when a figure is not what the events say."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench_year", description=__doc__)
    parser.add_argument("--accepted", type=int, default=ACCEPTED)
    parser.add_argument("--days", type=int, default=366)
    parser.add_argument("--no-check", action="store_true")
    asked = parser.parse_args(arguments)
    setting = machine()
    print(setting, flush=True)
    with running_server("postgres") as server:
        asyncio.run(execute(server.url, f'CREATE DATABASE "{NAME}"'))
        url = database_url(server.url, NAME)
        section, wrong = _measured(url, asked)
    print("\n" + as_text([section]), flush=True)
    print("\n".join(wrong[:20]))
    if (asked.accepted, asked.days) == (ACCEPTED, 366) and not wrong:
        page = replace_generated(PAGE.read_text(), as_markdown([section], setting), by=NAME)
        PAGE.write_text(page)
    return 1 if wrong else 0


def _measured(url: str, asked: argparse.Namespace) -> tuple[Section, list[str]]:
    asyncio.run(prepare(url))
    disturbance = Disturbance()
    timed = Timed()
    with TemporaryDirectory(prefix="yizhan-year-") as folder:
        tickets, commits = timed.of(
            "lived",
            lambda: live_year(
                Path(folder), accepted=asked.accepted, days_max=asked.days, seed=SEED
            ),
        )
        timed.of("archived", lambda: load_year(url, Path(folder)))
    timed.of("counted", lambda: asyncio.run(count_all(url)))
    took = asyncio.run(ask_all(url))
    for name, times in took.items():
        print(f"{name}: p95 {quantile(times, 0.95):.3f} s", flush=True)
    compared, wrong = (0, list[str]())
    if not asked.no_check:
        compared, wrong = timed.of("found again", lambda: asyncio.run(check(url)))
    every = [one for times in took.values() for one in times]
    figures = [
        Figure(
            name="loaded: archived and counted",
            value=timed.wall_s["archived"] + timed.wall_s["counted"],
            unit="s",
            target=LOADED_S,
        ),
        *(
            figure
            for name, value in timed.wall_s.items()
            for figure in (
                Figure(name=f"{name}", value=value, unit="s"),
                Figure(name=f"{name}: CPU of our processes", value=timed.cpu_s[name], unit="s"),
            )
        ),
        *(
            Figure(name=f"{name}: p95", value=quantile(times, 0.95), unit="s", target=ANSWERED_S)
            for name, times in took.items()
        ),
        Figure(name="any of them: p95", value=quantile(every, 0.95), unit="s", target=ANSWERED_S),
        Figure(name="any of them: slowest", value=max(every), unit="s"),
    ]
    again = "not found once more in plain Python this time"
    if not asked.no_check:
        again = f"{compared:,} figures found once more in plain Python from the events"
        name = "figures that differ from plain Python"
        figures.append(Figure(name=name, value=len(wrong), unit="", target=0))
    words = (
        f"{asked.accepted:,} cases accepted at 31 windows, {tickets:,} tickets, {commits:,} commits"
        f" of the hall's days, lived by the real rules from a seed in two processes;"
        f" {len(every):,} questions about a year, its months, weeks and days, with what the period"
        f" before came to; {again}."
    )
    return Section(
        title="A year's statistics",
        setting=words,
        figures=tuple(figures),
        others_share=disturbance.share,
    ), wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
