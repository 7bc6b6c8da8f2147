"""Commands for bookings: decided and stored in one transaction that holds their slots (AP1).

The same idea as for cases (`casework.py`).  A refusal is not kept: anybody may ask, and who asks
again may be luckier.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256

import msgspec
from msgspec import Struct

from backend.core.bookings import (
    Booking,
    BookingCommand,
    BookingRefusal,
    BookingRefusalCode,
    BookingState,
    CancelBooking,
    ChangeBooking,
    ConfirmBooking,
    DropBooking,
)
from backend.core.ids import CommandId, Origin, QueueId
from backend.core.plan import Plan
from backend.core.rosters.days import shifts_of
from backend.core.rosters.roster import Roster
from backend.core.rules.bookings import (
    Slot,
    booking_days,
    cancelled,
    confirmed,
    dropped,
    held,
    is_kept,
    moved,
    slots_of,
)
from backend.core.rules.day import service_day
from backend.core.rules.no_shows import may_book_again_on
from backend.core.shifts import Shift
from backend.core.workdays import WorkCalendar
from backend.store.audit import NoteIn, not_noted
from backend.store.bookings import Bookings, SlotStanding, SlotTransaction
from backend.store.stream import ConflictError, StoreError

ATTEMPTS_MAX = 5
"""Times that the booking may change between looking at it and holding its slots."""
PLAN_VISITS = 200
"""As how many visits at its pace the plan counts: a busy hour gives no places by the dozen."""

PACE_FACTOR = 2.0
"""How many times faster or slower than the plan's mean a queue's usual pace may count."""

_encode = msgspec.json.Encoder(order="sorted").encode


class BookingIdInUseError(Exception):
    """The command's id belongs to another command: take a fresh one (I7)."""


class BlockedError(Exception):
    """The person may not book before a day (AP3)."""

    def __init__(self, again_on: date) -> None:
        super().__init__(str(again_on))
        self.again_on = again_on


class BookingGround:
    """What places there are is found by: plan, calendar, roster and usual paces of a hall."""

    def __init__(
        self,
        plan: Plan,
        calendar: WorkCalendar,
        roster: Roster,
        handling: Mapping[QueueId, tuple[float, int]],
        expected: Mapping[QueueId, Mapping[datetime, int]],
    ) -> None:
        """`handling`: mean seconds of each queue, and of how many visits.

        `expected`: how many come by an appointment made elsewhere, and when.
        """
        self.plan, self.calendar = plan, calendar
        self._roster, self._handling, self._expected = roster, handling, expected
        self._shifts = lru_cache(maxsize=32)(self._shifts_on)
        self.slots = lru_cache(maxsize=2000)(self._slots_on)
        """The slots of a day and queue, earliest first."""

    def days(self, at: datetime) -> tuple[date, ...]:
        """The days that may be booked at that instant."""
        return booking_days(self.plan, self.calendar, self.day_of(at))

    def day_of(self, at: datetime) -> date:
        """The hall's day at that instant."""
        return service_day(at, self.plan.time_zone)

    def offered(self, queue_id: QueueId, slot_at: datetime, at: datetime) -> Slot:
        """The slot, if it may be booked at `at`, whether it has a place or not.

        Raises BookingRefusal: day_not_bookable, slot_not_offered.
        """
        day = self.day_of(slot_at)
        if day not in self.days(at):
            raise BookingRefusal(BookingRefusalCode.DAY_NOT_BOOKABLE)
        found = self.slot(queue_id, day, slot_at)
        if found is None:
            raise BookingRefusal(BookingRefusalCode.SLOT_NOT_OFFERED)
        return found

    def slot(self, queue_id: QueueId, day: date, slot_at: datetime) -> Slot | None:
        """The slot of the queue that begins then, if it has places."""
        return next((s for s in self.slots(day, queue_id) if s.slot_at == slot_at), None)

    def keeps(self, queue_id: QueueId, slot_at: datetime) -> bool:
        """Whether somebody who booked this half hour can still be served in it (AP4)."""
        return is_kept(self.plan, self._shifts(self.day_of(slot_at)), queue_id, slot_at)

    def _shifts_on(self, day: date) -> tuple[Shift, ...]:
        return shifts_of(self._roster, self.calendar, self.plan, day)

    def _slots_on(self, day: date, queue_id: QueueId) -> tuple[Slot, ...]:
        pace_s, expected = self._pace_s(queue_id), self._expected.get(queue_id, {})
        return slots_of(self.plan, self._shifts(day), day, queue_id, pace_s, expected=expected)

    def _pace_s(self, queue_id: QueueId) -> float:
        """How long a visit of the queue takes: as counted, beside the plan's `PLAN_VISITS`.

        Never further from the plan than `PACE_FACTOR`: places promised by a slip would be missed.
        """
        planned_s = next(q.mean_handling_s for q in self.plan.queues if q.queue_id == queue_id)
        mean_s, visits = self._handling.get(queue_id, (0.0, 0))
        usual_s = (planned_s * PLAN_VISITS + mean_s * visits) / (PLAN_VISITS + visits)
        return min(max(usual_s, planned_s / PACE_FACTOR), planned_s * PACE_FACTOR)


class Person(Struct, frozen=True, kw_only=True):
    """Who books, as far as it may be known."""

    person_hash: str
    origin: Origin | None


class BookingStamp(Struct, frozen=True, kw_only=True):
    """What the shell brings in with a command."""

    at: datetime
    ground: BookingGround
    person: Person | None = None
    """Who comes, for confirm_booking."""


class Worked(Struct, frozen=True, kw_only=True):
    """A booking after a command."""

    booking: Booking
    before: Booking | None
    """As it was until this very command changed it; None of a repeat."""

    @property
    def is_hold_over(self) -> bool:
        """Whether this command ended a hold, by booking the place or by giving it back."""
        held = BookingState.HELD
        return self.before is not None and self.before.state is held is not self.booking.state


class BookingWork:
    """Does commands for bookings; every method may raise StoreError.

    All raise BookingRefusal where a rule says no, and BookingIdInUseError.
    """

    def __init__(self, bookings: Bookings) -> None:
        self.bookings = bookings

    async def hold(
        self, command_id: CommandId, draft: Booking, slot: Slot, at: datetime
    ) -> Booking:
        """Keep a place of the slot free, once; `draft` has fresh secrets, used if it is new."""
        mark = _mark(draft.hall_id, draft.service_id, slot.slot_at)
        try:
            async with self.bookings.hold_slots(
                draft.hall_id, draft.queue_id, [slot.slot_at]
            ) as tx:
                found = await _effect(tx, command_id, mark)
                if found is not None:
                    return found
                standing = await tx.standing(draft, slot.day, slot.slot_at, at)
                booking = held(slot, standing.taken, draft, _not_earlier(at, standing))
                await tx.put(command_id, mark, booking)
                return booking
        except ConflictError as error:
            raise BookingIdInUseError(str(command_id)) from error

    async def do(
        self,
        command_id: CommandId,
        token: str,
        command: BookingCommand,
        stamp: BookingStamp,
        *,
        note_in: NoteIn = not_noted,
    ) -> Worked | None:
        """The booking with this secret, after the command; None when there is none.

        `note_in` keeps the record of what staff do.
        Raises BlockedError.
        """
        named = command if stamp.person is None else stamp.person
        mark = _mark(token, type(command).__name__, named)
        for _ in range(ATTEMPTS_MAX):
            seen = await self.bookings.with_token(token)
            if seen is None:
                return None
            slots = [seen.slot_at]
            if isinstance(command, ChangeBooking):
                slots.append(command.slot_at)
            try:
                async with self.bookings.hold_slots(seen.hall_id, seen.queue_id, slots) as tx:
                    found = await _effect(tx, command_id, mark)
                    if found is not None:
                        return Worked(booking=found, before=None)
                    booking = await tx.with_token(token)
                    if booking is None or booking.appointment_id != seen.appointment_id:
                        continue
                    changed = await _decided(tx, booking, command, stamp)
                    await tx.put(command_id, mark, *changed)
                    for one in changed:
                        await tx.tell(stamp.ground.plan, one, before=booking)
                    await note_in(tx.connection)
                    return Worked(booking=changed[-1], before=booking)
            except ConflictError:
                continue
        raise StoreError("the booking keeps changing")


async def _decided(
    tx: SlotTransaction, booking: Booking, command: BookingCommand, stamp: BookingStamp
) -> tuple[Booking, ...]:
    """What the command makes of it; the last one is the booking from now on."""
    ground, person = stamp.ground, stamp.person
    rules = ground.plan.rules
    own = await tx.standing(booking, booking.day, booking.slot_at, stamp.at)
    at = _not_earlier(stamp.at, own)
    match command:
        case ConfirmBooking():
            assert person is not None
            await _check_blocked(tx, booking, person, ground, at)
            slot = ground.slot(booking.queue_id, booking.day, booking.slot_at)
            who = (person.person_hash, person.origin)
            return (confirmed(booking, slot, own.taken, who, at),)
        case ChangeBooking():
            slot = ground.offered(booking.queue_id, command.slot_at, at)
            standing = await tx.standing(booking, slot.day, slot.slot_at, at)
            return moved(booking, slot, standing.taken, rules, _not_earlier(at, standing))
        case CancelBooking():
            return (cancelled(booking, rules, at),)
        case DropBooking():
            return (dropped(booking, command.reason, at),)


async def _check_blocked(
    tx: SlotTransaction, booking: Booking, person: Person, ground: BookingGround, at: datetime
) -> None:
    missed = await tx.missed(booking.hall_id, person.person_hash)
    days = [day for day, _ in missed]
    again_on = may_book_again_on(days, ground.plan.rules, ground.day_of(at))
    if again_on is not None:
        raise BlockedError(again_on)


async def _effect(tx: SlotTransaction, command_id: CommandId, mark: str) -> Booking | None:
    found = await tx.effect_of(command_id)
    if found is None:
        return None
    booking, given = found
    if given != mark:
        raise BookingIdInUseError(str(command_id))
    return booking


def _not_earlier(at: datetime, standing: SlotStanding) -> datetime:
    """A slot never goes back in time: another process's clock may be a little ahead."""
    return at if standing.changed_at is None else max(at, standing.changed_at)


def _mark(*asked: object) -> str:
    """A digest of what is asked; a card is in it by its keyed hash alone."""
    return sha256(_encode(asked)).hexdigest()[:16]
