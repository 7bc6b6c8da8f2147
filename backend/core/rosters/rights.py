"""Whose counters a command for a roster is about: what a manager must have (I18)."""

from typing import assert_never

from backend.core.rosters.commands import (
    AnswerSwap,
    AskSwap,
    CancelLeave,
    GrantLeave,
    JudgeSwap,
    RosterCommand,
    SetDay,
    SetHours,
    SetWeek,
    WithdrawSwap,
)
from backend.core.rosters.roster import Roster
from backend.core.rosters.words import Turn


def counters_of(roster: Roster, command: RosterCommand) -> frozenset[str] | None:
    """The counters that one must manage to give the command; None: every one of the hall.

    None at all for what anybody may ask about their own turns, and for what does not exist.
    """
    match command:
        case SetHours():
            return None
        case SetWeek():
            return frozenset(command.counter_ids)
        case SetDay():
            return frozenset({command.turn.counter_id})
        case GrantLeave():
            return _seats(roster, command.staff_id)
        case CancelLeave():
            leave = roster.leaves.get(command.leave_id)
            return _seats(roster, leave.staff_id) if leave is not None else frozenset()
        case JudgeSwap():
            swap = roster.swaps.get(command.swap_id)
            turns: list[Turn | None] = [swap.turn, swap.in_return] if swap is not None else []
            return frozenset(turn.counter_id for turn in turns if turn is not None)
        case AskSwap() | AnswerSwap() | WithdrawSwap():
            return frozenset()
        case _:
            assert_never(command)


def _seats(roster: Roster, staff_id: str) -> frozenset[str] | None:
    """Where the person is first in a week; of one who is nowhere, all."""
    found = {key[0] for key, persons in roster.week.items() if persons[0] == staff_id}
    return frozenset(found) or None
