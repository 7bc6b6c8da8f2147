"""Who is told which figures, and which are kept back (ST3)."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.grants import Grant
from backend.core.ids import StaffId
from backend.core.rules.disclosure import (
    PERSONS_MIN,
    KeptBack,
    Sight,
    kept_back,
    ratings_told_until,
    sight_of,
)
from backend.core.rules.evaluations import is_in_time
from backend.core.stamp import Role

LI = StaffId("li")


def of(role: Role, department_id: str | None = None) -> Grant:
    return Grant(role=role, hall_id="main", department_id=department_id)


@pytest.mark.parametrize(
    ("grants", "sight"),
    [
        ([of(Role.SUPERVISOR)], Sight(sees_behind=True)),
        ([of(Role.ADMINISTRATOR)], Sight(sees_behind=True)),
        (
            [of(Role.DEPARTMENT_MANAGER, "HR"), of(Role.DEPARTMENT_MANAGER, "FN")],
            Sight(department_ids=frozenset({"HR", "FN"}), sees_behind=True),
        ),
        ([of(Role.STATISTICS_VIEWER)], Sight(keeps_back=True)),
        (
            [of(Role.STATISTICS_VIEWER, "HR")],
            Sight(department_ids=frozenset({"HR"}), keeps_back=True),
        ),
        ([of(Role.CLERK, "HR")], Sight(clerk_id=LI, keeps_back=True)),
        ([of(Role.CLERK), of(Role.SUPERVISOR)], Sight(sees_behind=True)),
        ([of(Role.CLERK), of(Role.STATISTICS_VIEWER)], Sight(keeps_back=True)),
        ([of(Role.GREETER)], None),
        ([of(Role.AUDITOR)], None),
        ([], None),
    ],
)
def test_sight_is_the_widest_that_is_granted__ST3(grants: list[Grant], sight: Sight | None) -> None:
    assert sight_of(grants, LI) == sight


def test_group_of_few_persons_is_kept_back__ST3() -> None:
    assert kept_back([100, 4, 4], [80, 4, 4]) == KeptBack(frozenset({1, 2}))
    assert kept_back([100, 40, 30], [80, 4, 4]) == KeptBack(frozenset({1, 2}))
    assert kept_back([100, 5], [80, 5]) == KeptBack()


def test_next_smallest_go_along_until_five_more_persons_than_groups_are_kept_back__ST3() -> None:
    assert kept_back([100, 4, 30, 20], [80, 4, 20, 20]) == KeptBack(frozenset({1, 3}))
    assert kept_back([100, 1, 1, 20], [80, 1, 1, 20]) == KeptBack(frozenset({1, 2, 3}))
    assert kept_back([1, 2, 5, 9], [1, 2, 5, 9]) == KeptBack(frozenset({0, 1, 2}))


def test_empty_group_is_told_only_where_nothing_is_kept_back__ST3() -> None:
    assert kept_back([0, 100], [0, 80]) == KeptBack()
    assert kept_back([0, 4, 4, 100], [0, 4, 4, 80]) == KeptBack(frozenset({0, 1, 2}))


def test_total_is_kept_back_where_the_groups_would_follow_from_it__ST3() -> None:
    ones = [1, 1, 1, 1, 1]
    assert kept_back(ones, ones) == KeptBack(frozenset(range(5)), is_total=True)
    assert kept_back([3], [3]) == KeptBack(frozenset({0}), is_total=True)


def test_shares_of_which_all_is_meant_are_not_what_the_total_leaves_over__ST3() -> None:
    ns = [4, 4, 20, 100]
    assert kept_back(ns, ns, [4, 4, 20, 50]) == KeptBack(frozenset(range(4)))
    assert kept_back(ns, ns, [0, 0, 7, 50]) == KeptBack(frozenset({0, 1, 2}))
    assert kept_back(ns, ns, ns) == KeptBack(frozenset(range(4)), is_total=True)


TABLES = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=6)
"""Of each group how many, and how many of them are meant."""


@given(TABLES, st.booleans())
def test_nothing_kept_back_follows_from_what_is_told__ST3(
    table: list[tuple[int, int]], is_share: bool
) -> None:
    ns, parts = [n for n, _ in table], [min(n, part) for n, part in table]
    found = kept_back(ns, ns, parts if is_share else None)
    assert all(i in found.groups or not 0 < n < PERSONS_MIN for i, n in enumerate(ns))
    if not found.groups or found.is_total:
        return
    assert all(ns[i] for i in range(len(ns)) if i not in found.groups)
    hidden = sorted(found.groups)
    whole, meant = sum(ns[i] for i in hidden), sum(parts[i] for i in hidden)
    possible: list[set[int]] = [set() for _ in hidden]
    numerators: list[set[int]] = [set() for _ in hidden]
    for others in _possible(ns, hidden, found, parts if is_share else None):
        for place, n in enumerate(others):
            possible[place].add(n)
            numerators[place] |= {max(0, meant - whole + n), min(n, meant)}
        if all(len(own) > 1 for own in (*possible, *numerators)):
            return
    pytest.fail(f"{ns} {parts}: {possible} {numerators}")


def _possible(
    ns: list[int], hidden: list[int], found: KeptBack, parts: list[int] | None
) -> Iterator[tuple[int, ...]]:
    """What the hidden groups may be for who knows the rule, the total, and all that is told."""
    whole = sum(ns[i] for i in hidden)
    least = 0 if parts is None else sum(parts[i] for i in hidden)
    for own in product(range(whole + 1), repeat=len(hidden) - 1):
        others = (*own, whole - sum(own))
        if others[-1] < 0:
            continue
        table, persons, meant, rest = list(ns), list(ns), list(parts or ns), least
        for i, n in zip(hidden, others, strict=True):
            table[i], persons[i] = n, n
            meant[i] = min(n, rest)
            rest -= meant[i]
        for few in product((False, True), repeat=len(hidden)):  # many of one person, or of many
            for i, is_few in zip(hidden, few, strict=True):
                persons[i] = min(table[i], PERSONS_MIN - 1) if is_few else table[i]
            if kept_back(table, persons, None if parts is None else meant) == found:
                yield others
                break


@given(st.lists(st.integers(0, 30), max_size=12))
def test_small_group_is_never_the_only_one_kept_back_beside_its_total__ST3(ns: list[int]) -> None:
    found = kept_back(ns, ns)
    assert len(found.groups) != 1 or found.is_total
    if found.groups and not found.is_total:
        assert sum(ns[i] for i in found.groups) >= len(found.groups) + PERSONS_MIN


def test_clerk_is_told_of_ratings_once_no_more_can_come__EV4() -> None:
    today = date(2026, 11, 23)
    told_until = ratings_told_until(today)
    assert not is_in_time(told_until, today)
    assert is_in_time(told_until + timedelta(days=1), today)
