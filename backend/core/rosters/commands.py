"""What managers and clerks may ask of a roster; imperative names, no unknown fields."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from backend.core.ids import Name, Reason, Remark
from backend.core.rosters.words import (
    COUNTERS_MAX,
    TEMPLATE_MAX,
    Half,
    Hours,
    Persons,
    Turn,
    WeekShift,
)


class _RosterCommand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every command for a roster."""


class SetHours(_RosterCommand, frozen=True, kw_only=True, tag="set_hours"):
    """Let people sit at other hours from now on."""

    hours: Hours
    reason: Reason


class SetWeek(_RosterCommand, frozen=True, kw_only=True, tag="set_week"):
    """Let these be the weeks of these counters, in place of what they were."""

    counter_ids: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=COUNTERS_MAX)]
    shifts: Annotated[tuple[WeekShift, ...], Meta(max_length=TEMPLATE_MAX)]
    reason: Reason


class SetDay(_RosterCommand, frozen=True, kw_only=True, tag="set_day"):
    """Let these persons sit there on that one day; None: those of the week again."""

    turn: Turn
    persons: Persons | None
    reason: Reason


class GrantLeave(_RosterCommand, frozen=True, kw_only=True, tag="grant_leave"):
    """Somebody will be away."""

    staff_id: Name
    first: date
    last: date
    half: Half | None = None
    reason: Reason


class CancelLeave(_RosterCommand, frozen=True, kw_only=True, tag="cancel_leave"):
    """Somebody will not be away after all."""

    leave_id: Name
    reason: Reason


class AskSwap(_RosterCommand, frozen=True, kw_only=True, tag="ask_swap"):
    """Ask somebody to take one's turn, for one of theirs or for nothing (SH4)."""

    other_id: Name
    turn: Turn
    in_return: Turn | None = None
    reason: Reason


class AnswerSwap(_RosterCommand, frozen=True, kw_only=True, tag="answer_swap"):
    """Agree to a swap one was asked for, or decline it."""

    swap_id: Name
    agrees: bool


class WithdrawSwap(_RosterCommand, frozen=True, kw_only=True, tag="withdraw_swap"):
    """Ask for it no more."""

    swap_id: Name


class JudgeSwap(_RosterCommand, frozen=True, kw_only=True, tag="judge_swap"):
    """Approve a swap that both want, or reject it."""

    swap_id: Name
    approves: bool
    reason: Remark = ""


OwnCommand = AskSwap | AnswerSwap | WithdrawSwap
"""What anybody of the roster may ask about their own turns."""

RosterCommand = SetHours | SetWeek | SetDay | GrantLeave | CancelLeave | JudgeSwap | OwnCommand
