"""CSV as other systems export it: UTF-8, commas, the columns in any order among others.

A line that cannot be read is left out and told by its number, never by what stands there (I19).
"""

import csv
from collections.abc import Iterator
from typing import BinaryIO

LINE_MAX = 2000
"""Bytes; a longer line is a bad one."""
LINES_MAX = 2_000_000


class RegisterError(Exception):
    """The file cannot be used as a whole: nothing was changed."""


class CsvLines:
    """The lines of a file that can be read, and where the others stand."""

    def __init__(self, file: BinaryIO, columns: tuple[str, ...]) -> None:
        self._file = file
        self._columns = columns
        self.bad: list[tuple[int, str]] = []
        """Line numbers, from 1, and what is wrong there."""

    def lines(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The number of each line that can be read, and its columns.  Raises RegisterError."""
        place = self._places(self._read())
        for no, raw in self._numbered():
            if not raw.strip():
                continue
            try:
                fields = _fields(raw)
                if len(fields) <= max(place):
                    raise ValueError("too few columns")
            except ValueError as error:
                self.bad.append((no, str(error)))
            else:
                yield no, tuple(fields[n].strip() for n in place)

    def _numbered(self) -> Iterator[tuple[int, bytes]]:
        """The lines after the first; one that is too long comes cut."""
        for no in range(2, LINES_MAX + 2):
            raw = self._read()
            if not raw:
                return
            rest = raw
            while len(rest) > LINE_MAX and not rest.endswith(b"\n"):
                rest = self._read()
            yield no, raw
        raise RegisterError(f"a register has at most {LINES_MAX} lines")

    def _read(self) -> bytes:
        try:
            return self._file.readline(LINE_MAX + 1)
        except OSError as error:
            raise RegisterError(f"it cannot be read: {error.strerror}") from error

    def _places(self, raw: bytes) -> tuple[int, ...]:
        """Where the columns stand."""
        try:
            names = [name.strip().lower() for name in _fields(raw.removeprefix(b"\xef\xbb\xbf"))]
            return tuple(names.index(name) for name in self._columns)
        except ValueError:
            raise RegisterError(f"the first line must name {', '.join(self._columns)}") from None


def _fields(raw: bytes) -> list[str]:
    """The fields of one line.  Raises ValueError: what is wrong with it."""
    if len(raw) > LINE_MAX:
        raise ValueError(f"more than {LINE_MAX} bytes")
    try:
        return next(csv.reader([raw.decode()], strict=True), [])
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except csv.Error:
        raise ValueError("the quotes do not match") from None
