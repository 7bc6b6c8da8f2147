"""Rosters over HTTP: what managers and clerks ask and see of them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from backend.core.ids import Name, Reason, StaffId, Text
from backend.core.rosters.commands import RosterCommand
from backend.core.rosters.refusals import RosterRefusalCode
from backend.core.rosters.table import TableFault
from backend.core.rosters.words import Half, Hours, Leave, Swap, Turn, WeekShift
from backend.wire.messages import MessageId

TABLE_MAX = 512 * 1024
"""Characters of a table that comes in: some ten times what 200 counters need."""


class RosterDo(Struct, frozen=True, kw_only=True, tag="do", forbid_unknown_fields=True):
    """Carry a command for the hall's roster out, once."""

    id: MessageId
    command: RosterCommand


class RosterTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of weeks that is to replace those of the counters it names."""

    id: MessageId
    text: Annotated[str, Meta(max_length=TABLE_MAX)]
    reason: Reason
    is_trial: bool = False
    """Only say what it would come to."""


class RosterDone(Struct, frozen=True, kw_only=True, tag="done"):
    """It was carried out, now or when it was asked for first."""

    id: MessageId
    version: int


class RosterRefused(Struct, frozen=True, kw_only=True, tag="refused"):
    """A rule says no."""

    id: MessageId
    code: RosterRefusalCode


class TableRead(Struct, frozen=True, kw_only=True):
    """What a table comes to."""

    counters: int
    shifts: int
    faults: tuple[TableFault, ...]
    """With any, nothing of it counts."""
    version: int | None
    """The version it made; None for a trial or with faults."""


class ShiftState(StrEnum):
    """How a shift was kept (SH3), as far as it has come."""

    KEPT = "kept"
    LATE = "late"
    EARLY = "early"
    LATE_AND_EARLY = "late_and_early"
    MISSING = "missing"


class RosterCounter(Struct, frozen=True, kw_only=True):
    """A counter of the roster."""

    counter_id: Name
    no: int
    zone_name: Text
    queue_names: tuple[Text, ...]
    is_managed: bool
    """Whether whoever asks may change its shifts."""


class RosterDate(Struct, frozen=True, kw_only=True):
    """A day of the calendar."""

    day: date
    weekday: int | None
    """Whose week it follows (1 is Monday); None: it is a holiday, and nobody sits."""
    is_worked_instead: bool
    """A weekend day that is worked (调休)."""
    name: str
    """The holiday's name, also on a day that is worked in its place."""
    is_closed: bool
    """Whether the plan's hours have the hall closed."""


class TurnView(Struct, frozen=True, kw_only=True):
    """Half a day at a counter."""

    day: date
    counter_id: Name
    half: Half
    persons: tuple[StaffId, ...]
    """A, B, C."""
    away: tuple[StaffId, ...]
    """Who of them is on leave."""
    differs: bool
    """Whether the day has persons of its own."""
    state: ShiftState | None
    """Of whoever was expected; None while nothing is known."""
    signed_on_at: datetime | None
    signed_off_at: datetime | None
    stand_in_id: StaffId | None


class RosterPerson(Struct, frozen=True, kw_only=True):
    """Somebody who may sign on."""

    staff_id: StaffId
    name: Text


class RosterView(Struct, frozen=True, kw_only=True):
    """A part of a hall's roster."""

    version: int
    today: date
    time_zone: str
    hours: Hours
    is_managed: bool
    """Whether whoever asks manages every counter of the hall, and so the hours."""
    counters: tuple[RosterCounter, ...]
    week: tuple[WeekShift, ...]
    dates: tuple[RosterDate, ...]
    turns: tuple[TurnView, ...]
    """By day, counter and half; those without anybody left out."""
    leaves: tuple[Leave, ...]
    """Of these days, of the people of these counters."""
    swaps: tuple[Swap, ...]
    """Newest first: those under way, and the last that are over."""
    staff: tuple[RosterPerson, ...]


class RosterChangeKind(StrEnum):
    """What somebody decided: the tag of the event."""

    HOURS_SET = "hours_set"
    WEEK_SET = "week_set"
    DAY_SET = "day_set"
    LEAVE_GRANTED = "leave_granted"
    LEAVE_CANCELLED = "leave_cancelled"
    SWAP_ASKED = "swap_asked"
    SWAP_ANSWERED = "swap_answered"
    SWAP_WITHDRAWN = "swap_withdrawn"
    SWAP_JUDGED = "swap_judged"


class RosterChange(Struct, frozen=True, kw_only=True):
    """What made a version of the roster."""

    version: int
    by: str
    """User name."""
    name: Text | None
    """Theirs; None: the account is gone."""
    at: datetime
    kind: RosterChangeKind
    reason: str
    """Empty where none is asked for."""
    hours: Hours | None
    counter_ids: tuple[Name, ...]
    """Whose weeks were replaced."""
    turn: Turn | None
    persons: tuple[StaffId, ...] | None
    """A, B, C of the turn from then on; None: those of the week."""
    leave: Leave | None
    """What was granted or cancelled."""
    swap: Swap | None
    """As it stands today."""
    is_yes: bool | None
    """How a swap was answered or judged."""
