"""When to come: hours with holidays, and past waits without those of few visits (ST3)."""

from backend.site.visit_times import usual_days
from backend.store.visit_times import UsualWait


def wait(weekday: int, half_hour: int | None, wait_s: float, visits: int) -> UsualWait:
    return UsualWait(weekday=weekday, half_hour=half_hour, wait_s=wait_s, visits=visits, days=2)


def test_times_of_few_visits_are_left_out__ST3() -> None:
    found = usual_days(
        [
            wait(1, None, 600, 9),
            wait(1, 18, 300, 5),
            wait(1, 19, 9000, 4),
            wait(2, None, 60, 4),
            wait(2, 18, 60, 4),
        ]
    )
    assert [(day.weekday, day.wait_min) for day in found] == [(1, 10)]
    assert [(one.half_hour, one.wait_min) for one in found[0].half_hours] == [(18, 5)]


def test_nothing_counted_is_nothing_told__ST3() -> None:
    assert usual_days([]) == []
