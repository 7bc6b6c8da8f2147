"""What became of asking for the addresses that guides name, in PostgreSQL."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from msgspec import Struct

from backend.core.ids import HallId
from backend.store.database import Database, queries


class CheckedLink(Struct, frozen=True, kw_only=True):
    """An address and what became of it the last time."""

    url: str
    outcome: str
    status: int | None
    at: datetime


class CheckedLinks:
    """Those of all halls; every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, hall_id: HallId) -> dict[str, CheckedLink]:
        """What is known of each address."""
        async with self._database.connection() as connection:
            rows = queries.checked_links(connection, hall_id=hall_id)
            found = [msgspec.convert(dict(row), CheckedLink) async for row in rows]
        return {link.url: link for link in found}

    async def put(
        self,
        hall_id: HallId,
        checked: Collection[Struct],
        named: Collection[str],
        at: datetime,
    ) -> None:
        """Keep what became of these now; forget addresses that are not among the named."""
        async with self._database.connection() as connection:
            await queries.put_checked_links(
                connection,
                hall_id=hall_id,
                rows=msgspec.json.encode(list(checked)).decode(),
                named=list(named),
                at=at,
            )
