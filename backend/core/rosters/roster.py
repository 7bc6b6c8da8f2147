"""A roster as it stands, and how events change it."""

from collections.abc import Iterable
from typing import assert_never

from msgspec import Struct, field
from msgspec.structs import replace

from backend.core.rosters.events import (
    DaySet,
    HoursSet,
    LeaveCancelled,
    LeaveGranted,
    RosterEvent,
    SwapAnswered,
    SwapAsked,
    SwapJudged,
    SwapWithdrawn,
    WeekSet,
)
from backend.core.rosters.words import Half, Hours, Leave, Swap, SwapState, Turn


class Roster(Struct, kw_only=True):
    """Who is to sit where; the fold of everything that happened to it."""

    hours: Hours = field(default_factory=Hours)
    week: dict[tuple[str, int, Half], tuple[str, ...]] = field(default_factory=dict)
    """By counter, weekday and half: user names, A first."""
    days: dict[Turn, tuple[str, ...]] = field(default_factory=dict)
    """Half days that differ from their week."""
    leaves: dict[str, Leave] = field(default_factory=dict)
    swaps: dict[str, Swap] = field(default_factory=dict)
    """Oldest first, those that are over among them."""


def fold_roster(roster: Roster, events: Iterable[RosterEvent]) -> Roster:
    """Change the roster by all events, oldest first, and return it."""
    for event in events:
        evolve_roster(roster, event)
    return roster


def evolve_roster(roster: Roster, event: RosterEvent) -> None:
    """Change the roster by one event."""
    match event:
        case HoursSet():
            roster.hours = event.hours
        case WeekSet():
            left = (key for key in list(roster.week) if key[0] in event.counter_ids)
            for key in left:
                del roster.week[key]
            for shift in event.shifts:
                roster.week[shift.counter_id, shift.weekday, shift.half] = shift.persons
        case DaySet():
            roster.days.pop(event.turn, None)
            if event.persons is not None:
                roster.days[event.turn] = event.persons
        case LeaveGranted():
            roster.leaves[event.leave.leave_id] = event.leave
        case LeaveCancelled():
            del roster.leaves[event.leave_id]
        case SwapAsked():
            roster.swaps[event.swap.swap_id] = event.swap
        case SwapAnswered():
            _swap_is(roster, event.swap_id, _answered(event))
        case SwapWithdrawn():
            _swap_is(roster, event.swap_id, SwapState.WITHDRAWN)
        case SwapJudged():
            _swap_judged(roster, event)
        case _:
            assert_never(event)


def _answered(event: SwapAnswered) -> SwapState:
    return SwapState.AGREED if event.agrees else SwapState.DECLINED


def _swap_is(roster: Roster, swap_id: str, state: SwapState) -> None:
    roster.swaps[swap_id] = replace(roster.swaps[swap_id], state=state)


def _swap_judged(roster: Roster, event: SwapJudged) -> None:
    roster.swaps[event.swap_id] = replace(
        roster.swaps[event.swap_id],
        state=SwapState.APPROVED if event.approves else SwapState.REJECTED,
        judged_by=event.by,
        verdict=event.reason,
    )
    for shift in event.shifts:
        roster.days[shift.turn] = shift.persons
