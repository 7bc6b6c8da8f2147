"""What a process knows of the notices that are written ahead."""

import asyncio
from collections.abc import Sequence

from backend.core.ids import HallId
from backend.core.notices import WrittenNotice
from backend.hub.clock import now
from backend.store.lasting import Lasting
from backend.store.notices import Notices

RUNNING_S, PAST_S = 2.0, 5.0
"""How old what the website's pages show may be, while PostgreSQL answers."""
PAST_PAGE = 20
"""Notices of the past on one page."""


class NoticeDesk:
    """The notices of every hall, as one process works on them; methods may raise StoreError."""

    def __init__(self, store: Notices) -> None:
        self.store = store
        self.changed = asyncio.Event()
        """Set when one was changed here: the days are to be told."""
        self._running = Lasting[str, dict[HallId, list[WrittenNotice]]](RUNNING_S)
        self._past = Lasting[tuple[HallId, int], list[WrittenNotice]](PAST_S)

    async def running(self, hall_id: HallId) -> Sequence[WrittenNotice]:
        """What of the hall is published and not over."""
        found = await self._running.get("", lambda: self.store.running(now()))
        return found.get(hall_id, ())

    async def past(self, hall_id: HallId, skip: int) -> Sequence[WrittenNotice]:
        """One more than PAST_PAGE at most of what the website showed, the newest first."""
        count = PAST_PAGE + 1
        return await self._past.get(
            (hall_id, skip), lambda: self.store.past(hall_id, now(), count=count, skip=skip)
        )

    def tell(self) -> None:
        """Something was changed here: it is read anew at once."""
        self._running.forget()
        self._past.forget()
        self.changed.set()
