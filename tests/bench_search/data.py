"""Files of queries, and a catalogue as large as a great university's."""

import random
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from backend.catalogue.guide import Catalogue, Guide, Question
from backend.core.ids import ServiceId, Text

SERVICES, QUESTIONS_PER_SERVICE = 1000, 10
_UNITS_ZH = (
    "文学院",
    "理学院",
    "工学院",
    "医学院",
    "法学院",
    "商学院",
    "农学院",
    "东校区",
    "西校区",
)
_UNITS_EN = (
    "Arts",
    "Science",
    "Engineering",
    "Medicine",
    "Law",
    "Business",
    "Farming",
    "East",
    "West",
)
_LEAD_ZH = ("急", "老师好，", "再问", "匿名", "新生", "毕业后", "暑假里", "本周", "代问", "网上")
_LEAD_EN = (
    "urgent",
    "hello",
    "again",
    "newcomer",
    "alumni",
    "summer",
    "week",
    "late",
    "early",
    "web",
)


class Asked(Struct, frozen=True):
    """A query with the items that are right for it; none when it should be declined."""

    text: str
    right: frozenset[str]


class FormError(Exception):
    """The file is not of the form `query => item, item`."""


def read_file(path: Path) -> list[Asked]:
    """The queries of a file: `query => item, item`, or `=> -`; `#` begins a remark.

    Raises FormError.
    """
    return list(_lines(path))


def _lines(path: Path) -> Iterator[Asked]:
    for no, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        text, arrow, right = line.rpartition("=>")
        if not arrow:
            raise FormError(f"{path}:{no}: no `=>`")
        items = frozenset(item.strip() for item in right.split(",")) - {"-", ""}
        yield Asked(text.strip(), items)


def large(catalogue: Catalogue, services: int = SERVICES, seed: int = 1) -> Catalogue:
    """As many services with 10 questions each, by variation of those there are."""
    chance = random.Random(seed)
    found = [
        _varied(catalogue.guides[no % len(catalogue.guides)], no, chance) for no in range(services)
    ]
    return replace(catalogue, guides=tuple(found))


def _varied(guide: Guide, no: int, chance: random.Random) -> Guide:
    unit = chance.randrange(len(_UNITS_ZH))
    name = Text(
        zh=f"{_UNITS_ZH[unit]}{guide.name.zh}{no}", en=f"{_UNITS_EN[unit]} {guide.name.en} {no}"
    )
    return replace(
        guide,
        service_id=ServiceId(f"{guide.service_id}-{no}"),
        name=name,
        questions=tuple(
            _question(guide.questions[n % len(guide.questions)], n, name)
            for n in range(QUESTIONS_PER_SERVICE)
        ),
    )


def _question(question: Question, n: int, name: Text) -> Question:
    asked = Text(
        zh=f"{_LEAD_ZH[n]}{name.zh}，{question.asked.zh}",
        en=f"{_LEAD_EN[n]} {name.en}: {question.asked.en}",
    )
    return replace(question, asked=asked)
