"""A process that accepts cases for ever, and says of each when it was answered."""

import asyncio
import sys

from backend.core.cases import commands as c
from backend.core.cases.words import CaseId
from backend.store.database import Database
from tests.support.case_desk import Desk

WORKERS = 4


async def accept(desk: Desk, worker: int) -> None:
    for n in range(1_000_000):
        case_id = CaseId(f"case-{worker}-{n}")
        await desk.accepted(case_id)
        print(case_id, flush=True)
        await desk.do(c.StartProcess(), case_id)


async def main() -> None:
    desk = Desk(Database(sys.argv[1]))
    await asyncio.gather(*(accept(desk, worker) for worker in range(WORKERS)))


if __name__ == "__main__":
    asyncio.run(main())
