"""A display agent that kills itself with SIGKILL at one step of an announcement.

python -m tests.agents.display.child STEP HEARD OPTIONS…, where HEARD is a file to which each piece
of sound is noted as it begins to be heard.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

from display_agent import __main__ as program
from display_agent import pcm, sound
from display_agent.agenda import Agenda, Outbox
from display_agent.card import Device
from display_agent.record import Record


class Step(StrEnum):
    """Where an announcement may be cut off, in the order of happening."""

    SHOWN = "shown"
    """The call has just come."""
    BEGINS = "begins"
    """About to be written down."""
    BEGUN = "begun"
    """Written down; nothing was heard yet."""
    CHIME = "chime"
    """The chime sounds."""
    WORDS = "words"
    """The words sound."""
    REPEAT = "repeat"
    """The second time."""
    ENGLISH = "english"
    """In English."""
    SPOKEN = "spoken"
    """All was heard; about to be reported."""
    TOLD = "told"
    """The hub has confirmed the report."""
    NEVER = "never"


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(owner: type, name: str, then: Callable[[], None]) -> None:
    """Have `then` done each time before the method."""
    real = getattr(owner, name)

    def method(*args: Any, **options: Any) -> Any:
        then()
        return real(*args, **options)

    setattr(owner, name, method)


def after(owner: type, name: str, then: Callable[[], None]) -> None:
    """Have `then` done each time after the method."""
    real = getattr(owner, name)

    def method(*args: Any, **options: Any) -> Any:
        found = real(*args, **options)
        then()
        return found

    setattr(owner, name, method)


class Ear:
    """Notes every piece that is heard, and dies in the one it is told to."""

    name = "ear"

    def __init__(self, heard: Path, dies_at: Step) -> None:
        self._heard = heard
        steps = {Step.CHIME: 1, Step.WORDS: 2, Step.REPEAT: 3, Step.ENGLISH: 4}
        self._dies_in = steps.get(dies_at, 0)
        self._pieces = 0

    async def play(self, piece: bytes) -> float:
        began_s = asyncio.get_running_loop().time()
        self._pieces += 1
        with self._heard.open("a") as file:
            file.write("chime\n" if piece == pcm.chime() else "words\n")
        if self._pieces == self._dies_in:
            die()
        await asyncio.sleep(0.01)
        return began_s

    async def is_there(self) -> bool:
        return True

    async def close(self) -> None:
        """There is nothing to let go of."""


def main() -> int:
    step, heard = Step(sys.argv.pop(1)), Path(sys.argv.pop(1))

    async def opened(*_: object) -> Device:
        return Ear(heard, step)

    sound.Loudspeaker.__init__.__kwdefaults__["opener"] = opened  # type: ignore[index]
    match step:
        case Step.SHOWN:
            after(Agenda, "show", die)
        case Step.BEGINS:
            before(Record, "begin", die)
        case Step.BEGUN:
            after(Record, "begin", die)
        case Step.SPOKEN:
            before(Agenda, "report", die)
        case Step.TOLD:
            after(Outbox, "remove", die)
        case _:
            pass
    return program.main()


if __name__ == "__main__":
    sys.exit(main())
