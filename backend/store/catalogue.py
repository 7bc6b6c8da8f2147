"""The catalogue in PostgreSQL: versions of departments, services, questions; read into memory."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import asdict, replace

from backend.catalogue.guide import Department, Guide, Question, guide_faults
from backend.core.cases.words import MaterialId
from backend.core.ids import DepartmentId, HallId, ServiceId, Text
from backend.store.database import Database, queries

T = TypeVar("T")

_department = msgspec.json.Decoder(Department).decode
_guide = msgspec.json.Decoder(Guide).decode
_questions = msgspec.json.Decoder(tuple[Question, ...]).decode


class FaultyGuideError(Exception):
    """A guide that nobody could follow is not stored (GD2)."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class Version(Struct, Generic[T], frozen=True, kw_only=True):
    """A document, and from which day it counts."""

    id: str
    valid_from: date
    place: int
    document: T | None
    """None: no longer there."""


class Entered(Struct, frozen=True, kw_only=True):
    """How a version comes into the catalogue."""

    valid_from: date
    place: int = 0
    """In lists, the lowest first."""
    author: str


class HallCatalogue(Struct, frozen=True, kw_only=True):
    """What a hall does for whom, as of one reading."""

    departments: tuple[Version[Department], ...] = ()
    """In force and to come, oldest first."""
    services: tuple[Version[Guide], ...] = ()
    questions: tuple[Version[tuple[Question, ...]], ...] = ()
    """Those about the hall itself."""
    service_names: Mapping[ServiceId, Text] = {}
    """Also of those that are no longer offered: cases of them go on."""
    material_names: Mapping[tuple[ServiceId, MaterialId], Text] = {}

    def departments_on(self, day: date) -> dict[DepartmentId, Department]:
        """Those there are on the day, in their order."""
        return {d.department_id: d for d in _on(self.departments, day)}

    def guides_on(self, day: date) -> dict[ServiceId, Guide]:
        """Those that are offered on the day, in their order."""
        return {guide.service_id: guide for guide in _on(self.services, day)}

    def questions_on(self, day: date) -> tuple[Question, ...]:
        """Those about the hall itself that are answered on the day."""
        return next(iter(_on(self.questions, day)), ())

    def guide_since(self, service_id: ServiceId, day: date) -> date | None:
        """From which day the guide counts that is in force on the day."""
        found = [v.valid_from for v in self.services if v.id == service_id and v.valid_from <= day]
        return found[-1] if found else None


class Numbered(Struct, frozen=True, kw_only=True):
    """A version of a service with its number, from 1 on."""

    version: int
    valid_from: date
    place: int
    document: Guide | None
    """None: no longer offered."""


class ServiceTransaction:
    """A service within a transaction; once it is locked nobody else adds a version of it."""

    def __init__(self, connection: Any, hall_id: HallId, service_id: ServiceId) -> None:
        self.connection = connection
        self._key = {"hall_id": hall_id, "id": service_id}

    async def lock_newest(self) -> Numbered | None:
        """The newest version that counts or is to count; None: there is none."""
        await queries.lock_service(self.connection, **self._key)
        return numbered(await queries.newest_service(self.connection, **self._key))

    async def put(self, guide: Guide | None, entry: Entered) -> int:
        """Keep the next version; which it is.  Raises FaultyGuideError."""
        faults = guide_faults(guide) if guide is not None else ()
        if faults:
            raise FaultyGuideError(faults)
        text = msgspec.json.encode(guide).decode() if guide is not None else None
        version: int = await queries.put_service(
            self.connection, **self._key, document=text, **asdict(entry)
        )
        return version


def numbered(row: Any) -> Numbered | None:
    """The version that a row has."""
    if row is None:
        return None
    text = row["document"]
    return Numbered(
        version=row["version"],
        valid_from=row["valid_from"],
        place=row["place"],
        document=_guide(text.encode()) if text is not None else None,
    )


class Catalogues:
    """The catalogues of all halls; remembers the last reading.  Methods may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._mark: tuple[int, ...] | None = None
        self._read_on: date | None = None
        self._halls: dict[HallId, HallCatalogue] = {}

    def of(self, hall_id: HallId) -> HallCatalogue:
        """The hall's catalogue as it was read last."""
        return self._halls.get(hall_id, HallCatalogue())

    async def refresh(self, day: date) -> None:
        """Read what is in force on the day and later, if anything has changed or the day has."""
        async with self._database.connection() as connection:
            row = await queries.catalogue_mark(connection)
            mark = tuple(int(count) for count in row.values())
            if (mark, day) == (self._mark, self._read_on):
                return
            self._halls = await _read(connection, day)
        self._mark, self._read_on = mark, day

    async def most_asked(self, hall_id: HallId, since: date, count: int) -> list[ServiceId]:
        """The services that most numbers were taken for since the day, the most first."""
        async with self._database.connection() as connection:
            rows = queries.most_asked(connection, hall_id=hall_id, since=since, count=count)
            return [ServiceId(row["service_id"]) async for row in rows]

    async def put_department(self, hall_id: HallId, department: Department, entry: Entered) -> None:
        """Keep the next version of a department."""
        text = msgspec.json.encode(department).decode()
        async with self._database.connection() as connection:
            await queries.put_department(
                connection,
                hall_id=hall_id,
                id=department.department_id,
                document=text,
                **asdict(entry),
            )

    async def put_service(self, hall_id: HallId, guide: Guide, entry: Entered) -> None:
        """Keep the next version of a service.  Raises FaultyGuideError."""
        async with self._database.connection() as connection:
            await ServiceTransaction(connection, hall_id, guide.service_id).put(guide, entry)

    async def put_questions(
        self, hall_id: HallId, questions: tuple[Question, ...], entry: Entered
    ) -> None:
        """Keep the next version of the questions about the hall itself."""
        async with self._database.connection() as connection:
            await queries.put_hall_questions(
                connection,
                hall_id=hall_id,
                valid_from=entry.valid_from,
                document=msgspec.json.encode(questions).decode(),
                author=entry.author,
            )

    async def add_question(
        self,
        connection: Any,
        hall_id: HallId,
        service_id: ServiceId,
        question: Question,
        entry: Entered,
    ) -> None:
        """Keep the newest version of a service with one more frequent question.

        In the transaction of `connection`, in which nobody else changes the service's questions.
        """
        service = ServiceTransaction(connection, hall_id, service_id)
        newest = await service.lock_newest()
        if newest is None or newest.document is None:
            return  # withdrawn at this moment
        guide = newest.document
        guide = replace(guide, questions=(*guide.questions, question))
        # The newest may be for a day to come: what is added counts from that day on then.
        valid_from = max(entry.valid_from, newest.valid_from)
        await service.put(guide, replace(entry, valid_from=valid_from, place=newest.place))

    async def withdraw_service(
        self, hall_id: HallId, service_id: ServiceId, entry: Entered
    ) -> None:
        """Offer the service no longer; its cases go on."""
        async with self._database.connection() as connection:
            await ServiceTransaction(connection, hall_id, service_id).put(None, entry)


def _on(versions: tuple[Version[T], ...], day: date) -> list[T]:
    newest = {v.id: v for v in versions if v.valid_from <= day}  # the later one stays
    ordered = sorted(newest.values(), key=lambda version: (version.place, version.id))
    return [version.document for version in ordered if version.document is not None]


async def _read(connection: Any, day: date) -> dict[HallId, HallCatalogue]:
    departments = await _versions(queries.department_versions(connection, day=day), _department)
    services = await _versions(queries.service_versions(connection, day=day), _guide)
    questions = await _versions(queries.hall_question_versions(connection, day=day), _questions)
    names: dict[HallId, dict[ServiceId, Text]] = {}
    async for row in queries.service_names(connection):
        names.setdefault(row["hall_id"], {})[row["service_id"]] = Text(zh=row["zh"], en=row["en"])
    materials: dict[HallId, dict[tuple[ServiceId, MaterialId], Text]] = {}
    async for row in queries.material_names(connection):
        key = (ServiceId(row["service_id"]), MaterialId(row["material_id"]))
        materials.setdefault(row["hall_id"], {})[key] = Text(zh=row["zh"], en=row["en"])
    return {
        hall_id: HallCatalogue(
            departments=departments.get(hall_id, ()),
            services=services.get(hall_id, ()),
            questions=questions.get(hall_id, ()),
            service_names=names.get(hall_id, {}),
            material_names=materials.get(hall_id, {}),
        )
        for hall_id in {*departments, *services, *questions}
    }


async def _versions(rows: Any, decode: Any) -> dict[HallId, tuple[Version[Any], ...]]:
    found: dict[HallId, list[Version[Any]]] = {}
    async for row in rows:
        text = row["document"]
        version: Version[Any] = Version(
            id=row["id"],
            valid_from=row["valid_from"],
            place=row["place"],
            document=decode(text.encode()) if text is not None else None,
        )
        found.setdefault(row["hall_id"], []).append(version)
    return {hall_id: tuple(versions) for hall_id, versions in found.items()}
