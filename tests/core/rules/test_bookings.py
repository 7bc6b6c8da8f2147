from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backend.core.bookings import Booking, BookingRefusal, BookingState
from backend.core.ids import (
    CallMode,
    Channel,
    HallId,
    Origin,
    QueueId,
    ServiceId,
    ShiftRole,
    StaffId,
)
from backend.core.plan import Plan, Serving, Span, SpecialDay, TimedServing, WeekdayHours
from backend.core.rules.bookings import (
    HOLD,
    SLOT,
    Slot,
    bookable_queue,
    booking_days,
    cancelled,
    change_until,
    confirmed,
    dropped,
    held,
    is_kept,
    moved,
    slots_of,
)
from backend.core.shifts import Duty, Shift
from backend.core.workdays import ANNOUNCED, WorkCalendar, calendar_of
from tests.support.plans import W1, W2, A, B, small_plan

MONDAY = date(2026, 11, 23)
CALENDAR = calendar_of(ANNOUNCED)
OFFICE = (Span(opens=8 * 60 + 30, closes=11 * 60 + 30), Span(opens=14 * 60, closes=17 * 60))
SHE = ("her-hash", Origin.STUDENT)
MINUTE = timedelta(minutes=1)


def hall(special_days: tuple[SpecialDay, ...] = ()) -> Plan:
    hours = tuple(WeekdayHours(weekday=weekday, spans=OFFICE) for weekday in range(1, 6))
    return replace(small_plan(), hours=hours, special_days=special_days)


def clock(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    """That time of day in Shanghai."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def shift(counter_id: str, begins: datetime, ends: datetime, *, persons: int = 1) -> Shift:
    named = tuple(Duty(staff_id=StaffId(f"c{n}"), role=ShiftRole.A) for n in range(persons))
    return Shift(counter_id=counter_id, begins_at=begins, ends_at=ends, persons=named)  # type: ignore[arg-type]


MORNING = shift(W1, clock(8, 30), clock(11, 30))


def places(plan: Plan, *shifts: Shift, queue_id: QueueId = A, pace_s: float = 240) -> list[int]:
    found = slots_of(plan, shifts, MONDAY, queue_id, pace_s, expected={})
    return [slot.places for slot in found]


def booking(state: BookingState = BookingState.BOOKED) -> Booking:
    return Booking(
        hall_id=HallId("small"),
        booking_id="b",
        revision=0,
        queue_id=A,
        service_id=ServiceId("S1"),
        day=MONDAY,
        slot_at=clock(10),
        state=state,
        code="K7M2P9QXTR",
        token="t",
        changed_at=clock(7),
        held_until=clock(7) + HOLD,
    )


SLOT_10 = Slot(day=MONDAY, slot_at=clock(10), places=3)


def test_first_to_fifth_working_day_ahead_may_be_booked__AP1() -> None:
    days = booking_days(hall(), CALENDAR, MONDAY)
    assert days == tuple(date(2026, 11, n) for n in (24, 25, 26, 27, 30))
    # Over a holiday; the Saturday that is worked instead has no hours here.
    assert booking_days(hall(), CALENDAR, date(2026, 9, 30))[0] == date(2026, 10, 8)


def test_special_day_counts_as_the_plan_says__AP1() -> None:
    shut = SpecialDay(day=date(2026, 11, 24), spans=())
    extra = SpecialDay(day=date(2026, 11, 28), spans=OFFICE)
    days = booking_days(hall((shut, extra)), CALENDAR, MONDAY)
    assert days == tuple(date(2026, 11, n) for n in (25, 26, 27, 28, 30))


def test_hall_that_says_so_takes_bookings_for_today__AP1() -> None:
    plan = hall()
    plan = replace(plan, rules=replace(plan.rules, book_days_min=0, book_days_max=1))
    assert booking_days(plan, CALENDAR, MONDAY) == (MONDAY, date(2026, 11, 24))
    assert booking_days(plan, CALENDAR, date(2026, 11, 28)) == (date(2026, 11, 30),)


def test_half_of_what_the_rostered_window_can_serve_may_be_booked__AP1() -> None:
    found = slots_of(hall(), [MORNING], MONDAY, A, 240, expected={})
    assert [slot.slot_at for slot in found] == [clock(8, 30) + n * SLOT for n in range(6)]
    assert {slot.places for slot in found} == {3}  # 7.5 in half an hour


def test_windows_that_nobody_sits_at_or_that_serve_others_give_no_place__AP1() -> None:
    nobody = shift(W1, clock(8, 30), clock(11, 30), persons=0)
    assert places(hall(), nobody) == []
    assert places(hall(), MORNING, queue_id=B) == []
    assert places(hall(), shift("W9", clock(8, 30), clock(11, 30))) == []


def test_window_of_two_queues_is_there_for_each_in_its_share__AP1() -> None:
    both = shift(W2, clock(9), clock(10))
    assert places(hall(), both) == [1, 1]
    counters = tuple(
        replace(c, mode=CallMode.SHARES, shares=(3, 1)) if c.counter_id == W2 else c
        for c in hall().counters
    )
    assert places(replace(hall(), counters=counters), both) == [2, 2]
    assert places(replace(hall(), counters=counters), both, queue_id=B) == []


def test_timetable_of_the_window_says_what_it_serves_then__AP1() -> None:
    later = TimedServing(from_minute=10 * 60, serving=Serving(queue_ids=(B,)))
    counters = tuple(
        replace(c, timetable=(later,)) if c.counter_id == W1 else c for c in hall().counters
    )
    plan = replace(hall(), counters=counters)
    assert len(places(plan, MORNING)) == 3
    assert len(places(plan, MORNING, queue_id=B)) == 3


def test_half_hour_cut_off_by_shift_or_closing_has_fewer_places__AP1() -> None:
    assert places(hall(), shift(W1, clock(8, 45), clock(9, 15))) == [1, 1]
    late = shift(W1, clock(16), clock(18))
    assert places(hall(), late) == [3, 3]
    assert places(hall(), shift(W1, clock(11, 30), clock(14))) == []


@given(st.integers(10, 90), st.floats(10, 14_400), st.integers(1, 4))
def test_no_more_than_the_share_is_ever_offered__AP1(pct: int, pace_s: float, windows: int) -> None:
    plan = hall()
    plan = replace(plan, rules=replace(plan.rules, book_share_pct=pct))
    shifts = [shift(W1, clock(8, 30), clock(11, 30)) for _ in range(windows)]
    for n in places(plan, *shifts, pace_s=pace_s):
        assert n <= windows * SLOT.total_seconds() / pace_s * pct / 100


def test_service_whose_queue_takes_no_appointments_is_not_booked__AP1() -> None:
    assert bookable_queue(hall(), "S1") == A
    with pytest.raises(BookingRefusal, match="service_not_bookable"):
        bookable_queue(hall(), "S9")
    shut = tuple(replace(q, channels=(Channel.CARD,)) for q in hall().queues)
    with pytest.raises(BookingRefusal, match="service_not_bookable"):
        bookable_queue(replace(hall(), queues=shut), "S1")


def test_place_is_held_for_five_minutes__AP1() -> None:
    found = held(SLOT_10, 2, booking(BookingState.HELD), clock(9))
    assert found.held_until == clock(9) + 5 * MINUTE
    assert found.is_live(clock(9) + 4.9 * MINUTE)
    assert not found.is_live(clock(9) + 5 * MINUTE)


def test_full_or_begun_slot_is_not_held__AP1() -> None:
    with pytest.raises(BookingRefusal, match="slot_full"):
        held(SLOT_10, 3, booking(BookingState.HELD), clock(9))
    with pytest.raises(BookingRefusal, match="slot_not_offered"):
        held(SLOT_10, 0, booking(BookingState.HELD), clock(10))


def test_held_place_is_booked_for_the_person__AP1() -> None:
    found = confirmed(booking(BookingState.HELD), SLOT_10, 3, SHE, clock(7, 4))
    assert (found.state, found.person_hash, found.origin) == (BookingState.BOOKED, *SHE)


def test_lapsed_hold_is_good_only_while_the_place_is_free__AP1() -> None:
    lapsed = booking(BookingState.HELD)
    assert confirmed(lapsed, SLOT_10, 2, SHE, clock(8)).state is BookingState.BOOKED
    for slot, taken, at in ((SLOT_10, 3, clock(8)), (None, 0, clock(8)), (SLOT_10, 0, clock(10))):
        with pytest.raises(BookingRefusal, match="hold_lapsed"):
            confirmed(lapsed, slot, taken, SHE, at)


def test_place_that_somebody_else_booked_meanwhile_says_so__AP1() -> None:
    booked = replace(booking(), person_hash="somebody else")
    with pytest.raises(BookingRefusal, match="already_booked"):
        confirmed(booked, SLOT_10, 0, SHE, clock(7))


def test_booking_is_cancelled_until_two_hours_before__AP1() -> None:
    rules = hall().rules
    assert cancelled(booking(), rules, clock(8)).state is BookingState.CANCELLED
    with pytest.raises(BookingRefusal, match="too_late_to_change"):
        cancelled(booking(), rules, clock(8) + MINUTE)
    hold = cancelled(booking(BookingState.HELD), rules, clock(9, 59))
    assert hold.state is BookingState.RELEASED


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (BookingState.KEPT, "booking_used"),
        (BookingState.MISSED, "booking_over"),
        (BookingState.CANCELLED, "booking_cancelled"),
        (BookingState.DROPPED, "booking_cancelled"),
        (BookingState.RELEASED, "booking_cancelled"),
        (BookingState.MOVED, "booking_cancelled"),
    ],
)
def test_nothing_becomes_of_a_booking_that_is_over__AP1(state: BookingState, code: str) -> None:
    rules = hall().rules
    with pytest.raises(BookingRefusal, match=code):
        cancelled(booking(state), rules, clock(7))
    with pytest.raises(BookingRefusal, match=code):
        confirmed(booking(state), SLOT_10, 0, SHE, clock(7))
    with pytest.raises(BookingRefusal, match=code):
        moved(booking(state), SLOT_10, 0, rules, clock(7))
    with pytest.raises(BookingRefusal, match=code):
        dropped(booking(state), "asked for it", clock(7))


def test_staff_call_off_what_is_booked_until_it_begins__AP4() -> None:
    ended = dropped(booking(), "asked for it", clock(9, 59))
    assert (ended.state, ended.reason) == (BookingState.DROPPED, "asked for it")
    for one, at in ((booking(), clock(10)), (booking(BookingState.HELD), clock(7))):
        with pytest.raises(BookingRefusal, match="booking_over"):
            dropped(one, "asked for it", at)


def test_change_gives_the_new_place_or_keeps_the_old__AP1() -> None:
    rules, other = hall().rules, Slot(day=MONDAY, slot_at=clock(15), places=1)
    old, new = moved(booking(), other, 0, rules, clock(7))
    assert (old.state, old.revision, old.slot_at) == (BookingState.MOVED, 0, clock(10))
    assert (new.state, new.revision, new.slot_at) == (BookingState.BOOKED, 1, clock(15))
    assert (new.code, new.token) == (old.code, old.token)
    assert new.appointment_id != old.appointment_id
    for slot, taken, code in ((other, 1, "slot_full"), (SLOT_10, 0, "same_slot")):
        with pytest.raises(BookingRefusal, match=code):
            moved(booking(), slot, taken, rules, clock(7))
    with pytest.raises(BookingRefusal, match="too_late"):
        moved(booking(), other, 0, rules, clock(9))


def test_change_of_a_hold_makes_it_no_longer__AP1() -> None:
    other = Slot(day=MONDAY, slot_at=clock(15), places=1)
    hold = booking(BookingState.HELD)
    _, new = moved(hold, other, 0, hall().rules, hold.held_until - MINUTE)
    assert (new.state, new.held_until) == (BookingState.HELD, hold.held_until)
    with pytest.raises(BookingRefusal, match="hold_lapsed"):
        moved(hold, other, 0, hall().rules, hold.held_until)


def test_half_hours_are_those_of_the_clock_on_the_wall__AP1() -> None:
    day = date(2026, 3, 29)  # in Berlin 2:00 is 3:00
    plan = replace(small_plan(), time_zone="Europe/Berlin")
    night = shift(W1, datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC))
    found = [slot.slot_at for slot in slots_of(plan, [night], day, A, 240, expected={})]
    assert found == sorted(set(found))
    assert len(found) == 46


def test_unannounced_year_is_worked_monday_to_friday__AP1() -> None:
    days = booking_days(hall(), WorkCalendar(), date(2031, 1, 3))
    assert days[0] == date(2031, 1, 6)


def test_half_hour_is_kept_while_open_with_a_window_for_the_queue__AP4() -> None:
    assert is_kept(hall(), [MORNING], A, clock(10))
    assert not is_kept(hall(), [MORNING], A, clock(14))  # nobody is rostered
    assert not is_kept(hall(), [shift(W1, clock(8, 30), clock(11, 30), persons=0)], A, clock(10))
    holiday = SpecialDay(day=MONDAY, spans=())
    assert not is_kept(hall((holiday,)), [MORNING], A, clock(10))
    late = SpecialDay(day=MONDAY, spans=(Span(opens=10 * 60 + 30, closes=11 * 60),))
    assert not is_kept(hall((late,)), [MORNING], A, clock(10))
    assert is_kept(hall((late,)), [MORNING], A, clock(10, 30))
    plan = hall()
    queues = tuple(replace(q, channels=(Channel.CARD,)) for q in plan.queues)
    assert not is_kept(replace(plan, queues=queues), [MORNING], A, clock(10))
    assert not is_kept(replace(plan, queues=()), [MORNING], A, clock(10))


def test_booking_that_is_lost_may_be_changed_until_it_begins__AP4() -> None:
    lost = replace(booking(), lost_at=clock(8))
    rules = hall().rules
    assert change_until(lost, rules) == clock(10)
    assert cancelled(lost, rules, clock(9, 59)).state is BookingState.CANCELLED
    _, new = moved(lost, replace(SLOT_10, slot_at=clock(11)), 0, rules, clock(9))
    assert new.lost_at is None
    with pytest.raises(BookingRefusal, match="too_late_to_change"):
        cancelled(lost, rules, clock(10, 1))
