"""Cases in PostgreSQL: what happened to each, append-only, and one row a case for lists."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg
import msgspec
from msgspec import Struct
from msgspec.structs import replace

from backend.core.cases.case import Case
from backend.core.cases.events import CaseAccepted, CaseEvent
from backend.core.cases.evolve import fold_case
from backend.core.cases.refusals import CaseRefusalCode
from backend.core.cases.words import CaseId, TicketRef
from backend.core.ids import CommandId, HallId
from backend.core.messages import Message
from backend.core.stamp import Caller
from backend.store.case_lists import token_of
from backend.store.database import Database, queries
from backend.store.outbox import put
from backend.store.stream import ConflictError


class CaseCommit(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one command caused, stored together or not at all."""

    id: CommandId
    by: Caller
    at: datetime
    mark: str
    """A digest of the command and its case, so that its id answers nothing else (I7)."""
    events: tuple[CaseEvent, ...] = ()
    refused: CaseRefusalCode | None = None
    """Set when a rule said no: stored too, so that a repeat gets the same answer (I7)."""


class CaseEntry(Struct, frozen=True, kw_only=True):
    """A commit and its place in the case, from 1 on without gaps."""

    seq: int
    commit: CaseCommit


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(CaseCommit).decode


class CaseTransaction:
    """One case, held: nobody else appends to it before this is over."""

    def __init__(self, connection: Any, hall_id: HallId, case_id: CaseId) -> None:
        self._connection = connection
        self._hall_id, self._case_id = hall_id, case_id
        self._key = {"hall_id": hall_id, "case_id": case_id}

    async def entries(self) -> list[CaseEntry]:
        """Everything that happened to the case, oldest first."""
        return [_entry(row) async for row in queries.case_commits(self._connection, **self._key)]

    async def find(self, command_id: CommandId) -> CaseEntry | None:
        """What a command caused, whatever case of whatever hall it was for."""
        row = await queries.case_commit_of(self._connection, command_id=command_id)
        return _entry(row) if row is not None else None

    async def case_of(self, ticket: TicketRef, service_id: str) -> CaseId | None:
        """The case that the ticket has for the service and that is not withdrawn."""
        found: CaseId | None = await queries.live_case_of_ticket(
            self._connection,
            hall_id=self._key["hall_id"],
            ticket_day=ticket.day,
            ticket_id=ticket.ticket_id,
            service_id=service_id,
        )
        return found

    async def next_no(self, year: int) -> int:
        """The next number of the hall and year; nobody else gets one before this is over."""
        key = {"hall_id": self._key["hall_id"], "year": year}
        await queries.begin_case_numbers(self._connection, **key)
        last_no: int = await queries.lock_case_numbers(self._connection, **key)
        return last_no + 1

    async def append(self, after: int, commit: CaseCommit, case: Case) -> None:
        """Keep the commit right after `after`; `case` is what it leaves.

        It lasts once the transaction is over.
        """
        seq = after + 1
        await queries.append_case_commit(
            self._connection,
            **self._key,
            seq=seq,
            command_id=commit.id,
            at=commit.at,
            body=_encode(commit).decode(),
        )
        for event in commit.events:
            if isinstance(event, CaseAccepted):
                await queries.put_last_case_no(
                    self._connection,
                    hall_id=self._key["hall_id"],
                    year=event.accepted_on.year,
                    last_no=event.no,
                )
        await self.put_row(seq, case, commit.by)

    async def tell(self, news: Message) -> None:
        """Tell the visitor with the commit (NO1); it leads to the page of the case."""
        token = await token_of(self._connection, self._hall_id, self._case_id)
        await put(self._connection, replace(news, path=f"/track/{token}"))

    async def put_row(self, seq: int, case: Case, by: Caller) -> None:
        """Make the case's row what the case is after its commit `seq`.

        A new row says that `by` opened the case; one that is there keeps who did.
        """
        row = row_of(case) | {"opened_by": by.id}
        await queries.put_case(self._connection, **self._key, seq=seq, **row)


class Cases:
    """The cases of all halls; every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def hold(self, hall_id: HallId, case_id: CaseId) -> AsyncIterator[CaseTransaction]:
        """A transaction that holds the case; what is appended in it lasts when it ends well.

        Raises ConflictError: another case took the command's id or the ticket at this moment.
        """
        try:
            async with self._database.connection() as connection:
                await queries.lock_case(connection, hall_id=hall_id, case_id=case_id)
                yield CaseTransaction(connection, hall_id, case_id)
        except asyncpg.UniqueViolationError as error:
            raise ConflictError(error.constraint_name) from error

    async def read(self, hall_id: HallId, case_id: CaseId) -> list[CaseEntry]:
        """Everything that happened to a case, oldest first; none when there is no such case."""
        async with self._database.connection() as connection:
            rows = queries.case_commits(connection, hall_id=hall_id, case_id=case_id)
            return [_entry(row) async for row in rows]

    async def to_keep(
        self, hall_id: HallId, at: datetime, after: CaseId, count: int, *, is_silence_only: bool
    ) -> list[CaseId]:
        """Cases after `after` that the clock or a calendar may change, in order of their ids.

        The clock alone changes only those that nobody answered in time (CS1).
        """
        query = queries.silent_cases if is_silence_only else queries.cases_to_keep
        async with self._database.connection() as connection:
            rows = query(connection, hall_id=hall_id, at=at, after=after, count=count)
            return [row["case_id"] async for row in rows]

    async def halls_to_keep(self) -> list[HallId]:
        """The halls with cases that the clock or a calendar may change."""
        async with self._database.connection() as connection:
            return [row["hall_id"] async for row in queries.halls_to_keep(connection)]

    async def halls(self) -> list[HallId]:
        """The halls that have any case."""
        async with self._database.connection() as connection:
            return [row["hall_id"] async for row in queries.halls_with_cases(connection)]

    async def refold(self, hall_id: HallId) -> int:
        """Make every row of the hall anew from what happened; returns how many there are."""
        async with self._database.connection() as connection:
            rows = queries.recorded_cases(connection, hall_id=hall_id)
            case_ids = [CaseId(row["case_id"]) async for row in rows]
        for case_id in case_ids:
            async with self.hold(hall_id, case_id) as held:
                entries = await held.entries()
                await held.put_row(entries[-1].seq, folded(entries), entries[0].commit.by)
        return len(case_ids)


def folded(entries: list[CaseEntry]) -> Case:
    """The case that these entries, all of its own, make."""
    return fold_case(Case(), (event for entry in entries for event in entry.commit.events))


def _entry(row: Any) -> CaseEntry:
    return CaseEntry(seq=row["seq"], commit=_decode(row["body"].encode()))


def row_of(case: Case) -> dict[str, object]:
    """The columns of `cases` but for its key and position."""
    assert case.state is not None
    assert case.terms is not None
    due, ticket = case.deadline, case.ticket
    return {
        "state": case.state.value,
        "service_id": case.terms.service_id,
        "department_id": case.department_id,
        "staff_id": case.staff_id,
        "ticket_day": ticket.day if ticket is not None else None,
        "ticket_id": ticket.ticket_id if ticket is not None else None,
        "number": case.number,
        "year": case.accepted_on.year if case.accepted_on is not None else None,
        "no": case.no,
        "due_at": due.due_at if due is not None else None,
        "due_day": due.due_day if due is not None else None,
        "amber_from": due.amber_from if due is not None else None,
        "red_from": due.red_from if due is not None else None,
        "is_provisional": due.is_provisional if due is not None else None,
        "tell_by": case.tell_by.due_at if case.tell_by is not None else None,
        "outcome": case.outcome.value if case.outcome is not None else None,
        "visits": len(case.visits),
        "opened_at": case.opened_at,
        "person_hash": case.person_hash,
        "asked": [d for d, office in case.offices.items() if office.agrees is None],
    }
