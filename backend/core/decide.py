"""Decide: which events a command causes.  The `match` over commands, in three parts."""

from typing import assert_never

from backend.core.commands import (
    AcknowledgeAlert,
    AddAppointment,
    AssignCounter,
    AutoCall,
    CallNext,
    CallTicket,
    CancelAppointment,
    CancelTicket,
    ChangePlan,
    ChangeRoll,
    ChangeRoster,
    CheckIn,
    CloseCounter,
    CloseDay,
    Command,
    CounterCommand,
    DelayTicket,
    FinishServing,
    HallCommand,
    HoldTicket,
    KeepDay,
    NextQueue,
    OpenCounter,
    OpenDay,
    PassTicket,
    PauseCounter,
    PostNotice,
    Recall,
    RemoveNotice,
    ReportPrinted,
    ReportPrinter,
    ReportSpeakers,
    ReportSpoken,
    ReprintTicket,
    ResumeCounter,
    ResumeIssuing,
    ResumeTicket,
    ReturnTicket,
    SendTicket,
    StartServing,
    StopAutoCall,
    StopIssuing,
    TakeTicket,
    TransferTicket,
    UndoCall,
)
from backend.core.day import HallDay
from backend.core.evaluation import Evaluate
from backend.core.events import Event
from backend.core.receipts import PrintReceipt
from backend.core.rules import (
    alerts,
    appointments,
    auto,
    calls,
    clock,
    counters,
    evaluations,
    issuing,
    moves,
    notices,
    papers,
    plans,
    printers,
    speakers,
    standing_in,
    tickets,
)
from backend.core.rules import day as days
from backend.core.stamp import Stamp


def decide(day: HallDay, command: Command, stamp: Stamp) -> tuple[Event, ...]:
    """The events `command` causes; none when there is nothing to do.  Changes nothing.

    Raises Refusal: a rule forbids the command in this state.
    """
    match command:
        case TakeTicket():
            return tickets.take_ticket(day, command, stamp)
        case CheckIn():
            return appointments.check_in(day, command, stamp)
        case CancelTicket():
            return tickets.cancel_ticket(day, command, stamp)
        case ReturnTicket():
            return tickets.return_ticket(day, command, stamp)
        case DelayTicket():
            return tickets.delay_ticket(day, command, stamp)
        case SendTicket():
            return moves.send_ticket(day, command, stamp)
        case ReprintTicket():
            return tickets.reprint_ticket(day, command, stamp)
        case Evaluate():
            return evaluations.evaluate(day, command, stamp)
        case PrintReceipt():
            return papers.print_receipt(day, command, stamp)
        case ReportPrinted():
            return papers.report_printed(day, command, stamp)
        case ReportPrinter():
            return printers.report_printer(day, command, stamp)
        case ChangeRoll():
            return printers.change_roll(day, command, stamp)
        case ReportSpoken():
            return calls.report_spoken(day, command, stamp)
        case OpenCounter():
            return counters.open_counter(day, command, stamp)
        case AssignCounter():
            return counters.assign_counter(day, command, stamp)
        case AutoCall():
            return auto.auto_call(day, command, stamp)
        case _:
            return _decide_for_hall(day, command, stamp)


def _decide_at_counter(day: HallDay, command: CounterCommand, stamp: Stamp) -> tuple[Event, ...]:
    match command:
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
        case CloseCounter():
            return counters.close_counter(day, command, stamp)
        case PauseCounter():
            return counters.pause_counter(day, command, stamp)
        case ResumeCounter():
            return counters.resume_counter(day, command, stamp)
        case StopAutoCall():
            return auto.stop_auto_call(day, command, stamp)
        case _:
            assert_never(command)


def _decide_for_hall(
    day: HallDay, command: HallCommand | CounterCommand, stamp: Stamp
) -> tuple[Event, ...]:
    match command:
        case AddAppointment():
            return appointments.add_appointment(day, command, stamp)
        case CancelAppointment():
            return appointments.cancel_appointment(day, command, stamp)
        case StopIssuing():
            return issuing.stop_issuing(day, command, stamp)
        case ResumeIssuing():
            return issuing.resume_issuing(day, command, stamp)
        case PostNotice():
            return notices.post_notice(day, command, stamp)
        case RemoveNotice():
            return notices.remove_notice(day, command, stamp)
        case AcknowledgeAlert():
            return alerts.acknowledge_alert(day, command, stamp)
        case ReportSpeakers():
            return speakers.report_speakers(day, command, stamp)
        case ChangePlan():
            return plans.change_plan(day, command, stamp)
        case ChangeRoster():
            return standing_in.change_roster(day, command, stamp)
        case KeepDay():
            return clock.keep_day(day, command, stamp)
        case OpenDay():
            return days.open_day(day, stamp)
        case CloseDay():
            return days.close_day(day, command, stamp)
        case _:
            return _decide_at_counter(day, command, stamp)
