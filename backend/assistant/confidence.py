"""How likely the first hit is the right one: a logistic curve over what the search saw.

The numbers are fitted by `make bench-search ARGS=--fit` on questions that the figures of
docs/search.md do not count.
"""

import math
from collections.abc import Sequence

from backend.search.index import Hit

WEIGHTS = (-7.19, 4.72, 2.19, 1.54, 4.74)
"""For `signs`, in order."""
CONFIDENCE_MIN = 0.85
"""Below it the assistant does not answer."""


def signs(hits: Sequence[Hit]) -> tuple[float, ...]:
    """What speaks for the first hit; there is at least one."""
    first = hits[0]
    ahead = first.score - (hits[1].score if len(hits) > 1 else 0.0)
    return (
        1.0,
        ahead,
        first.named,
        math.log1p(first.evidence),
        first.cover,
    )


def confidence(hits: Sequence[Hit]) -> float:
    """0 to 1; of all answers given with 0.9, nine of ten should be right."""
    if not hits:
        return 0.0
    total = sum(sign * weight for sign, weight in zip(signs(hits), WEIGHTS, strict=True))
    return 1 / (1 + math.exp(-total))
