"""Lists of cases over HTTP: by department and urgency, of a ticket, and how long each is."""

import re
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from backend.audited import audited
from backend.core.access import Reading
from backend.core.cases.words import CaseId, TicketRef
from backend.core.ids import DepartmentId, TicketId
from backend.hub.http import AnyRequest, denied
from backend.office.case_desk import At, CaseDesk
from backend.office.case_views import case_line
from backend.office.cases import CASE_ID
from backend.problem import ProblemError
from backend.store.case_lists import CaseCounts, CaseRow, ListKind, Place, Wanted
from backend.wire.cases import CasePage, DepartmentCounts
from backend.wire.messages import ErrorCode

PAGE_MAX = 100
_PLACE = re.compile(rf"(\d{{1,17}})~({CASE_ID.pattern})", re.ASCII)


@get("/api/halls/{hall_id:str}/cases")
@audited("case.list", "case")
async def list_cases(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    case_desk: NamedDependency[CaseDesk],
    kind: FromQuery[ListKind] = ListKind.OPEN,
    department_id: FromQuery[str | None] = None,
    after: Annotated[str | None, QueryParameter(max_length=128)] = None,
    count: Annotated[int, QueryParameter(ge=1, le=PAGE_MAX)] = 50,
) -> CasePage:
    """A part of a list: of one department, else of all that whoever asks works for."""
    at = await case_desk.at(request, hall_id, Reading.CASES)
    wanted = _wanted(at, kind, department_id)
    place = _place(after) if after is not None else Place()
    rows = await case_desk.lists.listed(at.hall.hall_id, wanted, place, count + 1)
    page, is_more = rows[:count], len(rows) > count
    return CasePage(
        cases=tuple(case_line(row, at.known, wanted.at) for row in page),
        next=_end_of(page[-1]) if is_more else None,
    )


@get("/api/halls/{hall_id:str}/cases/counts")
@audited("case.count", "case", only_denied=True)
async def count_cases(
    request: AnyRequest, hall_id: FromPath[str], case_desk: NamedDependency[CaseDesk]
) -> list[DepartmentCounts]:
    """How much each department has to do for which whoever asks works; those with nothing too."""
    at = await case_desk.at(request, hall_id, Reading.CASES)
    wanted = _wanted(at, ListKind.OPEN, None)
    found = await case_desk.lists.counts(at.hall.hall_id, wanted)
    idle = {d: CaseCounts(department_id=d) for d in _departments(at)}
    return [
        DepartmentCounts(name=at.known.department_name(d), **msgspec.structs.asdict(counts))
        for d, counts in (idle | {counts.department_id: counts for counts in found}).items()
    ]


@get("/api/halls/{hall_id:str}/cases/of-ticket/{ticket_id:str}")
@audited("case.list", "case")
async def cases_of_ticket(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    ticket_id: FromPath[str],
    case_desk: NamedDependency[CaseDesk],
) -> CasePage:
    """The cases of a ticket of today and the open ones of its visitor, newest first.

    For the counter where the ticket is; for supervisors any.
    """
    at = await case_desk.at(request, hall_id, Reading.CASES)
    day = at.hall.follower.day
    ticket = day.tickets.get(TicketId(ticket_id))
    is_there = at.desk.ticket is not None and at.desk.ticket.ticket_id == ticket_id
    if ticket is None or day.day is None or not (is_there or at.desk.departments is None):
        raise ProblemError(HTTPStatus.NOT_FOUND, "unknown_ticket", "no such ticket is here")
    ref = TicketRef(day=day.day, ticket_id=ticket.ticket_id)
    rows = await case_desk.lists.of_visit(at.hall.hall_id, ref, ticket.person_hash)
    now = at.hall.now()
    return CasePage(cases=tuple(case_line(row, at.known, now) for row in rows), next=None)


ROUTES: list[Any] = [list_cases, count_cases, cases_of_ticket]


def _departments(at: At) -> tuple[DepartmentId, ...]:
    """Those that whoever asks works for, in the catalogue's order."""
    own = at.desk.departments
    return tuple(d for d in at.known.departments if own is None or d in own)


def _wanted(at: At, kind: ListKind, department_id: str | None) -> Wanted:
    """A problem when the department is none of theirs."""
    own = at.desk.departments
    departments = tuple(sorted(own)) if own is not None else None
    if department_id is not None:
        if department_id not in (at.known.departments if own is None else own):
            raise denied(at.by)
        departments = (DepartmentId(department_id),)
    return Wanted(
        kind=kind,
        departments=departments,
        staff_id=at.desk.staff_id,
        today=at.known.today,
        at=at.hall.now(),
    )


def _end_of(row: CaseRow) -> str:
    """Where a part ends; microseconds, since that is what PostgreSQL counts in."""
    return f"{round(row.sort_at.timestamp() * 1e6)}~{row.case_id}"


def _place(after: str) -> Place:
    """Where the last part ended, as `next` told it; a problem when it is nothing of ours."""
    found = _PLACE.fullmatch(after)
    try:
        at = datetime.fromtimestamp(int(found[1]) / 1e6, UTC) if found is not None else None
    except (ValueError, OverflowError):
        at = None
    if found is None or at is None:
        detail = "`after` is what `next` of the part before said"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.MALFORMED, detail)
    return Place(at=at, case_id=CaseId(found[2]))
