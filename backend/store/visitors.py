"""Visitors who signed in at the campus: their sessions in Redis, their things in PostgreSQL (VA1).

Apart from accounts of staff: another cookie, other keys, and nothing that a session of one proves
of the other.
"""

import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from redis.asyncio import Redis

from backend.core.consultations.words import ConsultationKind, ConsultationState
from backend.core.ids import CommandId, HallId, ServiceId, TicketId
from backend.core.messages import thing_owner, ticket_subject
from backend.core.rules.accounts import SESSION_S, VISITOR_IDLE_S
from backend.store.case_lists import CaseRow, case_row, token_of
from backend.store.database import Database, queries
from backend.store.directory import token_hash
from backend.store.redis_stream import store_errors

THINGS_MAX = 200
CASES_MAX = 50
TICKETS_MAX = 50
QUESTIONS_MAX = 50


class VisitorSession(Struct, frozen=True, kw_only=True):
    """Who signed in at the campus."""

    visitor: str
    """The keyed hash of the person's id."""
    username: str
    """As the campus has it; for the visitor's own eyes."""
    ends_at: datetime


class VisitorSessions:
    """Sessions by the digest of their secret, which is kept nowhere; may raise StoreError."""

    def __init__(self, redis: "Redis", now: Callable[[], datetime]) -> None:
        self._redis, self._now = redis, now

    async def begin(self, visitor: str, username: str) -> str:
        """Begin a session; return its secret."""
        secret = secrets.token_urlsafe(32)
        ends_at = self._now() + timedelta(seconds=SESSION_S)
        session = VisitorSession(visitor=visitor, username=username, ends_at=ends_at)
        async with store_errors():
            body = msgspec.json.encode(session)
            await self._redis.set(_key(session_id(secret)), body, ex=VISITOR_IDLE_S)
        return secret

    async def find(self, secret: str) -> VisitorSession | None:
        """The session with this secret, which lives on by being asked for; not beyond its end."""
        key = _key(session_id(secret))
        async with store_errors():
            found: Any = await self._redis.get(key)
            if found is None:
                return None
            session = msgspec.json.decode(found, type=VisitorSession)
            left_s = int((session.ends_at - self._now()).total_seconds())
            if left_s <= 0:
                return None
            await self._redis.expire(key, min(VISITOR_IDLE_S, left_s))
        return session

    async def end(self, id: str) -> None:
        """End the session of this id; safe to repeat."""
        async with store_errors():
            await self._redis.delete(_key(id))


class MyCase(Struct, frozen=True, kw_only=True):
    """A case of a visitor, and the secret it is followed by."""

    row: CaseRow
    hall_id: HallId
    token: str


class MyTicket(Struct, frozen=True, kw_only=True):
    """A ticket of a day that was counted."""

    hall_id: HallId
    day: date
    ticket_id: TicketId
    number: str
    service_id: str | None
    issued_at: datetime
    outcome: str
    level: int | None
    """How it was rated."""
    answer: str | None
    """What was answered to that (EV3)."""


class MyBooking(Struct, frozen=True, kw_only=True):
    """A half hour that a visitor booked."""

    hall_id: HallId
    service_id: ServiceId
    slot_at: datetime
    state: str
    code: str
    token: str


class MyQuestion(Struct, frozen=True, kw_only=True):
    """A question or chat of a visitor."""

    hall_id: HallId
    kind: ConsultationKind
    state: ConsultationState
    words: str
    """How it begins."""
    service_id: ServiceId | None
    asked_at: datetime
    due_at: datetime | None
    """Until when it is to be answered; None of what waits for no answer."""
    command_id: CommandId
    """Of the command that asked, from which its secret follows."""


class Visitors:
    """What is a visitor's; every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def join(self, visitor: str, owners: Sequence[str], at: datetime) -> None:
        """These are the visitor's, too; safe to repeat."""
        async with self._database.connection() as connection:
            for owner in owners:
                await queries.join_thing(connection, visitor=visitor, owner=owner, at=at)

    async def owners(self, visitor: str) -> tuple[str, ...]:
        """The visitor, and all that was joined."""
        async with self._database.connection() as connection:
            rows = queries.visitor_things(connection, visitor=visitor, count=THINGS_MAX)
            return (visitor, *[row["owner"] async for row in rows])

    async def persons(self, visitor: str) -> tuple[str, ...]:
        """The visitor, and the persons whose cards the campus says are theirs."""
        async with self._database.connection() as connection:
            rows = queries.visitor_persons(connection, visitor=visitor, count=THINGS_MAX)
            return (visitor, *[row["owner"] async for row in rows])

    async def cases(self, owners: Sequence[str]) -> list[MyCase]:
        """The cases of these owners; those that go on first, newest first."""
        named = _named(owners, "case")
        async with self._database.connection() as connection:
            rows = queries.cases_of_owners(
                connection,
                persons=_persons(owners),
                halls=[part[0] for part in named],
                ids=[part[2] for part in named],
                count=CASES_MAX,
            )
            return [
                MyCase(
                    row=case_row(row),
                    hall_id=row["hall_id"],
                    token=row["token"]
                    or await token_of(connection, row["hall_id"], row["case_id"]),
                )
                for row in [row async for row in rows]
            ]

    async def tickets(self, owners: Sequence[str]) -> list[MyTicket]:
        """The tickets of these owners of days that were counted, newest first."""
        named = _named(owners, "ticket")
        async with self._database.connection() as connection:
            rows = queries.tickets_of_owners(
                connection,
                persons=_persons(owners),
                halls=[part[0] for part in named],
                days=[date.fromisoformat(part[2]) for part in named],
                ids=[part[3] for part in named],
                count=TICKETS_MAX,
            )
            return [msgspec.convert(dict(row), MyTicket) async for row in rows]

    async def questions(self, owners: Sequence[str]) -> list[MyQuestion]:
        """The questions and chats of these owners; those that go on first, newest first."""
        named = _named(owners, "consultation")
        async with self._database.connection() as connection:
            rows = queries.consultations_of_owners(
                connection,
                persons=_persons(owners),
                halls=[part[0] for part in named],
                ids=[part[2] for part in named],
                count=QUESTIONS_MAX,
            )
            return [msgspec.convert(dict(row), MyQuestion) async for row in rows]

    async def bookings(self, owners: Sequence[str], at: datetime) -> list[MyBooking]:
        """The bookings of these owners; what is to come first, soonest first."""
        async with self._database.connection() as connection:
            rows = queries.bookings_of_owners(
                connection, persons=_persons(owners), at=at, count=TICKETS_MAX
            )
            return [msgspec.convert(dict(row), MyBooking) async for row in rows]

    async def case_of(
        self, hall_id: HallId, year: int, no: int, persons: Sequence[str]
    ) -> str | None:
        """The secret of the case with this number, if it is of one of these persons.

        The same one question whether there is no such case or it is somebody else's.
        """
        async with self._database.connection() as connection:
            row = await queries.case_of_card(
                connection, hall_id=hall_id, year=year, no=no, persons=list(persons)
            )
            return await token_of(connection, hall_id, row["case_id"]) if row is not None else None


def session_id(secret: str) -> str:
    """By which a session is named where its secret has no business."""
    return token_hash(secret)


def ticket_owner(hall_id: HallId, day: date, ticket_id: TicketId) -> str:
    """The owner that stands for one ticket."""
    return thing_owner(hall_id, ticket_subject(day, ticket_id))


def _persons(owners: Sequence[str]) -> list[str]:
    return [owner for owner in owners if "/" not in owner]


def _named(owners: Sequence[str], noun: str) -> list[list[str]]:
    """The parts of those that stand for one thing of this kind."""
    parts = (owner.split("/") for owner in owners)
    return [part for part in parts if part[1:2] == [noun]]


def _key(id: str) -> str:
    return f"visitor:{id}"
