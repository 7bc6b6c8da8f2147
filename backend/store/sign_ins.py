"""Sign-ins at the campus in Redis: those under way, and which session came of which."""

from typing import Any

import msgspec
from msgspec import Struct
from redis.asyncio import Redis

from backend.core.rules.accounts import SESSION_S
from backend.store.directory import token_hash
from backend.store.redis_stream import store_errors

ASKED_S = 600
"""How long somebody may take at the campus."""


class SessionRef(Struct, frozen=True, kw_only=True):
    """A session of ours."""

    username: str
    session_id: str
    is_visitor: bool = False
    """Whether it is a visitor's (VA1), by the whole digest of its secret."""


class SignIns:
    """Every method may raise StoreError."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def keep(self, state: str, body: bytes) -> None:
        """Keep what belongs to a sign-in under way."""
        async with store_errors():
            await self._redis.set(_asked(state), body, ex=ASKED_S)

    async def take(self, state: str) -> bytes | None:
        """What was kept; None the second time."""
        async with store_errors():
            found: Any = await self._redis.getdel(_asked(state))
        return bytes(found) if found is not None else None

    async def tie(self, marks: tuple[str, ...], ref: SessionRef) -> None:
        """Note which session belongs to what the campus calls this sign-in."""
        async with store_errors():
            for mark in marks:
                await self._redis.sadd(_mark(mark), msgspec.json.encode(ref))
                await self._redis.expire(_mark(mark), SESSION_S)

    async def tied(self, mark: str) -> list[SessionRef]:
        """The sessions that belong to it."""
        async with store_errors():
            found: Any = await self._redis.smembers(_mark(mark))
        return [msgspec.json.decode(body, type=SessionRef) for body in sorted(found)]


def _asked(state: str) -> str:
    return f"sso:asked:{token_hash(state)}"


def _mark(mark: str) -> str:
    return f"sso:session:{token_hash(mark)}"
