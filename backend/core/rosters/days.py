"""What a roster comes to on a day (SH2)."""

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from backend.core.ids import CounterId, ShiftRole, StaffId
from backend.core.plan import Plan
from backend.core.rosters.roster import Roster
from backend.core.rosters.words import Half, Leave, Turn
from backend.core.rules.hours import has_hours, instant, open_times
from backend.core.shifts import Duty, Shift
from backend.core.workdays import WorkCalendar

SATURDAY, SUNDAY = 6, 7
IN_PLACE_OF = {SATURDAY: 5, SUNDAY: 1}
"""A weekend day that is worked follows the week of the working day beside it."""


class RosterDay(Struct, frozen=True, kw_only=True):
    """A roster on one day."""

    roster: Roster
    day: date
    weekday: int | None
    """Which weekday's persons sit; None: nobody's, it is a holiday."""
    leaves: tuple[Leave, ...]
    """Of this day."""

    def persons(self, counter_id: str, half: Half) -> tuple[str, ...]:
        """Whom the roster names for half the day, A first, those on leave among them."""
        found = self.roster.days.get(Turn(day=self.day, counter_id=counter_id, half=half))
        if found is not None or self.weekday is None:
            return found or ()
        return self.roster.week.get((counter_id, self.weekday, half), ())

    def is_away(self, staff_id: str, half: Half) -> bool:
        """Whether the person is on leave then."""
        return any(leave.covers(staff_id, self.day, half) for leave in self.leaves)

    def duties(self, counter_id: str, half: Half) -> tuple[Duty, ...]:
        """Who is there for half the day: the first is expected, the others stand in."""
        return tuple(
            Duty(staff_id=StaffId(staff_id), role=role)
            for role, staff_id in zip(ShiftRole, self.persons(counter_id, half), strict=False)
            if not self.is_away(staff_id, half)
        )

    def turns(self) -> Iterator[Turn]:
        """The half days for which the roster names anybody, by counter."""
        counter_ids = {key[0] for key in self.roster.week}
        counter_ids |= {turn.counter_id for turn in self.roster.days if turn.day == self.day}
        for counter_id in sorted(counter_ids):
            for half in Half:
                if self.persons(counter_id, half):
                    yield Turn(day=self.day, counter_id=counter_id, half=half)


def roster_on(roster: Roster, calendar: WorkCalendar, day: date) -> RosterDay:
    """The roster on the day."""
    leaves = tuple(one for one in roster.leaves.values() if one.first <= day <= one.last)
    weekday = _weekday(roster, calendar, day)
    return RosterDay(roster=roster, day=day, weekday=weekday, leaves=leaves)


def _weekday(roster: Roster, calendar: WorkCalendar, day: date) -> int | None:
    found, weekday = calendar.days.get(day), day.isoweekday()
    if found is False:
        return None
    has_own = any(key[1] == weekday for key in roster.week)
    return IN_PLACE_OF[weekday] if found and weekday >= SATURDAY and not has_own else weekday


def shifts_of(roster: Roster, calendar: WorkCalendar, plan: Plan, day: date) -> tuple[Shift, ...]:
    """The shifts of the hall's day; none when the plan's hours have the hall closed."""
    if has_hours(plan) and not open_times(plan, day):
        return ()
    on = roster_on(roster, calendar, day)
    return tuple(
        Shift(
            counter_id=CounterId(turn.counter_id),
            begins_at=instant(plan, day, roster.hours.span(turn.half)[0]),
            ends_at=instant(plan, day, roster.hours.span(turn.half)[1]),
            persons=on.duties(turn.counter_id, turn.half),
        )
        for turn in on.turns()
    )
