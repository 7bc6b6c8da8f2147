"""A view on its way to a large audience, some watchers a turn of the loop, always the newest."""

import asyncio
import os
from collections.abc import Callable, Container, Mapping
from typing import Protocol

from msgspec import Struct

from backend.core.views.topics import Topic
from backend.hub import figures
from backend.hub.haste import haste_of

WRITES_MAX = 64
"""Watchers told in one turn: with 10,000 of them everybody else still gets a turn within 1 ms."""


class Shown(Struct, frozen=True, kw_only=True):
    """A topic's view as it goes over a socket."""

    epoch: str
    frame: bytes
    """The whole `show` message in its frame: encoded and framed once, however many watch."""
    message_at: int
    view_at: int
    """Where in the frame the message and the view in it begin; only a bracket follows the view."""

    @property
    def message(self) -> bytes:
        """The message without its frame."""
        return self.frame[self.message_at :]

    @property
    def view(self) -> bytes:
        """The view alone."""
        return self.frame[self.view_at : -1]


class Watcher(Protocol):
    """Whoever is shown topics; keeps nothing but the newest of each and never blocks."""

    @property
    def number(self) -> int:
        """The descriptor of its socket: no other watcher has it as long as this one watches."""
        ...

    def show(self, topic: Topic, shown: Shown) -> None:
        """Take the newest view of a topic in place of any older one."""
        ...

    def finish(self, rest: bytes) -> None:
        """Send the rest of a frame that its socket did not take whole."""
        ...


Audience = Mapping[int, Watcher]
"""Watchers by their numbers, in the order they came."""


class _Lap(Struct):
    """Who is still to be told of a topic, by number; the last of the list is next."""

    audience: Audience
    left: list[int]
    shown: Shown
    since: float
    """When the oldest change was folded that some of them have not been told of."""


class Ring:
    """Tells audiences of any size, in turn."""

    def __init__(self, straight: Container[int], clock: Callable[[], float]) -> None:
        """`straight`: descriptors that take a frame at once, with nothing due before it.

        `clock` counts seconds from anywhere, as the `since` of `tell` does.
        """
        self._straight = straight
        self._clock = clock
        self.frames = 0
        self.bytes = 0
        """How many were given to sockets, and how long they were together."""
        self._laps: dict[Topic, _Lap] = {}
        self._turn_due: asyncio.Handle | None = None

    def tell(self, topic: Topic, shown: Shown, audience: Audience, since: float) -> None:
        """Show the view to all watchers: a few at once, many some at a time.

        Those who have not been told of the last view yet come first, and get this one instead.
        `since`: when the change was folded.
        """
        lap = self._laps.get(topic)
        if lap is None and len(audience) <= WRITES_MAX:
            self._count(len(audience), shown)
            for watcher in list(audience.values()):
                watcher.show(topic, shown)
            return
        left = list(audience)
        if lap is not None:
            late = set(lap.left)
            left = [n for n in left if n not in late] + [n for n in lap.left if n in audience]
            since = lap.since
        self._laps[topic] = _Lap(audience, left, shown, since)
        if self._turn_due is None:
            self._turn()

    def _turn(self) -> None:
        """Tell the next few of the topic that has waited longest."""
        topic, lap = next(iter(self._laps.items()))
        part = lap.left[-WRITES_MAX:]
        del lap.left[-WRITES_MAX:]
        del self._laps[topic]
        if lap.left:
            self._laps[topic] = lap
        self._count(len(part), lap.shown)
        self._write(part, topic, lap)
        if not lap.left:
            figures.fanout_s[haste_of(topic.family)].observe(self._clock() - lap.since)
        loop = asyncio.get_running_loop()
        self._turn_due = loop.call_soon(self._turn) if self._laps else None

    def _count(self, watchers: int, shown: Shown) -> None:
        self.frames += watchers
        self.bytes += watchers * len(shown.frame)

    def _write(self, part: list[int], topic: Topic, lap: _Lap) -> None:
        """Write the frame to each of them.

        Mostly only numbers are looked at: ten thousand watchers do not stay in the processor's
        cache, and to fetch each cost more than to call `write`.
        """
        audience, straight, frame, write = lap.audience, self._straight, lap.shown.frame, os.write
        size = len(frame)
        for number in part:
            if number not in audience:
                continue
            if number in straight:
                try:
                    sent = write(number, frame)
                except OSError:
                    sent = 0
                if sent == size:
                    continue
                if sent:
                    audience[number].finish(frame[sent:])
                    continue
            audience[number].show(topic, lap.shown)
