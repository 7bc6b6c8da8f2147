"""What days and cases come to, counted from the archive and kept for statistics.

A day that is not over is counted anew as it goes on.  One that is over is frozen with a hash; what
comes in later replaces single rows in a further revision, so that both the frozen figures and
those in force can be told.
"""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from msgspec.structs import asdict, replace

from backend.core.cases.count import CountedCase, count_case
from backend.core.count import Counting
from backend.core.counted import CountedClerkDay, CountedSpan, CountedTicket, CountedVisit, DayCount
from backend.core.evaluation import VisitEvaluated
from backend.core.ids import HallId, ServiceId, TicketId
from backend.core.rules.bursts import bursts
from backend.store.archive import Archive
from backend.store.cases import CaseCommit
from backend.store.database import Database, queries
from backend.store.stream import Entry, Position

CASES_AT_ONCE = 500

Row = CountedTicket | CountedVisit | CountedSpan | CountedClerkDay
TABLES: tuple[tuple[type[Row], str], ...] = (
    (CountedTicket, "counted_tickets"),
    (CountedVisit, "counted_visits"),
    (CountedSpan, "counted_spans"),
    (CountedClerkDay, "counted_clerk_days"),
)
"""Where each kind of row is; its queries are called so."""

_encode = msgspec.json.Encoder().encode
_decode_case = msgspec.json.Decoder(CaseCommit).decode


class Revision(Struct, frozen=True, kw_only=True):
    """A day as it was counted at some time."""

    day: date
    revision: int
    """0: as it was frozen; from 1 on, corrections."""
    seq: int
    """Commits that were archived then."""
    is_final: bool
    """False while the day is not over: such figures still change."""
    rows: int
    """How many were counted, or corrected."""
    sha256: str
    counted_at: datetime


class Counted(Struct, frozen=True, kw_only=True):
    """What counting a day led to."""

    revision: int
    rows: int
    """Counted for the first time, or corrected; 0 when all was as before."""
    is_final: bool
    flagged: tuple[VisitEvaluated, ...] = ()
    """What came on the day in a burst from one device (EV4)."""


class Counts:
    """Counts days and cases; every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._archive = Archive(database)

    async def days_to_count(self, hall_id: HallId) -> list[date]:
        """The days of which more is archived than counted, oldest first."""
        async with self._database.connection() as connection:
            return [row["day"] async for row in queries.days_to_count(connection, hall_id=hall_id)]

    async def counted_days(self, hall_id: HallId) -> list[date]:
        """The days that are counted, oldest first."""
        async with self._database.connection() as connection:
            return [row["day"] async for row in queries.counted_days(connection, hall_id=hall_id)]

    async def count_day(self, hall_id: HallId, day: date) -> Counted | None:
        """Count a day from its archive; None when nothing of it is archived."""
        entries = await self._archive.whole(hall_id, day)
        if not entries:
            return None
        key = {"hall_id": hall_id, "day": day}
        async with self._database.connection() as connection:
            owners = queries.owners_of_services(connection, **key)
            departments = {row["service_id"]: row["department_id"] async for row in owners}
            rows = queries.rated_later(connection, **key)
            late = {row["ticket_id"]: row["level"] async for row in rows}
        count = await asyncio.to_thread(count_of, entries, departments, late)
        for rated in await self._days_rated(hall_id, count):
            await self.count_day(
                hall_id, rated
            )  # before this day: what is counted is not looked at
        async with self._database.connection() as connection:
            await queries.lock_counted_day(connection, **key)
            counted = await _keep(connection, count, entries[-1].position)
        events = (event for entry in entries for event in entry.commit.events)
        ratings = (event for event in events if isinstance(event, VisitEvaluated))
        return replace(counted, flagged=tuple(bursts(ratings)))

    async def _days_rated(self, hall_id: HallId, count: DayCount) -> list[date]:
        """The earlier days of which something was said on this one that is not counted yet."""
        async with self._database.connection() as connection:
            rows = queries.days_rated_later(
                connection,
                hall_id=hall_id,
                days=[rating.day for rating in count.late],
                ticket_ids=[rating.ticket_id for rating in count.late],
            )
            return [row["day"] async for row in rows if row["day"] < count.day]

    async def is_unchanged(self, hall_id: HallId, day: date) -> bool:
        """Whether the day's frozen rows, and their sums, are still what was frozen."""
        async with self._database.connection() as connection:
            found = queries.counted_revisions(connection, hall_ids=[hall_id], first=day, last=day)
            hashes = [row["sha256"] async for row in found if row["revision"] == 0]
            rows = await _rows(connection, hall_id, day, is_frozen=True)
            differ = await queries.counter_days_differ(connection, hall_id=hall_id, day=day)
        return hashes == [_digest(rows)] and not differ

    async def revisions(self, hall_ids: Sequence[str], first: date, last: date) -> list[Revision]:
        """How the days of a period were counted, oldest first."""
        async with self._database.connection() as connection:
            rows = queries.counted_revisions(
                connection, hall_ids=list(hall_ids), first=first, last=last
            )
            return [msgspec.convert(dict(row), Revision) async for row in rows]

    async def count_cases(self, hall_id: HallId, zone: ZoneInfo) -> int:
        """Count the cases that went on since they were counted; returns how many."""
        counted, after = 0, ""
        while found := await self._count_cases(hall_id, zone, after):
            counted += len(found)
            after = found[-1]
        return counted

    async def _count_cases(self, hall_id: HallId, zone: ZoneInfo, after: str) -> list[str]:
        """The next cases by their ids, which are counted now."""
        async with self._database.connection() as connection:
            rows = queries.cases_to_count(
                connection, hall_id=hall_id, after=after, count=CASES_AT_ONCE
            )
            case_ids = [row["case_id"] async for row in rows]
            commits: dict[str, list[tuple[int, CaseCommit]]] = {}
            found = queries.commits_of_cases(connection, hall_id=hall_id, case_ids=case_ids)
            async for row in found:
                commit = _decode_case(row["body"].encode())
                commits.setdefault(row["case_id"], []).append((row["seq"], commit))
            counted: list[CountedCase] = [
                count_case(((c.by, c.events) for _, c in own), own[-1][0], zone)
                for own in commits.values()
            ]
            body = _encode([{"hall_id": hall_id, **asdict(one)} for one in counted])
            await queries.put_counted_cases(connection, rows=body.decode())
        return case_ids


def count_of(
    entries: Sequence[Entry],
    departments: Mapping[ServiceId, str],
    late: Mapping[TicketId, int],
) -> DayCount:
    """What a day's commits, oldest first, come to.

    `departments`: whose each service is; `late`: the levels of visits rated on later days.
    """
    counting = Counting(departments)
    for entry in entries:
        counting.see(entry.commit.events, entry.commit.at)
    for ticket_id, level in late.items():
        counting.rate(ticket_id, level)
    return counting.count()


async def _keep(connection: Any, count: DayCount, end: Position) -> Counted:
    key = {"hall_id": count.hall_id, "day": count.day}
    before = await queries.counted_day(connection, **key)
    rows: list[Row] = [*count.tickets, *count.visits, *count.spans, *count.clerk_days]
    if before is None or not before["is_final"]:
        await queries.drop_counted_rows(connection, **key)
        await _put(connection, count, rows, revision=0)
        revision, sha256 = 0, _digest(rows)
    else:
        old = await _rows(connection, count.hall_id, count.day, is_frozen=False)
        in_force = {_key(row): row for row in old}
        now = {_key(row): row for row in rows}
        gone = [row for row in old if now.get(_key(row)) != row]
        rows = [row for row in rows if in_force.get(_key(row)) != row]
        revision, sha256 = before["revision"], before["sha256"]
        if gone or rows:
            revision += 1
            sha256 = _digest(rows)
            await _replace(connection, count, gone, revision)
            await _put(connection, count, rows, revision)
    await queries.drop_counter_days(connection, **key)
    await queries.put_counter_days(connection, **key)
    is_new = before is None or revision > before["revision"] or not before["is_final"]
    await queries.put_counted_day(
        connection,
        **key,
        revision=revision,
        seq=end.seq,
        head=end.head,
        is_final=count.is_final,
        rows=len(rows) if is_new else before["rows"],
        sha256=sha256,
    )
    return Counted(revision=revision, rows=len(rows), is_final=count.is_final)


def _key(row: Row) -> tuple[str, str, int]:
    match row:
        case CountedTicket():
            return ("ticket", row.ticket_id, 0)
        case CountedVisit():
            return ("visit", row.ticket_id, row.visit)
        case CountedSpan():
            return ("span", f"{row.counter_id}/{row.from_at.isoformat()}", 0)
        case CountedClerkDay():
            return ("clerk", row.clerk_id, 0)


def _digest(rows: Sequence[Row]) -> str:
    """The hash of rows, in whatever order they come; a field added later does not change it."""
    return hashlib.sha256(_encode(sorted(rows, key=_key))).hexdigest()


async def _put(connection: Any, count: DayCount, rows: Sequence[Row], revision: int) -> None:
    for kind, table in TABLES:
        body = _body(count, rows, kind, revision)
        await getattr(queries, f"put_{table}")(connection, rows=body)


async def _replace(connection: Any, count: DayCount, rows: Sequence[Row], revision: int) -> None:
    for kind, table in TABLES:
        body = _body(count, rows, kind, revision)
        await getattr(queries, f"replace_{table}")(connection, rows=body, revision=revision)


def _body(count: DayCount, rows: Sequence[Row], kind: type[Row], revision: int) -> str:
    """The rows of one kind as PostgreSQL takes them."""
    key = {"hall_id": count.hall_id, "day": count.day, "revision": revision}
    return _encode([{**key, **asdict(row)} for row in rows if isinstance(row, kind)]).decode()


async def _rows(connection: Any, hall_id: HallId, day: date, *, is_frozen: bool) -> list[Row]:
    key = {"hall_id": hall_id, "day": day, "is_frozen": is_frozen}
    return [
        msgspec.convert(dict(row), kind)
        for kind, table in TABLES
        async for row in getattr(queries, table)(connection, **key)
    ]
