"""The audit in PostgreSQL: acts are added and read; nobody changes them (I18).

Number, time and hash of a record are made by the table's trigger (`migrations/0010_audit.sql`).
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

import msgspec
import structlog
from msgspec import Struct

from backend.core.ids import HallId
from backend.core.stamp import Role
from backend.store.database import Database, queries
from backend.store.stream import StoreError

TEXT_MAX = 200
"""Characters kept of each word: ids come from addresses, which anybody may write."""
WAITING_MAX = 5000
"""Acts that wait to be kept; further ones fail."""
AT_ONCE_MAX = 500
"""Acts that one transaction keeps."""
PAGE = 5000

FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")

log = structlog.get_logger()
_encode_sorted = msgspec.json.Encoder(order="sorted").encode


class Result(StrEnum):
    """What came of an act."""

    DONE = "done"
    REFUSED = "refused"
    """A rule said no, or what was asked for is not there or not well formed."""
    DENIED = "denied"
    """Whoever asked may not."""
    FAILED = "failed"
    """We could not; nothing, or not surely anything, was done."""


class Act(Struct, frozen=True, kw_only=True):
    """What somebody did or tried; never the data itself, of which only digests are kept."""

    who: str
    """Staff user name, device name, or the program's own."""
    role: Role
    device: str | None = None
    """The device, or the address that it was asked from."""
    verb: str
    """Noun and verb: `plan.put`."""
    kind: str
    """Of what: `plan`, `device`, `case`, …"""
    id: str | None = None
    hall_id: str | None = None
    department_id: str | None = None
    before: str | None = None
    """Digest of what was there, see `digest`; None: nothing, or nothing was changed."""
    after: str | None = None
    request_id: str | None = None
    """The command's id, where there is one."""
    result: Result = Result.DONE


class AuditRecord(Act, frozen=True, kw_only=True):
    """An act as it stands in the chain."""

    seq: int
    at: datetime
    previous: str
    """The hash of the record before; empty for the very first."""
    hash: str


CSV_COLUMNS = ("seq", "at", *Act.__struct_fields__, "previous", "hash")


class AuditQuery(Struct, frozen=True, kw_only=True):
    """Which records are meant; None: whichever."""

    hall_id: str | None = None
    who: str | None = None
    verb: str | None = None
    kind: str | None = None
    result: Result | None = None
    since: datetime | None = None
    until: datetime | None = None


def digest(value: object) -> str:
    """The SHA-256 of the value as JSON with sorted keys, in hexadecimal digits."""
    return sha256(_encode_sorted(value)).hexdigest()


def record_hash(record: AuditRecord) -> str:
    """The hash that the record has, if nobody changed it since."""
    since_1970 = record.at - datetime(1970, 1, 1, tzinfo=UTC)
    micros = (since_1970.days * 86_400 + since_1970.seconds) * 10**6 + since_1970.microseconds
    fields = [
        *(record.seq, micros, record.who, record.role, record.device, record.verb, record.kind),
        *(record.id, record.hall_id, record.department_id, record.before, record.after),
        *(record.request_id, record.result, record.previous),
    ]
    return sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()


NoteIn = Callable[[Any], Awaitable[None]]
"""Keeps the record of a change on the connection whose transaction makes it."""


async def not_noted(_connection: Any) -> None:
    """For changes that no person orders: of the demo and of tests."""


async def note(connection: Any, *acts: Act) -> None:
    """Keep the acts with what else this transaction does; call it last.

    From here to the end of the transaction nobody else adds a record.
    """
    await queries.note_acts(
        connection, acts=msgspec.json.encode([_bounded(act) for act in acts]).decode()
    )


def _bounded(act: Act) -> Act:
    """Without the one character that PostgreSQL cannot keep, and not too long."""
    texts = {name: getattr(act, name) for name in ("who", "device", "id", "request_id")}
    kept = {n: t.replace("\0", "")[:TEXT_MAX] if t is not None else t for n, t in texts.items()}
    return msgspec.structs.replace(act, **kept)


class Audit:
    """The audit of a deployment; every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[Act, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._noting: set[asyncio.Task[None]] = set()

    async def note(self, act: Act) -> None:
        """Keep an act that changed nothing in PostgreSQL; returns when it is kept.

        Those that come while others are being written are kept together, so that a rush costs
        one lock and one write to disk for many.
        """
        if len(self._waiting) >= WAITING_MAX:
            raise StoreError("too many acts wait to be kept")
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((act, kept))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        await kept

    def note_soon(self, act: Act) -> None:
        """As `note`, for whoever cannot wait; the log tells what could not be kept."""
        noting = asyncio.create_task(self.note(act))
        self._noting.add(noting)
        noting.add_done_callback(self._noted)

    def _noted(self, noting: "asyncio.Task[None]") -> None:
        self._noting.discard(noting)
        if not noting.cancelled() and (error := noting.exception()) is not None:
            log.error("act_not_kept", error=str(error))

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:AT_ONCE_MAX], self._waiting[AT_ONCE_MAX:]
            error: Exception | None = None
            try:
                async with self._database.connection() as connection:
                    await note(connection, *(act for act, _ in batch))
            except Exception as found:  # noqa: BLE001 (whoever waits is told, whatever it is)
                error = found
            for _, kept in batch:
                if kept.done():
                    continue  # nobody waits any more
                if error is None:
                    kept.set_result(None)
                else:
                    kept.set_exception(error)
        self._writing = None

    async def found(self, query: AuditQuery, before_seq: int, count: int) -> list[AuditRecord]:
        """The newest `count` records before `before_seq` that are meant, newest first."""
        wanted = {name: getattr(query, name) for name in AuditQuery.__struct_fields__}
        async with self._database.connection() as connection:
            rows = queries.audit_found(connection, **wanted, before_seq=before_seq, count=count)
            return [_record(row) async for row in rows]

    async def between(
        self, since: datetime, until: datetime, hall_id: HallId | None = None
    ) -> AsyncIterator[list[AuditRecord]]:
        """Every record of that time, of a hall or of all, oldest first, some at a time."""
        seq = 0
        while True:
            async with self._database.connection() as connection:
                rows = queries.audit_between(
                    connection, seq=seq, since=since, until=until, hall_id=hall_id, count=PAGE
                )
                records = [_record(row) async for row in rows]
            if not records:
                return
            yield records
            seq = records[-1].seq

    async def records(self, after_seq: int) -> list[AuditRecord]:
        """At most PAGE records after `after_seq`, oldest first."""
        async with self._database.connection() as connection:
            rows = queries.audit_records(connection, seq=after_seq, count=PAGE)
            return [_record(row) async for row in rows]

    async def cut(self, until: datetime, by: str) -> int:
        """Remove the records older than `until`; how many.

        The chain stays whole: a record says what was cut and keeps the hash of the last of it.
        Only for the owner of the table.
        """
        async with self._database.connection() as connection:
            last = await queries.audit_last_before(connection, until=until)
            if last is None:
                return 0
            act = Act(
                who=by,
                role=Role.SYSTEM,
                verb="audit.cut",
                kind="audit",
                id=str(last["seq"]),
                after=last["hash"],
            )
            await note(connection, act)
            status: str = await queries.cut_audit(connection, seq=last["seq"])
        return int(status.rpartition(" ")[2])  # DELETE 12


def csv_cells(record: AuditRecord) -> list[str]:
    """The record as cells in the order of CSV_COLUMNS.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    values = msgspec.to_builtins(record)
    texts = ["" if values[name] is None else str(values[name]) for name in CSV_COLUMNS]
    return [f"'{text}" if text.startswith(FORMULA_BEGINNINGS) else text for text in texts]


def _record(row: Any) -> AuditRecord:
    return msgspec.convert(dict(row), AuditRecord)
