"""Recorded days over HTTP: which there are, one lived again, a screen then, and why.

Reading a day takes long: another process does it (`replay/reader.py`).
"""

from collections import OrderedDict
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import Meta, Struct

from backend.audited import audited
from backend.core.access import Reading
from backend.core.ids import TicketId, TicketToken
from backend.core.plan import RULE_MAX
from backend.core.scope import may_see
from backend.core.views.topics import topic_of
from backend.hub.find import NUMBER_MAX, check_searches
from backend.hub.hall import Hall
from backend.hub.halls import Halls
from backend.hub.http import (
    AnyRequest,
    check_visits,
    decoded_body,
    denied,
    granted,
    granted_in_part,
)
from backend.hub.plans import BODY_MAX, checked_plan, faulty
from backend.identity import Identity
from backend.openapi import takes
from backend.problem import ProblemError
from backend.rate import Limits
from backend.replay.questions import AskCourse, AskReplay, AskScreen, AskTickets, AskWhy, Reply
from backend.replay.reader import Reader
from backend.store.archive import Archive, RecordedDay
from backend.wire.messages import ErrorCode

DAYS_LISTED = 60
ACCOUNTS_KEPT = 2000

_NO_STORE = {"Cache-Control": "no-store"}


class ReplayOrder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which day is to be re-run, and under what."""

    day: date
    plan: Any = None
    """None: the recorded one.  Checked field by field, so that every fault is told (PL1)."""
    rule: Annotated[str, Meta(min_length=1, max_length=RULE_MAX)] | None = None
    """In place of the plan's (CL5)."""


_decoder = msgspec.json.Decoder(ReplayOrder)


class History:
    """What answers questions about recorded days."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.replays = Reader()
        self.readings = Reader()
        """Apart from replays, which take seconds."""
        self.accounts: OrderedDict[TicketToken, tuple[str, int, bytes]] = OrderedDict()
        """Visitors' accounts with the epoch and seq they are of."""

    async def close(self) -> None:
        """End the history processes."""
        await self.replays.close()
        await self.readings.close()


@get("/api/halls/{hall_id:str}/days")
@audited("day.list", "day", only_denied=True)
async def list_days(
    request: AnyRequest,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    history: NamedDependency[History],
) -> list[RecordedDay]:
    """The recorded days, newest first."""
    hall, _ = await granted(request, hall_id, Reading.DAYS, halls, identity)
    return await history.archive.days(hall.hall_id, DAYS_LISTED)


@post(
    "/api/halls/{hall_id:str}/replay",
    status_code=HTTPStatus.OK,
    request_max_body_size=BODY_MAX,
)
@audited("day.replay", "day", only_denied=True)
@takes(_decoder)
async def replay_day(
    request: AnyRequest,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    history: NamedDependency[History],
) -> Response[bytes]:
    """A recorded day re-run, as a ReplayReport; one at a time."""
    hall, _ = await granted(request, hall_id, Reading.REPLAY, halls, identity)
    order = await decoded_body(request, _decoder, BODY_MAX)
    plan = checked_plan(order.plan) if order.plan is not None else None
    if isinstance(plan, tuple):
        return faulty(plan)
    if history.replays.is_busy:
        detail = "another day is being re-run"
        raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, ErrorCode.REPLAY_BUSY, detail)
    question = AskReplay(hall_id=hall.hall_id, day=order.day, plan=plan, rule=order.rule)
    return _response(await history.replays.ask(question))


@get("/api/halls/{hall_id:str}/days/{day:str}/topics/{name:str}")
@audited("screen.read", "screen", only_denied=True)
async def screen_then(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    day: FromPath[str],
    name: FromPath[str],
    at: FromQuery[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    history: NamedDependency[History],
) -> Response[bytes]:
    """The `show` of a topic as it stood at an instant of a recorded day."""
    hall = await _watcher(request, hall_id, name, halls, identity)
    question = AskScreen(hall_id=hall.hall_id, day=_day(day), topic=name, at=_instant(at))
    return _response(await history.readings.ask(question))


@get("/api/halls/{hall_id:str}/days/{day:str}/topics/{name:str}/course")
@audited("screen.read", "screen", only_denied=True)
async def screen_course(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    day: FromPath[str],
    name: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    history: NamedDependency[History],
) -> Response[bytes]:
    """The ScreenCourse of a topic: when it changed on a recorded day."""
    hall = await _watcher(request, hall_id, name, halls, identity)
    question = AskCourse(hall_id=hall.hall_id, day=_day(day), topic=name)
    return _response(await history.readings.ask(question))


@get("/api/halls/{hall_id:str}/days/{day:str}/tickets")
@audited("ticket.find", "ticket")
async def tickets_then(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    day: FromPath[str],
    number: Annotated[str, QueryParameter(min_length=1, max_length=NUMBER_MAX)],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    history: NamedDependency[History],
    limits: NamedDependency[Limits],
) -> Response[bytes]:
    """The FoundTickets of a recorded day whose number is meant, as they are at its end."""
    hall, asker = await granted(request, hall_id, Reading.FIND, halls, identity)
    await check_searches(hall, asker.by, limits)
    question = AskTickets(hall_id=hall.hall_id, day=_day(day), number=number)
    return _response(await history.readings.ask(question))


@get("/api/halls/{hall_id:str}/tickets/{ticket_id:str}/why")
@audited("ticket.why", "ticket")
async def why_ticket(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    ticket_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    history: NamedDependency[History],
    day: FromQuery[str | None] = None,
) -> Response[bytes]:
    """The Account of a ticket for staff; of the live day unless another is given.

    A ticket passes from queue to queue and no person stands in it: who serves some may read all.
    """
    hall, _ = await granted_in_part(request, hall_id, Reading.WHY, halls, identity)
    reply = await history.readings.ask(
        AskWhy(
            hall_id=hall.hall_id,
            day=_day(day) if day is not None else _live_day(hall),
            ticket_id=TicketId(ticket_id),
            for_visitor=False,
        )
    )
    return _response(reply)


@get("/api/tickets/{token:str}/why")
async def why_mine(
    request: AnyRequest,
    token: FromPath[str],
    halls: NamedDependency[Halls],
    history: NamedDependency[History],
    limits: NamedDependency[Limits],
) -> Response[bytes]:
    """The Account of a ticket for its visitor, without what staff wrote."""
    check_visits(request, limits)
    mine = TicketToken(token)
    hall = next((hall for hall in halls if mine in hall.follower.day.tokens), None)
    if hall is None:
        detail = "no ticket of today has this token"
        raise ProblemError(HTTPStatus.NOT_FOUND, "unknown_ticket", detail)
    follower = hall.follower
    epoch, seq = follower.ref.epoch if follower.ref is not None else "", follower.position.seq
    kept = history.accounts.get(mine)
    if kept is not None and kept[:2] == (epoch, seq):
        return Response(kept[2], media_type="application/json", headers=_NO_STORE)
    question = AskWhy(
        hall_id=hall.hall_id,
        day=_live_day(hall),
        ticket_id=follower.day.tokens[mine],
        for_visitor=True,
    )
    reply = await history.readings.ask(question)
    if reply.status == HTTPStatus.OK:
        history.accounts[mine] = (epoch, seq, bytes(reply.body))
        history.accounts.move_to_end(mine)
        if len(history.accounts) > ACCOUNTS_KEPT:
            history.accounts.popitem(last=False)
    return _response(reply)


async def _watcher(
    request: AnyRequest, hall_id: str, name: str, halls: Halls, identity: Identity
) -> Hall:
    """The hall, if whoever asks may see such a topic as it was."""
    hall, asker = await granted(request, hall_id, Reading.SCREEN, halls, identity)
    topic = topic_of(name)
    if topic is None:
        detail = "the hall has no such topic"
        raise ProblemError(HTTPStatus.NOT_FOUND, ErrorCode.UNKNOWN_TOPIC, detail)
    if not may_see(asker.grants, asker.scope, hall.follower.day, topic.family, name):
        raise denied(asker.by)
    return hall


def _response(reply: Reply) -> Response[bytes]:
    if reply.status != HTTPStatus.OK:
        raise ProblemError(HTTPStatus(reply.status), reply.code, reply.detail)
    return Response(bytes(reply.body), media_type="application/json", headers=_NO_STORE)


def _live_day(hall: Hall) -> date:
    day = hall.follower.day.day
    if day is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, ErrorCode.UNKNOWN_DAY, "the hall has no day yet")
    return day


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        detail = "a day is written 2026-11-23"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.MALFORMED, detail) from error


def _instant(text: str) -> datetime:
    detail = "an instant is written 2026-11-23T09:30:00+08:00"
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.MALFORMED, detail) from error
    if at.tzinfo is None:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.MALFORMED, detail)
    return at
