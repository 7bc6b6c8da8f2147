"""What a visitor who signed in has here: cases, tickets, questions, messages (VA1, VA2)."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.core.day import Ticket
from backend.core.ids import Text, TicketToken
from backend.core.messages import case_subject, consultation_subject, thing_owner
from backend.core.rules.deadlines import Urgency
from backend.hub.clock import now
from backend.hub.hall import Hall
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, decoded_body
from backend.hub.visits import PastVisits
from backend.messaging.desk import ContactDesk
from backend.office.case_desk import CaseDesk, Known
from backend.office.case_views import TRACK_PATH, case_line
from backend.office.consult_desk import ConsultDesk, ask_path
from backend.openapi import takes
from backend.rate import Limits
from backend.site.contacts import owner_of_case, owner_of_ticket
from backend.store.outbox import Told
from backend.store.visitors import MyBooking, MyCase, MyQuestion, MyTicket, ticket_owner
from backend.visiting import Visiting
from backend.web.visitor import visitor_cookie, visitor_of, visitor_secret
from backend.wire.me import (
    Links,
    Me,
    MineBooking,
    MineCase,
    MineQuestion,
    MineTicket,
    MyMessage,
    MyMessages,
    MyThings,
    Seen,
)

BODY_MAX = 8 * 1024
TICKET_PATH, BOOKING_PATH = "/t/", "/booking/"

_links = msgspec.json.Decoder(Links)
_seen = msgspec.json.Decoder(Seen)


@get("/api/me")
async def who_visits(request: AnyRequest, visiting: NamedDependency[Visiting]) -> Me:
    """Who is signed in as a visitor; 401 when nobody is."""
    session = await visitor_of(request, visiting)
    return Me(username=session.username, ends_at=session.ends_at)


@delete("/api/me/session")
async def leave(request: AnyRequest, visiting: NamedDependency[Visiting]) -> Response[None]:
    """End the visitor's session."""
    secret = visitor_secret(request)
    if secret:
        await visiting.end(visiting.id_of(secret))
    response = Response(None, status_code=HTTPStatus.NO_CONTENT)
    response.set_cookie(visitor_cookie(request, ""))
    return response


@get("/api/me/things")
async def my_things(
    request: AnyRequest,
    *,
    visiting: NamedDependency[Visiting],
    halls: NamedDependency[Halls],
    case_desk: NamedDependency[CaseDesk],
    consult_desk: NamedDependency[ConsultDesk],
) -> MyThings:
    """All that is the visitor's, in every hall."""
    session = await visitor_of(request, visiting)
    owners = await visiting.visitors.owners(session.visitor)
    known = {hall.hall_id: (hall, await case_desk.known(hall)) for hall in halls if hall.is_ready}
    cases = [c for c in await visiting.visitors.cases(owners) if c.hall_id in known]
    at = now()
    bookings = [b for b in await visiting.visitors.bookings(owners, at) if b.hall_id in known]
    tickets = [t for t in await visiting.visitors.tickets(owners) if t.hall_id in known]
    questions = [q for q in await visiting.visitors.questions(owners) if q.hall_id in known]
    live = [_live(hall, k, frozenset(owners)) for hall, k in known.values()]
    is_live = {(one.hall_id, one.day, one.number) for found in live for one in found}
    return MyThings(
        time_zone=next((k.plan.time_zone for _, k in known.values()), "UTC"),
        bookings=tuple(_booking(one, known[one.hall_id][1], at) for one in bookings),
        cases=tuple(_case(one, *known[one.hall_id]) for one in cases),
        questions=tuple(_question(one, known[one.hall_id][1], consult_desk) for one in questions),
        tickets=(
            *(one for found in live for one in found),
            *(
                _past(one, known[one.hall_id][1])
                for one in tickets
                if (one.hall_id, one.day, one.number) not in is_live
            ),
        ),
    )


@get("/api/me/messages")
async def my_messages(
    request: AnyRequest,
    *,
    visiting: NamedDependency[Visiting],
    contact_desk: NamedDependency[ContactDesk],
) -> MyMessages:
    """What the visitor was told, newest first (NO2)."""
    session = await visitor_of(request, visiting)
    owners = await visiting.visitors.owners(session.visitor)
    return _told(await contact_desk.outbox.told(owners, now()))


@get("/api/track/{token:str}/messages")
async def case_messages(
    request: AnyRequest,
    *,
    token: FromPath[str],
    case_desk: NamedDependency[CaseDesk],
    contact_desk: NamedDependency[ContactDesk],
    limits: NamedDependency[Limits],
) -> MyMessages:
    """What was told of the case with this secret, newest first (NO2)."""
    _, owner = await owner_of_case(request, token, case_desk, limits)
    return _told(await contact_desk.outbox.told((owner,), now()))


@post("/api/me/messages/read", status_code=HTTPStatus.NO_CONTENT)
@takes(_seen)
async def read_messages(
    request: AnyRequest,
    *,
    visiting: NamedDependency[Visiting],
    contact_desk: NamedDependency[ContactDesk],
) -> None:
    """All up to this message was seen."""
    session = await visitor_of(request, visiting)
    seen = await decoded_body(request, _seen, BODY_MAX)
    owners = await visiting.visitors.owners(session.visitor)
    await contact_desk.outbox.mark_read(owners, seen.last_id, now())


@post("/api/me/links", status_code=HTTPStatus.NO_CONTENT)
@takes(_links)
async def link_things(
    request: AnyRequest,
    *,
    visiting: NamedDependency[Visiting],
    halls: NamedDependency[Halls],
    case_desk: NamedDependency[CaseDesk],
    visits: NamedDependency[PastVisits],
    consult_desk: NamedDependency[ConsultDesk],
) -> None:
    """Join what was begun in this browser without signing in; unknown secrets join nothing."""
    session = await visitor_of(request, visiting)
    links = await decoded_body(request, _links, BODY_MAX)
    owners = []
    for token in links.cases:
        found = await case_desk.lists.case_with(token)
        if found is not None:
            owners.append(thing_owner(found[0], case_subject(found[1])))
    for token in links.tickets:
        ticket = await owner_of_ticket(TicketToken(token), halls, visits)
        if ticket is not None:
            owners.append(ticket[1])
    for token in links.questions:
        question = consult_desk.id_of(token)
        hall_id = await consult_desk.consultations.hall_of(question)
        if hall_id is not None:
            owners.append(thing_owner(hall_id, consultation_subject(question)))
    await visiting.visitors.join(session.visitor, owners, now())


ROUTES: list[Any] = [
    who_visits,
    leave,
    my_things,
    my_messages,
    case_messages,
    read_messages,
    link_things,
]


def _told(found: list[Told]) -> MyMessages:
    return MyMessages(
        messages=tuple(
            MyMessage(
                message_id=one.message_id,
                kind=one.message.kind,
                title=one.message.title,
                text=one.message.text,
                at=one.message.due_at,
                path=one.message.path,
                is_read=one.is_read,
            )
            for one in found
        )
    )


def _live(hall: Hall, known: Known, owners: frozenset[str]) -> list[MineTicket]:
    """The visitor's tickets of the open day."""
    day = hall.follower.day
    if day.day is None:
        return []
    mine = [
        ticket
        for ticket in day.tickets.values()
        if ticket.person_hash in owners
        or ticket_owner(hall.hall_id, day.day, ticket.ticket_id) in owners
    ]
    return [_mine(hall, known, ticket) for ticket in reversed(mine)]


def _mine(hall: Hall, known: Known, ticket: Ticket) -> MineTicket:
    day = hall.follower.day
    assert day.day is not None
    said = day.evaluations.get(ticket.ticket_id)
    return MineTicket(
        hall_id=hall.hall_id,
        day=day.day,
        number=ticket.number,
        service_name=_service(known, next(iter(ticket.service_ids), None)),
        issued_at=ticket.issued_at,
        is_live=True,
        outcome=ticket.state.value,
        level=said.level if said is not None else None,
        answer=None,
        path=f"{TICKET_PATH}{ticket.token}",
    )


def _past(one: MyTicket, known: Known) -> MineTicket:
    return MineTicket(
        hall_id=one.hall_id,
        day=one.day,
        number=one.number,
        service_name=_service(known, one.service_id),
        issued_at=one.issued_at,
        is_live=False,
        outcome=one.outcome,
        level=one.level,
        answer=one.answer,
        path=None,
    )


def _service(known: Known, service_id: Any) -> Text | None:
    return known.service_name(service_id) if service_id is not None else None


def _booking(one: MyBooking, known: Known, at: datetime) -> MineBooking:
    return MineBooking(
        hall_id=one.hall_id,
        service_name=known.service_name(one.service_id),
        slot_at=one.slot_at,
        is_to_come=one.state == "booked" and one.slot_at > at,
        state=one.state,
        code=one.code,
        path=f"{BOOKING_PATH}{one.token}",
    )


def _question(one: MyQuestion, known: Known, consult_desk: ConsultDesk) -> MineQuestion:
    return MineQuestion(
        hall_id=one.hall_id,
        kind=one.kind,
        state=one.state,
        words=one.words,
        service_name=_service(known, one.service_id),
        asked_at=one.asked_at,
        due_at=one.due_at,
        path=ask_path(consult_desk.token_of(one.hall_id, one.command_id)),
    )


def _case(one: MyCase, hall: Hall, known: Known) -> MineCase:
    line = case_line(one.row, known, hall.now())
    return MineCase(
        hall_id=one.hall_id,
        number=line.number,
        service_name=line.service_name,
        department_name=line.department_name,
        state=line.state,
        outcome=line.outcome,
        due_day=line.due_day,
        is_late=line.urgency is Urgency.OVERDUE,
        opened_at=line.opened_at,
        path=f"{TRACK_PATH}{one.token}",
    )
