"""What a thousand quiet halls cost one busy one, and what halls and processes cost each other."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import uvloop
from msgspec import Struct

from backend.core.ids import HallId
from backend.engines.process import start, stop
from backend.engines.valkey import prepare_valkey
from backend.store import redis_stream
from backend.store.redis_servers import Links, connect_redis
from backend.store.redis_stream import RedisStream
from backend.store.stream import START, DayRef, Position
from tests.bench.appends import AT, commit_of
from tests.bench.commands import open_counters
from tests.bench.figures import Figure, Section, median, quantile
from tests.bench.load import Job, Outcome
from tests.bench.processes import await_day, await_quiet, run_part, tree_cpu_s
from tests.bench.rush import Pressed, Rush
from tests.hall import Hall, figure, running_hall, until
from tests.processes.webs import WebProcess, web_process
from tests.support.servers import execute, temporary_home

HALLS = 1000
RUNS = 3
RUN_S = 2.0
IN_FLIGHT = 16
IDLE_S = 8.0
START_S = 120.0
WRITERS = 50
WRITE_S = 1.5
ROUNDS = 60
REF = DayRef(day=AT.date(), epoch="bench")

MORE_HALLS = """
INSERT INTO halls (hall_id, name_zh, name_en)
SELECT 'quiet' || n, name_zh, name_en FROM halls, generate_series(2, {count}) n"""
MORE_PLANS = """
INSERT INTO plans (hall_id, version, plan, author, reason)
SELECT 'quiet' || n, version, jsonb_set(plan, '{{hall_id}}', to_jsonb('quiet' || n)), author, reason
FROM plans, generate_series(2, {count}) n"""


class Cost(Struct, frozen=True, kw_only=True):
    """What was measured of a web process."""

    start_s: float
    memory_kb: int
    idle_share: float
    """Of a core, while nobody does anything."""
    p50_ms: float
    p99_ms: float
    command_us: float
    """CPU time of the web process for each command."""


def bench_halls() -> list[Section]:
    """The sections on many halls."""
    with running_hall() as hall:
        await_day(hall)
        cookie = hall.cookie("supervisor")
        asyncio.run(open_counters(hall.url, cookie))
        conflicts = _conflicts(hall, cookie)
        alone = _cost(hall, cookie)
        for statement in (MORE_HALLS, MORE_PLANS):
            asyncio.run(execute(hall.given("DATABASE_URL"), statement.format(count=HALLS)))
        with web_process(hall, name="opens") as first:  # it opens their days
            until(lambda: first.door.answers("/api/ready"), START_S)
        among = _cost(hall, cookie)
    with temporary_home() as home:
        engine = prepare_valkey(home)
        process = start(engine, 30.0)
        try:
            shared = uvloop.run(_appends(engine.url))
        finally:
            stop(process, engine)
    return [_halls_section(alone, among), shared, conflicts]


def _cost(hall: Hall, cookie: str) -> Cost:
    began = time.monotonic()
    with web_process(hall) as beside:
        until(lambda: beside.door.answers("/api/ready"), START_S)
        start_s = time.monotonic() - began
        time.sleep(IDLE_S / 2)
        await_quiet()
        idle_s = _cpu_s(beside)
        time.sleep(IDLE_S)
        idle_s = _cpu_s(beside) - idle_s
        runs = [_load(beside, cookie) for _ in range(RUNS)]
        return Cost(
            start_s=start_s,
            memory_kb=_memory_kb(beside),
            idle_share=idle_s / IDLE_S,
            p50_ms=median(quantile(o.latencies_us, 0.5) / 1e3 for o, _ in runs),
            p99_ms=median(quantile(o.latencies_us, 0.99) / 1e3 for o, _ in runs),
            command_us=median(spent_s / len(o.latencies_us) * 1e6 for o, spent_s in runs),
        )


def _load(beside: WebProcess, cookie: str) -> tuple[Outcome, float]:
    job = Job(
        url=beside.door.url,
        cookie=cookie,
        way="socket",
        workers=IN_FLIGHT,
        connections_max=8,
        duration_s=RUN_S,
    )
    spent_s = _cpu_s(beside)
    outcome = msgspec.json.decode(
        run_part("tests.bench.load", msgspec.json.encode(job)), type=Outcome
    )
    assert outcome.faults == 0, outcome.faults
    return outcome, _cpu_s(beside) - spent_s


def _cpu_s(beside: WebProcess) -> float:
    assert beside.process is not None
    return tree_cpu_s(beside.process.pid)


def _memory_kb(beside: WebProcess) -> int:
    assert beside.process is not None
    told = Path(f"/proc/{beside.process.pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in told if line.startswith("Pss:"))


def _halls_section(alone: Cost, among: Cost) -> Section:
    quiet = HALLS - 1
    per_hall = (among.memory_kb - alone.memory_kb) / quiet
    return Section(
        title=f"One busy hall among {HALLS:,}",
        setting=(
            f"A web process with one hall, then with {quiet} more whose days are open and whom"
            f" nobody watches; another web process and the recorder follow them too. {IN_FLIGHT}"
            f" commands in flight on the busy hall, {RUNS} runs of {RUN_S} s, medians."
        ),
        figures=(
            Figure(name="answer alone: p50", value=alone.p50_ms, unit="ms"),
            Figure(
                name="answer among them: p50",
                value=among.p50_ms,
                unit="ms",
                peer=alone.p50_ms,
                peer_name="alone",
            ),
            Figure(name="answer alone: p99", value=alone.p99_ms, unit="ms"),
            Figure(
                name="answer among them: p99",
                value=among.p99_ms,
                unit="ms",
                peer=alone.p99_ms,
                peer_name="alone",
            ),
            Figure(name="CPU a command alone", value=alone.command_us, unit="µs"),
            Figure(
                name="CPU a command among them",
                value=among.command_us,
                unit="µs",
                target=alone.command_us * 1.25,
                peer=alone.command_us,
                peer_name="alone",
            ),
            Figure(name="start alone", value=alone.start_s, unit="s"),
            Figure(name="start with all", value=among.start_s, unit="s"),
            Figure(name="memory a quiet hall", value=per_hall, unit="kB"),
            Figure(name="idle alone", value=alone.idle_share * 100, unit="% of a core"),
            Figure(name="idle with all", value=among.idle_share * 100, unit="% of a core"),
        ),
    )


async def _appends(url: str) -> Section:
    """Halls that append one after another: on one link, and with redis-py's pool."""
    link, pool = Links(url).of(HallId("main")), connect_redis(url)
    streams = [RedisStream(link, HallId(f"l{n}")) for n in range(WRITERS)]

    async def by_link(n: int, number: int) -> None:
        ends[n] = await streams[n].append(REF, ends[n], [commit_of(number)])

    script = pool.register_script(redis_stream._APPEND.text)

    async def by_pool(n: int, number: int) -> None:
        commit = commit_of(number)
        keys = [f"{{p{n}}}:day:2026-11-23", f"{{p{n}}}:news"]
        body = msgspec.json.encode(commit)
        args: list[str | bytes | int] = ["", ends[n].seq, ends[n].head, link.name, commit.id, body]
        seq = await script(keys=keys, args=args)
        ends[n] = Position(seq, commit.id)

    ends = [START] * WRITERS
    link_rate, link_us = await _rate(by_link)
    ends = [START] * WRITERS
    pool_rate, pool_us = await _rate(by_pool)
    await link.aclose()
    await pool.aclose()
    return Section(
        title=f"{WRITERS} halls append at once",
        setting=(
            f"One commit after another in each of {WRITERS} halls for {WRITE_S} s, from one"
            " process, each answered when it is on disk; CPU time of the client."
        ),
        figures=(
            Figure(name="redis-py, a pool", value=pool_rate, unit="/s"),
            Figure(
                name="one link", value=link_rate, unit="/s", peer=pool_rate, peer_name="the pool"
            ),
            Figure(name="redis-py: CPU an append", value=pool_us, unit="µs"),
            Figure(
                name="one link: CPU an append",
                value=link_us,
                unit="µs",
                peer=pool_us,
                peer_name="the pool",
            ),
        ),
    )


async def _rate(append: Callable[[int, int], Awaitable[None]]) -> tuple[float, float]:
    """Appends a second of all writers, and the CPU time of each in µs."""
    counts = [0] * WRITERS
    began, spent = time.perf_counter(), time.process_time()

    async def write(n: int) -> None:
        while time.perf_counter() - began < WRITE_S:
            counts[n] += 1
            await append(n, counts[n])

    await asyncio.gather(*(write(n) for n in range(WRITERS)))
    took_s, spent_s = time.perf_counter() - began, time.process_time() - spent
    return sum(counts) / took_s, spent_s / sum(counts) * 1e6


def _conflicts(hall: Hall, cookie: str) -> Section:
    """31 windows on two processes: how often one decides again because the other came first."""
    with web_process(hall) as beside:
        job = Rush(urls=(hall.url, beside.door.url), cookie=cookie, rounds=ROUNDS)
        before = _stored(hall, beside)
        pressed = msgspec.json.decode(
            run_part("tests.bench.rush", msgspec.json.encode(job)), type=Pressed
        )
        conflicts, commits = (b - a for a, b in zip(before, _stored(hall, beside), strict=True))
    slowest_ms = max(pressed.latencies_us) / 1e3
    return Section(
        title="Conflicts of two web processes",
        setting=(
            f'31 windows, dealt out to both, press "next" at the same instant, {ROUNDS} times,'
            " and tickets are taken at both between; the worst that two processes can do to each"
            " other."
        ),
        figures=(
            Figure(name="commands stored", value=commits, unit=""),
            Figure(name="conflicts a command", value=conflicts / commits, unit=""),
            Figure(name="answer: p99", value=quantile(pressed.latencies_us, 0.99) / 1e3, unit="ms"),
            Figure(name="answer: slowest", value=slowest_ms, unit="ms"),
        ),
    )


def _stored(hall: Hall, beside: WebProcess) -> tuple[float, float]:
    told = (hall.figures("web1"), beside.figures())
    return (
        sum(figure(text, "yizhan_append_conflicts_total") for text in told),
        sum(figure(text, "yizhan_commits_total") for text in told),
    )
