"""Versions of a hall's plan over HTTP: read, checked, put (PL1, PL2).

A new version opens the next day; `change_plan` puts it in force during one (DY2).
"""

from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Struct

from backend.audited import audited, trail_of
from backend.core.access import Reading, Writing
from backend.core.ids import Reason
from backend.core.plan import Plan
from backend.core.rules.plan_faults import PlanFault
from backend.core.rules.plan_form import faults_in
from backend.hub.hall import Hall
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, decoded_body, granted
from backend.identity import Identity
from backend.openapi import takes
from backend.problem import MEDIA_TYPE, Problem, ProblemError
from backend.store.audit import digest
from backend.store.plans import Plans, PlanVersion
from backend.wire.messages import ErrorCode

BODY_MAX = 1024 * 1024
"""Bytes of a request with a plan: some ten times what 200 counters need."""


class PlanVersions(Struct, frozen=True, kw_only=True):
    """What is kept of a hall's plan."""

    versions: list[PlanVersion]
    """Newest first; the first of them opens the next day (DY1)."""
    in_force: int | None
    """The version of the day that is open or was last; None before the first day."""


class PlanOrder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plan that is to be kept."""

    plan: Any
    """Checked field by field, so that every fault is told at once."""
    after: int
    """The version it was made from."""
    reason: Reason


class PlanKept(Struct, frozen=True, kw_only=True):
    """The version that a new plan was given."""

    version: int


class PlanCheck(Struct, frozen=True, kw_only=True):
    """What is wrong with a plan; nothing with one that may be kept."""

    faults: tuple[PlanFault, ...]


class PlanProblem(Problem, frozen=True, kw_only=True):
    """The body of an answer to a plan that cannot work."""

    faults: tuple[PlanFault, ...]


_order_decoder = msgspec.json.Decoder(PlanOrder)
_any_decoder: "msgspec.json.Decoder[Any]" = msgspec.json.Decoder()


@get("/api/halls/{hall_id:str}/plans")
@audited("plan.list", "plan", only_denied=True)
async def list_plans(
    request: AnyRequest,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    plans: NamedDependency[Plans],
) -> PlanVersions:
    """The versions, newest first, and which is in force."""
    hall = await read_by(request, hall_id, halls, identity)
    plan = hall.follower.day.plan
    versions = await plans.versions(hall.hall_id)
    return PlanVersions(versions=versions, in_force=plan.version if plan is not None else None)


@get("/api/halls/{hall_id:str}/plans/{version:int}")
@audited("plan.read", "plan", only_denied=True)
async def one_plan(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    version: FromPath[int],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    plans: NamedDependency[Plans],
) -> Plan:
    """One version, whole."""
    hall = await read_by(request, hall_id, halls, identity)
    is_number = 0 < version < 2**31
    plan = await plans.find(hall.hall_id, version) if is_number else None
    if plan is None:
        detail = "the hall's plan has no such version"
        raise ProblemError(HTTPStatus.NOT_FOUND, ErrorCode.UNKNOWN_PLAN, detail)
    return plan


@post(
    "/api/halls/{hall_id:str}/plans/check",
    status_code=HTTPStatus.OK,
    request_max_body_size=BODY_MAX,
)
@audited("plan.check", "plan", only_denied=True)
@takes(_any_decoder)
async def check_plan(
    request: AnyRequest,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
) -> PlanCheck:
    """What is wrong with the plan in the body; nothing is kept."""
    await read_by(request, hall_id, halls, identity)
    found = await decoded_body(request, _any_decoder, BODY_MAX)
    return PlanCheck(faults=faults_in(found))


@post(
    "/api/halls/{hall_id:str}/plans",
    status_code=HTTPStatus.CREATED,
    request_max_body_size=BODY_MAX,
)
@audited("plan.put", "plan")
@takes(_order_decoder)
async def put_plan(
    request: AnyRequest,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    plans: NamedDependency[Plans],
) -> Response[Any]:
    """Keep a new version: 201; 409 when another came first; 422 with the faults."""
    hall, asker = await granted(request, hall_id, Writing.PLAN, halls, identity)
    order = await decoded_body(request, _order_decoder, BODY_MAX)
    plan = checked_plan(order.plan)
    if not isinstance(plan, Plan):
        return faulty(plan)
    if plan.hall_id != hall.hall_id:
        detail = f"the plan is of hall {plan.hall_id}"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.MALFORMED, detail)
    trail = trail_of(request)
    trail.id, trail.after = str(order.after + 1), digest(plan)
    before = await plans.find(hall.hall_id, order.after) if 0 < order.after < 2**31 else None
    trail.before = digest(before) if before is not None else None
    version = await plans.put(
        plan, after=order.after, author=asker.by.id, reason=order.reason, note_in=trail.note_in
    )
    if version is None:
        detail = f"version {order.after} is not the newest one"
        raise ProblemError(HTTPStatus.CONFLICT, ErrorCode.PLAN_OUTDATED, detail)
    return Response(PlanKept(version=version))


async def read_by(request: AnyRequest, hall_id: str, halls: Halls, identity: Identity) -> Hall:
    """The hall, if the caller may read its plans."""
    hall, _ = await granted(request, hall_id, Reading.PLANS, halls, identity)
    return hall


def checked_plan(found: object) -> Plan | tuple[PlanFault, ...]:
    """The plan that JSON gave, or what is wrong with it."""
    return faults_in(found) or msgspec.convert(found, Plan)


def faulty(faults: tuple[PlanFault, ...]) -> Response[bytes]:
    """The answer to a plan that cannot work."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    body = PlanProblem(
        title=status.phrase,
        status=status.value,
        detail=f"the plan has faults, the first at {faults[0].path}",
        code=ErrorCode.PLAN_FAULTY,
        faults=faults,
    )
    return Response(msgspec.json.encode(body), status_code=status, media_type=MEDIA_TYPE)
