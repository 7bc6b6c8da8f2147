"""The recorder's process counts what is archived, by itself (ST2)."""

from datetime import date

from backend.demo.hall import HALL_ID, load_demo
from backend.recorder.counting import count_hall
from backend.store.counts import Counts
from backend.store.database import Database
from backend.store.plans import Plans
from tests.bench_year.life import ROUGH
from tests.bench_year.load import Dose, lived, store


async def test_hall_is_counted_until_nothing_is_left__ST2(database: Database) -> None:
    await load_demo(database)
    dose = Dose(day=date(2026, 3, 2), visitors=20, first_no=1, cases=12)
    life, cases = lived(dose, 3, dose.day, ROUGH)
    await store(database.url, dose.day, life.commits, cases)
    counts, plans = Counts(database), Plans(database)
    await count_hall(HALL_ID, counts, plans)
    (revision,) = await counts.revisions([HALL_ID], dose.day, dose.day)
    assert (revision.seq, revision.is_final) == (len(life.commits), True)
    assert await counts.days_to_count(HALL_ID) == []
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM counted_cases") == 12
    await count_hall(HALL_ID, counts, plans)
    assert await counts.revisions([HALL_ID], dose.day, dose.day) == [revision]
