from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from backend.cards import card_digest, person_digest
from backend.core.commands import AddAppointment, CheckIn, TakeTicket
from backend.core.errors import RefusalCode
from backend.core.events import TicketTaken
from backend.core.ids import Channel, Origin
from backend.hub import clock
from backend.hub.transact import IdInUseError
from backend.store.persons import Person
from tests.hub.stage import (
    CARD_KEY,
    PERSONS,
    PLAN,
    SUPERVISOR,
    FaultyStream,
    commits_of,
    done,
    new_hall,
    one_hall,
    open_day,
    running,
)

LI = Person(digest=person_digest(CARD_KEY, "li"), origin=Origin.STUDENT)
CARD = "04A2B3C4"


@pytest.fixture(autouse=True)
def register() -> Iterator[None]:
    """What a test adds to the register is forgotten after it."""
    yield
    PERSONS.clear()


def by_card(card: str, queue_id: str = "B", kiosk_id: str | None = None) -> TakeTicket:
    return TakeTicket(channel=Channel.CARD, queue_id=queue_id, card=card, kiosk_id=kiosk_id)


async def taken(stream: FaultyStream) -> list[TicketTaken]:
    commits = await commits_of(stream)
    return [
        event for commit in commits for event in commit.events if isinstance(event, TicketTaken)
    ]


async def test_known_card_takes_for_its_person__TK3() -> None:
    PERSONS[card_digest(CARD_KEY, CARD)] = LI
    async with one_hall() as (hall, stream):
        await done(hall, "c1", by_card("0077771716"))
        (ticket,) = await taken(stream)
    assert ticket.person_hash == LI.digest.hex()
    assert ticket.origin is Origin.STUDENT


async def test_unknown_card_takes_for_itself__TK3() -> None:
    async with one_hall() as (hall, stream):
        await done(hall, "c1", by_card(CARD))
        (ticket,) = await taken(stream)
    assert ticket.person_hash == card_digest(CARD_KEY, CARD).hex()
    assert ticket.origin is None


async def test_reader_that_sends_the_last_byte_first_is_understood__TK3() -> None:
    kiosks = tuple(replace(kiosk, reversed_cards=kiosk.kiosk_id == "K1") for kiosk in PLAN.kiosks)
    PERSONS[card_digest(CARD_KEY, CARD)] = LI
    stream = FaultyStream()
    await open_day(stream, replace(PLAN, kiosks=kiosks))
    hall = new_hall(stream)
    async with running(hall):
        await done(hall, "c1", by_card("C4B3A204", "A", "K1"))
        await done(hall, "c2", by_card("C4B3A204", "B", "K2"))
        first, second = await taken(stream)
    assert first.person_hash == LI.digest.hex()
    assert second.person_hash != LI.digest.hex()


async def test_repeat_is_answered_although_the_person_is_known_by_now__I7() -> None:
    async with one_hall() as (hall, stream):
        first = await done(hall, "c1", by_card(CARD))
        PERSONS[card_digest(CARD_KEY, CARD)] = LI
        assert await done(hall, "c1", by_card(CARD)) == first
        with pytest.raises(IdInUseError):
            await done(hall, "c1", by_card("04A2B3C5"))
        assert len(await taken(stream)) == 1


async def test_no_number_is_kept_or_logged__I19() -> None:
    with capture_logs() as logs:
        async with one_hall() as (hall, stream):
            await done(hall, "c1", by_card(CARD))
            stored = str(await commits_of(stream))
    assert CARD not in stored + str(logs)


async def test_expected_visitor_is_the_person_of_the_card__AP2_TK4() -> None:
    PERSONS[card_digest(CARD_KEY, CARD)] = LI
    expected = AddAppointment(
        appointment_id="B1", code="K7M2P9", queue_id="B", slot_at=clock.now(), card=CARD
    )
    async with one_hall() as (hall, stream):
        await done(hall, "c1", expected, SUPERVISOR)
        await done(hall, "c2", CheckIn(code="K7M2P9"))
        again = await done(hall, "c3", by_card("0077771716"))
        (ticket,) = await taken(stream)
    assert (ticket.person_hash, ticket.origin) == (LI.digest.hex(), Origin.STUDENT)
    assert again.refused is RefusalCode.PERSON_IN_QUEUE
