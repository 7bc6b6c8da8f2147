"""The newest view of one topic, and who waits for a newer one."""

import asyncio

import msgspec
from msgspec import Struct

from backend.wire.messages import ErrorCode, Fault, Show

_SHOWS = msgspec.json.Decoder(Show)

LATER = frozenset({ErrorCode.UNAVAILABLE, ErrorCode.TOO_MANY_REQUESTS})
"""Faults that pass by themselves: the same message is sent again a little later."""


class ShowHead(Struct, frozen=True, kw_only=True, tag="show"):
    """A `Show` but for its view; most views are replaced before anybody looks at them."""

    topic: str
    epoch: str
    seq: int


class Slot:
    """Room for one view: a newer one replaces it, so a slow watcher costs no memory."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.watchers = 0
        self.version = 0
        """Grows with every view put; a watcher remembers which one it has seen."""
        self.fault: Fault | None = None
        """The hub denied the topic for good."""
        self.is_unheard = False
        """The hub could not take the watch just now: it is to be sent again."""
        self._head: ShowHead | None = None
        self._frame = b""
        self._show: Show | None = None
        self._changed = asyncio.Event()

    def put(self, head: ShowHead, frame: bytes) -> None:
        """Keep a view unless it is older than the one held, or the very same (I10)."""
        held = self._head
        if held is not None and held.epoch == head.epoch:
            if head.seq < held.seq:
                return
            if head.seq == held.seq and frame == self._frame:
                return
        self._head = head
        self._frame = frame
        self._show = None
        self.version += 1
        self.wake()

    def deny(self, fault: Fault) -> None:
        """Take note of a fault about this topic."""
        if fault.code in LATER:
            self.is_unheard = True
        else:
            self.fault = fault
            self.wake()

    def wake(self) -> None:
        """Let every watcher look again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def change(self) -> None:
        """Return at the next `wake`."""
        await self._changed.wait()

    def show(self) -> Show:
        """The newest view, decoded once for all watchers."""
        assert self._frame, "a version was counted without a view"
        if self._show is None:
            self._show = _SHOWS.decode(self._frame)
        return self._show
