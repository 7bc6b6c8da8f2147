"""Brings written notices into the open days of the halls, and takes them out again (NT3).

What a day is to be told follows from what stands in it and what is published, and each command's
id from what it is told for: the stream takes each once, whichever process tells it, and a process
that dies in between leaves it to the next look.  Each new day is told again.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256

import msgspec
import structlog

from backend.core.ids import CommandId
from backend.core.notices import WrittenNotice
from backend.core.rules.written_notices import due_on_day
from backend.hub.hall import HUB, Hall
from backend.hub.transact import UnavailableError
from backend.site.notice_desk import NoticeDesk
from backend.store.stream import StoreError

TICK_S = 5.0

log = structlog.get_logger()
_encode = msgspec.json.Encoder().encode


class NoticeKeeper:
    """Tells the days of every hall of their notices."""

    def __init__(self, notice_desk: NoticeDesk, halls: Iterable[Hall]) -> None:
        self._store = notice_desk.store
        self._changed = notice_desk.changed
        self._halls = halls

    async def run(self) -> None:
        """Look every TICK_S, and whenever something was changed here; for ever."""
        while True:
            self._changed.clear()
            try:
                await self.keep()
            except (StoreError, UnavailableError) as error:
                log.warning("notices_wait", error=str(error))
            except Exception:
                log.exception("notices_wait")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), TICK_S)

    async def keep(self) -> None:
        """Tell open days what they do not know yet.  Raises StoreError, UnavailableError."""
        halls = [hall for hall in self._halls if hall.is_ready and hall.follower.day.is_open]
        if not halls:
            return
        running = await self._store.running(min(hall.now() for hall in halls))
        for hall in halls:
            await self._tell(hall, running.get(hall.hall_id, []))

    async def _tell(self, hall: Hall, written: list[WrittenNotice]) -> None:
        for reason, command in tuple(due_on_day(hall.follower.day, written, hall.now())):
            mark = sha256(_encode((reason, command))).hexdigest()[:32]
            answer = await hall.do(CommandId(f"notice-{mark}"), command, HUB)
            if answer.refused is not None:
                log.info("notice_refused", hall_id=hall.hall_id, refused=answer.refused)
