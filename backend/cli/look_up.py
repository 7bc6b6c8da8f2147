"""`search` and `ask`: what visitors find, on the command line."""

import argparse
from pathlib import Path

import msgspec

from backend.cli.command import Commands
from backend.core.rules.public_text import MESSAGE, TextRefusal, cleaned
from backend.settings import Settings


class LookUpError(Exception):
    """What was asked cannot be looked up; the words say why."""


def add_commands(commands: Commands) -> None:
    """The two commands and their options."""
    search = commands.add_parser("search", help="ranked hits in the catalogue, as JSON")
    ask = commands.add_parser("ask", help="the assistant's answer with its sources, as JSON")
    what = search.add_mutually_exclusive_group(required=True)
    what.add_argument("text", nargs="?", help="Chinese, pinyin, initials or English")
    what.add_argument(
        "--nothing-of", type=Path, metavar="FILE", help="the queries, one a line, that find nothing"
    )
    ask.add_argument("text", help="a question in Chinese or English")
    for command in (search, ask):
        command.set_defaults(work=_look_up)


def _look_up(arguments: argparse.Namespace, _settings: Settings) -> int:
    print(_looked_up(arguments))
    return 0


def _looked_up(arguments: argparse.Namespace) -> str:
    """The JSON that answers; also says so of a question that is not taken.

    Raises LookUpError.
    """
    # 0.3 s and 20 MB that no other command should pay for.
    from backend.assistant.answer import Assistant, refused  # noqa: PLC0415
    from backend.demo.catalogue import demo_catalogue  # noqa: PLC0415
    from backend.search.index import Index  # noqa: PLC0415

    catalogue = demo_catalogue()
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
