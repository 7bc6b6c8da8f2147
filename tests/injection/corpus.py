"""The hostile texts, by what they mean something to."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.hall import Reply

CORPUS: dict[str, list[str]] = json.loads(Path(__file__).with_name("corpus.json").read_text())
TEXTS = [text for texts in CORPUS.values() for text in texts]


def words_in(value: Any) -> Iterator[str]:
    """Every text in a JSON value."""
    match value:
        case str():
            yield value
        case dict():
            for one in value.values():
                yield from words_in(one)
        case list():
            for one in value:
                yield from words_in(one)


def assert_told(reply: Reply) -> None:
    """It was refused, with a code."""
    assert reply.status in {400, 404, 409, 413, 422, 429}, reply.body
    assert reply.json["code"], reply.body
