"""When each screen of a hall was last heard, and how it was (SC1).

Screens tell every few seconds, which is no history: a hash beside the stream has the newest beat of
each.  Lost, it is whole again with their next ones.
"""

import msgspec
from redis.asyncio import Redis

from backend.core.devices import Beat
from backend.core.ids import HallId
from backend.store.redis_stream import store_errors

_decode = msgspec.json.Decoder(Beat).decode


class Beats:
    """The newest beat of every screen of a hall; every method may raise StoreError."""

    def __init__(self, redis: "Redis", hall_id: HallId) -> None:
        self._redis = redis
        self._key = f"{{{hall_id}}}:beats"

    async def keep(self, beats: tuple[Beat, ...]) -> None:
        """Put these in the place of the screens' earlier ones."""
        fields = {beat.screen_id: msgspec.json.encode(beat) for beat in beats}
        async with store_errors():
            await self._redis.hset(self._key, mapping=fields)  # type: ignore[arg-type]

    async def newest(self) -> tuple[Beat, ...]:
        """Of every screen that was ever heard, by their ids."""
        async with store_errors():
            found = await self._redis.hgetall(self._key)
        return tuple(_decode(body) for _, body in sorted(found.items()))
