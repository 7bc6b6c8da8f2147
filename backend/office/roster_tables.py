"""The weeks of a roster as a table: read from one, and written to one."""

from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.audited import audited, trail_of
from backend.core.access import Reading, Writing
from backend.core.rosters.commands import SetWeek
from backend.core.rosters.table import Names, read_week_table, week_table
from backend.hub.http import AnyRequest, decoded_body
from backend.office.case_desk import CaseDesk
from backend.office.roster_views import week_view
from backend.office.rosters import (
    BODY_MAX,
    HEADERS,
    Desk,
    answered,
    carried_out,
    managed_counters,
    staff_ids,
)
from backend.openapi import gives, takes
from backend.rostering import Rostering
from backend.wire.rosters import RosterRefused, RosterTable, TableRead

_table_decoder = msgspec.json.Decoder(RosterTable)


@post(
    "/api/halls/{hall_id:str}/roster/table",
    status_code=HTTPStatus.OK,
    request_max_body_size=BODY_MAX,
)
@audited("roster.import", "roster")
@takes(_table_decoder)
async def read_table(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    case_desk: NamedDependency[CaseDesk],
    rostering: NamedDependency[Rostering],
) -> Response[bytes]:
    """Replace the weeks of the counters in a table by those that it has, or say what is wrong."""
    at = await case_desk.at(request, hall_id, Writing.ROSTER)
    table = await decoded_body(request, _table_decoder, BODY_MAX)
    trail_of(request).request_id = table.id
    by_no = {str(c.no): str(c.counter_id) for c in at.known.plan.counters}
    by_id = {str(c.counter_id): str(c.counter_id) for c in at.known.plan.counters}
    names = Names(counters=by_no | by_id, staff_ids=staff_ids(at))
    shifts, faults = read_week_table(table.text, names)
    counter_ids = tuple(sorted({shift.counter_id for shift in shifts}))
    version = None
    if not faults and not table.is_trial:
        command = SetWeek(counter_ids=counter_ids, shifts=shifts, reason=table.reason)
        desk = Desk(at=at, managed=managed_counters(at))
        answer = await carried_out(desk, rostering, table.id, command)
        if isinstance(answer, RosterRefused):
            return answered(answer, HTTPStatus.CONFLICT)
        version = answer.version
    read = TableRead(counters=len(counter_ids), shifts=len(shifts), faults=faults, version=version)
    return answered(read)


@get("/api/halls/{hall_id:str}/roster/table")
@audited("roster.export", "roster")
@gives("text/csv")
async def write_table(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    case_desk: NamedDependency[CaseDesk],
    rostering: NamedDependency[Rostering],
) -> Response[bytes]:
    """The weeks of the counters that whoever asks manages, as CSV that can be read back."""
    at = await case_desk.at(request, hall_id, Reading.ROSTER)
    managed = managed_counters(at)
    every = frozenset(counter.counter_id for counter in at.known.plan.counters)
    known = await rostering.rosters.read(at.hall.hall_id)
    text = week_table(week_view(known.roster, managed if managed is not None else every))
    return Response(
        b"\xef\xbb\xbf" + text.encode(),  # Excel knows UTF-8 by its mark only
        media_type="text/csv; charset=utf-8",
        headers=HEADERS | {"Content-Disposition": 'attachment; filename="roster.csv"'},
    )


ROUTES: list[Any] = [read_table, write_table]
