"""What every connector answers, whatever the system behind it (FA1)."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Annotated, Protocol

from msgspec import Meta, Struct

from backend.core.ids import Text

LEVEL_MAX = 4
VALUE_MAX = 200
Level = Annotated[int, Meta(ge=1, le=LEVEL_MAX)]
"""How near to a person: docs/personal-data.md."""


class Fact(Struct, frozen=True, kw_only=True):
    """Something that the university holds of a person."""

    kind_id: str
    value: Text
    as_of: date
    level: Level = 1
    """Of this one; its kind's counts where that is higher."""


class FactsError(Exception):
    """The system behind a connector does not answer, or not as agreed; never what it said."""


class Connector(Protocol):
    """A system of the university that holds facts."""

    async def fetch(self, person: bytes, kinds: Collection[str]) -> Sequence[Fact]:
        """What is held of the person with this digest, of these kinds at most.

        Nothing of somebody who is not known there.  Raises FactsError.
        """

    async def aclose(self) -> None:
        """End what it holds open."""
