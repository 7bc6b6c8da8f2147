"""How a command is told to the command line."""

import argparse
import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from backend.settings import Settings

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
