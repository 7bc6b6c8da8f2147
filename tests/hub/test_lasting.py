"""Fail-over: what was acknowledged lasts, and what did not last is acknowledged to nobody."""

import asyncio

import pytest

from backend.core.ids import CommandId
from backend.hub import transact
from backend.hub.transact import UnavailableError
from backend.store.stream import Commit, DayRef, Position, StoreError
from tests.hub.stage import (
    FaultyStream,
    commits_of,
    done,
    eventually,
    new_hall,
    open_day,
    running,
    take,
)


class ReplicatedStream(FaultyStream):
    """A primary whose replicas may be cut off; then what it stores goes with it."""

    is_replicated = True

    def __init__(self) -> None:
        super().__init__()
        self.is_cut_off = False
        self.confirmations = 0
        self._lasting = 0

    async def append(
        self, ref: DayRef, after: Position, commits: list[Commit], *, boot: str = ""
    ) -> Position:
        end = await super().append(ref, after, commits, boot=boot)
        self._spread(ref)
        return end

    async def confirm(self, ref: DayRef, position: Position) -> None:
        self.confirmations += 1
        await super().confirm(ref, position)
        self._spread(ref)

    def fail_over(self) -> None:
        """Be the replica."""
        for entries in self._entries.values():
            del entries[self._lasting :]
        self.is_cut_off = False
        self.restart()

    def _spread(self, ref: DayRef) -> None:
        if self.is_cut_off:
            raise StoreError("on too few replicas")
        self._lasting = len(self._entries[ref.day])


async def test_own_commit_that_was_read_again_is_no_answer_before_it_lasts__I1_I7(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transact, "STORE_PATIENCE_S", 0.2)
    stream = ReplicatedStream()
    await open_day(stream)
    hall = new_hall(stream)
    async with running(hall):
        stream.is_cut_off = True
        for _ in range(3):
            with pytest.raises(UnavailableError):
                await done(hall, "t1", take())
        assert [commit.id for commit in await commits_of(stream)] == ["opening", "t1"]
        assert hall.follower.answer_to(CommandId("t1")) is not None
        stream.is_cut_off = False
        assert (await done(hall, "t1", take())).result.number == "B001"


async def test_commit_of_another_hub_is_no_answer_before_it_lasts__I1_I7(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transact, "STORE_PATIENCE_S", 0.2)
    stream = ReplicatedStream()
    await open_day(stream)
    one, other = new_hall(stream), new_hall(stream)
    async with running(one, other):
        stream.is_cut_off = True
        with pytest.raises(UnavailableError):
            await done(one, "t1", take())
        await eventually(lambda: other.follower.position.head == "t1")
        with pytest.raises(UnavailableError):
            await done(other, "t1", take())
        stream.is_cut_off = False
        assert (await done(other, "t1", take())).result.number == "B001"


async def test_repeat_of_what_is_known_to_last_asks_the_store_nothing__I7() -> None:
    stream = ReplicatedStream()
    await open_day(stream)
    hall = new_hall(stream)
    async with running(hall):
        answer = await done(hall, "t1", take())
        asked = stream.confirmations
        stream.is_away = stream.is_cut_off = True
        assert await done(hall, "t1", take()) == answer
        assert stream.confirmations == asked


async def test_repeat_in_a_batch_waits_for_its_append__I1_I7() -> None:
    stream = ReplicatedStream()
    await open_day(stream)
    one, other = new_hall(stream), new_hall(stream)
    async with running(one, other):
        await done(one, "t1", take())
        await eventually(lambda: other.follower.position.head == "t1")
        answers = await asyncio.gather(
            done(other, "t1", take()), done(other, "t2", take()), done(other, "t1", take())
        )
        assert [answer.result.number for answer in answers] == ["B001", "B002", "B001"]
        assert stream.confirmations == 0  # the append of t2 covers what came before it


async def test_hub_leaves_a_history_whose_last_command_was_decided_again__I8(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transact, "STORE_PATIENCE_S", 0.2)
    stream = ReplicatedStream()
    ref = await open_day(stream)
    stream._spread(ref)
    one, other = new_hall(stream), new_hall(stream)
    async with running(one, other):
        stream.is_cut_off = True
        with pytest.raises(UnavailableError):
            await done(one, "t1", take())
        await eventually(lambda: other.follower.position.head == "t1")
        (old,) = [ticket.token for ticket in other.follower.day.tickets.values()]
        stream.fail_over()  # without t1, which is then stored anew: the same id in its place
        await done(one, "t1", take())
        (new,) = [ticket.token for ticket in one.follower.day.tickets.values()]
        assert new != old
        assert (await done(other, "t2", take())).result.number == "B002"
        await eventually(lambda: one.follower.position == other.follower.position)
        assert one.follower.day == other.follower.day
        assert new in {ticket.token for ticket in other.follower.day.tickets.values()}
        assert other.follower.ref is not None
        assert other.follower.ref.epoch != ref.epoch  # its screens went back
