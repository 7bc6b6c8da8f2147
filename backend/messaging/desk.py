"""Where an owner wants to be told: choosing, proving, leaving (NO2, NO6)."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from backend.core.ids import HallId, Text
from backend.core.messages import ContactKind, Language, Message, MessageKind
from backend.core.rules.messages import CODE_MINUTES
from backend.messaging.reach import reach_of, shown
from backend.messaging.seal import Seal, SealError
from backend.store.contacts import Contacts, NewContact
from backend.store.database import Database
from backend.store.outbox import Outbox, put
from backend.wire.me import ContactsView, ContactView

SUBJECT = "contact"


class Wanted(Struct, frozen=True, kw_only=True):
    """Where somebody wants to be told, as it is kept."""

    kind: ContactKind
    language: Language
    reach: str
    digest: str


class ContactDesk:
    """Contacts of whoever proves to be their owner; methods may raise StoreError."""

    def __init__(
        self,
        database: Database,
        seal: Seal,
        kinds: tuple[ContactKind, ...],
        now: Callable[[], datetime],
    ) -> None:
        """`kinds`: by what the hall can tell people."""
        self._database, self._seal, self._now = database, seal, now
        self.kinds = kinds
        self.contacts, self.outbox = Contacts(database), Outbox(database)

    def wanted(self, kind: ContactKind, language: Language, typed: str) -> Wanted:
        """What was typed, as it is kept.  Raises ReachError."""
        reach = reach_of(kind, typed)
        digest = self._seal.digest(reach)
        return Wanted(kind=kind, language=language, reach=reach, digest=digest)

    async def add(self, hall_id: HallId, owner: str, wanted: Wanted) -> str:
        """Keep it and send a code there; the contact's id.  Raises TooManyError."""
        code, at = f"{secrets.randbelow(1_000_000):06d}", self._now()
        contact_id = secrets.token_hex(16)
        for one in await self.contacts.of(owner):
            if self._reach(one.contact_id, one.sealed) == wanted.reach and one.kind is wanted.kind:
                contact_id = one.contact_id  # what it is sealed for
        new = NewContact(
            contact_id=contact_id,
            owner=owner,
            kind=wanted.kind,
            language=wanted.language,
            sealed=self._seal.close(contact_id, wanted.reach),
            digest=wanted.digest,
            code=code,
        )
        async with self._database.connection() as connection:
            kept = await self.contacts.add(connection, new, at)
            await put(connection, _code(hall_id, kept, code, at))
        return kept

    async def view(self, owner: str) -> ContactsView:
        """The owner's contacts, as much of each as is known again."""
        return ContactsView(
            kinds=self.kinds,
            contacts=tuple(
                ContactView(
                    contact_id=one.contact_id,
                    kind=one.kind,
                    language=one.language,
                    shown=shown(one.kind, self._reach(one.contact_id, one.sealed)),
                    is_proven=one.is_proven,
                )
                for one in await self.contacts.of(owner)
            ),
        )

    async def prove(self, owner: str, contact_id: str, code: str) -> bool:
        """Whether the code is the one that was sent there."""
        return await self.contacts.prove(owner, contact_id, code, self._now())

    async def stop(self, token: str) -> bool:
        """Forget the contact of a mail's link; False for a token that is none."""
        contact_id = self._seal.stopped(token)
        if contact_id is not None:
            await self.contacts.stop(contact_id)
        return contact_id is not None

    def _reach(self, contact_id: str, sealed: bytes) -> str:
        try:
            return self._seal.open(contact_id, sealed)
        except SealError:
            return ""


def _code(hall_id: HallId, contact_id: str, code: str, at: datetime) -> Message:
    return Message(
        hall_id=hall_id,
        key=f"code/{contact_id}/{secrets.token_hex(8)}",
        kind=MessageKind.CODE,
        title=Text(zh=f"验证码 {code}", en=f"Your code is {code}"),
        text=Text(
            zh=f"{CODE_MINUTES} 分钟内有效。如果不是您本人操作，请忽略。",
            en=f"It is good for {CODE_MINUTES} minutes. If you did not ask for it, do nothing.",
        ),
        subject=SUBJECT,
        contact_id=contact_id,
        put_at=at,
        expires_at=at + timedelta(minutes=CODE_MINUTES),
    )
