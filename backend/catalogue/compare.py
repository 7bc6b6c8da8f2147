"""Two versions of a guide beside each other, down to the words that changed."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import fields

from backend.catalogue.guide import Guide, Words
from backend.catalogue.parts import DERIVED
from backend.catalogue.questionnaire import Inquiry
from backend.core.ids import Text

TOKENS_MAX = 3_000
"""Of two lines, beyond which they are not told apart word by word."""
UNTOLD = frozenset({"material_id", "digest", "media_type", "size"})
"""Ids of things that are told by their names."""
_TOKEN = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)


class PieceKind(StrEnum):
    """Where a piece stands."""

    SAME = "same"
    GONE = "gone"
    COME = "come"


class ComparedPiece(Struct, frozen=True, kw_only=True):
    """Some of a text."""

    kind: PieceKind
    words: str


class ColumnOf(StrEnum):
    """What a column has: one language, or values that are no texts, by their names."""

    ZH = "zh"
    EN = "en"
    VALUE = "value"


class ComparedColumn(Struct, frozen=True, kw_only=True):
    """A part of both guides in one language."""

    language: ColumnOf
    pieces: tuple[ComparedPiece, ...]


class ComparedPart(Struct, frozen=True, kw_only=True):
    """A part of both guides."""

    part: str
    """The guide's field."""
    is_changed: bool
    columns: tuple[ComparedColumn, ...]


def compared(before: Guide | None, after: Guide | None) -> tuple[ComparedPart, ...]:
    """Every part that either has, in the guide's order; None: there is no such guide."""
    found = (_part(name, before, after) for name in Guide.__struct_fields__ if name not in DERIVED)
    return tuple(part for part in found if any(column.pieces for column in part.columns))


def _part(name: str, before: Guide | None, after: Guide | None) -> ComparedPart:
    old, new = (getattr(one, name) if one is not None else None for one in (before, after))
    is_text = _is_text(old) or _is_text(new)
    languages = (ColumnOf.ZH, ColumnOf.EN) if is_text else (ColumnOf.VALUE,)
    columns = tuple(
        ComparedColumn(language=one, pieces=tuple(_pieces(_lines(old, one), _lines(new, one))))
        for one in languages
    )
    return ComparedPart(part=name, is_changed=old != new, columns=columns)


def _is_text(value: Any) -> bool:
    if isinstance(value, tuple):
        return any(_is_text(one) for one in value)
    return isinstance(value, Struct)


def _lines(value: Any, language: str) -> list[str]:
    """What a part says, a line for each thing that it lists."""
    match value:
        case None | "" | ():
            return []
        case Text():
            return getattr(value, language).split("\n") if getattr(value, language) else []
        case Words():
            return list(getattr(value, language))
        case Inquiry():
            own = f"[{value.inquiry_id}] {getattr(value.asked, language)}"
            return [own, *(f"  · {_line(choice, language)}" for choice in value.choices)]
        case tuple():
            return [
                line
                for one in value
                for line in (_lines(one, language) if _is_long(one) else [_line(one, language)])
            ]
    return [_line(value, language)]


def _is_long(value: Any) -> bool:
    return isinstance(value, Inquiry)


def _line(value: Any, language: str) -> str:
    """One thing in one line; of what is neither text nor plain, what is not as usual."""
    match value:
        case Text():
            return str(getattr(value, language))
        case bool():
            return "yes" if value else "no"
        case Struct():
            own = ((field, getattr(value, field.name)) for field in fields(value))
            return " · ".join(
                _told(field.name, one, language)
                for field, one in own
                if field.name not in UNTOLD and one not in (None, (), field.default)
            )
        case tuple():
            return ", ".join(_line(one, language) for one in value)
    return str(value)


def _told(name: str, value: Any, language: str) -> str:
    if isinstance(value, Text):
        return _line(value, language)
    return name if value is True else f"{name}={_line(value, language)}"


def _pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[ComparedPiece]:
    """Both, line by line, and within lines that changed word by word."""
    matcher = SequenceMatcher(a=old, b=new)
    for tag, a, b, c, d in matcher.get_opcodes():
        gone, come = "\n".join(old[a:b]), "\n".join(new[c:d])
        if tag == "equal":
            yield ComparedPiece(kind=PieceKind.SAME, words=gone + "\n")
        elif tag == "replace":
            yield from _within(gone + "\n", come + "\n")
        elif tag == "delete":
            yield ComparedPiece(kind=PieceKind.GONE, words=gone + "\n")
        else:
            yield ComparedPiece(kind=PieceKind.COME, words=come + "\n")


def _within(gone: str, come: str) -> Iterator[ComparedPiece]:
    old, new = _TOKEN.findall(gone), _TOKEN.findall(come)
    if len(old) + len(new) > TOKENS_MAX:
        old, new = [gone], [come]
    for tag, a, b, c, d in SequenceMatcher(a=old, b=new).get_opcodes():
        if tag == "equal":
            yield ComparedPiece(kind=PieceKind.SAME, words="".join(old[a:b]))
            continue
        if a < b:
            yield ComparedPiece(kind=PieceKind.GONE, words="".join(old[a:b]))
        if c < d:
            yield ComparedPiece(kind=PieceKind.COME, words="".join(new[c:d]))
