"""The stream of a hall's commits, as the hub and the recorder see it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Protocol

from msgspec import Struct

from backend.core.errors import RefusalCode
from backend.core.events import Event
from backend.core.ids import CommandId
from backend.core.stamp import Caller


class Position(Struct, frozen=True):
    """A place in a day's stream: `seq` commits in, the last of which has the id `head`.

    A number alone would accept a writer from a lost future; both together do not.
    """

    seq: int = 0
    head: str = ""


START = Position()


class DayRef(Struct, frozen=True, kw_only=True):
    """A service day and the epoch of its history."""

    day: date
    epoch: str
    """Changes when the day was rebuilt; views of two epochs do not compare."""


class Commit(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one command caused, stored together or not at all."""

    id: CommandId
    """The command's id; unique in the stream."""
    by: Caller
    at: datetime
    events: tuple[Event, ...] = ()
    mark: str = ""
    """A digest of the command, so that its id answers nothing else (I7)."""
    refused: RefusalCode | None = None
    """Set when a rule said no: stored too, so that a repeat gets the same answer (I7)."""


class Entry(Struct, frozen=True, kw_only=True):
    """A commit and where it stands."""

    position: Position
    commit: Commit


class ConflictError(Exception):
    """The stream does not stand where the caller thinks: read on, decide again."""


class StoreError(Exception):
    """The store did not answer; whether an append happened, and will last, is not known."""


class DatabaseError(StoreError):
    """It is PostgreSQL that did not answer."""


class HallStream(Protocol):
    """One hall's days.  tests/store/test_stream_contract.py runs on every implementation.

    Every method may raise StoreError.
    """

    is_replicated: bool
    """Whether a fail-over may take back what was read, until that is confirmed."""

    async def latest_day(self) -> DayRef | None:
        """The day opened last; None before the first."""
        ...

    async def days(self) -> list[DayRef]:
        """The days that are kept, oldest first, each with its latest epoch."""
        ...

    async def forget(self, ref: DayRef) -> None:
        """Drop a day's commits; the caller knows that they are archived."""
        ...

    async def read(self, ref: DayRef, after: Position, limit: int) -> list[Entry]:
        """At most `limit` commits right after `after`, oldest first.

        Raises ConflictError: the day's history does not contain `after`.
        """
        ...

    async def wait(
        self, ref: DayRef | None, position: Callable[[], Position], timeout_s: float
    ) -> list[Entry] | None:
        """The commits after `position()` as soon as there are any.

        None at the timeout, and when another day or epoch has become the latest, the stream does
        not contain the position or the server was started again: look again.  Who appends knows
        of it by the answer: his own commits need not wake him, and those that `position()` has
        reached by then are left out.
        """
        ...

    async def boot(self) -> str:
        """Which reign this is: since another start or primary, something may have been lost."""
        ...

    async def append(
        self, ref: DayRef, after: Position, commits: list[Commit], *, boot: str = ""
    ) -> Position:
        """Store `commits` right after `after`, all or none; return the new end once it lasts.

        It lasts on as many replicas as are set; where they do not say so in time, that is a
        StoreError although it is stored, and may be read before a fail-over takes it back.

        `boot`: the one that the caller has compared with the archive.  A stream that lost its
        tail ends just where a writer may stand that had not read on; only the server's start
        tells.  Who brings back what was lost names none.

        Raises ConflictError: the stream does not end at `after`, or the server has been started
        since that boot.
        """
        ...

    async def confirm(self, ref: DayRef, position: Position) -> None:
        """Return once what stands at `position`, and everything before it, lasts: see `append`.

        Raises ConflictError: the stream has something else there, or nothing.
        """
        ...

    async def announce(self, ref: DayRef, previous: DayRef | None) -> None:
        """Make `ref` the latest day, if `previous` still is.

        Raises ConflictError: another day or epoch came first.
        """
        ...
