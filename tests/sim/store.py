"""The stores of a simulated hall: a stream and an archive that break as the seed says."""

import asyncio
from collections.abc import Callable
from datetime import date
from random import Random

from msgspec import Struct

from backend.core.hall_events import DayClosed
from backend.core.history import DayLessons
from backend.core.ids import HallId
from backend.store.archive import Archive
from backend.store.link import LOOK_S
from backend.store.memory_stream import MemoryStream
from backend.store.stream import START, Commit, DatabaseError, DayRef, Entry, Position, StoreError

NEAR_S, FAR_S = 0.002, 0.4
"""How long a message to the store takes, mostly and at times."""
HANG_S = 5.0
"""Longer than any command is waited for."""
DEAF_LOOK_S = 0.05


class Weather(Struct, frozen=True, kw_only=True):
    """How often what breaks; chances from 0 to 1 each time it could."""

    far: float = 0.0
    """A message takes long."""
    hang: float = 0.0
    """A message takes longer than anybody waits."""
    break_before: float = 0.0
    """An append fails and stores nothing."""
    break_after: float = 0.0
    """An append fails although it has stored."""
    crash_after: float = 0.0
    """The process dies some turns of the loop after an append has stored."""
    lost_news: float = 0.0
    """A process does not hear of a commit, and sees it only when it looks by itself."""
    lost_request: float = 0.0
    lost_answer: float = 0.0
    """Between a client and a hub; the connection is lost with it."""
    pause_s: float = 1e9
    """Mean time between two troubles of a whole process or of the store."""


CALM = Weather(far=0.02)
ROUGH = Weather(
    far=0.05,
    hang=0.002,
    break_before=0.01,
    break_after=0.01,
    crash_after=0.01,
    lost_news=0.01,
    lost_request=0.02,
    lost_answer=0.02,
    pause_s=60.0,
)


class SharedStream(MemoryStream):
    """What Redis holds; `on_append` is told at the very moment something is stored."""

    def __init__(
        self, on_append: Callable[[date, list[Entry]], None], *, is_replicated: bool
    ) -> None:
        super().__init__()
        self._on_append = on_append
        self.is_replicated = is_replicated
        self.is_away = False
        self.is_cut_off = False
        """Whether its replicas hear nothing: what is stored now goes with the primary."""
        self._lasting: dict[date, int] = {}

    async def latest_day(self) -> DayRef | None:
        self.check()
        return await super().latest_day()

    async def append(
        self, ref: DayRef, after: Position, commits: list[Commit], *, boot: str = ""
    ) -> Position:
        before = len(self._entries.get(ref.day, ()))
        end = await super().append(ref, after, commits, boot=boot)
        self._on_append(ref.day, self._entries[ref.day][before:])
        return end

    def check(self) -> None:
        """Raise StoreError while it is away."""
        if self.is_away:
            raise StoreError("away")

    def go_away(self) -> None:
        """Answer nobody; whoever waits hears of it."""
        self.is_away = True
        self._wake()

    def come_back(self) -> None:
        """Answer again, as a server that has just been started."""
        self.restart()
        self.is_away = False

    def lose(self, day: date, keep: int) -> None:
        """Forget all but the first `keep` commits of a day; of 0 also that there was one."""
        del self._entries[day][keep:]
        self._lasting[day] = min(keep, self.lasting(day))
        if not keep:
            self._days = [ref for ref in self._days if ref.day != day]

    def spread(self, day: date) -> None:
        """Have everything stored of a day on the replicas.

        Raises StoreError: they are cut off.
        """
        if self.is_replicated and self.is_cut_off:
            raise StoreError("on too few replicas")
        self._lasting[day] = len(self.entries(day))

    def lasting(self, day: date) -> int:
        """How many commits of a day the replicas have."""
        return self._lasting.get(day, 0)

    def entries(self, day: date) -> list[Entry]:
        """Everything stored of a day, oldest first."""
        return self._entries.get(day, [])


class Door:
    """The way of one process to the stream: as `SharedStream`, with delays and failures.

    A process that is dead waits for ever and changes nothing any more.
    """

    def __init__(
        self, shared: SharedStream, chance: Random, weather: Weather, crash: Callable[[int], None]
    ) -> None:
        """`crash(turns)` ends the process after so many turns of the loop."""
        self._shared = shared
        self.is_replicated = shared.is_replicated
        self._chance = chance
        self._weather = weather
        self._crash = crash
        self.is_dead = False
        self.is_deaf = False
        """Whether the process hears nothing of what others store."""

    async def latest_day(self) -> DayRef | None:
        """See HallStream."""
        await self._pass()
        return await self._shared.latest_day()

    async def days(self) -> list[DayRef]:
        """See HallStream."""
        await self._pass()
        return await self._shared.days()

    async def forget(self, ref: DayRef) -> None:
        """See HallStream."""
        await self._pass()
        await self._shared.forget(ref)

    async def read(self, ref: DayRef, after: Position, limit: int) -> list[Entry]:
        """See HallStream."""
        await self._pass()
        return await self._shared.read(ref, after, limit)

    async def wait(
        self, ref: DayRef | None, position: Callable[[], Position], timeout_s: float
    ) -> list[Entry] | None:
        """See HallStream."""
        self._shared.check()
        found = await self._shared.wait(ref, position, timeout_s)
        while self.is_deaf and not self._shared.is_away:
            await asyncio.sleep(DEAF_LOOK_S)
        if found and self._chance.random() < self._weather.lost_news:
            await asyncio.sleep(self._chance.random() * LOOK_S)
        await self._pass()
        known = position().seq
        return [e for e in found if e.position.seq > known] if found is not None else None

    async def boot(self) -> str:
        """See HallStream."""
        await self._pass()
        return await self._shared.boot()

    async def append(
        self, ref: DayRef, after: Position, commits: list[Commit], *, boot: str = ""
    ) -> Position:
        """See HallStream."""
        await self._pass()
        chance, weather = self._chance, self._weather
        if chance.random() < weather.break_before:
            raise StoreError("broke off before")
        end = await self._shared.append(ref, after, commits, boot=boot)
        if chance.random() < weather.crash_after:
            self._crash(chance.randrange(12))
        self._shared.spread(ref.day)
        if chance.random() < weather.break_after:
            raise StoreError("broke off after")
        await self._pass()
        return end

    async def confirm(self, ref: DayRef, position: Position) -> None:
        """See HallStream."""
        await self._pass()
        await self._shared.confirm(ref, position)
        self._shared.spread(ref.day)
        await self._pass()

    async def announce(self, ref: DayRef, previous: DayRef | None) -> None:
        """See HallStream."""
        await self._pass()
        await self._shared.announce(ref, previous)
        if self._chance.random() < self._weather.crash_after:
            self._crash(self._chance.randrange(12))

    async def _pass(self) -> None:
        """Take the time of one message, one way."""
        await asyncio.sleep(delay_s(self._chance, self._weather))
        if self.is_dead:
            await asyncio.Event().wait()
        self._shared.check()


def delay_s(chance: Random, weather: Weather) -> float:
    """How long a message is under way."""
    drawn = chance.random()
    if drawn < weather.hang:
        return HANG_S
    if drawn < weather.hang + weather.far:
        return chance.random() * FAR_S
    return chance.random() * NEAR_S


class MemoryArchive(Archive):
    """An archive in memory, for one hall."""

    def __init__(self, chance: Random, weather: Weather) -> None:
        self._chance = chance
        self._weather = weather
        self._entries: dict[date, list[Entry]] = {}
        self.is_away = False

    async def end(self, hall_id: HallId, day: date) -> Position:
        await self._pass()
        entries = self.entries(day)
        return entries[-1].position if entries else START

    async def read(self, hall_id: HallId, day: date, after: Position, limit: int) -> list[Entry]:
        await self._pass()
        return self.entries(day)[after.seq : after.seq + limit]

    async def write(self, hall_id: HallId, day: date, entries: list[Entry]) -> None:
        await self._pass()
        kept = self._entries.setdefault(day, [])
        for entry in entries:
            if entry.position.seq > len(kept):
                assert entry.position.seq == len(kept) + 1, "a gap in the archive"
                kept.append(entry)

    async def set_lost_aside(self, hall_id: HallId, day: date, after: Position) -> None:
        await self._pass()
        del self._entries[day][after.seq :]

    async def latest_day(self, hall_id: HallId) -> date | None:
        await self._pass()
        return max((day for day, entries in self._entries.items() if entries), default=None)

    async def lessons(self, hall_id: HallId, count: int) -> tuple[DayLessons, ...]:
        await self._pass()
        found = [
            DayLessons(day=day, queues=event.lessons)
            for day in sorted(self._entries)
            for entry in self._entries[day]
            for event in entry.commit.events
            if isinstance(event, DayClosed)
        ]
        return tuple(found[-count:])

    def entries(self, day: date) -> list[Entry]:
        """Everything archived of a day, oldest first."""
        return self._entries.get(day, [])

    async def _pass(self) -> None:
        await asyncio.sleep(delay_s(self._chance, self._weather))
        if self.is_away:
            raise DatabaseError("the archive is away")
