"""What follows bad ratings over HTTP: staff call back and answer, offices appeal (EV3)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from backend.audited import audited, trail_of
from backend.core.access import Reading, Right, Writing
from backend.core.followups import (
    AnswerRating,
    Appeal,
    CallBack,
    ContactWay,
    FollowUp,
    FollowUpRefusal,
    FollowUpState,
    RateAgain,
    RuleAppeal,
)
from backend.core.ids import HallId, ServiceId, StaffId, Text, TicketId, TicketToken
from backend.core.messages import Message, MessageKind, ticket_subject
from backend.core.rules.followups import decide_follow_up, is_bad, lateness, state_of
from backend.hub.clock import now
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, asker_of, check_visits, decoded_body, denied, hall_of
from backend.hub.session import tag_of
from backend.hub.visits import PastVisits
from backend.identity import VISITOR, Asker, Identity
from backend.office.case_desk import CaseDesk, Known
from backend.openapi import takes
from backend.problem import ProblemError
from backend.rate import Limits
from backend.store.archive import ArchivedTicket
from backend.store.audit import digest
from backend.store.followups import PAGE, FollowUps, Tell
from backend.wire.followups import AnswerShown, FollowUpDo, FollowUpPage, FollowUpView

BODY_MAX = 16 * 1024
SKIP_MAX = 100_000
OF_USE = timedelta(days=7)


RIGHTS: dict[type, Writing] = {
    CallBack: Writing.FOLLOW_UP,
    AnswerRating: Writing.FOLLOW_UP,
    RuleAppeal: Writing.FOLLOW_UP,
    Appeal: Writing.APPEAL,
}
"""What each command of staff needs; a visitor's own is asked for with the ticket's token."""

_do_decoder = msgspec.json.Decoder(FollowUpDo)
_again_decoder = msgspec.json.Decoder(RateAgain)


@get("/api/halls/{hall_id:str}/followups")
@audited("followup.list", "followup")
async def list_follow_ups(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    case_desk: NamedDependency[CaseDesk],
    follow_ups: NamedDependency[FollowUps],
    is_open: FromQuery[bool] = False,
    skip: Annotated[int, QueryParameter(ge=0, le=SKIP_MAX)] = 0,
) -> FollowUpPage:
    """The follow-ups that the asker may see: of the own departments, or of the whole hall."""
    hall = hall_of(halls, hall_id)
    asker = await asker_of(request, hall.hall_id, identity)
    known = await case_desk.known(hall)
    service_ids = _services(asker, known, Reading.FOLLOW_UPS)
    found = await follow_ups.list(hall.hall_id, is_open=is_open, service_ids=service_ids, skip=skip)
    at = hall.now()
    return FollowUpPage(found=[_view(one, at) for one in found[:PAGE]], has_more=len(found) > PAGE)


@post("/api/halls/{hall_id:str}/followups/{day:str}/{ticket_id:str}", status_code=HTTPStatus.OK)
@audited("followup.do", "followup")
@takes(_do_decoder)
async def do_follow_up(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    day: FromPath[str],
    ticket_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    case_desk: NamedDependency[CaseDesk],
    follow_ups: NamedDependency[FollowUps],
) -> FollowUpView:
    """Add a part to a follow-up; 409 with its code where a rule says no.

    404 too for one of a department that is not the asker's: it is not told that there is one.
    """
    hall = hall_of(halls, hall_id)
    asker = await asker_of(request, hall.hall_id, identity)
    known = await case_desk.known(hall)
    _services(asker, known, Reading.FOLLOW_UPS)
    order = await decoded_body(request, _do_decoder, BODY_MAX)
    service_ids = _services(asker, known, RIGHTS[type(order.command)])
    trail, at = trail_of(request), hall.now()
    trail.verb = f"followup.{tag_of(order.command)}"

    def add(found: FollowUp) -> FollowUp:
        service_id = next(iter(found.rating.service_ids), None)
        if service_ids is not None and service_id not in service_ids:
            raise _unknown()
        trail.before = digest(found)
        return decide_follow_up(found, order.command, StaffId(asker.by.id), at)

    rated_on = _day(day)
    is_answer = isinstance(order.command, AnswerRating)
    tell = partial(_answered, hall.hall_id, at) if is_answer else None
    found = await _changed(follow_ups, hall.hall_id, rated_on, TicketId(ticket_id), add, tell=tell)
    trail.after = digest(found)
    return _view(found, at)


@get("/api/tickets/{token:str}/answer")
async def my_answer(
    request: AnyRequest,
    token: FromPath[str],
    visits: NamedDependency[PastVisits],
    follow_ups: NamedDependency[FollowUps],
    limits: NamedDependency[Limits],
) -> AnswerShown:
    """What was answered to the rating of this ticket; 404 without a bad rating of it."""
    check_visits(request, limits)
    ticket = await _mine(token, visits)
    found = await follow_ups.find(ticket.hall_id, ticket.day, ticket.ticket_id)
    if found is None or not is_bad(found):
        raise _unknown()
    return _shown(found, now())


@post("/api/tickets/{token:str}/answer", status_code=HTTPStatus.OK)
@takes(_again_decoder)
async def rate_my_answer(
    request: AnyRequest,
    *,
    token: FromPath[str],
    visits: NamedDependency[PastVisits],
    follow_ups: NamedDependency[FollowUps],
    limits: NamedDependency[Limits],
) -> AnswerShown:
    """Say how the answer was, once."""
    check_visits(request, limits)
    order = await decoded_body(request, _again_decoder, BODY_MAX)
    ticket, at = await _mine(token, visits), now()
    found = await _changed(
        follow_ups,
        ticket.hall_id,
        ticket.day,
        ticket.ticket_id,
        lambda old: decide_follow_up(old, order, StaffId(VISITOR.by.id), at),
    )
    return _shown(found, at)


ROUTES: list[Any] = [list_follow_ups, do_follow_up, my_answer, rate_my_answer]


def _services(asker: Asker, known: Known, right: Right) -> list[ServiceId] | None:
    """The services whose ratings the asker has this right to; None: all.  A problem for none."""
    departments = known.departments_of(asker.grants, right)
    if departments is None:
        return None
    if not departments:
        raise denied(asker.by)
    return [s for s, guide in known.guides.items() if guide.department_id in departments]


async def _changed(
    follow_ups: FollowUps,
    hall_id: HallId,
    day: date,
    ticket_id: TicketId,
    add: Callable[[FollowUp], FollowUp],
    *,
    tell: Tell | None = None,
) -> FollowUp:
    try:
        found = await follow_ups.change(hall_id, day, ticket_id, add, tell)
    except FollowUpRefusal as refusal:
        detail = "the rules of follow-ups say no (EV3)"
        raise ProblemError(HTTPStatus.CONFLICT, refusal.code, detail) from refusal
    if found is None:
        raise _unknown()
    return found


def _answered(hall_id: HallId, at: datetime, found: FollowUp) -> Message:
    """What the visitor is told of an answer: that there is one (EV4)."""
    rating = found.rating
    return Message(
        hall_id=hall_id,
        key=f"followup/{rating.day}/{rating.ticket_id}/answered",
        kind=MessageKind.FOLLOW_UP,
        title=Text(
            zh=f"您对 {rating.number} 的评价有了回复",
            en=f"Your rating of {rating.number} was answered",
        ),
        text=Text(
            zh="请在“我的号票和评价”里查看。",
            en="Read it on your own page, below your tickets and ratings.",
        ),
        subject=ticket_subject(rating.day, rating.ticket_id),
        path="/me",
        put_at=at,
        expires_at=at + OF_USE,
    )


async def _mine(token: str, visits: PastVisits) -> ArchivedTicket:
    """The ticket with this token; the recorder has it before there is anything to answer."""
    ticket = await visits.place(TicketToken(token))
    if ticket is None:
        raise _unknown()
    return ticket


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _unknown() from None


def _unknown() -> ProblemError:
    detail = "there is no bad rating of this visit"
    return ProblemError(HTTPStatus.NOT_FOUND, "unknown_followup", detail)


def _view(found: FollowUp, at: datetime) -> FollowUpView:
    return FollowUpView(follow_up=found, state=state_of(found, at), late=lateness(found, at))


def _shown(found: FollowUp, at: datetime) -> AnswerShown:
    called, answered, again = found.called_back, found.answered, found.rated_again
    is_written = called is not None and called.way is ContactWay.PAGE
    return AnswerShown(
        called_back=called.remark if called is not None and is_written else None,
        answer=answered.answer if answered is not None else None,
        answered_at=answered.at if answered is not None else None,
        may_rate=answered is not None and state_of(found, at) is FollowUpState.RATE_AGAIN,
        level_again=again.level if again is not None else None,
    )
