from datetime import timedelta

import pytest
from msgspec.structs import replace

from backend.core.commands import (
    AddAppointment,
    CallNext,
    ChangePlan,
    CheckIn,
    FinishServing,
    KeepDay,
    ResumeIssuing,
    StartServing,
    StopIssuing,
    TakeTicket,
)
from backend.core.errors import RefusalCode
from backend.core.hall_events import IssuingResumed, IssuingStopped
from backend.core.ids import Channel, StopCause
from backend.core.plan import Plan, Span, WeekdayHours
from backend.core.views.board import board
from tests.support.plans import QUICK, W1, W2, Z1, A, small_plan
from tests.support.world import DEVICE, HUB, World

KEEP = KeepDay()
TAKE = TakeTicket(channel=Channel.ANONYMOUS, queue_id=A)
HOUR = 3600.0


def plan_until(closes_h: int, version: int = 1, **numbers: int) -> Plan:
    """Open from eight every day; the world begins at nine."""
    spans = (Span(opens=8 * 60, closes=closes_h * 60),)
    hours = tuple(WeekdayHours(weekday=weekday, spans=spans) for weekday in range(1, 8))
    return replace(small_plan(replace(QUICK, **numbers), version), hours=hours)


def until(closes_h: int, **numbers: int) -> World:
    return World(plan_until(closes_h, **numbers))


def kept(world: World) -> list[IssuingStopped | IssuingResumed]:
    """What the hub's clock does to issuing now."""
    events = world.do(KEEP, HUB)
    return [event for event in events if isinstance(event, IssuingStopped | IssuingResumed)]


def causes(world: World) -> set[StopCause | None]:
    """Why each queue is stopped."""
    return {queue.stop.cause if queue.stop else None for queue in world.day.queues.values()}


def test_issuing_stops_some_time_before_closing__TK5() -> None:
    world = until(10).later(HOUR - 901)
    assert kept(world) == []
    assert world.code(TAKE) is None
    assert {event.queue_id for event in kept(world.later(1))} == {*"ABC"}
    assert causes(world) == {StopCause.CLOSING}
    assert {queue.stop for queue in board(world.day, Z1).queues} == {StopCause.CLOSING}
    assert world.do(KEEP, HUB) == ()


def test_ticket_is_refused_at_the_instant_before_the_clock_stops_it__TK5() -> None:
    world = until(10).later(HOUR - 900)
    assert causes(world) == {None}
    assert world.code(TAKE) is RefusalCode.ISSUING_STOPPED


def test_hall_that_stops_at_closing_gives_numbers_until_then__TK5() -> None:
    world = until(10, issuing_stops_s=0)
    assert world.later(HOUR - 1).code(TAKE) is None
    assert world.later(1).code(TAKE) is RefusalCode.ISSUING_STOPPED


def test_hall_without_hours_never_stops__TK5() -> None:
    world = World()
    for _ in range(14):
        assert kept(world.later(HOUR)) == []
        assert world.code(TAKE) is None


def test_issuing_stops_when_the_wait_passes_closing_and_goes_on_when_it_falls__TK5() -> None:
    world = until(11).open(W1)
    world.take(A, count=20)  # said to be 115 min at most, of 120 min less 20 s
    assert kept(world) == []
    world.take(A)  # 120 min
    (event,) = kept(world)
    assert isinstance(event, IssuingStopped)
    assert (event.queue_id, event.cause) == (A, StopCause.WAIT)
    assert world.code(TAKE) is RefusalCode.ISSUING_STOPPED
    resumed = []
    for _ in range(4):
        world.cancel(world.queue(A).ordinary[-1])
        resumed.append(bool(kept(world)))
    assert resumed == [False, False, True, False]  # two steps below, not at the first
    assert world.code(TAKE) is None


def test_second_counter_lets_issuing_go_on__TK5() -> None:
    world = until(11).open(W1)
    world.take(A, count=21)
    world.do(KEEP, HUB)
    assert kept(world.open(W2)) == [IssuingResumed(queue_id=A, resumed_at=world.at)]


def test_wait_that_nobody_knows_stops_nothing__TK5() -> None:
    world = until(10)
    world.take(A, count=60)
    assert kept(world) == []


def test_stop_of_the_wait_becomes_the_stop_of_closing__TK5() -> None:
    world = until(11).open(W1)
    world.take(A, count=30)
    world.do(KEEP, HUB)
    assert causes(world) == {StopCause.WAIT, None}
    world.later(2 * HOUR - 900).do(KEEP, HUB)
    assert causes(world) == {StopCause.CLOSING}


def test_stop_by_staff_is_never_overridden__TK5() -> None:
    world = until(10)
    world.do(StopIssuing(reason="too many"))
    world.do(KEEP, HUB)
    world.later(HOUR - 60).do(KEEP, HUB)
    assert causes(world) == {StopCause.STAFF}
    world.do(ResumeIssuing())
    assert causes(world) == {StopCause.CLOSING}  # at once: no screen offers a number between
    assert world.code(TAKE) is RefusalCode.ISSUING_STOPPED
    assert kept(world) == []
    assert world.code(ResumeIssuing()) is RefusalCode.ISSUING_NOT_STOPPED


def test_resumed_issuing_is_stopped_at_once_while_the_wait_is_too_long__TK5() -> None:
    world = until(11).open(W1)
    world.take(A, count=21)
    world.do(StopIssuing(queue_id=A))
    first, second = world.do(ResumeIssuing(queue_id=A))
    assert first == IssuingResumed(queue_id=A, resumed_at=world.at)
    assert isinstance(second, IssuingStopped)
    assert (second.queue_id, second.cause) == (A, StopCause.WAIT)
    assert kept(world) == []


def test_longer_hours_let_issuing_go_on__TK5_DY2() -> None:
    world = until(10).later(HOUR - 60)
    world.do(KEEP, HUB)
    world.plan = plan_until(12, version=2)
    world.do(ChangePlan(version=2, reason="many visitors"))
    world.do(KEEP, HUB)
    assert causes(world) == {None}
    assert world.code(TAKE) is None


@pytest.mark.parametrize("late_s", [0, 901])
def test_booked_visitor_in_time_is_served_though_issuing_has_stopped__TK5_AP2(late_s: int) -> None:
    world = until(10, issuing_stops_s=1800)
    slot_at = world.at + timedelta(minutes=40)
    world.do(AddAppointment(appointment_id="B1", code="K7M2P9", queue_id=A, slot_at=slot_at))
    world.later(2400 + late_s).do(KEEP, HUB)
    code = world.code(CheckIn(code="K7M2P9"), DEVICE)
    assert code is (RefusalCode.ISSUING_STOPPED if late_s else None)


def test_who_has_a_number_is_served_to_the_end__TK5() -> None:
    world = until(10).open(W1)
    world.take(A)
    world.later(HOUR).do(KEEP, HUB)
    for command in (CallNext, StartServing, FinishServing):
        world.do(command(counter_id=W1))
    assert world.counter(W1).served == 1
