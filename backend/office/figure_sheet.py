"""Figures as a table that is written to a file."""

from collections.abc import Callable
from datetime import date
from operator import attrgetter
from zoneinfo import ZoneInfo

from backend.core.figures import Dimension, FigureCell, FigureRow, Figures
from backend.core.ids import Text
from backend.office.case_desk import Known
from backend.office.figure_words import DIMENSIONS, names_of
from backend.office.sheets import Column, Sheet, Value
from backend.store.asked_figures import Query

Words = Callable[[Text], str]
"""The wording in the language that was asked for."""

TITLE = Text(zh="统计", en="Statistics")
TOTAL = Text(zh="合计", en="Total")
FROZEN = Text(zh="其中日结时", en="As frozen at closing")
KEPT_BACK = Text(zh="不足5人", en="under 5 persons")


def sheet_of(found: Figures, query: Query, known: Known, language: str) -> Sheet:
    """The rows, the total and, where something came in late, the total as it was frozen (ST2)."""
    words: Words = attrgetter(language)
    columns = [Column(title=words(DIMENSIONS[dimension])) for dimension in found.by]
    columns = columns or [Column(title="")]
    for measure in query.measures:
        columns.append(Column(title=words(measure.name), unit=measure.unit))
        columns.append(Column(title=f"{words(measure.name)} n", unit=measure.unit.COUNT))
    names = {
        named.dimension: {one.id: words(one.name) for one in named.names}
        for named in names_of(known)
    }
    rows = [(*_keys(row, found, names), *_values(row, words)) for row in found.rows]
    empty: tuple[Value, ...] = ("",) * (max(1, len(found.by)) - 1)
    rows.append((words(TOTAL), *empty, *_values(found.total, words)))
    if any(cell.is_corrected for cell in found.total.cells):
        rows.append((words(FROZEN), *empty, *_frozen(found.total.cells)))
    return Sheet(
        title=f"{words(known.plan.name)} · {words(TITLE)}",
        notes=_notes(found, known, words),
        columns=tuple(columns),
        rows=tuple(rows),
    )


def _notes(found: Figures, known: Known, words: Words) -> tuple[str, ...]:
    days = found.days
    at = found.at.astimezone(ZoneInfo(known.plan.time_zone)).strftime("%Y-%m-%d %H:%M")
    told = Text(
        zh=f"{found.first} 至 {found.last}；已冻结{days.frozen}日，其中{days.corrected}日有更正",
        en=f"{found.first} to {found.last}; {days.frozen} days frozen, {days.corrected} corrected",
    )
    live = Text(
        zh=f"{days.live} 尚未结束，数字会变", en=f"{days.live} is not over: its figures change"
    )
    made = Text(zh=f"截至 {at}", en=f"As of {at}")
    return (words(told), *((words(live),) if days.live is not None else ()), words(made))


def _keys(row: FigureRow, found: Figures, names: dict[Dimension, dict[str, str]]) -> list[Value]:
    values: list[Value] = []
    for dimension, key in zip(found.by, row.keys, strict=True):
        if key is not None and dimension is Dimension.DAY:
            values.append(date.fromisoformat(key))
        else:
            values.append(names.get(dimension, {}).get(key or "", key))
    return values or [""]


def _values(row: FigureRow, words: Words) -> list[Value]:
    return [value for cell in row.cells for value in _told(cell, words)]


def _told(cell: FigureCell, words: Words) -> tuple[Value, Value]:
    if cell.is_kept_back:
        return words(KEPT_BACK), words(KEPT_BACK)
    return cell.value, cell.n


def _frozen(cells: tuple[FigureCell, ...]) -> list[Value]:
    """The values as they were frozen; their n is not told."""
    return [
        value
        for cell in cells
        for value in ((cell.frozen if cell.is_corrected else cell.value), "")
    ]
