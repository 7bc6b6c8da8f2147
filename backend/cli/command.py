"""How a command is told to the command line."""

import argparse
import asyncio
import getpass
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from backend.core.ids import HallId
from backend.core.stamp import Role
from backend.settings import Settings
from backend.store.audit import Act, note
from backend.store.database import Database

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # generic for mypy only
else:
    Commands = argparse._SubParsersAction


def runs(
    parser: argparse.ArgumentParser,
    work: Callable[[argparse.Namespace, Settings], Coroutine[Any, Any, int]],
) -> None:
    """Have the command do this, in a loop of its own."""

    def in_loop(arguments: argparse.Namespace, settings: Settings) -> int:
        with asyncio.Runner() as runner:
            return runner.run(work(arguments, settings))

    parser.set_defaults(work=in_loop)


async def note_by_hand(
    database: Database, verb: str, kind: str, id: str, hall_id: HallId | None = None
) -> None:
    """Leave a record of what whoever sits at the machine did (I18)."""
    act = Act(
        who=getpass.getuser(),
        role=Role.SYSTEM,
        device="command line",
        verb=verb,
        kind=kind,
        id=id,
        hall_id=hall_id,
    )
    async with database.connection() as connection:
        await note(connection, act)
