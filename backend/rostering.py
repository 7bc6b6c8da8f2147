"""Commands for rosters: decided and stored in one transaction, so that none is done twice.

The same idea as for cases (`casework.py`).  A refusal is not kept: there is nothing to protect by
refusing a repeat that would be allowed by now.
"""

from datetime import date
from hashlib import sha256

import msgspec
from msgspec import Struct

from backend.core.ids import CommandId, HallId
from backend.core.plan import Plan
from backend.core.rosters.commands import RosterCommand
from backend.core.rosters.days import shifts_of
from backend.core.rosters.decide import RosterStamp, decide_roster
from backend.core.rosters.rights import counters_of
from backend.core.shifts import Shift
from backend.core.stamp import Caller
from backend.store.calendars import Calendars
from backend.store.rosters import RosterCommit, Rosters

_encode = msgspec.json.Encoder(order="sorted").encode


class RosterIdInUseError(Exception):
    """The command's id belongs to another command: take a fresh one (I7)."""


class NotManagedError(Exception):
    """The command is about counters that the caller does not manage (I18)."""


class RosterDesk(Struct, frozen=True, kw_only=True):
    """Who asks, and what they may manage."""

    by: Caller
    managed: frozenset[str] | None
    """The counters; None: every one of the hall."""


class Rostering:
    """Does commands for rosters; every method may raise StoreError."""

    def __init__(self, rosters: Rosters, calendars: Calendars) -> None:
        self.rosters = rosters
        self.calendars = calendars

    async def shifts(self, plan: Plan, day: date) -> tuple[Shift, ...]:
        """Who is to sit where on the day, as the roster stands."""
        known = await self.rosters.read(plan.hall_id)
        return shifts_of(known.roster, await self.calendars.calendar(), plan, day)

    async def do(
        self, hall_id: HallId, command: RosterCommand, desk: RosterDesk, stamp: RosterStamp
    ) -> int:
        """Store what the command causes, once; returns the version.  Safe to repeat.

        Raises RosterRefusal: a rule says no.  NotManagedError, RosterIdInUseError.
        """
        mark = sha256(_encode((hall_id, desk.by.id, command))).hexdigest()[:16]
        command_id = CommandId(stamp.command_id)
        async with self.rosters.hold(hall_id) as (held, known):
            found = await held.find(command_id)
            if found is not None:
                if found.commit.mark != mark:
                    raise RosterIdInUseError(f"{command_id} belongs to another command")
                return found.seq
            needed = counters_of(known.roster, command)
            if desk.managed is not None and (needed is None or not needed <= desk.managed):
                raise NotManagedError
            events = decide_roster(known.roster, command, stamp)
            commit = RosterCommit(id=command_id, by=desk.by, at=stamp.at, mark=mark, events=events)
            await held.append(known.seq, commit)
            return known.seq + 1
