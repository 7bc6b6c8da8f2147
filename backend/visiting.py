"""Visitors who sign in at the campus: who they are here, and what of it is theirs (VA1, VA2)."""

from collections.abc import Callable, Sequence
from datetime import datetime

from backend.cards import card_digest, person_digest, readings
from backend.core.ids import HallId, Origin
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
        origin_of: Callable[[HallId, bytes], Origin | None],
    ) -> None:
        """`key`: that of the card numbers; `holders`: who holds a card, by the halls' registers.

        `origin_of`: the origin of a person whom a hall's register knows.
        """
        self._key, self._sessions, self._holders = key, sessions, holders
        self._origin_of = origin_of
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

    async def person_in(self, hall_id: HallId, visitor: str) -> tuple[str, Origin | None]:
        """Who the visitor is in a hall: as its register has them, else as the campus has."""
        for person in await self.visitors.persons(visitor):
            origin = self._origin_of(hall_id, bytes.fromhex(person))
            if origin is not None:
                return person, origin
        return visitor, None

    async def end(self, id: str) -> None:
        """End the session of this id; safe to repeat."""
        await self._sessions.end(id)

    def id_of(self, secret: str) -> str:
        """The id of the session with this secret."""
        return session_id(secret)

    def persons_of(self, card: str) -> tuple[str, ...]:
        """The keyed hashes that a card which is typed may stand for by itself."""
        return tuple(card_digest(self._key, uid).hex() for uid in readings(card))
