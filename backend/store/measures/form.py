"""What a measure is: a fraction of what its source's rows come to, as SQL (ST1).

Its denominator is the n that always goes with it.  A zero denominator has no value.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from backend.core.figures import Dimension, Unit
from backend.core.ids import Text

MS_A_MIN = 60_000
AT = "$1"
"""The instant that is asked for: what is open and past due then is late."""


class Source(StrEnum):
    """What a measure is counted from: the rows of a table or view."""

    TICKETS = "counted_tickets"
    VISITS = "visits_to_count"
    SPANS = "counted_spans"
    CASES = "cases_to_count"
    CLERK_DAYS = "counted_clerk_days"


_OF_ANY = {
    Dimension.HALL: "hall_id",
    Dimension.ZONE: "zone_id",
    Dimension.COUNTER: "counter_id",
    Dimension.CLERK: "clerk_id",
    Dimension.DEPARTMENT: "department_id",
    Dimension.HALF_HOUR: "half_hour",
    Dimension.WEEKDAY: "(day - DATE '1900-01-01') % 7 + 1",  # that day was a Monday
    Dimension.DAY: "day",
    Dimension.MONTH: "left(day::text, 7)",
}
_OF_VISITORS = {
    Dimension.QUEUE: "queue_id",
    Dimension.SERVICE: "service_id",
    Dimension.CHANNEL: "channel",
    Dimension.ORIGIN: "origin",
    Dimension.CLASS: "ticket_class",
}
COLUMNS: dict[Source, dict[Dimension, str]] = {
    Source.TICKETS: _OF_ANY | _OF_VISITORS | {Dimension.STATE: "outcome"},
    Source.VISITS: _OF_ANY | _OF_VISITORS | {Dimension.LEVEL: "level"},
    Source.SPANS: _OF_ANY | {Dimension.STATE: "state"},
    Source.CASES: _OF_ANY | _OF_VISITORS | {Dimension.STATE: "state"},
    Source.CLERK_DAYS: {d: c for d, c in _OF_ANY.items() if d is not Dimension.HALF_HOUR},
}
"""The column or expression of each dimension that a source has."""

_OF_TICKETS = {
    Dimension.ZONE,
    Dimension.COUNTER,
    Dimension.QUEUE,
    Dimension.CHANNEL,
    Dimension.ORIGIN,
    Dimension.CLASS,
}
SHORTER: dict[Source, tuple[str, set[Dimension]]] = {
    Source.SPANS: ("counted_counter_days", {Dimension.HALF_HOUR}),
    Source.CASES: ("accepted_cases", _OF_TICKETS),
}
"""Where the same is found sooner, unless one of these dimensions is asked for."""

PERSON = {
    Source.TICKETS: "coalesce(person_hash, day || ticket_id)",
    Source.VISITS: "coalesce(person_hash, day || ticket_id)",
    Source.CASES: "coalesce(person_hash, case_id)",
}
"""Who a row is about; somebody unknown is somebody else each time."""


SAID = ("level", "is_flagged", "in_time")
"""The columns of a visit that come of how it was rated."""


class Measure(Struct, frozen=True, kw_only=True):
    """A measure and how it is found."""

    measure_id: str
    name: Text
    formula: Text
    source: Source
    unit: Unit
    value: str
    """SQL over a group's rows; NULL where `n` is 0, but for counts."""
    n: str
    """SQL: what it is a share or a mean of; of a count the count itself."""
    which: str
    """SQL: the rows that a look behind the figure lists."""
    part: str = ""
    """SQL: of a share, the rows that it is of, among whatever others."""

    @property
    def tells_ratings(self) -> bool:
        """Whether it says anything of what visitors said."""
        sql = f"{self.value} {self.n} {self.which}"
        return self.source is Source.VISITS and any(column in sql for column in SAID)


class Words(NamedTuple):
    """What a measure is called, and how it is formed."""

    id: str
    zh: str
    en: str
    formula_zh: str
    formula_en: str


def measure_of(
    words: Words, source: Source, unit: Unit, *, value: str, n: str, which: str, part: str = ""
) -> Measure:
    """A measure whose SQL is given."""
    return Measure(
        measure_id=words.id,
        name=Text(zh=words.zh, en=words.en),
        formula=Text(zh=words.formula_zh, en=words.formula_en),
        source=source,
        unit=unit,
        value=value,
        n=n,
        which=which,
        part=part,
    )


def count_of(words: Words, source: Source, which: str = "true") -> Measure:
    """The rows of `which`."""
    counted = f"count(*) FILTER (WHERE {which})"
    return measure_of(words, source, Unit.COUNT, value=counted, n=counted, which=which)


def sum_of(words: Words, source: Source, column: str) -> Measure:
    """The sum of a column."""
    total = f"coalesce(sum({column}), 0)"
    return measure_of(words, source, Unit.COUNT, value=total, n=total, which=f"{column} > 0")


def share_of(words: Words, source: Source, part: str, *, of: str = "true") -> Measure:
    """The rows of `part` among those of `of`."""
    n, which = f"count(*) FILTER (WHERE {of})", f"({of}) AND ({part})"
    value = f"round(100.0 * count(*) FILTER (WHERE {which}) / nullif({n}, 0), 2)"
    return measure_of(words, source, Unit.PERCENT, value=value, n=n, which=which, part=part)


def times_of(words: Words, source: Source, column: str, *, of: str = "true") -> list[Measure]:
    """Mean, median, P90 and longest of a column of milliseconds, in minutes."""
    which = f"({of}) AND {column} IS NOT NULL"
    n = f"count(*) FILTER (WHERE {which})"
    place = f"percentile_cont({{}}) WITHIN GROUP (ORDER BY {column}) FILTER (WHERE {which})"
    ways = (
        ("mean", "平均", "mean", f"sum({column}) FILTER (WHERE {which}) / nullif({n}, 0)"),
        ("median", "中位数", "median", place.format("0.5")),
        ("p90", "P90", "P90", place.format("0.9")),
        ("max", "最长", "longest", f"max({column}) FILTER (WHERE {which})"),
    )
    return [
        measure_of(
            words._replace(id=f"{words.id}_{way}", zh=f"{words.zh}·{zh}", en=f"{words.en}, {en}"),
            source,
            Unit.MINUTES,
            value=f"round(({value})::numeric / {MS_A_MIN}, 2)",
            n=n,
            which=which,
        )
        for way, zh, en, value in ways
    ]


def rows_of(source: Source, asked: Iterable[Dimension]) -> str:
    """The table or view to ask: the shortest that has these dimensions."""
    shorter, lacks = SHORTER.get(source, (source.value, set[Dimension]()))
    return source.value if lacks.intersection(asked) else shorter


def dimensions_of(measure: Measure) -> tuple[Dimension, ...]:
    """What the measure may be taken apart by."""
    return tuple(COLUMNS[measure.source])
