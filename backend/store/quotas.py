"""Token buckets in Redis: what one subject or address may ask of all processes together."""

from hashlib import sha256
from importlib.resources import files

from redis.asyncio import Redis

from backend.store.redis_stream import store_errors

_TAKE = files(__package__).joinpath("quota.lua").read_text()


class Quotas:
    """Buckets by name and key; may raise StoreError."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def take(
        self, name: str, key: str, *, rate: float, burst: float, cost: float, is_forced: bool
    ) -> bool:
        """Whether there were as many left as `cost`; counted if so, or if forced.

        `rate` come again in a second, up to `burst`; a cost below 0 gives back.
        """
        # Addresses and names are nobody's business: they stand in no key.
        bucket = f"rate:{name}:{sha256(key.encode()).hexdigest()[:32]}"
        async with store_errors():
            taken = await self._redis.eval(
                _TAKE, 1, bucket, 1.0 / rate, burst, cost, int(is_forced)
            )
        return bool(taken)
