"""Accounts of staff, and sessions."""

import asyncio
import secrets

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from msgspec import Struct
from redis.asyncio import Redis

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


class Staff:
    """Checks passwords; raises StoreError when PostgreSQL is down."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def check(self, username: str, password: str) -> StaffMember | None:
        """The member whose password this is; takes as long for an unknown name."""
        async with self._database.connection() as connection:
            row = await queries.staff_member(connection, username=username)
        stored = row["password_hash"] if row is not None else _DUMMY
        is_right = await asyncio.to_thread(_verify, stored, password)
        if row is None or not is_right:
            return None
        fields = {key: row[key] for key in StaffMember.__struct_fields__}
        return msgspec.convert(fields, StaffMember)

    async def members(self, hall_id: HallId) -> list[StaffMember]:
        """Whoever may sign in at the hall, by user name."""
        async with self._database.connection() as connection:
            rows = queries.staff_of_hall(connection, hall_id=hall_id)
            return [msgspec.convert(dict(row), StaffMember) async for row in rows]

    async def add(self, member: StaffMember, password: str) -> bool:
        """Make an account; False when there is one of that name, which is left alone."""
        hashed = await asyncio.to_thread(_hasher.hash, password)
        return await self.add_hashed(member, hashed)

    async def add_hashed(self, member: StaffMember, hashed: str) -> bool:
        """As `add`, from a hash that is known."""
        fields = {key: getattr(member, key) for key in StaffMember.__struct_fields__}
        async with self._database.connection() as connection:
            status: str = await queries.put_staff_member(
                connection, **fields | {"role": member.role.value}, password_hash=hashed
            )
        return status.endswith(" 1")  # INSERT 0 1


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
