"""When visitors come, and what is usual."""

from datetime import UTC, date, datetime, timedelta

from backend.core.commands import CloseDay, OpenDay
from backend.core.hall_events import DayClosed, DayOpened
from backend.core.history import DayLessons
from backend.core.rules.arrivals import usual_arrivals
from backend.core.views.ops import ops
from tests.support.plans import A
from tests.support.world import HUB, World

MONDAY = date(2026, 11, 23)


def day_before(days: int, *arrivals: int) -> DayLessons:
    return DayLessons(day=MONDAY - timedelta(days=days), queues=(), arrivals=arrivals)


def test_usual_is_the_mean_of_the_same_weekday() -> None:
    past = [day_before(14, 4, 10), day_before(7, 6, 21), day_before(1, 900, 900)]
    assert usual_arrivals(past, MONDAY) == (5, 16)


def test_one_day_of_the_weekday_is_not_enough_to_say_what_is_usual() -> None:
    past = [day_before(7, 4, 10), day_before(1, 6, 20)]
    assert usual_arrivals(past, MONDAY) == (5, 15)


def test_days_without_arrivals_say_nothing() -> None:
    assert usual_arrivals([day_before(7), day_before(1, 6, 20)], MONDAY) == (6, 20)
    assert usual_arrivals([day_before(7)], MONDAY) == ()
    assert usual_arrivals([], MONDAY) == ()


def test_day_leaves_its_arrivals_and_the_next_one_knows_them__DY1() -> None:
    world = World()  # nine o'clock
    world.take(A, count=3)
    world.later(1800).take(A)
    closed = world.do(CloseDay())[-1]
    assert isinstance(closed, DayClosed)
    assert {slot: n for slot, n in enumerate(closed.arrivals) if n} == {18: 3, 19: 1}
    world.at = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    (opened, *_) = world.do(OpenDay(), HUB)
    assert isinstance(opened, DayOpened)
    assert opened.usual == closed.arrivals
    shown = ops(world.day)
    assert shown.usual == closed.arrivals
    assert sum(shown.arrivals) == 0
