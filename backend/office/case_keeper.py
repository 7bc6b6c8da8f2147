"""What time and new calendars do to cases without anybody asking (CS1, DL1), in one process."""

import asyncio
from contextlib import suppress
from datetime import date

import structlog

from backend.casework import HUB
from backend.core.cases.words import CaseId
from backend.core.ids import HallId
from backend.core.workdays import WorkCalendar
from backend.hub.hall import Hall
from backend.hub.halls import Halls
from backend.office.case_desk import CaseDesk
from backend.office.digests import is_time_to_tell, make_digests
from backend.store.consultations import Consultations
from backend.store.stream import StoreError

TICK_S = 30.0
AGAIN_S = 2.0
"""When another process was at it, or the database away."""

log = structlog.get_logger()


class CaseKeeper:
    """Keeps the cases of every hall, as long as no other process does."""

    def __init__(self, case_desk: CaseDesk, consultations: Consultations, halls: Halls) -> None:
        self._case_desk, self._consultations = case_desk, consultations
        self._halls = halls
        self._kept_by: dict[HallId, tuple[WorkCalendar, int]] = {}
        """The calendar and the plan's version by which all due dates of a hall were counted."""
        self._told_on: dict[HallId, date] = {}

    async def run(self) -> None:
        """Keep them every TICK_S, and at once when a calendar was put here; for ever."""
        changed, is_kept = self._case_desk.calendar_changed, False
        while True:
            changed.clear()
            try:
                is_kept = await self.keep()
            except StoreError as error:
                log.warning("cases_not_kept", error=str(error))
            except Exception:
                log.exception("cases_not_kept")
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), TICK_S if is_kept else AGAIN_S)

    async def keep(self) -> bool:
        """Do what is due; False when another process is at it.  Raises StoreError."""
        async with self._case_desk.lists.keeping() as is_ours:
            # A calendar of some seconds ago would move due dates back; and what was accepted by
            # one is counted anew now, since this process keeps by another from here on.
            self._case_desk.forget()
            for hall_id in await self._case_desk.cases.halls_to_keep() if is_ours else ():
                hall = next((hall for hall in self._halls if hall.hall_id == hall_id), None)
                if hall is not None and hall.is_ready:
                    await self._keep(hall)
        return is_ours

    async def _keep(self, hall: Hall) -> None:
        known = await self._case_desk.known(hall)
        by = (known.calendar, known.plan.version)
        is_new = self._kept_by.get(hall.hall_id) != by
        stamp = await self._case_desk.stamp(hall, HUB, CaseId(""))
        changed = await self._case_desk.casework.keep_cases(
            hall.hall_id, stamp, is_silence_only=not is_new
        )
        self._kept_by[hall.hall_id] = by
        if changed:
            log.info("cases_kept", hall_id=hall.hall_id, changed=changed)
        is_told = self._told_on.get(hall.hall_id) == known.today
        if not is_told and is_time_to_tell(known, stamp.at):
            await make_digests(
                self._case_desk.lists, self._consultations, hall.hall_id, known, stamp.at
            )
            self._told_on[hall.hall_id] = known.today
