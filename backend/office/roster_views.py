"""What is shown of a roster: its weeks, days, swaps, and how its shifts were kept."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from backend.core.day import HallDay
from backend.core.ids import StaffId, Text
from backend.core.plan import CounterPlan, Plan
from backend.core.rosters.days import RosterDay, roster_on
from backend.core.rosters.roster import Roster
from backend.core.rosters.words import Half, Leave, Swap, SwapState, Turn, WeekShift
from backend.core.rules.attendance import attendance
from backend.core.rules.hours import has_hours, open_times
from backend.core.shifts import ShiftRecord
from backend.core.workdays import CalendarDay, WorkCalendar
from backend.store.rosters import PastShift
from backend.store.staff import StaffMember
from backend.wire.rosters import (
    RosterCounter,
    RosterDate,
    RosterPerson,
    ShiftState,
    TurnView,
)

SWAPS_MAX = 50
"""Of those that are over."""
UNDER_WAY = frozenset({SwapState.ASKED, SwapState.AGREED})
SATURDAY = 6

Records = Mapping[Turn, ShiftRecord | PastShift]


class Span(Struct, frozen=True, kw_only=True):
    """Some days, both ends among them."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Each of them."""
        count = (self.last - self.first).days + 1
        return [self.first + timedelta(days=n) for n in range(count)]


def counters_view(
    plan: Plan, shown: frozenset[str], managed: frozenset[str]
) -> list[RosterCounter]:
    """The counters that are shown, in the plan's order."""
    zones = {zone.zone_id: zone.name for zone in plan.zones}
    queues = {queue.queue_id: queue.name for queue in plan.queues}
    return [
        RosterCounter(
            counter_id=counter.counter_id,
            no=counter.no,
            zone_name=zones[counter.zone_id],
            queue_names=tuple(queues[q] for q in counter.queue_ids),
            is_managed=counter.counter_id in managed,
        )
        for counter in plan.counters
        if counter.counter_id in shown
    ]


def week_view(roster: Roster, shown: frozenset[str]) -> tuple[WeekShift, ...]:
    """The weeks of these counters, by counter, weekday and half."""
    halves = list(Half)
    return tuple(
        WeekShift(counter_id=counter_id, weekday=weekday, half=half, persons=persons)
        for (counter_id, weekday, half), persons in sorted(
            roster.week.items(), key=lambda item: (*item[0][:2], halves.index(item[0][2]))
        )
        if counter_id in shown
    )


def date_view(
    on: RosterDay, plan: Plan, calendar: WorkCalendar, table: Mapping[date, CalendarDay]
) -> RosterDate:
    """A day of the calendar."""
    said = table.get(on.day)
    return RosterDate(
        day=on.day,
        weekday=on.weekday,
        is_worked_instead=bool(calendar.days.get(on.day)) and on.day.isoweekday() >= SATURDAY,
        name=said.name if said is not None else "",
        is_closed=has_hours(plan) and not open_times(plan, on.day),
    )


def turn_views(on: RosterDay, shown: frozenset[str], records: Records) -> Iterable[TurnView]:
    """The half days of these counters on one day."""
    for turn in on.turns():
        if turn.counter_id not in shown:
            continue
        persons, record = on.persons(turn.counter_id, turn.half), records.get(turn)
        yield TurnView(
            day=turn.day,
            counter_id=turn.counter_id,
            half=turn.half,
            persons=tuple(StaffId(person) for person in persons),
            away=tuple(StaffId(p) for p in persons if on.is_away(p, turn.half)),
            differs=turn in on.roster.days,
            state=_state(record) if record is not None else None,
            signed_on_at=record.signed_on_at if record is not None else None,
            signed_off_at=record.signed_off_at if record is not None else None,
            stand_in_id=record.stand_in_id if record is not None else None,
        )


def days_of(roster: Roster, calendar: WorkCalendar, span: Span) -> list[RosterDay]:
    """The roster on each of the days."""
    return [roster_on(roster, calendar, day) for day in span.days]


def today_records(day: HallDay, roster: Roster, at: datetime) -> dict[Turn, ShiftRecord]:
    """How the shifts of the open day are being kept until now."""
    if not day.is_open or day.plan is None or day.day is None:
        return {}
    return {
        _turn(day.day, record, roster, day.plan): record
        for clerk in attendance(day, at)
        for record in clerk.shifts
    }


def past_records(shifts: Iterable[PastShift], roster: Roster, plan: Plan) -> dict[Turn, PastShift]:
    """How the shifts of closed days were kept."""
    return {_turn(shift.day, shift, roster, plan): shift for shift in shifts}


def _turn(day: date, record: ShiftRecord | PastShift, roster: Roster, plan: Plan) -> Turn:
    """The half day of a record: what ends after the afternoon has begun is of the afternoon."""
    ends = record.ends_at.astimezone(ZoneInfo(plan.time_zone))
    is_later = ends.hour * 60 + ends.minute > roster.hours.afternoon_begins
    half = Half.AFTERNOON if is_later else Half.MORNING
    return Turn(day=day, counter_id=record.counter_id, half=half)


def _state(record: ShiftRecord | PastShift) -> ShiftState | None:
    if record.is_missing:
        return ShiftState.MISSING
    if record.signed_on_at is None:
        return None  # the time that is allowed is not over
    if record.late_s and record.early_s:
        return ShiftState.LATE_AND_EARLY
    if record.late_s:
        return ShiftState.LATE
    return ShiftState.EARLY if record.early_s else ShiftState.KEPT


def leaves_view(roster: Roster, span: Span, staff_ids: frozenset[str]) -> tuple[Leave, ...]:
    """The leave of these people that touches these days."""
    return tuple(
        leave
        for leave in roster.leaves.values()
        if leave.staff_id in staff_ids and leave.first <= span.last and leave.last >= span.first
    )


def swaps_view(swaps: Iterable[Swap]) -> tuple[Swap, ...]:
    """Newest first: those under way, and the last that are over."""
    newest = list(swaps)[::-1]
    over = [swap for swap in newest if swap.state not in UNDER_WAY][:SWAPS_MAX]
    return tuple([swap for swap in newest if swap.state in UNDER_WAY] + over)


def people_view(members: Iterable[StaffMember]) -> tuple[RosterPerson, ...]:
    """People and their names."""
    return tuple(
        RosterPerson(staff_id=StaffId(m.username), name=Text(zh=m.name_zh, en=m.name_en))
        for m in members
    )


def neighbours(plan: Plan, counter_ids: Iterable[str]) -> frozenset[str]:
    """These counters, and those that serve a queue of theirs."""
    named = set(counter_ids)
    own = [counter for counter in plan.counters if counter.counter_id in named]
    queue_ids = {queue_id for counter in own for queue_id in counter.queue_ids}
    return frozenset(
        counter.counter_id for counter in plan.counters if _serves_any(counter, queue_ids)
    )


def _serves_any(counter: CounterPlan, queue_ids: Iterable[str]) -> bool:
    return not set(queue_ids).isdisjoint(counter.queue_ids)
