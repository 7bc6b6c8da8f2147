"""Quiet hours and volume (VO7)."""

from datetime import time

import pytest

from display_agent.hours import parse_hours


@pytest.mark.parametrize(
    ("quiet", "at", "is_quiet"),
    [
        ("22:00-07:00", time(21, 59), False),
        ("22:00-07:00", time(22, 0), True),
        ("22:00-07:00", time(3, 0), True),
        ("22:00-07:00", time(7, 0), False),
        ("12:00-14:00", time(13, 0), True),
        ("12:00-14:00", time(14, 0), False),
        (None, time(3, 0), False),
    ],
)
def test_quiet_hours_also_over_midnight__VO7(quiet: str | None, at: time, is_quiet: bool) -> None:
    assert parse_hours(quiet, "1").is_quiet(at) is is_quiet


def test_volume_by_time_of_day__VO7() -> None:
    hours = parse_hours(None, "12:00=0.3, 08:00=0.9,14:00=0.8")
    times = [time(7), time(8), time(12, 30), time(14), time(23)]
    assert [hours.volume(at) for at in times] == [0.8, 0.9, 0.3, 0.8, 0.8]
    assert parse_hours(None, "0.5").volume(time(3)) == 0.5


@pytest.mark.parametrize(
    ("quiet", "volume"), [("22", "1"), ("25:00-07:00", "1"), (None, "1.1"), (None, "x")]
)
def test_nonsense_is_an_error(quiet: str | None, volume: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 — each comes from another parser
        parse_hours(quiet, volume)
