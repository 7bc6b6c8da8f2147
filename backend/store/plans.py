"""The versions of halls' plans in PostgreSQL: added, read, never changed (PL2)."""

from datetime import datetime

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from backend.core.ids import HallId
from backend.core.plan import Plan
from backend.store.audit import NoteIn, not_noted
from backend.store.database import Database, queries

VERSIONS_LISTED = 200

_decode = msgspec.json.Decoder(Plan).decode


class PlanVersion(Struct, frozen=True, kw_only=True):
    """A plan as it was kept."""

    version: int
    author: str
    """User name of who made it."""
    reason: str
    created_at: datetime


class Plans:
    """The plans of all halls; every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def versions(self, hall_id: HallId) -> list[PlanVersion]:
        """The newest VERSIONS_LISTED versions of the hall's plan, newest first."""
        async with self._database.connection() as connection:
            rows = queries.plan_versions(connection, hall_id=hall_id, count=VERSIONS_LISTED)
            return [msgspec.convert(dict(row), PlanVersion) async for row in rows]

    async def newest(self, hall_id: HallId) -> Plan | None:
        """The hall's newest plan; None when there is no such hall."""
        async with self._database.connection() as connection:
            found: str | None = await queries.plan_in_force(connection, hall_id=hall_id)
        return _decode(found.encode()) if found is not None else None

    async def time_zones(self) -> dict[HallId, str]:
        """By which clock each hall goes."""
        async with self._database.connection() as connection:
            rows = queries.time_zones(connection)
            return {row["hall_id"]: row["time_zone"] async for row in rows}

    async def find(self, hall_id: HallId, version: int) -> Plan | None:
        """One version of the hall's plan; None when there is no such version."""
        async with self._database.connection() as connection:
            found: str | None = await queries.plan_of_version(
                connection, hall_id=hall_id, version=version
            )
        return _decode(found.encode()) if found is not None else None

    async def put(
        self,
        plan: Plan,
        *,
        after: int | None,
        author: str,
        reason: str,
        note_in: NoteIn = not_noted,
    ) -> int | None:
        """Keep the plan as the version that follows `after`, and name the hall as it says.

        `after` is None for the first plan of a hall, which this makes.  Returns the version; None
        when it is not the next one: another came first.
        """
        version = (after or 0) + 1
        hall = {"hall_id": plan.hall_id, "name_zh": plan.name.zh, "name_en": plan.name.en}
        async with self._database.connection() as connection:
            if after is None:
                await queries.put_new_hall(connection, **hall)
            status: str = await queries.put_next_plan(
                connection,
                hall_id=plan.hall_id,
                version=version,
                plan=msgspec.json.encode(replace(plan, version=version)).decode(),
                author=author,
                reason=reason,
                after=after,
            )
            is_kept = status.endswith(" 1")  # INSERT 0 1
            if is_kept:
                await queries.put_hall(connection, **hall)
                await note_in(connection)
        return version if is_kept else None
