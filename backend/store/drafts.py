"""Drafts of guides in PostgreSQL, and what was done with which guide."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any

import asyncpg
import msgspec
from msgspec import Struct

from backend.catalogue.guide import Guide
from backend.core.ids import CommandId, DepartmentId, HallId, ServiceId, StaffId
from backend.core.rules.content import Deed, DraftState, Standing
from backend.store.catalogue import Numbered, ServiceTransaction, numbered
from backend.store.database import Database, queries
from backend.store.stream import ConflictError

DEEDS_MAX = 500
"""Of a guide, as far back as is told."""
VERSIONS_MAX = 200

_encode = msgspec.json.Encoder().encode
_guide = msgspec.json.Decoder(Guide).decode


class Draft(Struct, frozen=True, kw_only=True):
    """A guide as it is to be."""

    draft_id: str
    service_id: ServiceId
    base_version: int
    """The version that it is made of; 0: there was none."""
    standing: Standing
    guide: Guide
    changed_at: datetime


class NotedDeed(Struct, frozen=True, kw_only=True):
    """What somebody did with a guide."""

    draft_id: str | None
    deed: Deed
    author: StaffId
    at: datetime
    words: str
    version: int | None
    """Which came of it, or was called off."""


class GuideRow(Struct, frozen=True, kw_only=True):
    """A guide as lists have it."""

    service_id: ServiceId
    version: int
    """The newest; 0: it is new."""
    valid_from: date | None
    is_offered: bool
    zh: str | None
    en: str | None
    department_id: DepartmentId | None
    department_now: DepartmentId | None
    """Where the newest version is to come: whose the guide is until then."""
    draft_department_id: DepartmentId | None
    draft_id: str | None
    state: DraftState | None
    writers: tuple[StaffId, ...] | None
    changed_at: datetime | None


class VersionRow(Struct, frozen=True, kw_only=True):
    """A version of a guide as lists have it."""

    version: int
    valid_from: date
    author: str
    created_at: datetime
    is_offered: bool
    is_called_off: bool


class FoundDeed(Struct, frozen=True, kw_only=True):
    """What a command's id belongs to."""

    mark: str
    service_id: ServiceId
    draft_id: str | None


class DraftTransaction(ServiceTransaction):
    """A service, held: nobody else changes its guide or its draft before this is over."""

    def __init__(self, connection: Any, hall_id: HallId, service_id: ServiceId) -> None:
        super().__init__(connection, hall_id, service_id)
        self._hall_id, self._service_id = hall_id, service_id
        self.newest: Numbered | None = None
        """The newest version of the service that counts or is to count."""

    async def deed(self, command_id: CommandId) -> FoundDeed | None:
        """What the command did, whatever guide of the hall it was for."""
        row = await queries.guide_deed(
            self.connection, hall_id=self._hall_id, command_id=command_id
        )
        return msgspec.convert(dict(row), FoundDeed) if row is not None else None

    async def note(self, command_id: CommandId, mark: str, noted: NotedDeed) -> None:
        """Keep what was done."""
        await queries.note_guide_deed(
            self.connection,
            hall_id=self._hall_id,
            command_id=command_id,
            mark=mark,
            service_id=self._service_id,
            **msgspec.structs.asdict(noted),
        )

    async def draft(self, draft_id: str) -> Draft | None:
        """One of this hall's."""
        return await _draft(self.connection, self._hall_id, draft_id)

    async def open_draft(self) -> str | None:
        """The draft that somebody is at work on."""
        found: str | None = await queries.open_draft_of(
            self.connection, hall_id=self._hall_id, service_id=self._service_id
        )
        return found

    async def keep(self, draft: Draft) -> None:
        """Keep the draft as it is now."""
        await queries.put_draft(
            self.connection,
            draft_id=draft.draft_id,
            hall_id=self._hall_id,
            service_id=self._service_id,
            base_version=draft.base_version,
            state=draft.standing.state,
            revision=draft.standing.revision,
            writers=list(draft.standing.writers),
            document=_encode(draft.guide).decode(),
            changed_at=draft.changed_at,
        )

    async def version(self, version: int) -> Numbered | None:
        """One version of the service, whether it counts or not."""
        return await _version(self.connection, self._hall_id, self._service_id, version)

    async def counting(self, version: int) -> Numbered | None:
        """One version of the service that counts or is to count."""
        row = await queries.counting_version(
            self.connection, hall_id=self._hall_id, service_id=self._service_id, version=version
        )
        return numbered(row)

    async def newest_now(self) -> Numbered | None:
        """The newest version that counts or is to count, after what was done here."""
        row = await queries.newest_service(
            self.connection, hall_id=self._hall_id, id=self._service_id
        )
        return numbered(row)

    async def call_off(self, version: int) -> None:
        """Have the version never count."""
        await queries.call_off_version(
            self.connection, hall_id=self._hall_id, service_id=self._service_id, version=version
        )

    async def next_place(self) -> int:
        """Where a new service stands: after all others."""
        place: int = await queries.next_place(self.connection, hall_id=self._hall_id)
        return place


class Drafts:
    """The drafts of all halls; every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def hold(self, hall_id: HallId, service_id: ServiceId) -> AsyncIterator[DraftTransaction]:
        """A transaction that holds the service, which may not exist yet.

        Raises ConflictError: another service took the command's id at this moment.
        """
        try:
            async with self._database.connection() as connection:
                held = DraftTransaction(connection, hall_id, service_id)
                held.newest = await held.lock_newest()
                yield held
        except asyncpg.UniqueViolationError as error:
            raise ConflictError(error.constraint_name) from error

    async def guides(self, hall_id: HallId, today: date) -> list[GuideRow]:
        """Every guide of the hall with its newest version and its draft, in their order."""
        async with self._database.connection() as connection:
            rows = queries.guide_list(connection, hall_id=hall_id, today=today)
            return [msgspec.convert(dict(row), GuideRow) async for row in rows]

    async def departments(
        self, hall_id: HallId, service_id: ServiceId, today: date
    ) -> tuple[DepartmentId, ...]:
        """Whose a service is or was last, first, and whose it is to be; nothing: none counts."""
        async with self._database.connection() as connection:
            rows = queries.departments_of_guide(
                connection, hall_id=hall_id, service_id=service_id, today=today
            )
            return tuple([DepartmentId(row["department_id"]) async for row in rows])

    async def find(self, hall_id: HallId, draft_id: str) -> Draft | None:
        """One draft, whatever its state."""
        async with self._database.connection() as connection:
            return await _draft(connection, hall_id, draft_id)

    async def deeds(
        self, hall_id: HallId, service_id: ServiceId, draft_id: str | None = None
    ) -> list[NotedDeed]:
        """What was done with a guide, newest first; of one draft, or of all."""
        async with self._database.connection() as connection:
            rows = queries.guide_deeds_of(
                connection,
                hall_id=hall_id,
                service_id=service_id,
                draft_id=draft_id,
                count=DEEDS_MAX,
            )
            return [msgspec.convert(dict(row), NotedDeed) async for row in rows]

    async def versions(self, hall_id: HallId, service_id: ServiceId) -> list[VersionRow]:
        """The versions of a guide, newest first."""
        async with self._database.connection() as connection:
            rows = queries.guide_versions(
                connection, hall_id=hall_id, service_id=service_id, count=VERSIONS_MAX
            )
            return [msgspec.convert(dict(row), VersionRow) async for row in rows]

    async def version(
        self, hall_id: HallId, service_id: ServiceId, version: int
    ) -> Numbered | None:
        """One version of a guide, whether it counts or not."""
        async with self._database.connection() as connection:
            return await _version(connection, hall_id, service_id, version)

    async def newest(self, hall_id: HallId, service_id: ServiceId) -> Numbered | None:
        """The newest version of a guide that counts or is to count."""
        async with self._database.connection() as connection:
            row = await queries.newest_service(connection, hall_id=hall_id, id=service_id)
            return numbered(row)


async def _draft(connection: Any, hall_id: HallId, draft_id: str) -> Draft | None:
    row = await queries.draft_of(connection, hall_id=hall_id, draft_id=draft_id)
    if row is None:
        return None
    return Draft(
        draft_id=row["draft_id"],
        service_id=ServiceId(row["service_id"]),
        base_version=row["base_version"],
        standing=Standing(
            state=DraftState(row["state"]),
            revision=row["revision"],
            writers=tuple(StaffId(writer) for writer in row["writers"]),
        ),
        guide=_guide(row["document"].encode()),
        changed_at=row["changed_at"],
    )


async def _version(
    connection: Any, hall_id: HallId, service_id: ServiceId, version: int
) -> Numbered | None:
    row = await queries.guide_of_version(
        connection, hall_id=hall_id, service_id=service_id, version=version
    )
    return numbered(row)
