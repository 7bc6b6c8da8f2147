"""The audit over HTTP, for auditors: searched and exported; every look leaves a record too."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Stream
from msgspec import Struct

from backend.audited import audited, trail_of
from backend.core.access import Reading, has
from backend.core.ids import HallId
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, aware, granted
from backend.identity import Asker, Identity
from backend.openapi import gives
from backend.store.audit import CSV_COLUMNS, Audit, AuditQuery, AuditRecord, Result, csv_cells

PAGE = 100
SEQ_MAX = 2**62
EVER, NEVER = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
Word = Annotated[str | None, QueryParameter(max_length=128)]


class AuditPage(Struct, frozen=True, kw_only=True):
    """A part of what was found, newest first."""

    records: list[AuditRecord]
    next: int | None
    """Give it as `before_seq` for what comes after; None at the end."""


@get("/api/halls/{hall_id:str}/audit")
@audited("audit.read", "audit")
async def read_audit(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    audit: NamedDependency[Audit],
    who: Word = None,
    verb: Word = None,
    kind: Word = None,
    result: FromQuery[Result | None] = None,
    since: FromQuery[datetime] = EVER,
    until: FromQuery[datetime] = NEVER,
    before_seq: Annotated[int, QueryParameter(ge=1, le=SEQ_MAX)] = SEQ_MAX,
) -> AuditPage:
    """The records that are meant; of all halls for who audits them all."""
    trail_of(request).id = request.url.query or None
    hall, asker = await granted(request, hall_id, Reading.AUDIT, halls, identity)
    query = AuditQuery(
        hall_id=_hall_of(asker, hall.hall_id),
        who=who or None,
        verb=verb or None,
        kind=kind or None,
        result=result,
        since=aware(since),
        until=aware(until),
    )
    found = await audit.found(query, before_seq, PAGE + 1)
    records = found[:PAGE]
    return AuditPage(records=records, next=records[-1].seq if len(found) > PAGE else None)


@get("/api/halls/{hall_id:str}/audit/export")
@audited("audit.export", "audit")
@gives("text/csv", "application/jsonl")
async def export_audit(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    audit: NamedDependency[Audit],
    since: FromQuery[datetime] = EVER,
    until: FromQuery[datetime] = NEVER,
    form: FromQuery[Literal["csv", "jsonl"]] = "csv",
) -> Stream:
    """The records of a time, oldest first, as a file."""
    trail_of(request).id = request.url.query or None
    hall, asker = await granted(request, hall_id, Reading.AUDIT, halls, identity)
    records = audit.between(aware(since), aware(until), _hall_of(asker, hall.hall_id))
    return Stream(
        _csv(records) if form == "csv" else _lines(records),
        media_type="text/csv" if form == "csv" else "application/jsonl",
        headers={
            "Content-Disposition": f'attachment; filename="audit.{form}"',
            "Cache-Control": "no-store",
        },
    )


ROUTES: list[Any] = [read_audit, export_audit]


def _hall_of(asker: Asker, hall_id: HallId) -> HallId | None:
    """Whose records are shown: this hall's; None for who audits all, of those of no hall too."""
    is_everywhere = any(g.hall_id is None and has(g.role, Reading.AUDIT) for g in asker.grants)
    return None if is_everywhere else hall_id


async def _csv(records: AsyncIterator[list[AuditRecord]]) -> AsyncIterator[str]:
    yield "\ufeff" + _row(list(CSV_COLUMNS))  # without the mark Excel misreads Chinese
    async for some in records:
        yield "".join(_row(csv_cells(record)) for record in some)


def _row(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


async def _lines(records: AsyncIterator[list[AuditRecord]]) -> AsyncIterator[bytes]:
    async for some in records:
        yield b"".join(msgspec.json.encode(record) + b"\n" for record in some)
