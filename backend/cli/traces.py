"""`trace`: the way of one command."""

import argparse

from backend.cli.command import Commands, runs
from backend.core.ids import CommandId
from backend.engines.running import database_url
from backend.settings import Settings
from backend.store.archive import Archive
from backend.store.database import Database
from backend.trace import logged, unknown, way_of


def add_commands(commands: Commands) -> None:
    """The command and its options."""
    trace = commands.add_parser("trace", help="the way of one command, by its id")
    trace.add_argument("id", type=CommandId)
    runs(trace, _trace)


async def _trace(arguments: argparse.Namespace, settings: Settings) -> int:
    """0 when something is known of the command."""
    command_id = arguments.id
    database = Database(database_url(settings))
    try:
        found = await Archive(database).trace(command_id)
    finally:
        await database.close()
    lines = way_of(command_id, found, logged(settings.home / "logs", command_id))
    print("\n".join(lines) or unknown(command_id))
    return 0 if lines else 1
