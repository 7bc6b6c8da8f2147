"""What a roster comes to on a day (SH2)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from backend.core.ids import CounterId, ShiftRole, StaffId
from backend.core.plan import Plan
from backend.core.rosters.roster import Roster
from backend.core.rosters.words import Half, Turn
from backend.core.rules.hours import has_hours, open_times
from backend.core.shifts import Duty, Shift
from backend.core.workdays import WorkCalendar

SATURDAY, SUNDAY = 6, 7
IN_PLACE_OF = {SATURDAY: 5, SUNDAY: 1}
"""A weekend day that is worked follows the week of the working day beside it."""


def weekday_of(roster: Roster, calendar: WorkCalendar, day: date) -> int | None:
    """Which weekday's persons sit on the day; None: nobody, it is a holiday."""
    found, weekday = calendar.days.get(day), day.isoweekday()
    if found is False:
        return None
    has_own = any(key[1] == weekday for key in roster.week)
    return IN_PLACE_OF[weekday] if found and weekday >= SATURDAY and not has_own else weekday


def persons_of(roster: Roster, calendar: WorkCalendar, turn: Turn) -> tuple[str, ...]:
    """Whom the roster names for half a day, A first, those on leave among them."""
    found = roster.days.get(turn)
    if found is not None:
        return found
    weekday = weekday_of(roster, calendar, turn.day)
    return roster.week.get((turn.counter_id, weekday, turn.half), ()) if weekday else ()


def duties_of(roster: Roster, calendar: WorkCalendar, turn: Turn) -> tuple[Duty, ...]:
    """Who is there for half a day: the first is expected, the others stand in."""
    return tuple(
        Duty(staff_id=StaffId(staff_id), role=role)
        for role, staff_id in zip(ShiftRole, persons_of(roster, calendar, turn), strict=False)
        if not roster.is_away(staff_id, turn.day, turn.half)
    )


def turns_of(roster: Roster, calendar: WorkCalendar, day: date) -> Iterator[Turn]:
    """The half days for which the roster names anybody, by counter."""
    counter_ids = {key[0] for key in roster.week}
    counter_ids |= {turn.counter_id for turn in roster.days if turn.day == day}
    for counter_id in sorted(counter_ids):
        for half in Half:
            turn = Turn(day=day, counter_id=counter_id, half=half)
            if persons_of(roster, calendar, turn):
                yield turn


def shifts_of(roster: Roster, calendar: WorkCalendar, plan: Plan, day: date) -> tuple[Shift, ...]:
    """The shifts of the hall's day; none when the plan's hours have the hall closed."""
    if has_hours(plan) and not open_times(plan, day):
        return ()
    return tuple(
        Shift(
            counter_id=CounterId(turn.counter_id),
            begins_at=_instant(plan, day, roster.hours.span(turn.half)[0]),
            ends_at=_instant(plan, day, roster.hours.span(turn.half)[1]),
            persons=duties_of(roster, calendar, turn),
        )
        for turn in turns_of(roster, calendar, day)
    )


def _instant(plan: Plan, day: date, minute: int) -> datetime:
    wall = datetime.combine(day, time(), ZoneInfo(plan.time_zone)) + timedelta(minutes=minute)
    return wall.astimezone(UTC)
