"""Transact: the one place where a command becomes events, once (I7)."""

import asyncio
from collections import deque
from hashlib import sha256

import msgspec
import structlog
from msgspec import Struct
from msgspec.structs import replace

from backend.core.commands import Command, OpenDay
from backend.core.day import HallDay
from backend.core.decide import decide
from backend.core.errors import Refusal, RefusalCode
from backend.core.evolve import fold
from backend.core.ids import CommandId
from backend.core.result import Result
from backend.core.rules.day import service_day
from backend.core.stamp import Role, Stamp
from backend.hub import figures
from backend.hub.clock import fresh_id, ticks
from backend.hub.follower import Answer, Follower, answer_of
from backend.store.stream import (
    START,
    Commit,
    ConflictError,
    DayRef,
    Entry,
    Position,
    StoreError,
)
from backend.wire.messages import ErrorCode

GATHER_MAX = 256
"""Commands decided and appended together."""
WAITING_MAX = 2000
"""Commands that may wait; more are turned away at once."""
CONFLICTS_MAX = 20
"""Times in a row that other writers may come first."""
STORE_PATIENCE_S = 2.8
"""How long a command may go unanswered because the store is away (I20)."""
STORE_RETRY_S = 0.05


log = structlog.get_logger()
_encode = msgspec.json.Encoder().encode


class UnavailableError(Exception):
    """The store did not answer in time: repeat with the same id."""

    code = ErrorCode.UNAVAILABLE


class BusyError(UnavailableError):
    """Too many commands wait: repeat with the same id, but later."""

    code = ErrorCode.HALL_BUSY


class IdInUseError(Exception):
    """The id was given to another command."""


class _Pending(Struct, eq=False):
    """A command on its way."""

    id: CommandId
    command: Command
    stamp: Stamp
    mark: str
    """See Commit."""
    answer: "asyncio.Future[Answer]"


class Transactor:
    """Takes a hall's commands in the order they come, one batch at a time."""

    def __init__(self, follower: Follower) -> None:
        self._follower = follower
        self._waiting: deque[_Pending] = deque()
        self._wake = asyncio.Event()
        self._draft: HallDay | None = None
        self._draft_of: tuple[int, Position] | None = None
        self.conflicts = 0
        self.batches = 0

    def submit(
        self, id: CommandId, command: Command, stamp: Stamp, *, asked: Command | None = None
    ) -> "asyncio.Future[Answer]":
        """Queue a command; the future gives its answer.

        `asked`: what a repeat is compared with, when the hub put something of its own in it.

        The future raises UnavailableError, IdInUseError.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        pending = _Pending(id, command, stamp, mark_of(asked or command), answer)
        known = self._follower.answer_to(id)
        if known is not None and self._follower.is_confirmed:
            _set(pending, known)
        elif len(self._waiting) >= WAITING_MAX:
            answer.set_exception(BusyError(f"{WAITING_MAX} commands wait already"))
        else:
            # A timer and not a check between attempts: a store may neither answer nor fail.
            timer = loop.call_later(STORE_PATIENCE_S, _give_up, [pending], "the store is too slow")
            answer.add_done_callback(lambda _: timer.cancel())
            self._waiting.append(pending)
            self._wake.set()
        return answer

    @property
    def waiting(self) -> int:
        """How many commands are not decided yet."""
        return len(self._waiting)

    async def run(self) -> None:
        """Work for ever: what gathers while one append is under way goes into the next."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(self._batch_size())]
                self.batches += 1
                try:
                    await self._settle(batch)
                except Exception:
                    log.exception("commands_failed", ids=[pending.id for pending in batch])
                    self._draft = None
                    _give_up(batch, "the hub failed; the log says how")

    def _batch_size(self) -> int:
        """Opening a day goes alone: it begins another stream."""
        for n, pending in enumerate(self._waiting):
            if isinstance(pending.command, OpenDay):
                return max(n, 1)
            if n + 1 == GATHER_MAX:
                break
        return min(len(self._waiting), GATHER_MAX)

    async def _settle(self, batch: list[_Pending]) -> None:
        """Answer every command of the batch."""
        conflicts = 0
        while batch := [pending for pending in batch if not pending.answer.done()]:
            before = self._follower.position
            try:
                await self._attempt(batch)
            except ConflictError:
                conflicts += 1
                self.conflicts += 1
                figures.append_conflicts.inc()
                if conflicts > CONFLICTS_MAX:
                    _give_up(batch, "other writers keep coming first")
                    return
                if self._follower.position == before:  # mostly the others' commits came by now
                    await self._catch_up(batch)
            except StoreError:
                # Whether the append happened is not known: read before deciding again.
                await self._catch_up(batch, is_store_away=True)

    async def _catch_up(self, batch: list[_Pending], *, is_store_away: bool = False) -> None:
        """Read on; while the store is away, try as long as anybody waits for an answer."""
        while not all(pending.answer.done() for pending in batch):
            if is_store_away:
                await asyncio.sleep(STORE_RETRY_S)
            try:
                await self._follower.catch_up()
            except StoreError:
                is_store_away = True
            else:
                return

    async def _attempt(self, batch: list[_Pending]) -> None:
        """Decide the commands one after another, append all in one call, answer.

        Raises ConflictError, StoreError: nobody has been answered who should not be.
        """
        if isinstance(batch[0].command, OpenDay):
            await self._open_day(batch[0])
            return
        follower = self._follower
        day = follower.day if len(batch) == 1 else self._draft_day()
        commits: list[Commit] = []
        answered: dict[CommandId, list[_Pending]] = {}
        repeated: list[tuple[_Pending, Answer]] = []
        unstored: list[tuple[_Pending, Commit]] = []
        for pending in batch:
            known = follower.answer_to(pending.id)
            if known is not None:
                repeated.append((pending, known))
            elif pending.id in answered:
                answered[pending.id].append(pending)
            else:
                try:
                    commit = _commit(day, pending)
                except Exception:  # a mistake in one rule must not cost the others their answer
                    log.exception("command_failed", id=pending.id)
                    _give_up([pending], "the hub failed; the log says how")
                    continue
                if _is_not_stored(commit):
                    unstored.append((pending, commit))
                    continue
                if day is not follower.day:
                    fold(day, commit.events)
                answered[pending.id] = [pending]
                commits.append(commit)
        if commits and follower.ref is None:
            _answer_without_day(commits, answered)
            commits = []
        if commits and follower.ref is not None:
            await self._append(follower.ref, commits, is_drafted=day is not follower.day)
        elif repeated:
            await follower.confirm()
        for pending, known in repeated:
            _set(pending, known)
        for pending, commit in unstored:  # only now: they were decided on what has been appended
            _set(pending, answer_of(follower.position, commit))
        for commit in commits:
            found = follower.answer_to(commit.id)
            assert found is not None
            for pending in answered[commit.id]:
                _set(pending, found)

    async def _append(self, ref: DayRef, commits: list[Commit], *, is_drafted: bool) -> None:
        follower = self._follower
        before, generation = follower.position, follower.generation
        draft, draft_of, self._draft = self._draft, self._draft_of, None  # void if this fails
        ids = [commit.id for commit in commits]
        log.debug("commands_decided", command_ids=ids)
        began = ticks()
        end = await follower.stream.append(ref, before, commits, boot=follower.boot)
        figures.append_s.observe(ticks() - began)
        figures.append_commits.observe(len(commits))
        figures.commits.inc(len(commits))
        log.debug("commands_appended", command_ids=ids, seq=end.seq)
        if follower.generation != generation:
            raise ConflictError  # the state was begun anew meanwhile, and has the answers
        entries = [
            Entry(position=Position(before.seq + n, commit.id), commit=commit)
            for n, commit in enumerate(commits, start=1)
        ]
        follower.apply(entries)
        if follower.position == end:
            follower.confirmed = end
        if draft is not None and draft_of == (generation, before):
            if not is_drafted:
                fold(draft, (event for commit in commits for event in commit.events))
            self._draft, self._draft_of = draft, (generation, end)

    def _draft_day(self) -> HallDay:
        """A copy of the day to decide a batch on: what conflicts is thrown away with it."""
        of = (self._follower.generation, self._follower.position)
        if self._draft is None or self._draft_of != of:
            self._draft, self._draft_of = self._follower.day.copy(), of
        return self._draft

    async def _open_day(self, pending: _Pending) -> None:
        """Begin a day's stream and make it the latest."""
        follower = self._follower
        known = follower.answer_to(pending.id)
        if known is not None:
            await follower.confirm()
            _set(pending, known)
            return
        commit = _commit(follower.day, pending)
        if commit.refused is not None:
            if follower.ref is None:
                _answer_without_day([commit], {commit.id: [pending]})
                return
            await self._append(follower.ref, [commit], is_drafted=False)
        else:
            assert pending.stamp.plan is not None
            today = service_day(pending.stamp.at, pending.stamp.plan.time_zone)
            ref = DayRef(day=today, epoch=fresh_id())
            try:
                await follower.stream.append(ref, START, [commit], boot=follower.boot)
            except ConflictError:
                # Somebody began this day and may have died before announcing it: do it for them.
                # A day of more commits is being restored, and announced when it is whole.
                if len(await follower.stream.read(ref, START, 2)) == 1:
                    await follower.stream.announce(ref, follower.ref)
                raise
            await follower.stream.announce(ref, follower.ref)
            await follower.catch_up()
        found = follower.answer_to(pending.id)
        if found is None:
            raise ConflictError  # the store has lost the day at once: look again
        await follower.confirm()
        _set(pending, found)


def _commit(day: HallDay, pending: _Pending) -> Commit:
    stamp = pending.stamp
    if day.is_open and day.at is not None and stamp.at < day.at:
        stamp = replace(stamp, at=day.at)  # another process's clock is a little ahead
    try:
        events = decide(day, pending.command, stamp)
    except Refusal as refusal:
        return Commit(
            id=pending.id, by=stamp.by, at=stamp.at, mark=pending.mark, refused=refusal.code
        )
    return Commit(id=pending.id, by=stamp.by, at=stamp.at, mark=pending.mark, events=events)


def mark_of(command: Command) -> str:
    """A digest of what is asked: whoever repeats an id must be able and allowed to ask the same."""
    return sha256(_encode(command)).hexdigest()[:16]


def _is_not_stored(commit: Commit) -> bool:
    """What leaves no entry: nothing to do, and a visitor's refusal, since anybody may ask."""
    if commit.refused is None:
        return not commit.events
    return commit.by.role is Role.VISITOR


def _answer_without_day(commits: list[Commit], waiting: dict[CommandId, list[_Pending]]) -> None:
    """Before the hall's first day there is no stream to keep a refusal in."""
    for commit in commits:
        code = commit.refused or RefusalCode.DAY_NOT_OPEN
        for pending in waiting[commit.id]:
            nothing = Answer(seq=0, mark=pending.mark, refused=code, result=Result())
            _set(pending, nothing)


def _give_up(batch: list[_Pending], why: str) -> None:
    for pending in batch:
        if not pending.answer.done():
            pending.answer.set_exception(UnavailableError(why))


def _set(pending: _Pending, answer: Answer) -> None:
    if pending.answer.done():
        return
    if answer.mark and answer.mark != pending.mark:
        pending.answer.set_exception(IdInUseError("this id belongs to another command"))
    else:
        pending.answer.set_result(answer)
