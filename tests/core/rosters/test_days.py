"""What a roster comes to on a day: weeks, holidays, days worked instead, leave (SH2)."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backend.core.ids import ShiftRole
from backend.core.plan import SpecialDay
from backend.core.rosters.days import roster_on, shifts_of
from backend.core.rosters.roster import Roster
from backend.core.rosters.words import Half, Leave, Turn
from backend.core.workdays import ANNOUNCED, calendar_of
from tests.core.rules.test_issuing import plan_until
from tests.support.plans import small_plan

CALENDAR = calendar_of(ANNOUNCED)
MONDAY, NEW_YEAR = date(2026, 11, 23), date(2026, 1, 1)
SATURDAY, SUNDAY = date(2026, 10, 10), date(2026, 9, 20)
"""Both worked in place of a day of the National Day holidays."""


def roster(**days: str) -> Roster:
    """At W1, one person each weekday; `days` are names by `w{weekday}`."""
    week = days or {f"w{n}": f"person{n}" for n in range(1, 6)}
    return Roster(
        week={("W1", int(day[1:]), half): (name,) for day, name in week.items() for half in Half}
    )


def who(found: Roster, day: date, half: Half = Half.MORNING) -> tuple[str, ...]:
    """Whom the roster names at W1."""
    return roster_on(found, CALENDAR, day).persons("W1", half)


@pytest.mark.parametrize(
    ("day", "person"),
    [
        (MONDAY, ("person1",)),
        (date(2026, 11, 27), ("person5",)),
        (date(2026, 11, 28), ()),
        (NEW_YEAR, ()),
        (SATURDAY, ("person5",)),
        (SUNDAY, ("person1",)),
    ],
)
def test_day_has_the_persons_of_its_weekday_unless_it_is_a_holiday__SH2(
    day: date, person: tuple[str, ...]
) -> None:
    assert who(roster(), day) == person


def test_weekend_that_is_worked_has_its_own_week_if_there_is_one__SH2() -> None:
    assert who(roster(w5="friday", w6="saturday"), SATURDAY) == ("saturday",)


def test_hall_that_serves_on_saturdays_does_so_but_on_holidays__SH2() -> None:
    found = roster(w6="saturday")
    assert who(found, date(2026, 11, 28)) == ("saturday",)
    assert who(found, date(2026, 10, 3)) == ()


def test_day_of_its_own_stands_above_week_and_holiday__SH2() -> None:
    found = roster()
    for day in (MONDAY, NEW_YEAR):
        found.days[Turn(day=day, counter_id="W1", half=Half.MORNING)] = ("duty",)
    assert who(found, NEW_YEAR) == ("duty",)
    assert (who(found, MONDAY), who(found, MONDAY, Half.AFTERNOON)) == (("duty",), ("person1",))


@pytest.mark.parametrize(
    ("half", "morning", "afternoon"),
    [(None, "b", "b"), (Half.MORNING, "b", "a"), (Half.AFTERNOON, "a", "b")],
)
def test_who_is_away_leaves_the_place_to_the_next__SH2(
    half: Half | None, morning: str, afternoon: str
) -> None:
    found = Roster(week={("W1", 1, one): ("li", "wang", "zhao") for one in Half})
    leave = Leave(
        leave_id="1", staff_id="li", first=MONDAY, last=MONDAY, half=half, reason="a wedding"
    )
    found.leaves["1"] = leave
    on = roster_on(found, CALENDAR, MONDAY)
    assert on.duties("W1", Half.MORNING)[0].role == ShiftRole(morning)
    assert on.duties("W1", Half.AFTERNOON)[0].role == ShiftRole(afternoon)
    before = roster_on(found, CALENDAR, date(2026, 11, 16))
    assert before.duties("W1", Half.MORNING)[0].role is ShiftRole.A


def test_shifts_have_the_instants_of_the_halls_clock__SH2() -> None:
    first, second = shifts_of(roster(), CALENDAR, small_plan(), MONDAY)
    assert first.begins_at == datetime.fromisoformat("2026-11-23T08:30:00+08:00")
    assert second.ends_at == datetime.fromisoformat("2026-11-23T17:00:00+08:00")


def test_hall_that_is_closed_on_the_day_has_no_shifts__SH2() -> None:
    plan = replace(plan_until(17), special_days=(SpecialDay(day=MONDAY, spans=()),))
    assert shifts_of(roster(), CALENDAR, plan, MONDAY) == ()
    assert shifts_of(roster(), CALENDAR, plan, date(2026, 11, 24)) != ()


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_nobody_sits_on_a_free_day_and_everybody_on_a_worked_one__SH2(day: date) -> None:
    assert bool(who(roster(), day)) == CALENDAR.is_working(day)
