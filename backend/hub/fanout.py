"""Fan-out: each watched topic computed and encoded once, each socket told only the newest."""

import asyncio
from typing import Protocol

import msgspec

from backend.core.rules.order import Lines
from backend.core.views.topics import Topic, Touched, exists, view_of
from backend.hub.follower import Follower
from backend.wire.messages import ErrorCode, Fault

PHONES_S = 0.5
"""At least so long between two views of a ticket that nothing has happened to but that its line
moved; what happens to the ticket itself is shown at once, as on all other screens."""

_encode = msgspec.json.Encoder().encode


class Watcher(Protocol):
    """Whoever is shown topics; keeps the newest message of each and never blocks."""

    def show(self, topic: Topic, message: bytes) -> None:
        """Take the newest message about a topic in place of any older one."""
        ...


class Fanout:
    """The watched topics of one hall."""

    def __init__(self) -> None:
        self._follower: Follower | None = None
        self._watchers: dict[Topic, set[Watcher]] = {}
        self._shown: dict[Topic, tuple[bytes, bytes]] = {}
        """The view and the message last shown for a topic that somebody watches."""
        self._touched = Touched()
        self._flush_due: asyncio.Handle | None = None
        self._late: dict[Topic, None] = {}
        """Phones whose line has moved and that are not shown it yet, in the order of watching."""
        self._late_due: asyncio.Handle | None = None
        self._phones_shown_s = 0.0
        """When phones were last shown how their lines moved, by the loop's clock."""

    def follow(self, follower: Follower) -> None:
        """Show the state of this follower from now on."""
        self._follower = follower

    def touch(self, touched: Touched) -> None:
        """Show what was touched, in this turn of the loop and all at once."""
        self._touched.merge(touched)
        if self._flush_due is None:
            self._flush_due = asyncio.get_running_loop().call_soon(self._flush)

    def watch(self, topic: Topic, watcher: Watcher) -> None:
        """Show the topic to the watcher, beginning with how it stands."""
        if topic not in self._shown or topic in self._late or self._touched.all:
            self._show(topic)
        self._watchers.setdefault(topic, set()).add(watcher)
        if topic in self._shown:
            watcher.show(topic, self._shown[topic][1])

    def unwatch(self, topic: Topic, watcher: Watcher) -> None:
        """Show it no longer."""
        watchers = self._watchers.get(topic, set())
        watchers.discard(watcher)
        if not watchers:
            self._watchers.pop(topic, None)
            self._shown.pop(topic, None)
            self._late.pop(topic, None)

    def latest(self, topic: Topic) -> bytes | None:
        """The message that shows the topic now; None while the hall has no day."""
        is_due = self._flush_due is not None or topic in self._late
        if topic in self._watchers and topic in self._shown and not is_due:
            return self._shown[topic][1]
        found = self._message(topic)
        return found[1] if found is not None else None

    @property
    def topics(self) -> int:
        """How many topics are watched."""
        return len(self._watchers)

    def _flush(self) -> None:
        self._flush_due = None
        assert self._follower is not None
        day = self._follower.day
        if day.plan is None:
            return  # begun anew and not folded yet: what was touched stays due
        touched, self._touched = self._touched, Touched()
        lines = Lines(day)  # hundreds of phones ask for their place in the same few lines
        for topic in list(self._watchers):
            if not exists(day, topic) or touched.is_about(day, topic):
                self._show(topic, lines)
            elif touched.concerns(day, topic):
                self._late[topic] = None
        if self._late and self._late_due is None:
            loop = asyncio.get_running_loop()
            next_s = self._phones_shown_s + PHONES_S
            self._late_due = loop.call_at(max(next_s, loop.time()), self._show_late)

    def _show_late(self) -> None:
        """Show the phones how their lines have moved."""
        self._late_due = None
        assert self._follower is not None
        if self._follower.day.plan is None:
            return  # begun anew: everybody is shown everything once it is folded
        self._phones_shown_s = asyncio.get_running_loop().time()
        lines = Lines(self._follower.day)
        while self._late:
            topic, _ = self._late.popitem()
            self._show(topic, lines)

    def _show(self, topic: Topic, lines: Lines | None = None) -> None:
        """Bring the topic's message up to date; tell its watchers if the view has changed."""
        self._late.pop(topic, None)
        message = self._message(topic, lines)
        before = self._shown.get(topic)
        if message is None or (before is not None and before[0] == message[0]):
            return
        self._shown[topic] = message
        for watcher in self._watchers.get(topic, ()):
            watcher.show(topic, message[1])

    def _message(self, topic: Topic, lines: Lines | None = None) -> tuple[bytes, bytes] | None:
        follower = self._follower
        if follower is None or follower.day.plan is None or follower.ref is None:
            return None
        if not exists(follower.day, topic):  # a ticket of an earlier day
            fault = _encode(unknown_topic(str(topic)))
            return fault, fault
        view = _encode(view_of(follower.day, topic, lines))
        epoch = follower.ref.epoch
        head = b'{"type":"show","topic":"%s","epoch":"%s","seq":%d,"view":' % (
            str(topic).encode(),
            epoch.encode(),
            follower.position.seq,
        )
        return epoch.encode() + view, head + view + b"}"


def unknown_topic(name: str) -> Fault:
    """What a watcher of a topic that is not there is told."""
    return Fault(
        code=ErrorCode.UNKNOWN_TOPIC, detail="the hall has no such topic", id=None, topic=name
    )
