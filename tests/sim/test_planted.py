"""The simulation catches what it is there for: bugs planted on purpose, each within 200 seeds."""

from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace

from backend.core.day import HallDay, Queue
from backend.core.events import Event, ServingFinished
from backend.core.evolve import evolve as folded
from backend.core.ids import CommandId, CounterId, TicketId
from backend.core.rules import counters, order, tickets
from backend.hub import follower, transact
from backend.hub.follower import Answer, Follower
from backend.hub.transact import Transactor
from backend.store import archive
from backend.store.memory_stream import MemoryStream
from backend.store.stream import DayRef, Position
from tests.sim.day import DayError, simulate

SEEDS = 200
MINUTES = 5.0

Plant = Callable[[pytest.MonkeyPatch], None]


def applies_twice(patch: pytest.MonkeyPatch) -> None:
    """A hub folds a ticket's end twice into its own day."""

    def fold(day: HallDay, event: Event) -> None:
        for _ in range(2 if isinstance(event, ServingFinished) else 1):
            folded(day, event)

    patch.setattr(follower, "evolve", fold)


def skips_the_head(patch: pytest.MonkeyPatch) -> None:
    """The second of a queue is called when two ordinary ones wait."""
    real = order.in_order

    def skipping(day: HallDay, queue: Queue, at: datetime | None) -> Iterator[TicketId]:
        found = list(real(day, queue, at))
        is_head = len(found) > 1 and [*queue.ordinary, None][0] == found[0]
        return iter([*found[1:], found[0]] if is_head else found)

    patch.setattr(order, "in_order", skipping)


def finds_nobody(patch: pytest.MonkeyPatch) -> None:
    """A counter is told that nobody waits while only booked ones do."""
    real = order.in_order

    def blind(day: HallDay, queue: Queue, at: datetime | None) -> Iterator[TicketId]:
        return (t for t in real(day, queue, at) if t not in queue.booked)

    patch.setattr(order, "in_order", blind)


def does_not_compare(patch: pytest.MonkeyPatch) -> None:
    """An append follows whatever is there."""

    async def append(
        self: Any, ref: DayRef, _after: Position, commits: list[Any], *, boot: str
    ) -> Position:
        entries = self._entries.setdefault(ref.day, [])
        return await real(self, ref, self._at(entries, len(entries)), commits, boot=boot)

    real = MemoryStream.append
    patch.setattr(MemoryStream, "append", append)


def forgets_answers(patch: pytest.MonkeyPatch) -> None:
    """A hub carries a command out once more when it is repeated a little later (I7)."""
    real = Follower.answer_to

    def forgetful(self: Follower, command_id: CommandId) -> Answer | None:
        found = real(self, command_id)
        return found if found is None or found.seq > self.position.seq - 5 else None

    patch.setattr(Follower, "answer_to", forgetful)


def answers_the_wrong_one(patch: pytest.MonkeyPatch) -> None:
    """Of a batch, everybody is told one `seq` too many."""
    real = follower.answer_of

    def wrong(position: Position, commit: Any) -> Answer:
        found = real(position, commit)
        return replace(found, seq=found.seq + 1)

    patch.setattr(transact, "answer_of", wrong)
    patch.setattr(follower, "answer_of", wrong)


def restores_nothing(patch: pytest.MonkeyPatch) -> None:
    """What Redis has lost is not fetched from the archive."""

    async def nothing(*_: object) -> None:
        return None

    patch.setattr(archive, "_restored", nothing)


def goes_on_after_a_restart(patch: pytest.MonkeyPatch) -> None:
    """A hub that had not read what Redis has lost appends there before it has come back (I1)."""

    async def append(
        self: Any, ref: DayRef, after: Position, commits: list[Any], *, boot: str
    ) -> Position:
        del boot
        return await real(self, ref, after, commits)

    async def compare(self: Follower) -> None:
        if not self.boot:
            await compared(self)

    real, compared = MemoryStream.append, Follower._compare
    patch.setattr(MemoryStream, "append", append)
    patch.setattr(Follower, "_compare", compare)


def answers_before_it_lasts(patch: pytest.MonkeyPatch) -> None:
    """A repeat is answered with what was read, though one server alone may have it (I1)."""

    async def confirm(self: Follower) -> None:
        self.confirmed = self.position

    patch.setattr(Follower, "confirm", confirm)


def ignores_runs(patch: pytest.MonkeyPatch) -> None:
    """Care tickets go first for ever (CL2)."""
    patch.setattr(order, "run_of", lambda _: (0, 0))


def returns_too_far(patch: pytest.MonkeyPatch) -> None:
    """A passed visitor comes back one place too late (PS2)."""
    real = order.rank_behind

    def behind(day: HallDay, lane: list[TicketId], places: int) -> tuple[float, int]:
        return real(day, lane, places + 1)

    patch.setattr("backend.core.changes.tickets.rank_behind", behind)


def numbers_skip(patch: pytest.MonkeyPatch) -> None:
    """The thirteenth number is left out (TK2)."""
    patch.setattr(tickets, "number_of", lambda letter, n: f"{letter}{n + (n >= 13):03d}")


def calls_two(patch: pytest.MonkeyPatch) -> None:
    """A busy counter may call on (CL7)."""
    real = counters.free_counter

    def free(day: HallDay, command: Any, stamp: Any) -> Any:
        counter = day.counters.get(CounterId(command.counter_id))
        return counter if counter is not None and counter.ticket_id else real(day, command, stamp)

    patch.setattr("backend.core.rules.calls.free_counter", free)


def waits_too_long(patch: pytest.MonkeyPatch) -> None:
    """A command waits longer than a client is told (I20)."""
    patch.setattr(transact, "STORE_PATIENCE_S", 4.5)


def drafts_on_the_live_day(patch: pytest.MonkeyPatch) -> None:
    """What is not stored yet, and may never be, is folded into the day that screens show."""
    patch.setattr(Transactor, "_draft_day", lambda self: self._follower.day)


PLANTS: tuple[Plant, ...] = (
    applies_twice,
    skips_the_head,
    finds_nobody,
    does_not_compare,
    forgets_answers,
    answers_the_wrong_one,
    restores_nothing,
    goes_on_after_a_restart,
    answers_before_it_lasts,
    ignores_runs,
    returns_too_far,
    numbers_skip,
    calls_two,
    waits_too_long,
    drafts_on_the_live_day,
)


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
def test_planted_bug_is_caught(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    with pytest.raises(DayError, match="make sim SEEDS=1 FROM=") as caught:
        deque((simulate(seed, MINUTES) for seed in range(SEEDS)), maxlen=0)
    print(str(caught.value).splitlines()[0])
