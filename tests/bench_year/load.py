"""A year of the reference hall in the database, as its recorder would have left it."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from functools import partial

import asyncpg
import msgspec

from backend.demo.hall import HALL_ID, demo_plan
from backend.store.cases import row_of
from backend.store.stream import Commit
from tests.bench_year.casework import CALENDAR, Lived, cases_of
from tests.bench_year.life import DayLife, Manners

YEAR = 2026
ACCEPTED = 104_460
"""What the reference hall reported for its year."""

_encode = msgspec.json.Encoder().encode


class Dose(msgspec.Struct, frozen=True, kw_only=True):
    """How much happens on a day."""

    day: date
    visitors: int
    first_no: int
    cases: int


def doses(accepted: int = ACCEPTED, year: int = YEAR, days_max: int = 366) -> Iterator[Dose]:
    """The working days of a year and their share of its cases; terms begin busily."""
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range(366)]
    days = [d for d in days if d.year == year and CALENDAR.is_working(d)][:days_max]
    weights = [
        2.0 if day.month in {3, 9} else 0.6 if day.month in {1, 2, 7, 8} else 1 for day in days
    ]
    done, whole, part = 0, sum(weights), 0.0
    for day, weight in zip(days, weights, strict=True):
        part += weight
        cases = round(accepted * part / whole) - done
        yield Dose(day=day, visitors=round(cases * 1.03) + 2, first_no=done + 1, cases=cases)
        done += cases


def lived(
    dose: Dose, seed: int, until: date, manners: Manners | None = None
) -> tuple[DayLife, list[Lived]]:
    """A day, and its cases as far as they had come on the day `until`."""
    life = DayLife(dose.day, dose.visitors, seed, manners)
    cases = cases_of(
        dose.day,
        life.served,
        demo_plan(),
        first_no=dose.first_no,
        count=dose.cases,
        until=until,
        seed=seed,
    )
    return life, list(cases)


def live_and_load(
    url: str, seed: int, until: date, manners: Manners | None, dose: Dose
) -> tuple[int, int]:
    """Live a day and store it; returns how many tickets and commits it had.  In a process apart."""
    life, cases = lived(dose, seed, until, manners)
    asyncio.run(store(url, dose.day, life.commits, cases))
    return len(life.day.tickets), len(life.commits)


async def store(url: str, day: date, commits: list[Commit], cases: list[Lived]) -> None:
    """Put a day and its cases where the recorder and the case desk put them."""
    connection = await asyncpg.connect(url)
    try:
        await connection.copy_records_to_table(
            "commits",
            records=[
                (HALL_ID, day, seq, commit.id, commit.at, _encode(commit).decode())
                for seq, commit in enumerate(commits, start=1)
            ],
            columns=["hall_id", "day", "seq", "commit_id", "at", "body"],
        )
        await connection.copy_records_to_table(
            "case_commits",
            records=[
                (HALL_ID, lived.case_id, seq, commit.id, commit.at, _encode(commit).decode())
                for lived in cases
                for seq, commit in enumerate(lived.commits, start=1)
            ],
            columns=["hall_id", "case_id", "seq", "command_id", "at", "body"],
        )
        rows = [
            {"hall_id": HALL_ID, "case_id": lived.case_id, "seq": len(lived.commits)}
            | row_of(lived.case)
            | {"opened_by": lived.commits[0].by.id}
            for lived in cases
        ]
        if rows:
            await connection.copy_records_to_table(
                "cases", records=[tuple(row.values()) for row in rows], columns=list(rows[0])
            )
    finally:
        await connection.close()


def load_year(
    url: str,
    *,
    accepted: int = ACCEPTED,
    days_max: int = 366,
    seed: int = 1,
    manners: Manners | None = None,
    processes: int = 2,
) -> tuple[int, int]:
    """Store a year; returns how many tickets and commits there are."""
    until = date(YEAR, 12, 31)
    work = partial(live_and_load, url, seed, until, manners)
    with ProcessPoolExecutor(processes) as pool:
        found = list(pool.map(work, doses(accepted, days_max=days_max)))
    return sum(tickets for tickets, _ in found), sum(commits for _, commits in found)
