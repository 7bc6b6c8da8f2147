"""Notices for those who write them, over HTTP (NT2)."""

import hashlib
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from backend.audited import audited, trail_of
from backend.core.access import Reading, Writing
from backend.core.ids import CommandId, HallId, NoticeId, StaffId
from backend.core.notices import NoticeContent, NoticeRefusal, WrittenNotice
from backend.core.rules.written_notices import NoticeGround, board_text, checked, decide_notice
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, decoded_body, granted
from backend.hub.session import tag_of
from backend.identity import Identity
from backend.office.case_desk import CaseDesk
from backend.openapi import takes
from backend.problem import ProblemError
from backend.site.notice_desk import NoticeDesk
from backend.site.notice_views import html_of, places_of, view_of
from backend.store.audit import digest
from backend.store.notices import NoticeIdInUseError, NoticeKind
from backend.wire.messages import ErrorCode
from backend.wire.notices import (
    NoticeDo,
    NoticePage,
    NoticePreview,
    NoticeRefused,
    NoticeSheet,
)

BODY_MAX = 64 * 1024
PAGE = 30
SKIP_MAX = 100_000

_do_decoder = msgspec.json.Decoder(NoticeDo)
_content_decoder = msgspec.json.Decoder(NoticeContent)


@get("/api/halls/{hall_id:str}/notices")
@audited("notice.list", "notice", only_denied=True)
async def list_notices(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    case_desk: NamedDependency[CaseDesk],
    notice_desk: NamedDependency[NoticeDesk],
    kind: FromQuery[NoticeKind] = "showing",
    skip: Annotated[int, QueryParameter(ge=0, le=SKIP_MAX)] = 0,
) -> NoticePage:
    """A part of one list, and what a form needs."""
    hall, _ = await granted(request, hall_id, Reading.NOTICES, halls, identity)
    known, at, store = await case_desk.known(hall), hall.now(), notice_desk.store
    found = await store.listed(hall.hall_id, kind, at, count=PAGE + 1, skip=skip)
    counts = await store.counts(hall.hall_id, at)
    zones, screens = places_of(known.plan)
    return NoticePage(
        found=tuple(view_of(one, known, at) for one in found[:PAGE]),
        has_more=len(found) > PAGE,
        showing=counts.showing,
        scheduled=counts.scheduled,
        draft=counts.draft,
        past=counts.past,
        time_zone=known.plan.time_zone,
        zones=zones,
        screens=screens,
    )


@get("/api/halls/{hall_id:str}/notices/{notice_id:str}")
@audited("notice.read", "notice", only_denied=True)
async def one_notice(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    notice_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    case_desk: NamedDependency[CaseDesk],
    notice_desk: NamedDependency[NoticeDesk],
) -> NoticeSheet:
    """A notice, and what it was before."""
    hall, _ = await granted(request, hall_id, Reading.NOTICES, halls, identity)
    found = await notice_desk.store.revisions(hall.hall_id, NoticeId(notice_id))
    if not found:
        raise _unknown()
    known, at = await case_desk.known(hall), hall.now()
    revisions = tuple(view_of(one, known, at) for one in found)
    return NoticeSheet(notice=revisions[0], revisions=revisions)


@post("/api/halls/{hall_id:str}/notices", status_code=HTTPStatus.OK)
@audited("notice.do", "notice")
@takes(_do_decoder)
async def do_notice(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    case_desk: NamedDependency[CaseDesk],
    notice_desk: NamedDependency[NoticeDesk],
) -> Response[Any]:
    """Carry a command out: 200 with the NoticeView, 409 with NoticeRefused."""
    hall, asker = await granted(request, hall_id, Writing.NOTICE, halls, identity)
    order = await decoded_body(request, _do_decoder, BODY_MAX)
    known, at, trail = await case_desk.known(hall), hall.now(), trail_of(request)
    notice_id = NoticeId(order.notice_id or _new_id(hall.hall_id, order.id))
    trail.id, trail.request_id = notice_id, order.id
    trail.verb = f"notice.{tag_of(order.command)}"

    def change(found: WrittenNotice | None, running: int) -> WrittenNotice:
        if found is None and order.notice_id is not None:
            raise _unknown()
        ground = NoticeGround(
            notice_id=notice_id, plan=known.plan, by=StaffId(asker.by.id), at=at, running=running
        )
        made = decide_notice(found, order.after, order.command, ground)
        trail.before = digest(found) if found is not None else None
        trail.after = digest(made)
        return made

    try:
        made = await notice_desk.store.change(
            hall.hall_id,
            notice_id,
            change,
            command_id=CommandId(order.id),
            mark=digest((asker.by.id, order)),
            at=at,
            note_in=trail.note_in,
        )
    except NoticeRefusal as refusal:
        refused = NoticeRefused(id=order.id, code=refusal.code, faults=refusal.faults)
        return Response(refused, status_code=HTTPStatus.CONFLICT)
    except NoticeIdInUseError as error:
        detail = "the id was given to another command"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.ID_IN_USE, detail) from error
    notice_desk.tell()
    return Response(view_of(made, known, at))


@post("/api/halls/{hall_id:str}/notices/preview", status_code=HTTPStatus.OK)
@audited("notice.preview", "notice", only_denied=True)
@takes(_content_decoder)
async def preview_notice(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    case_desk: NamedDependency[CaseDesk],
) -> NoticePreview:
    """How it would look on website and boards, and what is wrong with it; nothing is kept."""
    hall, _ = await granted(request, hall_id, Writing.NOTICE, halls, identity)
    content = await decoded_body(request, _content_decoder, BODY_MAX)
    known = await case_desk.known(hall)
    tidy, faults = checked(content, known.plan, hall.now(), is_draft=False)
    return NoticePreview(html=html_of(tidy), board=board_text(tidy), faults=faults)


ROUTES: list[Any] = [list_notices, one_notice, do_notice, preview_notice]


def _new_id(hall_id: HallId, command_id: str) -> str:
    """The same for a repeat of the command."""
    return hashlib.sha256(f"{hall_id}/{command_id}".encode()).hexdigest()[:12]


def _unknown() -> ProblemError:
    return ProblemError(HTTPStatus.NOT_FOUND, "unknown_notice", "the hall has no such notice")
