"""Accounts of staff, and sessions."""

import asyncio
import secrets
from typing import Any

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from msgspec import Struct
from redis.asyncio import Redis

from backend.core.grants import Grant
from backend.core.ids import HallId
from backend.core.stamp import Role
from backend.store.database import Database, queries
from backend.store.directory import token_hash
from backend.store.redis_stream import store_errors

SESSION_S = 12 * 3600
PASSWORD_LENGTH_MIN = 12

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


class Staff:
    """Checks passwords; raises StoreError when PostgreSQL is down."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def check(self, username: str, password: str) -> StaffMember | None:
        """The member whose password this is; takes as long for an unknown name."""
        async with self._database.connection() as connection:
            row = await queries.account(connection, username=username)
        stored = row["password_hash"] if row is not None else _DUMMY
        is_right = await asyncio.to_thread(_verify, stored, password)
        if row is None or not is_right:
            return None
        return _member(row)

    async def members(self, hall_id: HallId) -> list[StaffMember]:
        """Whoever may sign in at the hall, by user name."""
        async with self._database.connection() as connection:
            rows = queries.staff_of_hall(connection, hall_id=hall_id)
            return [_member(row) async for row in rows]

    async def add(self, member: StaffMember, password: str) -> bool:
        """Make an account; False when there is one of that name, which is left alone."""
        hashed = await asyncio.to_thread(_hasher.hash, password)
        return await self.add_hashed(member, hashed)

    async def add_hashed(self, member: StaffMember, hashed: str) -> bool:
        """As `add`, from a hash that is known."""
        async with self._database.connection() as connection:
            status: str = await queries.put_staff_member(
                connection,
                username=member.username,
                hall_id=member.hall_id,
                role=member.role.value,
                password_hash=hashed,
                name_zh=member.name_zh,
                name_en=member.name_en,
                counter_id=member.counter_id,
            )
            is_new = status.endswith(" 1")  # INSERT 0 1
            if is_new:
                grants = msgspec.json.encode(member.grants).decode()
                await queries.put_grants(connection, username=member.username, grants=grants)
        return is_new


def _member(row: Any) -> StaffMember:
    return member_of(
        row["username"],
        msgspec.json.decode(row["grants"], type=tuple[Grant, ...]),
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        counter_id=row["counter_id"],
    )


def hash_password(password: str) -> str:
    """The hash to store."""
    return _hasher.hash(password)


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


class Sessions:
    """Sessions in Redis by the digest of their secret, so that they outlive any process."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def begin(self, member: StaffMember) -> str:
        """Begin a session; return its secret, which is kept nowhere."""
        secret = secrets.token_urlsafe(32)
        async with store_errors():
            await self._redis.set(_key(secret), msgspec.json.encode(member), ex=SESSION_S)
        return secret

    async def find(self, secret: str) -> StaffMember | None:
        """Whose session it is."""
        async with store_errors():
            found = await self._redis.get(_key(secret))
        return msgspec.json.decode(found, type=StaffMember) if found is not None else None

    async def take_desk(self, hall_id: HallId, username: str, key: str) -> None:
        """Note which connection is the clerk's desk."""
        async with store_errors():
            await self._redis.set(_desk(hall_id, username), key, ex=SESSION_S)

    async def has_desk(self, hall_id: HallId, username: str, key: str) -> bool:
        """Whether no other connection took the clerk's desk since; if forgotten, it is ours."""
        async with store_errors():
            found = await self._redis.get(_desk(hall_id, username))
        return found in {None, key.encode()}

    async def end(self, secret: str) -> None:
        """End a session."""
        async with store_errors():
            await self._redis.delete(_key(secret))


def _desk(hall_id: HallId, username: str) -> str:
    return f"desk:{hall_id}:{username}"


def _key(secret: str) -> str:
    return f"session:{token_hash(secret)}"
