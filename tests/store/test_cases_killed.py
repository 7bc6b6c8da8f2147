"""Whatever dies in the middle of an acceptance: what was answered is there, once (I7, I16)."""

import asyncio
import subprocess
import sys
from contextlib import suppress

from backend.core.cases import commands as c
from backend.core.cases.words import CaseId
from backend.engines.postgres import prepare_postgres
from backend.engines.process import start, stop
from backend.store.cases import folded
from backend.store.database import Database, migrate
from backend.store.stream import StoreError
from tests.support.case_desk import HALL, RECEIVE, Desk
from tests.support.case_desk import OPEN as OPEN_FOR_TICKET
from tests.support.servers import START_S, Server, fresh_database, temporary_home

OPEN = c.OpenCase(service_id=OPEN_FOR_TICKET.service_id)
CASES = [CaseId(f"case-{n:02d}") for n in range(20)]


async def check_all(desk: Desk) -> None:
    """Every case is whole: its row is what its history says, and no number is missing."""
    rows = {str(row["case_id"]): row for row in await desk.rows()}
    for case_id, row in rows.items():
        entries = await desk.cases.read(HALL, CaseId(case_id))
        case = folded(entries)
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        assert (row["seq"], row["state"], row["number"]) == (len(entries), case.state, case.number)
    numbers = sorted(str(row["number"]) for row in rows.values() if row["number"] is not None)
    assert numbers == [f"2026-{no:06d}" for no in range(1, len(numbers) + 1)]


async def test_web_process_killed_while_it_accepts_loses_nothing__I16(
    postgres: Server, template: str
) -> None:
    url = await fresh_database(postgres.url, template)
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.store.case_child", url], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    answered = [await asyncio.to_thread(child.stdout.readline) for _ in range(15)]
    child.kill()
    answered += await asyncio.to_thread(child.stdout.readlines)  # said before it died
    child.wait()
    desk = Desk(Database(url))
    for line in answered:
        assert folded(await desk.cases.read(HALL, CaseId(line.strip()))).number is not None
    await check_all(desk)
    await desk.database.close()


async def test_server_killed_in_the_middle_of_acceptances_loses_nothing__I16() -> None:
    with temporary_home() as home:
        engine = prepare_postgres(home)
        process = start(engine, START_S)
        try:
            url = await fresh_database(engine.url)
            await migrate(Database(url))
            desk = Desk(Database(url))
            for case_id in CASES:
                await desk.do(OPEN, case_id)
                await desk.do(RECEIVE, case_id)
            answered: set[CaseId] = set()

            async def accept(case_id: CaseId) -> None:
                await desk.do(c.AcceptCase(), case_id, id=f"accept-{case_id}")
                answered.add(case_id)

            work = [asyncio.create_task(accept(case_id)) for case_id in CASES]
            await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
            process.kill()
            process.wait()
            for task in work:
                with suppress(StoreError):
                    await task
            process = start(engine, START_S)
            for case_id in answered:
                assert folded(await desk.cases.read(HALL, case_id)).number is not None
            await check_all(desk)
            for case_id in CASES:  # the same ids again: whoever was not answered repeats
                answer = await desk.do(c.AcceptCase(), case_id, id=f"accept-{case_id}")
                assert answer.commit.refused is None
            await check_all(desk)
            assert await desk.count() == 3 * len(CASES)
            await desk.database.close()
        finally:
            stop(process, engine)
