"""Second factors that somebody is setting up: for minutes, and so in Redis (AC3)."""

from typing import Any

from redis.asyncio import Redis

from backend.store.redis_stream import store_errors

PROPOSED_S = 600


class Proposals:
    """The salt proposed last to each account; every method may raise StoreError."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def keep(self, username: str, salt: bytes) -> None:
        """Propose this one, in place of any other."""
        async with store_errors():
            await self._redis.set(_key(username), salt, ex=PROPOSED_S)

    async def find(self, username: str) -> bytes | None:
        """What was proposed within the last minutes."""
        async with store_errors():
            found: Any = await self._redis.get(_key(username))
        return bytes(found) if found is not None else None

    async def drop(self, username: str) -> None:
        """Propose nothing any more."""
        async with store_errors():
            await self._redis.delete(_key(username))


def _key(username: str) -> str:
    return f"totp:proposed:{username}"
