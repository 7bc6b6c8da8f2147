"""The hub over HTTP: the same commands and topics as over the socket."""

from http import HTTPStatus
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response, get, post
from msgspec import Struct

from backend.core.access import Reading, may_do, may_read, may_watch
from backend.core.ids import HallId, TicketToken
from backend.core.rules.paces import lessons_of
from backend.core.scope import may_reach, may_speak
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
)
from backend.hub.transact import IdInUseError, UnavailableError
from backend.identity import (
    COOKIE,
    Asker,
    BadCredentialsError,
    ForeignOriginError,
    Identity,
    check_origin,
)
from backend.problem import ProblemError, address_of
from backend.rate import Limits
from backend.store.directory import HallEntry
from backend.wire.messages import FRAME_MAX, Do, ErrorCode, Refused

_decoder = msgspec.json.Decoder(Do)

AnyRequest = Request[Any, Any, Any]
T = TypeVar("T")


class TicketPlace(Struct, frozen=True, kw_only=True):
    """Where a ticket is to be followed."""

    hall_id: HallId
    day: str


@get("/api/halls")
async def list_halls(halls: Halls) -> list[HallEntry]:
    """Every hall of this deployment."""
    return list(halls.directory.contents.halls)


@get("/api/tickets/{token:str}")
async def find_ticket(token: str, halls: Halls) -> TicketPlace:
    """The hall whose day has this ticket; 404 when none has."""
    for hall in halls:
        day = hall.follower.day
        if TicketToken(token) in day.tokens:
            return TicketPlace(hall_id=hall.hall_id, day=str(day.day))
    raise ProblemError(HTTPStatus.NOT_FOUND, "unknown_ticket", "no ticket of today has this token")


@get("/api/halls/{hall_id:str}/topics/{name:str}")
async def latest_view(
    request: AnyRequest, hall_id: str, name: str, halls: Halls, identity: Identity
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
    is_within = may_reach(asker.scope, topic.family, name)
    if not (may_watch(asker.by.role, topic.family) and is_within):
        raise denied(asker.by)
    message = hall.fanout.latest(topic)
    if message is None:
        raise ProblemError(
            HTTPStatus.SERVICE_UNAVAILABLE, ErrorCode.UNAVAILABLE, "the hall has no day yet"
        )
    return Response(message, media_type="application/json", headers={"Cache-Control": "no-store"})


@get("/api/halls/{hall_id:str}/forecast")
async def forecast_accuracy(
    request: AnyRequest, hall_id: str, halls: Halls, identity: Identity
) -> list[DayAccuracy]:
    """How good the forecasts were, today until now first, then the days that are closed (WT4)."""
    hall = hall_of(halls, hall_id)
    by = await caller_of(request, hall.hall_id, identity)
    if not may_read(by.role, Reading.FORECAST):
        raise denied(by)
    day = hall.follower.day
    past = [found for found in await hall.lessons() if found.day != day.day]
    found = [day_accuracy(lessons.day, lessons.queues) for lessons in reversed(past)]
    if day.day is not None:
        found.insert(0, day_accuracy(day.day, lessons_of(day)))
    return found


@post("/api/halls/{hall_id:str}/commands", status_code=HTTPStatus.OK)
async def do_command(
    request: AnyRequest, hall_id: str, halls: Halls, identity: Identity, limits: Limits
) -> Response[bytes]:
    """Carry a command out: 200 with `done`, 409 with `refused`, else a problem."""
    hall = hall_of(halls, hall_id)
    asker = await asker_of(request, hall.hall_id, identity)
    by = asker.by
    message = await decoded_body(request, _decoder, FRAME_MAX)
    is_within = may_speak(asker.scope, hall.follower.day, message.command)
    if not (may_do(by.role, message.command) and is_within):
        raise denied(by)
    if by.role is Role.VISITOR and not limits.visits.of(address_of(request)).take():
        detail = "too many requests from this address"
        raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, ErrorCode.TOO_MANY_REQUESTS, detail)
    takes = limits.takes.of(address_of(request)) if is_take_of_visitor(by, message) else None
    if takes is not None and not takes.take():
        raise ProblemError(
            HTTPStatus.TOO_MANY_REQUESTS, ErrorCode.TOO_MANY_REQUESTS, TOO_MANY_TAKES
        )
    try:
        answer = reply(message.id, await hall.do(message.id, message.command, by))
    except IdInUseError as error:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.ID_IN_USE, str(error)
        ) from error
    except UnavailableError as error:
        raise ProblemError(
            HTTPStatus.SERVICE_UNAVAILABLE, error.code, f"{error}; repeat with this id"
        ) from error
    if takes is not None:
        charge_guess(takes, answer)
    is_refused = isinstance(answer, Refused)
    status = HTTPStatus.CONFLICT if is_refused else HTTPStatus.OK
    return Response(encode(answer), status_code=status, media_type="application/json")


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


def hall_of(halls: Halls, hall_id: str) -> Hall:
    """The hall with this id, or a problem."""
    hall = halls.find(hall_id)
    if hall is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, ErrorCode.UNKNOWN_HALL, "there is no such hall")
    return hall


async def caller_of(request: AnyRequest, hall_id: HallId, identity: Identity) -> Caller:
    """Who asks something of the hall; a problem when the credentials are wrong."""
    return (await asker_of(request, hall_id, identity)).by


async def asker_of(request: AnyRequest, hall_id: HallId, identity: Identity) -> Asker:
    """As `caller_of`, with the place of a device."""
    try:
        check_origin(request.headers.get("origin"), request.headers.get("host"))
        return await identity.asker(
            hall_id,
            authorization=request.headers.get("authorization"),
            bearer=None,
            cookie=request.cookies.get(COOKIE),
        )
    except ForeignOriginError as error:
        detail = "this page belongs to another site"
        raise ProblemError(HTTPStatus.FORBIDDEN, ErrorCode.FORBIDDEN, detail) from error
    except BadCredentialsError as error:
        detail = "the token is not known here"
        raise ProblemError(HTTPStatus.UNAUTHORIZED, ErrorCode.UNAUTHENTICATED, detail) from error


async def reader_of(
    request: AnyRequest, hall_id: str, reading: Reading, halls: Halls, identity: Identity
) -> tuple[Hall, Caller]:
    """The hall, and who asks, if they may read this of it."""
    hall = hall_of(halls, hall_id)
    by = await caller_of(request, hall.hall_id, identity)
    if not may_read(by.role, reading):
        raise denied(by)
    return hall, by


def denied(by: Caller) -> ProblemError:
    """The problem for one who may not do this."""
    code = refusal_of_access(by)
    is_nobody = code is ErrorCode.UNAUTHENTICATED
    status = HTTPStatus.UNAUTHORIZED if is_nobody else HTTPStatus.FORBIDDEN
    return ProblemError(status, code, denial_of(by))
