"""Fan-out: each watched topic computed and encoded once, each watcher told only the newest."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Container, Iterable
from uuid import uuid4

import msgspec
import structlog
from msgspec import Struct

from backend.core.access import Family
from backend.core.day import HallDay
from backend.core.ids import TicketId
from backend.core.rules.order import Lines
from backend.core.views.news import ANNOUNCED, news
from backend.core.views.topics import Topic, Touched, exists, view_of
from backend.hub import figures
from backend.hub.follower import Follower
from backend.hub.frames import frame_of
from backend.hub.haste import Haste, haste_of
from backend.hub.ring import Ring, Shown, Watcher
from backend.wire.messages import ErrorCode, Fault

LAP_S = 1.0
"""Phones and the public overview are told at most this often, but for a visitor's own call."""
LAP_TURN_S = 0.0005
"""How long a lap over the phones may hold a turn of the loop."""

log = structlog.get_logger()
_encode = msgspec.json.Encoder().encode


class Watched(Struct):
    """A topic that somebody watches."""

    watchers: dict[int, Watcher]
    """By number, in the order they came: what lies side by side in memory is written in turn."""
    mark: int | None = None
    """Of the epoch and view that the watchers were told last."""
    shown: Shown | None = None
    """The same whole, for whoever comes next; not of a ticket, which hardly anybody shares: with
    ten thousand phones that is most of what a phone would cost."""


class Fanout:
    """The watched topics of one hall."""

    def __init__(
        self, straight: Container[int] = (), clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`straight`: as the ring has it; `clock` counts seconds from anywhere."""
        self._clock = clock
        self._follower: Follower | None = None
        self.ring = Ring(straight, clock)
        self.computed = 0
        self.changed = 0
        """Views derived so far, and those among them that were different and shown."""
        self._prompt: dict[Topic, Watched] = {}
        self._leisurely: dict[Topic, Watched] = {}
        """By the haste that the topic has."""
        self._lines: Lines | None = None
        """The lines as the day stands, each ordered when first asked for."""
        self._touched = Touched()
        self._touched_at = 0.0
        """When the first of what is due was folded."""
        self._flush_due: asyncio.Handle | None = None
        self._touched_since: Touched | None = None
        """Since the phones' last lap began."""
        self._since = 0.0
        """When the first of it was folded."""
        self._lap: list[Topic] = []
        """The phones' topics that this lap has still to look at."""
        self._lap_touched = Touched()
        self._lap_since = 0.0
        self._lap_at = float("-inf")
        self._lap_due: asyncio.Handle | None = None
        self._marks: dict[Topic, int] = {}
        """Of what is announced, while it is watched."""
        self._own_epoch = uuid4().hex
        """Of marks: those of another process do not compare."""

    def follow(self, follower: Follower) -> None:
        """Show the state of this follower from now on."""
        self._follower = follower
        self._lines = None

    def touch(self, touched: Touched) -> None:
        """Show what was touched, in this turn of the loop and all at once."""
        self._touched.merge(touched)
        if touched.all:
            self._lines = None
        elif self._lines is not None:
            self._lines.forget(touched.queue_ids)
        if self._flush_due is None:
            self._touched_at = self._clock()
            self._flush_due = asyncio.get_running_loop().call_soon(self._flush)

    def watch(self, topic: Topic, watcher: Watcher) -> None:
        """Show the topic to the watcher, beginning with how it stands."""
        watched = self._of_haste(topic).setdefault(topic, Watched(watchers={}))
        is_current = watched.shown is not None and not self._touched.all
        shown = watched.shown if is_current else self._show(topic, watched, self._clock())
        watched.watchers[watcher.number] = watcher
        if shown is not None:
            watcher.show(topic, shown)

    def unwatch(self, topic: Topic, watcher: Watcher) -> None:
        """Show it no longer."""
        kept = self._of_haste(topic)
        watched = kept.get(topic)
        if watched is not None:
            watched.watchers.pop(watcher.number, None)
            if not watched.watchers:
                del kept[topic]
                self._marks.pop(topic, None)

    def announce(self, topic: Topic, mark: int) -> None:
        """Tell who watches the topic that what it stands for has changed."""
        watched = self._of_haste(topic).get(topic)
        if watched is not None and self._marks.get(topic) != mark:
            self._marks[topic] = mark
            self._show(topic, watched, self._clock())

    @property
    def has_announced(self) -> bool:
        """Whether anybody watches for what is announced."""
        return any(topic.family in ANNOUNCED for topic in self._prompt)

    def newest(self, topic: Topic) -> Shown | None:
        """What was last shown of a watched topic, or how it stands."""
        watched = self._of_haste(topic).get(topic)
        return watched.shown or self._look(topic) if watched is not None else None

    def latest(self, topic: Topic) -> bytes | None:
        """The message that shows the topic now; None while the hall has no day, or if it fails."""
        watched = self._prompt.get(topic)
        is_current = watched is not None and not self._flush_due
        shown = watched.shown if watched is not None and is_current else None
        found = shown or self._look(topic)
        return found.message if found is not None else None

    @property
    def topics(self) -> int:
        """How many topics are watched."""
        return len(self._prompt) + len(self._leisurely)

    def watched(self) -> Counter[Haste]:
        """How many topics are watched, by their haste."""
        found = Counter(haste_of(topic.family) for topic in self._prompt)
        found[Haste.PHONES] = len(self._leisurely)
        return found

    def _of_haste(self, topic: Topic) -> dict[Topic, Watched]:
        return self._leisurely if haste_of(topic.family) is Haste.PHONES else self._prompt

    def _flush(self) -> None:
        """Show what cannot wait; what can is shown in the phones' next lap."""
        self._flush_due = None
        assert self._follower is not None
        day = self._follower.day
        if day.plan is None:
            return  # begun anew and not folded yet: what was touched stays due
        touched, self._touched = self._touched, Touched()
        due = [topic for topic in self._prompt if _is_concerned(day, topic, touched)]
        for haste in (Haste.PROMPT, Haste.SCREENS):
            self._show_at_once(haste, (topic for topic in due if haste_of(topic.family) is haste))
        tickets = (day.tickets.get(TicketId(ticket_id)) for ticket_id in touched.ticket_ids)
        own = (Topic(Family.TICKET, t.token) for t in tickets if t is not None)  # None: of before
        self._show_at_once(figures.OWN, own)
        if self._touched_since is None:
            self._touched_since, self._since = Touched(), self._touched_at
        self._touched_since.merge(touched)
        if self._leisurely and self._lap_due is None:
            wait_s = max(0.0, self._lap_at + LAP_S - self._clock())
            self._lap_due = asyncio.get_running_loop().call_later(wait_s, self._begin_lap)

    def _show_at_once(self, haste: str, topics: Iterable[Topic]) -> None:
        """Show those that are watched; if any has changed, the last is written when this returns.

        But for large audiences, which the ring times.
        """
        before = self.changed
        for topic in topics:
            watched = self._of_haste(topic).get(topic)
            if watched is not None:
                self._show(topic, watched, self._touched_at)
        if self.changed > before:
            figures.fanout_s[haste].observe(self._clock() - self._touched_at)

    def _begin_lap(self) -> None:
        self._lap_at, self._lap_since = self._clock(), self._since
        self._lap = list(self._leisurely)
        self._lap_touched = self._touched_since or Touched()
        self._touched_since = None
        self._go_on()

    def _go_on(self) -> None:
        """Look at some of the phones' topics, and at the others in the next turns of the loop."""
        assert self._follower is not None
        day, loop = self._follower.day, asyncio.get_running_loop()
        until = self._clock() + LAP_TURN_S
        while self._lap and day.plan is not None:
            topic = self._lap.pop()
            watched = self._leisurely.get(topic)
            if watched is not None and _is_concerned(day, topic, self._lap_touched):
                self._show(topic, watched, self._lap_since)
                if self._clock() > until:
                    break
        if self._lap:
            self._lap_due = loop.call_soon(self._go_on)
            return
        figures.fanout_s[Haste.PHONES].observe(self._clock() - self._lap_since)
        if self._touched_since is not None:
            wait_s = max(0.0, self._lap_at + LAP_S - self._clock())
            self._lap_due = loop.call_later(wait_s, self._begin_lap)
        else:
            self._lap_due = None

    def _show(self, topic: Topic, watched: Watched, since: float) -> Shown | None:
        """The topic as it stands; its watchers are told if it has changed.

        `since`: when the change was folded.
        """
        found = self._look(topic)
        if found is None:
            return None
        mark = hash((found.epoch, found.view))
        if mark != watched.mark:
            watched.mark = mark
            watched.shown = found if topic.family is not Family.TICKET else None
            self.changed += 1
            self.ring.tell(topic, found, watched.watchers, since)
        return found

    def _look(self, topic: Topic) -> Shown | None:
        """The topic as it stands; None while the hall has no day, or if its view fails."""
        try:
            return self._seen(topic)
        except Exception:  # a mistake in one view must not keep the others from being shown
            log.exception("view_failed", family=topic.family)
            return None

    def _seen(self, topic: Topic) -> Shown | None:
        self.computed += 1
        if topic.family in ANNOUNCED:
            mark = self._marks.get(topic, 0)
            head = b'{"type":"show","topic":"%s","epoch":"%s","seq":%d,"view":' % (
                str(topic).encode(),
                self._own_epoch.encode(),
                mark,
            )
            return _shown(self._own_epoch, head, _encode(news(topic.family, mark)) + b"}")
        follower = self._follower
        if follower is None or follower.day.plan is None or follower.ref is None:
            return None
        if not exists(follower.day, topic):  # a ticket of an earlier day
            return _shown("", b"", _encode(unknown_topic(str(topic))))
        if self._lines is None:
            self._lines = Lines(follower.day)
        epoch = follower.ref.epoch
        head = b'{"type":"show","topic":"%s","epoch":"%s","seq":%d,"view":' % (
            str(topic).encode(),
            epoch.encode(),
            follower.position.seq,
        )
        return _shown(epoch, head, _encode(view_of(follower.day, topic, self._lines)) + b"}")


def _is_concerned(day: HallDay, topic: Topic, touched: Touched) -> bool:
    """Whether the topic is to be looked at: it may look different, is gone, or nobody can say."""
    try:
        return not exists(day, topic) or touched.concerns(day, topic)
    except Exception:
        log.exception("topic_failed", family=topic.family)
        return True


def _shown(epoch: str, head: bytes, tail: bytes) -> Shown:
    frame = frame_of(head + tail)
    view_at = len(frame) - len(tail)
    return Shown(epoch=epoch, frame=frame, message_at=view_at - len(head), view_at=view_at)


def unknown_topic(name: str) -> Fault:
    """What a watcher of a topic that is not there is told."""
    return Fault(
        code=ErrorCode.UNKNOWN_TOPIC, detail="the hall has no such topic", id=None, topic=name
    )
