"""Whole catalogues into PostgreSQL: all of a file or nothing, once, on what was looked at (CX1)."""

from collections.abc import Mapping
from datetime import date

import msgspec
from msgspec import Struct

from backend.catalogue.differences import How, InForce, Step
from backend.catalogue.exchange import Kind
from backend.core.ids import HallId
from backend.store.audit import NoteIn
from backend.store.catalogue import Catalogues, HallCatalogue
from backend.store.database import Database, queries


class OutdatedError(Exception):
    """The catalogue has changed since it was looked at."""


class IdInUseError(Exception):
    """Something else was brought in with this id."""


class ImportDone(Struct, frozen=True, kw_only=True):
    """What bringing a file in came to."""

    valid_from: date
    added: int
    changed: int
    withdrawn: int


class Import(Struct, frozen=True, kw_only=True):
    """A file that is brought in."""

    hall_id: HallId
    command_id: str
    sha256: str
    """Of the file and of how it is to be taken."""
    mark: int
    """The state of the catalogue that `steps` were found on."""
    valid_from: date
    author: str
    steps: tuple[Step, ...]
    places: Mapping[tuple[Kind, str], int]
    """In lists, of what was there before; what is new comes after all of them."""


class CatalogueState(Struct, frozen=True, kw_only=True):
    """A hall's catalogue at one moment, as of a day."""

    mark: int
    standing: InForce
    places: Mapping[tuple[Kind, str], int]


class Exchanges:
    """Reads and replaces whole catalogues; methods may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def state(self, hall_id: HallId, day: date) -> CatalogueState:
        """The catalogue as of the day, no older than its mark."""
        async with self._database.connection() as connection:
            mark = int(await queries.hall_catalogue_mark(connection, hall_id=hall_id))
        catalogues = Catalogues(self._database)
        await catalogues.refresh(day)
        return _state(mark, catalogues.of(hall_id), day)

    async def put(self, brought: Import, note_in: NoteIn) -> ImportDone:
        """Put all that the file changes, in one transaction.

        Repeated with the same id it changes nothing and gives the same.  Raises OutdatedError,
        IdInUseError.
        """
        key = {"hall_id": brought.hall_id, "command_id": brought.command_id}
        async with self._database.connection() as connection:
            await queries.lock_catalogues(connection)
            row = await queries.catalogue_import(connection, **key)
            if row is not None:
                if row["sha256"] != brought.sha256:
                    raise IdInUseError
                return msgspec.json.decode(row["done"], type=ImportDone)
            mark = await queries.hall_catalogue_mark(connection, hall_id=brought.hall_id)
            if int(mark) != brought.mark:
                raise OutdatedError
            done = _done(brought)
            for kind, query in (
                (Kind.DEPARTMENT, queries.put_departments),
                (Kind.SERVICE, queries.put_services),
            ):
                await query(
                    connection,
                    hall_id=brought.hall_id,
                    valid_from=brought.valid_from,
                    author=brought.author,
                    rows=_rows(brought, kind),
                )
            for step in brought.steps:
                if step.change.kind is Kind.QUESTIONS:
                    await queries.put_hall_questions(
                        connection,
                        hall_id=brought.hall_id,
                        valid_from=brought.valid_from,
                        document=msgspec.json.encode(step.document or ()).decode(),
                        author=brought.author,
                    )
            await queries.put_catalogue_import(
                connection,
                **key,
                sha256=brought.sha256,
                author=brought.author,
                done=msgspec.json.encode(done).decode(),
            )
            await note_in(connection)
        return done


def _state(mark: int, catalogue: HallCatalogue, day: date) -> CatalogueState:
    versions = [
        *((Kind.DEPARTMENT, v.id, v.valid_from, v.place) for v in catalogue.departments),
        *((Kind.SERVICE, v.id, v.valid_from, v.place) for v in catalogue.services),
        *((Kind.QUESTIONS, "", v.valid_from, v.place) for v in catalogue.questions),
    ]
    return CatalogueState(
        mark=mark,
        standing=InForce(
            departments=catalogue.departments_on(day),
            guides=catalogue.guides_on(day),
            questions=catalogue.questions_on(day),
            followed=frozenset((kind, own_id) for kind, own_id, at, _ in versions if at > day),
        ),
        places={(kind, own_id): place for kind, own_id, at, place in versions if at <= day},
    )


def _done(brought: Import) -> ImportDone:
    def count(how: How) -> int:
        return sum(step.change.how is how for step in brought.steps)

    return ImportDone(
        valid_from=brought.valid_from,
        added=count(How.ADDED),
        changed=count(How.CHANGED),
        withdrawn=count(How.WITHDRAWN),
    )


def _rows(brought: Import, kind: Kind) -> str:
    """The versions of one kind as PostgreSQL takes them."""
    steps = [step for step in brought.steps if step.change.kind is kind]
    last = max((place for (of, _), place in brought.places.items() if of is kind), default=-1)
    new = [step.change.id for step in steps if (kind, step.change.id) not in brought.places]
    places = {own_id: last + n for n, own_id in enumerate(new, start=1)}
    rows = [
        {
            "id": step.change.id,
            "place": brought.places.get((kind, step.change.id), places.get(step.change.id)),
            "document": step.document,
        }
        for step in steps
    ]
    return msgspec.json.encode(rows).decode()
