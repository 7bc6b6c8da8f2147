"""Places are given once, whoever asks at the same moment; no-shows are counted at closing."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from backend.booking import (
    BlockedError,
    BookingGround,
    BookingIdInUseError,
    BookingStamp,
    BookingWork,
    Person,
    Worked,
)
from backend.core.bookings import (
    BlockAppeal,
    Booking,
    BookingCommand,
    BookingRefusal,
    BookingState,
    CancelBooking,
    ChangeBooking,
    ConfirmBooking,
)
from backend.core.commands import AddAppointment, CancelAppointment, CheckIn, CloseDay
from backend.core.ids import AppointmentId, CommandId, HallId, Origin, ServiceId, StaffId
from backend.core.plan import Appointment, Plan, Span, WeekdayHours
from backend.core.rosters.events import WeekSet
from backend.core.rosters.roster import Roster, fold_roster
from backend.core.rosters.words import Half, WeekShift
from backend.core.rules.bookings import HOLD
from backend.core.workdays import ANNOUNCED, calendar_of
from backend.store.appeals import Appeals
from backend.store.bookings import Bookings
from backend.store.database import Database, queries
from backend.store.stream import ConflictError
from tests.replay.recorded import Recorded
from tests.support.commits import HALL
from tests.support.plans import W1, W2, A, small_plan
from tests.support.world import CHIEF, HUB

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
OFFICE = (Span(opens=8 * 60 + 30, closes=17 * 60),)
SHE, HE = (Person(person_hash=name, origin=Origin.STUDENT) for name in ("she", "he"))


def clock(hour: int, minute: int = 0, day: date = TUESDAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


NINE = clock(9)


def plan() -> Plan:
    hours = tuple(WeekdayHours(weekday=weekday, spans=OFFICE) for weekday in range(1, 6))
    return replace(small_plan(), hours=hours)


def ground(
    handling: Mapping[Any, tuple[float, int]] | None = None,
    *,
    of: Plan | None = None,
    expected: Mapping[Any, Mapping[datetime, int]] | None = None,
) -> BookingGround:
    """The small hall with W1 rostered each morning: three places a half hour for queue A."""
    shifts = tuple(
        WeekShift(counter_id=W1, weekday=weekday, half=Half.MORNING, persons=("c1",))
        for weekday in range(1, 6)
    )
    week = WeekSet(counter_ids=(W1, W2), shifts=shifts, reason="test")
    roster = fold_roster(Roster(), [week])
    return BookingGround(
        of or plan(), calendar_of(ANNOUNCED), roster, handling or {}, expected or {}
    )


@dataclass
class Office:
    """One process at work on bookings."""

    work: BookingWork
    at: datetime = AT
    count: int = 0
    elsewhere: Mapping[Any, Mapping[datetime, int]] | None = None

    async def hold(self, slot_at: datetime = NINE, id: str | None = None) -> Booking:
        self.count += 1
        here = ground(expected=self.elsewhere)
        slot = here.offered(A, slot_at, self.at)
        name = id or f"hold-{id_of(self)}-{self.count}"
        draft = Booking(
            hall_id=HALL,
            booking_id=f"b-{name}-{id_of(self)}",
            revision=0,
            queue_id=A,
            service_id=ServiceId("S1"),
            day=slot.day,
            slot_at=slot.slot_at,
            state=BookingState.HELD,
            code=f"C{self.count:05}{id_of(self) % 10_000:04}",
            token=f"token-{name}-{id_of(self)}",
            changed_at=self.at,
            held_until=self.at,
        )
        return await self.work.hold(CommandId(name), draft, slot, self.at)

    async def do(
        self, booking: Booking, command: BookingCommand, id: str = "", person: Person | None = None
    ) -> Booking:
        return (await self.worked(booking, command, id, person)).booking

    async def worked(
        self, booking: Booking, command: BookingCommand, id: str = "", person: Person | None = None
    ) -> Worked:
        self.count += 1
        stamp = BookingStamp(at=self.at, ground=ground(), person=person)
        name = CommandId(id or f"do-{id_of(self)}-{self.count}")
        found = await self.work.do(name, booking.token, command, stamp)
        assert found is not None
        return found

    async def book(self, person: Person = SHE, slot_at: datetime = NINE) -> Booking:
        return await self.do(await self.hold(slot_at), ConfirmBooking(card="cafe"), person=person)


def id_of(office: Office) -> int:
    return id(office) % 100_000


@pytest.fixture
async def office(database: Database) -> Office:
    async with database.connection() as connection:
        await queries.put_hall(connection, hall_id=HALL, name_zh="厅", name_en="hall")
        await queries.put_plan(
            connection,
            hall_id=HALL,
            version=1,
            plan=msgspec.json.encode(plan()).decode(),
            author="test",
            reason="test",
        )
    return Office(BookingWork(Bookings(database)))


async def state_of(office: Office, booking: Booking) -> BookingState:
    found = await office.work.bookings.with_token(booking.token)
    assert found is not None
    return found.state


def test_places_follow_the_usual_pace_by_little_and_little__AP1() -> None:
    def places(visits: int) -> int:
        return ground({A: (125.0, visits)}).slots(TUESDAY, A)[0].places

    assert places(0) == 3
    assert places(100) == 4  # a busy day is no history
    assert places(10_000) == 7
    grown = [places(visits) for visits in range(0, 2000, 20)]
    assert all(later - before in (0, 1) for before, later in pairwise(grown))


def test_pace_that_was_counted_is_believed_only_near_the_plan__AP1() -> None:
    assert [slot.places for slot in ground({A: (3.0, 5000)}).slots(TUESDAY, A)][:1] == [7]
    assert [slot.places for slot in ground({A: (9000.0, 5000)}).slots(TUESDAY, A)][:1] == [1]


@pytest.mark.parametrize("command", [CancelBooking(), ConfirmBooking(card="cafe")])
async def test_hold_is_over_once_however_often_it_is_ended__AP1(
    office: Office, command: BookingCommand
) -> None:
    """Else who repeats it would be given back more holds than they had."""
    held = await office.hold()
    person = SHE if isinstance(command, ConfirmBooking) else None
    ended = [office.worked(held, command, "once", person) for _ in range(10)]
    assert [one.is_hold_over for one in await asyncio.gather(*ended)].count(True) == 1
    if person is not None:
        assert not (await office.worked(held, CancelBooking())).is_hold_over


async def test_each_place_is_given_once_and_the_others_are_told__AP1(
    office: Office, database: Database
) -> None:
    """From two pools at once, as two processes have them."""
    other = Office(BookingWork(Bookings(Database(database.url))))
    asked = [one.hold() for one in (office, other) for _ in range(10)]
    found = await asyncio.gather(*asked, return_exceptions=True)
    held = [one for one in found if isinstance(one, Booking)]
    refused = [str(one) for one in found if not isinstance(one, Booking)]
    assert len(held) == 3
    assert refused == ["slot_full"] * 17
    persons = [Person(person_hash=f"p{n}", origin=Origin.STAFF) for n in range(3)]
    for booking, person in zip(held, persons, strict=True):
        await office.do(booking, ConfirmBooking(card="cafe"), person=person)
    assert len(await office.work.bookings.expected(HALL, TUESDAY)) == 3


async def test_hold_lapses_by_time_alone__AP1(office: Office) -> None:
    first, *_ = [await office.hold() for _ in range(3)]
    office.at = AT + HOLD - timedelta(seconds=1)
    with pytest.raises(BookingRefusal, match="slot_full"):
        await office.hold()
    office.at = AT + HOLD
    await office.hold()
    await office.do(first, ConfirmBooking(card="cafe"), person=SHE)  # there was one left
    await office.hold()
    with pytest.raises(BookingRefusal, match="slot_full"):
        await office.hold()


async def test_places_that_nobody_books_are_free_again_however_often_they_are_changed__AP1(
    office: Office,
) -> None:
    holds = [await office.hold() for _ in range(3)]
    office.at = AT + HOLD - timedelta(seconds=1)
    for hold in holds:
        await office.do(hold, ChangeBooking(slot_at=clock(10)))
    office.at = AT + HOLD
    for hold in holds:
        with pytest.raises(BookingRefusal, match="hold_lapsed"):
            await office.do(hold, ChangeBooking(slot_at=NINE))
    assert await office.work.bookings.taken(HALL, A, TUESDAY, TUESDAY, office.at) == {}


async def test_process_whose_clock_is_behind_books_no_place_twice__AP1(
    office: Office, database: Database
) -> None:
    first, *_ = [await office.hold() for _ in range(3)]
    ahead = Office(BookingWork(Bookings(Database(database.url))), at=AT + HOLD)
    for _ in range(3):
        await ahead.hold()
    with pytest.raises(BookingRefusal, match="hold_lapsed"):  # though not by its own clock
        await office.do(first, ConfirmBooking(card="cafe"), person=SHE)


async def test_repeat_with_the_same_id_has_one_effect__I7(office: Office) -> None:
    held = await asyncio.gather(*(office.hold(id="once") for _ in range(4)))
    assert len({booking.token for booking in held}) == 1
    with pytest.raises(BookingIdInUseError):
        await office.hold(clock(10), id="once")
    confirm = ConfirmBooking(card="cafe")
    booked = await asyncio.gather(*(office.do(held[0], confirm, "twice", SHE) for _ in range(3)))
    assert {booking.state for booking in booked} == {BookingState.BOOKED}
    change = ChangeBooking(slot_at=clock(10))
    moved = [await office.do(booked[0], change, "moved") for _ in range(2)]
    assert [booking.revision for booking in moved] == [1, 1]
    with pytest.raises(BookingIdInUseError):
        await office.do(booked[0], CancelBooking(), "moved")


async def test_two_tabs_that_book_one_place_have_one_effect__I7(
    office: Office, database: Database
) -> None:
    held = await office.hold()
    tabs = [office.worked(held, ConfirmBooking(card="cafe"), f"tab-{n}", SHE) for n in range(3)]
    found = await asyncio.gather(*tabs)
    assert {one.booking for one in found} == {found[0].booking}
    assert [one.is_hold_over for one in found].count(True) == 1
    assert len(await office.work.bookings.expected(HALL, TUESDAY)) == 1
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM messages") == 2  # the reminders
    with pytest.raises(BookingRefusal, match="already_booked"):  # it is hers
        await office.do(held, ConfirmBooking(card="cafe"), person=HE)


async def test_person_has_one_booking_a_day__AP1(office: Office) -> None:
    booked = await office.book(SHE)
    with pytest.raises(BookingRefusal, match="person_booked"):
        await office.book(SHE, clock(10))
    await office.book(SHE, clock(9, day=date(2026, 11, 25)))
    await office.do(booked, CancelBooking())
    assert (await office.book(SHE, clock(10))).state is BookingState.BOOKED


async def test_change_takes_the_new_place_or_keeps_the_old__AP1(office: Office) -> None:
    booked = await office.book(SHE)
    for n in range(3):
        await office.book(Person(person_hash=f"p{n}", origin=Origin.STAFF), clock(10))
    with pytest.raises(BookingRefusal, match="slot_full"):
        await office.do(booked, ChangeBooking(slot_at=clock(10)))
    assert await state_of(office, booked) is BookingState.BOOKED
    moved = await office.do(booked, ChangeBooking(slot_at=clock(11)))
    assert (moved.code, moved.slot_at) == (booked.code, clock(11))
    store = office.work.bookings
    taken = await store.taken(HALL, A, TUESDAY, TUESDAY, AT)
    assert taken == {clock(10): 3, clock(11): 1}
    expected = {one.appointment_id for one in await store.expected(HALL, TUESDAY)}
    assert moved.appointment_id in expected
    assert booked.appointment_id not in expected


async def test_two_who_swap_hours_wait_for_nobody__AP1(office: Office, database: Database) -> None:
    other = Office(BookingWork(Bookings(Database(database.url))))
    for _ in range(5):
        mine, theirs = await office.book(SHE), await office.book(HE, clock(10))
        await asyncio.gather(
            office.do(mine, ChangeBooking(slot_at=clock(10))),
            other.do(theirs, ChangeBooking(slot_at=clock(9))),
        )
        for booking in (mine, theirs):
            await office.do(booking, CancelBooking())


def expect(appointment: Appointment) -> AddAppointment:
    return AddAppointment(
        appointment_id=appointment.appointment_id,
        code=appointment.code,
        service_ids=appointment.service_ids,
        slot_at=appointment.slot_at,
        card=appointment.person_hash,
    )


async def lived(office: Office, *booked: Booking, come: tuple[Booking, ...] = ()) -> Recorded:
    """The hall's day of these bookings, closed after the last hour; who comes checks in."""
    store = office.work.bookings
    world = Recorded(plan(), at=clock(8))
    for appointment in await store.expected(HALL, TUESDAY):
        world.do(expect(appointment), HUB)
    for booking in come:
        world.at = booking.slot_at
        world.do(CheckIn(code=booking.code, kiosk_id="K1"))
    world.at = clock(17)
    world.do(CloseDay(force=True), CHIEF)
    await store.told(booked)
    return world


async def test_who_did_not_check_in_before_the_day_closed_is_a_no_show__AP3(
    office: Office,
) -> None:
    came, stayed = await office.book(SHE), await office.book(HE)
    world = await lived(office, came, stayed, come=(came,))
    store = office.work.bookings
    for _ in range(2):  # what was not archived yet is told again
        await store.settle_after(HALL, TUESDAY, world.commits)
    assert await state_of(office, came) is BookingState.KEPT
    assert await state_of(office, stayed) is BookingState.MISSED
    assert [day for day, _ in await store.missed(HALL, HE.person_hash)] == [TUESDAY]
    assert await store.missed(HALL, SHE.person_hash) == []


async def test_booking_that_the_day_never_knew_of_is_no_no_show__AP3(office: Office) -> None:
    booked = await office.book(SHE)
    world = await lived(office)
    await office.work.bookings.settle_after(HALL, TUESDAY, world.commits)
    assert await state_of(office, booked) is BookingState.DROPPED


async def test_appointment_that_staff_cancel_is_a_booking_cancelled__AP2(office: Office) -> None:
    booked = await office.book(SHE)
    world = Recorded(plan(), at=clock(8))
    world.do(expect(booked.appointment), HUB)
    world.do(CancelAppointment(appointment_id=booked.appointment_id), CHIEF)
    await office.work.bookings.settle_after(HALL, TUESDAY, world.commits)
    assert await state_of(office, booked) is BookingState.DROPPED


async def miss(office: Office, person: Person, count: int = 3) -> None:
    """The person does not come on so many days."""
    for n in range(count):
        office.at = AT + n * timedelta(days=1)
        slot_at = clock(9) + n * timedelta(days=1)
        booked = await office.book(person, slot_at)
        ids = [AppointmentId(booked.appointment_id)]
        await office.work.bookings.settle(HALL, ids, BookingState.MISSED, slot_at)


async def test_three_no_shows_block_until_an_appeal_is_lifted__AP3(
    office: Office, database: Database
) -> None:
    await miss(office, SHE)
    with pytest.raises(BlockedError) as blocked:
        await office.book(SHE, clock(9, day=date(2026, 11, 27)))
    assert blocked.value.again_on == date(2026, 12, 4)
    await office.book(HE, clock(9, day=date(2026, 11, 27)))  # others may
    store, appeals = office.work.bookings, Appeals(database)
    appeal = BlockAppeal(
        hall_id=HALL,
        appeal_id="appeal",
        person_hash=SHE.person_hash,
        words="I was ill",
        asked_at=office.at,
        again_on=blocked.value.again_on,
        missed=tuple(at for _, at in await store.missed(HALL, SHE.person_hash)),
    )
    assert await appeals.put(appeal) == await appeals.put(appeal) == appeal
    for other in ({"person_hash": "other"}, {"hall_id": HallId("other")}):
        with pytest.raises(ConflictError):  # an id that somebody else's appeal has tells nothing
            await appeals.put(replace(appeal, **other))
    with pytest.raises(BookingRefusal, match="already_appealed"):
        await appeals.put(replace(appeal, appeal_id="another"))
    decided = replace(
        appeal,
        is_lifted=True,
        verdict="she was",
        decided_by=StaffId("supervisor"),
        decided_at=office.at,
    )
    assert await appeals.decide(decided) == decided
    with pytest.raises(BookingRefusal, match="already_decided"):
        await appeals.decide(decided)
    assert await appeals.all_of(HALL) == [decided]
    assert await appeals.last_of(HALL, SHE.person_hash) == decided
    assert (await office.book(SHE, clock(9, day=date(2026, 11, 27)))).state is BookingState.BOOKED


async def reminders(database: Database) -> list[tuple[str, datetime]]:
    """What is to be told, and when."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT key, due_at FROM messages WHERE spread_at IS NULL AND due_at > put_at"
            " ORDER BY due_at"
        )
    return [(row["key"].rpartition("/")[2], row["due_at"]) for row in rows]


async def test_who_booked_is_reminded_the_evening_and_the_hour_before__AP1(
    office: Office, database: Database
) -> None:
    booked = await office.book(SHE)
    assert await reminders(database) == [("evening", clock(18, day=MONDAY)), ("soon", clock(8))]
    moved = await office.do(booked, ChangeBooking(slot_at=clock(10)))
    assert await reminders(database) == [("evening", clock(18, day=MONDAY)), ("soon", clock(9))]
    office.at = clock(19, day=MONDAY)
    again = await office.do(moved, ChangeBooking(slot_at=clock(11)))
    assert await reminders(database) == [("soon", clock(10))]
    await office.do(again, CancelBooking())
    assert await reminders(database) == []


async def test_code_is_kept_over_a_change_within_the_open_day__AP1() -> None:
    world = Recorded(plan(), at=clock(8))
    first = AddAppointment(
        appointment_id="b.0", code="K7M2P9QXTR", service_ids=("S1",), slot_at=clock(10)
    )
    second = AddAppointment(
        appointment_id="b.1", code="K7M2P9QXTR", service_ids=("S1",), slot_at=clock(11)
    )
    world.do(first, HUB)
    assert world.code(second, HUB) == "appointment_in_use"
    world.do(CancelAppointment(appointment_id="b.0"), HUB)
    world.do(second, HUB)
    world.at = clock(11)
    world.do(CheckIn(code="K7M2P9QXTR", kiosk_id="K1"))
    assert world.day.bookings[AppointmentId("b.1")].ticket_id is not None
