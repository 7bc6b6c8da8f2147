"""From the outbox to mailboxes and groups: once, within limits, in time."""

import asyncio
from datetime import timedelta

from backend.core.messages import ContactKind, DeliveryState, Language, Outcome, thing_owner
from backend.core.rules.messages import Step
from backend.store.outbox import LEASE, put, take_back
from tests.messaging.conftest import PERSON, Post, message
from tests.support.commits import HALL
from tests.support.mailbox import Mailbox
from tests.support.robots import Robots


async def test_message_reaches_every_contact_of_its_person_once__NO2(
    post: Post, mailbox: Mailbox, robots: Robots
) -> None:
    for kind in ContactKind:
        await post.contact(kind)
    await post.contact(owner="cd" * 32, reach="somebody.else@example.edu")
    await post.outbox.put(message())
    await post.pass_time(seconds=1)
    await post.pass_time(hours=1)
    assert mailbox.recipients == ["ning@mail.example.edu"]
    assert (
        robots.wecom
        == robots.dingtalk
        == ["您的办件已受理\n办件号 2026-000123。\nhttps://hall.example.edu/track/abc"]
    )
    assert [state for state, _ in await post.states()] == [DeliveryState.SENT] * 3


async def test_same_news_put_twice_is_told_once__NO1(post: Post, mailbox: Mailbox) -> None:
    await post.contact()
    assert await post.outbox.put(message())
    assert not await post.outbox.put(message())
    await post.pass_time(seconds=1)
    assert len(mailbox.mails) == 1


async def test_news_of_a_change_that_did_not_happen_is_not_told__NO1(
    post: Post, mailbox: Mailbox
) -> None:
    await post.contact()

    class UndoneError(Exception):
        pass

    try:
        async with post.database.connection() as connection:
            await put(connection, message())
            raise UndoneError
    except UndoneError:
        pass
    await post.pass_time(seconds=1)
    assert mailbox.mails == []


async def test_same_address_of_person_and_thing_is_told_once__NO2(
    post: Post, mailbox: Mailbox
) -> None:
    await post.contact()
    await post.contact(owner=thing_owner(HALL, "case/c1"))
    await post.outbox.put(message())
    await post.pass_time(seconds=1)
    assert len(mailbox.mails) == 1


async def test_contact_that_is_not_proven_is_told_nothing__NO2(
    post: Post, mailbox: Mailbox
) -> None:
    contact_id = await post.contact()
    async with post.database.connection() as connection:
        await connection.execute("UPDATE contacts SET proven_at = NULL")
    await post.outbox.put(message())
    await post.pass_time(seconds=1)
    assert mailbox.mails == []
    await post.outbox.put(message("code", contact_id=contact_id))  # but for its code
    await post.pass_time(seconds=1)
    assert len(mailbox.mails) == 1


async def test_reminder_waits_for_its_time_and_reaches_who_came_meanwhile__NO2(
    post: Post, mailbox: Mailbox
) -> None:
    await post.outbox.put(message(not_before=post.at + timedelta(hours=2)))
    await post.contact()
    await post.pass_time(hours=1)
    assert (mailbox.mails, await post.outbox.told([PERSON], post.at)) == ([], [])
    await post.pass_time(hours=1)
    assert len(mailbox.mails) == len(await post.outbox.told([PERSON], post.at)) == 1


async def test_what_was_taken_back_is_not_told__NO1(post: Post, mailbox: Mailbox) -> None:
    await post.contact()
    await post.outbox.put(message(not_before=post.at + timedelta(hours=2)))
    async with post.database.connection() as connection:
        await take_back(connection, HALL, "k1", post.at)
    await post.pass_time(hours=3)
    assert (mailbox.mails, await post.outbox.told([PERSON], post.at)) == ([], [])


async def test_message_of_the_night_comes_in_the_morning__NO5(post: Post, mailbox: Mailbox) -> None:
    await post.contact()
    post.at = post.at.replace(hour=14)  # 22:00
    await post.outbox.put(message(put_at=post.at))
    await post.pass_time(hours=9)
    assert mailbox.mails == []
    await post.pass_time(minutes=30)
    assert len(mailbox.mails) == 1


async def test_server_that_is_away_is_tried_until_it_is_back__NO3(
    post: Post, mailbox: Mailbox
) -> None:
    await post.contact()
    await post.outbox.put(message())
    mailbox.at_rcpt = "451 try later"
    await post.pass_time(seconds=1)
    await post.pass_time(minutes=2)
    mailbox.at_rcpt = None
    await post.pass_time(minutes=5)
    assert len(mailbox.mails) == 1
    assert [(no, step) for no, step, _ in await post.steps()] == [
        (1, "begun"),
        (1, "throttled"),
        (2, "begun"),
        (2, "throttled"),
        (3, "begun"),
        (3, "sent"),
    ]


async def test_address_that_does_not_exist_is_not_tried_again__NO3(
    post: Post, mailbox: Mailbox
) -> None:
    await post.contact()
    await post.outbox.put(message())
    mailbox.at_rcpt = "550 no such user ning@mail.example.edu"
    await post.pass_time(seconds=1)
    await post.pass_time(days=1)
    assert await post.states() == [(DeliveryState.FAILED, 1)]
    assert [detail for _, _, detail in await post.steps()] == ["", "smtp 550"]  # never the address


async def test_message_that_is_of_no_use_any_more_is_not_sent__NO3(
    post: Post, mailbox: Mailbox
) -> None:
    await post.contact()
    await post.outbox.put(message(expires_at=post.at + timedelta(minutes=1)))
    await post.pass_time(minutes=2)
    assert mailbox.mails == []
    assert await post.states() == [(DeliveryState.EXPIRED, 0)]


async def test_answer_that_was_lost_is_asked_for_once_more_only__NO4(
    post: Post, mailbox: Mailbox
) -> None:
    await post.contact()
    await post.outbox.put(message())
    mailbox.drops = True
    for _ in range(5):
        await post.pass_time(hours=1)
    assert await post.states() == [(DeliveryState.FAILED, 2)]
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == 1
    assert len(mailbox.mails) == 2


async def test_robot_gets_no_more_than_twenty_a_minute__NO5(post: Post, robots: Robots) -> None:
    await post.contact(ContactKind.DINGTALK)
    for n in range(45):
        await post.outbox.put(message(f"k{n}"))
    for expected in (20, 40, 45):
        robots.counted.clear()
        await post.pass_time(seconds=61)
        assert len(robots.dingtalk) == expected
    assert "throttled" not in {step for _, step, _ in await post.steps()}


async def test_robot_that_others_used_up_is_left_alone_for_ten_minutes__NO5(
    post: Post, robots: Robots
) -> None:
    await post.contact(ContactKind.DINGTALK)
    robots.counted["dingtalk"] = 20
    await post.outbox.put(message("k1"))
    await post.pass_time(seconds=1)
    await post.outbox.put(message("k2"))
    robots.counted.clear()
    await post.pass_time(minutes=9)
    assert robots.dingtalk == []
    await post.pass_time(minutes=4)
    assert len(robots.dingtalk) == 2


async def test_many_senders_at_once_send_each_message_once__NO4(
    post: Post, mailbox: Mailbox
) -> None:
    await post.contact()
    for n in range(30):
        await post.outbox.put(message(f"k{n}"))
    await asyncio.gather(*(post.sending.send() for _ in range(8)))
    await post.pass_time(seconds=1)
    assert len(mailbox.mails) == len({mail["Message-ID"] for mail in mailbox.mails}) == 30


async def test_outcome_of_an_attempt_that_counts_as_lost_changes_nothing__NO4(
    post: Post, mailbox: Mailbox
) -> None:
    """Its process slept: another has sent it meanwhile."""
    await post.contact()
    await post.outbox.put(message())
    await post.outbox.spread(post.at)
    (late,) = await post.outbox.claim(post.at, lambda _hall, _kind: None)
    await post.pass_time(seconds=LEASE.total_seconds() + 1)
    failed = Step(state=DeliveryState.FAILED, due_at=post.at)
    await post.outbox.note(late, Outcome.REFUSED, "smtp 550", failed, post.at)
    assert await post.states() == [(DeliveryState.SENT, 2)]


async def test_contact_that_is_removed_is_told_nothing_more__NO6(
    post: Post, mailbox: Mailbox
) -> None:
    contact_id = await post.contact(language=Language.EN)
    await post.outbox.put(message())
    await post.outbox.spread(post.at)
    assert await post.contacts.remove(PERSON, contact_id)
    await post.pass_time(seconds=1)
    assert mailbox.mails == []
    assert len(await post.outbox.told([PERSON], post.at)) == 1  # the page still has it


async def test_what_nobody_uses_is_forgotten__NO6(post: Post) -> None:
    await post.contact()
    await post.outbox.put(message())
    await post.pass_time(days=181)
    assert await post.outbox.told([PERSON], post.at) == []
    assert len(await post.contacts.of(PERSON)) == 1
    await post.pass_time(days=185)
    assert await post.contacts.of(PERSON) == []
