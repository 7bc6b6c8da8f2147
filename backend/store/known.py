"""Who was right about something lately: strangers' mistakes there are not held against them."""

from hashlib import sha256

from redis.asyncio import Redis

from backend.store.redis_stream import store_errors
from backend.store.stream import StoreError

KNOWN_S = 30 * 24 * 3600


class Known:
    """By an address or a visitor, for 30 days in Redis."""

    def __init__(self, redis: "Redis", name: str) -> None:
        self._redis, self._name = redis, name

    async def learn(self, what: str, who: str) -> None:
        """They were right about it.  Raises StoreError."""
        async with store_errors():
            await self._redis.set(self._key(what, who), "1", ex=KNOWN_S)

    async def has(self, what: str, who: str) -> bool:
        """Whether they were, within the last 30 days.  Raises StoreError."""
        async with store_errors():
            return bool(await self._redis.exists(self._key(what, who)))

    async def is_told(self, what: str, who: str) -> bool:
        """As `has`; while Redis is away everybody is a stranger."""
        try:
            return await self.has(what, who)
        except StoreError:
            return False

    async def tell(self, what: str, who: str) -> None:
        """As `learn`; while Redis is away nothing is learnt, and they are a stranger next time."""
        try:
            await self.learn(what, who)
        except StoreError:
            return

    def _key(self, what: str, who: str) -> str:
        # Neither addresses nor what is typed as a name, now and then a password, stand in a key.
        digest = sha256(f"{what}\n{who}".encode()).hexdigest()[:32]
        return f"{self._name}:known:{digest}"
