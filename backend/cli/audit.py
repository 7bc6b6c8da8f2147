"""`audit`: is it whole, what is in it, and what of it has grown too old."""

import argparse
import csv
import getpass
import sys
from datetime import UTC, datetime, timedelta

import msgspec

from backend.cli.command import Commands, runs
from backend.engines.running import database_owner_url, database_url
from backend.hub.clock import now
from backend.settings import Settings
from backend.store.audit import CSV_COLUMNS, Audit, csv_cells
from backend.store.audit_check import check_audit
from backend.store.database import Database

YEARS_KEPT = 3
FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)


def add_commands(commands: Commands) -> None:
    """The commands and their options."""
    audit = commands.add_parser("audit", help="who did what: verify, export, cut").add_subparsers(
        dest="part", required=True
    )
    verify = audit.add_parser("verify", help="is it whole; the first broken record")
    verify.add_argument(
        "--noted", type=_noted, help="SEQ:HASH, the end as an earlier check told it"
    )
    runs(verify, _verify)
    export = audit.add_parser("export", help="the records of a time, oldest first")
    export.add_argument("--from", dest="since", type=_instant, required=True, help="2026-11-01")
    export.add_argument("--to", dest="until", type=_instant, default=FOR_EVER, help="exclusive")
    export.add_argument("--format", choices=("jsonl", "csv"), default="jsonl")
    runs(export, _export)
    cut = audit.add_parser("cut", help="remove what is older than it has to be kept")
    cut.add_argument("--years", type=int, default=YEARS_KEPT, choices=range(1, 31), metavar="N")
    runs(cut, _cut)


def _instant(text: str) -> datetime:
    """A day or an instant; UTC unless it says otherwise."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _noted(text: str) -> tuple[int, str]:
    seq, _, digest = text.partition(":")
    return int(seq), digest


async def _verify(arguments: argparse.Namespace, settings: Settings) -> int:
    """0 when it is whole."""
    database = Database(database_url(settings))
    try:
        report = await check_audit(database, arguments.noted)
    finally:
        await database.close()
    if report.fault is not None:
        print(f"Record {report.fault.seq}: {report.fault.what}.", file=sys.stderr)
        return 1
    print(f"{report.records} records and {report.stretches} stretches of commits are whole.")
    if report.last is not None:
        print(f"The end, to be noted elsewhere: {report.last.seq}:{report.last.hash}")
    return 0


async def _export(arguments: argparse.Namespace, settings: Settings) -> int:
    database = Database(database_url(settings))
    table = csv.writer(sys.stdout)
    if arguments.format == "csv":
        table.writerow(CSV_COLUMNS)
    try:
        async for records in Audit(database).between(arguments.since, arguments.until):
            if arguments.format == "csv":
                table.writerows(csv_cells(record) for record in records)
            else:
                sys.stdout.writelines(f"{msgspec.json.encode(r).decode()}\n" for r in records)
    finally:
        await database.close()
    return 0


async def _cut(arguments: argparse.Namespace, settings: Settings) -> int:
    database = Database(database_owner_url(settings))
    until = now() - timedelta(days=366 * arguments.years)
    try:
        cut = await Audit(database).cut(until, by=getpass.getuser())
    finally:
        await database.close()
    print(f"{cut} records from before {until:%Y-%m-%d} were removed; the chain says so.")
    return 0
