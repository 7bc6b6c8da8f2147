"""Which halls there are and which devices may speak for them.

Kept in PostgreSQL; a copy in Redis lets the hub start and go on while PostgreSQL is down.
"""

import hashlib

import msgspec
from msgspec import Struct
from redis.asyncio import Redis

from backend.core.ids import HallId
from backend.store.database import Database, queries
from backend.store.redis_stream import store_errors
from backend.store.stream import StoreError

KEY = "directory"
CHANGES_KEY = "directory:changes"


class HallEntry(Struct, frozen=True, kw_only=True):
    """A hall as the directory lists it."""

    hall_id: HallId
    name_zh: str
    name_en: str


class DeviceEntry(Struct, frozen=True, kw_only=True):
    """A device that may speak for a hall."""

    device_id: str
    hall_id: HallId
    scope: frozenset[str] | None = None
    """The topics of its place; None: the whole hall (EN1)."""


class Contents(Struct, frozen=True, kw_only=True):
    """The directory as of one reading."""

    halls: tuple[HallEntry, ...] = ()
    devices: dict[str, DeviceEntry] = {}
    """By the SHA-256 of the token."""


class Directory:
    """Reads the directory; remembers the last reading."""

    def __init__(self, database: Database, redis: "Redis") -> None:
        self._database = database
        self._redis = redis
        self.contents = Contents()
        self.is_read = False
        """Whether `contents` is what was read, and not just the beginning."""

    async def refresh(self) -> None:
        """Read anew: from PostgreSQL, else the copy in Redis.

        Raises StoreError: neither answers.
        """
        await self._refresh()
        self.is_read = True

    async def _refresh(self) -> None:
        try:
            self.contents = await self._read()
        except StoreError:
            async with store_errors():
                copy = await self._redis.get(KEY)
            if copy is None:
                raise
            self.contents = msgspec.json.decode(copy, type=Contents)
            return
        async with store_errors():
            await self._redis.set(KEY, msgspec.json.encode(self.contents))

    async def changes(self) -> int:
        """How often somebody has told that the directory changed; raises StoreError."""
        async with store_errors():
            return int(await self._redis.get(CHANGES_KEY) or 0)

    async def tell_change(self) -> None:
        """Read anew, and have every other process do so; raises StoreError."""
        await self.refresh()
        async with store_errors():
            await self._redis.incr(CHANGES_KEY)

    def device(self, token: str) -> DeviceEntry | None:
        """The device with this token."""
        return self.contents.devices.get(token_hash(token))

    async def _read(self) -> Contents:
        async with self._database.connection() as connection:
            halls = [row async for row in queries.halls(connection)]
            devices = [row async for row in queries.devices(connection)]
        return Contents(
            halls=tuple(msgspec.convert(dict(row), HallEntry) for row in halls),
            devices={
                str(row["token_hash"]): DeviceEntry(
                    device_id=str(row["device_id"]),
                    hall_id=HallId(str(row["hall_id"])),
                    scope=frozenset(row["scope"]) if row["scope"] is not None else None,
                )
                for row in devices
            },
        )


def token_hash(token: str) -> str:
    """How a token is stored: tokens are long and random, so a plain digest keeps them."""
    return hashlib.sha256(token.encode()).hexdigest()
