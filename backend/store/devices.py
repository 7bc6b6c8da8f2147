"""Devices of a hall: who asks to be one, who is, who was sent away (EN2)."""

import secrets
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct
from redis.asyncio import Redis

from backend.core.ids import HallId
from backend.store.audit import NoteIn, not_noted
from backend.store.database import Database, queries
from backend.store.redis_stream import store_errors

CODE_LETTERS = "23456789ACDEFHJKMNPRTVWXY"
"""Those that are not taken for another on a screen or at the telephone."""
CODE_LENGTH = 6
ASKED_S = 600
"""How long a code waits for somebody to enter it."""
TRIES_MAX = 10


class Asking(Struct, frozen=True, kw_only=True):
    """A device that waits to be let in."""

    token_hash: str
    """See directory.py: the key itself is kept by the device only."""
    wants: tuple[str, ...]
    """The topics it would speak for; a proposal only."""


class Device(Struct, frozen=True, kw_only=True):
    """A device that was let in."""

    device_id: str
    scope: tuple[str, ...] | None
    """The topics of its place; None: the whole hall."""
    enrolled_by: str
    """User name of who let it in."""
    enrolled_at: datetime


class Devices:
    """Those who ask are kept in Redis for ASKED_S, those who were let in in PostgreSQL.

    Every method may raise StoreError.
    """

    def __init__(self, database: Database, redis: "Redis") -> None:
        self._database = database
        self._redis = redis

    async def ask(self, asking: Asking) -> str:
        """The code under which somebody finds who asks; the same one while it still waits."""
        mine = _asker_key(asking.token_hash)
        async with store_errors():
            known: Any = await self._redis.get(mine)
            if known is not None:
                return str(known.decode())
            body = msgspec.json.encode(asking)
            for _ in range(TRIES_MAX):
                code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
                if await self._redis.set(_code_key(code), body, ex=ASKED_S, nx=True):
                    await self._redis.set(mine, code, ex=ASKED_S)
                    return code
        raise AssertionError("two hundred million codes are in use")

    async def is_known(self, token_hash: str) -> bool:
        """Whether a device with this key was ever let in."""
        async with self._database.connection() as connection:
            return bool(await queries.is_known_key(connection, token_hash=token_hash))

    async def waits(self, token_hash: str) -> bool:
        """Whether the device with this key asks and nobody has entered its code yet."""
        async with store_errors():
            return bool(await self._redis.exists(_asker_key(token_hash)))

    async def asking(self, code: str) -> Asking | None:
        """Who asks under this code."""
        async with store_errors():
            found: Any = await self._redis.get(_code_key(code))
        return msgspec.json.decode(found, type=Asking) if found is not None else None

    async def listed(self, hall_id: HallId) -> list[Device]:
        """The hall's devices, by their names."""
        async with self._database.connection() as connection:
            rows = queries.devices_of_hall(connection, hall_id=hall_id)
            found = [msgspec.convert(dict(row), Device) async for row in rows]
        return [msgspec.structs.replace(one, enrolled_at=_in_utc(one)) for one in found]

    async def enrol(
        self,
        code: str,
        asking: Asking,
        hall_id: HallId,
        device_id: str,
        *,
        scope: tuple[str, ...],
        by: str,
        note_in: NoteIn = not_noted,
    ) -> bool:
        """Let the device in; False when the name is in use."""
        async with self._database.connection() as connection:
            status: str = await queries.put_device(
                connection,
                token_hash=asking.token_hash,
                device_id=device_id,
                hall_id=hall_id,
                scope=list(scope),
                enrolled_by=by,
            )
            is_in = status.endswith(" 1")  # INSERT 0 1
            if is_in:
                await note_in(connection)
        if is_in:
            async with store_errors():
                await self._redis.delete(_code_key(code))
                await self._redis.delete(_asker_key(asking.token_hash))
        return is_in

    async def revoke(
        self, hall_id: HallId, device_id: str, by: str, note_in: NoteIn = not_noted
    ) -> bool:
        """Send the device away for good; False when there is none of that name."""
        async with self._database.connection() as connection:
            status: str = await queries.revoke_device(
                connection, hall_id=hall_id, device_id=device_id, revoked_by=by
            )
            is_gone: bool = status.endswith(" 1")  # UPDATE 1
            if is_gone:
                await note_in(connection)
        return is_gone


def _in_utc(device: Device) -> datetime:
    return device.enrolled_at.astimezone(UTC)


def _code_key(code: str) -> str:
    return f"enrolment:code:{code}"


def _asker_key(token_hash: str) -> str:
    return f"enrolment:key:{token_hash}"
