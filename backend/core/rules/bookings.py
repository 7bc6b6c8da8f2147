"""Which places of which half hours may be booked, and what becomes of one (AP1, AP4).

A booking lives in the store until its day; from then on it is an appointment of the day, with the
rules of `appointments.py` (AP2).
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from backend.core.bookings import (
    Booking,
    BookingRefusal,
    BookingRefusalCode,
    BookingState,
)
from backend.core.ids import CallMode, Channel, Origin, QueueId
from backend.core.plan import CounterPlan, Plan, RuleNumbers, Serving
from backend.core.rules.day import service_day
from backend.core.rules.hours import LOOK_DAYS, has_hours, instant, open_times
from backend.core.shifts import Shift
from backend.core.workdays import WorkCalendar

SLOT = timedelta(minutes=30)
HOLD = timedelta(minutes=5)
"""How long a place is kept free while the form is filled in."""
DAY = timedelta(days=1)
LIVE = (BookingState.HELD, BookingState.BOOKED)


class Slot(Struct, frozen=True, kw_only=True):
    """A half hour of a queue."""

    day: date
    slot_at: datetime
    places: int
    """How many may be booked here: the hall's share of those that can be served, without those
    who are expected from elsewhere (AP1)."""


def is_booking_day(plan: Plan, calendar: WorkCalendar, day: date) -> bool:
    """Whether the day counts as a working day of the hall: it is worked and the hall is open.

    A special day of the plan says so by itself, whatever the calendar has.
    """
    if any(special.day == day for special in plan.special_days):
        return bool(open_times(plan, day))
    return calendar.is_working(day) and (not has_hours(plan) or bool(open_times(plan, day)))


def booking_days(plan: Plan, calendar: WorkCalendar, today: date) -> tuple[date, ...]:
    """The days that may be booked today: the 1st to the 5th working day ahead (AP1); 0 is today."""
    first, last = plan.rules.book_days_min, plan.rules.book_days_max
    found = [today] if first == 0 and is_booking_day(plan, calendar, today) else []
    ahead = 0
    for n in range(1, LOOK_DAYS):
        day = today + n * DAY
        if ahead == last:
            break
        if is_booking_day(plan, calendar, day):
            ahead += 1
            if ahead >= first:
                found.append(day)
    return tuple(found)


def bookable_queue(plan: Plan, service_id: str) -> QueueId:
    """The queue of the service, where it takes appointments (TK3).

    Raises BookingRefusal: service_not_bookable.
    """
    service = next((s for s in plan.services if s.service_id == service_id), None)
    queue_id = service.queue_id if service is not None else None
    queue = next((q for q in plan.queues if q.queue_id == queue_id), None)
    if queue is None or Channel.APPOINTMENT not in queue.channels:
        raise BookingRefusal(BookingRefusalCode.SERVICE_NOT_BOOKABLE)
    return queue.queue_id


def slots_of(
    plan: Plan,
    shifts: Iterable[Shift],
    day: date,
    queue_id: QueueId,
    pace_s: float,
    *,
    expected: Mapping[datetime, int],
) -> tuple[Slot, ...]:
    """The half hours of the day in which the queue can be booked, earliest first (AP1).

    What the windows rostered for the queue can serve at `pace_s` a visitor, of which the hall's
    share may be booked.  They begin at whole and half hours of the hall's clock, while it is open.
    `expected`: how many come by an appointment made elsewhere, and when; they take places too.
    """
    rostered = tuple(shifts)
    found = []
    for slot_at in _half_hours(plan, day):
        served_s = sum(_served_s(plan, shift, queue_id, slot_at, day) for shift in rostered)
        places = int(served_s * plan.rules.book_share_pct / (pace_s * 100))
        if places > 0:
            taken = sum(n for at, n in expected.items() if slot_at <= at < slot_at + SLOT)
            found.append(Slot(day=day, slot_at=slot_at, places=max(places - taken, 0)))
    return tuple(found)


def is_kept(plan: Plan, shifts: Iterable[Shift], queue_id: QueueId, slot_at: datetime) -> bool:
    """Whether the hall still serves the queue by appointment in the half hour (AP4).

    It is open then, the queue takes appointments, and a window is rostered for it.
    """
    queue = next((q for q in plan.queues if q.queue_id == queue_id), None)
    if queue is None or Channel.APPOINTMENT not in queue.channels:
        return False
    day = service_day(slot_at, plan.time_zone)
    spans = open_times(plan, day)
    if has_hours(plan) and not any(o.opens_at <= slot_at < o.closes_at for o in spans):
        return False
    return any(_served_s(plan, shift, queue_id, slot_at, day) > 0 for shift in shifts)


def held(slot: Slot, taken: int, booking: Booking, at: datetime) -> Booking:
    """A place of the slot, kept free for `HOLD` (AP1).  `booking` has all but that.

    Raises BookingRefusal: slot_full, slot_not_offered (it has begun).
    """
    _check_place(slot, taken, at)
    return replace(booking, state=BookingState.HELD, changed_at=at, held_until=at + HOLD)


def confirmed(
    booking: Booking,
    slot: Slot | None,
    taken: int,
    person: tuple[str, Origin | None],
    at: datetime,
) -> Booking:
    """The place, taken for the person.  `taken`: places of others in the slot.

    A hold that has lapsed is good all the same while the place is free; what the same person has
    booked, in another tab say, stays as it is.

    Raises BookingRefusal: hold_lapsed, already_booked, booking_cancelled, _over, _used.
    """
    if booking.state is BookingState.BOOKED:
        if booking.person_hash != person[0]:
            raise BookingRefusal(BookingRefusalCode.ALREADY_BOOKED)
        return booking
    if booking.state is not BookingState.HELD:
        raise BookingRefusal(_why_over(booking))
    is_free = slot is not None and taken < slot.places
    if not booking.is_live(at) and not (is_free and at < booking.slot_at):
        raise BookingRefusal(BookingRefusalCode.HOLD_LAPSED)
    person_hash, origin = person
    return replace(
        booking,
        state=BookingState.BOOKED,
        changed_at=at,
        person_hash=person_hash,
        origin=origin,
    )


def moved(
    booking: Booking, slot: Slot, taken: int, rules: RuleNumbers, at: datetime
) -> tuple[Booking, Booking]:
    """The old booking, given up, and the one in the other slot: held or booked as the old was.

    A hold stays as long as it was: else whoever goes on changing keeps a place for ever.

    Raises BookingRefusal: as `held` and `check_changeable`, same_slot, and hold_lapsed.
    """
    check_changeable(booking, rules, at)
    if not booking.is_live(at):
        raise BookingRefusal(BookingRefusalCode.HOLD_LAPSED)
    if slot.slot_at == booking.slot_at:
        raise BookingRefusal(BookingRefusalCode.SAME_SLOT)
    _check_place(slot, taken, at)
    new = replace(
        booking,
        revision=booking.revision + 1,
        day=slot.day,
        slot_at=slot.slot_at,
        changed_at=at,
        lost_at=None,
    )
    return replace(booking, state=BookingState.MOVED, changed_at=at), new


def cancelled(booking: Booking, rules: RuleNumbers, at: datetime) -> Booking:
    """The booking, given back until 2 h before its slot (AP1); a hold at any time.

    Raises BookingRefusal: as `check_changeable`.
    """
    check_changeable(booking, rules, at)
    is_held = booking.state is BookingState.HELD
    state = BookingState.RELEASED if is_held else BookingState.CANCELLED
    return replace(booking, state=state, changed_at=at)


def dropped(booking: Booking, reason: str, at: datetime) -> Booking:
    """The booking, called off by staff until its half hour begins: no no-show (AP4).

    Raises BookingRefusal: booking_over, booking_cancelled, booking_used.
    """
    if booking.state is not BookingState.BOOKED or at >= booking.slot_at:
        raise BookingRefusal(_why_over(booking))
    return replace(booking, state=BookingState.DROPPED, changed_at=at, reason=reason)


def change_until(booking: Booking, rules: RuleNumbers) -> datetime:
    """Until when a booking may be changed and cancelled (AP1), or to its last (AP4)."""
    if booking.lost_at is not None:
        return booking.slot_at
    return booking.slot_at - timedelta(seconds=rules.book_cancel_s)


def check_changeable(booking: Booking, rules: RuleNumbers, at: datetime) -> None:
    """Raises BookingRefusal: too_late_to_change, booking_cancelled, _over, _used (AP1)."""
    if booking.state not in LIVE:
        raise BookingRefusal(_why_over(booking))
    if booking.state is BookingState.BOOKED and at > change_until(booking, rules):
        raise BookingRefusal(BookingRefusalCode.TOO_LATE_TO_CHANGE)


def _check_place(slot: Slot, taken: int, at: datetime) -> None:
    if at >= slot.slot_at:
        raise BookingRefusal(BookingRefusalCode.SLOT_NOT_OFFERED)
    if taken >= slot.places:
        raise BookingRefusal(BookingRefusalCode.SLOT_FULL)


def _why_over(booking: Booking) -> BookingRefusalCode:
    match booking.state:
        case BookingState.KEPT:
            return BookingRefusalCode.BOOKING_USED
        case BookingState.MISSED | BookingState.BOOKED | BookingState.HELD:
            return BookingRefusalCode.BOOKING_OVER
        case _:
            return BookingRefusalCode.BOOKING_CANCELLED


def _half_hours(plan: Plan, day: date) -> Iterable[datetime]:
    """When the half hours of the day begin in which the hall is open."""
    spans = [(o.opens_at, o.closes_at) for o in open_times(plan, day)]
    # By the clock on the wall: where it is put forward, two of its times are one instant.
    for slot_at in dict.fromkeys(instant(plan, day, 30 * n) for n in range(48)):
        if not has_hours(plan) or any(opens <= slot_at < closes for opens, closes in spans):
            yield slot_at


def _served_s(plan: Plan, shift: Shift, queue_id: QueueId, slot_at: datetime, day: date) -> float:
    """Seconds of the half hour in which the shift's window is there for the queue.

    A window of several queues is there for each in its share; nobody at it, for none.
    """
    counter = next((c for c in plan.counters if c.counter_id == shift.counter_id), None)
    if counter is None or not shift.persons:
        return 0.0
    serving = _serving_at(plan, counter, slot_at)
    if queue_id not in serving.queue_ids:
        return 0.0
    ends_at = slot_at + SLOT
    closes = [o.closes_at for o in open_times(plan, day) if o.opens_at <= slot_at < o.closes_at]
    last_at = min([ends_at, shift.ends_at, *closes])
    seconds = (last_at - max(slot_at, shift.begins_at)).total_seconds()
    return max(seconds, 0.0) * _share_of(serving, queue_id)


def _serving_at(plan: Plan, counter: CounterPlan, slot_at: datetime) -> Serving:
    wall = slot_at.astimezone(ZoneInfo(plan.time_zone))
    minute = wall.hour * 60 + wall.minute
    timed = [entry.serving for entry in counter.timetable if entry.from_minute <= minute]
    return timed[-1] if timed else counter.serving


def _share_of(serving: Serving, queue_id: QueueId) -> float:
    """How much of its time a window is there for the queue."""
    if serving.mode is CallMode.SHARES and len(serving.shares) == len(serving.queue_ids):
        return serving.shares[serving.queue_ids.index(queue_id)] / sum(serving.shares)
    return 1 / len(serving.queue_ids)
