"""What is heard of a hall's screens, for its clock to judge (SC1)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

import msgspec
import structlog

from backend.core.devices import Beat, ScreenReport
from backend.core.ids import HallId
from backend.store.stream import StoreError

log = structlog.get_logger()


class BeatStore(Protocol):
    """Where all processes keep the newest beat of each screen; raises StoreError."""

    async def keep(self, beats: tuple[Beat, ...]) -> None:
        """Put these in the place of the screens' earlier ones."""
        ...

    async def newest(self) -> tuple[Beat, ...]:
        """Of every screen that was ever heard."""
        ...


class Screens:
    """The beats of one hall, as this process needs them."""

    def __init__(self, hall_id: HallId, store: BeatStore) -> None:
        self._hall_id = hall_id
        self._store = store
        self._are_there = True
        """Whether any screen is known; halls without one ask the store once, not every 5 s."""

    async def hear(self, reports: Iterable[ScreenReport], at: datetime) -> None:
        """Keep what was told; raises StoreError."""
        beats = tuple(Beat(**msgspec.structs.asdict(report), heard_at=at) for report in reports)
        if beats:
            await self._store.keep(beats)
            self._are_there = True

    async def newest(self) -> tuple[Beat, ...]:
        """The newest beat of each screen; raises StoreError."""
        return await self._store.newest()

    async def known(self, *, is_any_in_day: bool) -> tuple[Beat, ...] | None:
        """The newest beats; None while nobody can know them."""
        if not (self._are_there or is_any_in_day):
            return ()
        try:
            beats = await self._store.newest()
        except StoreError as error:
            log.warning("screens_unknown", hall_id=self._hall_id, error=str(error))
            return None
        self._are_there = bool(beats)
        return beats
