"""A roster and its attendance as tables, for files."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from backend.core.figures import Unit
from backend.core.rosters.words import Half
from backend.office.sheets import Column, Sheet, Value
from backend.store.rosters import PastDay
from backend.wire.rosters import RosterView, ShiftState, TurnView

HALVES = {Half.MORNING: ("上午", "Morning"), Half.AFTERNOON: ("下午", "Afternoon")}
WEEKDAYS = (
    ("一", "Mon"), ("二", "Tue"), ("三", "Wed"), ("四", "Thu"), ("五", "Fri"), ("六", "Sat"),
    ("日", "Sun"),
)  # fmt: skip
STATES = {
    ShiftState.KEPT: ("正常", "Kept"),
    ShiftState.LATE: ("迟到", "Late"),
    ShiftState.EARLY: ("早退", "Left early"),
    ShiftState.LATE_AND_EARLY: ("迟到、早退", "Late, left early"),
    ShiftState.MISSING: ("缺岗", "Missing"),
}
SHIFT_TITLES = (
    ("日期", "Day"), ("星期", "Weekday"), ("窗口", "Window"), ("半天", "Half"), ("A 角", "A"),
    ("B 角", "B"), ("C 角", "C"), ("请假", "On leave"), ("考勤", "Attendance"),
    ("签到", "Signed on"), ("签退", "Signed off"), ("顶岗", "Stand-in"),
)  # fmt: skip
DAY_TITLES = (("日期", "Day"), ("工号", "User name"), ("姓名", "Name"), ("签到", "Signed on"),
              ("签退", "Signed off"))  # fmt: skip
DAY_FIGURES = (
    (("排班", "Shifts"), Unit.COUNT), (("迟到", "Late"), Unit.COUNT),
    (("早退", "Left early"), Unit.COUNT), (("缺岗", "Missing"), Unit.COUNT),
    (("应在岗（分）", "Rostered (min)"), Unit.MINUTES),
    (("在岗（分）", "On post (min)"), Unit.MINUTES),
    (("空闲（分）", "Open (min)"), Unit.MINUTES), (("办理（分）", "Busy (min)"), Unit.MINUTES),
    (("暂停（分）", "Paused (min)"), Unit.MINUTES),
)  # fmt: skip


class _Words:
    """Names and times in one language."""

    def __init__(self, view: RosterView, *, is_english: bool) -> None:
        self._place = int(is_english)
        self._zone = ZoneInfo(view.time_zone)
        self._names: dict[str, str] = {
            p.staff_id: p.name.en if is_english else p.name.zh for p in view.staff
        }

    def of(self, pair: tuple[str, str]) -> str:
        """The wording."""
        return pair[self._place]

    def name(self, staff_id: str | None) -> str:
        """Who it is; the user name of one who is gone."""
        return self._names.get(staff_id, staff_id) if staff_id is not None else ""

    def clock(self, at: datetime | None) -> str:
        """The time of day at the hall; empty for none."""
        return f"{at.astimezone(self._zone):%H:%M}" if at is not None else ""


def shifts_sheet(view: RosterView, *, is_english: bool) -> Sheet:
    """Each half day: who is to sit there, and how it was kept."""
    words = _Words(view, is_english=is_english)
    numbers = {counter.counter_id: counter.no for counter in view.counters}
    return Sheet(
        title=words.of(("窗口排班与考勤", "Roster and attendance")),
        notes=(f"{view.dates[0].day} – {view.dates[-1].day}",),
        columns=tuple(Column(title=words.of(title)) for title in SHIFT_TITLES),
        rows=tuple(_shift_row(turn, numbers, words) for turn in view.turns),
    )


def _shift_row(turn: TurnView, numbers: Mapping[str, int], words: _Words) -> tuple[Value, ...]:
    persons = [words.name(person) for person in turn.persons]
    return (
        turn.day,
        words.of(WEEKDAYS[turn.day.isoweekday() - 1]),
        numbers[turn.counter_id],
        words.of(HALVES[turn.half]),
        *(persons + [""] * 3)[:3],
        ", ".join(words.name(person) for person in turn.away),
        words.of(STATES[turn.state]) if turn.state is not None else "",
        words.clock(turn.signed_on_at),
        words.clock(turn.signed_off_at),
        words.name(turn.stand_in_id),
    )


def attendance_sheet(view: RosterView, days: Iterable[PastDay], *, is_english: bool) -> Sheet:
    """Each clerk on each closed day (SH3)."""
    words = _Words(view, is_english=is_english)
    return Sheet(
        title=words.of(("窗口人员考勤", "Attendance of clerks")),
        notes=(f"{view.dates[0].day} – {view.dates[-1].day}",),
        columns=(
            *(Column(title=words.of(title)) for title in DAY_TITLES),
            *(Column(title=words.of(title), unit=unit) for title, unit in DAY_FIGURES),
        ),
        rows=tuple(_day_row(day, words) for day in days),
    )


def _day_row(day: PastDay, words: _Words) -> tuple[Value, ...]:
    seconds = (day.rostered_s, day.on_post_s, day.open_s, day.busy_s, day.paused_s)
    return (
        day.day,
        day.clerk_id,
        words.name(day.clerk_id),
        words.clock(day.signed_on_at),
        words.clock(day.signed_off_at),
        day.shifts,
        day.late,
        day.early,
        day.missing,
        *(s / 60 for s in seconds),
    )
