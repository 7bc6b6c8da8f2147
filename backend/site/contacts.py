"""Where visitors are told: of all that is theirs, or of one thing whose secret they have (NO2)."""

from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Router, delete, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from backend.core.bookings import BookingState
from backend.core.ids import HallId, TicketToken
from backend.core.messages import (
    booking_subject,
    case_subject,
    consultation_subject,
    thing_owner,
)
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, check_visits, decoded_body, hall_of
from backend.hub.visits import PastVisits
from backend.messaging.desk import ContactDesk
from backend.messaging.reach import ReachError
from backend.office.case_desk import CaseDesk
from backend.office.cases import unknown_case
from backend.office.consult_desk import ConsultDesk
from backend.office.consultations import unknown as unknown_consultation
from backend.office.tracking import TOKEN
from backend.openapi import takes
from backend.problem import ProblemError, address_of
from backend.rate import Limits
from backend.site.booking_desk import BookingDesk, not_booked, unknown_booking
from backend.store.contacts import TooManyError
from backend.store.visitors import ticket_owner
from backend.visiting import Visiting
from backend.web.visitor import visitor_of
from backend.wire.me import ContactCode, ContactNew, ContactsView
from backend.wire.messages import ErrorCode

BODY_MAX = 2048
Owner = tuple[HallId, str]
"""Whose contacts, and the hall whose mail it is."""

_new = msgspec.json.Decoder(ContactNew)
_code = msgspec.json.Decoder(ContactCode)


@get("/")
async def list_contacts(
    owner: NamedDependency[Owner], contact_desk: NamedDependency[ContactDesk]
) -> ContactsView:
    """Where the owner is told."""
    return await contact_desk.view(owner[1])


@post("/", status_code=HTTPStatus.CREATED)
@takes(_new)
async def add_contact(
    request: AnyRequest,
    *,
    owner: NamedDependency[Owner],
    contact_desk: NamedDependency[ContactDesk],
    limits: NamedDependency[Limits],
) -> ContactsView:
    """Send a code there: 422 `bad_contact`, 409 `too_many_contacts`, 429."""
    asked = await decoded_body(request, _new, BODY_MAX)
    try:
        wanted = contact_desk.wanted(asked.kind, asked.language, asked.reach)
        is_there = asked.kind in contact_desk.kinds
    except ReachError:
        is_there = False
    if not is_there:
        detail = "nobody can be told there by this"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_contact", detail)
    if not (
        await limits.proofs_from.take(address_of(request))
        and await limits.proofs.take(wanted.digest)
        and await limits.proofs_a_day.take(wanted.digest)
    ):
        detail = "too many codes; wait some minutes"
        raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, ErrorCode.TOO_MANY_REQUESTS, detail)
    try:
        await contact_desk.add(*owner, wanted)
    except TooManyError as error:
        detail = "remove one first"
        raise ProblemError(HTTPStatus.CONFLICT, "too_many_contacts", detail) from error
    return await contact_desk.view(owner[1])


@post("/{contact_id:str}/code", status_code=HTTPStatus.OK)
@takes(_code)
async def prove_contact(
    request: AnyRequest,
    *,
    contact_id: FromPath[str],
    owner: NamedDependency[Owner],
    contact_desk: NamedDependency[ContactDesk],
) -> ContactsView:
    """Show the code that came: 409 `wrong_code`."""
    asked = await decoded_body(request, _code, BODY_MAX)
    if not await contact_desk.prove(owner[1], contact_id, asked.code):
        detail = "it is another code, or too late; ask for a new one"
        raise ProblemError(HTTPStatus.CONFLICT, "wrong_code", detail)
    return await contact_desk.view(owner[1])


@delete("/{contact_id:str}", status_code=HTTPStatus.OK)
async def remove_contact(
    contact_id: FromPath[str],
    owner: NamedDependency[Owner],
    contact_desk: NamedDependency[ContactDesk],
) -> ContactsView:
    """Be told there no more."""
    await contact_desk.contacts.remove(owner[1], contact_id)
    return await contact_desk.view(owner[1])


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


async def owner_signed_in(
    request: AnyRequest, visiting: NamedDependency[Visiting], halls: NamedDependency[Halls]
) -> Owner:
    """The visitor who is signed in; a problem when nobody is."""
    session = await visitor_of(request, visiting)
    return next(hall.hall_id for hall in halls), session.visitor


async def owner_of_case(
    request: AnyRequest,
    token: FromPath[str],
    case_desk: NamedDependency[CaseDesk],
    limits: NamedDependency[Limits],
) -> Owner:
    """The owner that stands for the case with this secret; a problem when there is none."""
    check_visits(request, limits)
    found = await case_desk.lists.case_with(token) if TOKEN.fullmatch(token) else None
    if found is None:
        raise unknown_case()
    return found[0], thing_owner(found[0], case_subject(found[1]))


async def owner_of_question(
    request: AnyRequest,
    token: FromPath[str],
    consult_desk: NamedDependency[ConsultDesk],
    limits: NamedDependency[Limits],
) -> Owner:
    """The owner that stands for the question with this secret; a problem when there is none."""
    check_visits(request, limits)
    own = consult_desk.id_of(token)
    hall_id = await consult_desk.consultations.hall_of(own)
    if hall_id is None:
        raise unknown_consultation()
    return hall_id, thing_owner(hall_id, consultation_subject(own))


async def owner_of_booking(
    request: AnyRequest,
    *,
    token: FromPath[str],
    halls: NamedDependency[Halls],
    booking_desk: NamedDependency[BookingDesk],
    limits: NamedDependency[Limits],
) -> Owner:
    """The owner that stands for the booking with this secret, while somebody is expected by it.

    A hold has none: anybody may have many.
    """
    check_visits(request, limits)
    booking = await booking_desk.with_token(token)
    if booking is None:
        raise unknown_booking()
    is_booked = booking.state is BookingState.BOOKED
    if not is_booked or booking.slot_at <= hall_of(halls, booking.hall_id).now():
        raise not_booked()
    return booking.hall_id, thing_owner(booking.hall_id, booking_subject(booking.booking_id))


async def owner_of_ticket(token: TicketToken, halls: Halls, visits: PastVisits) -> Owner | None:
    """The owner that stands for the ticket with this secret; None when there is none."""
    for hall in halls:
        day = hall.follower.day
        if token in day.tokens and day.day is not None:
            return hall.hall_id, ticket_owner(hall.hall_id, day.day, day.tokens[token])
    past = await visits.place(token)
    return (past.hall_id, ticket_owner(past.hall_id, past.day, past.ticket_id)) if past else None


def _routes(path: str, owner: Any) -> Router:
    """The contacts of one kind of owner."""
    handlers = [list_contacts, add_contact, prove_contact, remove_contact]
    return Router(
        f"{path}/contacts", route_handlers=handlers, dependencies={"owner": Provide(owner)}
    )


ROUTES: list[Any] = [
    _routes("/api/me", owner_signed_in),
    _routes("/api/track/{token:str}", owner_of_case),
    _routes("/api/consultations/{token:str}", owner_of_question),
    _routes("/api/bookings/{token:str}", owner_of_booking),
    stop_contact,
]
