"""`catalogue`: a hall's whole catalogue to a file, and from one."""

import argparse
import getpass
import sys
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from backend.cli.command import Commands, runs
from backend.core.ids import HallId
from backend.core.rules.day import service_day
from backend.core.stamp import Role
from backend.engines.running import database_url
from backend.exchanging import Exchange, FaultyFileError, FileForm, ImportPreview, TakeFile
from backend.hub.clock import now
from backend.settings import Settings
from backend.store.audit import Act, note
from backend.store.database import Database
from backend.store.exchange import OutdatedError
from backend.store.plans import Plans
from backend.workbook import WorkbookError

AUTHOR = "command line"


class CatalogueError(Exception):
    """The words say what to do."""


def add_commands(commands: Commands) -> None:
    """The commands and their options."""
    catalogue = commands.add_parser("catalogue", help="all departments and services of a hall")
    what = catalogue.add_subparsers(dest="what", required=True)
    export = what.add_parser("export", help="write them to a file (.json or .xlsx)")
    runs(export, _export)
    bring = what.add_parser("import", help="say what a file would change; --apply does it")
    bring.add_argument("--withdraw", action="store_true", help="what is not in the file ends")
    bring.add_argument("--apply", action="store_true")
    bring.add_argument(
        "--plan-follows", action="store_true", help="take zones and windows the plan lacks so far"
    )
    runs(bring, _import)
    for command in (export, bring):
        command.add_argument("file", type=Path)
        command.add_argument("--hall", type=HallId, default=HallId("main"))
        command.add_argument("--day", type=date.fromisoformat, help="else today: as of, or from")


async def _export(arguments: argparse.Namespace, settings: Settings) -> int:
    ending = arguments.file.suffix.removeprefix(".")
    if ending not in set(FileForm):
        raise CatalogueError("Name a file that ends in .json or .xlsx.")
    database = Database(database_url(settings))
    try:
        day = await _day(database, arguments)
        content = await Exchange(database).written(arguments.hall, day, FileForm(ending))
        arguments.file.write_bytes(content)
    except (OSError, WorkbookError) as error:
        raise CatalogueError(str(error)) from error
    finally:
        await database.close()
    print(f"{arguments.file}: the catalogue of hall {arguments.hall} as of {day}.")
    return 0


async def _import(arguments: argparse.Namespace, settings: Settings) -> int:
    """0 when the file was, or could be, taken; 1 when it has faults."""
    try:
        content = arguments.file.read_bytes()
    except OSError as error:
        raise CatalogueError(str(error)) from error
    database = Database(database_url(settings))
    try:
        day, exchange = await _day(database, arguments), Exchange(database)
        preview = await exchange.preview(arguments.hall, content, day, withdraws=arguments.withdraw)
        _tell(preview)
        is_taken = not preview.faults and (arguments.plan_follows or not preview.unplanned)
        if not is_taken or not arguments.apply:
            return 0 if is_taken else 1
        asked = TakeFile(
            id=str(uuid4()),
            hall_id=arguments.hall,
            mark=preview.mark,
            valid_from=day,
            withdraws=arguments.withdraw,
            plan_follows=arguments.plan_follows,
            author=AUTHOR,
        )
        after = sha256(content).hexdigest()
        done = await exchange.take(asked, content, partial(_note, asked, after))
    except (OutdatedError, FaultyFileError) as error:
        raise CatalogueError("The catalogue changed meanwhile; try again.") from error
    finally:
        await database.close()
    print(f"Counts from {done.valid_from} on.")
    return 0


async def _day(database: Database, arguments: argparse.Namespace) -> date:
    plan = await Plans(database).newest(arguments.hall)
    if plan is None:
        raise CatalogueError(f"There is no hall {arguments.hall}.")
    found: date = arguments.day or service_day(now(), plan.time_zone)
    return found


async def _note(asked: TakeFile, after: str, connection: Any, before: str) -> None:
    act = Act(
        who=getpass.getuser(),
        role=Role.SYSTEM,
        device="command line",
        verb="catalogue.import",
        kind="catalogue",
        id=asked.id,
        hall_id=asked.hall_id,
        before=before,
        after=after,
        request_id=asked.id,
    )
    await note(connection, act)


def _tell(preview: ImportPreview) -> None:
    for fault in preview.faults:
        what = " ".join(filter(None, (fault.code, fault.own, fault.found)))
        print(f"{fault.place or 'the file'}: {what}", file=sys.stderr)
    for one in preview.unplanned:
        print(f"{', '.join(one.places)}: {one.code} {one.id}", file=sys.stderr)
    if preview.unplanned and not preview.faults:
        print("Put them into the plan first, or say --plan-follows.", file=sys.stderr)
    for change in preview.changes:
        print(f"{change.how} {change.kind} {change.id} {change.name.zh}")
        for field in change.fields:
            print(f"  {field.field}: {field.before or '—'} → {field.after or '—'}")
    if preview.more:
        print(f"… and {preview.more} more")
    print(f"{len(preview.changes) + preview.more} change, {preview.unchanged} stay as they are.")
