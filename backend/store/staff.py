"""Accounts of staff in PostgreSQL: what they are granted, and what proves who they are."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from msgspec import Struct

from backend.core.grants import Grant
from backend.core.ids import HallId
from backend.core.stamp import Role
from backend.store.database import Database, queries

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP's minimum
_DUMMY = _hasher.hash("nobody's")


class StaffMember(Struct, frozen=True, kw_only=True):
    """Who is signed in; the answer to signing in."""

    username: str
    role: Role
    hall_id: HallId | None
    """None for those who look after every hall."""
    name_zh: str
    name_en: str
    counter_id: str | None
    """The counter the clerk usually sits at."""
    grants: tuple[Grant, ...]
    """The first is the main one: its role and hall are the member's."""


def member_of(
    username: str,
    grants: tuple[Grant, ...],
    *,
    name_zh: str,
    name_en: str,
    counter_id: str | None = None,
) -> StaffMember:
    """The member with these grants; at least one."""
    return StaffMember(
        username=username,
        role=grants[0].role,
        hall_id=HallId(grants[0].hall_id) if grants[0].hall_id is not None else None,
        name_zh=name_zh,
        name_en=name_en,
        counter_id=counter_id,
        grants=grants,
    )


class Account(Struct, frozen=True, kw_only=True):
    """An account, with what is known of its proofs; nothing of it that is secret is sent."""

    member: StaffMember
    is_active: bool
    version: int
    """A session that began under another is not begun."""
    must_change_password: bool
    totp_salt: bytes | None
    """None: it has no second factor."""
    totp_since: datetime | None
    totp_step: int
    """Of the last code that was used."""


class Staff:
    """Accounts; raises StoreError when PostgreSQL is down."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def check(self, username: str, password: str) -> Account | None:
        """The account whose password this is; takes as long for an unknown name."""
        async with self._database.connection() as connection:
            row = await queries.account(connection, username=username)
        is_there = row is not None and row["is_active"]
        is_right = await asyncio.to_thread(
            _verify, row["password_hash"] if is_there else _DUMMY, password
        )
        return _account(row) if is_there and is_right else None

    async def find(self, username: str) -> Account | None:
        """The account of this name, active or not."""
        async with self._database.connection() as connection:
            row = await queries.account(connection, username=username)
        return _account(row) if row is not None else None

    async def members(self, hall_id: HallId) -> list[StaffMember]:
        """Whoever may sign in at the hall, by user name."""
        found = await self.accounts(hall_id)
        return [account.member for account in found if account.is_active]

    async def accounts(self, hall_id: HallId) -> list[Account]:
        """Every account with a grant that counts in the hall, by user name."""
        async with self._database.connection() as connection:
            rows = queries.accounts_of_hall(connection, hall_id=hall_id)
            return [_account(row) async for row in rows]

    async def add(
        self, member: StaffMember, password: str, *, must_change_password: bool = False
    ) -> bool:
        """Make an account; False when there is one of that name, which is left alone."""
        hashed = await asyncio.to_thread(_hasher.hash, password)
        return await self.add_hashed(member, hashed, must_change_password=must_change_password)

    async def add_hashed(
        self, member: StaffMember, hashed: str, *, must_change_password: bool = False
    ) -> bool:
        """As `add`, from a hash that is known."""
        async with self._database.connection() as connection:
            status: str = await queries.put_staff_member(
                connection,
                **_columns(member),
                password_hash=hashed,
                must_change_password=must_change_password,
            )
            is_new = status.endswith(" 1")  # INSERT 0 1
            if is_new:
                await _put_grants(connection, member)
        return is_new

    async def change(self, member: StaffMember, *, is_active: bool) -> None:
        """Put this in the place of what the account of the name was."""
        async with self._database.connection() as connection:
            await queries.change_staff_member(connection, **_columns(member), is_active=is_active)
            await queries.drop_grants(connection, username=member.username)
            await _put_grants(connection, member)

    async def put_password(
        self, username: str, password: str, *, must_change_password: bool
    ) -> None:
        """Give the account another password."""
        hashed = await asyncio.to_thread(_hasher.hash, password)
        async with self._database.connection() as connection:
            await queries.put_password(
                connection,
                username=username,
                password_hash=hashed,
                must_change_password=must_change_password,
            )

    async def put_totp(self, username: str, salt: bytes, step: int, codes: list[bytes]) -> None:
        """Give the account a second factor in place of any other; `codes`: recovery, digests."""
        async with self._database.connection() as connection:
            await queries.put_totp(connection, username=username, salt=salt, step=step)
            await queries.drop_recovery_codes(connection, username=username)
            await queries.put_recovery_codes(connection, username=username, codes=codes)

    async def drop_totp(self, username: str) -> None:
        """Take the account's second factor away."""
        async with self._database.connection() as connection:
            await queries.put_totp(connection, username=username, salt=None, step=0)
            await queries.drop_recovery_codes(connection, username=username)

    async def use_totp(self, username: str, step: int) -> bool:
        """Use the code of a step up; False when it, or a later one, was used already."""
        async with self._database.connection() as connection:
            status: str = await queries.use_totp(connection, username=username, step=step)
        return status.endswith(" 1")  # UPDATE 1

    async def use_recovery_code(self, username: str, digest: bytes) -> bool:
        """Use a recovery code up; False when there is none such."""
        async with self._database.connection() as connection:
            status: str = await queries.use_recovery_code(
                connection, username=username, digest=digest
            )
        return status.endswith(" 1")  # DELETE 1


def _columns(member: StaffMember) -> dict[str, Any]:
    return {
        "username": member.username,
        "hall_id": member.hall_id,
        "role": member.role.value,
        "name_zh": member.name_zh,
        "name_en": member.name_en,
        "counter_id": member.counter_id,
    }


async def _put_grants(connection: Any, member: StaffMember) -> None:
    grants = msgspec.json.encode(member.grants).decode()
    await queries.put_grants(connection, username=member.username, grants=grants)


def _account(row: Any) -> Account:
    since = row["totp_since"]
    return Account(
        member=member_of(
            row["username"],
            msgspec.json.decode(row["grants"], type=tuple[Grant, ...]),
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            counter_id=row["counter_id"],
        ),
        is_active=row["is_active"],
        version=row["version"],
        must_change_password=row["must_change_password"],
        totp_salt=row["totp_salt"],
        totp_since=since.astimezone(UTC) if since is not None else None,
        totp_step=row["totp_step"],
    )


def hash_password(password: str) -> str:
    """The hash to store."""
    return _hasher.hash(password)


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
