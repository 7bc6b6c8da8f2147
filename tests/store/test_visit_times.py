"""Usual waits are the medians of closed days, corrected rows left out."""

from datetime import UTC, date, datetime

from backend.core.ids import HallId
from backend.store.database import Database
from backend.store.visit_times import VisitTimes

HALL = HallId("hall")
MONDAY = date(2026, 11, 16)
ROW = """INSERT INTO counted_tickets (hall_id, day, ticket_id, revision, replaced_by, number,
    queue_id, channel, ticket_class, origin, half_hour, issued_at, waits_from, wait_ms, recalls,
    passes, reprints, outcome)
VALUES ('hall', $1, $2, $3, $4, 'A001', $5, 'card', 'ordinary', 'student', $6, $7, $7, $8, 0, 0,
    0, 'done')"""


async def test_usual_waits_are_medians_of_past_days(database: Database) -> None:
    at = datetime(2026, 11, 16, 1, tzinfo=UTC)
    rows: list[tuple[object, ...]] = [
        (MONDAY, f"t{n}", 0, None, "A" if n < 3 else "B", 18, at, wait_s * 1000)
        for n, wait_s in enumerate((60, 120, 180, 600))
    ]
    rows.append((MONDAY, "corrected", 0, 1, "A", 18, at, 9_000_000))
    rows.append((date(2026, 11, 23), "today", 0, None, "A", 18, at, 9_000_000))
    async with database.connection() as connection:
        await connection.executemany(ROW, rows)
    past = VisitTimes(database)
    first, before = date(2026, 10, 1), date(2026, 11, 23)
    found = await past.usual_waits(HALL, None, first, before)
    told = [(one.weekday, one.half_hour, one.wait_s, one.visits, one.days) for one in found]
    assert told == [(1, None, 150.0, 4, 1), (1, 18, 150.0, 4, 1)]
    found = await past.usual_waits(HALL, "A", first, before)
    assert {one.wait_s for one in found} == {120.0}
