"""Who is told which figures, and which are kept back (ST3)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.grants import Grant
from backend.core.ids import StaffId
from backend.core.rules.disclosure import (
    PERSONS_MIN,
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
    assert kept_back([100, 4, 3], [80, 4, 3]) == {1, 2}
    assert kept_back([100, 40, 30], [80, 4, 3]) == {1, 2}


def test_single_small_group_takes_the_next_with_it__ST3() -> None:
    assert kept_back([100, 4, 30, 20], [80, 4, 20, 20]) == {1, 3}


def test_empty_group_is_told__ST3() -> None:
    assert kept_back([0, 100], [0, 80]) == frozenset()


@given(st.lists(st.integers(0, 30), max_size=12))
def test_small_group_is_never_the_only_one_kept_back__ST3(ns: list[int]) -> None:
    found = kept_back(ns, ns)
    assert all(n in found or not 0 < ns[n] < PERSONS_MIN for n in range(len(ns)))
    assert len(found) != 1 or sum(n > 0 for n in ns) == 1


def test_clerk_is_told_of_ratings_once_no_more_can_come__EV4() -> None:
    today = date(2026, 11, 23)
    told_until = ratings_told_until(today)
    assert not is_in_time(told_until, today)
    assert is_in_time(told_until + timedelta(days=1), today)
