"""Cases over HTTP: worked on, shown, listed, found by their numbers."""

import hashlib
import re
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Struct
from msgspec.structs import replace

from backend.audited import audited, trail_of
from backend.casework import IdInUseError
from backend.catalogue.guide import terms_of
from backend.core.access import Reading, Writing
from backend.core.cases.access import Tie, may_ask, may_open, ties
from backend.core.cases.case import Case, CaseStamp
from backend.core.cases.commands import (
    CaseCommand,
    HandOver,
    OpenCase,
    ReceiveForms,
    SupplyMaterials,
)
from backend.core.cases.words import CaseId, TicketRef
from backend.core.ids import (
    CommandId,
    CounterId,
    DepartmentId,
    HallId,
    ServiceId,
    StaffId,
)
from backend.facts import Facts
from backend.hub.http import AnyRequest, decoded_body, denied
from backend.hub.session import tag_of
from backend.office.case_desk import At, CaseDesk
from backend.office.case_views import case_file, case_view
from backend.openapi import takes
from backend.problem import ProblemError
from backend.store.audit import digest
from backend.store.cases import CaseEntry, folded
from backend.wire.cases import (
    CaseDo,
    CaseDone,
    CasePerson,
    CaseRefused,
    CaseTarget,
    CaseView,
)
from backend.wire.messages import ErrorCode

BODY_MAX = 32 * 1024
CASE_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)
_NUMBER = re.compile(r"(?:(\d{4})-)?(\d{1,6})", re.ASCII)
_decoder = msgspec.json.Decoder(CaseDo)
encode = msgspec.json.Encoder().encode
HEADERS = {"Cache-Control": "no-store"}


@post("/api/halls/{hall_id:str}/cases/do", status_code=HTTPStatus.OK)
@audited("case.do", "case")
@takes(_decoder)
async def do_case(
    request: AnyRequest,
    hall_id: FromPath[str],
    case_desk: NamedDependency[CaseDesk],
    facts: NamedDependency[Facts],
) -> Response[bytes]:
    """Carry commands for one case out: 200 with `done`, 409 with `refused`, else a problem."""
    at = await case_desk.at(request, hall_id, Writing.CASE)
    message = await decoded_body(request, _decoder, BODY_MAX)
    case_id = _case_id(at, message)
    trail = trail_of(request)
    trail.id, trail.request_id = case_id, message.id
    trail.verb = f"case.{'+'.join(tag_of(command) for command in message.commands)}"
    before = await _check(at, case_desk, case_id, message)
    trail.before = digest(before[-1]) if before else None
    for no, command in enumerate(message.commands):
        stamp = await _stamp(at, case_desk, case_id, command)
        if isinstance(command, ReceiveForms | SupplyMaterials) and command.by_facts:
            stamp = await _with_replaceable(stamp, case_desk, facts)
        try:
            answer = await case_desk.casework.do(_command_id(message, no), command, stamp)
        except IdInUseError as error:
            raise ProblemError(
                HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.ID_IN_USE, str(error)
            ) from error
        if answer.commit.refused is not None:
            entries = await case_desk.cases.read(at.hall.hall_id, case_id)
            refused = CaseRefused(
                id=message.id,
                code=answer.commit.refused,
                refused_no=no,
                case=await _view(at, case_desk, entries) if entries else None,
            )
            return as_json(refused, HTTPStatus.CONFLICT)
    entries = await case_desk.cases.read(at.hall.hall_id, case_id)
    trail.after = digest(entries[-1])
    return as_json(CaseDone(id=message.id, case=await _view(at, case_desk, entries)))


@get("/api/halls/{hall_id:str}/cases/{case_id:str}")
@audited("case.read", "case")
async def one_case(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    case_id: FromPath[str],
    case_desk: NamedDependency[CaseDesk],
) -> Response[bytes]:
    """A CaseView; 404 also when the case is nothing to whoever asks."""
    at = await case_desk.at(request, hall_id, Reading.CASES)
    entries, _ = await tied_case(at, case_desk, CaseId(case_id))
    return as_json(await _view(at, case_desk, entries))


@get("/api/halls/{hall_id:str}/cases/numbered/{number:str}")
@audited("case.read", "case")
async def case_numbered(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    number: FromPath[str],
    case_desk: NamedDependency[CaseDesk],
) -> Response[bytes]:
    """A CaseView by its number, 2026-000123 or this year's 123; 404 as for one case."""
    at = await case_desk.at(request, hall_id, Reading.CASES)
    found = _NUMBER.fullmatch(number.strip())
    if found is None:
        raise unknown_case()
    year = int(found[1] or at.known.today.year)
    row = await case_desk.lists.numbered(at.hall.hall_id, year, int(found[2]))
    if row is None:
        raise unknown_case()
    trail_of(request).id = row.case_id
    entries, _ = await tied_case(at, case_desk, row.case_id)
    return as_json(await _view(at, case_desk, entries))


@get("/api/halls/{hall_id:str}/cases/targets")
@audited("case.targets", "case", only_denied=True)
async def list_targets(
    request: AnyRequest, hall_id: FromPath[str], case_desk: NamedDependency[CaseDesk]
) -> list[CaseTarget]:
    """Where a case may be handed, and to whom."""
    at = await case_desk.at(request, hall_id, Reading.CASES)
    return [
        CaseTarget(
            department_id=department_id,
            name=department.name,
            people=tuple(_people(at, department_id)),
        )
        for department_id, department in at.known.departments.items()
    ]


ROUTES: list[Any] = [do_case, one_case, case_numbered, list_targets]


async def tied_case(
    at: At, case_desk: CaseDesk, case_id: CaseId
) -> tuple[list[CaseEntry], frozenset[Tie]]:
    """What happened to the case, and what ties whoever asks to it; a problem when nothing does."""
    is_id = CASE_ID.fullmatch(case_id) is not None
    entries = await case_desk.cases.read(at.hall.hall_id, case_id) if is_id else []
    tied = _ties(at, entries) if entries else frozenset[Tie]()
    if not tied:
        raise unknown_case()
    return entries, tied


def unknown_case() -> ProblemError:
    """The same whether there is no such case, or it is nothing to whoever asks."""
    return ProblemError(HTTPStatus.NOT_FOUND, "unknown_case", "there is no such case")


def _ties(at: At, entries: list[CaseEntry]) -> frozenset[Tie]:
    return ties(folded(entries), at.desk, entries[0].commit.by.id)


def as_json(found: Struct, status: HTTPStatus = HTTPStatus.OK) -> Response[bytes]:
    """The answer, which nobody keeps."""
    return Response(
        encode(found), status_code=status, media_type="application/json", headers=HEADERS
    )


async def _view(at: At, case_desk: CaseDesk, entries: list[CaseEntry]) -> CaseView:
    case_id = folded(entries).case_id
    rows = await case_desk.files.of_case(at.hall.hall_id, case_id)
    return case_view(
        entries,
        desk=at.desk,
        tied=_ties(at, entries),
        stamp=await case_desk.stamp(at.hall, at.by, case_id),
        known=at.known,
        token=await case_desk.lists.token(at.hall.hall_id, case_id),
        files=tuple(case_file(row) for row in rows),
    )


# -- what is asked ---------------------------------------------------------------


def _case_id(at: At, message: CaseDo) -> CaseId:
    """Which case is meant; of one to be opened, what the message's id makes of it."""
    if (message.case_id is None) != isinstance(message.commands[0], OpenCase):
        detail = "open_case comes first and without case_id; everything else names a case"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.MALFORMED, detail)
    return CaseId(message.case_id or opened_case_id(at.hall.hall_id, message.id))


def opened_case_id(hall_id: HallId, id: str) -> CaseId:
    """The id of the case that a message opens, the same each time it is repeated."""
    return CaseId(hashlib.sha256(f"{hall_id}/{id}".encode()).hexdigest()[:32])


async def _check(at: At, case_desk: CaseDesk, case_id: CaseId, message: CaseDo) -> list[CaseEntry]:
    """What happened to the case; a problem when somebody may not do this to it.

    What they have given already they may repeat, also when nothing ties them to the case since:
    who has handed it over gets the same answer again (I7).
    """
    entries = await case_desk.cases.read(at.hall.hall_id, case_id)
    given = {entry.commit.id for entry in entries if entry.commit.by.id == at.by.id}
    asked = [c for no, c in enumerate(message.commands) if _command_id(message, no) not in given]
    if entries:
        case, tied = folded(entries), _ties(at, entries)
        if asked and not tied:
            raise unknown_case()
    else:
        case, tied = _to_open(at, case_id, message.commands[0])
    for command in asked:
        if not may_ask(at.desk, tied, case, command):
            raise denied(at.by)
        _check_ticket(at, case, getattr(command, "ticket", None))
    return entries


def _command_id(message: CaseDo, no: int) -> CommandId:
    """The id by which a command of the message is stored: `/` stands in no message's own."""
    return CommandId(f"{message.id}/{no}")


def _to_open(at: At, case_id: CaseId, command: CaseCommand) -> tuple[Case, frozenset[Tie]]:
    """The case that is about to be opened, as far as it tells who may."""
    if not isinstance(command, OpenCase):
        raise unknown_case()
    guide = at.known.guides.get(ServiceId(command.service_id))
    if guide is None:  # the core says so
        return Case(case_id=case_id), frozenset({Tie.COUNTER})
    if not may_open(at.desk, guide.department_id, command):
        raise denied(at.by)
    terms = terms_of(guide)
    case = Case(case_id=case_id, terms=terms, department_id=terms.department_id)
    return case, ties(case, at.desk, at.desk.staff_id)


def _check_ticket(at: At, case: Case, ticket: TicketRef | None) -> None:
    """A visit is at the own counter or one of the case's; supervisors name any of today."""
    if ticket is None or ticket == at.desk.ticket or ticket in case.visits:
        return
    day = at.hall.follower.day
    is_todays = ticket.day == day.day and ticket.ticket_id in day.tickets
    if not (at.desk.departments is None and is_todays):
        raise ProblemError(HTTPStatus.NOT_FOUND, "unknown_ticket", "no such ticket is here")


async def _stamp(at: At, case_desk: CaseDesk, case_id: CaseId, command: CaseCommand) -> CaseStamp:
    stamp = await case_desk.stamp(at.hall, at.by, case_id)
    if isinstance(command, OpenCase):
        guide = at.known.guides.get(ServiceId(command.service_id))
        ticket = command.ticket
        visit = at.hall.follower.day.tickets.get(ticket.ticket_id) if ticket is not None else None
        return replace(
            stamp,
            terms=terms_of(guide) if guide is not None else None,
            person_hash=visit.person_hash if visit is not None else None,
        )
    if isinstance(command, HandOver):
        people = _people(at, DepartmentId(command.department_id))
        return replace(stamp, people=tuple(person.staff_id for person in people))
    return stamp


async def _with_replaceable(stamp: CaseStamp, case_desk: CaseDesk, facts: Facts) -> CaseStamp:
    """With what a fact may stand for in the case (FA1)."""
    case = folded(await case_desk.cases.read(stamp.plan.hall_id, stamp.case_id))
    if case.terms is None:
        return stamp  # there is no case to receive anything for, as the core says
    return replace(stamp, replaceable=facts.replaceable(case.terms.service_id))


def _people(at: At, department_id: DepartmentId) -> list[CasePerson]:
    """Who works for the department, whoever is at a counter first."""
    counters = {
        counter.clerk_id: counter.counter_id
        for counter in at.hall.follower.day.counters.values()
        if counter.is_open and counter.clerk_id is not None
    }
    nos = {counter.counter_id: counter.no for counter in at.known.plan.counters}
    found: list[CasePerson] = []
    for member in at.known.people_of(department_id):
        name = at.known.person_name(member.username)
        counter_id: CounterId | None = counters.get(StaffId(member.username))
        assert name is not None
        found.append(
            CasePerson(
                staff_id=StaffId(member.username),
                name=name,
                counter_id=counter_id,
                counter_no=nos.get(counter_id) if counter_id is not None else None,
            )
        )
    return sorted(found, key=lambda person: person.counter_id is None)
