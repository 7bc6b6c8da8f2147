"""Questions about recorded days, on a real archive and a stream in memory."""

from datetime import UTC, date, datetime, timedelta

import msgspec

from backend.core.day import HallDay
from backend.core.evolve import fold
from backend.core.ids import CommandId
from backend.core.views.topics import topic_of, view_of
from backend.replay.answers import Answers
from backend.replay.questions import AskReplay, AskScreen, AskWhy, Reply
from backend.store.archive import Archive, RecordedDay
from backend.store.memory_stream import MemoryStream
from backend.store.stream import START, Commit, DayRef, Entry
from backend.wire.history import ReplayReport
from backend.wire.messages import Show
from backend.wire.why import Account
from tests.replay.recorded import Recorded
from tests.support.commits import HALL, TUESDAY, commits, entries, refusal
from tests.support.plans import W1, A
from tests.support.samples import AT

DAY = date(2026, 11, 23)
BEFORE = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def recorded_day() -> Recorded:
    world = Recorded().open(W1)
    world.take(A, count=3)
    for _ in range(3):
        world.later(60).visit(W1)
    return world


def stored(world: Recorded) -> list[Entry]:
    return entries([*world.commits, refusal("r")])


def answers(archive: Archive, stream: MemoryStream | None = None) -> Answers:
    return Answers(archive, lambda _: stream or MemoryStream())


def screen(at: datetime, topic: str = "board:Z1") -> AskScreen:
    return AskScreen(hall_id=HALL, day=DAY, topic=topic, at=at)


def why(number: str, *, for_visitor: bool = False) -> AskWhy:
    ticket_id = msgspec.convert(f"20261123-{number}", AskWhy.__annotations__["ticket_id"])
    return AskWhy(hall_id=HALL, day=DAY, ticket_id=ticket_id, for_visitor=for_visitor)


def fault(reply: Reply) -> tuple[int, str]:
    assert bytes(reply.body) == b"null"
    return reply.status, reply.code


async def test_recorded_days_are_listed_newest_first(archive: Archive) -> None:
    world = recorded_day()
    await archive.write(HALL, DAY, stored(world))
    await archive.write(HALL, TUESDAY.day, entries(commits("ab")))
    await archive.write(HALL, date(2026, 11, 20), entries(commits("ab")))
    found = await archive.days(HALL, 2)
    assert found == [
        RecordedDay(day=TUESDAY.day, tickets=0, is_closed=False),
        RecordedDay(day=DAY, tickets=3, is_closed=False),
    ]
    assert len(await archive.days(HALL, 10)) == 3


async def test_whole_day_is_read_in_order__I8(archive: Archive) -> None:
    await archive.write(HALL, DAY, stored(recorded_day()))
    assert await archive.whole(HALL, DAY) == stored(recorded_day())
    assert await archive.whole(HALL, TUESDAY.day) == []


async def test_screen_then_is_what_was_shown_then__I8(archive: Archive) -> None:
    world = recorded_day()
    await archive.write(HALL, DAY, stored(world))
    asked = answers(archive)
    topic = topic_of("board:Z1")
    assert topic is not None
    for n in (5, 12, 3, len(world.commits)):  # forward and back again
        at = world.commits[n - 1].at
        is_last = [commit for commit in world.commits if commit.at <= at]
        reply = await asked.to(screen(at))
        show = msgspec.json.decode(reply.body, type=Show)
        assert show.seq == len(is_last) + (n == len(world.commits))
        assert show.view == view_of(day_of(is_last), topic)
        assert show.topic == "board:Z1"


def day_of(found: list[Commit]) -> HallDay:
    return fold(HallDay(), [event for commit in found for event in commit.events])


async def test_screen_before_the_opening_or_of_nothing_is_not_found(archive: Archive) -> None:
    world = recorded_day()
    await archive.write(HALL, DAY, stored(world))
    asked = answers(archive)
    assert fault(await asked.to(screen(BEFORE))) == (404, "unknown_day")
    assert fault(await asked.to(screen(world.at, "board:Z9"))) == (404, "unknown_topic")
    assert fault(await asked.to(screen(world.at, "nonsense"))) == (404, "unknown_topic")
    other = AskReplay(hall_id=HALL, day=TUESDAY.day, plan=None, rule=None)
    assert fault(await asked.to(other)) == (404, "unknown_day")


async def test_day_that_lives_is_read_on_from_the_stream(archive: Archive) -> None:
    world = recorded_day()
    stream, ref = MemoryStream(), DayRef(day=DAY, epoch="first")
    position = await stream.append(ref, START, world.commits)
    await stream.announce(ref, None)
    asked = answers(archive, stream)
    account = msgspec.json.decode((await asked.to(why("A003"))).body, type=Account)
    assert account.state == "done"
    assert fault(await asked.to(why("A004"))) == (404, "unknown_ticket")
    count = len(world.commits)
    world.take(A)
    await stream.append(ref, position, world.commits[count:])
    account = msgspec.json.decode((await asked.to(why("A004"))).body, type=Account)
    assert account.state == "waiting"
    show = msgspec.json.decode((await asked.to(screen(world.at))).body, type=Show)
    assert (show.epoch, show.seq) == ("first", count + 1)


async def test_history_brought_back_is_read_anew__I8(archive: Archive) -> None:
    world = recorded_day()
    stream, first = MemoryStream(), DayRef(day=DAY, epoch="first")
    await stream.append(first, START, world.commits)
    await stream.announce(first, None)
    asked = answers(archive, stream)
    await asked.to(why("A001"))
    again, second = MemoryStream(), DayRef(day=DAY, epoch="second")
    await again.append(second, START, world.commits[:3])
    await again.announce(second, None)
    stream.__dict__.update(again.__dict__)
    show = msgspec.json.decode((await asked.to(screen(world.at))).body, type=Show)
    assert (show.epoch, show.seq) == ("second", 3)
    assert fault(await asked.to(why("A003"))) == (404, "unknown_ticket")


async def test_replay_is_of_all_that_is_recorded(archive: Archive) -> None:
    world = recorded_day()
    await archive.write(HALL, DAY, stored(world))
    question = AskReplay(hall_id=HALL, day=DAY, plan=world.plan, rule=None)
    report = msgspec.json.decode((await answers(archive).to(question)).body, type=ReplayReport)
    assert report.recorded.done == 3
    assert report.tried == report.rerun


async def test_commits_without_an_opening_are_no_day_to_re_run(archive: Archive) -> None:
    late = [Commit(id=CommandId("x"), by=commits("a")[0].by, at=AT + timedelta(hours=1))]
    await archive.write(HALL, DAY, entries(late))
    question = AskReplay(hall_id=HALL, day=DAY, plan=None, rule=None)
    assert fault(await answers(archive).to(question)) == (404, "unknown_day")
