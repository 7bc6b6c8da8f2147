"""When visitors come: what a day leaves to the days to come, and what is usual."""

from collections.abc import Sequence
from datetime import date

from backend.core.day import HallDay
from backend.core.history import DayLessons
from backend.core.tally import SLOTS

ALIKE_MIN = 2
"""So many days of the same weekday say what is usual on it; else all days together do."""


def arrivals_of(day: HallDay) -> tuple[int, ...]:
    """Tickets taken in each half hour of the day; empty for a day without any."""
    taken = day.tally.arrivals
    return tuple(taken.get(slot, 0) for slot in range(SLOTS)) if taken else ()


def usual_arrivals(past: Sequence[DayLessons], today: date) -> tuple[int, ...]:
    """The mean of past days by half hour, of the same weekday if enough are; empty without any."""
    known = [lessons for lessons in past if lessons.arrivals]
    alike = [lessons for lessons in known if lessons.day.weekday() == today.weekday()]
    chosen = alike if len(alike) >= ALIKE_MIN else known
    slots = zip(*(lessons.arrivals for lessons in chosen), strict=True)
    return tuple(round(sum(slot) / len(chosen)) for slot in slots)
