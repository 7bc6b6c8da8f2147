"""`/ws/{hall_id}`: who may open a socket; from then on it is a peer's and a session's."""

import asyncio
from collections import deque
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

import structlog
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from backend.core.ids import HallId
from backend.core.stamp import Role
from backend.hub.door import PATH, Door
from backend.hub.frames import close_frame
from backend.hub.hall import Hall
from backend.hub.halls import Halls
from backend.hub.handshake import DeniedError, Request, accepted, request_in
from backend.hub.limits import REQUEST_S
from backend.hub.peer import Peer
from backend.hub.session import Session
from backend.hub.sockets import Sockets
from backend.hub.standing import Credentials, Standing, asker_by
from backend.identity import (
    BEARER_PROTOCOL,
    PROTOCOL,
    Asker,
    ForeignOriginError,
    Identity,
    cookie_name,
)
from backend.rate import Limits, counted
from backend.store.stream import StoreError
from backend.wire.close_codes import CloseCode

TICK_S = 1.0
WELCOMES_MAX = 2
"""Handshakes begun in one turn of the loop: two thousand that come at once must not hold up a
call that is on its way to a board, and it takes several turns."""

log = structlog.get_logger()


class Entrance:
    """Where all connections come in, and the sockets among them are let in, some a turn."""

    def __init__(
        self, *, halls: Halls, identity: Identity, sockets: Sockets, limits: Limits
    ) -> None:
        self._halls, self._identity = halls, identity
        self._sockets, self._limits = sockets, limits
        self._silent: dict[Door, float] = {}
        """Who has asked for nothing yet, since when; longest first."""
        self._asking: deque[tuple[Door, bytes]] = deque()
        self._welcomes: set[asyncio.Task[None]] = set()

    def came(self, door: Door) -> None:
        """Wait for what they want, but not for ever."""
        self._silent[door] = asyncio.get_running_loop().time()

    def left(self, door: Door) -> None:
        """Wait no longer."""
        self._silent.pop(door, None)

    def asks(self, door: Door, head: bytes) -> None:
        """Let them in, or not, when it is their turn."""
        if not self._asking:
            asyncio.get_running_loop().call_soon(self._turn)
        self._asking.append((door, head))

    async def run(self) -> None:
        """Give up those who ask for nothing, for ever."""
        while True:
            await asyncio.sleep(TICK_S)
            latest = asyncio.get_running_loop().time() - REQUEST_S
            while self._silent and next(iter(self._silent.values())) < latest:
                next(iter(self._silent)).give_up()

    def _turn(self) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(min(WELCOMES_MAX, len(self._asking))):
            task = loop.create_task(self._welcome(*self._asking.popleft()))
            self._welcomes.add(task)
            task.add_done_callback(self._welcomes.discard)
        if self._asking:
            loop.call_soon(self._turn)

    async def _welcome(self, door: Door, head: bytes) -> None:
        """Answer the request with a socket, or without."""
        try:
            request = request_in(head)
            shown = _credentials(request, door)
            found = await self._found(request, shown)
        except DeniedError as denied:
            door.deny(denied.answer)
        except Exception:
            log.exception("socket_failed")
            door.deny(DeniedError(HTTPStatus.INTERNAL_SERVER_ERROR).answer)
        else:
            answer = accepted(request, PROTOCOL if PROTOCOL in request.protocols else None)
            if isinstance(found, CloseCode):
                door.refuse(answer + close_frame(found))
            else:
                self._let_in(door, answer, shown, *found)

    async def _found(self, request: Request, shown: Credentials) -> tuple[Hall, Asker] | CloseCode:
        """The hall and who asks for it, or why not."""
        try:
            self._identity.check_origin(request.header("origin"), request.header("host"))
            asker = await asker_by(self._identity, shown)
            hall = self._halls.find(shown.hall_id)
        except ForeignOriginError:
            return CloseCode.FORBIDDEN
        except StoreError:
            return CloseCode.RESTARTING
        if isinstance(asker, CloseCode):
            return asker
        if self._sockets.is_full(shown.address):
            return CloseCode.FLOODING
        return (hall, asker) if hall is not None else CloseCode.UNKNOWN_HALL

    def _let_in(
        self, door: Door, answer: bytes, shown: Credentials, hall: Hall, asker: Asker
    ) -> None:
        taken = door.take()
        if taken is None:
            return
        transport, early = taken
        peer = Peer(transport, door.connections, self._sockets)
        clock, takes = asyncio.get_running_loop().time, self._limits.takes
        session = Session(hall, asker, peer, clock, takes=takes, address=shown.address)
        self._sockets.join(peer, asker.by.role, shown.address)
        if asker.by.role is not Role.VISITOR:
            standing = Standing(self._identity, shown, asker, session)
            self._sockets.check(peer, standing.ends_with)
        peer.begin(session, answer, early)


def _credentials(request: Request, door: Door) -> Credentials:
    """What the request shows.  Raises DeniedError: it asks for no hall."""
    try:
        hall_id = unquote_to_bytes(request.path.removeprefix(PATH)).decode()
    except UnicodeDecodeError:
        hall_id = ""
    if not hall_id or "/" in hall_id:
        raise DeniedError(HTTPStatus.NOT_FOUND)
    bearers = (p for p in request.protocols if p.startswith(BEARER_PROTOCOL))
    bearer = next(bearers, None)
    return Credentials(
        hall_id=HallId(hall_id),
        address=_address(door, request),
        authorization=request.header("authorization"),
        bearer=bearer.removeprefix(BEARER_PROTOCOL) if bearer is not None else None,
        cookie=_cookie(request.header("cookie") or "", is_secure=_is_secure(door, request)),
    )


def _cookie(header: str, *, is_secure: bool) -> str | None:
    """Our cookie among those that were sent."""
    ours = cookie_name(is_secure=is_secure)
    for pair in header.split(";"):
        name, _, value = pair.strip().partition("=")
        if name == ours:
            return value
    return None


def _address(door: Door, request: Request) -> str:
    """Where it comes from, for counting; what a proxy says that uvicorn trusts, as over HTTP."""
    forwarded, proxies = request.header("x-forwarded-for"), _trusted(door)
    if forwarded is not None and proxies is not None:
        told = proxies.trusted_hosts.get_trusted_client_address(forwarded)[0]
        return counted(told or door.address)
    return counted(door.address)


def _is_secure(door: Door, request: Request) -> bool:
    """Whether the client speaks TLS, to us or to a proxy that is trusted."""
    if _trusted(door) is not None and (told := request.header("x-forwarded-proto")) is not None:
        return told.strip() in {"https", "wss"}
    return door.is_secure


def _trusted(door: Door) -> ProxyHeadersMiddleware | None:
    """What reads a proxy's headers, if it is a trusted one that asks."""
    proxies = door.proxies
    return proxies if proxies is not None and door.address in proxies.trusted_hosts else None
