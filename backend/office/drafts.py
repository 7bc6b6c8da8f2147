"""Guides over HTTP for those who write and review them (DR1-DR6)."""

import asyncio
from collections.abc import Awaitable
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from msgspec import Struct

from backend.audited import Trail, audited, trail_of
from backend.catalogue.commands import (
    BeginGuide,
    PublishDraft,
    SendBackDraft,
    TakeBack,
    WriteDraft,
)
from backend.catalogue.compare import compared
from backend.catalogue.guide import Guide
from backend.catalogue.rebase import rebased
from backend.core.access import Reading, Writing
from backend.core.ids import DepartmentId, ServiceId
from backend.core.rules.content import ContentRefusal
from backend.drafting import Beside, IdInUseError, Versions
from backend.hub.http import AnyRequest, decoded_body, denied
from backend.hub.session import tag_of
from backend.office.case_desk import At
from backend.office.draft_desk import (
    DraftDesk,
    OpenedDraft,
    is_own_in_part,
    may,
    refuse_foreign,
    stamp_of,
)
from backend.office.draft_views import draft_view, history_of, list_of
from backend.openapi import takes
from backend.problem import ProblemError
from backend.store.audit import digest
from backend.store.catalogue import Numbered
from backend.store.drafts import Draft
from backend.wire.drafts import Comparison, DraftBegin, DraftDo, DraftView, GuideDo, GuideHistory
from backend.wire.messages import ErrorCode

BODY_MAX = 512 * 1024
"""A guide with all that it may have (DR4) is a fifth of this."""
VERSION_MAX = 1_000_000
HEADERS = {"Cache-Control": "no-store"}

_encode = msgspec.json.Encoder().encode
_begin_decoder = msgspec.json.Decoder(DraftBegin)
_draft_decoder = msgspec.json.Decoder(DraftDo)
_guide_decoder = msgspec.json.Decoder(GuideDo)


@get("/api/halls/{hall_id:str}/guides")
@audited("guide.list", "guide", only_denied=True)
async def list_guides(
    request: AnyRequest, hall_id: FromPath[str], draft_desk: NamedDependency[DraftDesk]
) -> Response[bytes]:
    """A GuideList: of the own departments, each with its draft."""
    at = await draft_desk.at(request, hall_id, Reading.GUIDES)
    return _json(list_of(at, await draft_desk.drafts.guides(at.hall.hall_id, at.known.today)))


@get("/api/halls/{hall_id:str}/guides/{service_id:str}")
@audited("guide.read", "guide", only_denied=True)
async def guide_history(
    request: AnyRequest,
    hall_id: FromPath[str],
    service_id: FromPath[str],
    draft_desk: NamedDependency[DraftDesk],
) -> Response[bytes]:
    """The GuideHistory of a service; 404 also when it is another department's."""
    at = await draft_desk.at(request, hall_id, Reading.GUIDES)
    return _json(await _history(draft_desk, at, ServiceId(service_id)))


@get("/api/halls/{hall_id:str}/guides/{service_id:str}/compare")
@audited("guide.compare", "guide", only_denied=True)
async def compare_versions(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    service_id: FromPath[str],
    draft_desk: NamedDependency[DraftDesk],
    before: Annotated[int, QueryParameter(ge=0, le=VERSION_MAX)],
    after: Annotated[int, QueryParameter(ge=0, le=VERSION_MAX)],
) -> Response[bytes]:
    """A Comparison of two versions; one that is not there has nothing."""
    at = await draft_desk.at(request, hall_id, Reading.GUIDES)
    own = ServiceId(service_id)
    await _owners(draft_desk, at, own)
    one, other = [await draft_desk.drafts.version(at.hall.hall_id, own, n) for n in (before, after)]
    parts = await asyncio.to_thread(compared, _document(one), _document(other))
    return _json(Comparison(before=before, after=after, parts=parts))


@post("/api/halls/{hall_id:str}/guides/{service_id:str}", status_code=HTTPStatus.OK)
@audited("guide.do", "guide")
@takes(_guide_decoder)
async def change_guide(
    request: AnyRequest,
    hall_id: FromPath[str],
    service_id: FromPath[str],
    draft_desk: NamedDependency[DraftDesk],
) -> Response[bytes]:
    """Take back, call off, withdraw: 200 with the GuideHistory, 409 when a rule says no."""
    at = await draft_desk.at(request, hall_id, Writing.REVIEW)
    message = await decoded_body(request, _guide_decoder, BODY_MAX)
    own, command = ServiceId(service_id), message.command
    trail = trail_of(request)
    trail.request_id, trail.verb = message.id, f"guide.{tag_of(command)}"
    owners = await _owners(draft_desk, at, own)
    trail.department_id = owners[0]
    refuse_foreign(at, owners)
    if isinstance(command, TakeBack):
        found = await draft_desk.drafts.version(at.hall.hall_id, own, command.version)
        refuse_foreign(at, _departments(found))
    await _done(draft_desk.drafting.change(message.id, own, command, stamp_of(at), _noting(trail)))
    draft_desk.case_desk.forget()
    return _json(await _history(draft_desk, at, own))


@post("/api/halls/{hall_id:str}/drafts", status_code=HTTPStatus.OK)
@audited("draft.begin", "draft")
@takes(_begin_decoder)
async def begin_draft(
    request: AnyRequest, hall_id: FromPath[str], draft_desk: NamedDependency[DraftDesk]
) -> Response[bytes]:
    """Begin one: 200 with the DraftView, the same for the same id; 409 when a rule says no."""
    at = await draft_desk.at(request, hall_id, Writing.GUIDE)
    message = await decoded_body(request, _begin_decoder, BODY_MAX)
    command, trail = message.command, trail_of(request)
    trail.request_id, trail.id = message.id, command.service_id
    if isinstance(command, BeginGuide):
        refuse_foreign(at, {command.department_id})
        trail.department_id = command.department_id
    else:
        owners = await _owners(draft_desk, at, ServiceId(command.service_id))
        trail.department_id = owners[0]
        refuse_foreign(at, owners)
    draft_id = await _done(
        draft_desk.drafting.begin(message.id, command, stamp_of(at), _noting(trail))
    )
    return _json(await _view(draft_desk, at, draft_id))


@get("/api/halls/{hall_id:str}/drafts/{draft_id:str}")
@audited("draft.read", "draft", only_denied=True)
async def one_draft(
    request: AnyRequest,
    hall_id: FromPath[str],
    draft_id: FromPath[str],
    draft_desk: NamedDependency[DraftDesk],
) -> Response[bytes]:
    """A DraftView; 404 also when it is of another department."""
    at = await draft_desk.at(request, hall_id, Reading.GUIDES)
    return _json(await _view(draft_desk, at, draft_id))


@get("/api/halls/{hall_id:str}/drafts/{draft_id:str}/compare")
@audited("draft.compare", "draft", only_denied=True)
async def compare_draft(
    request: AnyRequest,
    hall_id: FromPath[str],
    draft_id: FromPath[str],
    draft_desk: NamedDependency[DraftDesk],
) -> Response[bytes]:
    """A Comparison of the newest version with what the draft would make of it (DR5)."""
    at = await draft_desk.at(request, hall_id, Reading.GUIDES)
    opened = await _draft(draft_desk, at, draft_id)
    draft, newest = opened.draft, opened.newest
    base = await _base(draft_desk, at, draft)
    after = rebased(base, _document(newest), draft.guide).guide
    parts = await asyncio.to_thread(compared, _document(newest), after)
    before = newest.version if newest is not None else 0
    return _json(Comparison(before=before, after=None, parts=parts))


@post(
    "/api/halls/{hall_id:str}/drafts/{draft_id:str}",
    status_code=HTTPStatus.OK,
    request_max_body_size=BODY_MAX,
)
@audited("draft.do", "draft")
@takes(_draft_decoder)
async def work_on_draft(
    request: AnyRequest,
    hall_id: FromPath[str],
    draft_id: FromPath[str],
    draft_desk: NamedDependency[DraftDesk],
) -> Response[bytes]:
    """Carry a command out: 200 with the DraftView, 409 when a rule says no."""
    at = await draft_desk.at(request, hall_id, Reading.GUIDES)
    message = await decoded_body(request, _draft_decoder, BODY_MAX)
    command, trail = message.command, trail_of(request)
    trail.request_id, trail.verb = message.id, f"draft.{tag_of(command)}"
    opened = await _draft(draft_desk, at, draft_id)
    draft, departments = opened.draft, opened.departments
    if isinstance(command, WriteDraft):
        departments |= {command.guide.department_id}
    is_review = isinstance(command, SendBackDraft | PublishDraft)
    if not may(at, Writing.REVIEW if is_review else Writing.GUIDE, departments):
        raise denied(at.by)
    if isinstance(command, WriteDraft):
        await _check_forms(draft_desk, draft.guide, command.guide)
    trail.department_id = draft.guide.department_id
    written = (draft.guide, command.guide) if isinstance(command, WriteDraft) else None
    noting = _noting(trail, written)
    await _done(draft_desk.drafting.work(message.id, draft, command, stamp_of(at), noting))
    if isinstance(command, PublishDraft):
        draft_desk.case_desk.forget()
    return _json(await _view(draft_desk, at, draft_id))


ROUTES: list[Any] = [
    list_guides,
    guide_history,
    compare_versions,
    change_guide,
    begin_draft,
    one_draft,
    compare_draft,
    work_on_draft,
]


async def _done(doing: Awaitable[Any]) -> Any:
    """What comes of it; a problem with the code of what says no."""
    try:
        return await doing
    except ContentRefusal as refusal:
        detail = "a rule says no to this command now"
        raise ProblemError(HTTPStatus.CONFLICT, refusal.code, detail) from refusal
    except IdInUseError as error:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.ID_IN_USE, str(error)
        ) from error


async def _draft(desk: DraftDesk, at: At, draft_id: str) -> OpenedDraft:
    found = await desk.draft(at, draft_id)
    if found is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, "unknown_draft", "there is no such draft")
    return found


async def _base(desk: DraftDesk, at: At, draft: Draft) -> Guide | None:
    found = await desk.drafts.version(at.hall.hall_id, draft.service_id, draft.base_version)
    return _document(found)


async def _view(desk: DraftDesk, at: At, draft_id: str) -> DraftView:
    opened = await _draft(desk, at, draft_id)
    draft = opened.draft
    base = await _base(desk, at, draft)
    found = rebased(base, _document(opened.newest), draft.guide)
    deeds = await desk.drafts.deeds(at.hall.hall_id, draft.service_id, draft_id)
    return draft_view(at, opened, (base, found), deeds)


async def _history(desk: DraftDesk, at: At, service_id: ServiceId) -> GuideHistory:
    owners = await _owners(desk, at, service_id)
    hall_id = at.hall.hall_id
    newest = await desk.drafts.newest(hall_id, service_id)
    versions = await desk.drafts.versions(hall_id, service_id)
    deeds = await desk.drafts.deeds(hall_id, service_id)
    return history_of(at, service_id, owners, newest, (versions, deeds))


async def _owners(desk: DraftDesk, at: At, service_id: ServiceId) -> tuple[DepartmentId, ...]:
    """Whose the service is, and is to be; a problem when there is none, or none is the asker's."""
    owners = await desk.owners(at, service_id)
    if not owners or not is_own_in_part(at, owners):
        detail = "there is no such service"
        raise ProblemError(HTTPStatus.NOT_FOUND, "unknown_service", detail)
    return owners


def _departments(version: Numbered | None) -> set[DepartmentId]:
    document = _document(version)
    return {document.department_id} if document is not None else set()


def _document(version: Numbered | None) -> Guide | None:
    return version.document if version is not None else None


async def _check_forms(desk: DraftDesk, before: Guide, after: Guide) -> None:
    """A problem where the guide offers a form that nobody put here."""
    known = {form.digest for form in before.forms}
    for new in {form.digest for form in after.forms} - known:
        if not await desk.case_desk.files.has(new):
            detail = "put the form's file here first"
            raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_form", detail)


def _noting(trail: Trail, written: tuple[Guide, Guide] | None = None) -> Beside:
    """Keeps the record, with what versions say before and after, or `written` of the draft.

    What changes neither, as a repeat does, says nothing of them.
    """

    async def note(connection: Any, versions: Versions | None) -> None:
        before, after = versions or written or (None, None)
        trail.before = digest(before) if before is not None else None
        trail.after = digest(after) if after is not None else None
        await trail.note_in(connection)

    return note


def _json(answer: Struct) -> Response[bytes]:
    return Response(_encode(answer), media_type="application/json", headers=HEADERS)
