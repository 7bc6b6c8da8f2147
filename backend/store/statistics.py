"""Figures of a period: every measure by every dimension, asked of the counted rows as SQL.

The statement is put together from `measures` alone; whatever comes from outside is a parameter.
"""

import asyncio
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from backend.core.figures import (
    Behind,
    CounterSpan,
    DaysCounted,
    FigureCell,
    FigureRow,
    Figures,
    Unit,
)
from backend.core.ids import HallId, StaffId
from backend.core.rules.disclosure import PERSONS_MIN
from backend.store.asked_figures import Found, Groups, Key, Query, is_possible, order
from backend.store.database import Database, queries
from backend.store.measures.form import COLUMNS, PERSON, Measure, Source, rows_of
from backend.store.withheld import keys_kept_back

ROWS_MAX = 10_000
LISTED_MAX = 500
SORTING = "SET LOCAL work_mem = '64MB'; SET LOCAL jit = off"
"""A year's waits are sorted in memory; compiling a statement would take longer than running it."""

AT_LEAST = "bit_count(bit_or(1::bigint << (hashtext({}) & 63))::bit(64))"
"""SQL: no more than there are different values, found without sorting them; that it is PERSONS_MIN
or more is enough to know, and where it is not they are counted."""


class TooManyRowsError(Exception):
    """More than ROWS_MAX groups: ask for less at once."""


class _Days(NamedTuple):
    """Days, the first to the last: as they are in force, or as they were frozen."""

    first: date
    last: date
    is_frozen: bool = False


class Statistics:
    """Answers queries; every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def figures(self, query: Query) -> Figures:
        """The figures of the period, beside those of the period before.

        Raises TooManyRowsError.
        """
        async with self._database.connection() as connection:
            await connection.execute(SORTING)
            now = await _groups(connection, query, _Days(query.first, query.last))
            before = await _groups(connection, query, _Days(*query.before))
            days = await _days(connection, query)
            frozen = None
            if days.corrected and not query.keeps_back:  # what came late is of few persons
                frozen = await _groups(
                    connection, query, _Days(query.first, query.last, is_frozen=True)
                )
        return await asyncio.to_thread(_figures, query, days, now, before, frozen)

    async def behind(self, query: Query) -> list[Behind]:
        """The first LISTED_MAX tickets or cases behind the query's one measure, oldest first."""
        (measure,) = query.measures
        where, values = _where(query, measure.source, _Days(query.first, query.last))
        sql = f"""
            SELECT {_LISTED[measure.source]} FROM {measure.source} AS s
            WHERE {where} AND ({measure.which}) ORDER BY 1, 5, 2 LIMIT {LISTED_MAX}
        """
        async with self._database.connection() as connection:
            rows = await connection.fetch(sql, *values)
        return [msgspec.convert(dict(row), Behind) for row in rows]

    async def spans(
        self,
        hall_id: HallId,
        day: date,
        clerk_id: StaffId | None = None,
        department_ids: Collection[str] | None = None,
    ) -> list[CounterSpan]:
        """What the counters did on a day, each in order of time; of a clerk or departments."""
        async with self._database.connection() as connection:
            rows = queries.spans_of_day(
                connection,
                hall_id=hall_id,
                day=day,
                clerk_id=clerk_id,
                department_ids=None if department_ids is None else list(department_ids),
            )
            return [msgspec.convert(dict(row), CounterSpan) async for row in rows]


_LISTED = {
    Source.TICKETS: "day, ticket_id, NULL AS case_id, number, issued_at AS at, outcome,"
    " wait_ms AS length_ms",
    Source.VISITS: "day, ticket_id, NULL AS case_id, (SELECT t.number FROM counted_tickets AS t"
    " WHERE t.hall_id = s.hall_id AND t.day = s.day AND t.ticket_id = s.ticket_id"
    " AND t.replaced_by IS NULL) AS number, started_at AS at, level::text AS outcome,"
    " handling_ms AS length_ms",
    Source.SPANS: "day, ticket_id, NULL AS case_id, counter_id AS number, from_at AS at,"
    " state AS outcome, length_ms",
    Source.CLERK_DAYS: "day, NULL AS ticket_id, NULL AS case_id, clerk_id AS number,"
    " NULL::timestamptz AS at, NULL AS outcome, on_post_ms AS length_ms",
    Source.CASES: "day, ticket_id, case_id, number, accepted_at AS at, state AS outcome,"
    " NULL::bigint AS length_ms",
}
"""The columns of Behind, of each source."""


async def _groups(connection: Any, query: Query, days: _Days) -> Groups:
    """What each group of each source comes to, put together by key."""
    found: Groups = {}
    for source in Source:
        own = [
            (index, measure)
            for index, measure in enumerate(query.measures)
            if measure.source is source and is_possible(query, measure)
        ]
        if not own:
            continue
        sql, values = _statement(query, source, [m for _, m in own], days)
        rows = await connection.fetch(sql, *values)
        if len(rows) > ROWS_MAX:
            raise TooManyRowsError
        persons = {_key(query, row): row["persons"] or 0 for row in rows}
        if query.keeps_back and source in PERSON:
            unsure = [
                row for row in rows if row["rows"] >= PERSONS_MIN and row["persons"] < PERSONS_MIN
            ]
            persons |= await _persons(connection, query, source, days, unsure)
        for row in rows:
            key = _key(query, row)
            group = found.setdefault(key, [Found() for _ in query.measures])
            for place, (index, _) in enumerate(own):
                value = row[f"v{place}"]
                group[index].value = None if value is None else float(value)
                group[index].n, group[index].persons = row[f"n{place}"], persons[key]
    if query.least_by is not None:
        await _least(connection, query, days, found)
    return found


async def _least(connection: Any, query: Query, days: _Days, groups: Groups) -> None:
    """Let each group be of no more persons than the smallest part of it that has any."""
    assert query.least_by is not None
    finer = replace(query, by=(*query.by, query.least_by), least_by=None)
    for key, parts in (await _groups(connection, finer, days)).items():
        for group, part in zip(groups[key[:-1]] if key else [], parts, strict=bool(key)):
            if part.n:
                group.persons = min(group.persons, part.n, part.persons)


def _key(query: Query, row: Any) -> Key | None:
    return None if row["is_total"] else tuple(row[f"k{i}"] for i in range(len(query.by)))


async def _persons(
    connection: Any,
    query: Query,
    source: Source,
    days: _Days,
    unsure: Sequence[Any],
) -> dict[Key | None, int]:
    """How many persons are in each of these groups."""
    if not unsure:
        return {}
    rows, values = _rows(query, source, days)
    wanted = []
    if not any(row["is_total"] for row in unsure):
        for i in range(len(query.by)):
            values.append([row[f"k{i}"] or "" for row in unsure])
            wanted.append(f"coalesce(k{i}::text, '') = ANY(${len(values)}::text[])")
    sql = f"""
        SELECT {_keys(query)} count(DISTINCT {PERSON[source]}) AS persons, {_is_total(query)}
        FROM ({rows}) AS s WHERE {" AND ".join(wanted) or "true"} {_grouping(query)}
    """
    found = {_key(query, row): row["persons"] for row in await connection.fetch(sql, *values)}
    return {key: found[key] for row in unsure if (key := _key(query, row)) in found}


def _statement(
    query: Query,
    source: Source,
    measures: Sequence[Measure],
    days: _Days,
) -> tuple[str, list[object]]:
    """One statement for all measures of a source: each group, and the total."""
    rows, values = _rows(query, source, days)
    figures = "".join(
        f"({measure.value}) AS v{i}, ({measure.n}) AS n{i}, " for i, measure in enumerate(measures)
    )
    persons = AT_LEAST.format(PERSON[source]) if query.keeps_back and source in PERSON else "0"
    sql = f"""
        SELECT {_keys(query)} {figures} count(*) AS rows, {persons} AS persons, {_is_total(query)}
        FROM ({rows}) AS s {_grouping(query)} LIMIT {ROWS_MAX + 1}
    """
    return sql, values


def _rows(query: Query, source: Source, days: _Days) -> tuple[str, list[object]]:
    """The rows that the query is about, with a column `k…` for each of its dimensions."""
    where, values = _where(query, source, days)
    columns = [f"({COLUMNS[source][dimension]}) AS k{i}" for i, dimension in enumerate(query.by)]
    rows = rows_of(source, {*query.by, *query.only})
    return f"SELECT {', '.join(['s.*', *columns])} FROM {rows} AS s WHERE {where}", values


def _keys(query: Query) -> str:
    """The keys as text: a group's, since writing each row's takes longer than the sums."""
    return "".join(f"k{i}::text AS k{i}, " for i in range(len(query.by)))


def _is_total(query: Query) -> str:
    return ("GROUPING(k0) = 1" if query.by else "true") + " AS is_total"


def _grouping(query: Query) -> str:
    keys = ", ".join(f"k{i}" for i in range(len(query.by)))
    return f"GROUP BY GROUPING SETS (({keys}), ())" if keys else ""


def _where(query: Query, source: Source, days: _Days) -> tuple[str, list[object]]:
    """Which rows of the source the query is about; `AT` of `measures` is the first value."""
    values: list[object] = [query.at, list(query.hall_ids), days.first, days.last]
    found = ["$1::timestamptz IS NOT NULL", "hall_id = ANY($2::text[])", "day BETWEEN $3 AND $4"]
    if source is not Source.CASES:
        found.append("revision = 0" if days.is_frozen else "replaced_by IS NULL")
    for dimension, wanted in query.only.items():
        values.append(list(wanted))
        column = f"coalesce(({COLUMNS[source][dimension]})::text, '')"  # asked for by no value
        found.append(f"{column} = ANY(${len(values)}::text[])")
    return " AND ".join(found), values


async def _days(connection: Any, query: Query) -> DaysCounted:
    row = await queries.days_counted(
        connection, hall_ids=list(query.hall_ids), first=query.first, last=query.last
    )
    return msgspec.convert(dict(row), DaysCounted)


def _figures(
    query: Query, days: DaysCounted, now: Groups, before: Groups, frozen: Groups | None
) -> Figures:
    keys = sorted((key for key in now if key is not None), key=lambda key: order(query.by, key))
    nothing = [Found(value=_of_nobody(query, measure)) for measure in query.measures]

    def row(key: Key | None) -> FigureRow:
        own, past = now.get(key, nothing), before.get(key, nothing)
        past = [Found() if key in back_before[m] else group for m, group in enumerate(past)]
        then = None if frozen is None else frozen.get(key, nothing)
        cells = tuple(
            _cell(own[m], past[m], None if then is None else then[m])
            if key not in back[m]
            else FigureCell(value=None, n=0, is_kept_back=True)
            for m in range(len(nothing))
        )
        return FigureRow(keys=key if key is not None else (), cells=cells)

    before_first, before_last = query.before
    back_before = keys_kept_back(query, before, before_last)
    back = keys_kept_back(query, now, query.last)
    return Figures(
        first=query.first,
        last=query.last,
        before_first=before_first,
        before_last=before_last,
        at=query.at,
        by=query.by,
        measure_ids=tuple(measure.measure_id for measure in query.measures),
        days=days,
        total=row(None),
        rows=tuple(row(key) for key in keys),
    )


def _of_nobody(query: Query, measure: Measure) -> float | None:
    is_count = measure.unit is Unit.COUNT and is_possible(query, measure)
    return 0.0 if is_count else None


def _cell(now: Found, before: Found, frozen: Found | None) -> FigureCell:
    is_corrected = frozen is not None and (frozen.value, frozen.n) != (now.value, now.n)
    return FigureCell(
        value=now.value,
        n=now.n,
        frozen=frozen.value if frozen is not None and is_corrected else None,
        is_corrected=is_corrected,
        before=before.value,
        before_n=before.n,
    )
