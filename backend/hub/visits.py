"""Tickets by their tokens: where one is followed, and how a visit of the last days was (EV2)."""

from collections.abc import Awaitable, Callable
from datetime import date
from http import HTTPStatus

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Struct
from msgspec.structs import replace

from backend.core.ids import HallId, TicketToken
from backend.core.rules.day import service_day
from backend.core.rules.evaluations import is_in_time
from backend.core.stamp import Visit
from backend.core.views.ticket import TicketView
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, check_visits, hall_of
from backend.hub.session import encode
from backend.problem import ProblemError
from backend.rate import Limits
from backend.replay.questions import AskVisit, Question, Reply, ToldVisit
from backend.store.archive import Archive, ArchivedTicket
from backend.store.stream import StoreError

_decode = msgspec.json.Decoder(ToldVisit).decode


class TicketPlace(Struct, frozen=True, kw_only=True):
    """Where a ticket is to be followed."""

    hall_id: HallId
    day: str


class PastVisits:
    """The visits of days that are over; every method may raise StoreError."""

    def __init__(self, archive: Archive, ask: Callable[[Question], Awaitable[Reply]]) -> None:
        """`ask`: what answers questions about recorded days."""
        self._archive = archive
        self._ask = ask

    async def place(self, token: TicketToken) -> ArchivedTicket | None:
        """The ticket with this token, of whatever hall and day."""
        return await self._archive.ticket_of(token)

    async def find(
        self, hall_id: HallId, token: TicketToken, live: date, today: date
    ) -> Visit | None:
        """What may be said something of; None unless it is of a day before `live`, the hall's."""
        await self._check_level(hall_id, live)
        ticket = await self.place(token)
        if ticket is None or ticket.hall_id != hall_id or ticket.day >= live:
            return None
        if not is_in_time(ticket.day, today):
            return Visit(day=ticket.day, as_of=live, ticket=None, is_evaluated=False)
        told = await self._told(ticket, token)
        said = await self._archive.evaluation_after(ticket)
        return Visit(
            day=ticket.day,
            as_of=live,
            ticket=told.ticket,
            is_evaluated=told.is_evaluated or said is not None,
        )

    async def view(self, ticket: ArchivedTicket, token: TicketToken, live: date) -> TicketView:
        """How the visit stands by all that happened before the day `live`."""
        await self._check_level(ticket.hall_id, live)
        view = (await self._told(ticket, token)).view
        said = await self._archive.evaluation_after(ticket)
        return view if said is None else replace(view, level=said.level, can_evaluate=False)

    async def _check_level(self, hall_id: HallId, live: date) -> None:
        """Days are archived one after another: once `live` is, nothing of the others is missing."""
        if await self._archive.latest_day(hall_id) != live:
            raise StoreError("the archive has not caught up with the hall")

    async def _told(self, ticket: ArchivedTicket, token: TicketToken) -> ToldVisit:
        question = AskVisit(hall_id=ticket.hall_id, day=ticket.day, token=token)
        reply = await self._ask(question)
        if reply.status != HTTPStatus.OK:
            raise StoreError(f"the archived day cannot be read: {reply.detail}")
        return _decode(bytes(reply.body))


@get("/api/tickets/{token:str}")
async def find_ticket(
    request: AnyRequest,
    token: FromPath[str],
    halls: NamedDependency[Halls],
    visits: NamedDependency[PastVisits],
    limits: NamedDependency[Limits],
) -> TicketPlace:
    """The hall whose day has or had this ticket; 404 when none has, or too long ago."""
    mine = TicketToken(token)
    for hall in halls:
        day = hall.follower.day
        if mine in day.tokens:
            return TicketPlace(hall_id=hall.hall_id, day=str(day.day))
    check_visits(request, limits)
    ticket = await _recent(mine, halls, visits)
    return TicketPlace(hall_id=ticket.hall_id, day=str(ticket.day))


@get("/api/tickets/{token:str}/visit")
async def past_visit(
    request: AnyRequest,
    token: FromPath[str],
    halls: NamedDependency[Halls],
    visits: NamedDependency[PastVisits],
    limits: NamedDependency[Limits],
) -> Response[bytes]:
    """The TicketView of a visit of the last days, at its end; 404 when it is another day's."""
    check_visits(request, limits)
    mine = TicketToken(token)
    ticket = await _recent(mine, halls, visits)
    live = hall_of(halls, ticket.hall_id).follower.day
    assert live.day is not None
    view = await visits.view(ticket, mine, live.day)
    said = live.evaluations.get(ticket.ticket_id)
    if said is not None:
        view = replace(view, level=said.level, can_evaluate=False)
    return Response(
        encode(view), media_type="application/json", headers={"Cache-Control": "no-store"}
    )


async def _recent(token: TicketToken, halls: Halls, visits: PastVisits) -> ArchivedTicket:
    """The ticket, of a day before the hall's own of which something may still be said."""
    ticket = await visits.place(token)
    hall = halls.find(ticket.hall_id) if ticket is not None else None
    if ticket is not None and hall is not None:
        day = hall.follower.day
        if day.plan is not None and day.day is not None and ticket.day < day.day:
            today = service_day(hall.now(), day.plan.time_zone)
            if is_in_time(ticket.day, today):
                return ticket
    detail = "no ticket of today or of the last days has this token"
    raise ProblemError(HTTPStatus.NOT_FOUND, "unknown_ticket", detail)
