"""The archive: every commit in PostgreSQL, and a stream brought back from it."""

import secrets
from datetime import date, datetime

import msgspec
from msgspec import Struct

from backend.core.evaluation import VisitEvaluated
from backend.core.hall_events import DayClosed
from backend.core.history import DayLessons
from backend.core.ids import CommandId, HallId, TicketId, TicketToken
from backend.store.database import Database, queries
from backend.store.seals import note_set_aside, seal
from backend.store.stream import (
    START,
    Commit,
    ConflictError,
    DayRef,
    Entry,
    HallStream,
    Position,
    StoreError,
)

BATCH = 500
WHOLE_BATCH = 5000
"""A day of 25,000 commits in a few queries, each well within its time."""
CONFLICTS_MAX = 100
"""Times in a row that somebody else writes while a day is brought back."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Commit).decode


class RecordedDay(Struct, frozen=True, kw_only=True):
    """A day of which something is archived."""

    day: date
    tickets: int
    is_closed: bool


class ArchivedTicket(Struct, frozen=True, kw_only=True):
    """Where a ticket was taken, and when."""

    hall_id: HallId
    day: date
    ticket_id: TicketId


class Trace(Struct, frozen=True, kw_only=True):
    """A commit as it lies in the archive."""

    hall_id: HallId
    day: date
    seq: int
    archived_at: datetime | None
    """None for one that was archived before this was noted."""
    is_lost: bool
    """Whether the stream went another way since: the day does not contain it."""
    commit: Commit


class Archive:
    """The commits of all halls and days; every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def end(self, hall_id: HallId, day: date) -> Position:
        """The last archived commit of a day."""
        async with self._database.connection() as connection:
            row = await queries.archived_end(connection, hall_id=hall_id, day=day)
        return Position(row["seq"], row["commit_id"]) if row is not None else START

    async def read(self, hall_id: HallId, day: date, after: Position, limit: int) -> list[Entry]:
        """At most `limit` commits right after `after`, oldest first."""
        async with self._database.connection() as connection:
            rows = queries.archived_commits(
                connection, hall_id=hall_id, day=day, seq=after.seq, count=limit
            )
            return [
                Entry(
                    position=Position(row["seq"], row["commit_id"]),
                    commit=_decode(row["body"].encode()),
                )
                async for row in rows
            ]

    async def whole(self, hall_id: HallId, day: date) -> list[Entry]:
        """Every commit of a day, oldest first; none when nothing of it is archived."""
        found: list[Entry] = []
        while entries := await self.read(
            hall_id, day, found[-1].position if found else START, WHOLE_BATCH
        ):
            found += entries
        return found

    async def days(self, hall_id: HallId, count: int) -> list[RecordedDay]:
        """The last `count` recorded days, newest first."""
        async with self._database.connection() as connection:
            rows = queries.archived_days(connection, hall_id=hall_id, count=count)
            return [msgspec.convert(dict(row), RecordedDay) async for row in rows]

    async def write(self, hall_id: HallId, day: date, entries: list[Entry]) -> None:
        """Keep commits; those kept already are left alone."""
        async with self._database.connection() as connection:
            await queries.archive_commits(
                connection,
                hall_id=hall_id,
                day=day,
                seqs=[entry.position.seq for entry in entries],
                commit_ids=[entry.commit.id for entry in entries],
                ats=[entry.commit.at for entry in entries],
                bodies=[_encode(entry.commit).decode() for entry in entries],
            )

    async def set_lost_aside(self, hall_id: HallId, day: date, after: Position) -> None:
        """Move the commits after `after` aside: the stream went another way."""
        async with self._database.connection() as connection:
            await queries.set_lost_aside(connection, hall_id=hall_id, day=day, seq=after.seq)
            await note_set_aside(connection, hall_id, day, after.seq)

    async def seal(self, hall_id: HallId, day: date) -> None:
        """Tie what is archived of the day to the audit, as far as it is not yet."""
        await seal(self._database, hall_id, day)

    async def lessons(self, hall_id: HallId, count: int) -> tuple[DayLessons, ...]:
        """What the days closed last taught, oldest first (WT1)."""
        async with self._database.connection() as connection:
            rows = queries.closings(connection, hall_id=hall_id, count=count)
            found = [(row["day"], _decode(row["body"].encode())) async for row in rows]
        return tuple(
            DayLessons(day=day, queues=event.lessons, arrivals=event.arrivals)
            for day, commit in reversed(found)
            for event in commit.events
            if isinstance(event, DayClosed)
        )

    async def ticket_of(self, token: TicketToken) -> ArchivedTicket | None:
        """The ticket with this token, of whatever day."""
        async with self._database.connection() as connection:
            row = await queries.archived_ticket(connection, token=token)
        return msgspec.convert(dict(row), ArchivedTicket) if row is not None else None

    async def evaluation_after(self, ticket: ArchivedTicket) -> VisitEvaluated | None:
        """What the visitor said of the visit on a later day (EV2)."""
        async with self._database.connection() as connection:
            row = await queries.archived_evaluation(
                connection, hall_id=ticket.hall_id, day=ticket.day, ticket_id=ticket.ticket_id
            )
        if row is None:
            return None
        (event,) = _decode(row["body"].encode()).events
        assert isinstance(event, VisitEvaluated)
        return event

    async def trace(self, command_id: CommandId) -> list[Trace]:
        """What is archived under this id, in any hall; what is in force first."""
        async with self._database.connection() as connection:
            rows = queries.traced_commits(connection, commit_id=command_id)
            return [
                Trace(
                    hall_id=row["hall_id"],
                    day=row["day"],
                    seq=row["seq"],
                    archived_at=row["archived_at"],
                    is_lost=row["is_lost"],
                    commit=_decode(row["body"].encode()),
                )
                async for row in rows
            ]

    async def last_days(self, hall_id: HallId, count: int) -> list[date]:
        """The last `count` days that have anything archived, newest first."""
        async with self._database.connection() as connection:
            rows = queries.last_archived_days(connection, hall_id=hall_id, count=count)
            return [row["day"] async for row in rows]

    async def latest_day(self, hall_id: HallId) -> date | None:
        """The last day that has anything archived."""
        async with self._database.connection() as connection:
            found: date | None = await queries.archived_day(connection, hall_id=hall_id)
        return found


async def restore(stream: HallStream, archive: Archive, hall_id: HallId) -> DayRef | None:
    """Give the stream back what the archive has and it has lost; return the new epoch if so.

    Covers an emptied Redis and a lost tail, not a stream that lost its tail and went on.  Safe
    in several processes at once: every step is a compare-and-append, the day is announced only
    when it is whole, and what another process has begun and not finished is finished here.
    Raises StoreError.
    """
    for _ in range(CONFLICTS_MAX):
        try:
            return await _restored(stream, archive, hall_id)
        except ConflictError:
            continue  # somebody else restores, or the stream lives: look again
    raise StoreError("other processes keep coming first")


async def _restored(stream: HallStream, archive: Archive, hall_id: HallId) -> DayRef | None:
    """Restore unless somebody else writes meanwhile.  Raises ConflictError, StoreError."""
    day = await archive.latest_day(hall_id)
    latest = await stream.latest_day()
    if day is None or (latest is not None and latest.day > day):
        return None
    archived = await archive.end(hall_id, day)
    ref = DayRef(day=day, epoch=secrets.token_hex(6))
    position = await _end_of(stream, ref)
    is_announced = latest is not None and latest.day == day
    if is_announced and position.seq >= archived.seq:
        return None
    # A hub that had folded the whole day may have gone on with it before it was announced.
    has_gone_on = not is_announced and await _has(stream, ref, archived)
    if not has_gone_on and not await _is_archived(archive, hall_id, day, position):
        return None  # another history: the recorder sets the archived one aside
    while position.seq < archived.seq:
        entries = await archive.read(hall_id, day, position, BATCH)
        position = await stream.append(ref, position, [entry.commit for entry in entries])
    await stream.announce(ref, latest)
    return ref


async def _end_of(stream: HallStream, ref: DayRef) -> Position:
    position = START
    while entries := await stream.read(ref, position, BATCH):
        position = entries[-1].position
    return position


async def _has(stream: HallStream, ref: DayRef, position: Position) -> bool:
    """Whether the stream has just this commit at this place."""
    try:
        await stream.read(ref, position, 1)
    except ConflictError:
        return False
    return True


async def _is_archived(archive: Archive, hall_id: HallId, day: date, position: Position) -> bool:
    """Whether the archive has just this commit at this place; it has every day's start."""
    if position == START:
        return True
    found = await archive.read(hall_id, day, Position(position.seq - 1), 1)
    return bool(found) and found[0].position == position
