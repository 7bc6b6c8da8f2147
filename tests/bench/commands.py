"""Durable commands a second, and how long an answer takes, on a real hall."""

import asyncio
from collections import defaultdict

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from backend.client import Client
from backend.core.commands import OpenCounter
from backend.demo.hall import HALL_ID, demo_plan
from backend.wire.messages import Done
from tests.bench.appends import GROUP, Appends, measure_appends
from tests.bench.figures import Figure, Section, median, quantile
from tests.bench.load import Job, Outcome, Way
from tests.bench.processes import await_day, await_quiet, cpu_s, run_part
from tests.hall import Hall, running_hall

RUNS = 3
RUN_S = 2.5
APPENDS_S = 1.0
STEADY_RATE, STEADY_WORKERS = 500.0, 31
IN_FLIGHT = (1, 16, 64)
CONNECTIONS_MAX: dict[Way, int] = {"socket": 8, "http": 64}
REFUSED_SHARE_MAX = 0.05
LEAST: dict[Way, float] = {"socket": 5000.0, "http": 1500.0}
WAYS: tuple[Way, ...] = ("socket", "http")
P50_MS, P99_MS = 3.0, 15.0
GROUPED_LEAST = 50_000.0


class Run(Struct, frozen=True, kw_only=True):
    """One run of the load generator."""

    rate: float
    p50_ms: float
    p99_ms: float
    web_us: float
    """CPU time of the web process for each command."""


def bench_commands() -> list[Section]:
    """The sections on commands."""
    with running_hall() as hall:
        cookie = hall.cookie("supervisor")
        await_day(hall)
        asyncio.run(open_counters(hall.url, cookie))
        steady = {way: _steady(hall, cookie, way) for way in WAYS}
        appends: list[Appends] = []
        runs: defaultdict[tuple[Way, int], list[Run]] = defaultdict(list)
        for _ in range(RUNS):
            await_quiet()
            appends.append(asyncio.run(measure_appends(hall.given("REDIS_URL"), APPENDS_S)))
            for way in WAYS:
                for workers in IN_FLIGHT:
                    job = _job(hall, cookie, way, workers)
                    runs[way, workers].append(_run(hall, job))
    return [_rates_section(appends, runs), _steady_section(appends, steady)]


async def open_counters(url: str, cookie: str) -> None:
    """Open every counter."""
    async with Client(url, HALL_ID, cookie=cookie, name="bench") as client:
        for counter in demo_plan().counters:
            answer = await client.do(OpenCounter(counter_id=counter.counter_id))
            assert isinstance(answer, Done), answer


def _run(hall: Hall, job: Job) -> Run:
    web_s = cpu_s(hall, "web1")
    outcome = msgspec.json.decode(
        run_part("tests.bench.load", msgspec.json.encode(job)), type=Outcome
    )
    web_s = cpu_s(hall, "web1") - web_s
    count = len(outcome.latencies_us)
    assert outcome.faults == 0, outcome.faults
    assert outcome.refused <= count * REFUSED_SHARE_MAX, outcome.refused
    return Run(
        rate=count / outcome.wall_s,
        p50_ms=quantile(outcome.latencies_us, 0.5) / 1e3,
        p99_ms=quantile(outcome.latencies_us, 0.99) / 1e3,
        web_us=web_s / count * 1e6,
    )


def _steady(hall: Hall, cookie: str, way: Way) -> list[Run]:
    job = replace(_job(hall, cookie, way, STEADY_WORKERS), rate=STEADY_RATE)
    found = []
    for _ in range(RUNS):
        await_quiet()
        found.append(_run(hall, job))
    return found


def _job(hall: Hall, cookie: str, way: Way, workers: int) -> Job:
    return Job(
        url=hall.url,
        cookie=cookie,
        way=way,
        workers=workers,
        connections_max=CONNECTIONS_MAX[way],
        duration_s=RUN_S,
    )


def _rates_section(appends: list[Appends], runs: dict[tuple[Way, int], list[Run]]) -> Section:
    alone, grouped = (
        median(a.alone_rate for a in appends),
        median(a.grouped_rate for a in appends),
    )
    figures = [
        Figure(name="bare append, one after another", value=alone, unit="/s"),
        Figure(
            name=f"bare append, {GROUP} in a call",
            value=grouped,
            unit="/s",
            target=GROUPED_LEAST,
            is_least=True,
            peer=alone,
            peer_name="one after another",
        ),
    ]
    for (way, workers), found in runs.items():
        name = f"{way}, {workers} in flight"
        most = workers == max(IN_FLIGHT)
        figures += [
            Figure(
                name=name,
                value=median(run.rate for run in found),
                unit="/s",
                target=LEAST[way] if most else None,
                is_least=True,
                peer=alone if workers == 1 else grouped,
                peer_name="bare append" if workers == 1 else "bare append in groups",
            ),
            Figure(name=f"{name}: p50", value=median(run.p50_ms for run in found), unit="ms"),
            Figure(name=f"{name}: p99", value=median(run.p99_ms for run in found), unit="ms"),
            Figure(
                name=f"{name}: CPU of the web process",
                value=median(run.web_us for run in found),
                unit="µs",
                target=1e6 / LEAST[way] if most else None,
            ),
        ]
    return Section(
        title="Durable commands a second",
        setting=(
            "One web process, recorder and both engines; `appendfsync always`; load generator in"
            f" another process (take, call, start, finish); {RUNS} runs of {RUN_S} s each, medians."
        ),
        figures=tuple(figures),
    )


def _steady_section(appends: list[Appends], steady: dict[Way, list[Run]]) -> Section:
    bare = [quantile([ms for a in appends for ms in a.alone_ms], share) for share in (0.5, 0.99)]
    figures = [
        Figure(name="bare append: p50", value=bare[0], unit="ms"),
        Figure(name="bare append: p99", value=bare[1], unit="ms"),
    ]
    for way, found in steady.items():
        p50_ms, p99_ms = median(run.p50_ms for run in found), median(run.p99_ms for run in found)
        limits = (P50_MS, P99_MS) if way == "socket" else (None, None)
        figures += [
            Figure(
                name=f"{way}: {words}",
                value=value,
                unit="ms",
                target=limit,
                peer=peer,
                peer_name="bare append",
            )
            for words, value, limit, peer in zip(
                ("p50", "p99"), (p50_ms, p99_ms), limits, bare, strict=True
            )
        ]
        web_us = median(run.web_us for run in found)
        figures.append(Figure(name=f"{way}: CPU of the web process", value=web_us, unit="µs"))
    return Section(
        title=f"Answer to a command at {STEADY_RATE:.0f} a second",
        setting=(
            "The same hall; commands are sent at fixed instants and timed from when they were due,"
            f" so that a stall counts for all it delays; {RUNS} runs, medians."
        ),
        figures=tuple(figures),
    )
