"""Which figures are kept back, since they would tell of single persons (ST3)."""

from collections.abc import Sequence

PERSONS_MIN = 5
"""A group of fewer is kept back from those outside the office."""


def kept_back(ns: Sequence[int], persons: Sequence[int]) -> frozenset[int]:
    """The groups, by their index, whose figure is not told (ST3).

    `ns` is how many each figure rests on, `persons` how many different ones are in each group.
    A single group kept back could be found from the total, so the next smallest goes with it.
    """
    groups = range(len(ns))
    small = {i for i in groups if ns[i] and min(ns[i], persons[i]) < PERSONS_MIN}
    others = [i for i in groups if i not in small and ns[i]]
    if len(small) == 1 and others:
        small.add(min(others, key=lambda i: (ns[i], i)))
    return frozenset(small)
