"""Bookings and appeals in PostgreSQL (AP1, AP3): never more of a slot than it has places."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any

import asyncpg
import msgspec
from msgspec import Struct

from backend.core.bookings import (
    BlockAppeal,
    Booking,
    BookingRefusal,
    BookingRefusalCode,
    BookingState,
)
from backend.core.events import TicketTaken
from backend.core.hall_events import AppointmentCancelled, DayClosed
from backend.core.ids import AppointmentId, CommandId, HallId, QueueId
from backend.core.plan import Appointment, Plan
from backend.core.rules.no_shows import is_no_show
from backend.core.rules.reminders import reminder_keys, reminders_of
from backend.store.appointments import APPOINTMENTS_MAX
from backend.store.audit import NoteIn, not_noted
from backend.store.database import Database, queries
from backend.store.outbox import put, take_back
from backend.store.plans import Plans
from backend.store.stream import Commit, ConflictError

APPEALS_MAX = 200
TOLD_AT_ONCE = 500


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

    async def remind(self, plan: Plan, booking: Booking) -> None:
        """Remind of what is booked, and no more of what is not."""
        if booking.state is BookingState.BOOKED:
            for message in reminders_of(booking, plan):
                await put(self.connection, message)
        elif booking.person_hash is not None:
            for key in reminder_keys(booking):
                await take_back(self.connection, booking.hall_id, key, booking.changed_at)

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
        """Say what became of those that are booked."""
        async with self._database.connection() as connection:
            await _settle(connection, hall_id, appointment_ids, state, at)

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
                if is_told and is_no_show(booking.slot_at, closed_at, plan.rules)
            ]
            others = [b.appointment_id for b, _ in booked if b.appointment_id not in missed]
            for ids, state in ((missed, BookingState.MISSED), (others, BookingState.DROPPED)):
                await _settle(connection, hall_id, ids, state, closed_at)
        return len(missed)

    async def missed(self, hall_id: HallId, person_hash: str) -> list[tuple[date, datetime]]:
        """The days and slots that the person missed and that count, oldest first."""
        async with self._database.connection() as connection:
            return await missed_of(connection, hall_id, person_hash)

    async def appeal(self, appeal: BlockAppeal) -> BlockAppeal:
        """Keep the appeal, once; returns it as it stands.

        Raises BookingRefusal: already_appealed, while another of the person's is undecided.
        ConflictError: the id is of somebody else's appeal, of which nothing is told.
        """
        async with self._database.connection() as connection:
            row = await queries.appeal(connection, appeal_id=appeal.appeal_id)
        if row is not None:
            found = _appeal(row)
            if (found.hall_id, found.person_hash) != (appeal.hall_id, appeal.person_hash):
                raise ConflictError(appeal.appeal_id)
            return found
        try:
            async with self._database.connection() as connection:
                await queries.put_appeal(
                    connection,
                    appeal_id=appeal.appeal_id,
                    hall_id=appeal.hall_id,
                    person_hash=appeal.person_hash,
                    words=appeal.words,
                    asked_at=appeal.asked_at,
                    again_on=appeal.again_on,
                    missed=list(appeal.missed),
                )
        except asyncpg.UniqueViolationError as error:
            raise BookingRefusal(BookingRefusalCode.ALREADY_APPEALED) from error
        return appeal

    async def last_appeal(self, hall_id: HallId, person_hash: str) -> BlockAppeal | None:
        """The person's newest appeal."""
        async with self._database.connection() as connection:
            row = await queries.last_appeal_of(connection, hall_id=hall_id, person_hash=person_hash)
        return _appeal(row) if row is not None else None

    async def appeals(self, hall_id: HallId) -> list[BlockAppeal]:
        """Those to be decided, oldest first, then the others, newest first."""
        async with self._database.connection() as connection:
            rows = queries.appeals_of(connection, hall_id=hall_id, count=APPEALS_MAX)
            return [_appeal(row) async for row in rows]

    async def decide_appeal(
        self, decided: BlockAppeal, *, note_in: NoteIn = not_noted
    ) -> BlockAppeal | None:
        """Keep what was decided; None when there is no such appeal.  Lifted, it excuses (AP3).

        Raises BookingRefusal: already_decided, otherwise or by somebody else.
        """
        key = {"hall_id": decided.hall_id, "appeal_id": decided.appeal_id}
        async with self._database.connection() as connection:
            row = await queries.lock_appeal(connection, **key)
            if row is None:
                return None
            found = _appeal(row)
            if found.decided_at is not None:
                raise BookingRefusal(BookingRefusalCode.ALREADY_DECIDED)
            assert decided.decided_at is not None
            await queries.decide_appeal(
                connection,
                **key,
                is_lifted=decided.is_lifted,
                verdict=decided.verdict,
                decided_by=decided.decided_by,
                decided_at=decided.decided_at,
            )
            if decided.is_lifted:
                await queries.excuse_missed(
                    connection,
                    hall_id=found.hall_id,
                    person_hash=found.person_hash,
                    at=decided.decided_at,
                )
            await note_in(connection)
        return msgspec.structs.replace(
            found,
            is_lifted=decided.is_lifted,
            verdict=decided.verdict,
            decided_by=decided.decided_by,
            decided_at=decided.decided_at,
        )

    async def one_appeal(self, hall_id: HallId, appeal_id: str) -> BlockAppeal | None:
        """An appeal of the hall."""
        async with self._database.connection() as connection:
            row = await queries.appeal(connection, appeal_id=appeal_id)
        return _appeal(row) if row is not None and row["hall_id"] == hall_id else None

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
) -> None:
    await queries.settle_bookings(
        connection,
        hall_id=hall_id,
        appointment_ids=list(appointment_ids),
        state=state,
        at=at,
    )


def _booking(row: Any) -> Booking:
    return msgspec.convert(dict(row), Booking)


def _appeal(row: Any) -> BlockAppeal:
    return msgspec.convert(dict(row), BlockAppeal)
