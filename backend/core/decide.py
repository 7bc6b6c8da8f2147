"""Decide: which events a command causes.  The one `match` over commands."""

from typing import assert_never

from backend.core.commands import (
    AbandonPassed,
    CallNext,
    CallTicket,
    CancelTicket,
    CloseCounter,
    CloseDay,
    Command,
    DelayTicket,
    FinishServing,
    HoldTicket,
    NextQueue,
    OpenCounter,
    OpenDay,
    PassTicket,
    PauseCounter,
    Recall,
    ReportPrinted,
    ReportSpoken,
    ReprintTicket,
    ResumeCounter,
    ResumeTicket,
    ReturnTicket,
    StartServing,
    TakeTicket,
    TransferTicket,
    UndoCall,
)
from backend.core.day import HallDay
from backend.core.events import Event
from backend.core.rules import calls, counters, moves, papers, tickets
from backend.core.rules import day as days
from backend.core.stamp import Stamp


def decide(day: HallDay, command: Command, stamp: Stamp) -> tuple[Event, ...]:
    """The events `command` causes; none when there is nothing to do.  Changes nothing.

    Raises Refusal: a rule forbids the command in this state.
    """
    match command:
        case TakeTicket():
            return tickets.take_ticket(day, command, stamp)
        case CallNext():
            return calls.call_next(day, command, stamp)
        case CallTicket():
            return moves.call_ticket(day, command, stamp)
        case Recall():
            return calls.recall(day, command, stamp)
        case UndoCall():
            return calls.undo_call(day, command, stamp)
        case StartServing():
            return calls.start_serving(day, command, stamp)
        case FinishServing():
            return calls.finish_serving(day, command, stamp)
        case HoldTicket():
            return moves.hold_ticket(day, command, stamp)
        case ResumeTicket():
            return moves.resume_ticket(day, command, stamp)
        case TransferTicket():
            return moves.transfer_ticket(day, command, stamp)
        case NextQueue():
            return moves.next_queue(day, command, stamp)
        case PassTicket():
            return calls.pass_ticket(day, command, stamp)
        case CancelTicket():
            return tickets.cancel_ticket(day, command, stamp)
        case ReturnTicket():
            return tickets.return_ticket(day, command, stamp)
        case DelayTicket():
            return tickets.delay_ticket(day, command, stamp)
        case ReprintTicket():
            return tickets.reprint_ticket(day, command, stamp)
        case OpenCounter():
            return counters.open_counter(day, command, stamp)
        case CloseCounter():
            return counters.close_counter(day, command, stamp)
        case PauseCounter():
            return counters.pause_counter(day, command, stamp)
        case ResumeCounter():
            return counters.resume_counter(day, command, stamp)
        case ReportPrinted():
            return papers.report_printed(day, command, stamp)
        case ReportSpoken():
            return calls.report_spoken(day, command, stamp)
        case AbandonPassed():
            return tickets.abandon_passed(day, command, stamp)
        case OpenDay():
            return days.open_day(day, stamp)
        case CloseDay():
            return days.close_day(day, command, stamp)
        case _:
            assert_never(command)
