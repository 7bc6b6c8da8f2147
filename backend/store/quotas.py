"""Token buckets in Redis: what one subject or address may ask of all processes together."""

from collections.abc import Callable
from hashlib import sha256
from importlib.resources import files

from redis.asyncio import Redis

from backend.store.redis_stream import store_errors
from backend.store.stream import StoreError

AWAY_S = 2.0
"""How long Redis is not asked again, for any bucket, after it gave no answer."""
_TAKE = files(__package__).joinpath("quota.lua").read_text()


class Quotas:
    """Buckets by name and key; may raise StoreError."""

    def __init__(self, redis: "Redis", clock: Callable[[], float]) -> None:
        """`clock` counts seconds from anywhere."""
        self._redis, self._clock = redis, clock
        self._away_until = 0.0

    async def take(
        self, name: str, key: str, *, rate: float, burst: float, cost: float, is_forced: bool
    ) -> bool:
        """Whether there were as many left as `cost`; counted if so, or if forced.

        `rate` come again in a second, up to `burst`; a cost below 0 gives back.
        """
        if self._clock() < self._away_until:
            raise StoreError("quotas: no answer a moment ago")  # not everybody waits to hear so
        # Addresses and names are nobody's business: they stand in no key.
        bucket = f"rate:{name}:{sha256(key.encode()).hexdigest()[:32]}"
        try:
            async with store_errors():
                taken = await self._redis.eval(
                    _TAKE, 1, bucket, 1.0 / rate, burst, cost, int(is_forced)
                )
        except StoreError:
            self._away_until = self._clock() + AWAY_S
            raise
        return bool(taken)
