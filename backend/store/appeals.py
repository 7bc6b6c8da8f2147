"""Appeals against blocks in PostgreSQL (AP3)."""

from typing import Any

import asyncpg
import msgspec

from backend.core.bookings import BlockAppeal, BookingRefusal, BookingRefusalCode
from backend.core.ids import HallId
from backend.store.audit import NoteIn, not_noted
from backend.store.database import Database, queries
from backend.store.stream import ConflictError

APPEALS_MAX = 200


class Appeals:
    """The appeals of all halls; every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, appeal: BlockAppeal) -> BlockAppeal:
        """Keep the appeal, once; returns it as it stands.

        Raises BookingRefusal: already_appealed, while another of the person's is undecided.
        ConflictError: the id is of somebody else's appeal, of which nothing is told.
        """
        async with self._database.connection() as connection:
            row = await queries.appeal(connection, appeal_id=appeal.appeal_id)
        if row is not None:
            found = _appeal(row)
            if (found.hall_id, found.person_hash) != (appeal.hall_id, appeal.person_hash):
                raise ConflictError(appeal.appeal_id)
            return found
        try:
            async with self._database.connection() as connection:
                await queries.put_appeal(
                    connection,
                    appeal_id=appeal.appeal_id,
                    hall_id=appeal.hall_id,
                    person_hash=appeal.person_hash,
                    words=appeal.words,
                    asked_at=appeal.asked_at,
                    again_on=appeal.again_on,
                    missed=list(appeal.missed),
                )
        except asyncpg.UniqueViolationError as error:
            raise BookingRefusal(BookingRefusalCode.ALREADY_APPEALED) from error
        return appeal

    async def last_of(self, hall_id: HallId, person_hash: str) -> BlockAppeal | None:
        """The person's newest appeal."""
        async with self._database.connection() as connection:
            row = await queries.last_appeal_of(connection, hall_id=hall_id, person_hash=person_hash)
        return _appeal(row) if row is not None else None

    async def all_of(self, hall_id: HallId) -> list[BlockAppeal]:
        """Those to be decided, oldest first, then the others, newest first."""
        async with self._database.connection() as connection:
            rows = queries.appeals_of(connection, hall_id=hall_id, count=APPEALS_MAX)
            return [_appeal(row) async for row in rows]

    async def decide(
        self, decided: BlockAppeal, *, note_in: NoteIn = not_noted
    ) -> BlockAppeal | None:
        """Keep what was decided; None when there is no such appeal.  Lifted, it excuses (AP3).

        Raises BookingRefusal: already_decided, otherwise or by somebody else.
        """
        key = {"hall_id": decided.hall_id, "appeal_id": decided.appeal_id}
        async with self._database.connection() as connection:
            row = await queries.lock_appeal(connection, **key)
            if row is None:
                return None
            found = _appeal(row)
            if found.decided_at is not None:
                raise BookingRefusal(BookingRefusalCode.ALREADY_DECIDED)
            assert decided.decided_at is not None
            await queries.decide_appeal(
                connection,
                **key,
                is_lifted=decided.is_lifted,
                verdict=decided.verdict,
                decided_by=decided.decided_by,
                decided_at=decided.decided_at,
            )
            if decided.is_lifted:
                await queries.excuse_missed(
                    connection,
                    hall_id=found.hall_id,
                    person_hash=found.person_hash,
                    at=decided.decided_at,
                )
            await note_in(connection)
        return msgspec.structs.replace(
            found,
            is_lifted=decided.is_lifted,
            verdict=decided.verdict,
            decided_by=decided.decided_by,
            decided_at=decided.decided_at,
        )

    async def one(self, hall_id: HallId, appeal_id: str) -> BlockAppeal | None:
        """An appeal of the hall."""
        async with self._database.connection() as connection:
            row = await queries.appeal(connection, appeal_id=appeal_id)
        return _appeal(row) if row is not None and row["hall_id"] == hall_id else None


def _appeal(row: Any) -> BlockAppeal:
    return msgspec.convert(dict(row), BlockAppeal)
