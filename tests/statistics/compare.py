"""Every figure asked as SQL, beside the same one found in plain Python."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg

from backend.core.figures import Dimension
from backend.core.ids import HallId, ServiceId
from backend.store.asked_figures import Query, is_possible
from backend.store.database import Database
from backend.store.measures.form import Source
from backend.store.measures.listed import MEASURES
from backend.store.statistics import Statistics
from tests.statistics import sums
from tests.statistics.again import Books, Json, Records, follow, rate
from tests.statistics.sums import By, Period, Sum, Sums

KINDS = {
    Source.TICKETS: "tickets",
    Source.VISITS: "visits",
    Source.CASES: "cases",
    Source.SPANS: "times",
    Source.CLERK_DAYS: "clerk_days",
}
RATED_DAYS = 5
"""Until the end of so many days something may be said of a visit (EV2)."""


class Again:
    """Reads everything that is stored of a hall into sums, without the code that counts."""

    def __init__(
        self, url: str, hall_id: HallId, departments: Mapping[ServiceId, str], zone: ZoneInfo
    ) -> None:
        self._url, self._hall_id, self._zone = url, hall_id, zone
        self._books = Books({str(k): v for k, v in departments.items()})

    async def sums(self, periods: Iterable[Period], bys: Iterable[By], at: datetime) -> Sums:
        """What the hall's days and cases come to; no more than RATED_DAYS days are held at once."""
        found = Sums(periods, bys, at)
        connection = await asyncpg.connect(self._url)
        try:
            await self._add_days(connection, found)
            async with connection.transaction():
                await self._add_cases(connection, found)
        finally:
            await connection.close()
        return found

    async def _add_days(self, connection: Any, found: Sums) -> None:
        first, last = await connection.fetchrow(
            "SELECT min(day), max(day) FROM commits WHERE hall_id = $1", self._hall_id
        )
        held = deque[tuple[date, Records]]()
        for n in range((last - first).days + 1):
            day = first + timedelta(days=n)
            rows = await connection.fetch(
                "SELECT body::text FROM commits WHERE hall_id = $1 AND day = $2 ORDER BY seq",
                self._hall_id,
                day,
            )
            if rows:
                records = self._books.read_day(row[0] for row in rows)
                for past, own in held:
                    rate(own.visits, (e for e in records.late if e["day"] == str(past)))
                held.append((day, records))
            while held and (day - held[0][0]).days >= RATED_DAYS - 1:
                await self._add_day(connection, found, *held.popleft())
        while held:
            await self._add_day(connection, found, *held.popleft())

    async def _add_day(self, connection: Any, found: Sums, day: date, records: Records) -> None:
        rows = await connection.fetch(
            "SELECT ticket_id, body::text FROM followups WHERE hall_id = $1 AND day = $2",
            self._hall_id,
            day,
        )
        for ticket_id, body in rows:
            follow(records.visits, ticket_id, body)
        for kind in ("tickets", "visits", "times", "clerk_days"):
            found.add(kind, getattr(records, kind))

    async def _add_cases(self, connection: Any, found: Sums) -> None:
        rows = connection.cursor(
            "SELECT c.case_id, c.body::text FROM case_commits AS c JOIN case_commits AS opened"
            " USING (hall_id, case_id) WHERE hall_id = $1 AND opened.seq = 1"
            " ORDER BY opened.at, c.case_id, c.seq",
            self._hall_id,
            prefetch=2000,
        )
        case_id, bodies, day = None, list[str](), list[Json]()
        async for row in rows:
            if row[0] != case_id:
                self._add_case(found, bodies, day)
                case_id, bodies = row[0], []
            bodies.append(row[1])
        self._add_case(found, bodies, day)
        found.add("cases", day)

    def _add_case(self, found: Sums, bodies: Sequence[str], day: list[Json]) -> None:
        """Put a case to those accepted on the same day right before it, or add those."""
        case = self._books.read_case(bodies, self._zone) if bodies else None
        if case is not None:
            if day and day[0]["day"] != case["day"]:
                found.add("cases", day)
                day.clear()
            day.append(case)


async def differences(
    database: Database,
    again: Sums,
    hall_id: HallId,
    at: datetime,
    *,
    periods: Iterable[Period],
    bys: Iterable[Sequence[Dimension]],
) -> tuple[int, list[str]]:
    """How many figures were compared, and those that differ."""
    compared, found = 0, []
    statistics = Statistics(database)
    listed = tuple(MEASURES.values())
    assert {m.measure_id for m in listed} == sums.MEASURES.keys()
    for period in periods:
        for by in map(tuple, bys):
            query = Query(
                hall_ids=(hall_id,), first=period[0], last=period[1], measures=listed, by=by, at=at
            )
            figures = await statistics.figures(query)
            told = {row.keys: row.cells for row in figures.rows}
            for place, measure in enumerate(listed):
                if not is_possible(query, measure):
                    continue
                kind, how = sums.MEASURES[measure.measure_id]
                assert kind == KINDS[measure.source]
                expected = again.of(kind, period, by)
                total = again.of(kind, period, ())
                pairs = [
                    (figures.total.cells[place], total.get((), Sum())),
                    *(
                        (cells[place], expected.get(key, Sum()))
                        for key, cells in told.items()
                        if by
                    ),
                ]
                for cell, group in pairs:
                    compared += 1
                    wanted = how(group)
                    if (cell.value, cell.n) != wanted and cell.n + wanted[1] > 0:
                        what = f"{measure.measure_id} by {by} in {period}"
                        found.append(f"{what}: {cell.value}, {cell.n}; expected {wanted}")
                lacking = expected.keys() - told.keys() if by else ()
                found += [f"{measure.measure_id} by {by} lacks {key}" for key in lacking]
    return compared, found
