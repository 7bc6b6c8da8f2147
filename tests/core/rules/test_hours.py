from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backend.core.plan import DAY_MIN, Plan, Span, SpecialDay, WeekdayHours
from backend.core.rules.hours import (
    closes_on,
    open_s_left,
    open_times,
    opens_next,
    opens_on,
)
from tests.support.plans import small_plan

MONDAY, TUESDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 28)
OFFICE = (Span(opens=8 * 60 + 30, closes=11 * 60 + 30), Span(opens=14 * 60, closes=17 * 60))
ZONES = (
    "Asia/Shanghai", "Europe/Berlin", "Pacific/Kiritimati", "America/St_Johns",
    "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "UTC",
)  # fmt: skip


def hall(
    spans: tuple[Span, ...] = OFFICE,
    time_zone: str = "Asia/Shanghai",
    special_days: tuple[SpecialDay, ...] = (),
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5),
) -> Plan:
    hours = tuple(WeekdayHours(weekday=weekday, spans=spans) for weekday in weekdays)
    return replace(small_plan(), time_zone=time_zone, hours=hours, special_days=special_days)


def utc(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=UTC)  # type: ignore[misc, arg-type]


def test_hall_is_open_in_its_spans_by_its_own_clock__DY1() -> None:
    plan = hall()
    assert [(o.opens_at, o.closes_at) for o in open_times(plan, MONDAY)] == [
        (utc(2026, 11, 23, 0, 30), utc(2026, 11, 23, 3, 30)),
        (utc(2026, 11, 23, 6, 0), utc(2026, 11, 23, 9, 0)),
    ]
    assert opens_on(plan, MONDAY) == utc(2026, 11, 23, 0, 30)
    assert closes_on(plan, MONDAY) == utc(2026, 11, 23, 9, 0)


def test_special_day_replaces_the_hours_of_its_weekday__DY1() -> None:
    short = SpecialDay(day=TUESDAY, spans=(Span(opens=540, closes=600),))
    plan = hall(special_days=(SpecialDay(day=MONDAY, spans=()), short))
    assert open_times(plan, MONDAY) == ()
    assert closes_on(plan, MONDAY) is None
    assert closes_on(plan, TUESDAY) == utc(2026, 11, 24, 2, 0)
    assert opens_next(plan, utc(2026, 11, 22, 20)) == utc(2026, 11, 24, 1, 0)


def test_day_off_worked_instead_has_its_own_hours__DY1() -> None:
    worked = SpecialDay(day=SATURDAY, spans=OFFICE)
    assert open_times(hall(), SATURDAY) == ()
    assert closes_on(hall(special_days=(worked,)), SATURDAY) == utc(2026, 11, 28, 9, 0)


def test_hall_opens_next_after_lunch_or_after_the_weekend__DY1() -> None:
    plan = hall()
    assert opens_next(plan, utc(2026, 11, 23, 0, 30)) == utc(2026, 11, 23, 6, 0)
    assert opens_next(plan, utc(2026, 11, 27, 9, 0)) == utc(2026, 11, 30, 0, 30)


def test_hall_without_hours_never_closes__DY1() -> None:
    plan = hall(weekdays=())
    assert opens_next(plan, utc(2026, 11, 23, 20)) is None


def test_hall_that_is_shut_for_good_opens_never__DY1() -> None:
    assert opens_next(hall(spans=()), utc(2026, 11, 23, 20)) is None


def test_time_left_does_not_count_the_break__TK5() -> None:
    plan = hall()
    assert open_s_left(plan, MONDAY, utc(2026, 11, 22)) == 6 * 3600
    assert open_s_left(plan, MONDAY, utc(2026, 11, 23, 3, 0)) == 3.5 * 3600
    assert open_s_left(plan, MONDAY, utc(2026, 11, 23, 4, 0)) == 3 * 3600
    assert open_s_left(plan, MONDAY, utc(2026, 11, 23, 9, 1)) == 0


SUNDAYS = (
    # Berlin put its clocks forward on 29 March 2026 at 02:00, back on 25 October at 03:00.
    (date(2026, 3, 29), 0, 24, 23 * 3600),
    (date(2026, 10, 25), 0, 24, 25 * 3600),
    (date(2026, 3, 29), 1, 4, 2 * 3600),
    (date(2026, 10, 25), 1, 4, 4 * 3600),
    (date(2026, 10, 25), 8, 17, 9 * 3600),
)


@pytest.mark.parametrize(("day", "opens", "closes", "seconds"), SUNDAYS)
def test_clock_put_within_the_hours_makes_them_longer_or_shorter__DY1(
    day: date, opens: int, closes: int, seconds: int
) -> None:
    plan = hall((Span(opens=opens * 60, closes=closes * 60),), "Europe/Berlin", weekdays=(7,))
    (found,) = open_times(plan, day)
    assert (found.closes_at - found.opens_at).total_seconds() == seconds


def test_hours_within_the_hour_left_out_are_still_some__DY1() -> None:
    plan = hall((Span(opens=130, closes=170),), "Europe/Berlin", weekdays=(7,))
    (found,) = open_times(plan, date(2026, 3, 29))
    assert found.opens_at < found.closes_at


_days = st.dates(date(2024, 1, 1), date(2029, 12, 31))
_minutes = st.integers(0, DAY_MIN)
_spans = st.lists(st.tuples(_minutes, _minutes), max_size=3).map(
    lambda pairs: tuple(Span(opens=a, closes=b) for a, b in pairs if a < b)
)


@given(_days, _spans, st.sampled_from(ZONES))
def test_any_hours_in_any_zone_open_before_they_close__DY1(
    day: date, spans: tuple[Span, ...], time_zone: str
) -> None:
    plan = hall(spans, time_zone, weekdays=(1, 2, 3, 4, 5, 6, 7))
    times = open_times(plan, day)
    assert len(times) == len(spans)
    midnight = datetime.combine(day, datetime.min.time(), ZoneInfo(time_zone)).astimezone(UTC)
    for found in times:
        assert found.opens_at < found.closes_at
        assert midnight - timedelta(hours=1) <= found.opens_at
        assert found.closes_at <= midnight + timedelta(hours=26)
        middle = found.opens_at + (found.closes_at - found.opens_at) / 2
        left_s = open_s_left(plan, day, middle)
        assert left_s >= (found.closes_at - middle).total_seconds()
    if times:
        opens_at = opens_on(plan, day)
        assert opens_at is not None
        assert opens_next(plan, opens_at - timedelta(seconds=1)) == opens_at


@given(_days, _spans, st.sampled_from(ZONES))
def test_special_day_stands_alone_in_any_zone__DY1(
    day: date, spans: tuple[Span, ...], time_zone: str
) -> None:
    special = SpecialDay(day=day, spans=spans)
    plan = hall((), time_zone, (special,), weekdays=(1, 2, 3, 4, 5, 6, 7))
    as_weekday = hall(spans, time_zone, weekdays=(1, 2, 3, 4, 5, 6, 7))
    assert open_times(plan, day) == open_times(as_weekday, day)
    assert open_times(plan, day + timedelta(days=1)) == ()
