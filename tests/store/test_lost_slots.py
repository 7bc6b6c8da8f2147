"""What the hall cannot keep of what was booked (AP4), and what is kept no longer of bookings."""

import asyncio
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from backend.booking import BookingWork
from backend.core.bookings import BookingRefusal, BookingState, CancelBooking, ChangeBooking
from backend.core.commands import CancelAppointment
from backend.core.ids import AppointmentId
from backend.core.messages import Language
from backend.core.plan import Appointment
from backend.core.rules.reminders import GRACE
from backend.store.appointments import Appointments
from backend.store.bookings import HOLDS_KEPT, REPEATED, Bookings
from backend.store.database import Database
from backend.store.outbox import Outbox
from tests.replay.recorded import Recorded
from tests.store.test_bookings import (
    AT,
    HE,
    NINE,
    SHE,
    TUESDAY,
    Office,
    clock,
    expect,
    ground,
    lived,
    office,
    plan,
    state_of,
)
from tests.support.commits import HALL
from tests.support.plans import A, B
from tests.support.world import CHIEF, HUB

__all__ = ["office"]


async def told(database: Database, at: datetime) -> list[str]:
    """What she was told until then, newest first, in English."""
    found = await Outbox(database).told((SHE.person_hash,), at)
    return [getattr(one.message.title, Language.EN) for one in found]


async def lose(office: Office, *, is_kept: bool = False, slot_at: datetime = NINE) -> int:
    here = replace(plan(), hall_id=HALL)
    return await office.work.bookings.keep_slot(here, A, slot_at, is_kept=is_kept, at=office.at)


async def test_who_comes_by_an_appointment_made_elsewhere_takes_a_place__AP1(
    office: Office, database: Database
) -> None:
    appointments = Appointments(database)
    made = Appointment(
        appointment_id=AppointmentId("E1"), code="ELSE01", queue_id=A, slot_at=clock(9, 20)
    )
    others = [
        replace(made, appointment_id=AppointmentId("E2"), code="ELSE02", slot_at=clock(9, 30)),
        replace(made, appointment_id=AppointmentId("E3"), code="ELSE03", queue_id=B),
    ]
    await appointments.put_day(HALL, TUESDAY, [made, *others])
    expected = await appointments.counted(HALL, TUESDAY, TUESDAY)
    assert expected == {A: {clock(9, 20): 1, clock(9, 30): 1}, B: {clock(9, 20): 1}}
    slots = ground(expected=expected).slots(TUESDAY, A)
    assert [s.places for s in slots if clock(9) <= s.slot_at <= clock(10)] == [2, 2, 3]
    full = ground(expected={A: {clock(9, 20): 5}}).slots(TUESDAY, A)
    assert [s.places for s in full if s.slot_at == NINE] == [0]  # offered, and full
    office.elsewhere = expected
    for _ in range(2):
        await office.hold()
    with pytest.raises(BookingRefusal, match="slot_full"):
        await office.hold()


async def test_lost_half_hour_is_told_once_and_may_be_changed_to_the_end__AP4(
    office: Office, database: Database
) -> None:
    booked = await office.book(SHE)
    other = Office(BookingWork(Bookings(Database(database.url))))
    assert sorted(await asyncio.gather(*(lose(one) for one in (office, other) * 2))) == [0, 0, 0, 1]
    assert await office.work.bookings.lost_days(HALL, TUESDAY) == [(TUESDAY, 1)]
    slots = await office.work.bookings.slots_booked(HALL, TUESDAY, AT)
    assert slots == [(A, NINE, True)]
    assert await told(database, AT + GRACE - timedelta(seconds=1)) == []
    assert await told(database, NINE) == ["Change needed: service S1 (en), 24 Nov at 09:00"]
    office.at = NINE - timedelta(minutes=1)
    moved = await office.do(booked, ChangeBooking(slot_at=NINE + timedelta(days=1)))
    assert (moved.state, moved.lost_at) == (BookingState.BOOKED, None)
    office.at = NINE + timedelta(hours=22, minutes=1)  # from now on as any other
    with pytest.raises(BookingRefusal, match="too_late_to_change"):
        await office.do(moved, CancelBooking())


async def test_half_hour_that_is_kept_after_all_is_told_to_who_was_told_otherwise__AP4(
    office: Office, database: Database
) -> None:
    await office.book(SHE)
    await lose(office)
    office.at = AT + GRACE / 2
    assert await lose(office, is_kept=True) == 1
    assert await lose(office, is_kept=True) == 0
    reminded = ["service S1 (en), 24 Nov at 09:00"] * 2
    assert await told(database, NINE - timedelta(minutes=1)) == reminded  # as if nothing had been
    await lose(office)
    office.at += GRACE
    assert await lose(office, is_kept=True) == 1
    assert await told(database, office.at) == [
        "As booked: service S1 (en), 24 Nov at 09:00",
        "Change needed: service S1 (en), 24 Nov at 09:00",
    ]


async def test_who_did_not_come_to_a_lost_half_hour_is_no_no_show__AP4(office: Office) -> None:
    booked, other = await office.book(SHE), await office.book(HE, clock(10))
    await lose(office)
    world = await lived(office, booked, other)
    await office.work.bookings.settle_after(HALL, TUESDAY, world.commits)
    assert await state_of(office, booked) is BookingState.DROPPED
    assert await state_of(office, other) is BookingState.MISSED


async def test_who_is_dropped_by_the_hall_is_told__AP4(office: Office, database: Database) -> None:
    booked = await office.book(SHE)
    world = Recorded(plan(), at=clock(7))
    world.do(expect(booked.appointment), HUB)
    world.do(CancelAppointment(appointment_id=booked.appointment_id), CHIEF)
    for _ in range(2):
        await office.work.bookings.settle_after(HALL, TUESDAY, world.commits)
    found = await told(database, NINE - timedelta(minutes=1))
    assert found[0] == "Cancelled: service S1 (en), 24 Nov at 09:00"
    assert len(found) == 2  # and the evening before; nobody is asked to check in


async def test_commands_and_holds_of_nobody_are_forgotten_when_nobody_asks_again__I7(
    office: Office, database: Database
) -> None:
    await office.hold(id="lapsed")
    booked = await office.book(SHE)
    store = office.work.bookings

    async def rows() -> tuple[int, int]:
        async with database.connection() as connection:
            bookings = await connection.fetchval("SELECT count(*) FROM bookings")
            return bookings, await connection.fetchval("SELECT count(*) FROM booking_commands")

    await store.forget(AT + REPEATED)
    assert await rows() == (2, 3)
    await store.forget(AT + REPEATED + timedelta(seconds=1))
    assert await rows() == (2, 0)
    await store.forget(NINE + HOLDS_KEPT + timedelta(seconds=1))
    assert await rows() == (1, 0)
    assert await state_of(office, booked) is BookingState.BOOKED
