"""A view on its way to a large audience, some watchers a turn of the loop, always the newest."""

import asyncio
from collections.abc import Collection, Iterable
from typing import Protocol

from msgspec import Struct

from backend.core.views.topics import Topic

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

    def show(self, topic: Topic, shown: Shown) -> None:
        """Take the newest view of a topic in place of any older one."""
        ...


class _Lap(Struct):
    """Who is still to be told of a topic; the last of the list is next."""

    watchers: Collection[Watcher]
    left: list[Watcher]
    shown: Shown


class Ring:
    """Tells audiences of any size, in turn."""

    def __init__(self) -> None:
        self._laps: dict[Topic, _Lap] = {}
        self._turn_due: asyncio.Handle | None = None

    def tell(self, topic: Topic, shown: Shown, watchers: Collection[Watcher]) -> None:
        """Show the view to all watchers: a few at once, many some at a time.

        Those who have not been told of the last view yet come first, and get this one instead.
        """
        lap = self._laps.get(topic)
        if lap is None and len(watchers) <= WRITES_MAX:
            _tell(watchers, topic, shown)
            return
        left = list(watchers)
        if lap is not None:
            late = set(lap.left)
            left = [w for w in left if w not in late] + [w for w in lap.left if w in watchers]
        self._laps[topic] = _Lap(watchers, left, shown)
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
        _tell((watcher for watcher in part if watcher in lap.watchers), topic, lap.shown)
        loop = asyncio.get_running_loop()
        self._turn_due = loop.call_soon(self._turn) if self._laps else None


def _tell(watchers: Iterable[Watcher], topic: Topic, shown: Shown) -> None:
    for watcher in list(watchers):
        watcher.show(topic, shown)
