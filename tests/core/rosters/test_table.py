"""Weeks as a table in CSV: what is written is read back, and faults have their line (SH2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.rosters.table import FORMULAS, Names, read_week_table, week_table
from backend.core.rosters.words import TEMPLATE_MAX, Half, WeekShift

STAFF = ("li", "wang", "=cmd", "@sum", "-1", "+86", "o'hara", 'a "b", c')
NAMES = Names(counters={"W1": "W1", "1": "W1", "W2": "W2"}, staff_ids=frozenset(STAFF))

shifts = st.lists(
    st.builds(
        WeekShift,
        counter_id=st.sampled_from(("W1", "W2")),
        weekday=st.integers(1, 7),
        half=st.sampled_from(Half),
        persons=st.lists(st.sampled_from(STAFF), min_size=1, max_size=3, unique=True).map(tuple),
    ),
    min_size=1,
    unique_by=lambda s: (s.counter_id, s.weekday, s.half),
)


@given(shifts)
def test_table_is_read_back_as_it_was_written__SH2(week: list[WeekShift]) -> None:
    text = week_table(week)
    assert read_week_table("\ufeff" + text, NAMES) == (tuple(week), ())
    cells = [cell.strip('"') for line in text.splitlines() for cell in line.split(",")]
    assert not any(cell.startswith(FORMULAS) for cell in cells[6:])


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("W9,1,am,li", "unknown_counter"),
        ("W1,8,am,li", "unknown_weekday"),
        ("W1,1,night,li", "unknown_half"),
        ("W1,1,am,nobody", "unknown_staff"),
        ("W1,1,am,li,li", "person_twice"),
        ("W1,1,am,,,", "nobody"),
        ("W1,1", "too_few_columns"),
        (f"W1,1,am,{'x' * 65}", "cell_too_long"),
        ("W1,1,pm,li", "shift_twice"),
    ],
)
def test_fault_is_told_with_its_line_and_nothing_counts__SH2(line: str, code: str) -> None:
    found, faults = read_week_table(f"head\n1,周一,下午,li,wang\n\n{line}\n", NAMES)
    assert found == ()
    assert [(fault.line, fault.code) for fault in faults] == [(4, code)]


def test_words_of_either_language_are_understood__SH2() -> None:
    found, _ = read_week_table("head\n1,星期五,上午,li\nW2,sun,PM,wang\n", NAMES)
    assert [(s.counter_id, s.weekday, s.half) for s in found] == [
        ("W1", 5, Half.MORNING),
        ("W2", 7, Half.AFTERNOON),
    ]


@pytest.mark.parametrize("text", ["", "head\n", "head\n,,,\n"])
def test_table_without_anybody_is_a_mistake__SH2(text: str) -> None:
    assert [fault.code for fault in read_week_table(text, NAMES)[1]] == ["no_lines"]


def test_table_that_is_too_long_is_not_read__SH2() -> None:
    text = "head\n" + "W1,1,am,li\n" * (TEMPLATE_MAX + 1)
    assert [fault.code for fault in read_week_table(text, NAMES)[1]] == ["too_many_lines"]


@given(st.text(max_size=200))
def test_any_text_is_read_or_has_faults__SH2(text: str) -> None:
    found, faults = read_week_table("head\n" + text, NAMES)
    assert bool(found) != bool(faults)
