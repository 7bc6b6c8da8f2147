"""`replay`: a recorded day again, under another plan."""

import argparse

import msgspec

from backend.cli.command import Commands, runs
from backend.cli.plan_files import plan_in
from backend.engines.running import database_url
from backend.replay.asked import add_replay, replay_asked
from backend.replay.table import table
from backend.settings import Settings
from backend.store.archive import Archive
from backend.store.database import Database


def add_commands(commands: Commands) -> None:
    """The command and its options."""
    replay = commands.add_parser("replay", help="re-run a recorded day under another plan")
    add_replay(replay)
    runs(replay, _replay)


async def _replay(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print what the day would have come to; an export needs no database."""
    database = Database(database_url(settings)) if arguments.file is None else None
    try:
        plan = plan_in(arguments.plan) if arguments.plan is not None else None
        report = await replay_asked(arguments, plan, Archive(database) if database else None)
    finally:
        if database is not None:
            await database.close()
    print(msgspec.json.encode(report).decode() if arguments.json else table(report))
    return 0
