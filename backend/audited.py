"""The one hook by which routes leave a record of who asked and what came of it (I18).

    @delete("/api/halls/{hall_id:str}/devices/{device_id:str}")
    @audited("device.revoke", "device")
    async def revoke_device(request: AnyRequest, ...) -> None:

The record is kept before the answer goes out, so nobody reads what is not noted; where it cannot
be kept the answer is 503.  A handler may tell more by `trail_of(request)`; one that changes
PostgreSQL keeps the record in the transaction of the change, by `Trail.note_in`.
"""

from collections.abc import Awaitable, Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, NamedTuple, ParamSpec, TypeVar

from litestar import Request, Response
from litestar.exceptions import HTTPException

from backend.core.ids import HallId
from backend.core.stamp import Caller, Role
from backend.problem import ProblemError, on_problem, sender_of
from backend.store.audit import Act, Audit, Result, note

P = ParamSpec("P")
T = TypeVar("T")

_STATE = "audit_trail"
_DENIED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


class Audited(NamedTuple):
    """What a handler leaves records of, as its attribute `audited`."""

    verb: str
    kind: str
    only_denied: bool


class Trail:
    """What is known so far of an act that is under way."""

    def __init__(self, request: Request[Any, Any, Any]) -> None:
        self.by: Caller | None = None
        """Who asks; None: nobody who signed in, of whom nothing is kept."""
        self.device: str | None = sender_of(request) or None
        self.hall_id: HallId | None = None
        self.department_id: str | None = None
        self.id: str | None = None
        """Of what; the last id in the address unless it is set."""
        self.before: str | None = None
        self.after: str | None = None
        self.request_id: str | None = None
        self.verb, self.kind = "", ""
        self.is_noted = False

    def ask(self, by: Caller | None, hall_id: HallId | None) -> None:
        """Say who asks, if that is known."""
        self.by, self.hall_id = by, hall_id
        if by is not None and by.role is Role.DEVICE:
            self.device = by.id

    def act(self, result: Result) -> Act | None:
        """The act, if somebody did it who is known."""
        if self.by is None:
            return None
        return Act(
            who=self.by.id,
            role=self.by.role,
            device=self.device,
            verb=self.verb,
            kind=self.kind,
            id=self.id,
            hall_id=self.hall_id,
            department_id=self.department_id,
            before=self.before,
            after=self.after,
            request_id=self.request_id,
            result=result,
        )

    async def note_in(self, connection: Any) -> None:
        """Keep the record of what this transaction does; the last thing to do in it."""
        act = self.act(Result.DONE)
        if act is not None:
            await note(connection, act)
        self.is_noted = True


def trail_of(request: Request[Any, Any, Any]) -> Trail:
    """The trail of the request; made when it is first asked for."""
    state = request.scope.setdefault("state", {})
    if _STATE not in state:
        state[_STATE] = Trail(request)
    trail: Trail = state[_STATE]
    return trail


def audited(
    verb: str, kind: str, *, only_denied: bool = False
) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Awaitable[T]]]:
    """Leave exactly one record of each request by somebody who is known.

    `only_denied`: of attempts by those who may not; for what reads nobody's data and changes
    nothing, or is kept elsewhere, as commands are in the day's stream.
    """

    def wrap(handler: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
        @wraps(handler)
        async def recorded(*args: P.args, **kwargs: P.kwargs) -> T:
            request: Any = kwargs.get("request", args[0] if args else None)
            trail = trail_of(request)
            trail.verb, trail.kind = verb, kind
            trail.id = _last_id(request)
            try:
                answer = await handler(*args, **kwargs)
            except Exception as error:
                trail.is_noted = False  # what was noted went with its transaction
                await keep(request, trail, _result_of(error))
                raise
            await keep(request, trail, _result_of(answer))
            return answer

        async def keep(request: Request[Any, Any, Any], trail: Trail, result: Result) -> None:
            act = trail.act(result)
            if act is None or trail.is_noted or (only_denied and result is not Result.DENIED):
                return
            audit: Audit = request.app.state.audit
            if result is Result.FAILED:
                audit.note_soon(act)  # mostly it is the same database: nobody waits for it twice
            else:
                await audit.note(act)
            trail.is_noted = True

        recorded.audited = Audited(verb, kind, only_denied)  # type: ignore[attr-defined]
        return recorded

    return wrap


def on_problem_told(request: Request[Any, Any, Any], error: ProblemError) -> Response[bytes]:
    """For ProblemError; what was denied before the handler came to it leaves a record here."""
    _tell_denied(request, error)
    return on_problem(request, error)


def _tell_denied(request: Request[Any, Any, Any], error: ProblemError) -> None:
    told: Audited | None = getattr(request.route_handler.fn, "audited", None)
    trail = trail_of(request)
    if told is None or trail.is_noted or _result_of(error) is not Result.DENIED:
        return
    trail.verb, trail.kind, trail.id = told.verb, told.kind, _last_id(request)
    act = trail.act(Result.DENIED)
    if act is not None:
        audit: Audit = request.app.state.audit
        audit.note_soon(act)


def _last_id(request: Request[Any, Any, Any]) -> str | None:
    ids = [str(value) for name, value in request.path_params.items() if name != "hall_id"]
    return ids[-1] if ids else None


def _result_of(outcome: object) -> Result:
    """What came of it, as the answer's status says."""
    if isinstance(outcome, ProblemError):
        status = outcome.status.value
    elif isinstance(outcome, HTTPException | Response):
        status = outcome.status_code or HTTPStatus.OK
    else:
        is_failure = isinstance(outcome, Exception)
        status = HTTPStatus.INTERNAL_SERVER_ERROR if is_failure else HTTPStatus.OK
    if status in _DENIED:
        return Result.DENIED
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Result.FAILED
    return Result.REFUSED if status >= HTTPStatus.BAD_REQUEST else Result.DONE
