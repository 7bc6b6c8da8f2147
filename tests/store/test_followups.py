"""What follows bad ratings, in a real PostgreSQL."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from backend import recorder as module
from backend.core.evaluation import VisitEvaluated
from backend.core.followups import (
    AnswerRating,
    Appeal,
    CallBack,
    ContactWay,
    FollowUp,
    FollowUpCommand,
    FollowUpRefusal,
    FollowUpState,
    RuleAppeal,
)
from backend.core.ids import CounterId, QueueId, ServiceId, StaffId, TicketId
from backend.core.rules.followups import Lateness, decide_follow_up, lateness, state_of
from backend.recorder import HallRecorder
from backend.store.archive import Archive
from backend.store.database import Database
from backend.store.followups import FollowUps
from backend.store.plans import Plans
from backend.store.redis_stream import RedisStream
from backend.store.stream import START, Commit
from tests.support.commits import HALL, MONDAY, commit
from tests.support.plans import small_plan
from tests.support.samples import AT

T1, T2, T3 = TicketId("t1"), TicketId("t2"), TicketId("t3")
S1, S2 = ServiceId("S1"), ServiceId("S2")
DAY = MONDAY.day
CALL_BACK = CallBack(way=ContactWay.PHONE, remark="Asked what went wrong.")
ANSWER = AnswerRating(rectified="A second person at noon.", answer="Please come again.")


@pytest.fixture
async def follow_ups(database: Database) -> FollowUps:
    found = Plans(database)
    await found.put(replace(small_plan(), hall_id=HALL), after=None, author="test", reason="test")
    return FollowUps(database)


def rated(
    name: str, ticket_id: TicketId, level: int, minute: int = 0, service_id: ServiceId = S1
) -> Commit:
    return commit(
        name,
        VisitEvaluated(
            ticket_id=ticket_id,
            level=level,
            tags=(),
            comment="",
            is_at_pad=False,
            evaluated_at=AT + timedelta(minutes=minute),
            number="A001",
            queue_id=QueueId("A"),
            service_ids=(service_id,),
            counter_id=CounterId("W1"),
        ),
    )


async def listed(follow_ups: FollowUps, *, is_open: bool = False) -> list[str]:
    found = await follow_ups.list(HALL, is_open=is_open, service_ids=None, skip=0)
    return [one.rating.ticket_id for one in found]


async def do(follow_ups: FollowUps, ticket_id: TicketId, command: FollowUpCommand) -> FollowUp:
    found = await follow_ups.change(
        HALL, DAY, ticket_id, lambda old: decide_follow_up(old, command, StaffId("s"), AT)
    )
    assert found is not None
    return found


async def test_recorder_opens_a_follow_up_for_each_bad_rating_and_no_other__EV3(
    monkeypatch: pytest.MonkeyPatch,
    stream: RedisStream,
    archive: Archive,
    follow_ups: FollowUps,
) -> None:
    monkeypatch.setattr(module, "WAIT_S", 0.001)
    ratings = [rated("a", T1, 1), rated("b", T2, 3, 1), rated("c", T3, 2, 2)]
    await stream.append(MONDAY, START, ratings)
    await stream.announce(MONDAY, None)
    await HallRecorder(HALL, stream, archive, follow_ups).record()
    assert await listed(follow_ups) == [T1, T3]
    found = await follow_ups.find(HALL, DAY, T1)
    assert found is not None
    assert (found.rating.number, found.rating.counter_id) == ("A001", "W1")


async def test_recorder_killed_between_opening_and_archiving_opens_nothing_twice__EV3(
    monkeypatch: pytest.MonkeyPatch,
    stream: RedisStream,
    archive: Archive,
    follow_ups: FollowUps,
) -> None:
    monkeypatch.setattr(module, "WAIT_S", 0.001)
    ratings = [rated("a", T1, 1)]
    await follow_ups.open_after(HALL, DAY, ratings)
    await do(follow_ups, T1, CALL_BACK)
    await stream.append(MONDAY, START, ratings)
    await stream.announce(MONDAY, None)
    await HallRecorder(HALL, stream, archive, follow_ups).record()
    assert await listed(follow_ups) == [T1]
    found = await follow_ups.find(HALL, DAY, T1)
    assert found is not None
    assert found.called_back is not None


async def test_what_is_to_be_done_comes_first_by_its_clock__EV3(follow_ups: FollowUps) -> None:
    await follow_ups.open_after(
        HALL, DAY, [rated("a", T1, 1), rated("b", T2, 2, 1), rated("c", T3, 1, 2, service_id=S2)]
    )
    await do(follow_ups, T1, CALL_BACK)
    await do(follow_ups, T1, ANSWER)
    assert await listed(follow_ups) == [T2, T3, T1]
    assert await listed(follow_ups, is_open=True) == [T2, T3]
    of_s2 = await follow_ups.list(HALL, is_open=False, service_ids=[S2], skip=0)
    assert [one.rating.ticket_id for one in of_s2] == [T3]
    assert await follow_ups.list(HALL, is_open=False, service_ids=[], skip=0) == []


async def test_two_who_call_back_at_once_leave_one_call__EV3(follow_ups: FollowUps) -> None:
    await follow_ups.open_after(HALL, DAY, [rated("a", T1, 1)])
    answers = await asyncio.gather(
        *(do(follow_ups, T1, CALL_BACK) for _ in range(5)), return_exceptions=True
    )
    refused = [str(a) for a in answers if isinstance(a, FollowUpRefusal)]
    assert refused == ["called_back_already"] * 4


async def test_unknown_rating_has_no_follow_up__EV3(follow_ups: FollowUps) -> None:
    assert await follow_ups.find(HALL, DAY, T1) is None
    assert await follow_ups.change(HALL, DAY, T1, lambda found: found) is None


async def test_flagged_rating_is_decided_on_with_a_reason__EV4(follow_ups: FollowUps) -> None:
    (event,) = rated("a", T1, 5).events
    assert isinstance(event, VisitEvaluated)
    for _ in range(2):  # a day is counted again and again
        await follow_ups.flag(HALL, DAY, [event])
    assert await listed(follow_ups, is_open=True) == [T1]
    found = await follow_ups.find(HALL, DAY, T1)
    assert found is not None
    late_at = AT + timedelta(days=90)
    assert (state_of(found, late_at), lateness(found, late_at)) == (
        FollowUpState.CHECK,
        Lateness.NONE,
    )
    with pytest.raises(FollowUpRefusal, match="rating_not_bad"):
        await do(follow_ups, T1, CALL_BACK)
    ruled = await do(follow_ups, T1, RuleAppeal(is_excluded=True, reason="one hand at the pad"))
    assert state_of(ruled, AT) is FollowUpState.EXCLUDED
    assert await listed(follow_ups, is_open=True) == []


async def test_flagged_rating_that_counts_is_settled__EV4(follow_ups: FollowUps) -> None:
    (event,) = rated("a", T1, 4).events
    assert isinstance(event, VisitEvaluated)
    await follow_ups.flag(HALL, DAY, [event])
    kept = await do(follow_ups, T1, RuleAppeal(is_excluded=False, reason="a class came together"))
    assert state_of(kept, AT) is FollowUpState.CLOSED
    assert await listed(follow_ups, is_open=True) == []


async def test_bad_rating_of_a_burst_is_called_back_as_well__EV4(follow_ups: FollowUps) -> None:
    one = rated("a", T1, 1)
    (event,) = one.events
    assert isinstance(event, VisitEvaluated)
    await follow_ups.open_after(HALL, DAY, [one])
    await follow_ups.flag(HALL, DAY, [event])
    await follow_ups.open_after(HALL, DAY, [one])
    called = await do(follow_ups, T1, CALL_BACK)
    assert called.is_flagged
    assert state_of(called, AT) is FollowUpState.ANSWER
    await do(follow_ups, T1, Appeal(reason="not ours"))
    with pytest.raises(FollowUpRefusal, match="own_appeal"):
        await do(follow_ups, T1, RuleAppeal(is_excluded=True, reason="not ours"))
