"""Who is told which figures, and which are kept back (ST3)."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.grants import Grant
from backend.core.ids import StaffId
from backend.core.rules.disclosure import (
    PERSONS_MIN,
    Count,
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


def back_of(*counts: Sequence[int], parts: Sequence[Sequence[int]] = ()) -> list[KeptBack]:
    """What is kept back of counts of different persons, `parts` of the last."""
    *others, last = (Count(ns, ns) for ns in counts)
    return kept_back([*others, last._replace(parts=parts)])


def test_group_of_few_persons_is_kept_back_with_the_one_after_it__ST3() -> None:
    assert back_of([100, 4, 30, 20]) == [KeptBack(frozenset({1, 2}))]
    assert back_of([100, 20, 30, 4]) == [KeptBack(frozenset({0, 3}))]
    many_of_few = Count([100, 40, 30, 20], [80, 4, 30, 20])
    assert kept_back([many_of_few]) == [KeptBack(frozenset({1, 2}))]
    assert back_of([100, 5]) == [KeptBack()]
    assert back_of([]) == [KeptBack()]


def test_further_groups_go_along_until_five_more_than_groups_are_kept_back__ST3() -> None:
    assert back_of([1, 5, 9, 20]) == [KeptBack(frozenset({0, 1, 2}))]
    assert back_of([1, 0, 9, 20]) == [KeptBack(frozenset({0, 1, 2}))]
    assert back_of([4, 100, 4, 100]) == [KeptBack(frozenset({0, 1, 2}))]


def test_empty_group_is_told_beside_those_kept_back__ST3() -> None:
    assert back_of([0, 100]) == [KeptBack()]
    assert back_of([0, 4, 8, 100]) == [KeptBack(frozenset({1, 2}))]


def test_total_is_kept_back_where_the_groups_would_follow_from_it__ST3() -> None:
    assert back_of([1, 1, 1, 1, 1]) == [KeptBack(frozenset(range(5)), is_total=True)]
    assert back_of([3]) == [KeptBack(frozenset({0}), is_total=True)]
    assert back_of([4, 4, 4]) == [KeptBack(frozenset(range(3)))]


def test_shares_of_which_all_is_meant_are_not_what_the_total_leaves_over__ST3() -> None:
    ns = [4, 4, 20, 100, 90]
    assert back_of(ns, parts=[[4, 4, 20, 50, 80]]) == [KeptBack(frozenset(range(4)))]
    assert back_of(ns, parts=[[0, 0, 7, 50, 80]]) == [KeptBack(frozenset({0, 1, 2}))]
    both = [[4, 4, 20, 50, 80], [0, 0, 7, 50, 80]]
    assert back_of(ns, parts=both) == [KeptBack(frozenset(range(4)))]
    assert back_of(ns, parts=[ns]) == [KeptBack(frozenset(range(5)), is_total=True)]


def test_same_groups_are_kept_back_of_a_count_and_a_part_of_it__ST3() -> None:
    accepted, decided = [1, 7, 8, 50, 60], [1, 7, 6, 48, 60]
    assert back_of(accepted, decided) == [KeptBack(frozenset({0, 1}))] * 2
    assert back_of(accepted, [1, 7, 3, 48, 60]) == [KeptBack(frozenset({0, 1, 2}))] * 2


def test_part_for_which_most_groups_had_to_go_is_not_told_at_all__ST3() -> None:
    accepted, late = [9, 7, 8, 50, 60], [1, 2, 0, 3, 9]
    nothing = KeptBack(frozenset(range(5)), is_total=True)
    assert back_of(accepted, late) == [KeptBack(), nothing]
    assert back_of(late, accepted) == [nothing, KeptBack()]
    assert back_of(accepted, [0, 0, 0, 0, 0]) == [KeptBack(), KeptBack()]


def test_groups_kept_back_beside_others_are_of_five_different_persons__ST3() -> None:
    same_four = Count([20, 20, 20, 20], [4, 4, 30, 30])
    assert kept_back([same_four]) == [KeptBack(frozenset({0, 1, 2}))]


Table = tuple[tuple[int, ...], ...]
"""Of each group how many, and of how many of these something further is true."""


def told_of(table: Table) -> object:
    """All that somebody is told of the table who knows the rule."""
    counts = list(zip(*table, strict=True))
    return tuple(
        (
            back,
            tuple(None if i in back.groups else n for i, n in enumerate(ns)),
            None if back.is_total else sum(ns),
        )
        for ns, back in zip(counts, back_of(*counts), strict=True)
    )


@pytest.mark.parametrize(
    ("groups", "most", "is_nested"), [(4, 8, False), (2, 11, True), (3, 6, True)]
)
def test_nothing_small_follows_from_what_is_told__ST3(
    groups: int, most: int, *, is_nested: bool
) -> None:
    """Every table up to `most`: beside each there is one that is told alike, and differs there."""
    worlds: dict[object, list[Table]] = {}
    sizes = [(n, part) for n in range(most + 1) for part in range(n + 1)]
    for table in product(sizes if is_nested else [(n,) for n in range(most + 1)], repeat=groups):
        worlds.setdefault(told_of(table), []).append(table)
    small = 0
    for alike in worlds.values():
        possible = [
            [set(own) for own in zip(*group, strict=True)] for group in zip(*alike, strict=True)
        ]
        for table in alike:
            if max(n for n, *_ in table) > most - 2:
                continue  # what it might be instead is partly beyond these tables
            for group, others in zip(table, possible, strict=True):
                for n, other in zip(group, others, strict=True):
                    if 0 < n < PERSONS_MIN:
                        small += 1
                        assert len(other) > 1, table
    assert small > 50


TABLES = st.lists(
    st.integers(0, 30).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    min_size=1,
    max_size=8,
)


@given(TABLES)
def test_one_person_more_or_less_in_a_small_group_shows_nowhere__ST3(
    table: list[tuple[int, int]],
) -> None:
    accepted, decided = zip(*table, strict=True)
    whole, part = back_of(accepted, decided)
    for ns, back in ((accepted, whole), (decided, part)):
        hidden = [ns[i] for i in sorted(back.groups)]
        assert all(i in back.groups or not 0 < n < PERSONS_MIN for i, n in enumerate(ns))
        if not back.groups or back.is_total or not any(ns):
            continue
        assert sum(hidden) >= len(hidden) + PERSONS_MIN
        assert len(hidden) == len(ns) or max(hidden) >= PERSONS_MIN
    assert whole.groups == part.groups or part.is_total or whole.is_total


def test_clerk_is_told_of_ratings_once_no_more_can_come__EV4() -> None:
    today = date(2026, 11, 23)
    told_until = ratings_told_until(today)
    assert not is_in_time(told_until, today)
    assert is_in_time(told_until + timedelta(days=1), today)
