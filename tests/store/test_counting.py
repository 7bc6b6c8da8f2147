"""The recorder's process counts what is archived, by itself (ST2)."""

from datetime import date, timedelta

from msgspec.structs import replace

from backend.core.evaluation import VisitEvaluated
from backend.core.followups import RuleAppeal
from backend.core.ids import CommandId, CounterId, StaffId, TicketState
from backend.core.rules.bursts import BURST_MIN
from backend.core.rules.followups import decide_follow_up
from backend.demo.hall import HALL_ID, load_demo
from backend.recorder.counting import count_hall
from backend.store.asked_figures import Query
from backend.store.counts import Counts
from backend.store.database import Database
from backend.store.followups import FollowUps
from backend.store.measures.listed import MEASURES
from backend.store.plans import Plans
from backend.store.statistics import Statistics
from backend.store.stream import Commit
from tests.bench_year.life import ROUGH
from tests.bench_year.load import Dose, lived, store


async def test_hall_is_counted_until_nothing_is_left__ST2(database: Database) -> None:
    await load_demo(database)
    dose = Dose(day=date(2026, 3, 2), visitors=20, first_no=1, cases=12)
    life, cases = lived(dose, 3, dose.day, ROUGH)
    await store(database.url, dose.day, life.commits, cases)
    counts, plans = Counts(database), Plans(database)
    await count_hall(HALL_ID, counts, plans, FollowUps(database))
    (revision,) = await counts.revisions([HALL_ID], dose.day, dose.day)
    assert (revision.seq, revision.is_final) == (len(life.commits), True)
    assert await counts.days_to_count(HALL_ID) == []
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM counted_cases") == 12
    await count_hall(HALL_ID, counts, plans, FollowUps(database))
    assert await counts.revisions([HALL_ID], dose.day, dose.day) == [revision]


async def test_burst_of_ratings_is_flagged_and_counts_until_it_is_excluded__EV4(
    database: Database,
) -> None:
    await load_demo(database)
    dose = Dose(day=date(2026, 3, 2), visitors=20, first_no=1, cases=0)
    life, _ = lived(dose, 3, dose.day, replace(ROUGH, rated=0))
    done = [t for t in life.day.tickets.values() if t.state is TicketState.DONE][:BURST_MIN]
    last = life.commits[-1]
    for n, ticket in enumerate(done):
        said = VisitEvaluated(
            ticket_id=ticket.ticket_id,
            level=5,
            tags=(),
            comment="",
            is_at_pad=False,
            evaluated_at=last.at + timedelta(seconds=n),
            number=ticket.number,
            queue_id=ticket.queue_id,
            counter_id=CounterId("W01"),
            sent_from="5e4d",
        )
        said_id = CommandId(f"said-{n}")
        life.commits.append(Commit(id=said_id, by=last.by, at=said.evaluated_at, events=(said,)))
    await store(database.url, dose.day, life.commits, [])
    follow_ups = FollowUps(database)
    await count_hall(HALL_ID, Counts(database), Plans(database), follow_ups)
    query = Query(
        hall_ids=(HALL_ID,),
        first=dose.day,
        last=dose.day,
        measures=(MEASURES["given"], MEASURES["flagged"]),
        at=last.at,
    )
    statistics = Statistics(database)
    assert [c.n for c in (await statistics.figures(query)).total.cells] == [BURST_MIN, BURST_MIN]
    exclude = RuleAppeal(is_excluded=True, reason="one hand")
    await follow_ups.change(
        HALL_ID,
        dose.day,
        done[0].ticket_id,
        lambda found: decide_follow_up(found, exclude, StaffId("supervisor"), last.at),
    )
    assert [c.n for c in (await statistics.figures(query)).total.cells] == [
        BURST_MIN - 1,
        BURST_MIN,
    ]
