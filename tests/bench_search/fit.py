"""The confidence's weights, from questions with known answers: ridge logistic regression.

What lies out of scope is known by lists, and no list has all that will be asked.  So every question
is seen thrice: as the assistant sees it, and with either half of the list left out.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from backend.assistant.confidence import CONFIDENCE_MIN, signs
from backend.assistant.elsewhere import elsewhere
from backend.catalogue.guide import Catalogue
from backend.search.index import Index
from tests.bench_search.data import Asked
from tests.bench_search.measure import AssistantScore, is_right, score

FOLDS, STEPS, RIDGE = 10, 60, 0.02
PARTS = (slice(None), slice(None, None, 2), slice(1, None, 2))
"""Of the list of what lies out of scope."""
Numbers = NDArray[np.float64]


class Outcome(Struct, frozen=True):
    """What the search saw, and whether its first hit was right."""

    signs: tuple[float, ...] | None
    """None where nothing was found."""
    is_right: bool
    is_in_scope: bool


def outcomes(catalogue: Catalogue, asked: Sequence[Asked]) -> list[list[Outcome]]:
    """For each of PARTS one outcome a question."""
    matters = elsewhere(catalogue.guides)
    return [_outcomes(Index(catalogue, matters[part]), asked) for part in PARTS]


def _outcomes(index: Index, asked: Sequence[Asked]) -> list[Outcome]:
    found = []
    for one in asked:
        seen = index.look_up(one.text)
        marks = signs(seen) if seen.hits else None
        found.append(Outcome(marks, is_right(seen, one), bool(one.right)))
    return found


def fitted(seen: Sequence[Outcome]) -> Numbers:
    """The weights, by Newton's method."""
    usable = [one for one in seen if one.signs is not None]
    x = np.array([one.signs for one in usable], dtype=np.float64)
    y = np.array([float(one.is_right) for one in usable])
    ridge = RIDGE * np.diag([0.0] + [1.0] * (x.shape[1] - 1))
    weights: Numbers = np.zeros(x.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (p - y) + ridge @ weights
        curve = (x * (p * (1 - p))[:, None]).T @ x + ridge
        weights = weights - np.linalg.solve(curve, slope)
    return weights


def cross_validated(seen: Sequence[Sequence[Outcome]]) -> list[list[float]]:
    """For each of PARTS the confidences, each fitted without its tenth of the questions."""
    order: NDArray[Any] = np.random.default_rng(0).permutation(len(seen[0]))
    sure = [[0.0] * len(seen[0]) for _ in seen]
    for fold in range(FOLDS):
        held = set(order[fold::FOLDS].tolist())
        weights = fitted([o for way in seen for no, o in enumerate(way) if no not in held])
        for way, found in zip(seen, sure, strict=True):
            for no in held:
                marks = way[no].signs
                if marks is not None:
                    found[no] = float(1 / (1 + np.exp(-np.array(marks) @ weights)))
    return sure


def score_at(
    seen: Sequence[Outcome], sure: Sequence[float], least: float = CONFIDENCE_MIN
) -> AssistantScore:
    """The score where answers are given from the confidence `least` on."""
    return score([one.is_right for one in seen], [one.is_in_scope for one in seen], sure, least)
