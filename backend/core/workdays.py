"""Which days are worked: the table that limits are counted by (DL1).

A year counts as announced once its table is there.  Any other year falls back to Monday to Friday
and is provisional.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from msgspec import Struct

FRIDAY = 5  # ISO 8601


class CalendarDay(Struct, frozen=True, kw_only=True):
    """A day that the table speaks of; the others of its year are worked Monday to Friday."""

    day: date
    is_working: bool
    name: str = ""
    """What the holiday is called, also on a day that is worked in its place (调休)."""


class WorkCalendar(Struct, frozen=True, kw_only=True):
    """The days that are worked, of all announced years together."""

    years: frozenset[int] = frozenset()
    """The announced ones."""
    days: Mapping[date, bool] = {}
    """Whether a day is worked, where a table says so."""

    def is_working(self, day: date) -> bool:
        """Whether the day counts for a limit."""
        found = self.days.get(day)
        return day.isoweekday() <= FRIDAY if found is None else found

    def is_announced(self, first: date, last: date) -> bool:
        """Whether every day from `first` to `last` is known rather than supposed."""
        return all(year in self.years for year in range(first.year, last.year + 1))


def calendar_of(years: Mapping[int, tuple[CalendarDay, ...]]) -> WorkCalendar:
    """The calendar of these announced years."""
    return WorkCalendar(
        years=frozenset(years),
        days={day.day: day.is_working for days in years.values() for day in days},
    )


def _days(name: str, first: date, count: int, *worked: date) -> tuple[CalendarDay, ...]:
    """A holiday of so many days, and the days that are worked in its place."""
    free = (first + timedelta(days=n) for n in range(count))
    return tuple(
        CalendarDay(day=day, is_working=is_working, name=name)
        for is_working, days in ((False, free), (True, worked))
        for day in days
    )


ANNOUNCED: dict[int, tuple[CalendarDay, ...]] = {
    # 国务院办公厅关于2024年部分节假日安排的通知 (国办发明电〔2023〕7号, 2023-10-25)
    2024: (
        *_days("元旦", date(2024, 1, 1), 1),
        *_days("春节", date(2024, 2, 10), 8, date(2024, 2, 4), date(2024, 2, 18)),
        *_days("清明节", date(2024, 4, 4), 3, date(2024, 4, 7)),
        *_days("劳动节", date(2024, 5, 1), 5, date(2024, 4, 28), date(2024, 5, 11)),
        *_days("端午节", date(2024, 6, 10), 1),
        *_days("中秋节", date(2024, 9, 15), 3, date(2024, 9, 14)),
        *_days("国庆节", date(2024, 10, 1), 7, date(2024, 9, 29), date(2024, 10, 12)),
    ),
    # 国务院办公厅关于2025年部分节假日安排的通知 (国办发明电〔2024〕12号, 2024-11-12)
    2025: (
        *_days("元旦", date(2025, 1, 1), 1),
        *_days("春节", date(2025, 1, 28), 8, date(2025, 1, 26), date(2025, 2, 8)),
        *_days("清明节", date(2025, 4, 4), 3),
        *_days("劳动节", date(2025, 5, 1), 5, date(2025, 4, 27)),
        *_days("端午节", date(2025, 5, 31), 3),
        *_days("国庆节、中秋节", date(2025, 10, 1), 8, date(2025, 9, 28), date(2025, 10, 11)),
    ),
    # 国务院办公厅关于2026年部分节假日安排的通知 (2025-11-04)
    2026: (
        *_days("元旦", date(2026, 1, 1), 3, date(2026, 1, 4)),
        *_days("春节", date(2026, 2, 15), 9, date(2026, 2, 14), date(2026, 2, 28)),
        *_days("清明节", date(2026, 4, 4), 3),
        *_days("劳动节", date(2026, 5, 1), 5, date(2026, 5, 9)),
        *_days("端午节", date(2026, 6, 19), 3),
        *_days("中秋节", date(2026, 9, 25), 3),
        *_days("国庆节", date(2026, 10, 1), 7, date(2026, 9, 20), date(2026, 10, 10)),
    ),
}
"""The years whose days off the State Council has announced, with the notice for each."""
