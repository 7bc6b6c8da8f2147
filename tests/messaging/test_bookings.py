"""What becomes of a booking reaches the address that was left for it alone, until it is over."""

from datetime import date, datetime, timedelta

import pytest
from msgspec.structs import replace

from backend.core.bookings import (
    Booking,
    BookingState,
    CancelBooking,
    ChangeBooking,
    ConfirmBooking,
    DropBooking,
)
from backend.core.messages import booking_subject, thing_owner
from backend.store.bookings import CONTACT_KEPT
from backend.store.database import Database
from tests.messaging.conftest import PERSON, Post
from tests.store.test_bookings import AT, HE, MONDAY, NINE, SHE, Office, clock, office, plan
from tests.support.commits import HALL
from tests.support.mailbox import Mailbox
from tests.support.plans import A

__all__ = ["office"]
THEIRS = "left@mail.example.edu"


@pytest.fixture
def database(post: Post) -> Database:
    """The one of the outbox: `office` books in it."""
    return post.database


def owner_of(booking: Booking) -> str:
    return thing_owner(HALL, booking_subject(booking.booking_id))


async def left_for(post: Post, booking: Booking) -> None:
    """Somebody leaves an address for the booking, and proves it."""
    await post.contact(owner=owner_of(booking), reach=THEIRS)


async def at(post: Post, office: Office, when: datetime) -> None:
    """Let it be that time, and send what is due."""
    post.at = office.at = when
    await post.pass_time()


async def test_change_loss_and_end_are_told_where_the_booking_says__NO2_AP1_AP4(
    post: Post, office: Office, mailbox: Mailbox
) -> None:
    booked, other = await office.book(SHE), await office.book(HE, clock(10))
    await left_for(post, booked)
    moved = await office.do(booked, ChangeBooking(slot_at=clock(11)))
    await office.do(other, CancelBooking())  # somebody else's
    await at(post, office, AT + timedelta(minutes=1))
    here = replace(plan(), hall_id=HALL)
    bookings = office.work.bookings
    await bookings.keep_slot(here, A, moved.slot_at, is_kept=False, at=office.at)
    await at(post, office, AT + timedelta(hours=1))
    await bookings.keep_slot(here, A, moved.slot_at, is_kept=True, at=office.at)
    await at(post, office, AT + timedelta(hours=2))
    await at(post, office, clock(10))
    assert [mail["Subject"] for mail in mailbox.mails] == [
        "预约已改到 11月24日 11:00：service S1（中）",
        "预约时段有变：11月24日 11:00 service S1（中）",
        "预约照常：11月24日 11:00 service S1（中）",
        "11月24日 11:00 service S1（中）",  # the evening before
        "11月24日 11:00 service S1（中）",
    ]
    assert set(mailbox.recipients) == {THEIRS}
    text = mailbox.mails[0].get_body(("plain",))
    assert text is not None
    assert f"https://hall.example.edu/booking/{booked.token}" in text.get_content()


async def test_cancelled_booking_is_told_and_reminds_no_more__AP1(
    post: Post, office: Office, mailbox: Mailbox
) -> None:
    booked = await office.book(SHE)
    await left_for(post, booked)
    await office.do(booked, CancelBooking(), "once")
    await office.do(booked, CancelBooking(), "once")
    await at(post, office, NINE - timedelta(minutes=1))
    assert [mail["Subject"] for mail in mailbox.mails] == [
        "预约已取消：11月24日 09:00 service S1（中）"
    ]


async def test_booking_that_staff_call_off_is_told_with_the_reason__AP4(
    post: Post, office: Office, mailbox: Mailbox
) -> None:
    booked = await office.book(SHE)
    await left_for(post, booked)
    await at(post, office, clock(19, day=MONDAY))
    office.at = NINE - timedelta(hours=1, minutes=30)  # too late for the visitor
    ended = await office.do(booked, DropBooking(reason="停电 {name}"))
    assert (ended.state, ended.reason) == (BookingState.DROPPED, "停电 {name}")
    assert (await office.work.bookings.one(HALL, booked.booking_id)) == ended
    await at(post, office, NINE - timedelta(hours=1))
    evening, told = mailbox.mails
    assert "取消" not in evening["Subject"]
    assert told["Subject"] == "预约已由大厅取消：11月24日 09:00 service S1（中）"
    text = told.get_body(("plain",))
    assert text is not None
    assert "原因：停电 {name}" in text.get_content()
    assert "Reason: 停电 {name}" in text.get_content()
    assert await office.work.bookings.missed(HALL, SHE.person_hash) == []


async def test_hold_that_is_changed_before_it_is_booked_tells_nobody__AP1(
    post: Post, office: Office
) -> None:
    held = await office.do(await office.hold(), ChangeBooking(slot_at=clock(10)))
    await office.do(held, ConfirmBooking(card="cafe"), person=SHE)
    async with post.database.connection() as connection:
        keys = [r["key"] for r in await connection.fetch("SELECT key FROM messages ORDER BY key")]
    assert [key.rpartition("/")[2] for key in keys] == ["evening", "soon"]


async def test_address_is_forgotten_once_its_booking_is_over_and_no_other__NO6(
    post: Post, office: Office
) -> None:
    wednesday = clock(9, day=date(2026, 11, 25))
    ended, stays = await office.book(SHE, wednesday), await office.book(HE, clock(11))
    for booking in (ended, stays):
        await left_for(post, booking)
    await post.contact(owner=PERSON)
    await post.contact(owner=thing_owner(HALL, "case/c1"))
    await office.do(ended, CancelBooking())

    async def owners(when: datetime) -> set[str]:
        await office.work.bookings.forget(when)
        async with post.database.connection() as connection:
            return {r["owner"] for r in await connection.fetch("SELECT owner FROM contacts")}

    others = {PERSON, thing_owner(HALL, "case/c1")}
    both = {owner_of(ended), owner_of(stays)}
    assert await owners(AT + CONTACT_KEPT - timedelta(seconds=1)) == others | both
    assert await owners(AT + CONTACT_KEPT) == others | {owner_of(stays)}
    assert await owners(clock(11)) == others
