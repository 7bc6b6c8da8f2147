"""What a file would change in a catalogue, thing by thing and field by field (CX1)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import islice, zip_longest
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from backend.catalogue.exchange import (
    FAULTS_MAX,
    ITEMS_MAX,
    FaultCode,
    ImportFault,
    Kind,
    Loaded,
    Placed,
    fault,
    id_of,
)
from backend.catalogue.faults import FaultCode as GuideFaultCode
from backend.catalogue.faults import Frame, GuideFault, faults_in, faults_in_question
from backend.catalogue.guide import Department, Guide, Question
from backend.core.ids import DepartmentId, ServiceId, Text

FIELDS_MAX = 60
"""Told of one thing; all are changed."""
SAID_MAX = 160
PLACES_MAX = 20
"""Told of one zone or counter that the plan does not have; all are counted."""
_QUESTIONS = Text(zh="大厅自己的常见问题", en="Frequent questions about the hall itself")
_UNPLANNED = {
    GuideFaultCode.NO_SUCH_ZONE: FaultCode.NO_SUCH_ZONE,
    GuideFaultCode.NO_SUCH_COUNTER: FaultCode.NO_SUCH_COUNTER,
}
_IDS = ("material_id", "inquiry_id", "choice_id", "digest")
"""By which the items of a list are known."""


class How(StrEnum):
    """What becomes of something."""

    ADDED = "added"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


class FieldChange(Struct, frozen=True, kw_only=True):
    """A field that would be another."""

    field: str
    """`summary.en`, `materials[m2].copies`, `steps[3]`."""
    before: str | None
    """In short; None: it was not there."""
    after: str | None


class Change(Struct, frozen=True, kw_only=True):
    """What becomes of a department, a service, or the questions about the hall itself."""

    kind: Kind
    id: str
    """Of the questions none."""
    name: Text
    how: How
    fields: tuple[FieldChange, ...] = ()


class Step(Struct, frozen=True, kw_only=True):
    """A change and the document that makes it; None ends it."""

    change: Change
    document: Department | Guide | tuple[Question, ...] | None


class InForce(Struct, frozen=True, kw_only=True):
    """The catalogue on the day from which a file is to count."""

    departments: Mapping[DepartmentId, Department]
    guides: Mapping[ServiceId, Guide]
    questions: tuple[Question, ...] = ()
    followed: frozenset[tuple[Kind, str]] = frozenset()
    """What has versions for later days."""


class Unplanned(Struct, frozen=True, kw_only=True):
    """A zone or counter that services are to be at and that the plan does not have (DR4)."""

    code: FaultCode
    id: str
    places: tuple[str, ...]
    """Of the services, the first PLACES_MAX."""
    services: int


class Compared(Struct, frozen=True, kw_only=True):
    """A file beside the catalogue."""

    steps: tuple[Step, ...]
    """Departments first: in the order of the file, then what ends."""
    unchanged: int
    faults: tuple[ImportFault, ...]
    unplanned: tuple[Unplanned, ...]
    """A fault as well, unless whoever takes the file says that the plan follows."""


def compared(loaded: Loaded, standing: InForce, frame: Frame, *, withdraws: bool) -> Compared:
    """What the file would change; `withdraws`: what it does not name ends.

    Of the frame its zones and counters: departments are those that there are then.
    """
    departments = {one.thing.department_id: one.thing for one in loaded.departments}
    named = {one.thing.service_id for one in loaded.services}
    after = departments if withdraws else dict(standing.departments) | departments
    services = [_of_department(one, after) for one in loaded.services]
    kept = () if withdraws else (g for s, g in standing.guides.items() if s not in named)
    used = {one.thing.department_id for one in services} | {g.department_id for g in kept}
    faults = [*loaded.faults, *_departments_missing(services, after)]
    steps = [
        *_steps(Kind.DEPARTMENT, loaded.departments, standing.departments),
        *_steps(Kind.SERVICE, services, standing.guides),
    ]
    if withdraws:
        steps += _ended(Kind.DEPARTMENT, standing.departments, departments)
        steps += _ended(Kind.SERVICE, standing.guides, named)
        faults += [
            fault("", FaultCode.IN_USE, department_id)
            for department_id in standing.departments
            if department_id not in departments and department_id in used
        ]
    steps += _of_questions(loaded, standing.questions, withdraws=withdraws)
    places = _places(loaded)
    faults += _followed(steps, places, standing.followed)
    more, unplanned = _reviewed(steps, loaded, frame)
    told = {one.place for one in loaded.faults}
    faults += [one for one in more if not any(_is_told(one.place, place) for place in told)]
    total = len(loaded.departments) + len(services) + bool(loaded.questions)
    written = sum(step.document is not None for step in steps)
    return Compared(
        steps=tuple(steps),
        unchanged=total - written,
        faults=tuple(faults[:FAULTS_MAX]),
        unplanned=unplanned,
    )


def _of_department(
    one: Placed[Guide], departments: Mapping[DepartmentId, Department]
) -> Placed[Guide]:
    """The service with its department's own name, which a file need not say again."""
    department = departments.get(one.thing.department_id)
    if department is None:
        return one
    return Placed(place=one.place, thing=replace(one.thing, department=department.name))


def _departments_missing(
    services: list[Placed[Guide]], departments: Collection[DepartmentId]
) -> Iterator[ImportFault]:
    for one in services:
        if one.thing.department_id not in departments:
            yield fault(one.place, FaultCode.NO_SUCH_DEPARTMENT, one.thing.department_id)


def _places(loaded: Loaded) -> dict[tuple[Kind, str], str]:
    departments = {(Kind.DEPARTMENT, id_of(one.thing)): one.place for one in loaded.departments}
    services = {(Kind.SERVICE, id_of(one.thing)): one.place for one in loaded.services}
    found = departments | services
    if loaded.questions:
        found[Kind.QUESTIONS, ""] = loaded.questions[0].place
    return found


def _reviewed(
    steps: Collection[Step], loaded: Loaded, frame: Frame
) -> tuple[list[ImportFault], tuple[Unplanned, ...]]:
    """What would keep a draft of the same words from review (DR4).

    Apart from it the zones and counters that the plan does not have: it may come later.
    """
    faults: list[ImportFault] = []
    unplanned: dict[tuple[FaultCode, str], list[str]] = {}
    services = {one.thing.service_id: one for one in loaded.services}
    for step in steps:
        guide = step.document
        if len(faults) >= FAULTS_MAX:
            break
        if not isinstance(guide, Guide):
            continue
        placed = services[guide.service_id]
        place = placed.place
        for own in faults_in(guide, replace(frame, departments={guide.department_id})):
            code, named = _UNPLANNED.get(own.code), _named(guide, own.path)
            if code is None or not named:
                faults.append(_not_reviewed(placed, own))
            elif unplanned.setdefault((code, named), [])[-1:] != [place]:
                unplanned[code, named].append(place)
    if any(isinstance(step.document, tuple) for step in steps):
        for one in loaded.questions:
            for own in faults_in_question(one.thing):
                faults.append(_not_reviewed(one, own))
    return faults, tuple(
        Unplanned(code=code, id=named, places=tuple(at[:PLACES_MAX]), services=len(at))
        for (code, named), at in islice(unplanned.items(), FAULTS_MAX)
    )


def _not_reviewed(placed: Placed[Any], own: GuideFault) -> ImportFault:
    return fault(placed.at(own.path), FaultCode.NOT_REVIEWED, own.detail, own.code)


def _is_told(place: str, told: str) -> bool:
    """Whether something is said of the place, or of a part of it, already."""
    inner, outer = sorted((place, told), key=len, reverse=True)
    return inner == outer or inner.startswith((f"{outer}.", f"{outer}["))


def _named(guide: Guide, path: str) -> str:
    """The zone or counter at the place in the guide."""
    _, name, *index = path.split("/")
    return guide.counter_ids[int(index[0])] if name == "counter_ids" else guide.zone_id


def _of_questions(
    loaded: Loaded, before: tuple[Question, ...], *, withdraws: bool
) -> Iterator[Step]:
    after = tuple(one.thing for one in loaded.questions)
    if after == before or not (after or withdraws):
        return
    fields: tuple[FieldChange, ...] = ()
    if before and after:
        own = differences(msgspec.to_builtins(before), msgspec.to_builtins(after), "questions")
        fields = tuple(own)[:FIELDS_MAX]
    change = Change(
        kind=Kind.QUESTIONS,
        id="",
        name=_QUESTIONS,
        how=How.WITHDRAWN if not after else How.CHANGED if before else How.ADDED,
        fields=fields,
    )
    yield Step(change=change, document=after or None)


def _followed(
    steps: Collection[Step],
    places: Mapping[tuple[Kind, str], str],
    followed: frozenset[tuple[Kind, str]],
) -> Iterator[ImportFault]:
    """What would change and has a version for a later day, which would take its place (DR3)."""
    for step in steps:
        key = (step.change.kind, step.change.id)
        if key in followed:
            yield fault(places.get(key, ""), FaultCode.FOLLOWED, step.change.id)


def _steps(
    kind: Kind,
    placed: Collection[Placed[Any]],
    before: Mapping[Any, Any],
) -> Iterator[Step]:
    for one in placed:
        own_id = id_of(one.thing)
        old = before.get(own_id)
        if old == one.thing:
            continue
        fields: list[FieldChange] = []
        if old is not None:
            fields += differences(msgspec.to_builtins(old), msgspec.to_builtins(one.thing), "")
        change = Change(
            kind=kind,
            id=own_id,
            name=one.thing.name,
            how=How.ADDED if old is None else How.CHANGED,
            fields=tuple(fields[:FIELDS_MAX]),
        )
        yield Step(change=change, document=one.thing)


def _ended(
    kind: Kind,
    before: Mapping[Any, Any],
    named: Collection[str],
) -> Iterator[Step]:
    for own_id, old in before.items():
        if own_id not in named:
            change = Change(
                kind=kind,
                id=own_id,
                name=old.name,
                how=How.WITHDRAWN,
            )
            yield Step(change=change, document=None)


def differences(before: Any, after: Any, field: str) -> Iterator[FieldChange]:
    """The fields in which two documents differ, in the order of the second."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys([*after, *before]):
            inner = f"{field}.{name}" if field else name
            yield from differences(before.get(name), after.get(name), inner)
    elif isinstance(before, tuple) and isinstance(after, tuple):
        yield from _in_lists(before, after, field)
    else:
        yield FieldChange(field=field, before=_said(before), after=_said(after))


def _in_lists(before: Sequence[Any], after: Sequence[Any], field: str) -> Iterator[FieldChange]:
    items = [*before, *after]
    if not all(isinstance(item, dict) for item in items):
        yield FieldChange(field=field, before=_said(before), after=_said(after))
        return
    known_by = next((name for name in _IDS if all(name in item for item in items)), None)
    if known_by is None:
        yield from _in_order(before, after, field)
        return
    old_items = {item[known_by]: item for item in before}
    new_items = {item[known_by]: item for item in after}
    for key in dict.fromkeys([*new_items, *old_items]):
        yield from differences(old_items.get(key), new_items.get(key), f"{field}[{key}]")
    if [key for key in old_items if key in new_items] != [k for k in new_items if k in old_items]:
        yield FieldChange(
            field=field, before=_said(tuple(old_items)), after=_said(tuple(new_items))
        )


def _in_order(before: Sequence[Any], after: Sequence[Any], field: str) -> Iterator[FieldChange]:
    """Of items without ids: what came between others does not change all that follow."""
    if max(len(before), len(after)) > ITEMS_MAX:  # which no catalogue takes
        yield FieldChange(field=field, before=_said(before), after=_said(after))
        return
    old, new = ([msgspec.json.encode(item) for item in items] for items in (before, after))
    for tag, a, b, c, d in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        for n, (gone, come) in enumerate(zip_longest(before[a:b], after[c:d])):
            place = c + n if come is not None else a + n
            yield from differences(gone, come, f"{field}[{place + 1}]")


def _said(value: Any) -> str | None:
    """A value in short, as somebody would say it."""
    match value:
        case None:
            return None
        case {"zh": zh, "en": en, **others} if not others:
            words = f"{_flat(zh)} / {_flat(en)}"
        case {"name": name}:
            return _said(name)
        case {"asked": asked}:
            return _said(asked)
        case str() | tuple():
            words = _flat(value)
        case _:
            words = msgspec.json.encode(value).decode()
    return words if len(words) <= SAID_MAX else f"{words[: SAID_MAX - 1]}…"


def _flat(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
