"""`statistics`: count days again, and see whether what was frozen is as it was."""

import argparse
from datetime import date

from backend.cli.command import Commands, runs
from backend.core.ids import HallId
from backend.engines.running import database_url
from backend.recorder.counting import count_hall
from backend.settings import Settings
from backend.store.counts import Counted, Counts
from backend.store.database import Database
from backend.store.followups import FollowUps
from backend.store.plans import Plans


def add_commands(commands: Commands) -> None:
    """The commands and their options."""
    statistics = commands.add_parser("statistics", help="the counts that statistics are made of")
    what = statistics.add_subparsers(dest="what", required=True)
    rebuild = what.add_parser("rebuild", help="count from the archive again")
    runs(rebuild, _rebuild)
    verify = what.add_parser("verify", help="whether frozen days are as they were frozen")
    runs(verify, _verify)
    for command in (rebuild, verify):
        command.add_argument("--hall", type=HallId, default=HallId("main"))
        command.add_argument("--day", type=date.fromisoformat, help="else every day")


async def _rebuild(arguments: argparse.Namespace, settings: Settings) -> int:
    """0 when there was something to count; a frozen day that differs gets a correction."""
    database = Database(database_url(settings))
    counts, hall_id = Counts(database), arguments.hall
    try:
        days = [arguments.day] if arguments.day else await counts.counted_days(hall_id)
        await count_hall(hall_id, counts, Plans(database), FollowUps(database))
        found = [(day, await counts.count_day(hall_id, day)) for day in days]
    finally:
        await database.close()
    for day, counted in found:
        print(f"{day}: {_told(counted)}")
    return 0 if found and all(counted is not None for _, counted in found) else 1


def _told(counted: Counted | None) -> str:
    if counted is None:
        return "nothing is archived"
    if not counted.is_final:
        return f"not over; {counted.rows} rows"
    if not counted.rows:
        return "as before"
    return f"revision {counted.revision}, {counted.rows} rows"


async def _verify(arguments: argparse.Namespace, settings: Settings) -> int:
    """0 when every frozen row is as it was."""
    database = Database(database_url(settings))
    counts, hall_id = Counts(database), arguments.hall
    try:
        days = [arguments.day] if arguments.day else await counts.counted_days(hall_id)
        changed = [day for day in days if not await counts.is_unchanged(hall_id, day)]
    finally:
        await database.close()
    for day in changed:
        print(f"{day}: not as it was frozen")
    print(f"{len(days) - len(changed)} of {len(days)} days are as they were frozen.")
    return 1 if changed else 0
