from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.hub.clock import LEAP_S, SLEW, HallClock

BEGIN = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


class Watch:
    """A system whose clock can be put; `real_s` goes on by itself."""

    def __init__(self) -> None:
        self.real_s = 0.0
        self.put_s = 0.0
        self.clock = HallClock(self.wall, lambda: self.real_s)

    def wall(self) -> datetime:
        return BEGIN + timedelta(seconds=self.real_s + self.put_s)

    def at(self, day_at: datetime | None = BEGIN) -> float:
        """Seconds since the begin, by the hall's clock."""
        return (self.clock.now(day_at) - BEGIN).total_seconds()


def test_clock_that_nobody_puts_is_the_system_s() -> None:
    watch = Watch()
    for watch.real_s in (0.0, 1.5, 7200.0, 90_000.0):
        assert watch.at() == watch.real_s


@pytest.mark.parametrize("put_s", [3600, -3600])
def test_hour_that_is_put_right_again_after_ten_minutes_is_hardly_followed(put_s: float) -> None:
    watch = Watch()
    watch.at()
    watch.put_s = put_s
    assert watch.at() == 0
    watch.real_s = 600
    assert watch.at() == pytest.approx(600 + SLEW * put_s / 6)
    watch.put_s = 0
    watch.real_s = 1200
    assert watch.at() == pytest.approx(1200)


@pytest.mark.parametrize("put_s", [3600, -3600])
def test_clock_that_stays_put_is_followed_within_ten_hours(put_s: float) -> None:
    watch = Watch()
    watch.at()
    watch.put_s = put_s
    watch.real_s = 36_000
    assert watch.at() == pytest.approx(36_000 + put_s)


def test_machine_that_slept_is_at_the_right_time_at_once() -> None:
    watch = Watch()
    watch.at()
    watch.put_s = LEAP_S + 1
    assert watch.at() == LEAP_S + 1


def test_between_days_the_system_is_believed() -> None:
    watch = Watch()
    watch.at()
    watch.put_s = -3600
    assert watch.at() == 0
    assert watch.at(None) == -3600


def test_process_that_starts_behind_goes_on_from_what_has_happened() -> None:
    """The day has stamps of an hour ahead: seconds count on from there, a tenth slower."""
    watch = Watch()
    assert watch.at(BEGIN + timedelta(hours=1)) == 3600
    watch.real_s = 60
    assert watch.at(BEGIN + timedelta(hours=1)) == pytest.approx(3600 + 60 * (1 - SLEW))


def test_clock_follows_another_process_that_is_ahead() -> None:
    watch = Watch()
    watch.at()
    watch.real_s = 1
    assert watch.at(BEGIN + timedelta(seconds=3)) == 3
    watch.real_s = 2
    assert watch.at(BEGIN + timedelta(seconds=3)) == pytest.approx(3 + 1 - SLEW)


_moves = st.lists(st.tuples(st.floats(0, 600), st.floats(-3600, 3600)), max_size=50)


@given(_moves)
def test_no_clock_that_is_put_makes_seconds_much_longer_or_shorter(
    moves: list[tuple[float, float]],
) -> None:
    watch = Watch()
    before_s, day_at = watch.at(), BEGIN
    for passed_s, watch.put_s in moves:
        watch.real_s += passed_s
        at_s = watch.at(day_at)
        day_at = BEGIN + timedelta(seconds=at_s)
        assert at_s >= before_s
        error_s = 1e-3  # stamps are kept to the microsecond
        assert abs(at_s - before_s - passed_s) <= SLEW * passed_s + error_s
        before_s = at_s
