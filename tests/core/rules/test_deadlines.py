from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backend.core.plan import Plan, Span, SpecialDay, WeekdayHours
from backend.core.rules.deadlines import Excluded, Urgency, deadline, service_ends, urgency
from backend.core.workdays import ANNOUNCED, CalendarDay, WorkCalendar, calendar_of
from tests.support.plans import small_plan

CALENDAR = calendar_of(ANNOUNCED)
SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
OFFICE = (Span(opens=8 * 60, closes=11 * 60 + 30), Span(opens=14 * 60, closes=17 * 60 + 30))


def office_plan() -> Plan:
    """Monday to Friday until 17:30."""
    hours = tuple(WeekdayHours(weekday=n, spans=OFFICE) for n in range(1, 6))
    return replace(small_plan(), time_zone="Asia/Shanghai", hours=hours)


PLAN = office_plan()


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def test_ten_days_over_the_national_holiday_end_on_october_15__DL1() -> None:
    due = deadline(CALENDAR, PLAN, date(2026, 9, 25), 10)
    assert (due.due_day, due.is_provisional) == (date(2026, 10, 15), False)
    assert due.due_at == at(date(2026, 10, 15), 17, 30)


@pytest.mark.parametrize(
    ("year", "holidays", "worked_at_weekends", "working"),
    [(2024, 28, 8, 251), (2025, 28, 5, 248), (2026, 33, 6, 248)],
)
def test_announced_year_has_its_days__DL1(
    year: int, holidays: int, worked_at_weekends: int, working: int
) -> None:
    """Sums by hand from the notices: so many days off, and so many weekend days worked."""
    days = ANNOUNCED[year]
    assert len({day.day for day in days}) == len(days)
    assert {day.day.year for day in days} == {year}
    assert sum(not day.is_working for day in days) == holidays
    assert [d.day for d in days if d.is_working and d.day.isoweekday() <= 5] == []
    assert sum(day.is_working for day in days) == worked_at_weekends
    whole = [date(year, 1, 1) + n * DAY for n in range(366)]
    assert sum(CALENDAR.is_working(day) for day in whole if day.year == year) == working


def test_saturday_worked_for_a_holiday_counts_and_ends_like_a_weekday__DL1() -> None:
    due = deadline(CALENDAR, PLAN, date(2026, 10, 9), 1)
    assert due.due_at == at(date(2026, 10, 10), 17, 30)


def test_hours_of_the_very_day_say_when_it_is_due__DL1() -> None:
    short = SpecialDay(day=date(2026, 10, 10), spans=OFFICE[:1])
    plan = replace(PLAN, special_days=(short,))
    assert deadline(CALENDAR, plan, date(2026, 10, 9), 1).due_at == at(date(2026, 10, 10), 11, 30)


def test_hall_that_never_closes_is_due_at_midnight__DL1() -> None:
    assert service_ends(replace(PLAN, hours=()), date(2026, 10, 9)) == at(date(2026, 10, 10), 0)


def test_limit_into_a_year_not_announced_is_provisional__DL1() -> None:
    last = deadline(CALENDAR, PLAN, date(2026, 12, 30), 1)
    beyond = deadline(CALENDAR, PLAN, date(2026, 12, 30), 2)
    assert (last.due_day, last.is_provisional) == (date(2026, 12, 31), False)
    assert (beyond.due_day, beyond.is_provisional) == (date(2027, 1, 1), True)


def test_import_of_a_year_moves_what_was_provisional__DL1() -> None:
    years = ANNOUNCED | {2027: (CalendarDay(day=date(2027, 1, 1), is_working=False, name="元旦"),)}
    due = deadline(calendar_of(years), PLAN, date(2026, 12, 30), 2)
    assert (due.due_day, due.is_provisional) == (date(2027, 1, 4), False)


def test_without_any_table_limits_count_monday_to_friday__DL1() -> None:
    due = deadline(WorkCalendar(), PLAN, date(2026, 9, 25), 10)
    assert (due.due_day, due.is_provisional) == (date(2026, 10, 9), True)


def test_stopped_clock_goes_on_the_working_day_after_it_is_set_going__DL1() -> None:
    stopped = Excluded(after=date(2026, 11, 10), through=date(2026, 11, 12))
    due = deadline(CALENDAR, PLAN, date(2026, 11, 9), 2, (stopped,))  # day 1 is the 10th
    assert due.due_day == date(2026, 11, 13)
    same_day = Excluded(after=date(2026, 11, 10), through=date(2026, 11, 10))
    assert deadline(CALENDAR, PLAN, date(2026, 11, 9), 2, (same_day,)).due_day == date(2026, 11, 11)


def test_limit_of_ten_is_amber_after_seven_days_red_after_nine_then_overdue__DL1() -> None:
    due = deadline(CALENDAR, PLAN, date(2026, 10, 30), 10)  # a Friday; due on Friday the 13th
    seen = {
        n: urgency(due, date(2026, 11, n), at(date(2026, 11, n), 12)).value for n in range(2, 15)
    }
    assert [n for n, found in seen.items() if found == "green"] == [2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert [n for n, found in seen.items() if found == "amber"] == [11, 12]
    assert [n for n, found in seen.items() if found == "red"] == [13]
    assert seen[14] == "overdue"
    assert urgency(due, due.due_day, at(due.due_day, 17, 30)) is Urgency.RED
    assert urgency(due, due.due_day, at(due.due_day, 17, 31)) is Urgency.OVERDUE


def test_limit_of_one_day_is_red_from_the_day_after_acceptance__DL1() -> None:
    due = deadline(CALENDAR, PLAN, date(2026, 11, 9), 1)
    assert urgency(due, date(2026, 11, 9), at(date(2026, 11, 9), 12)) is Urgency.GREEN
    assert urgency(due, date(2026, 11, 10), at(date(2026, 11, 10), 9)) is Urgency.RED


# --- Any day, any limit, any exclusions, against counting on the fingers ---

DAYS = st.dates(date(2023, 1, 1), date(2031, 12, 31))


@st.composite
def spans(draw: st.DrawFn) -> Excluded:
    after = draw(DAYS)
    return Excluded(after=after, through=after + draw(st.integers(0, 90)) * DAY)


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    """Years announced in any way, with days worked and free anywhere in them."""
    years = draw(st.sets(st.integers(2023, 2033), max_size=6))
    days = draw(st.dictionaries(DAYS, st.booleans(), max_size=60))
    return WorkCalendar(
        years=frozenset(years), days={d: works for d, works in days.items() if d.year in years}
    )


def counted_slowly(calendar: WorkCalendar, excluded: tuple[Excluded, ...]) -> list[date]:
    """Every day of some years that counts, oldest first: sets of days, no intervals."""
    every = {date(2023, 1, 1) + n * DAY for n in range(365 * 13)}
    worked = {d for d in every if d.strftime("%a") not in {"Sat", "Sun"}}
    worked |= {d for d, works in calendar.days.items() if works}
    worked -= {d for d, works in calendar.days.items() if not works}
    for span in excluded:
        worked -= {span.after + n * DAY for n in range(1, (span.through - span.after).days + 1)}
    return sorted(worked)


@given(
    calendar=st.one_of(st.just(CALENDAR), calendars()),
    after=DAYS,
    limit_days=st.integers(1, 300),
    excluded=st.lists(spans(), max_size=4).map(tuple),
)
def test_deadline_is_what_counting_day_by_day_gives__DL1(
    calendar: WorkCalendar, after: date, limit_days: int, excluded: tuple[Excluded, ...]
) -> None:
    due = deadline(calendar, PLAN, after, limit_days, excluded)
    counted = [day for day in counted_slowly(calendar, excluded) if day > after]
    assert due.due_day == counted[limit_days - 1]
    assert due.due_at.astimezone(SHANGHAI).date() == due.due_day
    years = {(after + n * DAY).year for n in range((due.due_day - after).days + 1)}
    assert due.is_provisional == bool(years - calendar.years)
    for today in (after + n * DAY for n in range((due.due_day - after).days + 1)):
        used = sum(day < today for day in counted[:limit_days])
        expected = Urgency.GREEN
        if used * 10 >= limit_days * 7:
            expected = Urgency.AMBER
        if today > after and limit_days - used <= 1:
            expected = Urgency.RED
        assert urgency(due, today, at(today, 0)) is expected


@given(after=DAYS, limit_days=st.integers(1, 60), span=spans())
def test_exclusion_never_brings_a_deadline_forward__DL1(
    after: date, limit_days: int, span: Excluded
) -> None:
    plain = deadline(CALENDAR, PLAN, after, limit_days).due_day
    assert deadline(CALENDAR, PLAN, after, limit_days, (span,)).due_day >= plain
    assert deadline(CALENDAR, PLAN, after, limit_days + 1).due_day > plain
