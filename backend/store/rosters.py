"""Rosters in PostgreSQL: what was decided of each, append-only; and the attendance of past days."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any

import asyncpg
import msgspec
from msgspec import Struct

from backend.core.ids import CommandId, CounterId, HallId, ShiftRole, StaffId
from backend.core.rosters.events import LeaveGranted, RosterEvent
from backend.core.rosters.roster import Roster, fold_roster
from backend.core.rosters.words import Leave
from backend.core.stamp import Caller
from backend.store.database import Database, queries
from backend.store.stream import ConflictError

SHIFTS_MAX = 20_000
"""Rows of attendance read at once: two months of 31 counters are about 3,000."""


class RosterCommit(Struct, frozen=True, kw_only=True):
    """What one command caused, with who gave it; the reason stands in the events."""

    id: CommandId
    by: Caller
    at: datetime
    mark: str
    """A digest of the command, so that its id answers nothing else (I7)."""
    events: tuple[RosterEvent, ...]


class RosterEntry(Struct, frozen=True, kw_only=True):
    """A commit and its place in the hall's roster: the version that it made, from 1 on."""

    seq: int
    commit: RosterCommit


class KnownRoster(Struct, kw_only=True):
    """A roster as of a version."""

    seq: int = 0
    roster: Roster


class PastDay(Struct, frozen=True, kw_only=True):
    """A clerk's attendance on a closed day (SH3); all _s are seconds."""

    day: date
    clerk_id: StaffId
    signed_on_at: datetime | None
    signed_off_at: datetime | None
    rostered_s: int
    on_post_s: int
    open_s: int
    busy_s: int
    paused_s: int
    shifts: int
    late: int
    early: int
    missing: int


class PastShift(Struct, frozen=True, kw_only=True):
    """How somebody kept a shift of a closed day (SH3)."""

    day: date
    clerk_id: StaffId
    counter_id: CounterId
    role: ShiftRole
    begins_at: datetime
    ends_at: datetime
    signed_on_at: datetime | None
    signed_off_at: datetime | None
    late_s: int
    early_s: int
    is_missing: bool
    stand_in_id: StaffId | None


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(RosterCommit).decode


class RosterTransaction:
    """The roster of one hall, held: nobody else changes it before this is over."""

    def __init__(self, connection: Any, hall_id: HallId) -> None:
        self._connection = connection
        self._hall_id = hall_id

    async def find(self, command_id: CommandId) -> RosterEntry | None:
        """What a command caused, whatever hall it was for."""
        row = await queries.roster_commit_of(self._connection, command_id=command_id)
        return _entry(row) if row is not None else None

    async def append(self, after: int, commit: RosterCommit) -> None:
        """Keep the commit right after version `after`."""
        await queries.append_roster_commit(
            self._connection,
            hall_id=self._hall_id,
            seq=after + 1,
            command_id=commit.id,
            at=commit.at,
            body=_encode(commit).decode(),
        )

    async def read(self, known: KnownRoster) -> KnownRoster:
        """`known`, up to date; changed in place."""
        rows = queries.roster_commits(self._connection, hall_id=self._hall_id, seq=known.seq)
        for entry in [_entry(row) async for row in rows]:
            if entry.seq > known.seq:
                fold_roster(known.roster, entry.commit.events)
                known.seq = entry.seq
        return known


class Rosters:
    """The rosters of all halls; every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[HallId, KnownRoster] = {}

    async def read(self, hall_id: HallId) -> KnownRoster:
        """The roster as it stands: to be looked at, not to be changed."""
        async with self._database.connection() as connection:
            return await RosterTransaction(connection, hall_id).read(self._of(hall_id))

    @asynccontextmanager
    async def hold(self, hall_id: HallId) -> AsyncIterator[tuple[RosterTransaction, KnownRoster]]:
        """A transaction that holds the roster; what is appended in it lasts when it ends well.

        Raises ConflictError: another command took the id at this moment.
        """
        try:
            async with self._database.connection() as connection:
                await queries.lock_roster(connection, hall_id=hall_id)
                held = RosterTransaction(connection, hall_id)
                yield held, await held.read(self._of(hall_id))
        except asyncpg.UniqueViolationError as error:
            raise ConflictError(error.constraint_name) from error

    async def changes(
        self,
        hall_id: HallId,
        count: int,
        *,
        before: int | None = None,
        begins: datetime | None = None,
        ends: datetime | None = None,
    ) -> list[RosterEntry]:
        """The newest versions before `before`, made from `begins` until `ends`; newest first."""
        async with self._database.connection() as connection:
            rows = queries.last_roster_commits(
                connection,
                hall_id=hall_id,
                before=before,
                begins=begins,
                ends=ends,
                count=count,
            )
            return [_entry(row) async for row in rows]

    async def granted(self, leave_ids: list[str]) -> dict[str, Leave]:
        """Leave as it was granted, by its id, which is that of the command that granted it."""
        async with self._database.connection() as connection:
            rows = queries.roster_commits_of(connection, command_ids=leave_ids)
            events = [event async for row in rows for event in _entry(row).commit.events]
        granted = [event.leave for event in events if isinstance(event, LeaveGranted)]
        return {leave.leave_id: leave for leave in granted}

    async def past_days(self, hall_id: HallId, first: date, last: date) -> list[PastDay]:
        """The attendance of the closed days from `first` to `last`."""
        async with self._database.connection() as connection:
            rows = queries.clerk_days_of(
                connection, hall_id=hall_id, first=first, last=last, count=SHIFTS_MAX
            )
            return [msgspec.convert(dict(row), PastDay) async for row in rows]

    async def past_shifts(self, hall_id: HallId, first: date, last: date) -> list[PastShift]:
        """How the shifts of the closed days from `first` to `last` were kept."""
        async with self._database.connection() as connection:
            rows = queries.clerk_shifts_of(
                connection, hall_id=hall_id, first=first, last=last, count=SHIFTS_MAX
            )
            return [msgspec.convert(dict(row), PastShift) async for row in rows]

    def _of(self, hall_id: HallId) -> KnownRoster:
        return self._known.setdefault(hall_id, KnownRoster(roster=Roster()))


def _entry(row: Any) -> RosterEntry:
    return RosterEntry(seq=row["seq"], commit=_decode(row["body"].encode()))
