"""Decide: what a command does to a roster, or why not (SH2, SH4)."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import assert_never

from msgspec import Struct

from backend.core.ids import Name
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
from backend.core.rosters.days import roster_on
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
from backend.core.rosters.refusals import RosterRefusal, RosterRefusalCode
from backend.core.rosters.roster import Roster
from backend.core.rosters.words import LEAVE_DAYS_MAX, DayShift, Leave, Swap, SwapState, Turn
from backend.core.workdays import WorkCalendar

AHEAD_DAYS_MAX = 400
"""How far ahead a day may be set."""


class RosterStamp(Struct, frozen=True, kw_only=True):
    """What the shell brings in with a command."""

    by: str
    """User name."""
    at: datetime
    local_day: date
    """At the hall."""
    command_id: str
    calendar: WorkCalendar
    counter_ids: frozenset[str]
    """Those of the newest plan."""
    staff_ids: frozenset[str]
    """Who may sign on."""


def decide_roster(
    roster: Roster, command: RosterCommand, stamp: RosterStamp
) -> tuple[RosterEvent, ...]:
    """The events that the command causes; the roster is not changed.

    Whether the caller may manage these counters is judged before (`rosters/rights.py`).

    Raises RosterRefusal: a rule says no.
    """
    match command:
        case SetHours():
            _check(command.hours.is_in_order, RosterRefusalCode.HOURS_NOT_IN_ORDER)
            return (HoursSet(hours=command.hours, reason=command.reason),)
        case SetWeek():
            return _set_week(roster, command, stamp)
        case SetDay():
            return _set_day(roster, command, stamp)
        case GrantLeave():
            return _grant_leave(command, stamp)
        case CancelLeave():
            _check(command.leave_id in roster.leaves, RosterRefusalCode.UNKNOWN_LEAVE)
            return (LeaveCancelled(leave_id=command.leave_id, reason=command.reason),)
        case AskSwap():
            return _ask_swap(roster, command, stamp)
        case AnswerSwap():
            return _answer_swap(roster, command, stamp)
        case WithdrawSwap():
            return _withdraw_swap(roster, command, stamp)
        case JudgeSwap():
            return _judge_swap(roster, command, stamp)
        case _:
            assert_never(command)


def _set_week(roster: Roster, command: SetWeek, stamp: RosterStamp) -> tuple[RosterEvent, ...]:
    named = set(command.counter_ids)
    _check(named <= stamp.counter_ids, RosterRefusalCode.UNKNOWN_COUNTER)
    _check(
        all(shift.counter_id in named for shift in command.shifts),
        RosterRefusalCode.COUNTER_NOT_NAMED,
    )
    keys = {(shift.counter_id, shift.weekday, shift.half) for shift in command.shifts}
    _check(len(keys) == len(command.shifts), RosterRefusalCode.SHIFT_TWICE)
    for shift in command.shifts:
        _check_persons(shift.persons, stamp)
    kept = [(k[1], k[2], persons[0]) for k, persons in roster.week.items() if k[0] not in named]
    new = [(shift.weekday, shift.half, shift.persons[0]) for shift in command.shifts]
    seats = Counter([*kept, *new])
    _check(max(seats.values(), default=0) <= 1, RosterRefusalCode.PERSON_AT_TWO_COUNTERS)
    return (
        WeekSet(counter_ids=tuple(sorted(named)), shifts=command.shifts, reason=command.reason),
    )


def _set_day(roster: Roster, command: SetDay, stamp: RosterStamp) -> tuple[RosterEvent, ...]:
    turn = command.turn
    _check_day(turn.day, stamp)
    _check(turn.counter_id in stamp.counter_ids, RosterRefusalCode.UNKNOWN_COUNTER)
    if command.persons is not None:
        _check_persons(command.persons, stamp)
        _check_seat(roster, command.persons[:1], turn, {turn}, stamp)
    return (DaySet(turn=turn, persons=command.persons, reason=command.reason),)


def _grant_leave(command: GrantLeave, stamp: RosterStamp) -> tuple[RosterEvent, ...]:
    _check(command.staff_id in stamp.staff_ids, RosterRefusalCode.UNKNOWN_STAFF)
    _check(command.first <= command.last, RosterRefusalCode.DAYS_NOT_IN_ORDER)
    _check_day(command.last, stamp)
    longest = timedelta(days=LEAVE_DAYS_MAX)
    _check(command.last - command.first < longest, RosterRefusalCode.LEAVE_TOO_LONG)
    leave = Leave(
        leave_id=stamp.command_id,
        staff_id=command.staff_id,
        first=command.first,
        last=command.last,
        half=command.half,
        reason=command.reason,
    )
    return (LeaveGranted(leave=leave),)


def _ask_swap(roster: Roster, command: AskSwap, stamp: RosterStamp) -> tuple[RosterEvent, ...]:
    _check(command.other_id in stamp.staff_ids, RosterRefusalCode.UNKNOWN_STAFF)
    _check(command.other_id != stamp.by, RosterRefusalCode.SWAP_WITH_ONESELF)
    is_asked = any(
        s.asker_id == stamp.by and s.turn == command.turn and s.state in _UNDER_WAY
        for s in roster.swaps.values()
    )
    _check(not is_asked, RosterRefusalCode.SWAP_ALREADY_ASKED)
    swap = Swap(
        swap_id=stamp.command_id,
        asker_id=stamp.by,
        other_id=command.other_id,
        turn=command.turn,
        in_return=command.in_return,
        reason=command.reason,
        state=SwapState.ASKED,
        asked_at=stamp.at,
    )
    swapped(roster, swap, stamp)
    return (SwapAsked(swap=swap),)


def _answer_swap(
    roster: Roster, command: AnswerSwap, stamp: RosterStamp
) -> tuple[RosterEvent, ...]:
    swap = _swap(roster, command.swap_id, {SwapState.ASKED}, RosterRefusalCode.SWAP_NOT_ASKED)
    _check(swap.other_id == stamp.by, RosterRefusalCode.NOT_YOUR_SWAP)
    if command.agrees:
        swapped(roster, swap, stamp)
    return (SwapAnswered(swap_id=swap.swap_id, agrees=command.agrees),)


def _withdraw_swap(
    roster: Roster, command: WithdrawSwap, stamp: RosterStamp
) -> tuple[RosterEvent, ...]:
    swap = _swap(roster, command.swap_id, _UNDER_WAY, RosterRefusalCode.SWAP_IS_OVER)
    _check(swap.asker_id == stamp.by, RosterRefusalCode.NOT_YOUR_SWAP)
    return (SwapWithdrawn(swap_id=swap.swap_id),)


def _judge_swap(roster: Roster, command: JudgeSwap, stamp: RosterStamp) -> tuple[RosterEvent, ...]:
    swap = _swap(roster, command.swap_id, {SwapState.AGREED}, RosterRefusalCode.SWAP_NOT_AGREED)
    shifts = swapped(roster, swap, stamp) if command.approves else ()
    return (
        SwapJudged(
            swap_id=swap.swap_id,
            approves=command.approves,
            reason=command.reason,
            by=stamp.by,
            judged_at=stamp.at,
            shifts=shifts,
        ),
    )


def swapped(roster: Roster, swap: Swap, stamp: RosterStamp) -> tuple[DayShift, ...]:
    """What the turns are after the swap: each stands where the other stood, by the same letter.

    Raises RosterRefusal: somebody has not the turn (any more), has the other one already, or
    would be expected at two counters at once; or a day is past.
    """
    turns = {swap.turn} | ({swap.in_return} if swap.in_return is not None else set())
    found = [_given(roster, swap.turn, (swap.asker_id, swap.other_id), True, stamp)]
    if swap.in_return is not None:
        found.append(_given(roster, swap.in_return, (swap.other_id, swap.asker_id), False, stamp))
    for shift in found:
        _check_seat(roster, shift.persons[:1], shift.turn, turns, stamp)
    return tuple(found)


def _given(
    roster: Roster, turn: Turn, people: tuple[str, str], is_asker: bool, stamp: RosterStamp
) -> DayShift:
    """The turn with the second of the two people in the place of the first."""
    before, after = people
    _check_day(turn.day, stamp)
    persons = roster_on(roster, stamp.calendar, turn.day).persons(turn.counter_id, turn.half)
    code = RosterRefusalCode.NOT_YOUR_SHIFT if is_asker else RosterRefusalCode.NOT_THEIR_SHIFT
    _check(before in persons, code)
    _check(after not in persons, RosterRefusalCode.ALREADY_IN_SHIFT)
    return DayShift(turn=turn, persons=tuple(after if p == before else p for p in persons))


_UNDER_WAY = {SwapState.ASKED, SwapState.AGREED}


def _swap(
    roster: Roster, swap_id: str, states: Iterable[SwapState], code: RosterRefusalCode
) -> Swap:
    """The swap, in one of the states.  Raises RosterRefusal: unknown_swap, or `code`."""
    swap = roster.swaps.get(swap_id)
    if swap is None:
        raise RosterRefusal(RosterRefusalCode.UNKNOWN_SWAP)
    _check(swap.state in states, code)
    return swap


def _check_persons(persons: tuple[Name, ...], stamp: RosterStamp) -> None:
    _check(len(set(persons)) == len(persons), RosterRefusalCode.PERSON_TWICE)
    _check(stamp.staff_ids.issuperset(persons), RosterRefusalCode.UNKNOWN_STAFF)


def _check_seat(
    roster: Roster, first: tuple[str, ...], turn: Turn, turns: set[Turn], stamp: RosterStamp
) -> None:
    """Refuse that the first person is first at another counter in the same half day.

    `turns` are being changed themselves.
    """
    on = roster_on(roster, stamp.calendar, turn.day)
    for other in on.turns():
        if other.half is turn.half and other not in turns:
            taken = on.persons(other.counter_id, other.half)[0]
            _check(taken not in first, RosterRefusalCode.PERSON_AT_TWO_COUNTERS)


def _check_day(day: date, stamp: RosterStamp) -> None:
    _check(day >= stamp.local_day, RosterRefusalCode.DAY_IS_PAST)
    farthest = stamp.local_day + timedelta(days=AHEAD_DAYS_MAX)
    _check(day <= farthest, RosterRefusalCode.DAY_TOO_FAR)


def _check(is_right: bool, code: RosterRefusalCode) -> None:
    if not is_right:
        raise RosterRefusal(code)
