"""A sender that dies between handing over and noting it: told twice at most (NO4)."""

import asyncio
import signal
import subprocess
import sys

from backend.core.messages import DeliveryState
from backend.store.outbox import LEASE
from tests.messaging.conftest import Post, message
from tests.support.mailbox import Mailbox


async def killed_in_the_act(url: str, mailbox: Mailbox) -> None:
    """Have a process send, and kill it once the mail is there and not answered yet."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.messaging.sender_child", url, str(mailbox.port)]
    )

    def kill() -> None:
        child.send_signal(signal.SIGKILL)
        child.wait()

    mailbox.on_data = kill
    try:
        await asyncio.wait_for(asyncio.to_thread(child.wait), 60)
    finally:
        mailbox.on_data = lambda: None
        child.kill()


async def test_sender_killed_before_it_noted_is_followed_by_one_repeat__NO4(
    post: Post, url: str, mailbox: Mailbox
) -> None:
    await post.contact()
    await post.outbox.put(message())
    await killed_in_the_act(url, mailbox)
    assert len(mailbox.mails) == 1
    await post.pass_time(seconds=1)
    assert len(mailbox.mails) == 1  # it may be at it still
    await post.pass_time(seconds=LEASE.total_seconds())
    await post.pass_time(days=1)
    assert [mail["Message-ID"] for mail in mailbox.mails] == [mailbox.mails[0]["Message-ID"]] * 2
    assert await post.states() == [(DeliveryState.SENT, 2)]


async def test_sender_killed_before_anything_went_out_loses_nothing__NO4(
    post: Post, url: str, mailbox: Mailbox
) -> None:
    await post.contact()
    await post.outbox.put(message())
    await post.outbox.spread(post.at)
    await post.outbox.claim(post.at, lambda _hall, _kind: None)  # and that was its last act
    await post.pass_time(seconds=LEASE.total_seconds() + 1)
    assert len(mailbox.mails) == 1
    assert await post.states() == [(DeliveryState.SENT, 2)]
    assert [(no, step) for no, step, _ in await post.steps()] == [
        (1, "begun"),
        (1, "unknown"),
        (2, "begun"),
        (2, "sent"),
    ]


async def test_message_that_kills_its_sender_twice_is_given_up__NO4(
    post: Post, mailbox: Mailbox
) -> None:
    await post.contact()
    await post.outbox.put(message())
    await post.outbox.spread(post.at)
    for _ in range(2):
        await post.outbox.claim(post.at, lambda _hall, _kind: None)
        await post.pass_time(seconds=0)
        post.at += LEASE
    await post.pass_time(seconds=1)
    assert mailbox.mails == []
    assert await post.states() == [(DeliveryState.FAILED, 2)]
