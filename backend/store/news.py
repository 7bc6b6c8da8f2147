"""What a process hears of a hall's stream: the appends of others, as they are stored."""

import asyncio
from collections import deque

import msgspec

from backend.store.stream import Commit, DayRef, Entry, Position

HEARD_MAX = 256
"""Messages kept for a follower that is busy; beyond it they are dropped, and he looks."""

_decode = msgspec.json.Decoder(Commit).decode


class News:
    """Keeps what was published on the hall's channel until the follower takes it.

    Messages may be lost.  They carry where they stand, so a gap shows, and `is_doubtful` says
    that the follower must look at the stream itself.
    """

    def __init__(self, writer: str) -> None:
        """`writer`: ourselves; what we append we need not hear."""
        self._writer = writer.encode()
        self._heard: deque[bytes] = deque()
        self._changed = asyncio.Event()
        self.is_doubtful = True

    def hear(self, message: bytes) -> None:
        """Take a message of append.lua or announce.lua."""
        writer, has_place, place = message.partition(b" ")
        if writer == self._writer:
            return
        if has_place and len(self._heard) < HEARD_MAX:
            self._heard.append(place)
            self._changed.set()
        else:
            self.doubt()

    def doubt(self) -> None:
        """What was heard is not all, or not enough: look."""
        self.is_doubtful = True
        self._changed.set()

    async def changed(self) -> None:
        """Wait until something was heard, or is in doubt."""
        await self._changed.wait()

    def take(self, ref: DayRef | None, position: Position) -> list[Entry]:
        """The commits heard of right after `position`; a gap, or another history, is a doubt."""
        self._changed.clear()
        found: list[Entry] = []
        while self._heard and not self.is_doubtful:
            head, _, told = self._heard.popleft().partition(b"\n")
            day, seq, head_id, end = head.decode().split(" ")
            if ref is None or day != ref.day.isoformat() or int(end) <= position.seq:
                continue
            entries = _entries(int(seq), told)
            before = Position(int(seq), head_id)
            places = [before, *(entry.position for entry in entries)]
            if not entries or position not in places:
                self.doubt()
                break
            found += entries[places.index(position) :]
            position = places[-1]
        return found

    def looked(self) -> None:
        """What was heard until now is known, or will be seen by who looks now."""
        self._changed.clear()
        self._heard.clear()
        self.is_doubtful = False


def _entries(seq: int, told: bytes) -> list[Entry]:
    lines = told.split(b"\n") if told else []
    return [
        Entry(position=Position(seq + n, head.decode()), commit=_decode(body))
        for n, (head, body) in enumerate(zip(lines[::2], lines[1::2], strict=True), start=1)
    ]
