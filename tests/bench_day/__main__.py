"""`python -m tests.bench_day`: the design day on real processes; the same with tenfold arrivals.

Prints the tables and renews their part of docs/performance.md; in three to six minutes on two
cores.  `--visitors n` lives a day of that size only and prints.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from backend.client import Client
from backend.core.commands import ChangePlan
from backend.core.day import HallDay
from backend.core.events import TicketTaken
from backend.core.evolve import evolve
from backend.core.ids import CommandId, HallId
from backend.core.plan import Plan
from backend.demo.hall import HALL_ID, demo_plan
from backend.hub.follower import answer_of
from backend.hub.session import reply
from backend.store.database import Database, queries
from backend.store.stream import Entry
from backend.wire.messages import Done, Refused
from tests.bench.__main__ import PAGE
from tests.bench.commands import open_counters
from tests.bench.figures import (
    Figure,
    Section,
    as_markdown,
    as_text,
    machine,
    quantile,
    replace_generated,
)
from tests.bench.processes import Disturbance, await_day, await_quiet, run_part, tree_cpu_s
from tests.bench.rush import Pressed, Rush
from tests.bench_day.crowd import Day, Lived
from tests.hall import Hall, running_hall
from tests.processes.history import history_of
from tests.support.model import Model

VISITORS, PRESENT, PHONES = 5_000, 700, 700
TIMES = 10
ROUNDS = 1_000
DAY_MAX_S = 60.0
PARTS = ("web1", "recorder", "valkey", "postgres")
ARCHIVED_S = 60.0
LIMIT_S = 400.0
NAME = "bench-day"


class Spent(Struct, frozen=True, kw_only=True):
    """What a day cost beside what its clients saw."""

    cpu_s: dict[str, float]
    """Of each part of the hall."""
    archived_s: float
    others_share: float


def main(arguments: Sequence[str]) -> int:
    """Measure; the exit code is 0 even where a figure is short of its target."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench_day", description=__doc__)
    parser.add_argument("--visitors", type=int)
    asked = parser.parse_args(arguments)
    setting = machine()
    print(setting, flush=True)
    sections = [bench_day(asked.visitors or VISITORS, PRESENT)]
    print("\n" + as_text(sections), flush=True)
    if asked.visitors is None:
        sections.append(bench_day(TIMES * VISITORS, None))
        print("\n" + as_text(sections[-1:]), flush=True)
        sections.append(_rush_section())
        print("\n" + as_text(sections[-1:]), flush=True)
        words = PAGE.read_text(encoding="utf-8")
        generated = as_markdown(sections, setting)
        PAGE.write_text(replace_generated(words, generated, by=NAME), encoding="utf-8")
    return 0


def bench_day(visitors: int, present_max: int | None, phones: int = PHONES) -> Section:
    """Live one day on a fresh hall and check what its archive holds."""
    plan = plan_for_speed()
    with running_hall() as hall:
        await_day(hall)
        asyncio.run(put_in_force(hall, plan))
        cookies = {c.counter_id: hall.cookie(c.counter_id.lower()) for c in plan.counters}
        day = Day(
            urls=(hall.url,),
            cookies=cookies,
            chief=hall.cookie("supervisor"),
            plan=plan,
            visitors=visitors,
            present_max=present_max,
            phones=phones,
        )
        await_quiet()
        others, before = Disturbance(), {part: tree_cpu_s(hall.pid(part)) for part in PARTS}
        lived = msgspec.json.decode(
            run_part("tests.bench_day.crowd", msgspec.json.encode(day), LIMIT_S), type=Lived
        )
        spent = {part: tree_cpu_s(hall.pid(part)) - before[part] for part in PARTS}
        share = others.share
        archived_s, entries = asyncio.run(archived(hall))
    tickets = check(entries, lived.answers)
    assert tickets == visitors, f"{tickets} tickets are archived for {visitors} visitors"
    cost = Spent(cpu_s=spent, archived_s=archived_s, others_share=share)
    return _section(day, lived, entries, cost)


def plan_for_speed() -> Plan:
    """The demo's plan with the numbers that are waited for in seconds at their lower ends."""
    plan = demo_plan()
    rules = replace(plan.rules, recalls_max=0, kiosk_gap_s=0, tickets_per_queue_max=20)
    return replace(plan, version=plan.version + 1, rules=rules)


async def put_in_force(hall: Hall, plan: Plan) -> None:
    """Let the open day go on with the plan."""
    database = Database(hall.given("DATABASE_URL"))
    async with database.connection() as connection:
        await queries.put_plan(
            connection,
            hall_id=HALL_ID,
            version=plan.version,
            plan=msgspec.json.encode(plan).decode(),
            author="bench",
            reason="speed",
        )
    await database.close()
    cookie = hall.cookie("supervisor")
    async with Client(hall.url, HALL_ID, cookie=cookie, name="bench") as client:
        answer = await client.do(ChangePlan(version=plan.version, reason="speed"))
        assert isinstance(answer, Done), answer


async def archived(hall: Hall) -> tuple[float, list[Entry]]:
    """How long PostgreSQL took to have everything after the day's end, and what it has."""
    async with history_of(hall) as history:
        began = time.monotonic()
        streamed = await history.streamed()
        async with asyncio.timeout(ARCHIVED_S):
            ref = await history.ref()
            while await history.archive.end(HallId(HALL_ID), ref.day) != streamed[-1].position:
                await asyncio.sleep(0.05)
        took_s = time.monotonic() - began
        entries = await history.archived()
        assert entries == streamed, "I8: the archive is not the stream"
        return took_s, entries


def check(entries: list[Entry], answers: list[Done | Refused]) -> int:
    """The archived day breaks no invariant and every answer is on record; its tickets.

    I1-I9 and I13; raises AssertionError.
    """
    day, model = HallDay(), Model()
    kept: dict[CommandId, Entry] = {}
    tickets = 0
    for seq, entry in enumerate(entries, start=1):
        assert entry.position.seq == seq, "I8: a gap in seq"
        assert entry.commit.id not in kept, "I7: a command has two effects"
        kept[entry.commit.id] = entry
        for event in entry.commit.events:
            model.before(day, event)
            evolve(day, event)
            model.step(day, event)
            tickets += isinstance(event, TicketTaken)
    model.whole(day)
    assert not day.is_open, "I13"
    for answer in answers:
        entry = kept[answer.id]
        assert reply(answer.id, answer_of(entry.position, entry.commit)) == answer, "I1, I7"
    return tickets


def _section(day: Day, lived: Lived, entries: list[Entry], cost: Spent) -> Section:
    is_design = day.present_max is not None
    latencies = lived.latencies_us
    events = sum(len(entry.commit.events) for entry in entries)
    final = [type(event).__name__ for entry in entries for event in entry.commit.events]
    figures = [
        Figure(
            name="first ticket to closed day",
            value=lived.day_s,
            unit="s",
            target=DAY_MAX_S if is_design else None,
        ),
        Figure(name="of it closing", value=lived.closing_s, unit="s"),
        Figure(name="commands answered", value=len(latencies) / lived.day_s, unit="/s"),
        Figure(name="answer: p50", value=quantile(latencies, 0.5) / 1e3, unit="ms"),
        Figure(name="answer: p99", value=quantile(latencies, 0.99) / 1e3, unit="ms"),
        Figure(name="frames on phones", value=lived.seen.frames / lived.day_s, unit="/s"),
        Figure(name="frames on other screens", value=lived.frames / lived.day_s, unit="/s"),
        Figure(name="archived after closing", value=cost.archived_s, unit="s"),
        *(Figure(name=f"CPU: {part}", value=cpu, unit="s") for part, cpu in cost.cpu_s.items()),
        Figure(name="CPU: load generator", value=lived.cpu_s, unit="s"),
        Figure(name="CPU: phones", value=lived.seen.cpu_s, unit="s"),
    ]
    served = final.count("ServingFinished")
    who = (
        f"{day.visitors:,} visitors, at most {day.present_max} of them in the hall at once,"
        if is_design
        else f"{day.visitors:,} visitors, who come as fast as four kiosks print,"
    )
    return Section(
        title="The design day" if is_design else "The same day at ten times the arrivals",
        setting=(
            f"{who} 31 windows, four zones with kiosk, printer, board and voice,"
            f" {day.phones} phones; one web process; everything as fast as it goes,"
            " with `recalls_max` 0, `kiosk_gap_s` 0"
            f" and 20 tickets a person. {len(latencies):,} commands ({lived.refused:,} refused),"
            f" {events:,} events, {served:,} served, {final.count('TicketExpired'):,} expired at"
            " closing; the archive was folded afterwards and kept I1–I9 and I13, and every answer"
            " is on record in it."
        ),
        figures=tuple(figures),
        others_share=cost.others_share,
    )


def _rush_section() -> Section:
    """31 windows press at the same instant."""
    with running_hall() as hall:
        await_day(hall)
        cookie = hall.cookie("supervisor")
        asyncio.run(open_counters(hall.url, cookie))
        await_quiet()
        others = Disturbance()
        job = Rush(urls=(hall.url,), cookie=cookie, rounds=ROUNDS)
        pressed = msgspec.json.decode(
            run_part("tests.bench.rush", msgspec.json.encode(job)), type=Pressed
        )
        share = others.share
    return Section(
        title='31 windows press "next" at the same instant',
        setting=(
            f"{ROUNDS:,} rounds, up to 40 new tickets before each; {pressed.called:,} were called,"
            f" each once, and {pressed.empty:,} times nobody waited for the window that asked."
        ),
        figures=tuple(
            Figure(name=f"answer: {name}", value=quantile(pressed.latencies_us, q) / 1e3, unit="ms")
            for name, q in (("p50", 0.5), ("p99", 0.99), ("slowest", 1.0))
        ),
        others_share=share,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
