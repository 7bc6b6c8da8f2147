"""How likely the first hit is the right one: a logistic curve over what the search saw.

The numbers are fitted by `make bench-search ARGS=--fit` on questions that the figures of
docs/search.md do not count.
"""

import math

from backend.search.index import KEYWORD, Seen
from backend.search.terms import LENGTH_MAX, is_han

WEIGHTS = (-14.26, 7.48, -1.65, 3.62, -2.73, 3.55, 3.04, 1.32, 7.08)
"""For `signs`, in order."""
CONFIDENCE_MIN = 0.8
"""Below it the assistant does not answer."""
RIVAL = 0.95
"""What share of the first hit's score the second has when either may be meant."""
LETTERS = 3
"""How many letters say what a Chinese character does."""
SIZE_MIN = 5
"""A question of fewer characters is the name of something: that it is short speaks not against."""


def signs(seen: Seen) -> tuple[float, ...]:
    """What speaks for the first hit, and against; there is at least one."""
    first = seen.hits[0]
    best = max((hit.phrase for hit in seen.hits[1:]), default=0.0)
    return (
        1.0,
        first.score - seen.elsewhere,
        float(any(hit.score > RIVAL * first.score for hit in seen.hits[1:])),
        math.log1p(seen.mass * first.cover),
        math.log1p(first.evidence),
        first.phrase,
        math.log1p(max(_size(seen.query), SIZE_MIN)),
        float(first.phrase >= best),
        float(first.phrase >= KEYWORD > best),
    )


def _size(query: str) -> float:
    """How much is said, in Chinese characters."""
    looked_at = query[:LENGTH_MAX]
    characters = sum(map(is_han, looked_at))
    return characters + (len(looked_at) - characters) / LETTERS


def confidence(seen: Seen) -> float:
    """0 to 1; of all answers given with 0.9, nine of ten should be right."""
    if not seen.hits:
        return 0.0
    total = sum(sign * weight for sign, weight in zip(signs(seen), WEIGHTS, strict=True))
    return 1 / (1 + math.exp(-total))
