"""Brings what was booked, changed or cancelled for today into the hall's open day (AP1, AP2).

A day takes what is booked for it when it opens.  Whatever changes afterwards is told to it here by
commands whose ids follow from the booking, so that the stream takes each once, whichever process
tells it; a process that dies in between leaves it to the next look.

Now and then it looks whether the hall still keeps what is booked (AP4).
"""

import asyncio
import time
from contextlib import suppress
from datetime import datetime

import structlog

from backend.core.bookings import Booking, BookingState
from backend.core.commands import CancelAppointment
from backend.core.ids import CommandId
from backend.hub.hall import HUB, Hall
from backend.hub.halls import Halls
from backend.hub.transact import UnavailableError
from backend.site.booking_desk import BookingDesk
from backend.store.stream import StoreError

TICK_S = 5.0
LOOK_S = 60.0
"""How often it is looked whether half hours are still kept."""
CANCELLED = "booking"
"""The reason of an appointment that is no longer expected."""

log = structlog.get_logger()


class BookingKeeper:
    """Tells the days of every hall of their bookings."""

    def __init__(self, booking_desk: BookingDesk, halls: Halls) -> None:
        self._booking_desk, self._bookings = booking_desk, booking_desk.store
        self._looked_s = -LOOK_S
        self._changed = booking_desk.changed
        self._halls = halls

    async def run(self) -> None:
        """Look every TICK_S, and whenever something was changed here; for ever."""
        while True:
            self._changed.clear()
            try:
                await self.keep()
                if time.monotonic() - self._looked_s >= LOOK_S:
                    self._looked_s = time.monotonic()
                    await self.look_for_lost()
            except (StoreError, UnavailableError) as error:
                log.warning("bookings_wait", error=str(error))
            except Exception:
                log.exception("bookings_wait")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), TICK_S)

    async def keep(self) -> None:
        """Tell open days what they do not know yet.  Raises StoreError, UnavailableError."""
        halls = {hall.hall_id: hall for hall in self._halls if hall.is_ready}
        days = [hall.follower.day.day for hall in halls.values()]
        last = max((day for day in days if day is not None), default=None)
        if last is None:
            return
        told = []
        for booking in await self._bookings.to_tell(last):
            hall = halls.get(booking.hall_id)
            if hall is not None and await self._tell(hall, booking):
                told.append(booking)
        if told:
            await self._bookings.told(told)

    async def look_for_lost(self) -> None:
        """Say of every slot with bookings whether the hall keeps it (AP4).  Raises StoreError."""
        for hall in self._halls:
            if not hall.is_ready:
                continue
            at, ground = hall.now(), await self._booking_desk.ground(hall)
            today = ground.day_of(at)
            for queue_id, slot_at, is_lost in await self._bookings.slots_booked(
                hall.hall_id, today, at
            ):
                is_kept = ground.keeps(queue_id, slot_at)
                if is_kept is is_lost:
                    count = await self._bookings.keep_slot(
                        ground.plan, queue_id, slot_at, is_kept=is_kept, at=at
                    )
                    if count:
                        log.info(
                            "slot_kept" if is_kept else "slot_lost",
                            hall_id=hall.hall_id,
                            queue_id=queue_id,
                            slot_at=slot_at.isoformat(),
                            bookings=count,
                        )

    async def _tell(self, hall: Hall, booking: Booking) -> bool:
        """Whether the booking's day knows of it now, or never will."""
        day = hall.follower.day
        if day.day is None or day.day < booking.day:
            return False
        if day.day > booking.day or not day.is_open:
            # Closed, or never opened: what is booked for it still found nobody there.
            is_settled_by_recorder = day.day == booking.day
            if booking.state is BookingState.BOOKED and not is_settled_by_recorder:
                await self._drop(booking, hall.now())
            return True
        live = day.bookings.get(booking.appointment_id)
        if booking.state is BookingState.BOOKED:
            if live is None:
                command_id = CommandId(f"book-{booking.appointment_id}")
                answer = await hall.expect(command_id, booking.appointment)
                if answer.refused is not None:
                    log.warning("booking_dropped", hall_id=hall.hall_id, refused=answer.refused)
                    await self._drop(booking, hall.now())
                    return False  # it is another by now: looked at again
            return True
        if live is not None and not live.is_cancelled and live.ticket_id is None:
            command = CancelAppointment(appointment_id=booking.appointment_id, reason=CANCELLED)
            await hall.do(CommandId(f"unbook-{booking.appointment_id}"), command, HUB)
        return True

    async def _drop(self, booking: Booking, at: datetime) -> None:
        dropped = BookingState.DROPPED
        await self._bookings.settle(booking.hall_id, [booking.appointment_id], dropped, at)
