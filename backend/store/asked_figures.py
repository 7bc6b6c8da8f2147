"""What figures are asked for, and the groups that the database answers with."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from backend.core.figures import Dimension
from backend.core.ids import HallId
from backend.store.measures.form import COLUMNS, Measure

DAY = timedelta(days=1)
Key = tuple[str | None, ...]
_NUMERIC = {Dimension.HALF_HOUR, Dimension.WEEKDAY, Dimension.LEVEL}


class Query(Struct, frozen=True, kw_only=True):
    """What is asked for."""

    hall_ids: tuple[HallId, ...]
    first: date
    last: date
    measures: tuple[Measure, ...]
    by: tuple[Dimension, ...] = ()
    only: Mapping[Dimension, tuple[str, ...]] = {}
    """Of which values of a dimension alone."""
    at: datetime
    """Cases that are open and past due then are late."""
    keeps_back: bool = False
    """Whether small groups are kept back (ST3)."""
    ratings_until: date | None = None
    """Of later days what visitors said is kept back; None: of no day (EV4)."""
    is_whole: bool = False
    """Whether groups are told whole, with all measures there is enough of, or not at all."""
    least_by: Dimension | None = None
    """A group counts as small where one of these parts of it is: what two answers tell of it, the
    later with a part more or less, would be of that part."""

    @property
    def before(self) -> tuple[date, date]:
        """The period right before: as many whole months before whole months, else as many days."""
        after = self.last + DAY
        if self.first.day == after.day == 1:
            months = (after.year - self.first.year) * 12 + after.month - self.first.month
            years, month = divmod(self.first.year * 12 + self.first.month - 1 - months, 12)
            return date(years, month + 1, 1), self.first - DAY
        length = after - self.first
        return self.first - length, self.last - length


class Found(Struct, kw_only=True):
    """A group as the database answers."""

    value: float | None = None
    n: int = 0
    persons: int = 0


Groups = dict[Key | None, list[Found]]
"""By key, None for the total; one for each measure."""


def is_possible(query: Query, measure: Measure) -> bool:
    """Whether the measure can be taken apart and narrowed as the query asks."""
    return COLUMNS[measure.source].keys() >= {*query.by, *query.only}


def order(by: Sequence[Dimension], key: Key) -> list[tuple[bool, float, str]]:
    """Numbers by their size, others by name, nothing last."""
    return [
        (part is None, float(part) if part and dimension in _NUMERIC else 0.0, part or "")
        for dimension, part in zip(by, key, strict=True)
    ]
