"""Read a register of campus cards: who holds which, as the university's card system exports it.

    card,person,origin
    04A2B3C4,2023012345,student

UTF-8, comma-separated, the columns in any order among others.  `card`: the number in any form of
`backend/cards.py`, the first byte first; `person`: whatever tells persons apart; `origin`: staff,
student, alumnus or guest.  The file is the whole register: it takes the place of the one before,
so that who has left is gone and doing it twice changes nothing.
"""

import csv
from collections.abc import Iterator
from typing import BinaryIO

from backend.cards import card_digest, person_digest, readings
from backend.core.ids import HallId, Origin
from backend.store.database import Database, queries
from backend.store.persons import Imported, Line, Person, replace_persons

COLUMNS = ("card", "person", "origin")
LINE_MAX = 2000
"""Bytes; a longer line is a bad one."""
LINES_MAX = 2_000_000
BATCH = 5000
"""Lines in memory at once."""
CARD_LENGTH_MIN, CARD_LENGTH_MAX = 4, 64


class RegisterError(Exception):
    """The file is no register of cards: nothing was changed."""


class Register:
    """The lines of a file that can be used, and where the others stand."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        self._file = file
        self._key = key
        self.bad: list[tuple[int, str]] = []
        """Line numbers, from 1, and what is wrong there: never what stands there."""

    def batches(self) -> Iterator[list[Line]]:
        """The good lines, `BATCH` at a time.  Raises RegisterError."""
        place = self._places(self._read())
        batch: list[Line] = []
        is_empty = True
        for no, raw in self._numbered():
            if not raw.strip():
                continue
            try:
                batch.append(self._line(no, raw, place))
            except ValueError as error:
                self.bad.append((no, str(error)))
            if len(batch) == BATCH:
                yield batch
                batch, is_empty = [], False
        if is_empty and not batch:
            raise RegisterError("no line of the file can be used")
        yield batch

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
            return tuple(names.index(name) for name in COLUMNS)
        except ValueError:
            raise RegisterError(f"the first line must name {', '.join(COLUMNS)}") from None

    def _line(self, no: int, raw: bytes, place: tuple[int, ...]) -> Line:
        """Raises ValueError: what is wrong with the line."""
        fields = _fields(raw)
        if len(fields) <= max(place):
            raise ValueError("too few columns")
        card, person, origin = (fields[n].strip() for n in place)
        if not CARD_LENGTH_MIN <= len(card) <= CARD_LENGTH_MAX:
            raise ValueError(f"a card has {CARD_LENGTH_MIN} to {CARD_LENGTH_MAX} characters")
        if not person:
            raise ValueError("no person")
        if origin.lower() not in set(Origin):
            raise ValueError(f"the origin must be one of {', '.join(Origin)}")
        return Line(
            no=no,
            cards=tuple(card_digest(self._key, uid) for uid in readings(card)),
            person=Person(digest=person_digest(self._key, person), origin=Origin(origin.lower())),
        )


async def import_persons(
    database: Database, register: Register, hall_id: HallId | None
) -> Imported:
    """Put the register in force for one hall, or for every hall.

    Raises RegisterError, StoreError: nothing was changed.
    """
    if hall_id is not None:
        async with database.connection() as connection:
            halls = {row["hall_id"] async for row in queries.halls(connection)}
        if hall_id not in halls:
            raise RegisterError(f"there is no hall {hall_id}")
    imported = await replace_persons(database, hall_id, register.batches())
    register.bad += [(no, "the card is somebody else's above") for no in imported.contradicting]
    register.bad.sort()
    return imported


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
