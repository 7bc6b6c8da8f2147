"""`python -m backend replay …`: what was asked for on the command line, read and checked."""

import argparse
from datetime import date
from pathlib import Path

import msgspec

from backend.core.ids import HallId
from backend.core.plan import Plan
from backend.core.rules.expression import RuleFault
from backend.replay.record import RecordError
from backend.replay.report import replay
from backend.store.archive import Archive
from backend.store.stream import Commit
from backend.wire.history import ReplayReport

_decode_commit = msgspec.json.Decoder(Commit).decode


class AskedError(Exception):
    """What was asked for cannot be; the words say what to give instead."""


def add_replay(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--day", type=_date, help="the recorded day, such as 2026-11-23")
    parser.add_argument("--hall", default="main", help="whose day; %(default)s unless given")
    parser.add_argument("--file", type=Path, help="recorded commits, one JSON a line")
    parser.add_argument("--plan", type=Path, help="another plan, as JSON")
    parser.add_argument("--rule", type=Path, help="another rule of the hall's own (CL5), as text")
    parser.add_argument("--json", action="store_true", help="the whole report as JSON")


async def replay_asked(
    arguments: argparse.Namespace, plan: Plan | None, archive: Archive | None
) -> ReplayReport:
    """The report asked for; `archive` is needed unless a file of commits was named.

    Raises AskedError; StoreError: the database did not answer.
    """
    commits = await _commits(arguments, archive)
    rule = _text(arguments.rule) if arguments.rule is not None else None
    try:
        return replay(commits, plan, rule)
    except RecordError as error:
        raise AskedError(str(error)) from error
    except RuleFault as fault:
        raise AskedError(f"{arguments.rule or arguments.plan}: {fault}") from fault


async def _commits(arguments: argparse.Namespace, archive: Archive | None) -> list[Commit]:
    if archive is None:
        try:
            lines = arguments.file.read_bytes().splitlines()
            return [_decode_commit(line) for line in lines if line.strip()]
        except OSError as error:
            raise AskedError(str(error)) from error
        except msgspec.DecodeError as error:
            raise AskedError(f"{arguments.file}: {error}") from error
    if arguments.day is None:
        raise AskedError("Say which day: --day 2026-11-23, or --file with recorded commits.")
    entries = await archive.whole(HallId(arguments.hall), arguments.day)
    if not entries:
        raise AskedError(f"Nothing is recorded of {arguments.day} in hall {arguments.hall}.")
    return [entry.commit for entry in entries]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise AskedError(str(error)) from error


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no day; write 2026-11-23") from error
