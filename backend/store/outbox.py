"""What is told outside the page, in PostgreSQL: put with the change, sent by whoever is first.

An attempt is noted before anything is handed over and again with its outcome, in transactions of
their own.  Whoever dies between the two leaves an attempt of unknown outcome, which is repeated
once at most (NO4).
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from backend.core.ids import HallId
from backend.core.messages import (
    ContactKind,
    DeliveryState,
    Language,
    Message,
    MessageKind,
    Outcome,
)
from backend.core.rules.messages import (
    KEPT_MESSAGES,
    KEPT_UNPROVEN,
    KEPT_UNUSED,
    UNKNOWN_MAX,
    WINDOW,
    Step,
    crowded_until,
)
from backend.store.database import Database, queries

BATCH = 50
LEASE = timedelta(minutes=3)
"""How long an attempt may take before its process counts as dead."""
SHOWN_MAX = 100
"""Messages in one list."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Message).decode


class Letter(Struct, frozen=True, kw_only=True):
    """One attempt that is to be made now."""

    message_id: int
    contact_id: str
    no: int
    """Which attempt it is, from 1 on."""
    unknown: int
    """Attempts before it whose outcome nobody knows."""
    kind: ContactKind
    language: Language
    sealed: bytes
    """Where to, encrypted."""
    target: str
    """What is counted for the limit of a minute."""
    message: Message


class Told(Struct, frozen=True, kw_only=True):
    """A message as its page shows it."""

    message_id: int
    message: Message
    is_read: bool


async def put(connection: Any, message: Message) -> bool:
    """Tell this, in the transaction of the change; False when its key was told before (NO1)."""
    found = await queries.put_message(
        connection,
        hall_id=message.hall_id,
        key=message.key,
        kind=message.kind.value,
        owners=list(message.owners),
        contact_id=message.contact_id,
        body=_encode(message).decode(),
        put_at=message.put_at,
        due_at=message.due_at,
        expires_at=message.expires_at,
    )
    return found is not None


async def take_back(connection: Any, hall_id: HallId, key: str, at: datetime) -> None:
    """Tell no more of the message with this key: a reminder of what was cancelled, say."""
    await queries.take_back_message(connection, hall_id=hall_id, key=key, at=at)


async def give_again(connection: Any, message: Message, at: datetime) -> None:
    """Tell of a message after all that was taken back before it was due."""
    await queries.give_again(
        connection,
        hall_id=message.hall_id,
        key=message.key,
        at=at,
        expires_at=message.expires_at,
    )


class Outbox:
    """The messages of all halls; every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, message: Message) -> bool:
        """See `put`: what is told of nothing that changes."""
        async with self._database.connection() as connection:
            return await put(connection, message)

    async def spread(self, at: datetime) -> int:
        """Begin the deliveries of messages whose time has come; how many messages it were."""
        async with self._database.connection() as connection:
            rows = [row async for row in queries.unspread_messages(connection, at=at, count=BATCH)]
            for row in rows:
                await queries.spread_message(
                    connection,
                    message_id=row["message_id"],
                    owners=row["owners"],
                    contact_id=row["contact_id"],
                    at=at,
                )
                await queries.mark_spread(connection, message_id=row["message_id"], at=at)
        return len(rows)

    async def claim(
        self, at: datetime, quiet_until: Callable[[HallId, MessageKind], datetime | None]
    ) -> list[Letter]:
        """The attempts to be made now, noted as begun; nobody else is given them (NO4, NO5).

        What is due at a wrong time is put off, and what is of no use any more ends.
        """
        async with self._database.connection() as connection:
            if not await queries.try_sending(connection):
                return []
            found = [r async for r in queries.due_deliveries(connection, at=at, count=BATCH)]
            letters = [await _claimed(connection, row, at, quiet_until) for row in found]
        return [letter for letter in letters if letter is not None]

    async def note(
        self, letter: Letter, outcome: Outcome, detail: str, step: Step, at: datetime
    ) -> None:
        """Keep what came of an attempt, and what follows."""
        async with self._database.connection() as connection:
            await _note(connection, letter, outcome.value, detail, at)
            await queries.put_delivery(
                connection,
                message_id=letter.message_id,
                contact_id=letter.contact_id,
                no=letter.no,
                state=step.state.value,
                due_at=step.due_at,
                unknown=letter.unknown + (outcome is Outcome.UNKNOWN),
            )
            if outcome is Outcome.SENT:
                await queries.contact_used(connection, contact_id=letter.contact_id, at=at)

    async def told(self, owners: Sequence[str], at: datetime) -> list[Told]:
        """What these owners were told, newest first; no codes."""
        async with self._database.connection() as connection:
            rows = queries.messages_of(connection, owners=list(owners), at=at, count=SHOWN_MAX)
            return [
                Told(
                    message_id=row["message_id"],
                    message=_decode(row["body"].encode()),
                    is_read=row["read_at"] is not None,
                )
                async for row in rows
            ]

    async def mark_read(self, owners: Sequence[str], last_id: int, at: datetime) -> None:
        """Note that these owners have seen everything up to this message."""
        async with self._database.connection() as connection:
            await queries.mark_read(connection, owners=list(owners), last_id=last_id, at=at)

    async def forget(self, at: datetime) -> None:
        """Drop what is kept no longer (NO6)."""
        async with self._database.connection() as connection:
            await queries.forget_messages(
                connection,
                messages_before=at - KEPT_MESSAGES,
                unproven_before=at - KEPT_UNPROVEN,
                unused_before=at - KEPT_UNUSED,
            )


async def _claimed(
    connection: Any,
    row: Any,
    at: datetime,
    quiet_until: Callable[[HallId, MessageKind], datetime | None],
) -> Letter | None:
    """The attempt that is begun for a delivery; None when it has to wait, or is over."""
    unknown = row["unknown"] + row["is_out"]  # its process died: nobody knows
    kind, message = ContactKind(row["contact_kind"]), _decode(row["body"].encode())
    target = "mail" if kind is ContactKind.EMAIL else f"{kind}:{row['digest']}"
    letter = Letter(
        message_id=row["message_id"],
        contact_id=row["contact_id"],
        no=row["attempts"] + 1,
        unknown=unknown,
        kind=kind,
        language=Language(row["language"]),
        sealed=row["sealed"],
        target=target,
        message=message,
    )
    key = {"message_id": letter.message_id, "contact_id": letter.contact_id, "no": row["attempts"]}
    if row["is_out"]:
        await _note(connection, letter, Outcome.UNKNOWN.value, "nobody came back", at, no=key["no"])
    if unknown > UNKNOWN_MAX or at >= row["expires_at"]:
        state = DeliveryState.FAILED if unknown > UNKNOWN_MAX else DeliveryState.EXPIRED
        await queries.put_delivery(connection, **key, state=state.value, due_at=at, unknown=unknown)
        return None
    begun = [
        r["at"] async for r in queries.attempts_at(connection, target=target, since=at - WINDOW)
    ]
    throttled_at = await queries.throttled_at(connection, target=target)
    wait = quiet_until(message.hall_id, message.kind) or crowded_until(
        kind, begun, throttled_at, at
    )
    if wait is not None:
        await queries.put_delivery(
            connection, **key, state=DeliveryState.WAITING.value, due_at=wait, unknown=unknown
        )
        return None
    await _note(connection, letter, "begun", "", at)
    await queries.begin_attempt(
        connection,
        message_id=letter.message_id,
        contact_id=letter.contact_id,
        unknown=unknown,
        lease_ends_at=at + LEASE,
    )
    return letter


async def _note(
    connection: Any, letter: Letter, step: str, detail: str, at: datetime, *, no: int | None = None
) -> None:
    await queries.note_attempt(
        connection,
        message_id=letter.message_id,
        contact_id=letter.contact_id,
        no=letter.no if no is None else no,
        step=step,
        target=letter.target,
        detail=detail,
        at=at,
    )
