"""How likely the first hit is the right one: a logistic curve over what the search saw.

The numbers are fitted by `make bench-search ARGS=--fit` on questions that the figures of
docs/search.md do not count.
"""

import math

from backend.assistant.parts import language_of
from backend.search.index import Seen
from backend.search.terms import LENGTH_MAX

WEIGHTS = (-9.17, 5.85, -0.69, 3.47, -3.43, 5.45, 2.53, -3.16)
"""For `signs`, in order."""
CONFIDENCE_MIN = 0.85
"""Below it the assistant does not answer."""
RIVAL = 0.8
"""What share of the first hit's score another has that may be meant as well."""


def signs(seen: Seen) -> tuple[float, ...]:
    """What speaks for the first hit, and against; there is at least one."""
    first = seen.hits[0]
    return (
        1.0,
        first.score - seen.elsewhere,
        float(sum(hit.score > RIVAL * first.score for hit in seen.hits)),
        math.log1p(seen.mass * first.cover),
        math.log1p(first.evidence),
        first.phrase,
        math.log1p(min(len(seen.query), LENGTH_MAX)),
        float(language_of(seen.query) == "en"),
    )


def confidence(seen: Seen) -> float:
    """0 to 1; of all answers given with 0.9, nine of ten should be right."""
    if not seen.hits:
        return 0.0
    total = sum(sign * weight for sign, weight in zip(signs(seen), WEIGHTS, strict=True))
    return 1 / (1 + math.exp(-total))
