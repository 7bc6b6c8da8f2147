"""A process that sends by mail what is in the outbox: `sender_child URL PORT`."""

import asyncio
import sys

from backend.core.messages import ContactKind
from backend.store.database import Database
from tests.messaging.conftest import Post, mail_to
from tests.support.mailbox import Mailbox


async def main() -> None:
    box = Mailbox()
    box.port = int(sys.argv[2])
    post = Post(Database(sys.argv[1]), {ContactKind.EMAIL: mail_to(box)})
    await post.sending.run()


if __name__ == "__main__":
    asyncio.run(main())
