"""Each topic computed once, each watcher told only the newest."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime

import msgspec
import pytest
from msgspec.structs import replace

from backend.core.access import Family
from backend.core.commands import CallNext, CancelTicket, OpenCounter
from backend.core.day import HallDay, Queue
from backend.core.ids import TicketId
from backend.core.rules import order
from backend.core.rules.order import Lines, queue_order
from backend.core.views import topics
from backend.core.views.topics import Topic
from backend.hub import fanout
from backend.hub.hall import Hall
from backend.hub.ring import Shown
from backend.wire.messages import ServerMessage, Show
from tests.hub.stage import SUPERVISOR, VISITOR, FaultyStream, done, eventually, one_hall, take

BOARD = Topic(Family.BOARD, "Z1")
OTHER_BOARD = Topic(Family.BOARD, "Z3")
SCREEN = Topic(Family.COUNTER_SCREEN, "W02")
QUEUES = Topic(Family.QUEUES, "")

_decode = msgspec.json.Decoder(ServerMessage)


class Eye:
    """Remembers every message it was shown."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.frames: list[bytes] = []

    @property
    def number(self) -> int:
        return -id(self)  # of no socket

    def finish(self, rest: bytes) -> None:
        raise AssertionError("no frame was begun")

    def show(self, topic: Topic, shown: Shown) -> None:
        self.messages.append(shown.message)
        self.frames.append(shown.frame)

    @property
    def shows(self) -> list[Show]:
        found = [_decode.decode(message) for message in self.messages]
        return [show for show in found if isinstance(show, Show)]


@pytest.fixture
async def stage() -> AsyncIterator[tuple[Hall, FaultyStream]]:
    async with one_hall() as found:
        yield found


async def test_watcher_begins_with_how_it_stands(stage: tuple[Hall, FaultyStream]) -> None:
    hall, _ = stage
    eye = Eye()
    hall.fanout.watch(BOARD, eye)  # without anything having happened since
    (show,) = eye.shows
    assert (show.topic, show.epoch, show.seq) == ("board:Z1", "e1", 1)


async def test_several_commits_at_once_are_shown_once__I10(
    stage: tuple[Hall, FaultyStream],
) -> None:
    hall, _ = stage
    eye = Eye()
    hall.fanout.watch(QUEUES, eye)
    answers = [hall.do(f"t{n}", take(), SUPERVISOR) for n in range(50)]  # type: ignore[arg-type]
    for answer in answers:
        await answer
    await eventually(lambda: len(eye.messages) == 2)
    assert [show.seq for show in eye.shows] == [1, 51]


async def test_view_is_computed_once_for_all_watchers(
    stage: tuple[Hall, FaultyStream], monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, _ = stage
    computed: list[Topic] = []

    def counting(day: HallDay, topic: Topic, lines: Lines | None) -> object:
        computed.append(topic)
        return topics.view_of(day, topic, lines)

    monkeypatch.setattr(fanout, "view_of", counting)
    eyes = [Eye() for _ in range(30)]
    for eye in eyes:
        hall.fanout.watch(QUEUES, eye)
    await done(hall, "t1", take())
    await eventually(lambda: all(len(eye.messages) == 2 for eye in eyes))
    assert computed == [QUEUES, QUEUES]  # at the first watch, and at the ticket
    assert len({id(eye.frames[1]) for eye in eyes}) == 1  # the very same bytes


async def test_view_that_fails_keeps_no_other_from_being_shown__I10(
    stage: tuple[Hall, FaultyStream], monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, _ = stage

    def failing(day: HallDay, topic: Topic, lines: Lines | None) -> object:
        if topic == BOARD:
            raise KeyError("W99")
        return topics.view_of(day, topic, lines)

    token = str((await done(hall, "t0", take())).result.token)
    board, queues, late, phone = Eye(), Eye(), Eye(), Eye()
    hall.fanout.watch(BOARD, board)
    hall.fanout.watch(QUEUES, queues)
    hall.fanout.watch(Topic(Family.TICKET, token), phone)
    monkeypatch.setattr(fanout, "view_of", failing)
    await done(hall, "t1", take())
    await eventually(lambda: len(queues.messages) == 2)
    await done(hall, "gone", CancelTicket(ticket_token=token), VISITOR)
    await eventually(lambda: phone.shows[-1].seq == 4)  # its own end
    hall.fanout.watch(BOARD, late)
    assert len(board.messages) == len(late.messages) == 1  # what was last shown of it
    assert hall.fanout.latest(Topic(Family.OPS, "")) is not None
    monkeypatch.undo()
    await done(hall, "t2", take())
    await eventually(lambda: len(board.messages) == len(late.messages) == 2)


async def test_topic_that_cannot_tell_whether_it_changed_is_looked_at__I10(
    stage: tuple[Hall, FaultyStream], monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, _ = stage
    board, screen = Eye(), Eye()
    hall.fanout.watch(SCREEN, screen)
    hall.fanout.watch(BOARD, board)

    def failing(touched: topics.Touched, day: HallDay, topic: Topic) -> bool:
        raise KeyError(str(topic))

    monkeypatch.setattr(topics.Touched, "concerns", failing)
    await done(hall, "o1", OpenCounter(counter_id="W02"), SUPERVISOR)
    await eventually(lambda: len(board.messages) == len(screen.messages) == 2)


async def test_unchanged_view_is_not_shown_again(stage: tuple[Hall, FaultyStream]) -> None:
    hall, _ = stage
    screen, other, queues = Eye(), Eye(), Eye()
    hall.fanout.watch(SCREEN, screen)
    hall.fanout.watch(OTHER_BOARD, other)
    hall.fanout.watch(QUEUES, queues)
    await done(hall, "t1", take())  # a ticket that waits is nothing to a counter's screen
    await eventually(lambda: len(queues.messages) == 2)
    assert len(screen.messages) == len(other.messages) == 1
    await done(hall, "o1", OpenCounter(counter_id="W02"), SUPERVISOR)
    await eventually(lambda: len(screen.messages) == 2)


async def test_new_epoch_is_shown_although_the_view_is_the_same__I10(
    stage: tuple[Hall, FaultyStream],
) -> None:
    hall, stream = stage
    eye = Eye()
    hall.fanout.watch(SCREEN, eye)
    ref = await stream.latest_day()
    assert ref is not None
    await stream.announce(replace(ref, epoch="e2"), ref)  # the day was rebuilt
    await eventually(lambda: len(eye.messages) == 2)
    before, after = eye.shows
    assert (before.epoch, after.epoch) == ("e1", "e2")
    assert before.view == after.view


async def test_watcher_that_left_is_shown_nothing(stage: tuple[Hall, FaultyStream]) -> None:
    hall, _ = stage
    gone, here = Eye(), Eye()
    hall.fanout.watch(QUEUES, gone)
    hall.fanout.watch(QUEUES, here)
    hall.fanout.unwatch(QUEUES, gone)
    hall.fanout.unwatch(BOARD, gone)  # never watched: no harm
    await done(hall, "t1", take())
    await eventually(lambda: len(here.messages) == 2)
    assert len(gone.messages) == 1
    hall.fanout.unwatch(QUEUES, here)
    assert hall.fanout.topics == 0
    await done(hall, "t2", take())
    again = Eye()
    hall.fanout.watch(QUEUES, again)  # shown as it stands now, not as it was last watched
    assert [show.seq for show in again.shows] == [3]


async def test_latest_is_never_behind_an_answer__I10(stage: tuple[Hall, FaultyStream]) -> None:
    hall, _ = stage
    hall.fanout.watch(QUEUES, Eye())
    for n in range(5):
        answer = await done(hall, f"t{n}", take())
        message = hall.fanout.latest(QUEUES)
        assert message is not None
        show = _decode.decode(message)
        assert isinstance(show, Show)
        assert show.seq == answer.seq


async def test_phones_see_their_line_move_at_most_twice_a_second_and_their_call_at_once(
    stage: tuple[Hall, FaultyStream], monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, _ = stage
    monkeypatch.setattr(fanout, "LAP_S", 3600.0)
    await done(hall, "open", OpenCounter(counter_id="W02"), SUPERVISOR)
    tokens = [(await done(hall, f"t{n}", take("B"))).result.token for n in range(4)]
    eyes = [Eye() for _ in tokens]
    for eye, token in zip(eyes, tokens, strict=True):
        hall.fanout.watch(Topic(Family.TICKET, str(token)), eye)
    await done(hall, "call", CallNext(counter_id="W02"), SUPERVISOR)
    await eventually(lambda: len(eyes[0].messages) == 2)  # its own call
    await eventually(lambda: len(eyes[3].messages) == 2)  # the first move of the line for long
    await done(hall, "cancel", CancelTicket(ticket_token=str(tokens[1])), VISITOR)
    await eventually(lambda: len(eyes[1].messages) == 3)  # its own end
    assert [len(eye.messages) for eye in eyes] == [2, 3, 2, 2]
    last = Topic(Family.TICKET, str(tokens[3]))
    latest = hall.fanout.latest(last)
    assert latest is not None
    (show,) = [show for show in [_decode.decode(latest)] if isinstance(show, Show)]
    assert show.view.ahead == 1, "whoever asks anew is told the newest"  # type: ignore[union-attr]
    newcomer = Eye()
    hall.fanout.watch(last, newcomer)
    assert newcomer.messages == [latest]


async def test_line_is_ordered_once_for_all_who_stand_in_it_however_many_turns_they_take(
    stage: tuple[Hall, FaultyStream], monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, _ = stage
    monkeypatch.setattr(fanout, "LAP_TURN_S", 0.0)
    ordered: list[str] = []

    def counting(day: HallDay, queue: Queue, at: datetime) -> Iterator[TicketId]:
        ordered.append(queue.queue_id)
        return queue_order(day, queue, at)

    monkeypatch.setattr(order, "queue_order", counting)
    tokens = [(await done(hall, f"t{n}", take("B"))).result.token for n in range(30)]
    eyes = [Eye() for _ in tokens]
    for eye, token in zip(eyes, tokens, strict=True):
        hall.fanout.watch(Topic(Family.TICKET, str(token)), eye)
    assert ordered == ["B"]
    await done(hall, "cancel", CancelTicket(ticket_token=str(tokens[0])), VISITOR)
    await eventually(lambda: all(len(eye.messages) == 2 for eye in eyes))
    assert ordered == ["B", "B"]


async def test_phones_that_were_shown_long_ago_see_their_line_move_without_delay(
    stage: tuple[Hall, FaultyStream], monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, _ = stage
    monkeypatch.setattr(fanout, "LAP_S", 0.01)
    tokens = [(await done(hall, f"t{n}", take("B"))).result.token for n in range(2)]
    eye = Eye()
    hall.fanout.watch(Topic(Family.TICKET, str(tokens[1])), eye)
    await done(hall, "cancel", CancelTicket(ticket_token=str(tokens[0])), VISITOR)
    await eventually(lambda: len(eye.messages) == 2)
    await done(hall, "more", take("B"))
    await eventually(lambda: len(eye.messages) == 3)
