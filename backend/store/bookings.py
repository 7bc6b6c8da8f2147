"""Bookings in PostgreSQL (AP1, AP3, AP4): never more of a slot than it has places."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any

import asyncpg
import msgspec
from msgspec import Struct

from backend.core.bookings import (
    Booking,
    BookingRefusal,
    BookingRefusalCode,
    BookingState,
)
from backend.core.events import TicketTaken
from backend.core.hall_events import AppointmentCancelled, DayClosed
from backend.core.ids import AppointmentId, CommandId, HallId, QueueId
from backend.core.plan import Appointment, Plan
from backend.core.rules.day import service_day
from backend.core.rules.no_shows import is_no_show
from backend.core.rules.reminders import (
    cancelled_news,
    changed_key,
    changed_news,
    dropped_news,
    found_news,
    lost_key,
    lost_news,
    reminder_keys,
    reminders_of,
)
from backend.store.appointments import APPOINTMENTS_MAX
from backend.store.database import Database, queries
from backend.store.outbox import give_again, put, take_back
from backend.store.plans import Plans
from backend.store.stream import Commit, ConflictError

TOLD_AT_ONCE = 500
REPEATED = timedelta(days=2)
"""So long a command may be repeated and has its one effect."""
HOLDS_KEPT = timedelta(days=2)
"""How long a place that nobody booked is told of after its slot."""
CONTACT_KEPT = timedelta(days=1)
"""How long the contact of a booking outlives its end: so that its end is told."""
FORGOTTEN_AT_ONCE = 5000


class SlotStanding(Struct, frozen=True, kw_only=True):
    """A slot as it is while it is held."""

    taken: int
    changed_at: datetime | None


class SlotTransaction:
    """Some slots of one hall's queue, held: nobody else gives or takes places of them."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def effect_of(self, command_id: CommandId) -> tuple[Booking, str] | None:
        """The booking that the command was about, as it is now, and the command's mark."""
        row = await queries.booking_of_command(self.connection, command_id=command_id)
        if row is None:
            return None
        found = await queries.booking(self.connection, booking_id=row["booking_id"])
        return _booking(found), row["mark"]

    async def standing(
        self, booking: Booking, day: date, slot_at: datetime, at: datetime
    ) -> SlotStanding:
        """How the slot of the booking's queue stands for it: its own place is not counted."""
        row = await queries.slot_standing(
            self.connection,
            hall_id=booking.hall_id,
            day=day,
            queue_id=booking.queue_id,
            slot_at=slot_at,
            besides=booking.booking_id,
            at=at,
        )
        return SlotStanding(taken=row["taken"], changed_at=row["changed_at"])

    async def with_token(self, token: str) -> Booking | None:
        """The booking with this secret, held."""
        row = await queries.lock_booking(self.connection, token=token)
        return _booking(row) if row is not None else None

    async def missed(self, hall_id: HallId, person_hash: str) -> list[tuple[date, datetime]]:
        """The days and slots that the person missed and that count."""
        return await missed_of(self.connection, hall_id, person_hash)

    async def tell(self, plan: Plan, booking: Booking, *, before: Booking) -> None:
        """Remind of what is booked, and no more of what is not; tell what became of it."""
        if booking.state is BookingState.BOOKED:
            for message in reminders_of(booking, plan):
                await put(self.connection, message)
            is_moved = before.appointment_id != booking.appointment_id
            if is_moved and before.state is BookingState.BOOKED:
                await put(self.connection, changed_news(booking, plan))
        elif booking.person_hash is not None:
            await _remind_no_more(self.connection, booking, booking.changed_at)
            if booking.state is BookingState.CANCELLED:
                await put(self.connection, cancelled_news(booking, plan))
            if booking.state is BookingState.DROPPED:
                await put(self.connection, dropped_news(booking, plan, booking.changed_at))

    async def put(self, command_id: CommandId, mark: str, *bookings: Booking) -> None:
        """Keep them as they are from now on, and that the command had this effect."""
        for booking in bookings:
            await queries.put_booking(
                self.connection,
                appointment_id=booking.appointment_id,
                # A place that was only held is no matter of the hall's day.
                is_told=booking.person_hash is None,
                **msgspec.to_builtins(booking, builtin_types=(datetime, date)),
            )
        last = bookings[-1]
        await queries.keep_booking_command(
            self.connection,
            command_id=command_id,
            booking_id=last.booking_id,
            mark=mark,
            at=last.changed_at,
        )


class Bookings:
    """The bookings of all halls; every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._plans = Plans(database)

    @asynccontextmanager
    async def hold_slots(
        self, hall_id: HallId, queue_id: QueueId, slots: Iterable[datetime]
    ) -> AsyncIterator[SlotTransaction]:
        """A transaction that holds these slots; what is put in it lasts when it ends well.

        Raises ConflictError: another command took the id at this moment.  BookingRefusal:
        person_booked, since a person has one booking a day (AP1).
        """
        keys = [f"{hall_id}/{queue_id}/{slot_at.timestamp():.0f}" for slot_at in set(slots)]
        try:
            async with self._database.connection() as connection:
                await queries.lock_slots(connection, slots=keys)
                yield SlotTransaction(connection)
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name == "bookings_of_person":
                raise BookingRefusal(BookingRefusalCode.PERSON_BOOKED) from error
            raise ConflictError(error.constraint_name) from error

    async def with_token(self, token: str) -> Booking | None:
        """The booking with this secret."""
        async with self._database.connection() as connection:
            row = await queries.booking_with_token(connection, token=token)
        return _booking(row) if row is not None else None

    async def one(self, hall_id: HallId, booking_id: str) -> Booking | None:
        """A booking of the hall as it stands now."""
        async with self._database.connection() as connection:
            row = await queries.booking(connection, booking_id=booking_id)
        return _booking(row) if row is not None and row["hall_id"] == hall_id else None

    async def with_code(self, hall_id: HallId, code: str) -> Booking | None:
        """The booking of the hall with this code."""
        async with self._database.connection() as connection:
            row = await queries.booking_with_code(connection, hall_id=hall_id, code=code)
        return _booking(row) if row is not None else None

    async def taken(
        self, hall_id: HallId, queue_id: QueueId, first: date, last: date, at: datetime
    ) -> dict[datetime, int]:
        """How many places are taken of each slot of the days that has any taken."""
        async with self._database.connection() as connection:
            rows = queries.slots_taken(
                connection, hall_id=hall_id, queue_id=queue_id, first=first, last=last, at=at
            )
            return {row["slot_at"]: row["taken"] async for row in rows}

    async def expected(self, hall_id: HallId, day: date) -> tuple[Appointment, ...]:
        """Who has booked for the day, as its opening takes them."""
        async with self._database.connection() as connection:
            rows = queries.booked_on(connection, hall_id=hall_id, day=day, count=APPOINTMENTS_MAX)
            return tuple([_booking(row).appointment async for row in rows])

    async def ids_on(self, hall_id: HallId, day: date) -> frozenset[AppointmentId]:
        """What the bookings of a day are called in the hall's day."""
        async with self._database.connection() as connection:
            rows = queries.booking_ids(connection, hall_id=hall_id, day=day, count=APPOINTMENTS_MAX)
            return frozenset([AppointmentId(row["appointment_id"]) async for row in rows])

    async def of_day(self, hall_id: HallId, day: date, at: datetime) -> list[Booking]:
        """Everything of the day but what was given back or moved away, earliest first."""
        async with self._database.connection() as connection:
            rows = queries.bookings_of_day(
                connection, hall_id=hall_id, day=day, at=at, count=APPOINTMENTS_MAX
            )
            return [_booking(row) async for row in rows]

    async def to_tell(self, day: date) -> list[Booking]:
        """What open days of that date or before may not know of yet."""
        async with self._database.connection() as connection:
            rows = queries.bookings_to_tell(connection, day=day, count=TOLD_AT_ONCE)
            return [_booking(row) async for row in rows]

    async def told(self, bookings: Sequence[Booking]) -> None:
        """Say that their days know of them as they are here."""
        async with self._database.connection() as connection:
            await queries.tell_bookings(
                connection,
                appointment_ids=[booking.appointment_id for booking in bookings],
                states=[booking.state for booking in bookings],
            )

    async def settle(
        self,
        hall_id: HallId,
        appointment_ids: Sequence[AppointmentId],
        state: BookingState,
        at: datetime,
    ) -> None:
        """Say what became of those that are booked; who is dropped is told (AP4)."""
        plan = await self._plans.newest(hall_id) if state is BookingState.DROPPED else None
        async with self._database.connection() as connection:
            settled = await _settle(connection, hall_id, appointment_ids, state, at)
            if plan is not None:
                await _tell_dropped(connection, settled, plan, at)

    async def slots_booked(
        self, hall_id: HallId, day: date, at: datetime
    ) -> list[tuple[QueueId, datetime, bool]]:
        """The slots to come, from that day on, with bookings, and whether those are lost (AP4)."""
        async with self._database.connection() as connection:
            rows = queries.slots_booked(connection, hall_id=hall_id, day=day, at=at)
            return [(row["queue_id"], row["slot_at"], row["is_lost"]) async for row in rows]

    async def keep_slot(
        self, plan: Plan, queue_id: QueueId, slot_at: datetime, *, is_kept: bool, at: datetime
    ) -> int:
        """Say whether the hall keeps the slot, and tell who booked it; of how many it is news.

        Each booking is told once, whichever processes say so (AP4).
        """
        slot = {
            "hall_id": plan.hall_id,
            "day": service_day(slot_at, plan.time_zone),
            "queue_id": queue_id,
            "slot_at": slot_at,
        }
        async with self._database.connection() as connection:
            if is_kept:
                rows = queries.find_slot(connection, **slot)
            else:
                rows = queries.lose_slot(connection, **slot, at=at)
            bookings = [_booking(row) async for row in rows]
            for booking in bookings:
                if is_kept:
                    await _tell_found(connection, booking, plan, at)
                else:
                    await _remind_no_more(connection, booking, at)
                    await put(connection, lost_news(booking, plan))
        return len(bookings)

    async def lost_days(self, hall_id: HallId, day: date) -> list[tuple[date, int]]:
        """The days from that one on with bookings that are lost, and how many (AP4)."""
        async with self._database.connection() as connection:
            rows = queries.lost_days(connection, hall_id=hall_id, day=day)
            return [(row["day"], row["bookings"]) async for row in rows]

    async def forget(self, at: datetime) -> None:
        """Drop commands that nobody repeats any more, and holds of nobody, some at a time.

        And the contacts of bookings that are over (NO6).
        """
        count = FORGOTTEN_AT_ONCE
        async with self._database.connection() as connection:
            await queries.forget_booking_commands(connection, before=at - REPEATED, count=count)
            await queries.forget_holds(connection, before=at - HOLDS_KEPT, count=count)
            await queries.forget_booking_contacts(connection, at=at, before=at - CONTACT_KEPT)

    async def settle_after(self, hall_id: HallId, day: date, commits: Iterable[Commit]) -> int:
        """Follow what happened to bookings on their day; returns how many were no-shows (AP3).

        Safe to repeat: what is settled stays as it is.
        """
        missed = 0
        for commit in commits:
            for event in commit.events:
                match event:
                    case TicketTaken(appointment_id=appointment_id) if appointment_id is not None:
                        kept = BookingState.KEPT
                        await self.settle(hall_id, [appointment_id], kept, commit.at)
                    case AppointmentCancelled():
                        dropped = BookingState.DROPPED
                        await self.settle(hall_id, [event.appointment_id], dropped, commit.at)
                    case DayClosed():
                        missed += await self._close_day(hall_id, day, commit.at)
        return missed

    async def _close_day(self, hall_id: HallId, day: date, closed_at: datetime) -> int:
        plan = await self._plans.newest(hall_id)
        assert plan is not None  # a hall that has a day has a plan
        async with self._database.connection() as connection:
            rows = queries.booked_on(connection, hall_id=hall_id, day=day, count=APPOINTMENTS_MAX)
            booked = [(_booking(row), row["is_told"]) async for row in rows]
            missed = [
                booking.appointment_id
                for booking, is_told in booked
                if is_told
                and booking.lost_at is None
                and is_no_show(booking.slot_at, closed_at, plan.rules)
            ]
            others = [b.appointment_id for b, _ in booked if b.appointment_id not in missed]
            await _settle(connection, hall_id, missed, BookingState.MISSED, closed_at)
            gone = await _settle(connection, hall_id, others, BookingState.DROPPED, closed_at)
            await _tell_dropped(connection, gone, plan, closed_at)
        return len(missed)

    async def missed(self, hall_id: HallId, person_hash: str) -> list[tuple[date, datetime]]:
        """The days and slots that the person missed and that count, oldest first."""
        async with self._database.connection() as connection:
            return await missed_of(connection, hall_id, person_hash)

    async def usual_handling(
        self, hall_id: HallId, since: date
    ) -> dict[QueueId, tuple[float, int]]:
        """The mean seconds of handling of each queue since that day, and of how many visits."""
        async with self._database.connection() as connection:
            rows = queries.usual_handling(connection, hall_id=hall_id, since=since)
            return {row["queue_id"]: (row["mean_s"], row["visits"]) async for row in rows}


async def missed_of(
    connection: Any, hall_id: HallId, person_hash: str
) -> list[tuple[date, datetime]]:
    """The days and slots that the person missed and that count, oldest first."""
    rows = queries.missed_of(connection, hall_id=hall_id, person_hash=person_hash)
    return [(row["day"], row["slot_at"]) async for row in rows]


async def _settle(
    connection: Any,
    hall_id: HallId,
    appointment_ids: Sequence[AppointmentId],
    state: BookingState,
    at: datetime,
) -> list[Booking]:
    """Those of them that were booked until now."""
    rows = queries.settle_bookings(
        connection,
        hall_id=hall_id,
        appointment_ids=list(appointment_ids),
        state=state,
        at=at,
    )
    return [_booking(row) async for row in rows]


async def _tell_dropped(
    connection: Any, bookings: Iterable[Booking], plan: Plan, at: datetime
) -> None:
    for booking in bookings:
        if booking.slot_at > at:
            await _remind_no_more(connection, booking, at)
            await put(connection, dropped_news(booking, plan, at))


async def _remind_no_more(connection: Any, booking: Booking, at: datetime) -> None:
    for key in (*reminder_keys(booking), changed_key(booking)):
        await take_back(connection, booking.hall_id, key, at)
    if booking.lost_at is not None:
        await take_back(connection, booking.hall_id, lost_key(booking), at)


async def _tell_found(connection: Any, booking: Booking, plan: Plan, at: datetime) -> None:
    """`booking`: as it was while it was lost."""
    for reminder in reminders_of(booking, plan):
        await give_again(connection, reminder, at)
    news = found_news(booking, plan, at)
    if news is not None:
        await put(connection, news)
    else:
        await take_back(connection, booking.hall_id, lost_key(booking), at)


def _booking(row: Any) -> Booking:
    return msgspec.convert(dict(row), Booking)
