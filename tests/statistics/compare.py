"""Every figure asked as SQL, beside the same one found in plain Python."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from backend.core.figures import Dimension
from backend.core.ids import HallId, ServiceId
from backend.store.database import Database
from backend.store.measures.form import Source
from backend.store.measures.listed import MEASURES
from backend.store.statistics import Query, Statistics, is_possible
from tests.statistics.again import Books, Figure, Json, grouped, measures

KINDS = {
    Source.TICKETS: "tickets",
    Source.VISITS: "visits",
    Source.CASES: "cases",
    Source.SPANS: "times",
    Source.CLERK_DAYS: "clerk_days",
}


async def read_books(
    database: Database, hall_id: HallId, departments: Mapping[ServiceId, str], zone: ZoneInfo
) -> Books:
    """Everything that is stored of the hall, read without the code that counts."""
    books = Books({str(k): v for k, v in departments.items()})
    async with database.connection() as connection:
        first, last = await connection.fetchrow(
            "SELECT min(day), max(day) FROM commits WHERE hall_id = $1", hall_id
        )
        for n in range((last - first).days + 1):
            rows = await connection.fetch(
                "SELECT body::text FROM commits WHERE hall_id = $1 AND day = $2 ORDER BY seq",
                hall_id,
                first + timedelta(days=n),
            )
            if rows:
                books.read_day(row[0] for row in rows)
        books.rate_late()
        rows = await connection.fetch(
            "SELECT day, ticket_id, body::text FROM followups WHERE hall_id = $1", hall_id
        )
        for day, ticket_id, body in rows:
            books.read_followup(str(day), ticket_id, body)
        cases = connection.cursor(
            "SELECT case_id, body::text FROM case_commits WHERE hall_id = $1 ORDER BY case_id, seq",
            hall_id,
            prefetch=2000,
        )
        case_id, bodies = None, list[str]()
        async for row in cases:
            if row[0] != case_id and bodies:
                books.read_case(bodies, zone)
                bodies = []
            case_id = row[0]
            bodies.append(row[1])
        if bodies:
            books.read_case(bodies, zone)
    return books


async def differences(
    database: Database,
    books: Books,
    hall_id: HallId,
    at: datetime,
    *,
    periods: Iterable[tuple[date, date]],
    bys: Iterable[Sequence[Dimension]],
) -> tuple[int, list[str]]:
    """How many figures were compared, and those that differ."""
    compared, found = 0, []
    statistics, again = Statistics(database), measures(at)
    listed = tuple(MEASURES.values())
    for first, last in periods:
        for by in bys:
            query = Query(
                hall_ids=(hall_id,), first=first, last=last, measures=listed, by=tuple(by), at=at
            )
            figures = await statistics.figures(query)
            told = {row.keys: row.cells for row in (figures.total, *figures.rows)}
            for place, measure in enumerate(listed):
                if not is_possible(query, measure):
                    continue
                kind, how = again[measure.measure_id]
                assert kind == KINDS[measure.source]
                own = [r for r in getattr(books, kind) if str(first) <= r["day"] <= str(last)]
                expected = _expected(own, by, how)
                for key, cells in told.items():
                    cell = cells[place]
                    compared += 1
                    wanted = expected.get(key, how([]))
                    if (cell.value, cell.n) != wanted and cell.n + wanted[1] > 0:
                        what = f"{measure.measure_id} by {by} {key} {first}–{last}"
                        found.append(f"{what}: {cell.value}, {cell.n}; expected {wanted}")
                found += [
                    f"{measure.measure_id} lacks {key}" for key in expected.keys() - told.keys()
                ]
    return compared, found


def _expected(
    records: Sequence[Json], by: Sequence[str], how: Callable[[Sequence[Json]], Figure]
) -> dict[tuple[str | None, ...], Figure]:
    found = {key: how(group) for key, group in grouped(records, by).items()} if by else {}
    return found | {(): how(records)}
