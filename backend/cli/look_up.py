"""`search` and `ask`: what visitors find, on the command line."""

import argparse
import sys
from pathlib import Path

import msgspec

from backend.catalogue.guide import Catalogue
from backend.cli.command import Commands, runs
from backend.core.ids import HallId
from backend.core.rules.day import service_day
from backend.core.rules.public_text import MESSAGE, TextRefusal, cleaned
from backend.engines.engine import EngineError
from backend.engines.running import database_url
from backend.hub.clock import now
from backend.settings import Settings
from backend.store.catalogue import Catalogues
from backend.store.consultations import Consultations
from backend.store.database import Database
from backend.store.plans import Plans
from backend.store.stream import StoreError

PATIENCE_S = 3.0
PUBLISHED_MAX = 500


class LookUpError(Exception):
    """What was asked cannot be looked up; the words say why."""


def add_commands(commands: Commands) -> None:
    """The two commands and their options."""
    search = commands.add_parser("search", help="ranked hits in the catalogue, as JSON")
    ask = commands.add_parser("ask", help="the assistant's answer with its sources, as JSON")
    what = search.add_mutually_exclusive_group(required=True)
    what.add_argument("text", nargs="?", help="Chinese, pinyin, initials, English or a number")
    what.add_argument(
        "--nothing-of", type=Path, metavar="FILE", help="the queries, one a line, that find nothing"
    )
    ask.add_argument("text", help="a question in Chinese or English")
    for command in (search, ask):
        command.add_argument("--hall", type=HallId, default=HallId("main"))
        runs(command, _look_up)


async def _look_up(arguments: argparse.Namespace, settings: Settings) -> int:
    catalogue, whose = await _catalogue(arguments.hall, settings)
    print(f"yizhan: {whose}", file=sys.stderr)
    print(_looked_up(arguments, catalogue))
    return 0


async def _catalogue(hall_id: HallId, settings: Settings) -> tuple[Catalogue, str]:
    """What the hall has stored, else the demo's; and whose it is.

    Raises LookUpError: there is no such hall.
    """
    try:
        database = Database(database_url(settings), patience_s=PATIENCE_S)
    except EngineError:
        return _demo_catalogue(), "the demo's catalogue; no hall runs here"
    try:
        found = await _stored(hall_id, database)
    except StoreError as error:
        return _demo_catalogue(), f"the demo's catalogue; the hall's cannot be read ({error})"
    finally:
        await database.close()
    return found, f"the catalogue of hall {hall_id}"


async def _stored(hall_id: HallId, database: Database) -> Catalogue:
    """The guides and questions of today, and the questions that were published.

    Raises StoreError, LookUpError.
    """
    plan = await Plans(database).newest(hall_id)
    if plan is None:
        raise LookUpError(f"There is no hall {hall_id}.")
    day, catalogues = service_day(now(), plan.time_zone), Catalogues(database)
    await catalogues.refresh(day)
    published = await Consultations(database).published(hall_id, count=PUBLISHED_MAX)
    stored = catalogues.of(hall_id)
    return Catalogue(
        guides=tuple(stored.guides_on(day).values()),
        questions=(*stored.questions_on(day), *(one.as_question for one in published)),
    )


def _demo_catalogue() -> Catalogue:
    from backend.demo.catalogue import demo_catalogue  # noqa: PLC0415

    return demo_catalogue()


def _looked_up(arguments: argparse.Namespace, catalogue: Catalogue) -> str:
    """The JSON that answers; also says so of a question that is not taken.

    Raises LookUpError.
    """
    # 0.3 s and 20 MB that no other command should pay for.
    from backend.assistant.answer import Assistant, refused  # noqa: PLC0415
    from backend.search.index import Index  # noqa: PLC0415

    if arguments.command == "ask":
        try:
            return _json(Assistant(catalogue).ask(cleaned(arguments.text, MESSAGE)))
        except TextRefusal:
            return _json(refused(arguments.text, MESSAGE.chars))
    index = Index(catalogue)
    if arguments.nothing_of is None:
        return _json(index.find(_asked(arguments.text)))
    try:
        queries = arguments.nothing_of.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise LookUpError(f"{arguments.nothing_of}: {error}") from error
    return _json([query for query in queries if query.strip() and not index.find(query)])


def _asked(text: str) -> str:
    """The text as the website takes it (TX2).

    Raises LookUpError.
    """
    try:
        return cleaned(text, MESSAGE)
    except TextRefusal as refusal:
        raise LookUpError(
            f"{refusal.code}: write 1 to {MESSAGE.chars} characters that can be seen"
        ) from refusal


def _json(found: object) -> str:
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode()
