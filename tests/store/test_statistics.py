"""Figures are what the events say, once more in plain Python (ST1-ST3, I17)."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import product

import pytest
from msgspec.structs import replace

from backend.core.evaluation import VisitEvaluated
from backend.core.events import TicketTaken
from backend.core.figures import Dimension, FigureCell, Unit
from backend.core.followups import (
    AnswerRating,
    Appeal,
    CallBack,
    ContactWay,
    FollowUpCommand,
    RuleAppeal,
)
from backend.core.hall_events import DayClosed
from backend.core.ids import CommandId, StaffId
from backend.core.rules.disclosure import PERSONS_MIN
from backend.core.rules.followups import decide_follow_up
from backend.demo.cases import load_catalogue
from backend.demo.hall import HALL_ID, demo_plan, load_demo
from backend.store.archive import Archive
from backend.store.asked_figures import Query
from backend.store.counts import Counted, Counts
from backend.store.database import Database
from backend.store.followups import FollowUps
from backend.store.measures.form import COLUMNS, PERSON
from backend.store.measures.listed import MEASURES
from backend.store.statistics import LISTED_MAX, Statistics
from backend.store.stream import Commit, Entry, Position
from tests.bench_year.casework import departments_of
from tests.bench_year.life import ROUGH, SHANGHAI, DayLife
from tests.bench_year.load import doses, lived, store
from tests.statistics.compare import Again, differences
from tests.support.servers import Server, fresh_database

DEPARTMENTS = departments_of(demo_plan())
DOSES = list(doses(accepted=240, days_max=10))
FIRST, LAST = DOSES[0].day, DOSES[-1].day
AT = datetime(LAST.year, LAST.month, LAST.day, 12, tzinfo=UTC) + timedelta(days=3)
WHOLE = Query(hall_ids=(HALL_ID,), first=FIRST, last=LAST, measures=tuple(MEASURES.values()), at=AT)


@pytest.fixture(scope="module")
async def year(postgres: Server, template: str) -> AsyncIterator[Database]:
    """Two weeks in which everything happens, counted."""
    url = await fresh_database(postgres.url, template)
    unrated: list[VisitEvaluated] = []
    for dose in DOSES:
        life, cases = lived(dose, 1, AT.date(), ROUGH)
        await store(url, dose.day, [*life.commits, *said(life, unrated)], cases)
        unrated = unrated_of(life)
    database = Database(url)
    await load_demo(database)
    await load_catalogue(database)
    await follow_up(database)
    counts = Counts(database)
    for day in await counts.days_to_count(HALL_ID):
        await counts.count_day(HALL_ID, day)
    await counts.count_cases(HALL_ID, SHANGHAI)
    yield database
    await database.close()


async def test_every_measure_by_every_dimension_is_what_the_events_say__ST1(
    year: Database,
) -> None:
    pairs = zip(Dimension, [*list(Dimension)[5:], *list(Dimension)[:5]], strict=True)
    bys = [(), *((one,) for one in Dimension), *pairs]
    compared, found = await compared_with_python(year, [(FIRST, LAST)], bys)
    assert found == []
    assert compared > 20_000


async def test_every_period_is_what_the_events_say__ST1(year: Database) -> None:
    days = [FIRST + timedelta(days=n) for n in range(-1, (LAST - FIRST).days + 2, 4)]
    periods = [(a, b) for a in days for b in days if a <= b]
    compared, found = await compared_with_python(year, periods, [(), (Dimension.QUEUE,)])
    assert found == []
    assert compared > 1_000


async def compared_with_python(
    year: Database, periods: list[tuple[date, date]], bys: list[tuple[Dimension, ...]]
) -> tuple[int, list[str]]:
    """How many figures were found once more from the events, and those that differ."""
    again = Again(year.url, HALL_ID, DEPARTMENTS, SHANGHAI)
    expected = await again.sums(periods, bys, AT)
    return await differences(year, expected, HALL_ID, AT, periods=periods, bys=bys)


async def test_narrowed_figures_are_those_of_the_group__ST1(year: Database) -> None:
    statistics = Statistics(year)
    for by in (Dimension.QUEUE, Dimension.CLERK, Dimension.CLASS):
        found = await statistics.figures(replace(WHOLE, by=(by,)))
        row = next(row for row in found.rows if row.keys[0] is not None)
        narrowed = await statistics.figures(replace(WHOLE, only={by: (str(row.keys[0]),)}))
        assert narrowed.total.cells == row.cells


async def test_what_is_behind_a_count_is_as_many__ST1(year: Database) -> None:
    statistics = Statistics(year)
    for measure in MEASURES.values():
        query = replace(WHOLE, measures=(measure,))
        behind = await statistics.behind(query)
        if measure.unit is Unit.COUNT and measure.value.startswith("count"):
            (cell,) = (await statistics.figures(query)).total.cells
            assert len(behind) == min(cell.n, LISTED_MAX)
        assert all(FIRST <= one.day <= LAST for one in behind)


async def test_period_before_is_beside__ST1(year: Database) -> None:
    statistics = Statistics(year)
    day = timedelta(days=1)
    second = await statistics.figures(replace(WHOLE, first=FIRST + day, last=FIRST + day))
    first = await statistics.figures(replace(WHOLE, first=FIRST, last=FIRST))
    before = [(cell.before, cell.before_n) for cell in second.total.cells]
    assert before == [(cell.value, cell.n) for cell in first.total.cells]
    assert any(n for _, n in before)


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (("2026-03-05", "2026-03-05"), ("2026-03-04", "2026-03-04")),
        (("2026-03-02", "2026-03-08"), ("2026-02-23", "2026-03-01")),
        (("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28")),
        (("2026-01-01", "2026-12-31"), ("2025-01-01", "2025-12-31")),
        (("2025-12-01", "2026-02-28"), ("2025-09-01", "2025-11-30")),
        (("2026-02-01", "2026-02-27"), ("2026-01-05", "2026-01-31")),
    ],
)
def test_months_are_compared_with_months__ST1(
    period: tuple[str, str], before: tuple[str, str]
) -> None:
    first, last = map(date.fromisoformat, period)
    found = replace(WHOLE, first=first, last=last).before
    assert found == tuple(map(date.fromisoformat, before))


async def test_zero_denominator_has_no_value__ST1(year: Database) -> None:
    never = replace(WHOLE, first=date(2020, 1, 1), last=date(2020, 1, 31))
    found = await Statistics(year).figures(never)
    assert found.rows == ()
    for measure, cell in zip(WHOLE.measures, found.total.cells, strict=True):
        assert (cell.value, cell.n) == (0.0 if measure.unit is Unit.COUNT else None, 0)


# --- Freezing ---


async def test_late_evaluation_is_a_correction_of_a_frozen_day__ST2(database: Database) -> None:
    life = DayLife(FIRST, 30, 2, ROUGH)
    closed = next(n for n, c in enumerate(life.commits) if isinstance(c.events[-1], DayClosed))
    late = [c for c in life.commits[closed + 1 :] if isinstance(c.events[0], VisitEvaluated)]
    assert late, "this seed has nobody who rates after closing"
    counts, statistics, archive = Counts(database), Statistics(database), Archive(database)
    await archive.write(HALL_ID, FIRST, entries(life.commits[: closed + 1]))
    frozen = await counts.count_day(HALL_ID, FIRST)
    query = replace(WHOLE, last=FIRST, measures=(MEASURES["given"], MEASURES["satisfied_rate"]))
    before = (await statistics.figures(query)).total.cells
    assert frozen is not None
    assert (frozen.revision, frozen.is_final) == (0, True)
    assert not any(cell.is_corrected for cell in before)

    await archive.write(HALL_ID, FIRST, entries(life.commits))
    assert await counts.days_to_count(HALL_ID) == [FIRST]
    corrected = await counts.count_day(HALL_ID, FIRST)
    after = (await statistics.figures(query)).total.cells
    assert corrected == Counted(revision=1, rows=len(late), is_final=True)
    assert after[0].n == before[0].n + len(late)
    assert (after[0].is_corrected, after[0].frozen) == (True, before[0].value)
    outside = (await statistics.figures(replace(query, keeps_back=True))).total.cells
    assert not any(cell.is_corrected for cell in outside), "what came late is of few (ST3)"
    first, second = await counts.revisions([HALL_ID], FIRST, FIRST)
    assert (first.revision, second.revision, second.rows) == (0, 1, len(late))
    assert await counts.is_unchanged(HALL_ID, FIRST)


async def test_counting_again_changes_nothing__ST2(database: Database) -> None:
    life = DayLife(FIRST, 30, 2, ROUGH)
    counts = Counts(database)
    await Archive(database).write(HALL_ID, FIRST, entries(life.commits))
    once = await counts.count_day(HALL_ID, FIRST)
    before = await counts.revisions([HALL_ID], FIRST, FIRST)
    again = await counts.count_day(HALL_ID, FIRST)
    assert once is not None
    assert again == replace(once, rows=0)
    (now,) = await counts.revisions([HALL_ID], FIRST, FIRST)
    assert now == replace(before[0], counted_at=now.counted_at)
    assert await counts.days_to_count(HALL_ID) == []


async def test_open_day_is_counted_as_it_goes_on__ST2(database: Database) -> None:
    life = DayLife(FIRST, 30, 2, ROUGH)
    counts, archive = Counts(database), Archive(database)
    query = replace(WHOLE, last=FIRST, measures=(MEASURES["issued"],))
    for half in (len(life.commits) // 2, len(life.commits)):
        await archive.write(HALL_ID, FIRST, entries(life.commits[:half]))
        await counts.count_day(HALL_ID, FIRST)
        (cell,) = (await Statistics(database).figures(query)).total.cells
        taken = [e for c in life.commits[:half] for e in c.events if isinstance(e, TicketTaken)]
        assert (cell.n, cell.is_corrected) == (len(taken), False)


async def test_row_that_somebody_changed_shows__ST2(database: Database) -> None:
    counts = Counts(database)
    await Archive(database).write(HALL_ID, FIRST, entries(DayLife(FIRST, 5, 2).commits))
    await counts.count_day(HALL_ID, FIRST)
    async with database.connection() as connection:
        await connection.execute("UPDATE counted_visits SET level = 5 WHERE visit = 1")
    assert not await counts.is_unchanged(HALL_ID, FIRST)


async def test_sum_that_somebody_changed_shows__ST2(database: Database) -> None:
    counts = Counts(database)
    await Archive(database).write(HALL_ID, FIRST, entries(DayLife(FIRST, 5, 2).commits))
    await counts.count_day(HALL_ID, FIRST)
    assert await counts.is_unchanged(HALL_ID, FIRST)
    async with database.connection() as connection:
        await connection.execute("UPDATE counted_counter_days SET length_ms = length_ms + 1")
    assert not await counts.is_unchanged(HALL_ID, FIRST)


async def test_day_of_which_nothing_is_archived_is_not_counted__ST2(database: Database) -> None:
    assert await Counts(database).count_day(HALL_ID, FIRST) is None


# --- Small groups ---


async def test_small_groups_are_kept_back_from_outside__ST3(year: Database) -> None:
    for by in (Dimension.SERVICE, Dimension.CLERK, Dimension.HALF_HOUR):
        inside = await Statistics(year).figures(replace(WHOLE, by=(by,)))
        outside = await Statistics(year).figures(replace(WHOLE, by=(by,), keeps_back=True))
        kept = 0
        for told, whole in zip(outside.rows, inside.rows, strict=True):
            for measure, cell, known in zip(WHOLE.measures, told.cells, whole.cells, strict=True):
                if measure.source in PERSON and 0 < known.n < PERSONS_MIN:
                    assert cell == FigureCell(value=None, n=0, is_kept_back=True)
                kept += cell.is_kept_back
                assert cell.is_kept_back or cell.value == known.value
        assert kept > 10


async def test_same_groups_are_kept_back_of_all_measures__ST3(year: Database) -> None:
    together = 0
    for by in (Dimension.DEPARTMENT, Dimension.SERVICE, Dimension.ORIGIN, Dimension.LEVEL):
        for is_whole in (False, True):
            query = replace(WHOLE, by=(by,), keeps_back=True, is_whole=is_whole)
            found = await Statistics(year).figures(query)
            kept = [
                {row.keys for row in found.rows if row.cells[m].is_kept_back}
                for m, measure in enumerate(WHOLE.measures)
                if measure.source in PERSON and by in COLUMNS[measure.source]
            ]
            least = min(kept, key=len)
            together += len(least)
            assert all(own in (least, {row.keys for row in found.rows}) for own in kept)
    assert together > 3


async def test_share_goes_with_the_count_that_it_tells__ST3(year: Database) -> None:
    pairs = (("given", "given_rate"), ("decided", "decided_rate"))
    kept = 0
    for count, share in pairs:
        measures = (MEASURES[count], MEASURES[share])
        query = replace(WHOLE, measures=measures, by=(Dimension.DEPARTMENT,))
        for row in (await Statistics(year).figures(query)).rows[:6]:
            query = replace(query, only={Dimension.DEPARTMENT: (row.keys[0] or "",)})
            for finer in ((), (Dimension.DAY,)):
                found = await Statistics(year).figures(replace(query, by=finer, keeps_back=True))
                for told in (found.total, *found.rows):
                    first, second = told.cells
                    kept += first.is_kept_back
                    assert second.is_kept_back or not first.is_kept_back
    assert kept > 3


async def test_total_of_what_the_groups_are_by_is_kept_back_with_a_group__ST3(
    database: Database,
) -> None:
    """From the tickets, and which share of all are guests', those of guests would follow."""
    await Archive(database).write(HALL_ID, FIRST, entries(DayLife(FIRST, 60, 2).commits))
    await Counts(database).count_day(HALL_ID, FIRST)
    async with database.connection() as connection:
        await connection.execute(
            "UPDATE counted_tickets AS t SET person_hash = t.ticket_id, origin = CASE"
            " WHEN o.n <= 3 THEN 'guest' WHEN o.n <= 20 THEN 'staff' ELSE 'student' END"
            " FROM (SELECT ticket_id, row_number() OVER (ORDER BY ticket_id) AS n"
            " FROM counted_tickets) AS o WHERE o.ticket_id = t.ticket_id"
        )
    measures = tuple(MEASURES[name] for name in ("issued", "guest_share", "staff_share"))
    query = replace(WHOLE, last=FIRST, measures=measures, by=(Dimension.ORIGIN,), keeps_back=True)
    found = await Statistics(database).figures(query)
    assert [row.keys[0] for row in found.rows if row.cells[0].is_kept_back] == ["guest", "staff"]
    assert [cell.is_kept_back for cell in found.total.cells] == [False, True, True]


async def test_what_is_kept_back_does_not_follow_from_the_period_before__ST3(
    database: Database,
) -> None:
    days = (FIRST, FIRST + timedelta(days=1))
    for day in days:
        await Archive(database).write(HALL_ID, day, entries(DayLife(day, 60, 2).commits))
        await Counts(database).count_day(HALL_ID, day)
    async with database.connection() as connection:
        await connection.execute(
            "UPDATE counted_tickets AS t SET person_hash = t.ticket_id, origin = CASE"
            " WHEN o.n <= CASE WHEN t.day = $1 THEN 3 ELSE 10 END THEN 'guest'"
            " WHEN o.n <= 20 THEN 'staff' ELSE 'student' END"
            " FROM (SELECT day, ticket_id, row_number() OVER (PARTITION BY day ORDER BY ticket_id)"
            " AS n FROM counted_tickets) AS o WHERE (o.day, o.ticket_id) = (t.day, t.ticket_id)",
            FIRST,
        )
    query = replace(WHOLE, first=days[1], last=days[1], measures=(MEASURES["issued"],))
    by_origin = replace(query, by=(Dimension.ORIGIN,), keeps_back=True)
    found = await Statistics(database).figures(by_origin)
    assert found.total.cells[0].before_n > 20
    told = {row.keys[0]: row.cells[0].before_n > 0 for row in found.rows}
    assert told == {"guest": False, "staff": False, "student": True}


async def test_what_visitors_said_lately_is_kept_back_where_it_would_tell_of_one__EV4(
    year: Database,
) -> None:
    lately = replace(WHOLE, ratings_until=WHOLE.last - timedelta(days=1))
    known = (await Statistics(year).figures(WHOLE)).total.cells
    settled = replace(WHOLE, ratings_until=WHOLE.last)
    assert (await Statistics(year).figures(settled)).total.cells == known
    told = (await Statistics(year).figures(lately)).total.cells
    for measure, cell, whole in zip(WHOLE.measures, told, known, strict=True):
        assert cell.is_kept_back == measure.tells_ratings
        assert cell.is_kept_back or cell == whole
    ids = {measure.measure_id for measure in WHOLE.measures if measure.tells_ratings}
    assert {"given", "satisfied_rate", "bad_rate", "flagged", "answered_rate"} <= ids
    served = replace(lately, measures=(MEASURES["served"],))
    assert not (await Statistics(year).figures(served)).total.cells[0].is_kept_back
    for narrow in (
        replace(served, by=(Dimension.LEVEL,)),
        replace(served, only={Dimension.LEVEL: ("1",)}),
    ):
        found = await Statistics(year).figures(narrow)
        assert all(row.cells[0].is_kept_back for row in (found.total, *found.rows))


@pytest.mark.parametrize("by", [(), (Dimension.ORIGIN,), (Dimension.WEEKDAY, Dimension.CLASS)])
async def test_many_visits_of_few_persons_are_kept_back__ST3(
    database: Database, by: tuple[Dimension, ...]
) -> None:
    await Archive(database).write(HALL_ID, FIRST, entries(DayLife(FIRST, 90, 2).commits))
    await Counts(database).count_day(HALL_ID, FIRST)
    query = replace(WHOLE, last=FIRST, measures=(MEASURES["issued"],), keeps_back=True, by=by)
    for name, persons in product("abcdefgh", range(PERSONS_MIN - 1, PERSONS_MIN + 2)):
        async with database.connection() as connection:
            await connection.execute(
                "UPDATE counted_tickets SET origin = 'staff', ticket_class = 'ordinary',"
                " person_hash = $1::text || half_hour % $2",
                name,
                persons,
            )
        found = await Statistics(database).figures(query)
        for row in (found.total, *found.rows):
            assert row.cells[0].is_kept_back == (persons < PERSONS_MIN)


async def test_every_dimension_has_a_column_somewhere__ST1() -> None:
    assert {d for columns in COLUMNS.values() for d in columns} == set(Dimension)


def unrated_of(life: DayLife) -> list[VisitEvaluated]:
    """What those may say on the next day who have not said anything yet."""
    return [
        VisitEvaluated(
            ticket_id=visit.ticket_id,
            level=1 + n % 5,
            tags=(),
            comment="",
            is_at_pad=False,
            evaluated_at=visit.at,
            day=life.day.day,
        )
        for n, visit in enumerate(life.served[::2])
        if visit.ticket_id not in life.day.evaluations
    ]


def said(life: DayLife, ratings: list[VisitEvaluated]) -> list[Commit]:
    """The commits in which the day hears of visits of the day before (EV2)."""
    last = life.commits[-1]
    return [
        Commit(
            id=CommandId(f"{last.id}-{n}"),
            by=last.by,
            at=last.at,
            events=(replace(rating, evaluated_at=last.at),),
        )
        for n, rating in enumerate(ratings)
    ]


async def test_rating_of_a_later_day_counts_for_its_visit__EV2(database: Database) -> None:
    life, next_life = (DayLife(dose.day, 30, 2, ROUGH) for dose in DOSES[:2])
    counts, statistics, archive = Counts(database), Statistics(database), Archive(database)
    query = replace(WHOLE, last=FIRST, measures=(MEASURES["given"],))
    await archive.write(HALL_ID, FIRST, entries(life.commits))
    await counts.count_day(HALL_ID, FIRST)
    (before,) = (await statistics.figures(query)).total.cells
    ratings = unrated_of(life)
    commits = [*next_life.commits, *said(next_life, ratings)]
    await archive.write(HALL_ID, DOSES[1].day, entries(commits))
    assert await counts.days_to_count(HALL_ID) == [DOSES[1].day]
    await counts.count_day(HALL_ID, DOSES[1].day)
    (after,) = (await statistics.figures(query)).total.cells
    assert ratings
    assert (after.n, after.frozen) == (before.n + len(ratings), before.value)


async def follow_up(database: Database) -> None:
    """Call back and answer some of those who rated badly, and take some ratings out."""
    follow_ups, archive = FollowUps(database), Archive(database)
    for dose in DOSES:
        commits = [entry.commit for entry in await archive.whole(HALL_ID, dose.day)]
        assert await follow_ups.open_after(HALL_ID, dose.day, commits) > 1
    found = await follow_ups.list(HALL_ID, is_open=True, service_ids=None, skip=0)
    soon = timedelta(minutes=10)
    for n, one in enumerate(found):
        at = one.rating.evaluated_at + (soon if n % 3 else timedelta(days=30))
        orders: list[FollowUpCommand] = [CallBack(way=ContactWay.PHONE, remark="Spoken to.")]
        if n % 2:
            orders.append(AnswerRating(rectified="It is mended.", answer="It is mended."))
        if n % 5 == 0:
            orders = [Appeal(reason="the wrong window"), RuleAppeal(is_excluded=True, reason="so")]
        for order in orders:
            by = StaffId("supervisor" if isinstance(order, RuleAppeal) else "manager")
            add = partial(decide_follow_up, command=order, by=by, at=at)
            await follow_ups.change(HALL_ID, one.rating.day, one.rating.ticket_id, add)


def entries(commits: list[Commit]) -> list[Entry]:
    """The commits as the archive takes them."""
    return [
        Entry(position=Position(seq, commit.id), commit=commit)
        for seq, commit in enumerate(commits, start=1)
    ]
