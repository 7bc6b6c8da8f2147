"""Copies every commit of every hall into PostgreSQL, idempotently, for ever."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta

import structlog
from prometheus_client import CollectorRegistry, Gauge, Histogram

from backend.core.ids import HallId
from backend.store.archive import Archive
from backend.store.bookings import Bookings
from backend.store.directory import Directory
from backend.store.followups import FollowUps
from backend.store.stream import (
    START,
    ConflictError,
    DayRef,
    Entry,
    HallStream,
    Position,
    StoreError,
)

BATCH = 500
WAIT_S = 20.0
"""Between two looks at both ends; an alert says when the last is older than 30 s."""
GATHER_S = 0.1
"""A pause after each write: one transaction for what comes in it, not one a command."""
RETRY_MIN_S, RETRY_MAX_S = 0.1, 2.0
SEAL_S = 60.0
"""How often what was archived is tied to the audit."""
REFRESH_S = 30.0
FORGET_S = 600.0
"""How often what is kept no longer of bookings is dropped."""
KEEP_DAYS = timedelta(days=7)
"""How long a day stays in Redis after a newer one began."""

registry = CollectorRegistry()
_seq = Gauge(
    "yizhan_recorder_seq",
    "Commits of the hall's day that are archived",
    ["hall"],
    registry=registry,
)
_level_at = Gauge(
    "yizhan_recorder_level_timestamp_seconds",
    "When all that the stream was known to have was archived last",
    ["hall"],
    registry=registry,
)
_write_s = Histogram(
    "yizhan_archive_write_seconds",
    "One write to the archive",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0),
    registry=registry,
)
_write_commits = Histogram(
    "yizhan_archive_write_commits",
    "Commits in one write",
    buckets=(1, 2, 5, 10, 50, 100, 500),
    registry=registry,
)
log = structlog.get_logger()


class HallRecorder:
    """Records one hall."""

    def __init__(
        self,
        hall_id: HallId,
        stream: HallStream,
        archive: Archive,
        follow_ups: FollowUps | None = None,
        bookings: Bookings | None = None,
    ) -> None:
        self._hall_id = hall_id
        self._stream = stream
        self._archive = archive
        self._follow_ups = follow_ups
        self._bookings = bookings
        self._seq, self._level_at = _seq.labels(hall_id), _level_at.labels(hall_id)
        self._unsealed: set[date] | None = None
        """Days with commits that are not tied to the audit yet; None: not looked yet."""

    async def run(self) -> None:
        """Record through every failure of either store."""
        retry_s = RETRY_MIN_S
        while True:
            try:
                await self.record()
                retry_s = RETRY_MIN_S
            except StoreError as error:
                log.warning("recorder_waits", hall_id=self._hall_id, error=str(error))
                await asyncio.sleep(retry_s)
                retry_s = min(retry_s * 2, RETRY_MAX_S)

    async def seal(self) -> None:
        """Tie to the audit whatever was archived since the last time.  Raises StoreError."""
        if self._unsealed is None:
            self._unsealed = set(await self._archive.last_days(self._hall_id, 2))
        while self._unsealed:
            day = min(self._unsealed)
            self._unsealed.remove(day)  # what is archived meanwhile adds it again
            try:
                await self._archive.seal(self._hall_id, day)
            except StoreError:
                self._unsealed.add(day)
                raise

    async def record(self) -> None:
        """Bring the archive up to the stream, then keep up until the day or epoch changes.

        Raises StoreError.
        """
        days = await self._stream.days()
        archived = await self._archive.latest_day(self._hall_id)
        for ref in days:
            if archived is not None and ref.day < archived:
                if ref.day < days[-1].day - KEEP_DAYS:
                    await self._stream.forget(ref)
                continue
            await self._record_day(ref)
        latest = await self._stream.latest_day()
        if latest is None:
            self._level_at.set_to_current_time()
            await self._stream.wait(None, lambda: START, WAIT_S)
            return
        await self._keep_up(latest, await self._record_day(latest))

    async def _keep_up(self, ref: DayRef, position: Position) -> None:
        """Copy what comes, until the wait ends for any other reason."""

        def reached() -> Position:
            return position

        self._level_at.set_to_current_time()
        self._seq.set(position.seq)
        while entries := await self._stream.wait(ref, reached, WAIT_S):
            if entries[0].position.seq != position.seq + 1:
                return  # something is missing: begin with a look at both ends
            await self._write(ref, entries)
            position = entries[-1].position
            self._level_at.set_to_current_time()
            await asyncio.sleep(GATHER_S)

    async def _write(self, ref: DayRef, entries: list[Entry]) -> None:
        with _write_s.time():
            commits = [entry.commit for entry in entries]
            # Both before: what is archived is not looked at again.
            if self._follow_ups is not None:
                await self._follow_ups.open_after(self._hall_id, ref.day, commits)
            if self._bookings is not None:
                await self._bookings.settle_after(self._hall_id, ref.day, commits)
            await self._archive.write(self._hall_id, ref.day, entries)
        if self._unsealed is not None:
            self._unsealed.add(ref.day)
        _write_commits.observe(len(entries))
        self._seq.set(entries[-1].position.seq)

    async def _record_day(self, ref: DayRef) -> Position:
        """Copy what the archive lacks of a day; return where it ends now."""
        position = await self._archive.end(self._hall_id, ref.day)
        try:
            return await self._copy(ref, position)
        except ConflictError:
            common = await self._common(ref)
            if common is None:
                raise StoreError("the stream lacks what is archived; the hub restores it") from None
            log.error("history_differs", hall_id=self._hall_id, day=str(ref.day), seq=common.seq)
            await self._archive.set_lost_aside(self._hall_id, ref.day, common)
            return await self._copy(ref, common)

    async def _copy(self, ref: DayRef, after: Position) -> Position:
        while entries := await self._stream.read(ref, after, BATCH):
            await self._write(ref, entries)
            after = entries[-1].position
        return after

    async def _common(self, ref: DayRef) -> Position | None:
        """Where stream and archive part; None when the stream only ends too early."""
        common = START
        while archived := await self._archive.read(self._hall_id, ref.day, common, BATCH):
            stored = await self._stream.read(ref, common, BATCH)
            for ours, theirs in zip(archived, stored, strict=False):
                if ours.position != theirs.position:
                    return common
                common = ours.position
            if len(stored) < len(archived):
                return None
        return common


async def record_halls(
    directory: Directory,
    archive: Archive,
    follow_ups: FollowUps,
    bookings: Bookings,
    stream_of: Callable[[HallId], HallStream],
) -> None:
    """Record every hall that is listed, for ever."""
    recorded: dict[HallId, HallRecorder] = {}
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_seal_halls(recorded))
        while True:
            try:
                await directory.refresh()
            except StoreError as error:
                log.warning("recorder_waits", error=str(error))
                await asyncio.sleep(RETRY_MAX_S)
                continue
            for entry in directory.contents.halls:
                if entry.hall_id not in recorded:
                    recorder = HallRecorder(
                        entry.hall_id, stream_of(entry.hall_id), archive, follow_ups, bookings
                    )
                    recorded[entry.hall_id] = recorder
                    tasks.create_task(recorder.run())
            await asyncio.sleep(REFRESH_S if recorded else 0.5)


async def _seal_halls(recorded: dict[HallId, HallRecorder]) -> None:
    while True:
        await asyncio.sleep(SEAL_S)
        for recorder in list(recorded.values()):
            try:
                await recorder.seal()
            except StoreError as error:
                log.warning("sealing_waits", error=str(error))


async def forget_bookings(bookings: Bookings, now: Callable[[], datetime]) -> None:
    """Drop what is kept no longer of bookings, some at a time, for ever."""
    while True:
        try:
            await bookings.forget(now())
        except StoreError as error:
            log.warning("forgetting_waits", error=str(error))
        await asyncio.sleep(FORGET_S)
