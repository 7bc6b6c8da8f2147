"""Choose the forecast's numbers on all offices but one and measure them on that one.

What is reported is what an office that nobody has seen may expect; docs/wait.md says what was
shipped after that.
"""

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from backend.core.rules.forecast import RANGE_CALLS, Tuning
from tests.bench_wait.data import QueueDay
from tests.bench_wait.estimators import forecaster, mean_gap
from tests.bench_wait.measure import Answer, answers

CHOICES: dict[str, tuple[float, ...]] = {
    "median": (1.0, 0.94, 0.91, 0.88, 0.85),
    "profile_calls": (20, 60, 120),
    "alike_waiting": (100, 1, 0.6, 0.4),
    "alike_counters": (100, 2, 1, 0.7),
    "alike_calls": (40, 20, 10, 5),
    "extra_min": (0, 0.6, 1.2, 1.8),
}
"""The first of each says the least: that is where the choice begins."""
PASSES = 2
OCTAVE = 0.45
"""Half the width, in logarithms of calls, of what a knot of the range's table is made from."""
RANGE_SHARES = (0.08, 0.892)
"""Waits below the range's ends: fewer are left out below than above, which is narrower; a little
more than COVERAGE is held, since days to come differ more than days known."""


class Chooser:
    """Measures each set of numbers once."""

    def __init__(self, days: Sequence[QueueDay]) -> None:
        self._days = days
        based = answers(days, mean_gap)
        self._base = errors_by_office(based)
        self._roots = {
            office: sum(a.office == office for a in based) ** 0.5 for office in self._base
        }
        self._answers: dict[Tuning, list[Answer]] = {}
        self.offices = sorted(self._base)

    def answers(self, tuning: Tuning) -> list[Answer]:
        """What the forecast says with these numbers, first days of queues left out."""
        if tuning not in self._answers:
            found = answers(self._days, forecaster(tuning))
            self._answers[tuning] = [answer for answer in found if not answer.is_first_day]
        return self._answers[tuning]

    def loss(self, tuning: Tuning, offices: Sequence[str]) -> float:
        """The offices' error ÷ that of queue length × mean gap, by the root of their waits.

        So that neither the office with the longest waits nor one with a hundred of them decides.
        """
        errors = errors_by_office(self.answers(tuning))
        ratios = [errors[office] / self._base[office] for office in offices]
        return float(np.average(ratios, weights=[self._roots[office] for office in offices]))

    def best(self, offices: Sequence[str]) -> Tuning:
        """The numbers chosen on these offices: one after another, twice."""
        tuning = replace(Tuning(), **{name: values[0] for name, values in CHOICES.items()})
        for _ in range(PASSES):
            for name, values in CHOICES.items():
                tries = [replace(tuning, **{name: value}) for value in values]
                tuning = min(tries, key=lambda found: self.loss(found, offices))
        low, high = range_table([a for a in self.answers(tuning) if a.office in offices])
        return replace(tuning, range_low=low, range_high=high)


def errors_by_office(found: Sequence[Answer]) -> dict[str, float]:
    """Mean absolute error in minutes, first days of queues left out."""
    errors: dict[str, list[float]] = {}
    for answer in found:
        if not answer.is_first_day:
            errors.setdefault(answer.office, []).append(abs(answer.estimate.wait - answer.wait))
    return {office: float(np.mean(all_of_it)) for office, all_of_it in errors.items()}


def range_table(found: Sequence[Answer]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Log of shortest and longest ÷ median wait, by calls needed, that hold COVERAGE."""
    calls = np.log([answer.calls for answer in found])
    ratios = np.log([answer.wait / answer.estimate.wait for answer in found])
    table = [
        np.quantile(ratios[np.abs(calls - np.log(knot)) < OCTAVE], RANGE_SHARES)
        for knot in RANGE_CALLS
    ]
    return tuple(float(low) for low, _ in table), tuple(float(high) for _, high in table)


def leave_one_out(days: Sequence[QueueDay]) -> tuple[list[Answer], dict[str, Tuning]]:
    """Each office's answers with the numbers chosen on the others, and those numbers."""
    chooser = Chooser(days)
    found: list[Answer] = []
    chosen: dict[str, Tuning] = {}
    for office in chooser.offices:
        tuning = chooser.best([other for other in chooser.offices if other != office])
        own = [day for day in days if day.office == office]
        found += [a for a in answers(own, forecaster(tuning)) if not a.is_first_day]
        chosen[office] = tuning
    return found, chosen
