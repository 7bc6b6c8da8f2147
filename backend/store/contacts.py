"""Where people want to be told, in PostgreSQL: encrypted, and proven by a code."""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from msgspec import Struct

from backend.core.messages import ContactKind, Language
from backend.core.rules.messages import CODE_MINUTES, CODE_TRIES_MAX, CONTACTS_MAX
from backend.store.database import Database, queries


class Contact(Struct, frozen=True, kw_only=True):
    """Where somebody is told."""

    contact_id: str
    owner: str
    """A person's keyed hash, or one thing (`thing_owner`)."""
    kind: ContactKind
    language: Language
    sealed: bytes
    is_proven: bool
    added_at: datetime


class NewContact(Struct, frozen=True, kw_only=True):
    """Somewhere to be told, not proven yet."""

    contact_id: str
    owner: str
    kind: ContactKind
    language: Language
    sealed: bytes
    digest: str
    code: str
    """What is sent there."""


class TooManyError(Exception):
    """The owner has as many as there may be."""


class Contacts:
    """The contacts of all owners; every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, connection: Any, new: NewContact, at: datetime) -> str:
        """Keep it with a fresh code, in the transaction that sends it; returns the contact's id.

        One that is there already keeps its id and, if it was, stays proven.
        Raises TooManyError.
        """
        count: int = await queries.count_contacts(connection, owner=new.owner, digest=new.digest)
        if count >= CONTACTS_MAX:
            raise TooManyError
        found: str = await queries.put_contact(
            connection,
            contact_id=new.contact_id,
            owner=new.owner,
            kind=new.kind.value,
            language=new.language.value,
            sealed=new.sealed,
            digest=new.digest,
            code_hash=_hashed(new.code),
            code_ends_at=at + timedelta(minutes=CODE_MINUTES),
            at=at,
        )
        return found

    async def prove(self, owner: str, contact_id: str, code: str, at: datetime) -> bool:
        """Whether the code is the one that was sent there; counted, whatever it is."""
        async with self._database.connection() as connection:
            row = await queries.try_code(
                connection, owner=owner, contact_id=contact_id, at=at, tries=CODE_TRIES_MAX
            )
            expected: str = row["code_hash"] if row is not None else _hashed("")
            is_right = hmac.compare_digest(expected, _hashed(code)) and row is not None
            if is_right:
                await queries.prove_contact(connection, contact_id=contact_id, at=at)
        return is_right

    async def of(self, owner: str) -> list[Contact]:
        """The owner's contacts, oldest first."""
        async with self._database.connection() as connection:
            rows = queries.contacts_of(connection, owner=owner)
            return [_contact(row) async for row in rows]

    async def remove(self, owner: str, contact_id: str) -> bool:
        """Forget it and what was to be sent there; False when the owner has no such contact."""
        async with self._database.connection() as connection:
            status: str = await queries.remove_contact(
                connection, owner=owner, contact_id=contact_id
            )
        return not status.endswith(" 0")

    async def stop(self, contact_id: str) -> None:
        """Forget it, by the link of a mail; safe to repeat."""
        async with self._database.connection() as connection:
            await queries.remove_contact(connection, owner=None, contact_id=contact_id)

    async def seen(self, owner: str, at: datetime) -> None:
        """The owner was here: what is unused is counted anew (NO6)."""
        async with self._database.connection() as connection:
            await queries.contacts_seen(connection, owner=owner, at=at)

    async def set_fixed(self, fixed: list[NewContact], at: datetime) -> None:
        """Make the contacts that the deployment has set what these are; proven by whoever set them.

        Their ids begin with `fixed:`, so that no other is touched.
        """
        async with self._database.connection() as connection:
            await queries.drop_fixed_contacts(connection, kept=[one.contact_id for one in fixed])
            for one in fixed:
                await self.add(connection, one, at)
                await queries.prove_contact(connection, contact_id=one.contact_id, at=at)


def _contact(row: Any) -> Contact:
    return Contact(
        contact_id=row["contact_id"],
        owner=row["owner"],
        kind=ContactKind(row["kind"]),
        language=Language(row["language"]),
        sealed=row["sealed"],
        is_proven=row["proven_at"] is not None,
        added_at=row["added_at"],
    )


def _hashed(code: str) -> str:
    return sha256(code.encode()).hexdigest()
