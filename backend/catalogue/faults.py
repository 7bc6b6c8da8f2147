"""What keeps a draft from being reviewed, and what it lacks, each with its place (DR4)."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from itertools import chain, islice

from msgspec import Struct
from msgspec.structs import replace

from backend.catalogue.guide import Guide, Question
from backend.catalogue.parts import texts_of, texts_of_question
from backend.catalogue.questionnaire import faults_of
from backend.core.ids import Text
from backend.core.plan import Plan
from backend.core.rules.public_text import TextCode, TextLimits, TextRefusal, cleaned

WORDING = TextLimits(chars=2_000, lines=40, links=10)
WORD = TextLimits(chars=60)
LISTED_MAX = 60
"""Of conditions, materials, steps, questions, words: each."""
FAULTS_MAX = 200
"""Told of a guide; nobody reads more."""
KEPT_LISTED_MAX, KEPT_CHARS_MAX, KEPT_THINGS_MAX = 240, 8_000, 10_000
"""Of a list, a text, all lists together, in a draft: what is beyond is nobody's mistake."""
DAYS_MAX = 250
"""Working days; there are no more in a year."""
TRIPS_MAX, COPIES_MAX = 9, 99
FORM_TYPES = frozenset({"application/pdf", "image/png", "image/jpeg"})
"""What a form may be; whoever keeps it looks at its bytes (`store/files.py`)."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
"""Of a material; those of a questionnaire are bounded by their type."""


class FaultCode(StrEnum):
    """Stable, each with words on the pages."""

    NO_CHINESE = "no_chinese"
    TEXT = "text"
    """It is no text that is taken (TX1, TX2)."""
    NO_AUDIENCE = "no_audience"
    NO_SUCH_DEPARTMENT = "no_such_department"
    NO_SUCH_ZONE = "no_such_zone"
    NO_SUCH_COUNTER = "no_such_counter"
    NOT_BETWEEN = "not_between"
    TOO_MANY = "too_many"
    TWICE = "twice"
    BAD_ID = "bad_id"
    """It is to stand in addresses and in pages: letters, digits, `_` and `-`, at most 32."""
    QUESTIONNAIRE = "questionnaire"
    NO_SUCH_FORM = "no_such_form"


class GuideFault(Struct, frozen=True, kw_only=True):
    """What is wrong, and where."""

    path: str
    """A JSON pointer into the guide."""
    code: FaultCode
    detail: str
    """What is wrong with a text, by its code, or with a questionnaire (GD1)."""


class Frame(Struct, frozen=True, kw_only=True):
    """What a guide may name."""

    departments: Collection[str]
    zones: Collection[str]
    counters: Collection[str]


def frame_of(plan: Plan, departments: Collection[str]) -> Frame:
    """What a guide may name in the hall of the plan."""
    return Frame(
        departments=departments,
        zones={zone.zone_id for zone in plan.zones},
        counters={counter.counter_id for counter in plan.counters},
    )


def faults_in(guide: Guide, frame: Frame) -> tuple[GuideFault, ...]:
    """What keeps the guide from being shown; in the guide's order, FAULTS_MAX at most."""
    found = chain(
        _faults_of_texts(texts_of(guide)),
        _faults_of_words(guide),
        _faults_of_lists(guide),
        _faults_of_values(guide, frame),
        _faults_of_things(guide),
    )
    return tuple(islice(found, FAULTS_MAX))


def is_out_of_hand(guide: Guide) -> bool:
    """Whether it is far beyond what a guide may be, so that it is not even kept as a draft."""
    left: list[object] = [guide]
    things = 0
    while left:
        value = left.pop()
        if isinstance(value, str) and len(value) > KEPT_CHARS_MAX:
            return True
        if isinstance(value, tuple):
            things += len(value)
            if len(value) > KEPT_LISTED_MAX or things > KEPT_THINGS_MAX:
                return True
            left += value
        elif isinstance(value, Struct):
            left += (getattr(value, name) for name in value.__struct_fields__)
    return False


def faults_in_question(question: Question) -> tuple[GuideFault, ...]:
    """What keeps a question about the hall itself from being shown."""
    return tuple(_faults_of_texts(texts_of_question(question)))


def lacks_of(guide: Guide) -> tuple[str, ...]:
    """Where the English is missing; it goes through, and is told."""
    return tuple(path for path, text in texts_of(guide) if text.zh.strip() and not text.en.strip())


def presentable(guide: Guide) -> Guide:
    """The guide with numbers and forms in bounds, so that it can be shown while it is faulty."""
    return replace(
        guide,
        promised_working_days=min(max(guide.promised_working_days, 0), DAYS_MAX),
        forms=tuple(form for form in guide.forms if form.media_type in FORM_TYPES),
    )


def _at(path: str, code: FaultCode, detail: str = "") -> GuideFault:
    return GuideFault(path=path, code=code, detail=detail)


def _faults_of_texts(texts: Iterable[tuple[str, Text]]) -> Iterator[GuideFault]:
    for path, text in texts:
        if not text.zh.strip():
            yield _at(path, FaultCode.NO_CHINESE)
        for language in ("zh", "en"):
            yield from _fault_of_words(f"{path}/{language}", getattr(text, language), WORDING)


def _faults_of_words(guide: Guide) -> Iterator[GuideFault]:
    for name in ("also", "keywords"):
        words = getattr(guide, name)
        for language in ("zh", "en"):
            for index, word in enumerate(getattr(words, language)):
                yield from _fault_of_words(f"/{name}/{language}/{index}", word, WORD)
    yield from _fault_of_words("/phone", guide.phone, WORD)


def _fault_of_words(path: str, words: str, limits: TextLimits) -> Iterator[GuideFault]:
    try:
        cleaned(words, limits)
    except TextRefusal as refusal:
        if refusal.code is not TextCode.EMPTY:
            yield _at(path, FaultCode.TEXT, refusal.code)


def _faults_of_lists(guide: Guide) -> Iterator[GuideFault]:
    for name in ("conditions", "materials", "steps", "questions", "forms"):
        if len(getattr(guide, name)) > LISTED_MAX:
            yield _at(f"/{name}", FaultCode.TOO_MANY)
    for name in ("also", "keywords"):
        words = getattr(guide, name)
        if max(len(words.zh), len(words.en)) > LISTED_MAX:
            yield _at(f"/{name}", FaultCode.TOO_MANY)
    for index, question in enumerate(guide.questions):
        if max(len(question.also.zh), len(question.also.en)) > LISTED_MAX:
            yield _at(f"/questions/{index}/also", FaultCode.TOO_MANY)


def _faults_of_values(guide: Guide, frame: Frame) -> Iterator[GuideFault]:
    if not guide.audience:
        yield _at("/audience", FaultCode.NO_AUDIENCE)
    if guide.department_id not in frame.departments:
        yield _at("/department_id", FaultCode.NO_SUCH_DEPARTMENT)
    if guide.zone_id not in frame.zones:
        yield _at("/zone_id", FaultCode.NO_SUCH_ZONE)
    for index, counter_id in enumerate(guide.counter_ids):
        if counter_id not in frame.counters:
            yield _at(f"/counter_ids/{index}", FaultCode.NO_SUCH_COUNTER)
    bounds = (
        ("trips", guide.trips, 0, TRIPS_MAX),
        ("promised_working_days", guide.promised_working_days, 0, DAYS_MAX),
        ("statutory_working_days", guide.statutory_working_days or 0, 0, DAYS_MAX),
    )
    for name, value, least, most in bounds:
        if not least <= value <= most:
            yield _at(f"/{name}", FaultCode.NOT_BETWEEN)


def _faults_of_things(guide: Guide) -> Iterator[GuideFault]:
    ids = [material.material_id for material in guide.materials]
    often = Counter(ids)
    for index, material in enumerate(guide.materials):
        if often[material.material_id] > 1:
            yield _at(f"/materials/{index}/material_id", FaultCode.TWICE)
        if not _ID.fullmatch(material.material_id):
            yield _at(f"/materials/{index}/material_id", FaultCode.BAD_ID)
        if not 1 <= material.copies <= COPIES_MAX:
            yield _at(f"/materials/{index}/copies", FaultCode.NOT_BETWEEN)
    for index, form in enumerate(guide.forms):
        if form.media_type not in FORM_TYPES or form.size < 0:
            yield _at(f"/forms/{index}", FaultCode.NO_SUCH_FORM)
    for words in faults_of(guide.questionnaire, ids):
        yield _at("/questionnaire", FaultCode.QUESTIONNAIRE, words)
