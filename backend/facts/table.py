"""A register that the university exports, imported by `import-facts` (FA1)."""

from collections.abc import Collection, Sequence

from backend.facts.connector import Fact, FactsError
from backend.store.facts import FactTable
from backend.store.stream import StoreError


class TableConnector:
    """Reads what was imported."""

    def __init__(self, connector_id: str, table: FactTable) -> None:
        self._connector_id, self._table = connector_id, table

    async def fetch(self, person: bytes, kinds: Collection[str]) -> Sequence[Fact]:
        """What was imported of the person.  Raises FactsError."""
        try:
            rows = await self._table.of(self._connector_id, person, kinds)
        except StoreError as error:
            raise FactsError("the database does not answer") from error
        return [
            Fact(kind_id=row.kind_id, value=row.value, as_of=row.as_of, level=row.level)
            for row in rows
        ]

    async def aclose(self) -> None:
        """Nothing: the connections are the database's."""
