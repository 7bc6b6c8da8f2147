"""The command line: `python -m backend …`."""

import argparse
import os
import sys

from backend.cli import (
    accounts,
    audit,
    catalogue,
    imports,
    look_up,
    plan_files,
    processes,
    replays,
    statistics,
    traces,
    wire_types,
)
from backend.cli.catalogue import CatalogueError
from backend.cli.look_up import LookUpError
from backend.cli.plan_files import PlanFileError
from backend.engines.engine import EngineError
from backend.import_calendar import CalendarError
from backend.listener import ListenError
from backend.log import set_up_log
from backend.replay.asked import AskedError
from backend.settings import SettingsError, read_settings
from backend.store.database import MigrationError
from backend.store.stream import StoreError

NOUNS = (
    processes,
    accounts,
    audit,
    replays,
    statistics,
    imports,
    catalogue,
    plan_files,
    look_up,
    traces,
    wire_types,
)
"""Each adds its commands, which name the work that they do (`cli/command.py`)."""
FAILURES = (
    SettingsError,
    ListenError,
    EngineError,
    MigrationError,
    StoreError,
    AskedError,
    PlanFileError,
    CalendarError,
    LookUpError,
    CatalogueError,
)
"""Their words say what to do."""


def main() -> int:
    """Run one command; return its exit code."""
    arguments = _parser().parse_args()
    try:
        settings = read_settings(_with_demo(os.environ, arguments.command))
        set_up_log(arguments.command, settings.log_level)
        exit_code: int = arguments.work(arguments, settings)
        sys.stdout.flush()
    except FAILURES as error:
        print(f"yizhan: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever reads has read enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the flush at the end
        return 141
    return exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m backend", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for noun in NOUNS:
        noun.add_commands(commands)
    return parser


def _with_demo(environment: "os._Environ[str]", command: str) -> dict[str, str]:
    """`run` and `demo` are the demo unless YIZHAN_DEMO=0 says otherwise."""
    default = "1" if command in {"run", "demo"} else "0"
    return {"YIZHAN_DEMO": default, **environment}


if __name__ == "__main__":
    sys.exit(main())
