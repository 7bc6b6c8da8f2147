"""A desk at which cases are worked on, at a real database."""

from uuid import uuid4

from msgspec.structs import replace

from backend.casework import CaseAnswer, Casework
from backend.core.cases import commands as c
from backend.core.cases.case import CaseStamp
from backend.core.cases.commands import CaseCommand
from backend.core.cases.words import CaseId
from backend.core.ids import CommandId
from backend.store.cases import Cases, folded
from backend.store.database import Database
from tests.support.cases import ALL, CASE, TICKET, CaseWorld

STAMP = CaseWorld().stamp
HALL = STAMP.plan.hall_id
OPEN = c.OpenCase(service_id="S1", ticket=TICKET)
RECEIVE = c.ReceiveForms(handed_in=ALL)


class Desk:
    """Gives commands for cases, each with an id of its own unless one is named."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.cases = Cases(database)
        self.casework = Casework(self.cases)

    async def do(
        self,
        command: CaseCommand,
        case_id: CaseId = CASE,
        *,
        id: str = "",
        stamp: CaseStamp = STAMP,
    ) -> CaseAnswer:
        command_id = CommandId(id or uuid4().hex)
        return await self.casework.do(
            command_id, command, replace(stamp, case_id=case_id, next_no=0)
        )

    async def accepted(self, case_id: CaseId = CASE, stamp: CaseStamp = STAMP) -> str:
        """Bring a case without a ticket to its acceptance; returns its number."""
        await self.do(replace(OPEN, ticket=None), case_id, stamp=stamp)
        await self.do(RECEIVE, case_id, stamp=stamp)
        await self.do(c.AcceptCase(), case_id, stamp=stamp)
        number = folded(await self.cases.read(HALL, case_id)).number
        assert number is not None
        return number

    async def rows(self) -> list[dict[str, object]]:
        async with self.database.connection() as connection:
            found = await connection.fetch("SELECT * FROM cases ORDER BY case_id")
        return [dict(row) for row in found]

    async def count(self) -> int:
        async with self.database.connection() as connection:
            found: int = await connection.fetchval("SELECT count(*) FROM case_commits")
        return found
