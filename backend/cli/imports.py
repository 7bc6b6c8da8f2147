"""`import-persons`, `import-facts`, `import-appointments`, `import-calendar`: others' exports."""

import argparse
import sys
from datetime import date
from pathlib import Path

from backend.cards import Cards
from backend.cli.command import Commands, note_by_hand, runs
from backend.cli.plan_files import AUTHOR
from backend.core.ids import HallId
from backend.csv_lines import CsvLines, RegisterError
from backend.engines.running import database_url, redis_url
from backend.facts.config import TableEntry, read_config
from backend.hub.clock import now
from backend.import_appointments import ExpectedError, expected_in
from backend.import_calendar import announce_year, year_of
from backend.import_facts import FactRegister, import_facts
from backend.import_persons import Register, import_persons
from backend.settings import Settings, card_key
from backend.store.appointments import Appointments
from backend.store.database import Database
from backend.store.facts import FactTable
from backend.store.persons import Persons
from backend.store.plans import Plans
from backend.store.redis_servers import connect_redis

BAD_SHOWN_MAX = 50


def add_commands(commands: Commands) -> None:
    """The commands and their options."""
    persons = commands.add_parser(
        "import-persons", help="replace the register of campus cards: who holds which"
    )
    persons.add_argument("file", type=Path, help="CSV with the columns card, person, origin")
    persons.add_argument("--hall", type=HallId, help="the cards count in this hall only")
    runs(persons, _import_persons)
    facts = commands.add_parser(
        "import-facts", help="replace a register of facts that nobody has to bring paper about"
    )
    facts.add_argument("file", type=Path, help="CSV: person, kind, zh, en, level, as_of")
    facts.add_argument(
        "--connector", default="register", help="which one of FACTS; register by default"
    )
    runs(facts, _import_facts)
    expected = commands.add_parser(
        "import-appointments", help="say who is expected on a day to come"
    )
    expected.add_argument("file", type=Path, help="JSON lines, as the command add_appointment")
    expected.add_argument("--hall", type=HallId, required=True)
    expected.add_argument("--day", type=date.fromisoformat, required=True, help="2026-11-24")
    runs(expected, _import_appointments)
    calendar = commands.add_parser(
        "import-calendar", help="say which days of a year are worked, once it is announced"
    )
    calendar.add_argument("file", type=Path, help="CSV with the columns date, is_working, name")
    runs(calendar, _import_calendar)


async def _import_persons(arguments: argparse.Namespace, settings: Settings) -> int:
    """0 when every line was good, 1 when some were left out, 2 when nothing was changed."""
    database, path = Database(database_url(settings)), arguments.file
    try:
        with path.open("rb") as file:
            register = Register(file, card_key(settings))
            imported = await import_persons(database, register, arguments.hall)
        told = f"{imported.cards} cards"
        await note_by_hand(database, "cards.import", "card", told, arguments.hall)
    except (OSError, RegisterError) as error:
        print(f"{path}: {error}; nothing was changed.", file=sys.stderr)
        return 2
    finally:
        await database.close()
    _tell_bad(path, register)
    print(
        f"{imported.cards} cards of {imported.persons} persons are in force;"
        f" {len(register.bad)} lines were left out."
    )
    return 1 if register.bad else 0


async def _import_facts(arguments: argparse.Namespace, settings: Settings) -> int:
    """0 when every line was good, 1 when some were left out, 2 when nothing was changed."""
    config, path, connector_id = read_config(settings.facts), arguments.file, arguments.connector
    if not isinstance(config.connectors.get(connector_id), TableEntry):
        print(f"FACTS names no connector {connector_id} of type table.", file=sys.stderr)
        return 2
    kinds = frozenset(k for k, kind in config.kinds.items() if kind.connector == connector_id)
    database = Database(database_url(settings))
    try:
        with path.open("rb") as file:
            register = FactRegister(file, card_key(settings), kinds)
            imported = await import_facts(FactTable(database), register, connector_id)
        await note_by_hand(database, "facts.import", "facts", connector_id)
    except (OSError, RegisterError) as error:
        print(f"{path}: {error}; nothing was changed.", file=sys.stderr)
        return 2
    finally:
        await database.close()
    _tell_bad(path, register)
    print(
        f"{imported.facts} facts of {imported.persons} persons are in force;"
        f" {len(register.bad)} lines were left out."
    )
    return 1 if register.bad else 0


def _tell_bad(path: Path, register: CsvLines) -> None:
    for no, what in register.bad[:BAD_SHOWN_MAX]:
        print(f"{path}:{no}: {what}", file=sys.stderr)


async def _import_appointments(arguments: argparse.Namespace, settings: Settings) -> int:
    """0 when all are expected, 2 when nothing was changed."""
    database, path = Database(database_url(settings)), arguments.file
    persons = Persons(database, connect_redis(redis_url(settings)))
    try:
        plan = await Plans(database).newest(arguments.hall)
        if plan is None:
            raise ExpectedError(f"there is no hall {arguments.hall}")
        await persons.refresh()
        cards = Cards(card_key(settings), persons.find)
        with path.open("rb") as file:
            found = expected_in(file, plan, arguments.day, cards)
        await Appointments(database).put_day(arguments.hall, arguments.day, found)
        day = arguments.day.isoformat()
        await note_by_hand(database, "appointments.import", "appointment", day, arguments.hall)
    except (OSError, ExpectedError) as error:
        print(f"{path}: {error}; nothing was changed.", file=sys.stderr)
        return 2
    finally:
        await database.close()
    print(f"{len(found)} visitors are expected on {arguments.day}.")
    return 0


async def _import_calendar(arguments: argparse.Namespace, settings: Settings) -> int:
    year, days = year_of(arguments.file)
    database = Database(database_url(settings))
    try:
        moved = await announce_year(database, year, days, by=AUTHOR, at=now())
        await note_by_hand(database, "calendar.import", "calendar", str(year))
    finally:
        await database.close()
    print(f"{year} is announced; the due dates of {moved} open cases follow it.")
    return 0
