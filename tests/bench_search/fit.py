"""The confidence's weights, from questions with known answers: ridge logistic regression."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from backend.assistant.confidence import CONFIDENCE_MIN, signs
from backend.search.index import Index
from tests.bench_search.data import Asked
from tests.bench_search.measure import AssistantScore, score

FOLDS, STEPS, RIDGE = 10, 200, 0.02
Numbers = NDArray[np.float64]


class Outcome(Struct, frozen=True):
    """What the search saw, and whether its first hit was right."""

    signs: tuple[float, ...] | None
    """None where nothing was found."""
    is_right: bool
    is_in_scope: bool


def outcomes(index: Index, asked: Sequence[Asked]) -> list[Outcome]:
    """One outcome a question."""
    found = []
    for one in asked:
        hits = index.find(one.text, score_min=0)
        is_right = bool(hits) and hits[0].item_id in one.right
        found.append(Outcome(signs(hits) if hits else None, is_right, bool(one.right)))
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


def cross_validated(
    index: Index, asked: Sequence[Asked], least: float = CONFIDENCE_MIN
) -> AssistantScore:
    """The score where each question's confidence is fitted without its tenth of the questions."""
    seen = outcomes(index, asked)
    order: NDArray[Any] = np.random.default_rng(0).permutation(len(seen))
    sure = [0.0] * len(seen)
    for fold in range(FOLDS):
        held = set(order[fold::FOLDS].tolist())
        weights = fitted([one for no, one in enumerate(seen) if no not in held])
        for no in held:
            found = seen[no].signs
            if found is not None:
                sure[no] = float(1 / (1 + np.exp(-np.array(found) @ weights)))
    return score([one.is_right for one in seen], [one.is_in_scope for one in seen], sure, least)
