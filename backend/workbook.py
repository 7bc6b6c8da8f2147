"""Workbooks of spreadsheets: rows of several sheets to bytes, and bytes that people send to rows.

What comes from outside is bounded before it is unpacked; no formula is reckoned, none is written.
"""

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from backend.catalogue.sheets import Cell, Formula, Row

UNPACKED_MAX = 16 * 1024 * 1024
"""Twice of a catalogue with as many services as there may be, in the size of the demo's."""
TAGS_MAX = 1_500_000
"""Twice of the same; it is by tags, not by bytes, that reading takes its time."""
ATTRIBUTES_MAX = 1_000_000
"""Twice of the same."""
PIECE_MAX = 8 * 32_767
"""Bytes from one tag to the next: a tag, and a full cell though each character is an entity."""
_LONG = re.compile(rb"<[^<]{%d}" % PIECE_MAX)
_MARKED = re.compile(rb"<\0?!")
"""Comments, entities and what else no spreadsheet writes; also as UTF-16."""
PARTS_MAX = 200
ROWS_MAX = 20_000
COLUMNS_MAX = 60
CELL_MAX = 32_767
"""Characters; spreadsheets hold no more (ECMA-376, and Excel's own limits)."""
WIDTH, NOTES_WIDTH = 18, 100


class WorkbookError(Exception):
    """It is no workbook that can be read, or words do not fit into one."""


class TooLargeError(WorkbookError):
    """Its sheets are longer than any catalogue's."""


def written(
    notes: tuple[str, Sequence[str]],
    heads: Mapping[str, tuple[Sequence[str], Sequence[str]]],
    rows: Mapping[str, Sequence[Sequence[Cell]]],
) -> bytes:
    """A workbook: a sheet of notes, then each sheet under its two heads.  Raises WorkbookError."""
    from xlsxwriter import Workbook  # noqa: PLC0415 (few processes ever write one)

    file = BytesIO()
    book = Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True, "bg_color": "#E0EEEC", "valign": "top"})
    faint = book.add_format({"italic": True, "font_color": "#4D5862", "text_wrap": True})
    plain = book.add_format({"valign": "top", "text_wrap": True, "num_format": "@"})
    title, lines = notes
    page = book.add_worksheet(title)
    page.set_column(0, 0, NOTES_WIDTH, plain)
    for n, line in enumerate(lines):
        page.write_string(n, 0, line, plain)
    for name, (columns, meanings) in heads.items():
        page = book.add_worksheet(name)
        page.set_column(0, len(columns) - 1, WIDTH, plain)
        page.freeze_panes(2, 1)
        for place, (column, meaning) in enumerate(zip(columns, meanings, strict=True)):
            page.write_string(0, place, column, bold)
            page.write_string(1, place, meaning, faint)
        for at, row in enumerate(rows[name], start=2):
            for place, cell in enumerate(row):
                match cell:
                    case None | "":
                        pass
                    case bool():
                        page.write_boolean(at, place, cell)
                    case int() | float():
                        page.write_number(at, place, cell)
                    case str():
                        if len(cell) > CELL_MAX:
                            raise WorkbookError(f"{name}: {cell[:40]}… is too long for a cell")
                        page.write_string(at, place, cell, plain)
    book.close()
    return file.getvalue()


def read(content: bytes, wanted: Sequence[str]) -> dict[str, list[Row]]:
    """The rows of the wanted sheets that there are, empty ones included.

    Raises WorkbookError, TooLargeError.
    """
    from openpyxl import load_workbook  # noqa: PLC0415 (0.3 s)
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    broken = (
        *(BadZipFile, InvalidFileException, zlib.error, OSError, EOFError, NotImplementedError),
        *(KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError, RuntimeError),
        *(AssertionError, OverflowError, RecursionError),
    )  # of openpyxl, which expects workbooks that a spreadsheet has written
    try:
        _check_size(content)
        book = load_workbook(BytesIO(content), read_only=True, keep_links=False)
        try:
            names = [name for name in wanted if name in book.sheetnames]
            return {name: list(_rows(name, book[name])) for name in names}
        finally:
            book.close()
    except broken as error:
        raise WorkbookError(f"{type(error).__name__}: {error}"[:200]) from error


def _check_size(content: bytes) -> None:
    """Before anything is unpacked: no reader takes more of a part than its entry says."""
    with ZipFile(BytesIO(content)) as parts:
        entries = parts.infolist()
        size = sum(entry.file_size for entry in entries)
        if len(entries) > PARTS_MAX or size > UNPACKED_MAX:
            raise TooLargeError(f"{len(entries)} parts, {size} bytes")
        bodies = {entry.filename: parts.read(entry) for entry in entries}
    tags = sum(body.count(b"<") for body in bodies.values())
    attributes = sum(body.count(b"=") for body in bodies.values())
    if tags > TAGS_MAX or attributes > ATTRIBUTES_MAX:
        raise TooLargeError(f"{attributes} attributes, {tags} tags")
    for name, body in bodies.items():
        if not body.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<"):
            continue  # a picture: XML begins with a tag, whatever the part is called
        if _MARKED.search(body):
            raise WorkbookError(f"{name}: a comment or a declaration")
        if _LONG.search(body):
            raise TooLargeError(f"{name}: a tag or a text of more than {PIECE_MAX} bytes")


def _rows(name: str, sheet: object) -> Iterator[Row]:
    iterate = sheet.iter_rows  # type: ignore[attr-defined]
    number = 0
    try:
        for cells in iterate(max_row=ROWS_MAX + 1, max_col=COLUMNS_MAX):
            number += 1
            if number > ROWS_MAX:
                raise TooLargeError(f"more than {ROWS_MAX} rows")
            yield Row(number, [_cell(cell) for cell in cells])
    except ValueError as error:  # what stands there as a number is none
        raise WorkbookError(f"{name}, after row {number}: {error}"[:200]) from error


def _cell(cell: object) -> Cell:
    value = getattr(cell, "value", None)
    if getattr(cell, "data_type", "") == "f":
        return Formula(value if isinstance(value, str) else getattr(value, "text", None) or "=")
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
