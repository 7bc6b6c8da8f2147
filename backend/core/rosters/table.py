"""The weeks of a roster as a table in CSV: written for spreadsheets, read with clear faults."""

import csv
from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct

from backend.core.rosters.words import PERSONS_MAX, TEMPLATE_MAX, Half, WeekShift

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula: an apostrophe goes before it."""
HEAD = ("窗口 Window", "星期 Weekday", "半天 Half", "A", "B", "C")
HALVES = {
    "morning": Half.MORNING,
    "am": Half.MORNING,
    "上午": Half.MORNING,
    "afternoon": Half.AFTERNOON,
    "pm": Half.AFTERNOON,
    "下午": Half.AFTERNOON,
}
WEEKDAYS = {
    **{str(n): n for n in range(1, 8)},
    **{name: n for n, name in enumerate("一二三四五六日", start=1)},
    **{f"周{name}": n for n, name in enumerate("一二三四五六日", start=1)},
    **{f"星期{name}": n for n, name in enumerate("一二三四五六日", start=1)},
    **{n: i for i, n in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), start=1)},
}
CELL_MAX = 64
FAULTS_MAX = 50


class TableFaultCode(StrEnum):
    """What may be wrong with a line."""

    TOO_MANY_LINES = "too_many_lines"
    TOO_FEW_COLUMNS = "too_few_columns"
    CELL_TOO_LONG = "cell_too_long"
    UNKNOWN_COUNTER = "unknown_counter"
    UNKNOWN_WEEKDAY = "unknown_weekday"
    UNKNOWN_HALF = "unknown_half"
    UNKNOWN_STAFF = "unknown_staff"
    PERSON_TWICE = "person_twice"
    NOBODY = "nobody"
    SHIFT_TWICE = "shift_twice"
    NO_LINES = "no_lines"
    NOT_A_TABLE = "not_a_table"


class TableFault(Struct, frozen=True, kw_only=True):
    """Something that is wrong in one line of a table."""

    line: int
    """From 1 on, the head among them."""
    code: TableFaultCode
    found: str
    """What stands there; empty where the code says it all."""


class Names(Struct, frozen=True, kw_only=True):
    """What may stand in a table."""

    counters: Mapping[str, str]
    """Counter ids by what they may be called: the id itself, and the number of the window."""
    staff_ids: frozenset[str]


class _Lines(list[str]):
    """What a csv writer writes to."""

    write = list.append


def week_table(shifts: Iterable[WeekShift]) -> str:
    """The weeks as CSV, one line a half day."""
    lines = _Lines()
    writer = csv.writer(lines)
    writer.writerow(HEAD)
    for shift in shifts:
        persons = [*shift.persons, *[""] * (PERSONS_MAX - len(shift.persons))]
        cells = [shift.counter_id, str(shift.weekday), shift.half.value, *persons]
        writer.writerow([f"'{cell}" if cell.startswith(FORMULAS) else cell for cell in cells])
    return "".join(lines)


def read_week_table(
    text: str, names: Names
) -> tuple[tuple[WeekShift, ...], tuple[TableFault, ...]]:
    """The half days of a table, in its order; with anything wrong none of them, and what that is.

    The first line is the head, whatever its words; empty lines are passed over.
    """
    shifts: dict[tuple[str, int, Half], WeekShift] = {}
    faults: list[TableFault] = []
    try:
        rows = list(enumerate(csv.reader(text.lstrip("\ufeff").splitlines(), strict=True), 1))
    except csv.Error:
        return (), (TableFault(line=1, code=TableFaultCode.NOT_A_TABLE, found=""),)
    if len(rows) > TEMPLATE_MAX + 1:
        return (), (_fault(TEMPLATE_MAX + 2, TableFaultCode.TOO_MANY_LINES, ""),)
    for line, row in rows[1:]:
        cells = [cell.strip().removeprefix("'") for cell in row]
        if not any(cells):
            continue
        found = _shift(line, cells, names)
        if isinstance(found, TableFault):
            faults.append(found)
            continue
        key = (found.counter_id, found.weekday, found.half)
        if key in shifts:
            faults.append(_fault(line, TableFaultCode.SHIFT_TWICE, found.counter_id))
        shifts[key] = found
    if not shifts and not faults:
        faults.append(_fault(1, TableFaultCode.NO_LINES, ""))
    return (() if faults else tuple(shifts.values())), tuple(faults[:FAULTS_MAX])


def _shift(line: int, cells: list[str], names: Names) -> WeekShift | TableFault:
    """The half day of a line, or the first thing that is wrong with it."""
    long = next((cell for cell in cells if len(cell) > CELL_MAX), None)
    if long is not None:
        return _fault(line, TableFaultCode.CELL_TOO_LONG, long[:CELL_MAX])
    if len(cells) < len(HEAD) - PERSONS_MAX + 1:
        return _fault(line, TableFaultCode.TOO_FEW_COLUMNS, "")
    counter_id = names.counters.get(cells[0])
    weekday = WEEKDAYS.get(cells[1].lower())
    half = HALVES.get(cells[2].lower())
    persons = tuple(cell for cell in cells[3 : 3 + PERSONS_MAX] if cell)
    if counter_id is None:
        return _fault(line, TableFaultCode.UNKNOWN_COUNTER, cells[0])
    if weekday is None:
        return _fault(line, TableFaultCode.UNKNOWN_WEEKDAY, cells[1])
    if half is None:
        return _fault(line, TableFaultCode.UNKNOWN_HALF, cells[2])
    if not persons:
        return _fault(line, TableFaultCode.NOBODY, "")
    unknown = next((person for person in persons if person not in names.staff_ids), None)
    if unknown is not None:
        return _fault(line, TableFaultCode.UNKNOWN_STAFF, unknown)
    if len(set(persons)) < len(persons):
        return _fault(line, TableFaultCode.PERSON_TWICE, ", ".join(persons))
    return WeekShift(counter_id=counter_id, weekday=weekday, half=half, persons=persons)


def _fault(line: int, code: TableFaultCode, found: str) -> TableFault:
    return TableFault(line=line, code=code, found=found)
