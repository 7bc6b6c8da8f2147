"""Two hundred days of a small hall, each from its seed; a failure prints how to see it again."""

from functools import cache

import pytest

from tests.sim.day import simulate
from tests.sim.site import is_replicated

SEEDS = 200
MINUTES = 5.0
LOST_LEAST = 100
BROKEN_ONCE = ((129, 10.0), (131, 7.0), (131, 10.0), (177, 10.0))
"""Days that broke a rule before the code was mended, and their minutes."""
lived = cache(simulate)
"""A seed is always the same day: it is lived once for all tests that look at what came of it."""


@pytest.mark.parametrize("seed", range(SEEDS))
def test_simulated_day_keeps_every_invariant__I1_I2_I3_I4_I5_I6_I7_I8_I9_I13_I14_I20(
    seed: int,
) -> None:
    outcome = lived(seed, MINUTES)
    assert outcome.tickets > 10, "hardly anybody came"
    assert outcome.answers > 100


@pytest.mark.parametrize(("seed", "minutes"), BROKEN_ONCE)
def test_day_that_was_broken_once_keeps_every_invariant__I1_I8(seed: int, minutes: float) -> None:
    assert simulate(seed, minutes).answers > 100


def test_same_seed_is_the_same_day() -> None:
    assert simulate(3, MINUTES) == simulate(3, MINUTES)


def test_days_have_what_they_are_to_prove() -> None:
    """Troubles happen, commits are lost with Redis, and most of them come back."""
    alone = [seed for seed in range(30) if seed % 4 and not is_replicated(seed)]
    outcomes = [lived(seed, MINUTES) for seed in alone]
    assert sum(outcome.troubles for outcome in outcomes) > 30
    assert sum(outcome.lost for outcome in outcomes) > LOST_LEAST
    assert 0 < sum(o.restored for o in outcomes) < sum(o.lost for o in outcomes)


def test_days_with_replicas_lose_what_nobody_was_told__I1() -> None:
    outcomes = [lived(seed, MINUTES) for seed in range(30) if is_replicated(seed)]
    assert sum(outcome.lost for outcome in outcomes) > 0
