"""A year of the reference hall: lived into files, then loaded into the archive from them."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import msgspec

from backend.core.cases.case import Case
from backend.core.cases.evolve import fold_case
from backend.core.cases.words import CaseId
from backend.demo.hall import HALL_ID, demo_plan
from backend.store.archive import Archive
from backend.store.cases import CaseCommit, row_of
from backend.store.database import Database
from backend.store.stream import Commit, Entry, Position
from tests.bench_year.casework import CALENDAR, Lived, cases_of
from tests.bench_year.life import DayLife, Manners

YEAR = 2026
PROCESSES = 2
BATCH = 1000
"""Commits in one statement, as the recorder writes them when it has fallen behind."""
ACCEPTED = 104_460
"""What the reference hall reported for its year."""

_encode = msgspec.json.Encoder().encode


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """What happened on a day, and of the cases that were opened then."""

    commits: list[Commit]
    cases: dict[CaseId, tuple[CaseCommit, ...]]


_decode = msgspec.json.Decoder(Recorded).decode


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


def live(folder: Path, seed: int, until: date, dose: Dose) -> tuple[int, int]:
    """Live a day into a file; returns how many tickets and commits it had.  In a process apart."""
    life, cases = lived(dose, seed, until)
    recorded = Recorded(commits=life.commits, cases={c.case_id: c.commits for c in cases})
    (folder / f"{dose.day}.json").write_bytes(_encode(recorded))
    return len(life.day.tickets), len(life.commits)


def load(url: str, path: Path) -> None:
    """Store a day that was lived into a file.  In a process apart."""
    recorded = _decode(path.read_bytes())
    cases = [
        Lived(
            case_id=case_id,
            commits=commits,
            case=fold_case(Case(), (event for commit in commits for event in commit.events)),
        )
        for case_id, commits in recorded.cases.items()
    ]
    asyncio.run(store(url, date.fromisoformat(path.stem), recorded.commits, cases))


async def store(url: str, day: date, commits: list[Commit], cases: list[Lived]) -> None:
    """Put a day where the recorder puts it, and its cases where the case desk does."""
    entries = [
        Entry(position=Position(seq, commit.id), commit=commit)
        for seq, commit in enumerate(commits, start=1)
    ]
    database = Database(url)
    archive = Archive(database)
    for n in range(0, len(entries), BATCH):
        await archive.write(HALL_ID, day, entries[n : n + BATCH])
    async with database.connection() as connection:
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
    await database.close()


def live_year(
    folder: Path, *, accepted: int = ACCEPTED, days_max: int = 366, seed: int = 1
) -> tuple[int, int]:
    """Live a year into files, one a day; returns how many tickets and commits there are."""
    work = partial(live, folder, seed, date(YEAR, 12, 31))
    with ProcessPoolExecutor(PROCESSES) as pool:
        found = list(pool.map(work, doses(accepted, days_max=days_max)))
    return sum(tickets for tickets, _ in found), sum(commits for _, commits in found)


def load_year(url: str, folder: Path) -> None:
    """Bring what was lived into the archive."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        for _ in pool.map(partial(load, url), sorted(folder.glob("*.json"))):
            pass
