"""`HallStream` in memory, for tests and simulated days."""

import asyncio
from datetime import date

from backend.store.stream import Commit, ConflictError, DayRef, Entry, Position


class MemoryStream:
    """Keeps the commits of each day in a list."""

    def __init__(self) -> None:
        self._days: list[DayRef] = []
        self._entries: dict[date, list[Entry]] = {}
        self._changed = asyncio.Event()

    async def latest_day(self) -> DayRef | None:
        """See HallStream."""
        return self._days[-1] if self._days else None

    async def read(self, ref: DayRef, after: Position, limit: int) -> list[Entry]:
        """See HallStream."""
        entries = self._entries.get(ref.day, [])
        if self._at(entries, after.seq) != after:
            raise ConflictError
        return entries[after.seq : after.seq + limit]

    async def wait(self, ref: DayRef | None, after: Position, timeout_s: float) -> None:
        """See HallStream."""
        entries = self._entries.get(ref.day, []) if ref is not None else []
        if await self.latest_day() != ref or len(entries) > after.seq:
            return
        self._changed = changed = asyncio.Event() if self._changed.is_set() else self._changed
        try:
            async with asyncio.timeout(timeout_s):
                await changed.wait()
        except TimeoutError:
            return

    async def append(self, ref: DayRef, after: Position, commits: list[Commit]) -> Position:
        """See HallStream."""
        entries = self._entries.setdefault(ref.day, [])
        if self._at(entries, len(entries)) != after:
            raise ConflictError
        for commit in commits:
            position = Position(len(entries) + 1, commit.id)
            entries.append(Entry(position=position, commit=commit))
        self._changed.set()
        return self._at(entries, len(entries))

    async def announce(self, ref: DayRef, previous: DayRef | None) -> None:
        """See HallStream."""
        if await self.latest_day() != previous:
            raise ConflictError
        self._days.append(ref)
        self._changed.set()

    @staticmethod
    def _at(entries: list[Entry], seq: int) -> Position:
        if seq == 0:
            return Position()
        if seq > len(entries):
            raise ConflictError
        return entries[seq - 1].position
