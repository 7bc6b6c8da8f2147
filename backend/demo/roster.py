"""A roster for the demo hall: at each window its clerk, and two of its neighbours to stand in.

Only for a hall with simulated clerks, who keep it: elsewhere it would be an alert for each window.
The windows that are closed on an ordinary day are not on it.
"""

from datetime import UTC, datetime

from backend.core.ids import CommandId
from backend.core.plan import CounterPlan, Plan
from backend.core.rosters.events import HoursSet, WeekSet
from backend.core.rosters.words import PERSONS_MAX, Half, Hours, WeekShift
from backend.core.stamp import Caller, Role
from backend.demo.hall import demo_plan, staffed_counters
from backend.store.database import Database
from backend.store.rosters import RosterCommit, Rosters

COMMAND_ID = CommandId("demo-roster")
FRIDAY = 5
HOURS = Hours(afternoon_ends=16 * 60 + 30)
"""As the guides have them (`catalogue.HOURS`): no half hour after them can be booked."""


async def load_roster(database: Database) -> None:
    """Put the roster into the database; a hall that has one keeps it."""
    plan = demo_plan()
    staffed = staffed_counters()
    shifts = tuple(
        WeekShift(counter_id=counter.counter_id, weekday=weekday, half=half, persons=persons)
        for counter in plan.counters
        if counter.counter_id in staffed
        for persons in [_persons(plan, counter)]
        for weekday in range(1, FRIDAY + 1)
        for half in Half
    )
    named = tuple(sorted(staffed))
    hours = HoursSet(hours=HOURS, reason="demo hall")
    week = WeekSet(counter_ids=named, shifts=shifts, reason="demo hall")
    by = Caller(role=Role.SYSTEM, id="demo")
    async with Rosters(database).hold(plan.hall_id) as (held, known):
        if known.seq == 0:
            at = datetime(2026, 1, 1, tzinfo=UTC)  # before any day of the demo
            commit = RosterCommit(id=COMMAND_ID, by=by, at=at, mark="", events=(hours, week))
            await held.append(0, commit)


def _persons(plan: Plan, counter: CounterPlan) -> tuple[str, ...]:
    """The window's own clerk, then those of the next windows with a queue of it, round."""
    place = plan.counters.index(counter)
    others = (*plan.counters[place + 1 :], *plan.counters[:place])
    related = [c for c in others if not set(c.queue_ids).isdisjoint(counter.queue_ids)]
    found = [counter, *related, *(c for c in others if c.zone_id == counter.zone_id)]
    return tuple(dict.fromkeys(c.counter_id.lower() for c in found))[:PERSONS_MAX]
