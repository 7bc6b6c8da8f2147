"""Where visitors are told: of all that is theirs, or of one case whose secret they have (NO2)."""

from http import HTTPStatus
from typing import Any

import msgspec
from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.core.ids import HallId
from backend.core.messages import case_subject, thing_owner
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, check_visits, decoded_body
from backend.messaging.desk import ContactDesk
from backend.messaging.reach import ReachError
from backend.office.case_desk import CaseDesk
from backend.office.cases import unknown_case
from backend.office.tracking import TOKEN
from backend.openapi import takes
from backend.problem import ProblemError, address_of
from backend.rate import Limits
from backend.store.contacts import TooManyError
from backend.visiting import Visiting
from backend.web.visitor import visitor_of
from backend.wire.me import ContactCode, ContactNew, ContactsView
from backend.wire.messages import ErrorCode

BODY_MAX = 2048
Owner = tuple[HallId, str]
"""Whose contacts, and the hall whose mail it is."""

_new = msgspec.json.Decoder(ContactNew)
_code = msgspec.json.Decoder(ContactCode)


@get("/api/me/contacts")
async def my_contacts(
    request: AnyRequest,
    *,
    visiting: NamedDependency[Visiting],
    halls: NamedDependency[Halls],
    contact_desk: NamedDependency[ContactDesk],
) -> ContactsView:
    """Where the visitor is told of all that is theirs."""
    _, owner = await _mine(request, visiting, halls)
    return await contact_desk.view(owner)


@post("/api/me/contacts", status_code=HTTPStatus.CREATED)
@takes(_new)
async def add_my_contact(
    request: AnyRequest,
    *,
    visiting: NamedDependency[Visiting],
    halls: NamedDependency[Halls],
    contact_desk: NamedDependency[ContactDesk],
    limits: NamedDependency[Limits],
) -> ContactsView:
    """Send a code there: 422 `bad_contact`, 409 `too_many_contacts`, 429."""
    return await _add(request, await _mine(request, visiting, halls), contact_desk, limits)


@post("/api/me/contacts/{contact_id:str}/code", status_code=HTTPStatus.OK)
@takes(_code)
async def prove_my_contact(
    request: AnyRequest,
    *,
    contact_id: FromPath[str],
    visiting: NamedDependency[Visiting],
    halls: NamedDependency[Halls],
    contact_desk: NamedDependency[ContactDesk],
) -> ContactsView:
    """Show the code that came: 409 `wrong_code`."""
    _, owner = await _mine(request, visiting, halls)
    return await _prove(request, owner, contact_id, contact_desk)


@delete("/api/me/contacts/{contact_id:str}", status_code=HTTPStatus.OK)
async def remove_my_contact(
    request: AnyRequest,
    *,
    contact_id: FromPath[str],
    visiting: NamedDependency[Visiting],
    halls: NamedDependency[Halls],
    contact_desk: NamedDependency[ContactDesk],
) -> ContactsView:
    """Be told there no more."""
    _, owner = await _mine(request, visiting, halls)
    await contact_desk.contacts.remove(owner, contact_id)
    return await contact_desk.view(owner)


@get("/api/track/{token:str}/contacts")
async def case_contacts(
    request: AnyRequest,
    *,
    token: FromPath[str],
    case_desk: NamedDependency[CaseDesk],
    contact_desk: NamedDependency[ContactDesk],
    limits: NamedDependency[Limits],
) -> ContactsView:
    """Where whoever has the case's secret is told of it."""
    check_visits(request, limits)
    _, owner = await owner_of_case(token, case_desk)
    return await contact_desk.view(owner)


@post("/api/track/{token:str}/contacts", status_code=HTTPStatus.CREATED)
@takes(_new)
async def add_case_contact(
    request: AnyRequest,
    *,
    token: FromPath[str],
    case_desk: NamedDependency[CaseDesk],
    contact_desk: NamedDependency[ContactDesk],
    limits: NamedDependency[Limits],
) -> ContactsView:
    """Send a code there: 422 `bad_contact`, 409 `too_many_contacts`, 429."""
    check_visits(request, limits)
    return await _add(request, await owner_of_case(token, case_desk), contact_desk, limits)


@post("/api/track/{token:str}/contacts/{contact_id:str}/code", status_code=HTTPStatus.OK)
@takes(_code)
async def prove_case_contact(
    request: AnyRequest,
    *,
    token: FromPath[str],
    contact_id: FromPath[str],
    case_desk: NamedDependency[CaseDesk],
    contact_desk: NamedDependency[ContactDesk],
    limits: NamedDependency[Limits],
) -> ContactsView:
    """Show the code that came: 409 `wrong_code`."""
    check_visits(request, limits)
    _, owner = await owner_of_case(token, case_desk)
    return await _prove(request, owner, contact_id, contact_desk)


@delete("/api/track/{token:str}/contacts/{contact_id:str}", status_code=HTTPStatus.OK)
async def remove_case_contact(
    request: AnyRequest,
    *,
    token: FromPath[str],
    contact_id: FromPath[str],
    case_desk: NamedDependency[CaseDesk],
    contact_desk: NamedDependency[ContactDesk],
    limits: NamedDependency[Limits],
) -> ContactsView:
    """Be told there no more."""
    check_visits(request, limits)
    _, owner = await owner_of_case(token, case_desk)
    await contact_desk.contacts.remove(owner, contact_id)
    return await contact_desk.view(owner)


@post("/api/contacts/stop/{token:str}", status_code=HTTPStatus.NO_CONTENT)
@takes(None)
async def stop_contact(
    request: AnyRequest,
    *,
    token: FromPath[str],
    contact_desk: NamedDependency[ContactDesk],
    limits: NamedDependency[Limits],
) -> None:
    """Be told no more where the mail with this link went; mailboxes send it too (RFC 8058)."""
    check_visits(request, limits)
    if not await contact_desk.stop(token):
        raise ProblemError(HTTPStatus.NOT_FOUND, "unknown_contact", "this link is none of ours")


ROUTES: list[Any] = [
    my_contacts,
    add_my_contact,
    prove_my_contact,
    remove_my_contact,
    case_contacts,
    add_case_contact,
    prove_case_contact,
    remove_case_contact,
    stop_contact,
]


async def _mine(request: AnyRequest, visiting: Visiting, halls: Halls) -> Owner:
    session = await visitor_of(request, visiting)
    return next(hall.hall_id for hall in halls), session.visitor


async def owner_of_case(token: str, case_desk: CaseDesk) -> Owner:
    """The owner that stands for the case with this secret; a problem when there is none."""
    found = await case_desk.lists.case_with(token) if TOKEN.fullmatch(token) else None
    if found is None:
        raise unknown_case()
    return found[0], thing_owner(found[0], case_subject(found[1]))


async def _add(
    request: AnyRequest, owner: Owner, desk: ContactDesk, limits: Limits
) -> ContactsView:
    asked = await decoded_body(request, _new, BODY_MAX)
    try:
        wanted = desk.wanted(asked.kind, asked.language, asked.reach)
        is_there = asked.kind in desk.kinds
    except ReachError:
        is_there = False
    if not is_there:
        detail = "nobody can be told there by this"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_contact", detail)
    is_allowed = await limits.proofs_from.take(address_of(request))
    if not is_allowed or not await limits.proofs.take(wanted.digest):
        detail = "too many codes; wait some minutes"
        raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, ErrorCode.TOO_MANY_REQUESTS, detail)
    try:
        await desk.add(*owner, wanted)
    except TooManyError as error:
        detail = "remove one first"
        raise ProblemError(HTTPStatus.CONFLICT, "too_many_contacts", detail) from error
    return await desk.view(owner[1])


async def _prove(
    request: AnyRequest, owner: str, contact_id: str, desk: ContactDesk
) -> ContactsView:
    asked = await decoded_body(request, _code, BODY_MAX)
    if not await desk.prove(owner, contact_id, asked.code):
        detail = "it is another code, or too late; ask for a new one"
        raise ProblemError(HTTPStatus.CONFLICT, "wrong_code", detail)
    return await desk.view(owner)
