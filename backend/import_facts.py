"""Read a register of facts, as a system of the university exports it (FA1).

    person,kind,zh,en,level,as_of
    2015001234,contract,"聘至2028年8月","employed until August 2028",3,2026-11-01

CSV as `backend/csv_lines.py` reads it.  `person`: the id that the register of cards has too, of
which only a keyed hash is kept; `level`: how near to the person, from 1 to 4; `as_of`: when it was
so.  The file is the whole register: it takes the place of the one before.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

from backend.cards import person_digest
from backend.core.ids import Text
from backend.csv_lines import CsvLines, RegisterError
from backend.facts.connector import LEVEL_MAX, VALUE_MAX
from backend.store.facts import FactLine, FactRow, FactsImported, FactTable

COLUMNS = ("person", "kind", "zh", "en", "level", "as_of")
BATCH = 5000
"""Lines in memory at once."""


class FactRegister(CsvLines):
    """The lines of a file of facts."""

    def __init__(self, file: BinaryIO, key: bytes, kinds: frozenset[str]) -> None:
        """`kinds`: what the register is asked for; no line is of anything else."""
        super().__init__(file, COLUMNS)
        self._key, self._kinds = key, kinds

    def batches(self) -> Iterator[list[FactLine]]:
        """The good lines, `BATCH` at a time.  Raises RegisterError."""
        batch: list[FactLine] = []
        is_empty = True
        for no, fields in self.lines():
            try:
                batch.append(self._line(no, fields))
            except ValueError as error:
                self.bad.append((no, str(error)))
            if len(batch) == BATCH:
                yield batch
                batch, is_empty = [], False
        if is_empty and not batch:
            raise RegisterError("no line of the file can be used")
        yield batch

    def _line(self, no: int, fields: tuple[str, ...]) -> FactLine:
        """Raises ValueError: what is wrong with the line."""
        person, kind, zh, en, level, as_of = fields
        if not person:
            raise ValueError("no person")
        if kind not in self._kinds:
            raise ValueError(f"the kind must be one of {', '.join(sorted(self._kinds))}")
        if not all(0 < len(word) <= VALUE_MAX for word in (zh, en)):
            raise ValueError(f"zh and en have 1 to {VALUE_MAX} characters")
        if re.fullmatch(f"[1-{LEVEL_MAX}]", level) is None:
            raise ValueError(f"the level is 1 to {LEVEL_MAX}")
        return FactLine(
            no=no,
            person=person_digest(self._key, person),
            fact=FactRow(
                kind_id=kind, value=Text(zh=zh, en=en), level=int(level), as_of=_day(as_of)
            ),
        )


async def import_facts(
    table: FactTable, register: FactRegister, connector_id: str
) -> FactsImported:
    """Put the register in force.  Raises RegisterError, StoreError: nothing was changed."""
    imported = await table.replace(connector_id, register.batches())
    register.bad += [(no, "said above already") for no in imported.repeated]
    register.bad.sort()
    return imported


def _day(text: str) -> date:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) is None:
        raise ValueError("as_of is a day such as 2026-11-01")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("as_of is a day such as 2026-11-01") from None
