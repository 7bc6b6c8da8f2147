"""`HallStream` in memory, for tests and simulated days."""

import asyncio
from collections.abc import Callable
from datetime import date

from backend.store.stream import Commit, ConflictError, DayRef, Entry, Position


class MemoryStream:
    """Keeps the commits of each day in a list."""

    is_replicated = False

    def __init__(self) -> None:
        self._days: list[DayRef] = []
        self._entries: dict[date, list[Entry]] = {}
        self._changed = asyncio.Event()
        self.restarts = 0

    async def latest_day(self) -> DayRef | None:
        """See HallStream."""
        return self._days[-1] if self._days else None

    async def days(self) -> list[DayRef]:
        """See HallStream."""
        return list({ref.day: ref for ref in self._days if self._entries.get(ref.day)}.values())

    async def forget(self, ref: DayRef) -> None:
        """See HallStream."""
        self._entries.pop(ref.day, None)

    async def read(self, ref: DayRef, after: Position, limit: int) -> list[Entry]:
        """See HallStream."""
        entries = self._entries.get(ref.day, [])
        if self._at(entries, after.seq) != after:
            raise ConflictError
        return entries[after.seq : after.seq + limit]

    async def wait(
        self, ref: DayRef | None, position: Callable[[], Position], timeout_s: float
    ) -> list[Entry] | None:
        """See HallStream."""
        entries = self._entries.setdefault(ref.day, []) if ref is not None else []
        try:
            async with asyncio.timeout(timeout_s):
                while await self.latest_day() == ref:
                    if len(entries) > position().seq:
                        return entries[position().seq :]
                    changed = self._changed
                    await changed.wait()
        except TimeoutError:
            pass
        return None

    async def boot(self) -> str:
        """See HallStream."""
        return str(self.restarts)

    def restart(self) -> None:
        """Be another start of the server; what it has lost is the caller's to say."""
        self.restarts += 1

    async def append(
        self, ref: DayRef, after: Position, commits: list[Commit], *, boot: str = ""
    ) -> Position:
        """See HallStream."""
        entries = self._entries.setdefault(ref.day, [])
        if self._at(entries, len(entries)) != after or boot not in {"", str(self.restarts)}:
            raise ConflictError
        for commit in commits:
            position = Position(len(entries) + 1, commit.id)
            entries.append(Entry(position=position, commit=commit))
        self._wake()
        return self._at(entries, len(entries))

    async def confirm(self, ref: DayRef, position: Position) -> None:
        """See HallStream."""
        await self.read(ref, position, 1)

    async def announce(self, ref: DayRef, previous: DayRef | None) -> None:
        """See HallStream."""
        if await self.latest_day() != previous:
            raise ConflictError
        self._days.append(ref)
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    @staticmethod
    def _at(entries: list[Entry], seq: int) -> Position:
        if seq == 0:
            return Position()
        if seq > len(entries):
            raise ConflictError
        return entries[seq - 1].position
