"""Consultations in PostgreSQL: what happened to each, append-only, and one row each for lists."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any

import asyncpg
import msgspec
from msgspec import Struct

from backend.catalogue.guide import Question
from backend.core.consultations.consultation import Consultation
from backend.core.consultations.events import ConsultationEvent
from backend.core.consultations.evolve import fold_consultation
from backend.core.consultations.words import (
    ConsultationCounts,
    ConsultationId,
    ConsultationKind,
    ConsultationState,
    Speaker,
)
from backend.core.ids import CommandId, DepartmentId, HallId, ServiceId, StaffId, Text
from backend.core.stamp import Caller
from backend.store.database import Database, queries
from backend.store.stream import ConflictError

WORDS_MAX = 120
"""Of what was asked, in lists."""


class ConsultationCommit(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one command caused, stored together or not at all."""

    id: CommandId
    by: Caller
    at: datetime
    mark: str
    """A digest of the command and its consultation, so that its id answers nothing else (I7)."""
    events: tuple[ConsultationEvent, ...] = ()


class ConsultationEntry(Struct, frozen=True, kw_only=True):
    """A commit and its place in the consultation, from 1 on without gaps."""

    consultation_id: ConsultationId
    seq: int
    commit: ConsultationCommit


class ConsultationRow(Struct, frozen=True, kw_only=True):
    """What lists know of a consultation."""

    consultation_id: ConsultationId
    kind: ConsultationKind
    state: ConsultationState
    is_public: bool
    is_held: bool
    is_unread: bool
    """Whether the visitor spoke last."""
    service_id: ServiceId | None
    department_id: DepartmentId | None
    staff_id: StaffId | None
    asked_at: datetime
    last_at: datetime
    due_at: datetime | None
    amber_from: date | None
    red_from: date | None
    words: str
    published_at: datetime | None


class PublishedQuestion(Struct, frozen=True, kw_only=True):
    """What everybody may read."""

    consultation_id: ConsultationId
    service_id: ServiceId | None
    department_id: DepartmentId | None
    published_at: datetime
    published_asked: str
    published_answer: str

    @property
    def as_question(self) -> Question:
        """As search and the assistant know questions: in the language it was asked in."""
        return Question(
            asked=Text(zh=self.published_asked, en=self.published_asked),
            answer=Text(zh=self.published_answer, en=self.published_answer),
        )


class SensitiveWords(Struct, frozen=True, kw_only=True):
    """The words that a hall looks at first, as of a version (TX4)."""

    version: int = 0
    words: tuple[str, ...] = ()


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(ConsultationCommit).decode


class ConsultationTransaction:
    """One consultation, held: nobody else appends to it before this is over."""

    def __init__(self, connection: Any, hall_id: HallId, id: ConsultationId) -> None:
        self.connection = connection
        self._key = {"hall_id": hall_id, "consultation_id": id}

    async def entries(self) -> list[ConsultationEntry]:
        """Everything that happened to it, oldest first."""
        rows = queries.consultation_commits(self.connection, **self._key)
        own = ConsultationId(self._key["consultation_id"])
        return [_entry(own, row) async for row in rows]

    async def find(self, command_id: CommandId) -> ConsultationEntry | None:
        """What a command caused, whatever consultation of the hall it was for."""
        row = await queries.consultation_commit_of(
            self.connection, hall_id=self._key["hall_id"], command_id=command_id
        )
        return _entry(row["consultation_id"], row) if row is not None else None

    async def append(self, after: int, commit: ConsultationCommit, found: Consultation) -> None:
        """Keep the commit right after `after`; `found` is what it leaves."""
        await queries.append_consultation_commit(
            self.connection,
            **self._key,
            seq=after + 1,
            command_id=commit.id,
            at=commit.at,
            body=_encode(commit).decode(),
        )
        await queries.put_consultation(
            self.connection, **self._key, seq=after + 1, **_columns(found)
        )


class Consultations:
    """The consultations of all halls; every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def hold(
        self, hall_id: HallId, id: ConsultationId
    ) -> AsyncIterator[ConsultationTransaction]:
        """A transaction that holds the consultation, which may not exist yet.

        Raises ConflictError: another one took the command's id at this moment.
        """
        try:
            async with self._database.connection() as connection:
                await queries.lock_consultation(connection, hall_id=hall_id, consultation_id=id)
                yield ConsultationTransaction(connection, hall_id, id)
        except asyncpg.UniqueViolationError as error:
            raise ConflictError(error.constraint_name) from error

    async def read(self, hall_id: HallId, id: ConsultationId) -> list[ConsultationEntry]:
        """Everything that happened to one, oldest first; none when there is none."""
        async with self._database.connection() as connection:
            rows = queries.consultation_commits(connection, hall_id=hall_id, consultation_id=id)
            return [_entry(id, row) async for row in rows]

    async def hall_of(self, id: ConsultationId) -> HallId | None:
        """Whose it is; None when there is none."""
        async with self._database.connection() as connection:
            found: HallId | None = await queries.hall_of_consultation(
                connection, consultation_id=id
            )
        return found

    async def listed(
        self,
        hall_id: HallId,
        *,
        kind: str,
        departments: Sequence[str] | None,
        staff_id: str,
        at: datetime,
        count: int,
        skip: int,
    ) -> list[ConsultationRow]:
        """Those of the departments, of the hall's desk and one's own, in the list's order."""
        async with self._database.connection() as connection:
            rows = queries.listed_consultations(
                connection,
                hall_id=hall_id,
                kind=kind,
                departments=departments,
                staff_id=staff_id,
                at=at,
                count=count,
                skip=skip,
            )
            return [msgspec.convert(dict(row), ConsultationRow) async for row in rows]

    async def counts(
        self, hall_id: HallId, *, departments: Sequence[str] | None, staff_id: str, at: datetime
    ) -> ConsultationCounts:
        """How many are on each list."""
        async with self._database.connection() as connection:
            row = await queries.counted_consultations(
                connection, hall_id=hall_id, departments=departments, staff_id=staff_id, at=at
            )
        return msgspec.convert(dict(row), ConsultationCounts)

    async def overdue(self, hall_id: HallId, at: datetime) -> dict[DepartmentId, int]:
        """How many questions each department has not answered in time."""
        async with self._database.connection() as connection:
            rows = queries.overdue_consultations(connection, hall_id=hall_id, at=at)
            return {DepartmentId(row["department_id"]): row["overdue"] async for row in rows}

    async def published(
        self,
        hall_id: HallId,
        *,
        words: Sequence[str] = (),
        service_id: str | None = None,
        count: int,
        skip: int = 0,
    ) -> list[PublishedQuestion]:
        """What everybody may read, newest first."""
        async with self._database.connection() as connection:
            rows = queries.published_questions(
                connection,
                hall_id=hall_id,
                words=[word.lower() for word in words],
                service_id=service_id,
                count=count,
                skip=skip,
            )
            return [msgspec.convert(dict(row), PublishedQuestion) async for row in rows]

    async def one_published(self, hall_id: HallId, id: str) -> PublishedQuestion | None:
        """One that everybody may read."""
        async with self._database.connection() as connection:
            row = await queries.published_question(connection, hall_id=hall_id, consultation_id=id)
        return msgspec.convert(dict(row), PublishedQuestion) if row is not None else None

    async def to_keep(
        self, *, chats_before: datetime, answered_before: datetime, count: int
    ) -> list[tuple[HallId, ConsultationId]]:
        """What the clock may change, the longest silent first."""
        async with self._database.connection() as connection:
            rows = queries.consultations_to_keep(
                connection,
                chats_before=chats_before,
                answered_before=answered_before,
                count=count,
            )
            return [(row["hall_id"], row["consultation_id"]) async for row in rows]

    async def changed(self, seconds: float) -> list[tuple[HallId, ConsultationId, int]]:
        """What changed in the last so many seconds, and how far each has come."""
        async with self._database.connection() as connection:
            rows = queries.changed_consultations(connection, seconds=seconds)
            return [(row["hall_id"], row["consultation_id"], row["seq"]) async for row in rows]

    async def sensitive_words(self, hall_id: HallId) -> SensitiveWords:
        """The list in force (TX4)."""
        async with self._database.connection() as connection:
            row = await queries.newest_sensitive_words(connection, hall_id=hall_id)
        return msgspec.convert(dict(row), SensitiveWords) if row is not None else SensitiveWords()

    async def put_sensitive_words(self, hall_id: HallId, words: Sequence[str], author: str) -> None:
        """Keep the next version of the list; it counts at once (TX4)."""
        async with self._database.connection() as connection:
            await queries.put_sensitive_words(
                connection, hall_id=hall_id, words=list(words), author=author
            )


def folded(entries: Sequence[ConsultationEntry]) -> Consultation:
    """The consultation that these entries, all of its own, make."""
    events = (event for entry in entries for event in entry.commit.events)
    return fold_consultation(Consultation(), events)


def _entry(id: ConsultationId, row: Any) -> ConsultationEntry:
    return ConsultationEntry(
        consultation_id=id, seq=row["seq"], commit=_decode(row["body"].encode())
    )


def _columns(found: Consultation) -> dict[str, object]:
    assert found.state is not None
    due, published = found.deadline, found.published
    asked = next(line for line in reversed(found.lines) if line.side is Speaker.VISITOR)
    return {
        "kind": found.kind.value,
        "state": found.state.value,
        "is_public": found.is_public,
        "is_held": found.is_held,
        "is_unread": found.lines[-1].side is Speaker.VISITOR,
        "service_id": found.service_id,
        "department_id": found.department_id,
        "staff_id": found.staff_id,
        "person_hash": found.person_hash,
        "asked_at": found.asked_at,
        "last_at": found.last_at,
        "due_at": due.due_at if due is not None else None,
        "amber_from": due.amber_from if due is not None else None,
        "red_from": due.red_from if due is not None else None,
        "words": asked.text[:WORDS_MAX],
        "published_at": published.published_at if published is not None else None,
        "published_asked": published.asked if published is not None else None,
        "published_answer": published.answer if published is not None else None,
        "is_helpful": found.is_helpful,
        "proposed_at": found.proposed.proposed_at if found.proposed is not None else None,
    }
