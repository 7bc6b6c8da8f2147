"""A hall's day as this process knows it: the one owner of the live state."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from msgspec import Struct

from backend.core.day import HallDay
from backend.core.errors import RefusalCode
from backend.core.evolve import evolve
from backend.core.ids import CommandId
from backend.core.result import Result, result_of
from backend.core.views.topics import Touched
from backend.hub import clock, figures
from backend.hub.clock import fresh_id
from backend.store.stream import (
    START,
    Commit,
    ConflictError,
    DatabaseError,
    DayRef,
    Entry,
    HallStream,
    Position,
    StoreError,
)

BATCH = 1000
WAIT_S = 60.0
"""Between two looks at everything; what others store and lose is heard of long before."""

log = structlog.get_logger()


class Answer(Struct, frozen=True, kw_only=True):
    """What was answered to a command, for whoever repeats it (I7)."""

    seq: int
    mark: str
    """See Commit."""
    refused: RefusalCode | None
    result: Result


class Follower:
    """Folds the hall's stream; `day`, `ref` and `position` always belong together.

    `on_change` is told of what the commits touched, after each batch that was folded.
    """

    def __init__(
        self,
        stream: HallStream,
        restore: Callable[[], Awaitable[DayRef | None]],
        on_change: Callable[[Touched], None],
    ) -> None:
        self.stream = stream
        self.day = HallDay()
        self.ref: DayRef | None = None
        self.position = START
        self.confirmed: Position | None = None
        """Up to where what was folded is known to last; see `confirm`."""
        self.boot = ""
        """The start of the store that was last compared with the archive; see HallStream.append."""
        self.generation = 0
        """Counts the times the state was begun anew, so that copies of it know they are void."""
        self._last: Entry | None = None
        """What was folded last, and where that stood."""
        self._before_last = START
        self._answers: dict[CommandId, Answer] = {}
        self._answers_before: dict[CommandId, Answer] = {}
        self._restore = restore
        self._on_change = on_change
        self._catching_up = asyncio.Lock()

    def answer_to(self, command_id: CommandId) -> Answer | None:
        """What this command was answered, today or on the day before."""
        return self._answers.get(command_id) or self._answers_before.get(command_id)

    @property
    def is_confirmed(self) -> bool:
        """Whether everything folded is known to last, so that answers found in it may be given."""
        return not self.stream.is_replicated or self.confirmed == self.position

    async def confirm(self) -> None:
        """Return once everything folded at the time of asking is known to last.

        What was read may be known to one server alone, the own commits of an append that failed
        among it.  Raises ConflictError: the history is another by now; StoreError.
        """
        ref, position, generation = self.ref, self.position, self.generation
        if self.is_confirmed or ref is None:
            return
        await self.stream.confirm(ref, position)
        if generation != self.generation:
            raise ConflictError
        self.confirmed = position

    async def start(self) -> None:
        """Fold the hall's day, brought back from the archive if Redis has lost it.

        Raises StoreError.
        """
        await self.catch_up()
        await self._read_answers_before()

    async def _read_answers_before(self) -> None:
        """Know what was answered on the day before, for those who repeat it after midnight (I7)."""
        earlier = [ref for ref in await self.stream.days() if self.ref and ref.day < self.ref.day]
        position = START
        try:
            while earlier and (entries := await self.stream.read(earlier[-1], position, BATCH)):
                for entry in entries:
                    self._answers_before[entry.commit.id] = answer_of(entry.position, entry.commit)
                position = entries[-1].position
        except ConflictError:
            return  # that day has just been forgotten, or lost

    async def catch_up(self) -> None:
        """Fold what is new, and begin anew when the history or the day is another.

        Raises StoreError.
        """
        async with self._catching_up:
            await self._compare()
            latest = await self.stream.latest_day()
            if self.ref is not None and (latest is None or latest.day < self.ref.day):
                await self._recover()
                return
            if latest != self.ref:
                self._begin(latest)
            try:
                await self._read_on()
            except ConflictError:
                await self._recover()

    async def _compare(self) -> None:
        """Bring back what a store that was started anew may have lost, before appending to it.

        While the archive is away the hall goes on with what the store has, if it has any day.
        Raises StoreError.
        """
        boot = await self.stream.boot()
        if boot == self.boot:
            return
        try:
            await self._restore()
        except DatabaseError:
            if await self.stream.latest_day() is None:
                raise  # nothing to go on with: wait for the archive
        if not await self._is_of_this_history():
            await self._recover()
        self.boot = boot

    async def _is_of_this_history(self) -> bool:
        """Whether the stream has just what was folded last, and not only its id in its place.

        A command that a fail-over took back may have been decided and stored anew meanwhile.
        """
        if self.ref is None or self._last is None:
            return True
        try:
            return await self.stream.read(self.ref, self._before_last, 1) == [self._last]
        except ConflictError:
            return False

    async def follow(self) -> None:
        """Fold what comes next, once; Raises StoreError."""
        generation = self.generation
        entries = await self.stream.wait(self.ref, lambda: self.position, WAIT_S)
        is_of_another_day = generation != self.generation
        if entries is None or is_of_another_day or self._is_gap_before(entries):
            await self.catch_up()
        else:
            self.apply(entries)
            if entries:  # what this process appended itself was folded then, and is not among them
                behind = clock.now() - entries[0].commit.at
                figures.follow_s.observe(max(0.0, behind.total_seconds()))

    def _is_gap_before(self, entries: list[Entry]) -> bool:
        return bool(entries) and entries[0].position.seq > self.position.seq + 1

    async def _recover(self) -> None:
        """Bring a stream that lost something back from the archive, and fold it from the start.

        The state folded so far is of a history that is gone.  Raises StoreError.
        """
        log.warning("history_differs", seq=self.position.seq)
        await self._restore()
        latest = await self.stream.latest_day()
        if latest is not None and latest == self.ref:
            # Nothing to bring back: the lost commits stay lost, and `seq` goes back with them.
            with suppress(ConflictError):
                await self.stream.announce(DayRef(day=latest.day, epoch=fresh_id()), latest)
            latest = await self.stream.latest_day()
        self._begin(latest)
        try:
            await self._read_on()
        except ConflictError:
            raise StoreError("the store has lost something once more") from None

    async def _read_on(self) -> None:
        while self.ref is not None:
            entries = await self.stream.read(self.ref, self.position, BATCH)
            if not entries:
                return
            self.apply(entries)

    def apply(self, entries: list[Entry]) -> None:
        """Fold commits that stand right after `position`; ones folded already are passed over."""
        touched = Touched()
        for entry in entries:
            if entry.position.seq <= self.position.seq:
                continue
            assert entry.position.seq == self.position.seq + 1, "a gap in the stream"
            for event in entry.commit.events:
                evolve(self.day, event)
                touched.add(self.day, event)
            self._before_last, self._last = self.position, entry
            self.position = entry.position
            self._answers[entry.commit.id] = answer_of(entry.position, entry.commit)
        self._on_change(touched)

    def _begin(self, ref: DayRef | None) -> None:
        is_same_day = ref is not None and self.ref is not None and ref.day == self.ref.day
        if not is_same_day:
            self._answers_before = self._answers
        self._answers = {}
        self.day = HallDay()
        self.ref = ref
        self.position = START
        self.confirmed = self._last = None
        self._before_last = START
        self.generation += 1
        touched = Touched()
        touched.all = True
        self._on_change(touched)


def answer_of(position: Position, commit: Commit) -> Answer:
    """The answer that a stored commit gives."""
    return Answer(
        seq=position.seq,
        mark=commit.mark,
        refused=commit.refused,
        result=result_of(commit.events),
    )
