"""A whole catalogue as one file: what the file says, and what of it is wrong (CX1).

A file has departments, services and the questions about the hall itself as the catalogue keeps
them.  What it does not name stays as it is, unless whoever brings it asks for its end.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import chain, islice
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct

from backend.catalogue.guide import Department, Guide, Question, guide_faults
from backend.core.cases.words import LIMIT_DAYS_MAX
from backend.core.ids import HallId
from backend.core.rules.public_text import TextRefusal, check_characters

T = TypeVar("T", Department, Guide, Question)

FORM = 1
"""Of the file; a file that says another one is not read."""
DEPARTMENTS_MAX = 500
SERVICES_MAX = 2_000
ITEMS_MAX = 200
"""Of any list of a service."""
TEXT_MAX = 4_000
TRIPS_MAX, COPIES_MAX = 20, 100
FORM_BYTES_MAX = 10 * 1024 * 1024
FORM_TYPES = frozenset({"application/pdf", "image/png", "image/jpeg"})
"""What forms are kept as, and what browsers are told that they are."""
FAULTS_MAX = 200
FOUND_MAX = 200
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
"""As it stands in an address."""


class Kind(StrEnum):
    """What a part of a catalogue is."""

    DEPARTMENT = "department"
    SERVICE = "service"
    QUESTIONS = "questions"
    """The frequent questions about the hall itself, which have no ids: all of them together."""


class CatalogueFile(Struct, frozen=True, kw_only=True):
    """A catalogue on its way."""

    yizhan_catalogue: int = FORM
    hall_id: HallId
    """Where it was written; it may be read elsewhere."""
    day: date
    """As of which day."""
    departments: tuple[Department, ...]
    services: tuple[Guide, ...]
    questions: tuple[Question, ...] = ()
    """Those about the hall itself; a file without any says nothing of them."""


class FaultCode(StrEnum):
    """What is wrong with a place in a file; stable, each with words on the page."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    OTHER_FORM = "other_form"
    """It is no catalogue, or of a version that is not known."""
    SHEET_MISSING = "sheet_missing"
    COLUMN_MISSING = "column_missing"
    FORMULA = "formula"
    NO_SUCH_SERVICE = "no_such_service"
    """A row that belongs to a service which the file does not name."""
    WRONG_VALUE = "wrong_value"
    UNKNOWN_FIELD = "unknown_field"
    BAD_ID = "bad_id"
    TWICE = "twice"
    NO_NAME = "no_name"
    TEXT = "text"
    """Characters that deceive, or that nobody sees (TX1)."""
    TOO_LONG = "too_long"
    NO_SUCH_DEPARTMENT = "no_such_department"
    IN_USE = "in_use"
    """A department that would end while services are its."""
    FOLLOWED = "followed"
    """A version for a later day is there already: a service's may be called off first (DR3)."""
    NOT_REVIEWED = "not_reviewed"
    """It would keep a draft of the guide from review (DR4)."""
    NO_SUCH_ZONE = "no_such_zone"
    NO_SUCH_COUNTER = "no_such_counter"
    """The plan does not have it (DR4)."""
    CANNOT_BE_FOLLOWED = "cannot_be_followed"
    """The guide itself (GD2)."""


class ImportFault(Struct, frozen=True, kw_only=True):
    """Something that keeps a file from being taken, and where."""

    place: str
    """`services[3].name` or `materials!C12`; of a whole file nothing."""
    code: FaultCode
    found: str = ""
    """What stands there, or what exactly is wrong."""
    own: str = ""
    """What keeps it from review, by the code that a draft's page has for it (DR4)."""


class Line(Struct, frozen=True, kw_only=True):
    """A row of a sheet that says a thing."""

    sheet: str
    number: int
    columns: Mapping[str, str]
    """Their names, and how spreadsheets call them."""

    @property
    def place(self) -> str:
        """The row itself."""
        return f"{self.sheet}!{self.number}"

    def at(self, path: str) -> str:
        """The cell that says what is at the JSON pointer into the thing; else the row."""
        name, _, rest = path.strip("/").partition("/")
        name = name if name not in {"", "zh", "en"} else f"text_{name}".rstrip("_")
        wanted = (f"{name}_{rest.split('/')[0]}", name, f"{name}_zh")
        column = next((self.columns[one] for one in wanted if one in self.columns), "")
        return f"{self.sheet}!{column}{self.number}"


class Placed(Struct, Generic[T], frozen=True, kw_only=True):
    """A part of a catalogue, and where it stands in the file."""

    place: str
    thing: T
    lines: Mapping[str, Line] = {}
    """Of a workbook: of the thing by "", of the items of its lists by their JSON pointers."""

    def at(self, path: str) -> str:
        """Where in the file that stands which the JSON pointer names."""
        if not self.lines:
            words = path.split("/")[1:]
            return self.place + "".join(f"[{w}]" if w.isdigit() else f".{w}" for w in words)
        item = "/".join(path.split("/")[:3])
        if item in self.lines:
            return self.lines[item].at(path[len(item) :])
        return self.lines[""].at(path)


class Loaded(Struct, frozen=True, kw_only=True):
    """What a file says."""

    departments: tuple[Placed[Department], ...] = ()
    services: tuple[Placed[Guide], ...] = ()
    questions: tuple[Placed[Question], ...] = ()
    faults: tuple[ImportFault, ...] = ()


def fault(place: str, code: FaultCode, found: object = "", own: str = "") -> ImportFault:
    """A fault; what was found is told in short."""
    return ImportFault(place=place, code=code, found=str(found)[:FOUND_MAX], own=own)


def id_of(thing: Department | Guide) -> str:
    """What it is known by for ever."""
    return thing.department_id if isinstance(thing, Department) else thing.service_id


def written(file: CatalogueFile) -> bytes:
    """The file as JSON, one thing a line so that versions of it can be compared."""
    return msgspec.json.format(msgspec.json.encode(file), indent=2) + b"\n"


def read_json(content: bytes) -> Loaded:
    """What a JSON file says, with everything that is wrong with its form."""
    try:
        raw = msgspec.json.decode(content.removeprefix(BOM_UTF8))  # as some editors save
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Loaded(faults=(fault("", FaultCode.UNREADABLE, error),))
    form = raw.get("yizhan_catalogue") if isinstance(raw, dict) else None
    if type(form) is not int or form != FORM:  # nor `true`, which Python takes for 1
        return Loaded(faults=(fault("", FaultCode.OTHER_FORM),))
    faults = [
        fault(name, FaultCode.UNKNOWN_FIELD)
        for name in islice(raw.keys() - set(CatalogueFile.__struct_fields__), FAULTS_MAX)
    ]
    departments = list(_things(raw.get("departments", []), "departments", Department, faults))
    services = list(_things(raw.get("services", []), "services", Guide, faults))
    questions = list(_things(raw.get("questions", []), "questions", Question, faults))
    return loaded_from(departments, services, questions, faults)


def _things(
    items: object, name: str, type: type[T], faults: list[ImportFault]
) -> Iterator[Placed[T]]:
    if not isinstance(items, list):
        faults.append(fault(name, FaultCode.WRONG_VALUE, "not a list"))
        return
    for n, item in enumerate(items[: SERVICES_MAX + 1]):  # no list may be longer
        if len(faults) >= FAULTS_MAX:
            return
        found = converted(f"{name}[{n}]", item, type, faults)
        if found is not None:
            yield found


def converted(
    place: str,
    raw: object,
    type: type[T],
    faults: list[ImportFault],
    lines: Mapping[str, Line] | None = None,
) -> Placed[T] | None:
    """The thing that the raw fields say; None, and a fault, where they say none."""
    try:
        thing = msgspec.convert(raw, type)
    except msgspec.ValidationError as error:
        words, _, at = str(error).partition(" - at `$")
        faults.append(fault(place + at.rstrip("`"), FaultCode.WRONG_VALUE, words))
        return None
    for field in islice(_unknown(raw, thing, place), FAULTS_MAX):
        faults.append(fault(field, FaultCode.UNKNOWN_FIELD))
    return Placed(place=place, thing=thing, lines=lines or {})


def loaded_from(
    departments: Sequence[Placed[Department]],
    services: Sequence[Placed[Guide]],
    questions: Sequence[Placed[Question]],
    faults: Sequence[ImportFault],
) -> Loaded:
    """What was read, with what is wrong with each thing by itself."""
    own = _faults_of_all(departments, services, questions)
    return Loaded(
        departments=tuple(departments),
        services=tuple(services),
        questions=tuple(questions),
        faults=tuple(islice(chain(faults, own), FAULTS_MAX)),
    )


def _faults_of_all(
    departments: Sequence[Placed[Department]],
    services: Sequence[Placed[Guide]],
    questions: Sequence[Placed[Question]],
) -> Iterator[ImportFault]:
    """One by one: nobody looks for more of them than are told."""
    bounds: tuple[tuple[Sequence[Placed[Any]], int], ...] = (
        (departments, DEPARTMENTS_MAX),
        (services, SERVICES_MAX),
        (questions, ITEMS_MAX),
    )
    for placed, most in bounds:
        if len(placed) > most:
            yield fault(placed[most].place, FaultCode.TOO_LARGE, f"> {most}")
    for things in (departments, services):
        ids: set[str] = set()
        for one in things:
            yield from _faults_of(one)
            own_id = id_of(one.thing)
            if own_id in ids:
                yield fault(one.place, FaultCode.TWICE, own_id)
            ids.add(own_id)
    for question in questions:
        yield from _faults_of_texts(msgspec.to_builtins(question.thing), question.place)


def _faults_of(one: Placed[Any]) -> Iterator[ImportFault]:
    thing = one.thing
    if not _ID.fullmatch(id_of(thing)):
        yield fault(one.place, FaultCode.BAD_ID, id_of(thing))
    if not thing.name.zh.strip():
        yield fault(f"{one.place}.name.zh", FaultCode.NO_NAME)
    if isinstance(thing, Guide):
        for words in guide_faults(thing):
            yield fault(one.place, FaultCode.CANNOT_BE_FOLLOWED, words)
        yield from _faults_of_values(thing, one.place)
    yield from _faults_of_texts(msgspec.to_builtins(thing), one.place)


def _faults_of_values(guide: Guide, place: str) -> Iterator[ImportFault]:
    """What no service can have, though its type could."""
    numbers = [
        ("trips", guide.trips, TRIPS_MAX),
        ("promised_working_days", guide.promised_working_days, LIMIT_DAYS_MAX),
        ("statutory_working_days", guide.statutory_working_days or 0, LIMIT_DAYS_MAX),
        *((f"materials[{m.material_id}].copies", m.copies, COPIES_MAX) for m in guide.materials),
        *((f"forms[{n}].size", form.size, FORM_BYTES_MAX) for n, form in enumerate(guide.forms)),
    ]
    for name, value, most in numbers:
        if not 0 <= value <= most:
            yield fault(f"{place}.{name}", FaultCode.WRONG_VALUE, f"0 … {most}")
    for n, form in enumerate(guide.forms):
        if form.media_type not in FORM_TYPES:
            yield fault(f"{place}.forms[{n}].media_type", FaultCode.WRONG_VALUE, form.media_type)


def _faults_of_texts(value: object, place: str) -> Iterator[ImportFault]:
    match value:
        case str():
            if len(value) > TEXT_MAX:
                yield fault(place, FaultCode.TOO_LONG, f"{len(value)} > {TEXT_MAX}")
            try:
                check_characters(value)
            except TextRefusal as refusal:
                yield fault(place, FaultCode.TEXT, refusal.code.value)
        case list() | tuple():
            if len(value) > ITEMS_MAX:
                yield fault(place, FaultCode.TOO_LONG, f"{len(value)} > {ITEMS_MAX}")
            for n, item in enumerate(value):
                yield from _faults_of_texts(item, f"{place}[{n}]")
        case dict():
            for name, item in value.items():
                yield from _faults_of_texts(item, f"{place}.{name}")


def _unknown(raw: object, known: object, place: str) -> Iterator[str]:
    """The fields of the raw value that nothing came of: a name that was mistyped."""
    if isinstance(raw, dict) and isinstance(known, Struct):
        for name, value in raw.items():
            if name not in known.__struct_fields__:
                yield f"{place}.{name}"
            else:
                yield from _unknown(value, getattr(known, name), f"{place}.{name}")
    elif isinstance(raw, list) and isinstance(known, tuple):
        for n, (one, other) in enumerate(zip(raw, known, strict=False)):
            yield from _unknown(one, other, f"{place}[{n}]")
