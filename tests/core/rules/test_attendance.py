"""How shifts are kept: on post, late, early, missing (SH3)."""

from collections import defaultdict
from datetime import timedelta

import pytest
from hypothesis import given

from backend.core.commands import (
    ChangeRoster,
    CloseCounter,
    CloseDay,
    OpenCounter,
    OpenDay,
    PauseCounter,
    ResumeCounter,
)
from backend.core.day import HallDay
from backend.core.decide import decide
from backend.core.errors import Refusal
from backend.core.evolve import evolve
from backend.core.hall_events import DayClosed, DayOpened
from backend.core.ids import CounterState, PauseReason, StaffId
from backend.core.rules.attendance import attendance
from backend.core.shifts import ClerkDay, ShiftRecord
from tests.core.rules.test_standing_in import ABC, LI, WANG, rostered, shift
from tests.support.plans import W1, W2, A
from tests.support.steps import Step, command_of, steps
from tests.support.world import CHIEF, HUB, MORNING, World

OPEN, CLOSE = OpenCounter(counter_id=W1), CloseCounter(counter_id=W1)


def of(world: World, name: str = "li") -> ClerkDay:
    """The day of one clerk until now."""
    (found,) = (day for day in attendance(world.day, world.at) if day.clerk_id == name)
    return found


def kept(world: World) -> ShiftRecord:
    """How li kept the one shift."""
    (found,) = of(world).shifts
    return found


@pytest.mark.parametrize(("after_s", "late_s"), [(0, 0), (300, 0), (301, 301)])
def test_sign_on_after_the_time_allowed_is_late__SH3(after_s: int, late_s: int) -> None:
    world = rostered(shift())
    world.later(after_s).do(OPEN, LI)
    record = kept(world.later(600))
    assert (record.late_s, record.is_missing) == (late_s, False)
    assert record.signed_on_at == MORNING + timedelta(seconds=after_s)


@pytest.mark.parametrize(("before_s", "early_s"), [(0, 0), (300, 0), (301, 301)])
def test_sign_off_before_the_end_is_early__SH3(before_s: int, early_s: int) -> None:
    world = rostered(shift())
    world.do(OPEN, LI)
    world.later(3 * 3600 - before_s).do(CLOSE, LI)
    assert kept(world.later(3600)).early_s == early_s


def test_who_comes_back_did_not_leave_early__SH3() -> None:
    world = rostered(shift())
    world.do(OPEN, LI)
    world.later(600).do(CLOSE, LI)
    assert kept(world.later(600)).early_s == 600
    world.do(OPEN, LI)
    assert kept(world.later(3600)).early_s == 0


@pytest.mark.parametrize(("after_s", "is_missing"), [(300, False), (301, True)])
def test_who_never_signs_on_is_missing__SH3(after_s: int, is_missing: bool) -> None:
    world = rostered(shift()).later(after_s)
    assert kept(world).is_missing is is_missing
    assert kept(world).signed_on_at is None


def test_sign_on_at_another_counter_counts__SH3() -> None:
    world = rostered(shift())
    world.do(OpenCounter(counter_id=W2), LI)
    world.later(3600)
    assert not kept(world).is_missing
    assert of(world).on_post_s == 3600


def test_stand_in_is_named_and_not_rostered__SH3_SH1() -> None:
    world = rostered(shift())
    world.later(400).do(OPEN, WANG)
    world.later(3600)
    assert kept(world).stand_in_id == "wang"
    stand_in = of(world, "wang")
    assert (stand_in.rostered_s, stand_in.open_s, stand_in.shifts) == (0, 3600, ())


def test_time_is_told_apart_as_open_busy_and_paused__SH3() -> None:
    world = rostered(shift())
    world.do(OPEN, LI)
    world.take(A)  # one second
    world.later(599)
    world.serve(W1, seconds=1200)
    world.do(PauseCounter(counter_id=W1, reason=PauseReason.AWAY), LI)
    world.later(300).do(ResumeCounter(counter_id=W1), LI)
    day = of(world.later(1500))
    assert (day.open_s, day.busy_s, day.paused_s) == (2100, 1200, 300)
    assert (day.rostered_s, day.on_post_s) == (3600, 3300)


def test_only_time_within_the_shifts_is_on_post__SH3() -> None:
    world = rostered(shift(hours=1), shift(begins_at=MORNING + timedelta(hours=2), hours=1))
    world.do(OPEN, LI)
    day = of(world.later(4 * 3600))
    assert (day.rostered_s, day.on_post_s, day.open_s) == (7200, 7200, 14400)


def test_hall_that_opens_late_makes_nobody_late__SH3() -> None:
    world = rostered(shift(begins_at=MORNING - timedelta(hours=1), hours=2))
    world.do(OPEN, LI)
    record = kept(world.later(60))
    assert (record.late_s, record.begins_at) == (0, MORNING)


def test_hall_that_closes_early_makes_nobody_leave_early__SH3() -> None:
    world = rostered(shift())
    world.do(OPEN, LI)
    closed = world.later(3600).do(CloseDay())[-1]
    assert isinstance(closed, DayClosed)
    (day,) = (found for found in closed.attendance if found.clerk_id == "li")
    assert day.shifts[0].early_s == 0
    assert (day.rostered_s, day.on_post_s) == (3600, 3600)


def test_shift_that_never_came_is_not_kept_badly__SH3() -> None:
    world = rostered(shift(), shift(begins_at=MORNING + timedelta(hours=5)))
    world.do(OPEN, LI)
    assert len(of(world.later(3600)).shifts) == 1


def test_who_is_away_is_not_expected__SH3() -> None:
    world = rostered(shift(persons=ABC[1:])).later(3600)
    assert [day.clerk_id for day in attendance(world.day, world.at)] == ["wang"]


def test_shift_taken_from_somebody_is_not_theirs_any_more__SH3() -> None:
    world = rostered(shift()).later(3600)
    world.shifts = (shift(persons=ABC[1:]),)
    world.do(ChangeRoster(reason="swapped"))
    assert [day.clerk_id for day in attendance(world.day, world.at)] == ["wang"]


def test_counter_opened_for_nobody_counts_for_whoever_signs_on__SH3() -> None:
    world = rostered(shift())
    world.do(OPEN, CHIEF)
    world.take(A)
    world.call(W1)
    world.later(600).do(OPEN, LI)
    day = of(world.later(60))
    assert (day.busy_s, day.open_s) == (60, 0)


def test_new_day_begins_without_yesterdays_attendance__SH3() -> None:
    world = rostered(shift())
    world.do(OPEN, LI)
    world.later(3600).do(CloseDay())
    world.later(24 * 3600).do(OpenDay(), HUB)
    assert attendance(world.day, world.at) == ()


STATES = (CounterState.OPEN, CounterState.BUSY, CounterState.PAUSED)


class Watch:
    """Another way to reckon it: in what state each counter was from one event to the next."""

    def __init__(self) -> None:
        self.seconds: defaultdict[StaffId, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])

    def until(self, before: dict[StaffId, CounterState], seconds: float) -> None:
        """Let so long pass with these clerks at work."""
        for clerk_id, state in before.items():
            self.seconds[clerk_id][STATES.index(state)] += seconds


def at_work(day: HallDay) -> dict[StaffId, CounterState]:
    """Who is signed on, and the state of their counter."""
    return {c.clerk_id: c.state for c in day.counters.values() if c.clerk_id is not None}


@given(steps)
def test_attendance_is_what_the_events_say__SH3(day: list[Step]) -> None:
    world, watch = World(), Watch()
    for step in day:
        command, by = command_of(world, step)
        try:
            events = decide(world.day, command, world.stamp(by))
        except Refusal:
            continue
        for event in events:
            before, then = at_work(world.day), world.day.at
            evolve(world.day, event)
            if isinstance(event, DayOpened):
                watch = Watch()
            elif then is not None and world.day.at is not None:
                watch.until(before, (world.day.at - then).total_seconds())
            watch.until(at_work(world.day), 0)
    assert world.day.at is not None
    found = attendance(world.day, world.day.at)
    told = {d.clerk_id: [d.open_s, d.busy_s, d.paused_s] for d in found if d.signed_on_at}
    assert told == {c: [round(s) for s in seconds] for c, seconds in watch.seconds.items()}
    for one in found:
        assert 0 <= one.on_post_s <= min(one.rostered_s, one.open_s + one.busy_s)


def test_shift_that_was_over_when_the_day_opened_is_nobodys__SH3() -> None:
    world = rostered(shift(begins_at=MORNING - timedelta(hours=3), hours=2)).later(60)
    assert attendance(world.day, world.at) == ()
