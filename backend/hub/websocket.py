"""`/ws/{hall_id}`: the socket around a session."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog
from litestar import WebSocket, websocket
from litestar.exceptions import WebSocketDisconnect
from prometheus_client import Gauge

from backend.core.ids import HallId
from backend.core.stamp import Caller, Role
from backend.hub.halls import Halls
from backend.hub.session import FloodingError, Outbox, Session
from backend.identity import (
    BEARER_PROTOCOL,
    COOKIE,
    PROTOCOL,
    BadCredentialsError,
    ForeignOriginError,
    Identity,
    check_origin,
)
from backend.store.stream import StoreError
from backend.wire.close_codes import CloseCode

CHECK_S = 5.0
"""How often it is asked whether a session has ended."""
PATIENCE_S = 10.0
"""How long a client may take to read what it was sent."""

sockets = Gauge("yizhan_sockets", "Open WebSockets", ["role"])
log = structlog.get_logger()


@websocket("/ws/{hall_id:str}")
async def hall_socket(
    socket: WebSocket,  # type: ignore[type-arg]
    hall_id: str,
    halls: Halls,
    identity: Identity,
) -> None:
    """Accept, find out who it is, and carry messages until either side ends it."""
    offered = [part.strip() for part in socket.headers.get("sec-websocket-protocol", "").split(",")]
    await socket.accept(subprotocols=PROTOCOL if PROTOCOL in offered else None)
    by = await _caller(socket, HallId(hall_id), offered, identity)
    if isinstance(by, CloseCode):
        await socket.close(code=by)
        return
    try:
        hall = halls.find(hall_id)
    except StoreError:
        await socket.close(code=CloseCode.RESTARTING)
        return
    if hall is None:
        await socket.close(code=CloseCode.UNKNOWN_HALL)
        return
    outbox = Outbox()
    session = Session(hall, by, outbox, asyncio.get_running_loop().time)
    gauge = sockets.labels(by.role.value)
    gauge.inc()
    known = partial(_caller, socket, HallId(hall_id), offered, identity)
    try:
        await _carry(socket, session, outbox, is_still=lambda: _is_still(by, known))
    finally:
        gauge.dec()
        session.close()


async def _carry(
    socket: WebSocket,  # type: ignore[type-arg]
    session: Session,
    outbox: Outbox,
    is_still: Callable[[], Awaitable[bool]],
) -> None:
    """Read and write until one of both ends, or the caller is nobody any more."""
    reading = asyncio.create_task(_read(socket, session))
    writing = asyncio.create_task(_write(socket, outbox))
    checking = asyncio.create_task(_check(is_still))
    tasks = (reading, writing, checking)
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        code: CloseCode | None = CloseCode.TOO_SLOW
        if reading.done():
            code = reading.result()
        elif checking.done():
            code = CloseCode.UNAUTHENTICATED
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if code is not None:
        await socket.close(code=code)


async def _check(is_still: Callable[[], Awaitable[bool]]) -> None:
    """Return when the session or token that the connection came with is over."""
    while True:
        await asyncio.sleep(CHECK_S)
        if not await is_still():
            return


async def _is_still(by: Caller, known: Callable[[], Awaitable[Caller | CloseCode]]) -> bool:
    """Whether the caller is who it was; while the store is away, nobody is sent off."""
    if by.role is Role.VISITOR:
        return True
    return await known() in {by, CloseCode.RESTARTING}


async def _read(socket: WebSocket, session: Session) -> CloseCode | None:  # type: ignore[type-arg]
    """Hand frames to the session; return why to close, or None when the client has left."""
    while True:
        try:
            frame = await socket.receive_data(mode="text")
        except WebSocketDisconnect:
            return None
        try:
            session.receive(frame)
        except FloodingError:
            return CloseCode.FLOODING


async def _write(socket: WebSocket, outbox: Outbox) -> None:  # type: ignore[type-arg]
    """Send what the outbox holds; return when the client does not read it in time."""
    while True:
        for message in await outbox.take():
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await socket.send_data(message, mode="text")
            except (TimeoutError, WebSocketDisconnect):
                return


async def _caller(
    socket: WebSocket,  # type: ignore[type-arg]
    hall_id: HallId,
    offered: list[str],
    identity: Identity,
) -> Caller | CloseCode:
    tokens = [p.removeprefix(BEARER_PROTOCOL) for p in offered if p.startswith(BEARER_PROTOCOL)]
    try:
        check_origin(socket.headers.get("origin"), socket.headers.get("host"))
        return await identity.caller(
            hall_id,
            authorization=socket.headers.get("authorization"),
            bearer=tokens[0] if tokens else None,
            cookie=socket.cookies.get(COOKIE),
        )
    except ForeignOriginError:
        return CloseCode.FORBIDDEN
    except BadCredentialsError:
        return CloseCode.UNAUTHENTICATED
    except StoreError as error:
        log.warning("caller_unknown", error=str(error))
        return CloseCode.RESTARTING
