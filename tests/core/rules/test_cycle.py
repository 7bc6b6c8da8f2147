from datetime import timedelta

import pytest
from msgspec.structs import replace

from backend.core.commands import (
    ChangePlan,
    CloseDay,
    FinishServing,
    HoldTicket,
    KeepDay,
    StartServing,
    TakeTicket,
)
from backend.core.day import HallDay
from backend.core.errors import RefusalCode
from backend.core.hall_events import AlertCleared, AlertRaised, DayClosed
from backend.core.ids import Channel
from backend.core.plan import Plan, Span, SpecialDay, WeekdayHours
from backend.core.rules.cycle import closes_at, is_due, is_over
from tests.core.rules.test_issuing import plan_until
from tests.support.plans import W1, A, small_plan
from tests.support.world import HUB, MORNING, World

KEEP = KeepDay()
NINE_H = 9  # the world begins at nine


def at(hour: float, days: int = 0) -> float:
    """Seconds from the world's begin to an hour, some days later."""
    return (hour - NINE_H) * 3600 + days * 86400


def test_day_is_over_after_midnight_when_nobody_is_left__DY1() -> None:
    world = World()
    assert not is_over(world.day, MORNING + timedelta(seconds=at(24) - 1))
    assert is_over(world.day, MORNING + timedelta(seconds=at(24)))


def test_day_with_hours_closes_by_itself_after_closing__DY1_I13() -> None:
    world = World(plan_until(17)).open(W1)
    assert DayClosed not in map(type, world.later(at(17) - 1).do(KEEP, HUB))
    assert world.later(1).do(KEEP, HUB)[-1] == DayClosed(closed_at=world.at)
    assert not world.day.is_open
    assert world.later(60).do(KEEP, HUB) == ()


@pytest.mark.parametrize("plan", [small_plan(), plan_until(17)])
def test_day_is_not_over_while_anybody_is_left__DY1(plan: Plan) -> None:
    world = World(plan).open(W1)
    late = MORNING + timedelta(days=1)
    world.take(A)
    assert not is_over(world.day, late)
    world.call(W1)
    assert not is_over(world.day, late)
    world.do(StartServing(counter_id=W1))
    assert not is_over(world.day, late)
    world.do(HoldTicket(counter_id=W1))
    assert not is_over(world.day, late)
    world.day.held.clear()
    assert is_over(world.day, late)


def test_last_visitor_after_closing_closes_the_day__DY1() -> None:
    world = World(plan_until(17)).open(W1)
    world.take(A)
    world.later(at(18)).do(KEEP, HUB)
    world.serve(W1)
    world.do(KEEP, HUB)
    assert not world.day.is_open


def test_passed_visitor_does_not_keep_the_day_open__DY1_PS3() -> None:
    world = World(plan_until(17)).open(W1)
    world.take(A)
    world.later(at(17))
    world.pass_next(W1)
    world.do(KEEP, HUB)
    assert not world.day.is_open


def test_closed_day_and_no_day_are_not_over__DY1() -> None:
    world = World(is_open=False)
    assert not is_over(world.day, MORNING)
    world = World()
    world.do(CloseDay())
    assert not is_over(world.day, MORNING + timedelta(days=1))


def test_closing_clears_every_alert__DY1_AL1() -> None:
    world = World(plan_until(17)).open(W1)
    world.take(A)
    (raised,) = world.later(181).do(KEEP, HUB)
    assert isinstance(raised, AlertRaised)
    events = world.do(CloseDay())
    assert AlertCleared(alert_id=raised.alert_id, cleared_at=world.at) in events
    assert not world.day.standing


def test_day_opened_on_a_holiday_or_after_hours_stays_open_till_midnight__DY1() -> None:
    holiday = SpecialDay(day=MORNING.date(), spans=())
    for plan in (replace(plan_until(17), special_days=(holiday,)), plan_until(9)):
        world = World(plan)
        assert closes_at(world.day) is None
        assert not is_over(world.day, MORNING + timedelta(seconds=at(24) - 1))
        assert is_over(world.day, MORNING + timedelta(seconds=at(24)))


HOLIDAY = (SpecialDay(day=MORNING.date(), spans=()),)


@pytest.mark.parametrize("begun", [plan_until(17), small_plan()])
@pytest.mark.parametrize("plan", [replace(plan_until(17), special_days=HOLIDAY), plan_until(9)])
def test_plan_that_leaves_the_day_no_hours_closes_it_when_nobody_waits__DY1_DY2_TK5(
    begun: Plan, plan: Plan
) -> None:
    world = World(begun).open(W1)
    world.take(A)
    world.plan = replace(plan, version=2)
    world.do(ChangePlan(version=2, reason="no heating"))
    take = TakeTicket(channel=Channel.ANONYMOUS, queue_id=A)
    assert world.code(take) is RefusalCode.ISSUING_STOPPED
    world.do(KEEP, HUB)
    assert world.day.is_open
    world.serve(W1)
    world.do(KEEP, HUB)
    assert not world.day.is_open


def test_day_opened_on_a_holiday_outlives_another_plan_of_the_holiday__DY1_DY2() -> None:
    plan = replace(plan_until(17), special_days=HOLIDAY)
    world = World(plan)
    world.plan = replace(plan, version=2)
    world.do(ChangePlan(version=2, reason="more windows"))
    assert closes_at(world.day) is None
    world.do(KEEP, HUB)
    assert world.day.is_open


OPENINGS = (
    (6.99, False),  # an hour before eight
    (7, True),
    (12, True),
    (16.99, True),
    (17, False),
    (23, False),
    (7, True, 1),
)


@pytest.mark.parametrize("opening", OPENINGS)
def test_day_begins_some_time_before_the_hall_opens_and_not_after_closing__DY1(
    opening: tuple[float, bool] | tuple[float, bool, int],
) -> None:
    hour, is_so, *days = opening
    when = MORNING + timedelta(seconds=at(hour, *days))
    assert is_due(HallDay(), plan_until(17), when) is is_so


def test_no_day_begins_on_a_holiday_or_a_weekday_without_hours__DY1() -> None:
    plan = replace(plan_until(17), special_days=(SpecialDay(day=MORNING.date(), spans=()),))
    assert not is_due(HallDay(), plan, MORNING)
    assert is_due(HallDay(), plan, MORNING + timedelta(days=1))
    sundays = (WeekdayHours(weekday=7, spans=(Span(opens=480, closes=720),)),)
    assert not is_due(HallDay(), replace(small_plan(), hours=sundays), MORNING)


def test_how_early_the_day_begins_is_the_hall_s_choice__DY1() -> None:
    plan = plan_until(17, day_opens_s=0)
    assert not is_due(HallDay(), plan, MORNING + timedelta(seconds=at(8) - 1))
    assert is_due(HallDay(), plan, MORNING + timedelta(seconds=at(8)))


def test_next_day_of_a_hall_with_hours_does_not_wait_for_a_forgotten_ticket__DY1() -> None:
    world = World(plan_until(17))
    world.take(A)
    morning = MORNING + timedelta(seconds=at(7, 1))
    assert not is_over(world.day, morning)
    assert not is_due(world.day, world.plan, morning - timedelta(seconds=1))
    assert is_due(world.day, world.plan, morning)


def test_next_day_of_a_hall_without_hours_waits_for_everybody__DY1() -> None:
    world = World().open(W1)
    world.take(A)
    world.later(at(24))
    assert not is_due(world.day, world.plan, world.at)
    world.serve(W1)
    world.do(KEEP, HUB)
    assert is_due(world.day, world.plan, world.at)


def test_today_is_not_begun_twice__DY1() -> None:
    world = World(plan_until(17))
    world.do(CloseDay())
    assert not is_due(world.day, world.plan, world.at)
    assert not is_due(world.day, world.plan, world.at - timedelta(days=1))


def test_held_visitor_of_a_closed_hall_may_still_be_finished__DY1_HO1() -> None:
    world = World(plan_until(17)).open(W1)
    world.take(A)
    world.call(W1)
    world.do(StartServing(counter_id=W1))
    world.later(at(17.5)).do(KEEP, HUB)
    world.do(FinishServing(counter_id=W1))
    world.do(KEEP, HUB)
    assert not world.day.is_open
