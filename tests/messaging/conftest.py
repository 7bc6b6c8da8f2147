"""Messages, and the servers that take them."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex

import httpx
import pytest

from backend.core.ids import HallId, Text
from backend.core.messages import ContactKind, Language, Message, MessageKind
from backend.core.rules.messages import Quiet
from backend.messaging.attempt import Places, Sender
from backend.messaging.config import MailEntry
from backend.messaging.mail import Mail
from backend.messaging.robots import Dingtalk, Wecom
from backend.messaging.seal import Seal
from backend.messaging.sender import Sending
from backend.store.contacts import Contacts, NewContact
from backend.store.database import Database
from backend.store.outbox import Outbox
from tests.store.conftest import pooler, postgres, template
from tests.support.commits import HALL
from tests.support.mailbox import Mailbox, mailbox_on
from tests.support.robots import Robots, robots_on
from tests.support.samples import AT
from tests.support.servers import Server, fresh_database

__all__ = ["pooler", "postgres", "template"]

SEAL = Seal(b"k" * 32)
PERSON = "ab" * 32
PLACES = Places("https://hall.example.edu", SEAL)
TO = {
    ContactKind.EMAIL: "ning@mail.example.edu",
    ContactKind.WECOM: "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa",
    ContactKind.DINGTALK: f"{'66ff' * 16} SEC{'a1b2' * 16}",
}


def message(key: str = "k1", **more: object) -> Message:
    found: dict[str, object] = {
        "hall_id": HALL,
        "key": key,
        "kind": MessageKind.CASE,
        "title": Text(zh="您的办件已受理", en="Your case was accepted"),
        "text": Text(zh="办件号 2026-000123。", en="Case 2026-000123."),
        "subject": "case/c1",
        "person_hash": PERSON,
        "path": "/track/abc",
        "put_at": AT,
        "expires_at": AT + timedelta(days=3),
    }
    return Message(**(found | more))  # type: ignore[arg-type]


class Post:
    """An outbox in a database of its own, and what sends it; `at` is its clock."""

    def __init__(self, database: Database, senders: dict[ContactKind, Sender]) -> None:
        self.database, self.at = database, AT
        self.outbox, self.contacts = Outbox(database), Contacts(database)
        self.sending = Sending(self.outbox, senders, SEAL, self._zones, now=self.now, quiet=Quiet())

    def now(self) -> datetime:
        return self.at

    async def _zones(self) -> dict[HallId, str]:
        return {HALL: "Asia/Shanghai"}

    async def contact(
        self,
        kind: ContactKind = ContactKind.EMAIL,
        *,
        owner: str = PERSON,
        reach: str | None = None,
        language: Language = Language.ZH,
    ) -> str:
        """A proven contact's id."""
        contact_id, reach = token_hex(8), reach or TO[kind]
        new = NewContact(
            contact_id=contact_id,
            owner=owner,
            kind=kind,
            language=language,
            sealed=SEAL.close(contact_id, reach),
            digest=SEAL.digest(reach),
            code="123456",
        )
        async with self.database.connection() as connection:
            found = await self.contacts.add(connection, new, self.at)
        assert await self.contacts.prove(owner, found, "123456", self.at)
        return found

    async def states(self) -> list[tuple[str, int]]:
        """State and attempts of each delivery."""
        async with self.database.connection() as connection:
            rows = await connection.fetch(
                "SELECT state, attempts FROM deliveries ORDER BY message_id, contact_id"
            )
        return [(row["state"], row["attempts"]) for row in rows]

    async def steps(self) -> list[tuple[int, str, str]]:
        """Every attempt as it was noted."""
        async with self.database.connection() as connection:
            rows = await connection.fetch(
                "SELECT no, step, detail FROM delivery_attempts ORDER BY message_id, no, at, step"
            )
        return [tuple(row) for row in rows]

    async def pass_time(self, **span: float) -> None:
        """Let time go by, and send what is due then."""
        self.at += timedelta(**span)
        while await self.sending.send():
            pass


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mailbox_on() as found:
        yield found


@pytest.fixture
def robots() -> Iterator[Robots]:
    with robots_on() as found:
        yield found


def mail_to(box: Mailbox, *, home: Path | None = None, **more: object) -> Mail:
    entry: dict[str, object] = {
        "host": "127.0.0.1" if home is None else "localhost",
        "port": box.port,
        "sender": "hall@example.edu",
        "tls": "none",
    }
    return Mail(MailEntry(**(entry | more)), PLACES)  # type: ignore[arg-type]


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=5) as found:
        yield found


@pytest.fixture
async def url(postgres: Server, template: str) -> str:
    return await fresh_database(postgres.url, template)


@pytest.fixture
async def post(
    url: str, mailbox: Mailbox, robots: Robots, http: httpx.AsyncClient
) -> AsyncIterator[Post]:
    database = Database(url)
    found = Post(database, {})
    senders: dict[ContactKind, Sender] = {
        ContactKind.EMAIL: mail_to(mailbox),
        ContactKind.WECOM: Wecom(f"{robots.url}/wecom", http, PLACES),
        ContactKind.DINGTALK: Dingtalk(f"{robots.url}/dingtalk", http, PLACES, found.now),
    }
    found.sending = Sending(found.outbox, senders, SEAL, found._zones, now=found.now, quiet=Quiet())
    yield found
    await database.close()
