"""Decide: what a command does to a case, or why not.  The one `match` over its commands."""

from typing import assert_never

from backend.core.cases import intake, outcome, process
from backend.core.cases.case import Case, CaseStamp
from backend.core.cases.commands import (
    AcceptCase,
    AnswerForOffice,
    AskCorrection,
    AskOffices,
    CaseCommand,
    CloseCase,
    DecideCase,
    DeliverResult,
    HandOver,
    KeepCase,
    NotifyVisitor,
    OpenCase,
    ReceiveForms,
    ResumeCase,
    StartProcess,
    SupplyMaterials,
    SuspendCase,
    WithdrawCase,
)
from backend.core.cases.events import CaseEvent


def decide_on(case: Case, command: CaseCommand, stamp: CaseStamp) -> tuple[CaseEvent, ...]:
    """The events that the command causes; the case is not changed.

    Raises CaseRefusal: a rule says no.
    """
    match command:
        case OpenCase():
            return intake.open_case(case, command, stamp)
        case ReceiveForms():
            return intake.receive_forms(case, command, stamp)
        case AskCorrection():
            return intake.ask_correction(case, command, stamp)
        case SupplyMaterials():
            return intake.supply_materials(case, command, stamp)
        case AcceptCase():
            return intake.accept_case(case, stamp)
        case StartProcess():
            return process.start_process(case, stamp)
        case SuspendCase():
            return process.suspend_case(case, command, stamp)
        case ResumeCase():
            return process.resume_case(case, stamp)
        case HandOver():
            return process.hand_over(case, command, stamp)
        case AskOffices():
            return process.ask_offices(case, command, stamp)
        case AnswerForOffice():
            return process.answer_for_office(case, command, stamp)
        case DecideCase():
            return outcome.decide_case(case, command, stamp)
        case NotifyVisitor():
            return outcome.notify_visitor(case, command, stamp)
        case DeliverResult():
            return outcome.deliver_result(case, command, stamp)
        case CloseCase():
            return outcome.close_case(case, stamp)
        case WithdrawCase():
            return outcome.withdraw_case(case, command, stamp)
        case KeepCase():
            return process.keep_case(case, stamp)
        case _:
            assert_never(command)
