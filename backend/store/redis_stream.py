"""`HallStream` in Redis: one stream per hall and day, and one that lists the days.

Keys share the hash tag `{hall}`, so that a cluster keeps a hall together.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from importlib.resources import files
from typing import Any

import msgspec
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from backend.core.ids import HallId
from backend.store.stream import Commit, ConflictError, DayRef, Entry, Position, StoreError

COMMAND_TIMEOUT_S = 2.5
WAIT_MAX_S = 4.0
WAIT_TIMEOUT_S = 6.0
WAIT_COUNT = 500
DAYS_MAX = 60

_APPEND = files(__package__).joinpath("append.lua").read_text()
_ANNOUNCE = files(__package__).joinpath("announce.lua").read_text()
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Commit).decode


def connect_redis(url: str, timeout_s: float = COMMAND_TIMEOUT_S) -> "Redis":
    """A client that fails quickly and leaves retrying to its callers, who know the limits.

    Blocking reads need a longer timeout than `WAIT_MAX_S`.
    """
    return Redis.from_url(
        url,
        protocol=2,
        socket_timeout=timeout_s,
        socket_connect_timeout=COMMAND_TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=0,
    )


@asynccontextmanager
async def store_errors() -> AsyncIterator[None]:
    """Turn every failure of Redis into StoreError.

    A cancellation that meets a finished write is forgotten by the client (`asyncio.wait_for`
    before Python 3.12): it is raised here, else a process that is to stop goes on.
    """
    try:
        yield
    except (RedisError, OSError, TimeoutError) as error:
        raise StoreError(str(error) or type(error).__name__) from error
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


class RedisStream:
    """Appends by compare-and-append; see append.lua."""

    def __init__(self, redis: "Redis", waiting: "Redis", hall_id: HallId) -> None:
        """`waiting` is a client whose timeout allows for blocking reads."""
        self._redis = redis
        self._waiting = waiting
        self._hall_id = hall_id
        self._days_key = f"{{{hall_id}}}:days"
        self._days_seen: bytes | str = "0"
        self._append = redis.register_script(_APPEND)
        self._announce = redis.register_script(_ANNOUNCE)

    async def latest_day(self) -> DayRef | None:
        """See HallStream."""
        async with store_errors():
            rows: Any = await self._redis.xrevrange(self._days_key, count=1)
        if not rows:
            self._days_seen = "0"
            return None
        self._days_seen, fields = rows[0]
        return _day_ref(fields)

    async def days(self) -> list[DayRef]:
        """See HallStream."""
        async with store_errors():
            rows: Any = await self._redis.xrange(self._days_key)
            listed = {ref.day: ref for ref in (_day_ref(fields) for _, fields in rows)}
            refs = sorted(listed.values(), key=lambda ref: ref.day)
            kept = [await self._redis.exists(self._key(ref.day)) for ref in refs[-DAYS_MAX:]]
        return [ref for ref, is_kept in zip(refs[-DAYS_MAX:], kept, strict=True) if is_kept]

    async def forget(self, ref: DayRef) -> None:
        """See HallStream."""
        async with store_errors():
            await self._redis.delete(self._key(ref.day))

    async def read(self, ref: DayRef, after: Position, limit: int) -> list[Entry]:
        """See HallStream."""
        first = f"{after.seq}-0" if after.seq else "-"
        count = limit + 1 if after.seq else limit
        async with store_errors():
            rows: Any = await self._redis.xrange(self._key(ref.day), first, "+", count=count)
        entries = [_entry(*row) for row in rows]
        if not after.seq:
            return entries
        if not entries or entries[0].position != after:
            raise ConflictError
        return entries[1:]

    async def wait(
        self, ref: DayRef | None, position: Callable[[], Position], timeout_s: float
    ) -> list[Entry] | None:
        """See HallStream."""
        since: dict[Any, Any] = {self._days_key: self._days_seen}
        if ref is not None:
            since[self._key(ref.day)] = f"{position().seq}-0"
        block_ms = max(1, int(min(timeout_s, WAIT_MAX_S) * 1000))
        async with store_errors():
            found: Any = await self._waiting.xread(since, count=WAIT_COUNT, block=block_ms)
        streams = {key.decode(): rows for key, rows in found or ()}
        if not streams or self._days_key in streams:
            return None
        known = position().seq
        (rows,) = streams.values()
        return [_entry(entry_id, fields) for entry_id, fields in rows if _seq(entry_id) > known]

    async def boot(self) -> str:
        """See HallStream."""
        async with store_errors():
            server: Any = await self._redis.info("server")
        found: str = server["run_id"]
        return found

    async def append(
        self, ref: DayRef, after: Position, commits: list[Commit], *, boot: str = ""
    ) -> Position:
        """See HallStream."""
        args: list[int | str | bytes] = [boot, after.seq, after.head]
        for commit in commits:
            args += [commit.id, _encode(commit)]
        async with store_errors():
            seq: int = await self._append(keys=[self._key(ref.day)], args=args)
        if seq < 0:
            raise ConflictError
        return Position(seq, commits[-1].id)

    async def announce(self, ref: DayRef, previous: DayRef | None) -> None:
        """See HallStream."""
        seen = [previous.day.isoformat(), previous.epoch] if previous is not None else ["", ""]
        args = [*seen, ref.day.isoformat(), ref.epoch]
        async with store_errors():
            is_first: int = await self._announce(keys=[self._days_key], args=args)
        if not is_first:
            raise ConflictError

    def _key(self, day: date) -> str:
        return f"{{{self._hall_id}}}:day:{day.isoformat()}"


def _entry(entry_id: bytes, fields: dict[bytes, bytes]) -> Entry:
    position = Position(_seq(entry_id), fields[b"id"].decode())
    return Entry(position=position, commit=_decode(fields[b"body"]))


def _day_ref(fields: dict[bytes, bytes]) -> DayRef:
    day = date.fromisoformat(fields[b"day"].decode())
    return DayRef(day=day, epoch=fields[b"epoch"].decode())


def _seq(entry_id: bytes) -> int:
    return int(entry_id[:-2])  # "<seq>-0"
