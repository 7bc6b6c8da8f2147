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
    """What of a count, and of the shares of it, is not told."""

    groups: frozenset[int] = frozenset()
    """By their index."""
    is_total: bool = False
    """The total, too: from it the groups could be found."""

    def and_also(self, other: "KeptBack") -> "KeptBack":
        """What either keeps back."""
        return KeptBack(self.groups | other.groups, self.is_total or other.is_total)


class Count(NamedTuple):
    """How many there are of something in each group, which stands beside its total."""

    ns: Sequence[int]
    persons: Sequence[int]
    """How many different ones these are, at least."""
    parts: Sequence[Sequence[int]] = ()
    """Of each share of what visitors said: how many of `ns` are meant."""

    @property
    def small(self) -> frozenset[int]:
        """The groups whose figure is of fewer persons than may be told."""
        return frozenset(i for i, n in enumerate(self.ns) if n and self.persons_in(i) < PERSONS_MIN)

    def persons_in(self, i: int) -> int:
        """How many the group's figure is of."""
        return min(self.ns[i], self.persons[i])


def kept_back(counts: Sequence[Count], *, is_whole: bool = False) -> list[KeptBack]:
    """What is not told of the figures of one answer, of each count in turn (ST3).

    The same groups are kept back of all counts: one is often part of another, and would bound what
    is kept back of it.  Nothing is told of a count of which there is too little, nor, unless
    `is_whole`, of one for which more than half of the groups told of the widest had to go.
    """
    if not any(count.small for count in counts):
        return [KeptBack()] * len(counts)
    every = frozenset(range(len(counts[0].ns)))
    enough = [p for p, count in enumerate(counts) if _Sums(count, every).is_enough]
    together: list[int] = []
    hidden = of_widest = frozenset[int]()
    for place in sorted(enough, key=lambda place: -sum(counts[place].ns)):
        wider = _hidden([counts[one] for one in (*together, place)], len(every))
        of_widest = of_widest if together else wider
        if is_whole or 2 * len(every - wider) >= len(every - of_widest):
            together.append(place)
            hidden = wider
    nothing = KeptBack(every, is_total=True)
    return [KeptBack(hidden) if p in together else nothing for p in range(len(counts))]


def _hidden(counts: Sequence[Count], groups: int) -> frozenset[int]:
    """The groups that are small by one of the counts, and those kept back along with them.

    These are the next in the table's order, not in that of size, which would tell of their size;
    at least one, which nothing bounds, until there is enough of every count.
    """
    every = range(groups)
    small = frozenset[int]().union(*(count.small for count in counts))
    if not small:
        return small
    sums = [_Sums(count, small) for count in counts]
    along: set[int] = set()
    after = min(small) + 1
    for i in (*every[after:], *every[:after]):
        if i in small:
            continue
        along.add(i)
        for one in sums:
            one.add(i)
        if all(one.is_enough and one.is_covered for one in sums):
            break
    return small | along


class _Sums:
    """What the total leaves over of a count for the groups kept back."""

    def __init__(self, count: Count, groups: Iterable[int]) -> None:
        self._count = count
        self._is_empty = not any(count.ns)
        self._n = self._spare = 0
        self._parts = [0] * len(count.parts)
        for i in groups:
            self.add(i)
        self._small_n = self._n

    def add(self, i: int) -> None:
        """Take in a further group."""
        self._n += self._count.ns[i]
        self._spare += self._count.persons_in(i) - 1
        for place, part in enumerate(self._count.parts):
            self._parts[place] += part[i]

    @property
    def is_enough(self) -> bool:
        """Whether each may have one more or less, and neither all nor nothing is meant."""
        is_mixed = all(0 < part < self._n for part in self._parts)
        return self._is_empty or (self._spare >= PERSONS_MIN and is_mixed)

    @property
    def is_covered(self) -> bool:
        """Whether a group that is not small is among them: PERSONS_MIN different persons."""
        return self._is_empty or self._n > self._small_n
