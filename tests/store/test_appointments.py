"""Who is expected on a day to come: from a file into the day's opening (AP2)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import msgspec
import pytest

from backend.cards import Cards
from backend.core.commands import CheckIn, OpenDay
from backend.core.ids import HallId, Origin
from backend.core.plan import Appointment
from backend.import_appointments import ExpectedError, expected_in
from backend.store.appointments import Appointments
from backend.store.database import Database, queries
from backend.store.persons import Person
from backend.store.stream import StoreError
from tests.hub.stage import DEVICE, HUB, done, new_hall, running
from tests.hub.stage import FaultyStream as Stream
from tests.support.plans import A, B, small_plan

DAY = date(2026, 11, 24)
CARDS = Cards(b"k" * 32, lambda _hall, _card: Person(digest=b"p" * 32, origin=Origin.STAFF))
GOOD: dict[str, object] = {
    "type": "add_appointment",
    "appointment_id": "B1",
    "code": "K7M2P9",
    "queue_id": A,
    "slot_at": "2026-11-24T01:30:00Z",
    "card": "04A2B3C4",
}


def lines(*found: dict[str, object]) -> Iterator[bytes]:
    for line in found:
        yield msgspec.json.encode(line) + b"\n"
    yield b"\n"


def without(name: str) -> dict[str, object]:
    return {key: value for key, value in GOOD.items() if key != name}


def test_file_of_expected_visitors_is_read__AP2() -> None:
    other = without("queue_id") | {"appointment_id": "B2", "code": "AAAAAA", "service_ids": ["S3"]}
    first, second = expected_in(lines(GOOD, other), small_plan(), DAY, CARDS)
    assert first == Appointment(
        appointment_id="B1",  # type: ignore[arg-type]
        code="K7M2P9",
        queue_id=A,
        slot_at=datetime(2026, 11, 24, 1, 30, tzinfo=UTC),
        person_hash=(b"p" * 32).hex(),
        origin=Origin.STAFF,
    )
    assert (second.queue_id, second.service_ids) == (B, ("S3",))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("1: the slot is not on 2026-11-24", [GOOD | {"slot_at": "2026-11-24T17:00:00Z"}]),
        ("1: there is no queue X", [GOOD | {"queue_id": "X"}]),
        ("1: name either", [GOOD | {"service_ids": ["S1"]}]),
        ("1: the services must", [without("queue_id") | {"service_ids": ["S1", "S3"]}]),
        ("1: the services must", [without("queue_id") | {"service_ids": ["S9"]}]),
        ("1: .*code", [GOOD | {"code": "short"}]),
        ("1: .*slot_at", [GOOD | {"slot_at": "2026-11-24T09:30:00"}]),
        ("1: .*unknown field", [GOOD | {"name": "somebody"}]),
        ("appointment_id B1 is there twice", [GOOD, GOOD | {"code": "AAAAAA"}]),
        ("code K7M2P9 is there twice", [GOOD, GOOD | {"appointment_id": "B2"}]),
    ],
)
def test_file_that_is_wrong_is_told_where__AP2(words: str, found: list[dict[str, object]]) -> None:
    with pytest.raises(ExpectedError, match=words):
        expected_in(lines(*found), small_plan(), DAY, CARDS)


async def test_day_has_those_who_were_put_last__AP2(database: Database) -> None:
    hall_id, appointments = HallId("small"), Appointments(database)
    async with database.connection() as connection:
        await queries.put_hall(connection, hall_id=hall_id, name_zh="大厅", name_en="Hall")
    first = expected_in(lines(GOOD), small_plan(), DAY, CARDS)
    second = expected_in(lines(GOOD | {"appointment_id": "B2"}), small_plan(), DAY, CARDS)
    await appointments.put_day(hall_id, DAY, first)
    await appointments.put_day(hall_id, DAY, second)
    assert await appointments.of_day(hall_id, DAY) == tuple(second)
    assert await appointments.of_day(hall_id, date(2026, 11, 25)) == ()


async def test_day_opens_with_who_is_expected_and_waits_while_they_cannot_be_read__AP2() -> None:
    asked: list[date] = []
    (expected,) = expected_in(lines(GOOD), small_plan(), DAY, CARDS)

    async def expected_on(day: date) -> tuple[Appointment, ...]:
        asked.append(day)
        if len(asked) == 1:
            raise StoreError("away")
        gone = msgspec.structs.replace(expected, appointment_id="B9", code="ZZZZZZ", queue_id="Y")
        now = msgspec.structs.replace(expected, slot_at=hall.now())
        return (now, gone)

    hall = new_hall(Stream(), small_plan(), expected=expected_on)
    async with running(hall):
        assert len(asked) == 2
        assert list(hall.follower.day.bookings) == ["B1"]  # no queue serves the other any more
        taken = await done(hall, "c1", CheckIn(code="K7M2P9"), DEVICE)
        assert taken.result.number == "A001"
        again = await done(hall, "o1", OpenDay(), HUB)
        assert again.refused == "day_already_open"
