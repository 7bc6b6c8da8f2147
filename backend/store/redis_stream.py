"""`HallStream` in Redis: one stream per hall and day, and one that lists the days.

Keys and the channel share the hash tag `{hall}`, so that a cluster keeps a hall together.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import date
from importlib.resources import files

import msgspec
from redis.exceptions import RedisError

from backend.core.ids import HallId
from backend.store.link import Link, Script
from backend.store.news import News
from backend.store.stream import Commit, ConflictError, DayRef, Entry, Position, StoreError

READ_MAX = 500
DAYS_MAX = 60

_APPEND = Script(files(__package__).joinpath("append.lua").read_text())
_ANNOUNCE = Script(files(__package__).joinpath("announce.lua").read_text())
_CONFIRM = Script(files(__package__).joinpath("confirm.lua").read_text())
_ENDS = Script(files(__package__).joinpath("ends.lua").read_text())
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Commit).decode


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

    def __init__(self, link: Link, hall_id: HallId) -> None:
        self._link = link
        self.is_replicated = link.replicas > 0
        self._hall_id = hall_id
        self._days_key = f"{{{hall_id}}}:days"
        self._channel = f"{{{hall_id}}}:news"
        self._boot_seen = ""
        self._news: News | None = None

    async def latest_day(self) -> DayRef | None:
        """See HallStream."""
        rows = await self._link.call("XREVRANGE", self._days_key, "+", "-", "COUNT", 1)
        return _day_ref(rows[0][1]) if rows else None

    async def days(self) -> list[DayRef]:
        """See HallStream."""
        rows = await self._link.call("XRANGE", self._days_key, "-", "+")
        listed = {ref.day: ref for ref in (_day_ref(fields) for _, fields in rows)}
        refs = sorted(listed.values(), key=lambda ref: ref.day)[-DAYS_MAX:]
        kept = await self._link.call_all([("EXISTS", self._key(ref.day)) for ref in refs])
        return [ref for ref, is_kept in zip(refs, kept, strict=True) if is_kept]

    async def forget(self, ref: DayRef) -> None:
        """See HallStream."""
        await self._link.call("UNLINK", self._key(ref.day))

    async def read(self, ref: DayRef, after: Position, limit: int) -> list[Entry]:
        """See HallStream."""
        first = f"{after.seq}-0" if after.seq else "-"
        count = limit + 1 if after.seq else limit
        async with self._link.long_answers:
            rows = await self._link.call("XRANGE", self._key(ref.day), first, "+", "COUNT", count)
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
        news = self._followed()
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while True:
                    if news.is_doubtful:
                        found = await self._look(news, ref, position)
                    else:
                        found = news.take(ref, position())
                    if found is None or found:
                        return found
                    await news.changed()
        return None

    async def boot(self) -> str:
        """See HallStream."""
        self._boot_seen = (await self._ends(None))[0]
        return self._boot_seen

    async def append(
        self, ref: DayRef, after: Position, commits: list[Commit], *, boot: str = ""
    ) -> Position:
        """See HallStream."""
        args: list[int | str | bytes] = [boot, after.seq, after.head, self._link.name]
        for commit in commits:
            args += [commit.id, _encode(commit)]
        seq: int = await self._link.write(_APPEND, [self._key(ref.day), self._channel], args)
        if seq < 0:
            raise ConflictError
        return Position(seq, commits[-1].id)

    async def confirm(self, ref: DayRef, position: Position) -> None:
        """See HallStream."""
        args: list[int | str] = [position.seq, position.head]
        if await self._link.write(_CONFIRM, [self._key(ref.day)], args) < 0:
            raise ConflictError

    async def announce(self, ref: DayRef, previous: DayRef | None) -> None:
        """See HallStream."""
        seen = [previous.day.isoformat(), previous.epoch] if previous is not None else ["", ""]
        args = [*seen, ref.day.isoformat(), ref.epoch]
        if not await self._link.write(_ANNOUNCE, [self._days_key, self._channel], args):
            raise ConflictError

    def _followed(self) -> News:
        """What is heard of the hall, from the first time on that somebody waits."""
        if self._news is None:
            self._news = News(self._link.name)
            self._link.listen(self._channel, self._news)
        return self._news

    async def _look(
        self, news: News, ref: DayRef | None, position: Callable[[], Position]
    ) -> list[Entry] | None:
        """The commits after `position()`; None when there is something else to look at."""
        news.looked()
        try:
            boot, latest, end = await self._ends(ref)
            known = position()
            if latest != ref or (self._boot_seen and boot != self._boot_seen):
                return None
            if ref is None or end == known:
                return []
            entries = await self.read(ref, known, READ_MAX)
        except ConflictError:
            return None
        except BaseException:  # also when the time is over
            news.doubt()
            raise
        if len(entries) == READ_MAX:
            news.doubt()  # there is more
        known = position()
        return [entry for entry in entries if entry.position.seq > known.seq] or None

    async def _ends(self, ref: DayRef | None) -> tuple[str, DayRef | None, Position]:
        """The reign of the server, the latest day, and the end of the day's stream."""
        keys = [self._days_key] if ref is None else [self._days_key, self._key(ref.day)]
        boot, day, epoch, seq, head = await self._link.run(_ENDS, keys, [])
        latest = DayRef(day=date.fromisoformat(day.decode()), epoch=epoch.decode()) if day else None
        return boot.decode(), latest, Position(seq, head.decode())

    def _key(self, day: date) -> str:
        return f"{{{self._hall_id}}}:day:{day.isoformat()}"


def _entry(entry_id: bytes, fields: list[bytes]) -> Entry:
    """The entry of a row: its fields are always id and body (append.lua)."""
    _, head, _, body = fields
    return Entry(position=Position(int(entry_id[:-2]), head.decode()), commit=_decode(body))


def _day_ref(fields: list[bytes]) -> DayRef:
    _, day, _, epoch = fields
    return DayRef(day=date.fromisoformat(day.decode()), epoch=epoch.decode())
