"""`wire-types`: the declarations that the pages are written against."""

import argparse
import sys
from pathlib import Path

from backend.cli.command import Commands
from backend.settings import Settings
from backend.wire.schema import evaluation_constants, rule_constants, typescript

WIRE = Path(__file__).parents[2] / "frontend" / "src" / "wire"


def add_commands(commands: Commands) -> None:
    """The command and its options."""
    types = commands.add_parser("wire-types", help="write the TypeScript wire types")
    types.add_argument("--check", action="store_true", help="only say whether they are current")
    types.set_defaults(work=_wire_types)


def _wire_types(arguments: argparse.Namespace, _settings: Settings) -> int:
    texts = {
        "wire.gen.ts": typescript(),
        "rules.gen.ts": rule_constants(),
        "evaluation.gen.ts": evaluation_constants(),
    }
    for name, text in texts.items():
        if not arguments.check:
            (WIRE / name).write_text(text, encoding="utf-8")
        elif (WIRE / name).read_text(encoding="utf-8") != text:
            print(f"{name} is not current: run `python -m backend wire-types`", file=sys.stderr)
            return 1
    return 0
