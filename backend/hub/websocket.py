"""`/ws/{hall_id}`: who may open a socket; from then on it is a peer's and a session's."""

import asyncio
from contextlib import suppress
from typing import Any

import structlog
from litestar import WebSocket, websocket
from msgspec import Struct

from backend.core.ids import HallId
from backend.core.stamp import Role
from backend.hub.halls import Halls
from backend.hub.handshake import ADOPT, GoneError
from backend.hub.peer import Peer
from backend.hub.session import Session
from backend.hub.sockets import Sockets
from backend.identity import (
    BEARER_PROTOCOL,
    COOKIE,
    PROTOCOL,
    Asker,
    BadCredentialsError,
    ForeignOriginError,
    Identity,
    check_origin,
)
from backend.problem import address_of
from backend.rate import Limits
from backend.store.stream import StoreError
from backend.wire.close_codes import CloseCode

log = structlog.get_logger()


class Credentials(Struct, frozen=True, kw_only=True):
    """What a socket was opened with; looked at again as long as it lives."""

    hall_id: HallId
    authorization: str | None
    bearer: str | None
    cookie: str | None


@websocket("/ws/{hall_id:str}")
async def hall_socket(
    socket: WebSocket,  # type: ignore[type-arg]
    hall_id: str,
    *,
    halls: Halls,
    identity: Identity,
    sockets: Sockets,
    limits: Limits,
) -> None:
    """Accept, find out who it is, and hand the connection over."""
    offered = [part.strip() for part in socket.headers.get("sec-websocket-protocol", "").split(",")]
    await socket.accept(subprotocols=PROTOCOL if PROTOCOL in offered else None)
    bearers = [p.removeprefix(BEARER_PROTOCOL) for p in offered if p.startswith(BEARER_PROTOCOL)]
    shown = Credentials(
        hall_id=HallId(hall_id),
        authorization=socket.headers.get("authorization"),
        bearer=bearers[0] if bearers else None,
        cookie=socket.cookies.get(COOKIE),
    )
    try:
        check_origin(socket.headers.get("origin"), socket.headers.get("host"))
    except ForeignOriginError:
        await socket.close(code=CloseCode.FORBIDDEN)
        return
    asker = await asker_by(identity, shown)
    if isinstance(asker, CloseCode):
        await socket.close(code=asker)
        return
    try:
        hall = halls.find(hall_id)
    except StoreError:
        await socket.close(code=CloseCode.RESTARTING)
        return
    if hall is None:
        await socket.close(code=CloseCode.UNKNOWN_HALL)
        return

    address = address_of(socket)

    def make(transport: asyncio.Transport, connections: set[Any]) -> Peer:
        peer = Peer(transport, connections, sockets)
        clock = asyncio.get_running_loop().time
        peer.session = Session(hall, asker, peer, clock, takes=limits.takes, address=address)
        sockets.join(peer, asker.by.role)
        if asker.by.role is not Role.VISITOR:
            sockets.check(peer, lambda: is_still(identity, shown, asker))
        return peer

    with suppress(GoneError):
        socket.scope["extensions"][ADOPT](make)  # type: ignore[index,operator]


async def is_still(identity: Identity, shown: Credentials, asker: Asker) -> bool:
    """Whether the asker is who it was; while the store is away, nobody is sent off."""
    return await asker_by(identity, shown) in {asker, CloseCode.RESTARTING}


async def asker_by(identity: Identity, shown: Credentials) -> Asker | CloseCode:
    """Who opens the socket, or why it is closed."""
    try:
        return await identity.asker(
            shown.hall_id,
            authorization=shown.authorization,
            bearer=shown.bearer,
            cookie=shown.cookie,
        )
    except BadCredentialsError:
        return CloseCode.UNAUTHENTICATED
    except StoreError as error:
        log.warning("asker_unknown", error=str(error))
        return CloseCode.RESTARTING
