"""Lists of cases in PostgreSQL, the secrets by which cases are followed, and daily digests."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct

from backend.core.cases.words import CaseId, CaseState, Outcome, TicketRef
from backend.core.ids import DepartmentId, HallId, ServiceId, StaffId
from backend.core.messages import Message
from backend.store.database import Database, queries
from backend.store.outbox import put

TOKEN_BYTES = 18
"""144 bits: nobody guesses one."""
OF_VISIT_MAX = 50
DIGEST_DAYS_MAX = 60
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class ListKind(StrEnum):
    """Which cases are listed; of those that are over none."""

    OPEN = "open"
    AMBER = "amber"
    RED = "red"
    OVERDUE = "overdue"
    TO_TELL = "to_tell"
    """Handed in: what is missing is to be told, or the case accepted (CS1)."""
    TO_DELIVER = "to_deliver"
    """Decided: the visitor is to be told, and to get the result."""
    ASKED = "asked"
    """An office is to answer (CS5)."""
    MINE = "mine"
    """Handed to the person who asks, or taken in by them and still there."""


class RowDue(Struct, frozen=True, kw_only=True):
    """What a row has of a case's deadline."""

    amber_from: date
    red_from: date
    due_day: date
    due_at: datetime
    is_provisional: bool


class CaseRow(Struct, frozen=True, kw_only=True):
    """A case as it stands in lists."""

    case_id: CaseId
    state: CaseState
    service_id: ServiceId
    department_id: DepartmentId
    staff_id: StaffId | None
    opened_by: StaffId | None
    ticket_day: date | None
    ticket_id: str | None
    number: str | None
    due: RowDue | None
    """None until it is accepted."""
    tell_by: datetime | None
    outcome: Outcome | None
    visits: int
    opened_at: datetime
    asked: tuple[DepartmentId, ...]
    """Offices that have not answered."""
    sort_at: datetime
    """By which it stands in its list."""


class CaseCounts(Struct, frozen=True, kw_only=True):
    """How many cases a department has on each list."""

    department_id: DepartmentId
    open: int = 0
    amber: int = 0
    red: int = 0
    overdue: int = 0
    to_tell: int = 0
    to_deliver: int = 0


class Place(Struct, frozen=True, kw_only=True):
    """Where in a list a page ends; the next one begins right after it."""

    at: datetime = BEGINNING
    case_id: CaseId = CaseId("")


class Wanted(Struct, frozen=True, kw_only=True):
    """Which cases are asked for, when, by whom."""

    kind: ListKind
    departments: tuple[DepartmentId, ...] | None
    """None: all of the hall."""
    staff_id: StaffId
    today: date
    """By the hall's clock."""
    at: datetime


class CaseLists:
    """What is asked of all cases of a hall; every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def listed(
        self, hall_id: HallId, wanted: Wanted, after: Place, count: int
    ) -> list[CaseRow]:
        """At most `count` cases after a place, what is due first before the others."""
        async with self._database.connection() as connection:
            rows = queries.listed_cases(
                connection,
                hall_id=hall_id,
                kind=wanted.kind.value,
                departments=_array(wanted.departments),
                staff_id=wanted.staff_id,
                today=wanted.today,
                at=wanted.at,
                after_at=after.at,
                after_id=after.case_id,
                count=count,
            )
            return [case_row(row) async for row in rows]

    async def counts(self, hall_id: HallId, wanted: Wanted) -> list[CaseCounts]:
        """How much each of the departments has to do, by its id."""
        async with self._database.connection() as connection:
            rows = queries.counted_cases(
                connection,
                hall_id=hall_id,
                departments=_array(wanted.departments),
                today=wanted.today,
                at=wanted.at,
            )
            return [msgspec.convert(dict(row), CaseCounts) async for row in rows]

    async def of_visit(
        self, hall_id: HallId, ticket: TicketRef, person_hash: str | None
    ) -> list[CaseRow]:
        """The ticket's cases, and the open ones of its visitor, newest first."""
        async with self._database.connection() as connection:
            rows = queries.cases_of_visit(
                connection,
                hall_id=hall_id,
                ticket_day=ticket.day,
                ticket_id=ticket.ticket_id,
                person_hash=person_hash,
                count=OF_VISIT_MAX,
            )
            return [case_row(row) async for row in rows]

    async def numbered(self, hall_id: HallId, year: int, no: int) -> CaseRow | None:
        """The case with this number."""
        async with self._database.connection() as connection:
            row = await queries.case_numbered(connection, hall_id=hall_id, year=year, no=no)
        return case_row(row) if row is not None else None

    async def token(self, hall_id: HallId, case_id: CaseId) -> str:
        """The secret by which the case is followed; made when it is first asked for."""
        async with self._database.connection() as connection:
            return await token_of(connection, hall_id, case_id)

    async def case_with(self, token: str) -> tuple[HallId, CaseId] | None:
        """Whose secret this is."""
        async with self._database.connection() as connection:
            row = await queries.case_with_token(connection, token=token)
        return (HallId(row["hall_id"]), CaseId(row["case_id"])) if row is not None else None

    async def put_digest(
        self,
        hall_id: HallId,
        day: date,
        department_id: DepartmentId,
        body: bytes,
        at: datetime,
        *,
        news: Message | None = None,
    ) -> None:
        """Keep what a department is told on a day; what was kept stays.

        `news`: what of it is told outside the page, once (NO1).
        """
        async with self._database.connection() as connection:
            await queries.put_case_digest(
                connection,
                hall_id=hall_id,
                day=day,
                department_id=department_id,
                body=body.decode(),
                made_at=at,
            )
            if news is not None:
                await put(connection, news)

    async def digest_days(self, hall_id: HallId) -> list[date]:
        """The newest days of which there are digests, newest first."""
        async with self._database.connection() as connection:
            rows = queries.case_digest_days(connection, hall_id=hall_id, count=DIGEST_DAYS_MAX)
            return [row["day"] async for row in rows]

    async def digests(
        self, hall_id: HallId, day: date, departments: tuple[DepartmentId, ...] | None
    ) -> dict[DepartmentId, bytes]:
        """What each of the departments was told on the day."""
        async with self._database.connection() as connection:
            rows = queries.case_digests(
                connection, hall_id=hall_id, day=day, departments=_array(departments)
            )
            return {row["department_id"]: row["body"].encode() async for row in rows}

    @asynccontextmanager
    async def keeping(self) -> AsyncIterator[bool]:
        """Whether the caller, and no other process, keeps the cases while this lasts."""
        async with self._database.connection() as connection:
            is_ours: bool = await queries.try_case_keeping(connection)
            yield is_ours


async def token_of(connection: Any, hall_id: HallId, case_id: CaseId) -> str:
    """The secret by which the case is followed; made when it is first asked for."""
    key = {"hall_id": hall_id, "case_id": case_id}
    found: str | None = await queries.case_token(connection, **key)
    if found is None:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        await queries.put_case_token(connection, **key, token=token)
        found = await queries.case_token(connection, **key)
    assert found is not None
    return found


def _array(departments: tuple[DepartmentId, ...] | None) -> list[str] | None:
    return list(departments) if departments is not None else None


def case_row(row: Any) -> CaseRow:
    """The case that a row of the table is; it may have more."""
    found = dict(row)
    found["due"] = found if found["due_at"] is not None else None
    return msgspec.convert(found, CaseRow)
