"""Whose card is whose: keyed hashes and origins, without numbers and names.

Kept in PostgreSQL and held in memory, 65 bytes a card; a copy in Redis lets a hub that starts
while PostgreSQL is down know them too.
"""

from bisect import bisect_left
from collections.abc import Iterable

import msgspec
from msgspec import Struct
from redis.asyncio import Redis

from backend.core.ids import HallId, Origin
from backend.store.database import Database, queries
from backend.store.redis_stream import store_errors
from backend.store.stream import StoreError

KEY = "persons"
DIGEST = 32
"""Bytes of a SHA-256."""
ROW = 2 * DIGEST + 1
"""The digests of card and person, and the origin by its place in `ORIGINS`."""
ORIGINS = (Origin.STAFF, Origin.STUDENT, Origin.ALUMNUS, Origin.GUEST)
"""As sql/persons.sql numbers them."""


class Person(Struct, frozen=True, kw_only=True):
    """Who holds a card."""

    digest: bytes
    origin: Origin


class Line(Struct, frozen=True, kw_only=True):
    """A card in a file to be imported."""

    no: int
    cards: tuple[bytes, ...]
    """The digests of what its number may stand for, likeliest first."""
    person: Person


class Imported(Struct, frozen=True, kw_only=True):
    """What an import put in force."""

    cards: int
    persons: int
    contradicting: tuple[int, ...]
    """The lines that gave a card to somebody else than an earlier one; they do not count."""


class _Contents(Struct, frozen=True, kw_only=True):
    """All cards as of one import; also the form of the copy."""

    import_id: int = -1
    """Below any import's while nothing has been read."""
    rows: dict[HallId | None, bytes] = {}
    """By hall, None: in every hall; rows in the order of the card's digest."""


class Persons:
    """Finds persons by their cards; remembers the last reading."""

    def __init__(self, database: Database, redis: "Redis") -> None:
        self._database = database
        self._redis = redis
        self._contents = _Contents()

    def find(self, hall_id: HallId, card: bytes) -> Person | None:
        """Who holds the card with this digest; the hall's own cards go before everybody's."""
        for key in (hall_id, None):
            rows = self._contents.rows.get(key, b"")
            count = len(rows) // ROW
            place = bisect_left(range(count), card, key=lambda n: rows[n * ROW : n * ROW + DIGEST])
            row = rows[place * ROW : (place + 1) * ROW]
            if row.startswith(card):
                return Person(digest=row[DIGEST:-1], origin=ORIGINS[row[-1]])
        return None

    def origin_of(self, hall_id: HallId, person: bytes) -> Origin | None:
        """The origin of the person with this digest, if they hold a card of the register."""
        for key in (hall_id, None):
            rows = self._contents.rows.get(key, b"")
            place = rows.find(person)
            while place >= 0 and place % ROW != DIGEST:
                place = rows.find(person, place + 1)
            if place >= 0:
                return ORIGINS[rows[place + DIGEST]]
        return None

    async def refresh(self) -> None:
        """Read anew if anything was imported: from PostgreSQL, else, at first, the copy in Redis.

        Raises StoreError: neither answers; what was read before stays.
        """
        try:
            contents = await self._read()
        except StoreError:
            if self._contents.import_id < 0:
                self._contents = await self._copy()
            return
        is_new = contents is not self._contents
        self._contents = contents
        async with store_errors():
            if is_new or not await self._redis.exists(KEY):
                await self._redis.set(KEY, msgspec.msgpack.encode(contents))

    async def _read(self) -> _Contents:
        async with self._database.connection() as connection:
            import_id: int = await queries.newest_import(connection)
            if import_id == self._contents.import_id:
                return self._contents
            rows = [row async for row in queries.packed_persons(connection)]
        return _Contents(import_id=import_id, rows={row["hall_id"]: row["packed"] for row in rows})

    async def _copy(self) -> _Contents:
        async with store_errors():
            copy = await self._redis.get(KEY)
        if copy is None:
            raise StoreError("no persons can be read")
        assert isinstance(copy, bytes)
        return msgspec.msgpack.decode(copy, type=_Contents)


async def replace_persons(
    database: Database, hall_id: HallId | None, batches: Iterable[list[Line]]
) -> Imported:
    """Put the lines in the place of all that were imported for the hall, or for every hall, before.

    All or nothing.  Raises StoreError, and whatever `batches` raises.
    """
    async with database.connection() as connection:
        await queries.begin_import(connection)
        for batch in batches:
            records = [
                (line.no, reading, card, line.person.digest, line.person.origin.value)
                for line in batch
                for reading, card in enumerate(line.cards)
            ]
            await connection.copy_records_to_table("imported", records=records)
        dropped = {row["line"] async for row in queries.drop_contradicting(connection)}
        await queries.forget_persons(connection, hall_id=hall_id)
        await queries.keep_imported(connection, hall_id=hall_id)
        counts = await queries.record_import(connection, hall_id=hall_id)
    return Imported(
        cards=counts["cards"], persons=counts["persons"], contradicting=tuple(sorted(dropped))
    )
