"""Visitors who sign in at the campus: who they are here, and what of it is theirs (VA1, VA2)."""

from collections.abc import Callable, Sequence
from datetime import datetime

from backend.cards import card_digest, person_digest, readings
from backend.sso.proof import Proven
from backend.store.contacts import Contacts
from backend.store.visitors import Visitors, VisitorSession, VisitorSessions, session_id


def visitor_cookie_name(*, is_secure: bool) -> str:
    """What a visitor's cookie is called: another than that of staff."""
    return "__Host-yizhan_visitor" if is_secure else "yizhan_visitor"


class Visiting:
    """Lets visitors in; methods may raise StoreError."""

    def __init__(
        self,
        key: bytes,
        sessions: VisitorSessions,
        visitors: Visitors,
        contacts: Contacts,
        *,
        now: Callable[[], datetime],
        holders: Callable[[str], Sequence[str]],
    ) -> None:
        """`key`: that of the card numbers; `holders`: who holds a card, by the halls' registers."""
        self._key, self._sessions, self._holders = key, sessions, holders
        self.visitors, self._contacts, self._now = visitors, contacts, now

    async def enter(self, proven: Proven) -> str:
        """The secret of a session of whoever is proven; their card is theirs from now on."""
        visitor = person_digest(self._key, proven.person or proven.username).hex()
        at = self._now()
        if proven.card:
            persons = {*self._holders(proven.card), *self.persons_of(proven.card)}
            await self.visitors.join(visitor, sorted(persons), at)
        await self._contacts.seen(visitor, at)
        return await self._sessions.begin(visitor, proven.username)

    async def find(self, secret: str | None) -> VisitorSession | None:
        """Whose session has this secret."""
        return await self._sessions.find(secret) if secret else None

    async def end(self, id: str) -> None:
        """End the session of this id; safe to repeat."""
        await self._sessions.end(id)

    def id_of(self, secret: str) -> str:
        """The id of the session with this secret."""
        return session_id(secret)

    def persons_of(self, card: str) -> tuple[str, ...]:
        """The keyed hashes that a card which is typed may stand for by itself."""
        return tuple(card_digest(self._key, uid).hex() for uid in readings(card))
