"""Read a register of campus cards: who holds which, as the university's card system exports it.

    card,person,origin
    04A2B3C4,2023012345,student

UTF-8, comma-separated, the columns in any order among others.  `card`: the number in any form of
`backend/cards.py`, the first byte first; `person`: whatever tells persons apart; `origin`: staff,
student, alumnus or guest.  The file is the whole register: it takes the place of the one before,
so that who has left is gone and doing it twice changes nothing.
"""

from collections.abc import Iterator
from typing import BinaryIO

from backend.cards import card_digest, person_digest, readings
from backend.core.ids import HallId, Origin
from backend.csv_lines import CsvLines, RegisterError
from backend.store.database import Database, queries
from backend.store.persons import Imported, Line, Person, replace_persons

COLUMNS = ("card", "person", "origin")
BATCH = 5000
"""Lines in memory at once."""
CARD_LENGTH_MIN, CARD_LENGTH_MAX = 4, 64


class Register(CsvLines):
    """The lines of a file of cards."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        super().__init__(file, COLUMNS)
        self._key = key

    def batches(self) -> Iterator[list[Line]]:
        """The good lines, `BATCH` at a time.  Raises RegisterError."""
        batch: list[Line] = []
        is_empty = True
        for no, fields in self.lines():
            try:
                batch.append(self._line(no, *fields))
            except ValueError as error:
                self.bad.append((no, str(error)))
            if len(batch) == BATCH:
                yield batch
                batch, is_empty = [], False
        if is_empty and not batch:
            raise RegisterError("no line of the file can be used")
        yield batch

    def _line(self, no: int, card: str, person: str, origin: str) -> Line:
        """Raises ValueError: what is wrong with the line."""
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
