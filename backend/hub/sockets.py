"""All adopted connections of the process, and the one timer that looks after them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from backend.core.stamp import Role
from backend.hub import figures
from backend.hub.limits import PATIENCE_S, PING_EVERY_S, SOCKETS_PER_ADDRESS_MAX
from backend.wire.close_codes import CloseCode

TICK_S = 0.25
CHECK_S = 5.0
"""How often it is asked whether somebody may stay."""


class Connection(Protocol):
    """What is looked after: a `Peer`."""

    blocked_at: float | None

    def flush(self) -> None:
        """Send what waits."""
        ...

    def ping(self) -> None:
        """Ask whether the client is still there."""
        ...

    def close(self, code: int) -> None:
        """Say why, and end."""
        ...

    def abort(self) -> None:
        """End at once."""
        ...


class Sockets:
    """Knows every peer; pings them in turn and gives up those that do not read."""

    def __init__(self) -> None:
        self.peers: dict[Connection, None] = {}
        self.blocked: set[Connection] = set()
        self.straight: set[int] = set()
        """Descriptors whose sockets take a frame at once: nothing is due before it."""
        self._unflushed: list[Connection] = []
        self._lap: list[Connection] = []
        """Who is still to be pinged in this lap."""
        self._due = 0.0
        self._checks: dict[Connection, Callable[[], Awaitable[CloseCode | None]]] = {}
        self._from: dict[str, int] = {}
        """How many come from each address."""

    def now(self) -> float:
        """Seconds from anywhere."""
        return asyncio.get_running_loop().time()

    def is_full(self, address: str) -> bool:
        """Whether this address may have no more of them."""
        return self._from.get(address, 0) >= SOCKETS_PER_ADDRESS_MAX

    def join(self, peer: Connection, role: Role, address: str) -> None:
        """Look after the peer from now on."""
        self.peers[peer] = None
        self._from[address] = self._from.get(address, 0) + 1
        figures.sockets.labels(role.value).inc()

    def leave(self, peer: Connection, role: Role, address: str) -> None:
        """Look after it no longer."""
        self._from[address] -= 1
        if not self._from[address]:
            del self._from[address]
        self.peers.pop(peer, None)
        self._checks.pop(peer, None)
        self.blocked.discard(peer)
        figures.sockets.labels(role.value).dec()

    def check(self, peer: Connection, ends_with: Callable[[], Awaitable[CloseCode | None]]) -> None:
        """Close the peer as soon as this says why."""
        self._checks[peer] = ends_with

    def flush_soon(self, peer: Connection) -> None:
        """Send its answers at the end of this turn of the loop, all in one write."""
        if not self._unflushed:
            asyncio.get_running_loop().call_soon(self._flush)
        self._unflushed.append(peer)

    def _flush(self) -> None:
        peers, self._unflushed = self._unflushed, []
        for peer in peers:
            peer.flush()

    async def run(self) -> None:
        """Look after all of them, for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tick())
            tasks.create_task(self._check())

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self._give_up()
            self._ping()

    async def _check(self) -> None:
        while True:
            await asyncio.sleep(CHECK_S)
            for peer, ends_with in list(self._checks.items()):
                if (code := await ends_with()) is not None:
                    peer.close(code)

    def _give_up(self) -> None:
        latest = self.now() - PATIENCE_S
        for peer in [p for p in self.blocked if p.blocked_at is not None and p.blocked_at < latest]:
            figures.sockets_dropped.inc()
            peer.abort()

    def _ping(self) -> None:
        """Go on with the lap: a timer for each connection was measured to cost a multiple."""
        self._due += len(self.peers) * TICK_S / PING_EVERY_S
        while self._due >= 1:
            self._due -= 1
            if not self._lap:
                self._lap = list(self.peers)
            if self._lap and (peer := self._lap.pop()) in self.peers:
                peer.ping()
