"""Registers of facts in PostgreSQL: of whom by keyed hash, what, how near to the person (FA1)."""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from backend.core.ids import Text
from backend.store.database import Database, queries


class FactRow(Struct, frozen=True, kw_only=True):
    """What a register says of somebody."""

    kind_id: str
    value: Text
    level: int
    as_of: date


class FactLine(Struct, frozen=True, kw_only=True):
    """A line of a register to be imported."""

    no: int
    person: bytes
    """The person's digest (`backend/cards.py`)."""
    fact: FactRow


class FactsImported(Struct, frozen=True, kw_only=True):
    """What an import put in force."""

    facts: int
    persons: int
    repeated: tuple[int, ...]
    """The lines that said something once more; they do not count."""


class FactTable:
    """The registers that were imported; methods may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, connector_id: str, person: bytes, kinds: Iterable[str]) -> list[FactRow]:
        """What the register says of the person, of these kinds."""
        async with self._database.connection() as connection:
            rows = queries.facts_of(
                connection, connector=connector_id, person_hash=person, kinds=list(kinds)
            )
            return [
                FactRow(
                    kind_id=row["kind"],
                    value=Text(zh=row["zh"], en=row["en"]),
                    level=row["level"],
                    as_of=row["as_of"],
                )
                async for row in rows
            ]

    async def replace(self, connector_id: str, batches: Iterable[list[FactLine]]) -> FactsImported:
        """Put the lines in the place of all that were imported of the register before.

        All or nothing.  Raises also whatever `batches` raises.
        """
        async with self._database.connection() as connection:
            await queries.begin_facts_import(connection)
            for batch in batches:
                records = [(line.no, line.person, *_columns(line.fact)) for line in batch]
                await connection.copy_records_to_table("imported_facts", records=records)
            repeated = {row["line"] async for row in queries.drop_repeated_facts(connection)}
            await queries.forget_facts(connection, connector=connector_id)
            await queries.keep_facts(connection, connector=connector_id)
            counts = await queries.count_facts(connection, connector=connector_id)
        return FactsImported(
            facts=counts["facts"], persons=counts["persons"], repeated=tuple(sorted(repeated))
        )

    async def is_known(self, connector_id: str) -> bool:
        """Whether anything was imported of the register."""
        async with self._database.connection() as connection:
            counts = await queries.count_facts(connection, connector=connector_id)
        return bool(counts["facts"])


def _columns(fact: FactRow) -> tuple[str, str, str, int, date]:
    return fact.kind_id, fact.value.zh, fact.value.en, fact.level, fact.as_of
