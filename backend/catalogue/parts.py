"""A guide taken apart: its texts and values by their place, a JSON pointer."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from backend.catalogue.guide import Guide, Question
from backend.core.ids import Text

DERIVED = frozenset({"service_id", "department"})
"""Not written by hand: they follow from the draft and the department."""


def texts_of(guide: Guide) -> Iterator[tuple[str, Text]]:
    """Every text that is written by hand, in the guide's order."""
    for name in guide.__struct_fields__:
        if name not in DERIVED:
            yield from _texts(f"/{name}", getattr(guide, name))


def texts_of_question(question: Question) -> Iterator[tuple[str, Text]]:
    """The texts of a frequent question."""
    yield from _texts("", question)


def _texts(path: str, value: Any) -> Iterator[tuple[str, Text]]:
    if isinstance(value, Text):
        yield path, value
    elif isinstance(value, tuple):
        for index, one in enumerate(value):
            yield from _texts(f"{path}/{index}", one)
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from _texts(f"{path}/{name}", getattr(value, name))
