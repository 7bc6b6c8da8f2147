"""`create-hall`, `put-plan` and `plan-faults`: halls and their plans from files."""

import argparse
from pathlib import Path

import msgspec

from backend.cli.command import Commands, runs
from backend.core.plan import Plan
from backend.core.rules.plan_faults import PlanFault
from backend.core.rules.plan_form import faults_in
from backend.engines.running import database_url
from backend.settings import Settings
from backend.store.database import Database
from backend.store.plans import Plans

AUTHOR = "command line"


class PlanFileError(Exception):
    """The file has no plan that can be kept; the words say what to change."""


def add_commands(commands: Commands) -> None:
    """The three commands and their options."""
    create = commands.add_parser("create-hall", help="make a hall from its first plan")
    put = commands.add_parser("put-plan", help="keep a plan as the next version of its hall's")
    check = commands.add_parser("plan-faults", help="say what keeps a plan from working")
    for command in (create, put, check):
        command.add_argument("file", type=Path, help="the plan, as JSON")
        runs(command, _plan_file)
    for command in (create, put):
        command.add_argument("--reason", required=True, help="kept with the version")


def plan_in(path: Path) -> Plan:
    """The plan in the file.

    Raises PlanFileError: it cannot be read, or has faults.
    """
    try:
        found = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise PlanFileError(str(error)) from error
    except msgspec.DecodeError as error:
        raise PlanFileError(f"{path}: {error}") from error
    faults = faults_in(found)
    if faults:
        raise PlanFileError("\n".join([f"{path} cannot work:", *map(_line, faults)]))
    return msgspec.convert(found, Plan)


async def keep_plan(plans: Plans, plan: Plan, arguments: argparse.Namespace) -> str:
    """Keep the plan, as the first or as the next version; says which it became.

    Raises PlanFileError: the hall has a plan already, or none yet.
    """
    versions = await plans.versions(plan.hall_id)
    newest = versions[0].version if versions else None
    if arguments.command == "create-hall" and newest is not None:
        raise PlanFileError(f"There is a hall {plan.hall_id} already: use put-plan.")
    if arguments.command == "put-plan" and newest is None:
        raise PlanFileError(f"There is no hall {plan.hall_id} yet: use create-hall.")
    version = await plans.put(plan, after=newest, author=AUTHOR, reason=arguments.reason)
    if version is None:
        raise PlanFileError("Somebody else kept a version just now; try again.")
    return f"Kept as version {version} of hall {plan.hall_id}; it opens the next day."


def _line(fault: PlanFault) -> str:
    code = fault.code.value if fault.rule is None else fault.rule.code.value
    place = f" at line {fault.rule.line}, column {fault.rule.column}" if fault.rule else ""
    found = f" {fault.found!r}" if fault.found else ""
    hint = f" ({fault.hint})" if fault.hint else ""
    return f"  {fault.path or '/'}: {code}{found}{hint}{place}"


async def _plan_file(arguments: argparse.Namespace, settings: Settings) -> int:
    plan = plan_in(arguments.file)
    if arguments.command == "plan-faults":
        print(f"{arguments.file} has no faults.")
        return 0
    database = Database(database_url(settings))
    try:
        print(await keep_plan(Plans(database), plan, arguments))
    finally:
        await database.close()
    return 0
