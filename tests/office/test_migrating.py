"""A hall at work whose tables change under it: everybody is answered, by old processes too."""

import asyncio
import itertools
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic

import asyncpg
import pytest

from backend.engines.running import running_address
from tests.hall import DEVICE_TOKEN, ROOT, Hall, Reply
from tests.office.desk import ACCEPT, ALL_HR_04, do, headers, open_case
from tests.office.desk import ROOT as CASES
from tests.support.waiting import until

LIMIT_S = 60.0
NEXT = {
    "9998_of_tomorrow.sql": "CREATE TABLE of_tomorrow (n integer PRIMARY KEY);",
    "9999_of_tomorrow.sql": """
        INSERT INTO of_tomorrow SELECT seq FROM case_commits ON CONFLICT DO NOTHING;
        ALTER TABLE commits ADD COLUMN of_tomorrow text;
        ALTER TABLE case_commits ADD COLUMN of_tomorrow text NOT NULL DEFAULT 'tomorrow';
        ALTER TABLE cases ADD COLUMN of_tomorrow integer NOT NULL DEFAULT 7;""",
}


@pytest.fixture
def next_version(tmp_path: Path) -> Path:
    """A checkout of the next version, as far as its migrations need one."""
    ignored = shutil.ignore_patterns("*.pyc")
    shutil.copytree(ROOT / "backend", tmp_path / "backend", ignore=ignored)
    for name, sql in NEXT.items():
        (tmp_path / "backend/store/migrations" / name).write_text(sql)
    return tmp_path


@dataclass
class Work:
    """Clerks and a kiosk, each of whom repeats with the same id what is not answered."""

    hall: Hall
    is_over: threading.Event = field(default_factory=threading.Event)
    numbers: dict[str, str] = field(default_factory=dict)
    """Of the accepted cases, by their ids."""
    tickets: dict[str, Reply] = field(default_factory=dict)
    """By the ids of the commands."""
    repeats: int = 0
    slowest_s: float = 0.0

    def accept(self) -> None:
        who = headers(self.hall, "w02")
        for n in itertools.takewhile(self._goes_on, itertools.count()):
            acts = open_case("HR-04"), ALL_HR_04, ACCEPT
            ask = partial(do, self.hall, who, *acts, id=f"tomorrow-{n}")
            case = self._stubborn(ask).json["case"]
            self.numbers[case["case_id"]] = case["number"]

    def take(self) -> None:
        for n in itertools.takewhile(self._goes_on, itertools.count()):
            name = f"tomorrow-ticket-{n}"
            self.tickets[name] = self._stubborn(partial(self.ticket, name))

    def ticket(self, id: str) -> Reply:
        take = {"type": "take_ticket", "channel": "anonymous", "queue_id": "H"}
        return self.hall.do(id, take, Authorization=f"Bearer {DEVICE_TOKEN}")

    async def until_more(self) -> None:
        """Wait until everybody has had two more answers; the first may be an older question's."""
        cases, tickets = len(self.numbers), len(self.tickets)

        async def is_so() -> bool:
            return len(self.numbers) >= cases + 2 and len(self.tickets) >= tickets + 2

        await until(is_so, LIMIT_S)

    def _goes_on(self, _n: int) -> bool:
        return not self.is_over.is_set()

    def _stubborn(self, ask: Callable[[], Reply]) -> Reply:
        began = monotonic()
        while (reply := ask()).status != 200:
            assert (reply.status, reply.json["code"]) == (503, "unavailable"), reply.body
            self.repeats += 1
        self.slowest_s = max(self.slowest_s, monotonic() - began)
        return reply


async def test_tables_change_while_clerks_accept_and_somebody_reads_for_long__I7_I16(
    hall: Hall, next_version: Path, tmp_path: Path
) -> None:
    owner = running_address(hall.home, "postgres")
    work, said = Work(hall), tmp_path / "said"
    async with asyncio.TaskGroup() as people:
        try:
            people.create_task(asyncio.to_thread(work.accept))
            people.create_task(asyncio.to_thread(work.take))
            await work.until_more()
            reader = await asyncpg.connect(owner)
            async with reader.transaction():  # as a backup does
                await reader.fetch("SELECT count(*) FROM cases")
                with said.open("wb") as out:
                    migrating = subprocess.Popen(
                        [sys.executable, "-m", "backend", "migrate"],
                        cwd=next_version,
                        env=hall.variables() | hall.stores() | {"DATABASE_OWNER_URL": owner},
                        stdout=out,
                        stderr=out,
                    )

                async def has_waited() -> bool:
                    return "migration_waits" in said.read_text()

                await until(has_waited, LIMIT_S)
                await work.until_more()
                assert migrating.poll() is None, said.read_text()
            assert await asyncio.to_thread(migrating.wait, LIMIT_S) == 0, said.read_text()
            await work.until_more()
        finally:
            work.is_over.set()
    print(f"slowest answer {work.slowest_s:.2f} s, {work.repeats} repeated")
    await check(work, reader)
    await reader.close()
    assert [line for line in said.read_text().splitlines() if line.startswith("applied")] == [
        f"applied {name}" for name in NEXT
    ]


async def check(work: Work, reader: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Every answer is kept, once, with what the migration adds."""
    who = headers(work.hall, "w02")
    for case_id, number in work.numbers.items():
        view = work.hall.ask("GET", f"{CASES}/{case_id}", **who).json
        assert (view["number"], view["seq"]) == (number, 3)
    assert len(set(work.numbers.values())) == len(work.numbers)
    for command_id, reply in work.tickets.items():
        assert work.ticket(command_id).json == reply.json
    rows = await reader.fetch("SELECT case_id, of_tomorrow FROM cases")
    assert {row["case_id"] for row in rows} >= work.numbers.keys()
    assert {row["of_tomorrow"] for row in rows} == {7}

    async def is_archived() -> bool:
        found = await reader.fetch(
            "SELECT commit_id FROM commits WHERE commit_id LIKE 'tomorrow-ticket-%'"
        )
        return sorted(row["commit_id"] for row in found) == sorted(work.tickets)

    await until(is_archived, LIMIT_S)
