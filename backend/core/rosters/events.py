"""What happened to a roster; stored for ever: new fields have defaults, nothing is renamed."""

from datetime import datetime

from msgspec import Struct

from backend.core.rosters.words import DayShift, Hours, Leave, Persons, Swap, Turn, WeekShift


class _RosterEvent(Struct, frozen=True, kw_only=True):
    """Base of every event of a roster."""


class HoursSet(_RosterEvent, frozen=True, kw_only=True, tag="hours_set"):
    """People sit at other hours."""

    hours: Hours
    reason: str


class WeekSet(_RosterEvent, frozen=True, kw_only=True, tag="week_set"):
    """These counters have other weeks."""

    counter_ids: tuple[str, ...]
    shifts: tuple[WeekShift, ...]
    reason: str


class DaySet(_RosterEvent, frozen=True, kw_only=True, tag="day_set"):
    """Half a day has persons of its own, or those of the week again (None)."""

    turn: Turn
    persons: Persons | None
    reason: str


class LeaveGranted(_RosterEvent, frozen=True, kw_only=True, tag="leave_granted"):
    """Somebody will be away."""

    leave: Leave


class LeaveCancelled(_RosterEvent, frozen=True, kw_only=True, tag="leave_cancelled"):
    """Somebody will not be away after all."""

    leave_id: str
    reason: str


class SwapAsked(_RosterEvent, frozen=True, kw_only=True, tag="swap_asked"):
    """Somebody asked another for a swap (SH4)."""

    swap: Swap


class SwapAnswered(_RosterEvent, frozen=True, kw_only=True, tag="swap_answered"):
    """The other one agreed, or declined."""

    swap_id: str
    agrees: bool


class SwapWithdrawn(_RosterEvent, frozen=True, kw_only=True, tag="swap_withdrawn"):
    """Whoever asked does so no more."""

    swap_id: str


class SwapJudged(_RosterEvent, frozen=True, kw_only=True, tag="swap_judged"):
    """A manager approved or rejected it."""

    swap_id: str
    approves: bool
    reason: str
    by: str
    judged_at: datetime
    shifts: tuple[DayShift, ...]
    """What the turns are from now on; none when rejected."""


RosterEvent = (
    HoursSet
    | WeekSet
    | DaySet
    | LeaveGranted
    | LeaveCancelled
    | SwapAsked
    | SwapAnswered
    | SwapWithdrawn
    | SwapJudged
)
