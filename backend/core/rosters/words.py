"""What a roster is made of."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from backend.core.ids import Name, Reason, ShiftRole
from backend.core.plan import Minute

PERSONS_MAX = len(ShiftRole)
COUNTERS_MAX = 500
TEMPLATE_MAX = COUNTERS_MAX * 7 * 2
LEAVE_DAYS_MAX = 400

Persons = Annotated[tuple[Name, ...], Meta(max_length=PERSONS_MAX)]
"""User names: A, then B, then C."""
Weekday = Annotated[int, Meta(ge=1, le=7)]
"""1 is Monday (ISO 8601)."""


class Half(StrEnum):
    """Half of a day."""

    MORNING = "morning"
    AFTERNOON = "afternoon"


class Hours(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From when to when people sit in each half of a day, by the hall's clock."""

    morning_begins: Minute = 8 * 60 + 30
    morning_ends: Minute = 11 * 60 + 30
    afternoon_begins: Minute = 13 * 60 + 30
    afternoon_ends: Minute = 17 * 60

    def span(self, half: Half) -> tuple[int, int]:
        """Its first minute, and the first after it."""
        if half is Half.MORNING:
            return self.morning_begins, self.morning_ends
        return self.afternoon_begins, self.afternoon_ends

    @property
    def is_in_order(self) -> bool:
        """Whether each half has some time, and the second comes after the first."""
        first, second = self.span(Half.MORNING), self.span(Half.AFTERNOON)
        return first[0] < first[1] <= second[0] < second[1]


class WeekShift(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is to sit at a counter in half a day of every week."""

    counter_id: Name
    weekday: Weekday
    half: Half
    persons: Annotated[Persons, Meta(min_length=1)]


class Turn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Half a day at a counter."""

    day: date
    counter_id: Name
    half: Half


class DayShift(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is to sit at a counter in half a day, whatever the week says; perhaps nobody."""

    turn: Turn
    persons: Persons


class Leave(Struct, frozen=True, kw_only=True):
    """Somebody is away: whoever comes after them in a shift is expected in their place."""

    leave_id: str
    staff_id: str
    first: date
    last: date
    half: Half | None
    """None: whole days."""
    reason: Reason

    def covers(self, staff_id: str, day: date, half: Half) -> bool:
        """Whether the person is away then."""
        is_half = self.half is None or self.half is half
        return self.staff_id == staff_id and self.first <= day <= self.last and is_half


class SwapState(StrEnum):
    """How far a swap has come; all but the first two are final."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"
    REJECTED = "rejected"


class Swap(Struct, frozen=True, kw_only=True):
    """Somebody asks another to take a turn, perhaps for one of theirs (SH4)."""

    swap_id: str
    asker_id: str
    other_id: str
    turn: Turn
    in_return: Turn | None
    reason: str
    state: SwapState
    asked_at: datetime
    judged_by: str | None = None
    verdict: str = ""
    """Why it was approved or rejected, if somebody said."""
