"""Sessions of staff in Redis, so that they outlive any process (AC2)."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct
from redis.asyncio import Redis

from backend.core.ids import HallId
from backend.core.rules.accounts import SESSION_S, idle_s
from backend.store.directory import token_hash
from backend.store.redis_stream import store_errors
from backend.store.staff import StaffMember

TOUCH_S = 20.0
"""Of acts that follow each other faster only the first is noted."""
TOUCHED_MAX = 10_000
AGENT_MAX = 200
ID_LENGTH = 16


class Need(StrEnum):
    """What a session is good for, and for nothing else, until it is done."""

    PASSWORD = "password"
    """To choose a password: somebody else knows the present one."""
    SECOND_FACTOR = "second_factor"
    """To set one up (AC3)."""


class Session(Struct, frozen=True, kw_only=True):
    """Who signed in, when, and where."""

    member: StaffMember
    begun_at: datetime
    ends_at: datetime
    """At the latest."""
    address: str
    agent: str
    """What the browser calls itself."""
    needs: tuple[Need, ...] = ()


class SessionLine(Struct, frozen=True, kw_only=True):
    """A session as it is listed."""

    id: str
    begun_at: datetime
    seen_at: datetime
    """When its owner last did something."""
    ends_at: datetime
    address: str
    agent: str
    is_mine: bool
    """The one that asks."""


class Sessions:
    """Sessions by the digest of their secret, which is kept nowhere; may raise StoreError.

    A session has the key `session:{digest}`, which expires when nothing was done for too long;
    the set `sessions:{username}` lists those of an account, dead ones among them.
    """

    def __init__(
        self, redis: "Redis", now: Callable[[], datetime], ticks: Callable[[], float]
    ) -> None:
        """`ticks` counts seconds from anywhere."""
        self._redis, self._now, self._ticks = redis, now, ticks
        self._touched: dict[str, float] = {}

    async def begin(
        self,
        member: StaffMember,
        *,
        address: str = "",
        agent: str = "",
        needs: tuple[Need, ...] = (),
    ) -> str:
        """Begin a session; return its secret."""
        secret, now = secrets.token_urlsafe(32), self._now()
        session = Session(
            member=member,
            begun_at=now,
            ends_at=now + timedelta(seconds=SESSION_S),
            address=address,
            agent=agent[:AGENT_MAX],
            needs=needs,
        )
        digest, listed = token_hash(secret), _listed(member.username)
        async with store_errors():
            # Listed first: one that could not be ended must never be there.
            await self._redis.sadd(listed, digest)
            await self._redis.expire(listed, SESSION_S)
            body = msgspec.json.encode(session)
            await self._redis.set(_key(digest), body, ex=idle_s(member.grants))
        return secret

    async def find(self, secret: str) -> Session | None:
        """The session with this secret."""
        return await self._find(token_hash(secret))

    async def touch(self, secret: str, session: Session) -> None:
        """Note that its owner did something, and so let it live on; not beyond `ends_at`."""
        digest, ticks = token_hash(secret), self._ticks()
        if ticks - self._touched.get(digest, -TOUCH_S) < TOUCH_S:
            return
        if len(self._touched) >= TOUCHED_MAX:
            self._touched.clear()
        self._touched[digest] = ticks
        left_s = int((session.ends_at - self._now()).total_seconds())
        async with store_errors():
            await self._redis.expire(
                _key(digest), max(1, min(idle_s(session.member.grants), left_s))
            )

    async def end(self, secret: str) -> None:
        """End a session."""
        async with store_errors():
            await self._redis.delete(_key(token_hash(secret)))

    async def listed(self, username: str, mine: str | None = None) -> list[SessionLine]:
        """The live sessions of an account, newest first; `mine`: the secret of who asks."""
        found = []
        for digest in await self._digests(username):
            session = await self._find(digest)
            async with store_errors():
                left_s = await self._redis.ttl(_key(digest))
                if session is None:
                    await self._redis.srem(_listed(username), digest)
            if session is not None and left_s > 0:
                quiet = timedelta(seconds=idle_s(session.member.grants) - left_s)
                found.append(
                    SessionLine(
                        id=digest[:ID_LENGTH],
                        begun_at=session.begun_at,
                        seen_at=max(session.begun_at, self._now() - quiet),
                        ends_at=session.ends_at,
                        address=session.address,
                        agent=session.agent,
                        is_mine=mine is not None and digest == token_hash(mine),
                    )
                )
        return sorted(found, key=lambda line: line.begun_at, reverse=True)

    async def end_one(self, username: str, id: str) -> bool:
        """End the account's session of this id; False when it has none."""
        for digest in await self._digests(username):
            if digest[:ID_LENGTH] == id:
                async with store_errors():
                    await self._redis.srem(_listed(username), digest)
                    return bool(await self._redis.delete(_key(digest)))
        return False

    async def end_all(self, username: str) -> None:
        """End every session of the account."""
        for digest in await self._digests(username):
            async with store_errors():
                await self._redis.delete(_key(digest))
                await self._redis.srem(_listed(username), digest)

    async def take_desk(self, hall_id: HallId, username: str, key: str) -> None:
        """Note which connection is the clerk's desk."""
        async with store_errors():
            await self._redis.set(_desk(hall_id, username), key, ex=SESSION_S)

    async def has_desk(self, hall_id: HallId, username: str, key: str) -> bool:
        """Whether no other connection took the clerk's desk since; if forgotten, it is ours."""
        async with store_errors():
            found = await self._redis.get(_desk(hall_id, username))
        return found in {None, key.encode()}

    async def _find(self, digest: str) -> Session | None:
        async with store_errors():
            found = await self._redis.get(_key(digest))
        return msgspec.json.decode(found, type=Session) if found is not None else None

    async def _digests(self, username: str) -> list[str]:
        async with store_errors():
            found: Any = await self._redis.smembers(_listed(username))
        return sorted(digest.decode() for digest in found)


def _desk(hall_id: HallId, username: str) -> str:
    return f"desk:{hall_id}:{username}"


def _key(digest: str) -> str:
    return f"session:{digest}"


def _listed(username: str) -> str:
    return f"sessions:{username}"
