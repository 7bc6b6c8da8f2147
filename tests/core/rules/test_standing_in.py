"""Who stands in at a counter whose person is absent (SH1)."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from backend.core.commands import (
    ChangeRoster,
    CloseCounter,
    CloseDay,
    KeepDay,
    OpenCounter,
    OpenDay,
)
from backend.core.events import CounterOffered, OfferEnded
from backend.core.hall_events import RosterChanged
from backend.core.ids import AlertKind, CounterId, ShiftRole, StaffId
from backend.core.plan import Span, WeekdayHours
from backend.core.shifts import Duty, Offer, Shift
from backend.core.views.offers import offers
from tests.support.plans import W1, W2, small_plan
from tests.support.world import HUB, MORNING, World, clerk

KEEP = KeepDay()
CHANGE = ChangeRoster(reason="somebody is ill")
LI, WANG, ZHAO = clerk("li"), clerk("wang"), clerk("zhao")
ABC = tuple(
    Duty(staff_id=StaffId(name), role=role)
    for name, role in zip(("li", "wang", "zhao"), ShiftRole, strict=True)
)


def shift(
    counter_id: CounterId = W1,
    persons: tuple[Duty, ...] = ABC,
    begins_at: datetime = MORNING,
    hours: float = 3,
) -> Shift:
    """A shift of the morning."""
    ends_at = begins_at + timedelta(hours=hours)
    return Shift(counter_id=counter_id, begins_at=begins_at, ends_at=ends_at, persons=persons)


def rostered(*shifts: Shift) -> World:
    """A day that opened when the shifts begin."""
    world = World(is_open=False)
    world.shifts = shifts
    world.do(OpenDay(), HUB)
    return world


def offer_of(world: World, counter_id: CounterId = W1) -> str | None:
    """To whom the counter is offered."""
    found = world.counter(counter_id).offer
    return found.clerk_id if found is not None else None


def kept(world: World, seconds: float) -> str | None:
    """To whom W1 is offered after so long."""
    world.later(seconds).do(KEEP, HUB)
    return offer_of(world)


def unmanned(world: World) -> bool:
    """Whether it is an alert that W1 has no person."""
    return (AlertKind.COUNTER_UNMANNED, W1) in world.day.standing


def test_absent_person_is_replaced_by_b_then_by_c__SH1() -> None:
    world = rostered(shift())
    assert kept(world, 299) is None
    assert kept(world, 1) == "wang"
    assert kept(world, 299) == "wang"
    assert kept(world, 1) == "zhao"
    assert kept(world, 3600) == "zhao"


def test_offer_says_until_when_it_stands__SH1() -> None:
    world = rostered(shift())
    world.later(300)
    (offered,) = world.do(KEEP, HUB)
    until = world.at + timedelta(seconds=300)
    expected = Offer(clerk_id=ABC[1].staff_id, role=ShiftRole.B, offered_at=world.at, until=until)
    assert offered == CounterOffered(counter_id=W1, offer=expected)


def test_last_persons_offer_stands_until_the_shift_ends__SH1() -> None:
    world = rostered(shift(persons=ABC[:2]))
    world.later(300).do(KEEP, HUB)
    found = world.counter(W1).offer
    assert found is not None
    assert found.until == shift().ends_at
    world.later(3 * 3600 - 300)
    assert OfferEnded(counter_id=W1, ended_at=world.at) in world.do(KEEP, HUB)
    assert offer_of(world) is None


def test_counter_that_is_taken_is_offered_no_more__SH1() -> None:
    world = rostered(shift())
    kept(world, 300)
    world.do(OpenCounter(counter_id=W1), WANG)
    assert offer_of(world) is None
    assert kept(world, 3600) is None
    assert not unmanned(world)


def test_person_who_is_late_takes_the_counter_before_the_stand_in__SH1() -> None:
    world = rostered(shift())
    kept(world, 300)
    world.do(OpenCounter(counter_id=W1), LI)
    assert offer_of(world) is None


def test_counter_left_during_the_shift_is_offered_after_the_same_time__SH1() -> None:
    world = rostered(shift())
    world.do(OpenCounter(counter_id=W1), LI)
    world.later(3600).do(CloseCounter(counter_id=W1), LI)
    assert kept(world, 299) is None
    assert kept(world, 1) == "wang"


def test_nobody_is_asked_who_sits_elsewhere__SH1() -> None:
    world = rostered(shift())
    world.do(OpenCounter(counter_id=W2), WANG)
    assert kept(world, 300) == "zhao"


def test_offer_goes_on_at_once_when_its_person_sits_down_elsewhere__SH1() -> None:
    world = rostered(shift())
    kept(world, 300)
    world.do(OpenCounter(counter_id=W2), WANG)
    assert kept(world, 5) == "zhao"


def test_counter_without_anybody_left_is_offered_to_nobody__SH1() -> None:
    world = rostered(shift(persons=ABC[:1]))
    assert kept(world, 3600) is None
    assert unmanned(world)


def test_counter_whose_persons_are_all_away_is_an_alert__SH1() -> None:
    world = rostered(shift(persons=()))
    assert kept(world, 301) is None
    assert unmanned(world)


def test_counter_without_a_person_is_an_alert_until_somebody_comes__SH1_AL1() -> None:
    world = rostered(shift())
    kept(world, 300)
    assert not unmanned(world)
    kept(world, 1)
    assert unmanned(world)
    world.do(OpenCounter(counter_id=W1), ZHAO)
    kept(world, 5)
    assert not unmanned(world)


def test_counter_between_two_shifts_is_no_alert__SH1() -> None:
    world = rostered(shift(hours=1), shift(begins_at=MORNING + timedelta(hours=4)))
    kept(world, 1800)
    assert unmanned(world)
    assert kept(world, 1800) is None
    assert not unmanned(world)


def test_counter_out_of_service_hours_is_neither_offered_nor_an_alert__SH1() -> None:
    """The shift begins at nine and ends at two; the hall is closed from ten to twelve."""
    spans = (Span(opens=8 * 60, closes=10 * 60), Span(opens=12 * 60, closes=17 * 60))
    hours = (WeekdayHours(weekday=1, spans=spans),)
    world = World(replace(small_plan(), hours=hours), is_open=False)
    world.shifts = (shift(hours=5),)
    world.do(OpenDay(), HUB)
    kept(world, 1800)
    assert unmanned(world)
    assert kept(world, 1800) is None
    assert not unmanned(world)
    assert kept(world, 2 * 3600 + 299) is None
    assert kept(world, 1) == "wang"


def test_day_that_opens_late_gives_everybody_time_to_sit_down__SH1() -> None:
    world = rostered(shift(begins_at=MORNING - timedelta(hours=1)))
    assert kept(world, 299) is None
    assert kept(world, 1) == "wang"


@pytest.mark.parametrize("after_s", [60, 1800])
def test_hall_says_how_long_it_waits__SH1(after_s: int) -> None:
    plan = small_plan()
    world = World(replace(plan, rules=replace(plan.rules, stand_in_after_s=after_s)), is_open=False)
    world.shifts = (shift(),)
    world.do(OpenDay(), HUB)
    assert kept(world, after_s - 1) is None
    assert kept(world, 1) == "wang"


def test_changed_roster_is_in_force_at_once_and_asks_anew__SH1() -> None:
    world = rostered(shift())
    kept(world, 300)
    world.shifts = (shift(persons=(ABC[0], ABC[2])),)
    assert world.do(CHANGE) == (
        RosterChanged(shifts=world.shifts, reason=CHANGE.reason, changed_at=world.at),
    )
    assert offer_of(world) is None
    assert kept(world, 5) == "zhao"


def test_roster_that_is_the_same_changes_nothing__SH1() -> None:
    assert rostered(shift()).do(CHANGE) == ()


def test_shifts_of_counters_that_the_plan_has_not_are_left_out__SH1() -> None:
    world = rostered(shift(), shift(counter_id=CounterId("W9")))
    assert world.day.shifts == (shift(),)
    assert world.do(CHANGE) == ()


def test_offers_are_shown_with_their_window__SH1() -> None:
    world = rostered(shift(), shift(counter_id=W2, persons=ABC[:1]))
    kept(world, 300)
    (line,) = offers(world.day).offers
    assert (line.counter_id, line.counter_no, line.clerk_id) == (W1, 1, "wang")
    world.do(CloseDay())
    assert offers(world.day).offers == ()
