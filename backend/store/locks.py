"""How often somebody failed to sign in, in Redis: five times lock the name for a while (AC1).

A name that nobody has is locked like any other, so the lock tells nothing.  Whoever knows a name
could lock its owner out: so an address from which the account was signed in before has a count of
its own, and all others share one.  The last way in is at the machine: `reset-account`.
"""

from hashlib import sha256
from importlib.resources import files

from redis.asyncio import Redis

from backend.core.rules.accounts import FAILURES_MAX, LOCK_S
from backend.store.known import Known
from backend.store.redis_stream import store_errors

STRANGERS = "*"

_COUNT = files(__package__).joinpath("count_failure.lua").read_text()


class Locks:
    """The counts; every method may raise StoreError."""

    def __init__(self, redis: "Redis") -> None:
        self._redis, self._known = redis, Known(redis, "sign_in")

    async def is_known(self, username: str, address: str) -> bool:
        """Whether the account was signed in from there within the last 30 days."""
        return await self._known.has(username, address)

    async def count(self, username: str, address: str) -> int:
        """Count an attempt, before the password is looked at; how long to wait instead, in s.

        Counted first: a hundred at once are a hundred.
        """
        key = await self._count_of(username, address)
        async with store_errors():
            left: int = await self._redis.eval(_COUNT, 1, key, FAILURES_MAX, LOCK_S)
        return int(left)

    async def forgive(self, username: str, address: str) -> None:
        """Take an attempt back that was neither right nor wrong."""
        key = await self._count_of(username, address)
        async with store_errors():
            await self._redis.decr(key)

    async def clear(self, username: str, address: str) -> None:
        """Forget the failures: it was the owner, whose address is known from now on."""
        key = await self._count_of(username, address)
        async with store_errors():
            await self._redis.delete(key)
        await self._known.learn(username, address)

    async def unlock(self, username: str) -> None:
        """Let strangers try anew."""
        async with store_errors():
            await self._redis.delete(_count(username, STRANGERS))

    async def _count_of(self, username: str, address: str) -> str:
        is_known = await self.is_known(username, address)
        return _count(username, address if is_known else STRANGERS)


def _count(username: str, address: str) -> str:
    """What is typed as a user name is now and then a password: it stands in no key."""
    return f"sign_in:failures:{sha256(username.encode()).hexdigest()[:32]}:{address}"
