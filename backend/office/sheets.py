"""Tables as files: CSV, and Excel with typed cells; what people wrote is never a formula."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from io import BytesIO, StringIO

from msgspec import Struct
from xlsxwriter import Workbook

from backend.core.figures import Unit

Value = str | float | int | date | None
NONE = "—"
FORMULAS = (*"=+-@", *"＝＋－＠")
"""What a spreadsheet takes for the beginning of a formula when it opens CSV, after blanks too."""
BREAKS = ("\t", "\r", "\n")
"""What begins another cell or line where a file is pasted."""
WIDTH_MAX = 40


class Format(StrEnum):
    """A kind of file."""

    CSV = "csv"
    XLSX = "xlsx"


MEDIA_TYPES = {
    Format.CSV: "text/csv",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMATS = {
    Unit.COUNT: "#,##0",
    Unit.PERCENT: '0.00"%"',
    Unit.MINUTES: "#,##0.00",
    Unit.NUMBER: "#,##0.00",
}


class Column(Struct, frozen=True, kw_only=True):
    """A column; without a unit it holds words or dates."""

    title: str
    unit: Unit | None = None


class Sheet(Struct, frozen=True, kw_only=True):
    """A table, and the lines that say what it is of."""

    title: str
    notes: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]


def written(sheet: Sheet, form: Format) -> bytes:
    """The file."""
    return _csv(sheet) if form is Format.CSV else _xlsx(sheet)


def _csv(sheet: Sheet) -> bytes:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerows([_plain(note)] for note in (sheet.title, *sheet.notes))
    writer.writerow(_plain(column.title) for column in sheet.columns)
    writer.writerows([_plain(value) for value in row] for row in sheet.rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()  # Excel knows UTF-8 by its mark only


def _plain(value: Value) -> str:
    """The value as CSV has it; words that would be a formula get an apostrophe before them."""
    match value:
        case None:
            return NONE
        case str():
            is_risky = value.startswith(BREAKS) or value.lstrip().startswith(FORMULAS)
            return f"'{value}" if is_risky else value
        case date():
            return value.isoformat()
        case float():
            return f"{value:.2f}"
        case int():
            return str(value)


def _xlsx(sheet: Sheet) -> bytes:
    file = BytesIO()
    book = Workbook(file, {"in_memory": True, "constant_memory": True})
    page = book.add_worksheet()
    bold = book.add_format({"bold": True})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    forms = {unit: book.add_format({"num_format": form}) for unit, form in _FORMATS.items()}
    right = book.add_format({"align": "right"})
    for place, width in enumerate(_widths(sheet)):
        page.set_column(place, place, width)
    page.write_string(0, 0, sheet.title, bold)
    for line, note in enumerate(sheet.notes, start=1):
        page.write_string(line, 0, note)
    top = len(sheet.notes) + 2
    for place, column in enumerate(sheet.columns):
        page.write_string(top, place, column.title, head)
    page.freeze_panes(top + 1, 0)
    for line, row in enumerate(sheet.rows, start=top + 1):
        for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            match value:
                case date():
                    page.write_datetime(line, place, value, day)
                case int() | float():
                    page.write_number(line, place, value, forms.get(column.unit or Unit.COUNT))
                case str():
                    page.write_string(line, place, value, right if column.unit else None)
                case None:
                    page.write_string(line, place, NONE, right if column.unit else None)
    book.close()
    return file.getvalue()


def _widths(sheet: Sheet) -> Iterable[int]:
    for place, column in enumerate(sheet.columns):
        words = [column.title, *(str(row[place]) for row in sheet.rows[:200])]
        yield min(WIDTH_MAX, max(_width(word) for word in words) + 2) if column.unit is None else 14


def _width(words: Sequence[str]) -> int:
    """About how wide words are; a Chinese character takes two."""
    return sum(2 if character > "\u2e80" else 1 for character in words)
