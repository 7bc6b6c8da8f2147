"""The hub over HTTP: the same commands and topics as over the socket."""

from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.audited import audited, trail_of
from backend.core.access import Reading, Right, has, is_granted
from backend.core.ids import HallId
from backend.core.rules.paces import lessons_of
from backend.core.scope import acting_role, may_see
from backend.core.stamp import Caller, Role
from backend.core.views.forecast import DayAccuracy, day_accuracy
from backend.core.views.topics import exists, topic_of
from backend.hub.hall import Hall
from backend.hub.halls import Halls
from backend.hub.session import (
    TOO_MANY_TAKES,
    charge_guess,
    decode,
    denial_of,
    encode,
    is_take_of_visitor,
    refusal_of_access,
    reply,
    tag_of,
)
from backend.hub.transact import IdInUseError, UnavailableError
from backend.identity import (
    Asker,
    BadCredentialsError,
    Identity,
    cookie_name,
)
from backend.openapi import takes
from backend.problem import ProblemError, address_of
from backend.rate import Limits
from backend.store.directory import HallEntry
from backend.wire.messages import FRAME_MAX, Do, ErrorCode, Refused

_decoder = msgspec.json.Decoder(Do)

AnyRequest = Request[Any, Any, Any]
T = TypeVar("T")


@get("/api/halls")
async def list_halls(halls: NamedDependency[Halls]) -> list[HallEntry]:
    """Every hall of this deployment."""
    return list(halls.directory.contents.halls)


@get("/api/halls/{hall_id:str}/topics/{name:str}")
@audited("topic.read", "topic", only_denied=True)
async def latest_view(
    request: AnyRequest,
    hall_id: FromPath[str],
    name: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
) -> Response[bytes]:
    """The latest `show` of a topic."""
    hall = hall_of(halls, hall_id)
    asker = await asker_of(request, hall.hall_id, identity)
    topic = topic_of(name)
    day = hall.follower.day
    if topic is None or (day.plan is not None and not exists(day, topic)):
        raise ProblemError(
            HTTPStatus.NOT_FOUND, ErrorCode.UNKNOWN_TOPIC, "the hall has no such topic"
        )
    if not may_see(asker.grants, asker.scope, day, topic.family, name):
        raise denied(asker.by)
    message = hall.fanout.latest(topic)
    if message is None:
        raise ProblemError(
            HTTPStatus.SERVICE_UNAVAILABLE, ErrorCode.UNAVAILABLE, "the hall has no day yet"
        )
    return Response(message, media_type="application/json", headers={"Cache-Control": "no-store"})


@get("/api/halls/{hall_id:str}/forecast")
@audited("forecast.read", "forecast", only_denied=True)
async def forecast_accuracy(
    request: AnyRequest,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
) -> list[DayAccuracy]:
    """How good the forecasts were, today until now first, then the days that are closed (WT4)."""
    hall, _ = await granted(request, hall_id, Reading.FORECAST, halls, identity)
    day = hall.follower.day
    past = [found for found in await hall.lessons() if found.day != day.day]
    found = [day_accuracy(lessons.day, lessons.queues) for lessons in reversed(past)]
    if day.day is not None:
        found.insert(0, day_accuracy(day.day, lessons_of(day)))
    return found


@post("/api/halls/{hall_id:str}/commands", status_code=HTTPStatus.OK)
@audited("command.do", "command", only_denied=True)
@takes(_decoder)
async def do_command(
    request: AnyRequest,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    limits: NamedDependency[Limits],
) -> Response[bytes]:
    """Carry a command out: 200 with `done`, 409 with `refused`, else a problem."""
    hall = hall_of(halls, hall_id)
    asker = await asker_of(request, hall.hall_id, identity)
    by = asker.by
    message = await decoded_body(request, _decoder, FRAME_MAX)
    trail = trail_of(request)
    trail.id, trail.request_id = tag_of(message.command), message.id
    role = acting_role(asker.grants, asker.scope, hall.follower.day, message.command)
    if role is None:
        raise denied(by)
    if by.role is Role.VISITOR:
        check_visits(request, limits)
    is_take, address = is_take_of_visitor(by, message), address_of(request)
    if is_take and not await limits.takes.take(address):
        raise ProblemError(
            HTTPStatus.TOO_MANY_REQUESTS, ErrorCode.TOO_MANY_REQUESTS, TOO_MANY_TAKES
        )
    try:
        answer = reply(
            message.id,
            await hall.do(message.id, message.command, asker.acting_as(role), address),
        )
    except IdInUseError as error:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.ID_IN_USE, str(error)
        ) from error
    except UnavailableError as error:
        raise ProblemError(
            HTTPStatus.SERVICE_UNAVAILABLE, error.code, f"{error}; repeat with this id"
        ) from error
    if is_take:
        await charge_guess(limits.takes, address, answer)
    is_refused = isinstance(answer, Refused)
    status = HTTPStatus.CONFLICT if is_refused else HTTPStatus.OK
    return Response(encode(answer), status_code=status, media_type="application/json")


def aware(at: datetime) -> datetime:
    """A problem for a time without its zone, which would be another one elsewhere."""
    if at.tzinfo is None:
        detail = "give times with their zone, such as 2026-11-23T09:00:00+08:00"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.MALFORMED, detail)
    return at


async def decoded_body(request: AnyRequest, decoder: "msgspec.json.Decoder[T]", size_max: int) -> T:
    """The request's body; a problem tells what is wrong with it, and where."""
    if request.content_type[0] != "application/json":
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, ErrorCode.MALFORMED, "send application/json"
        )
    body = await request.body()
    if len(body) > size_max:
        detail = f"the body has at most {size_max} bytes"
        raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, ErrorCode.TOO_LARGE, detail)
    try:
        return decode(decoder, body)
    except msgspec.ValidationError as error:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.MALFORMED, str(error)
        ) from error
    except msgspec.DecodeError as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, ErrorCode.MALFORMED, str(error)) from error


def check_visits(request: AnyRequest, limits: Limits) -> None:
    """A problem when too much is asked from this address by who shows no credentials."""
    if not limits.visits.of(address_of(request)).take():
        detail = "too many requests from this address"
        raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, ErrorCode.TOO_MANY_REQUESTS, detail)


def hall_of(halls: Halls, hall_id: str) -> Hall:
    """The hall with this id, or a problem."""
    hall = halls.find(hall_id)
    if hall is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, ErrorCode.UNKNOWN_HALL, "there is no such hall")
    return hall


async def asker_of(request: AnyRequest, hall_id: HallId, identity: Identity) -> Asker:
    """Who asks something of the hall; a problem when the credentials are wrong."""
    try:
        asker = await identity.asker(
            hall_id,
            authorization=request.headers.get("authorization"),
            bearer=None,
            cookie=_cookie(request),
            is_act=request.method not in {"GET", "HEAD"},
        )
    except BadCredentialsError as error:
        detail = "the token is not known here"
        raise ProblemError(HTTPStatus.UNAUTHORIZED, ErrorCode.UNAUTHENTICATED, detail) from error
    by = asker.by if asker.by.role is not Role.VISITOR else await _elsewhere(request, identity)
    trail_of(request).ask(by, hall_id)
    return asker


async def _elsewhere(request: AnyRequest, identity: Identity) -> Caller | None:
    """Who asks that has rights, but in other halls only."""
    member = await identity.member(_cookie(request))
    return Caller(role=member.role, id=member.username) if member is not None else None


def _cookie(request: AnyRequest) -> str | None:
    return request.cookies.get(cookie_name(is_secure=request.url.scheme == "https"))


def may(
    asker: Asker,
    right: Right,
    *,
    department_id: str | None = None,
    queue_id: str | None = None,
) -> bool:
    """Whether the asker has the right to what is of this department and queue of the hall.

    Without either it is the whole hall's.  For lists: `access.departments_with(asker.grants, …)`.
    """
    return is_granted(asker.grants, right, department_id=department_id, queue_id=queue_id)


async def granted(
    request: AnyRequest, hall_id: str, right: Right, halls: Halls, identity: Identity
) -> tuple[Hall, Asker]:
    """The hall, and who asks, if they have the right to the whole of it; else a problem."""
    hall = hall_of(halls, hall_id)
    asker = await asker_of(request, hall.hall_id, identity)
    if not may(asker, right):
        raise denied(asker.by)
    return hall, asker


async def granted_in_part(
    request: AnyRequest, hall_id: str, right: Right, halls: Halls, identity: Identity
) -> tuple[Hall, Asker]:
    """As `granted`, also for those who have the right to some department or queue only."""
    hall = hall_of(halls, hall_id)
    asker = await asker_of(request, hall.hall_id, identity)
    if not any(has(grant.role, right) for grant in asker.grants):
        raise denied(asker.by)
    return hall, asker


def denied(by: Caller) -> ProblemError:
    """The problem for one who may not do this."""
    code = refusal_of_access(by)
    is_nobody = code is ErrorCode.UNAUTHENTICATED
    status = HTTPStatus.UNAUTHORIZED if is_nobody else HTTPStatus.FORBIDDEN
    return ProblemError(status, code, denial_of(by))
