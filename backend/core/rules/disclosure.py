"""Who is told which figures, and which are kept back: they would tell of single persons (ST3)."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from msgspec import Struct

from backend.core.evaluation import DAYS_MAX
from backend.core.grants import Grant
from backend.core.ids import StaffId
from backend.core.stamp import Role

PERSONS_MIN = 5
"""A group of fewer is kept back from those outside the office."""
OF_HALL = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})


class Sight(Struct, frozen=True, kw_only=True):
    """What somebody is told of a hall's figures."""

    department_ids: frozenset[str] | None = None
    """Of these departments; None: of all."""
    clerk_id: StaffId | None = None
    """Of this clerk alone."""
    keeps_back: bool = False
    """Without those of small groups."""
    sees_behind: bool = False
    """Also which tickets and cases are behind a figure."""


def sight_of(grants: Iterable[Grant], staff_id: StaffId) -> Sight | None:
    """What these grants, all of one hall, let somebody see of its figures (ST3).

    The widest counts: those who look after the hall, then a department's manager, then who looks
    from outside, then a clerk, who is told the own figures without what few visitors said.
    """
    found = tuple(grants)
    if any(grant.role in OF_HALL for grant in found):
        return Sight(sees_behind=True)
    for role in (Role.DEPARTMENT_MANAGER, Role.STATISTICS_VIEWER):
        own = {grant.department_id for grant in found if grant.role is role}
        if own:
            named = frozenset(department_id for department_id in own if department_id is not None)
            is_inside = role is Role.DEPARTMENT_MANAGER
            return Sight(
                department_ids=None if None in own else named,
                keeps_back=not is_inside,
                sees_behind=is_inside,
            )
    if any(grant.role is Role.CLERK for grant in found):
        return Sight(clerk_id=staff_id, keeps_back=True)
    return None


def ratings_told_until(today: date) -> date:
    """The last day of whose visits a clerk is told how they were rated: no rating of it can come.

    Whoever sees a figure before and after one visitor rates knows what that visitor said (EV4).
    """
    return today - timedelta(days=DAYS_MAX)


class KeptBack(NamedTuple):
    """What of a table is not told."""

    groups: frozenset[int] = frozenset()
    """By their index."""
    is_total: bool = False
    """The total, too: from it the groups could be found."""


def kept_back(
    ns: Sequence[int], persons: Sequence[int], parts: Sequence[int] | None = None
) -> KeptBack:
    """What is not told of figures that stand beside their total (ST3).

    `ns` is how many each figure rests on, `persons` how many different ones are in each group,
    `parts`, of shares of what visitors said, how many of `ns` are meant.  Together the groups kept
    back are what the total leaves over: were that one a group, or all of it or nothing meant, each
    would be known.
    """
    sizes = [min(n, own) for n, own in zip(ns, persons, strict=True)]
    hidden = {i for i, n in enumerate(ns) if n and sizes[i] < PERSONS_MIN}
    if not hidden:
        return KeptBack()
    hidden |= {i for i, n in enumerate(ns) if not n}  # else each of the others has one at least

    def is_enough() -> bool:
        if sum(sizes[i] for i in hidden) < len(hidden) + PERSONS_MIN:
            return False
        return parts is None or 0 < sum(parts[i] for i in hidden) < sum(ns[i] for i in hidden)

    for i in sorted(set(range(len(ns))) - hidden, key=lambda i: (ns[i], i)):
        if is_enough():
            break
        hidden.add(i)
    return KeptBack(frozenset(hidden), is_total=not is_enough())
