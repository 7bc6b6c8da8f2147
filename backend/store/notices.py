"""Notices that are written ahead, in PostgreSQL: every revision, and each as it stands (NT2)."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct

from backend.core.ids import CommandId, HallId, NoticeId
from backend.core.notices import WrittenNotice
from backend.store.audit import NoteIn, not_noted
from backend.store.database import Database, queries

REVISIONS_LISTED = 50

NoticeKind = Literal["showing", "scheduled", "draft", "past"]
Change = Callable[[WrittenNotice | None, int], WrittenNotice]
"""The next revision of what is there, with how many others of the hall are running."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(WrittenNotice).decode


class NoticeCounts(Struct, frozen=True, kw_only=True):
    """How many notices are on each list."""

    showing: int
    scheduled: int
    draft: int
    past: int


class NoticeIdInUseError(Exception):
    """The command's id was given to another command."""


class Notices:
    """The notices of all halls; every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def change(
        self,
        hall_id: HallId,
        notice_id: NoticeId,
        change: Change,
        *,
        command_id: CommandId,
        mark: str,
        at: datetime,
        note_in: NoteIn = not_noted,
    ) -> WrittenNotice:
        """Keep what `change` makes of the notice, once; a repeat gets what the first one made.

        `mark`: a digest of what is asked.  What `change` raises passes.  Raises NoticeIdInUseError.
        """
        async with self._database.connection() as connection:
            await queries.lock_notices(connection, hall_id=hall_id)
            known = await queries.notice_of_command(
                connection, hall_id=hall_id, command_id=command_id
            )
            if known is not None:
                if known["mark"] != mark:
                    raise NoticeIdInUseError
                return _decode(known["body"].encode())
            key = {"hall_id": hall_id, "notice_id": notice_id}
            row = await queries.notice(connection, **key)
            running = await queries.count_running_notices(connection, **key, at=at)
            found = change(_decode(row["body"].encode()) if row is not None else None, running)
            body = _encode(found).decode()
            await queries.append_notice_revision(
                connection,
                **key,
                revision=found.revision,
                command_id=command_id,
                mark=mark,
                at=found.at,
                author=found.by,
                body=body,
            )
            await queries.put_notice(
                connection,
                **key,
                is_published=found.is_published,
                is_on_website=found.content.on_website,
                is_taken_down=found.taken_down_at is not None,
                begins_at=found.content.begins_at,
                until=found.content.until,
                changed_at=found.at,
                body=body,
            )
            await note_in(connection)
        return found

    async def find(self, hall_id: HallId, notice_id: NoticeId) -> WrittenNotice | None:
        """A notice as it stands."""
        async with self._database.connection() as connection:
            row = await queries.notice(connection, hall_id=hall_id, notice_id=notice_id)
        return _decode(row["body"].encode()) if row is not None else None

    async def revisions(self, hall_id: HallId, notice_id: NoticeId) -> list[WrittenNotice]:
        """The newest REVISIONS_LISTED revisions of a notice, newest first."""
        async with self._database.connection() as connection:
            rows = queries.notice_revisions_of(
                connection, hall_id=hall_id, notice_id=notice_id, count=REVISIONS_LISTED
            )
            return [_decode(row["body"].encode()) async for row in rows]

    async def running(self, at: datetime) -> dict[HallId, list[WrittenNotice]]:
        """What is published and not over, of each hall that has any."""
        found: dict[HallId, list[WrittenNotice]] = defaultdict(list)
        async with self._database.connection() as connection:
            async for row in queries.running_notices(connection, at=at):
                found[row["hall_id"]].append(_decode(row["body"].encode()))
        return found

    async def listed(
        self, hall_id: HallId, kind: NoticeKind, at: datetime, *, count: int, skip: int
    ) -> list[WrittenNotice]:
        """Those of one list: what comes by its time, the others newest first."""
        async with self._database.connection() as connection:
            rows = queries.notices_of_kind(
                connection, hall_id=hall_id, kind=kind, at=at, count=count, skip=skip
            )
            return [_decode(row["body"].encode()) async for row in rows]

    async def counts(self, hall_id: HallId, at: datetime) -> NoticeCounts:
        """How many are on each list."""
        async with self._database.connection() as connection:
            row = await queries.counted_notices(connection, hall_id=hall_id, at=at)
        return msgspec.convert(dict(row), NoticeCounts)

    async def past(
        self, hall_id: HallId, at: datetime, *, count: int, skip: int
    ) -> list[WrittenNotice]:
        """What the website showed and shows no more, the newest first."""
        async with self._database.connection() as connection:
            rows = queries.past_notices(connection, hall_id=hall_id, at=at, count=count, skip=skip)
            return [_decode(row["body"].encode()) async for row in rows]
