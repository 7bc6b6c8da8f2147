"""Tells the log what was refused over HTTP: the first of a kind at once, then how many it were.

Anybody may send anything, so a line for each would fill the disk; and no line says what was sent,
or by whom (I19).
"""

from collections.abc import Callable
from http import HTTPStatus

import structlog
from litestar.types import Message, Scope

from backend.rate import counted

TOLD = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)
"""What no page of ours is answered when it is used as it is meant."""
EVERY_S = 60.0
ADDRESSES_MAX = 1_000
"""Addresses told apart between two lines."""

log = structlog.get_logger()


class _Kind:
    """Refusals of one route with one status, since the log was told of them last."""

    def __init__(self) -> None:
        self.told_at: float | None = None
        self.times = 0
        self.addresses: set[str] = set()


class Refusals:
    """What one process refused."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` counts seconds from anywhere."""
        self._clock = clock
        self._kinds: dict[tuple[str, int], _Kind] = {}

    async def note(self, message: Message, scope: Scope) -> None:
        """Look at an answer that begins."""
        if message["type"] != "http.response.start" or message["status"] not in TOLD:
            return
        route, status = scope.get("path_template") or "", message["status"]
        kind = self._kinds.setdefault((route, status), _Kind())
        kind.times += 1
        client = scope.get("client")
        if client is not None and len(kind.addresses) < ADDRESSES_MAX:
            kind.addresses.add(counted(client[0]))
        at = self._clock()
        if kind.told_at is not None and at - kind.told_at < EVERY_S:
            return
        log.info(
            "requests_refused",
            route=route,
            status=status,
            times=kind.times,
            addresses=len(kind.addresses),
        )
        kind.told_at, kind.times = at, 0
        kind.addresses.clear()
