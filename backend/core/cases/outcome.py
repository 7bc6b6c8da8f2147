"""The decision, and how the visitor comes to have it (CS2)."""

from backend.core.cases.case import Case, CaseStamp
from backend.core.cases.commands import DecideCase, DeliverResult, NotifyVisitor, WithdrawCase
from backend.core.cases.events import (
    CaseClosed,
    CaseDecided,
    CaseEvent,
    CaseWithdrawn,
    ResultDelivered,
    VisitorNotified,
)
from backend.core.cases.intake import acceptance
from backend.core.cases.limits import check_state
from backend.core.cases.process import RUNNING
from backend.core.cases.refusals import CaseRefusal, CaseRefusalCode
from backend.core.cases.words import CaseState, Outcome, ServiceKind

CHECKED = (CaseState.FORM_CHECK, CaseState.CORRECTED)


def decide_case(case: Case, command: DecideCase, stamp: CaseStamp) -> tuple[CaseEvent, ...]:
    """Decide what is in process; an immediate case is accepted and decided at once.

    Raises CaseRefusal: unknown_case, case_…, case_deferred, reason_missing, materials_missing,
    materials_promised, offices_unanswered.
    """
    check_state(case, *CHECKED, CaseState.IN_PROCESS)
    assert case.terms is not None
    is_immediate = case.state in CHECKED
    if is_immediate and case.terms.kind is not ServiceKind.IMMEDIATE:
        raise CaseRefusal(CaseRefusalCode.CASE_DEFERRED)
    if command.outcome is Outcome.REFUSED and not command.reason:
        raise CaseRefusal(CaseRefusalCode.REASON_MISSING)
    if any(office.agrees is None for office in case.offices.values()):
        raise CaseRefusal(CaseRefusalCode.OFFICES_UNANSWERED)
    _check_promises(case, command.outcome, stamp)
    decided = CaseDecided(outcome=command.outcome, reason=command.reason, decided_at=stamp.at)
    return (acceptance(case, stamp), decided) if is_immediate else (decided,)


def notify_visitor(case: Case, command: NotifyVisitor, stamp: CaseStamp) -> tuple[CaseEvent, ...]:
    """Tell the visitor.  Raises CaseRefusal: unknown_case, case_…."""
    check_state(case, CaseState.DECIDED)
    return (VisitorNotified(way=command.way, notified_at=stamp.at),)


def deliver_result(case: Case, command: DeliverResult, stamp: CaseStamp) -> tuple[CaseEvent, ...]:
    """Hand the result over.  Raises CaseRefusal: unknown_case, case_…."""
    check_state(case, CaseState.NOTIFIED)
    return (ResultDelivered(way=command.way, ticket=command.ticket, delivered_at=stamp.at),)


def close_case(case: Case, stamp: CaseStamp) -> tuple[CaseEvent, ...]:
    """End a case whose result is delivered.  Raises CaseRefusal: unknown_case, case_…."""
    check_state(case, CaseState.DELIVERED)
    return (CaseClosed(closed_at=stamp.at),)


def withdraw_case(case: Case, command: WithdrawCase, stamp: CaseStamp) -> tuple[CaseEvent, ...]:
    """End a case before it is decided.  Raises CaseRefusal: unknown_case, case_…."""
    check_state(case, CaseState.DRAFT, CaseState.CORRECTION_ASKED, *CHECKED, *RUNNING)
    return (CaseWithdrawn(reason=command.reason, withdrawn_at=stamp.at),)


def _check_promises(case: Case, outcome: Outcome, stamp: CaseStamp) -> None:
    """The decision waits for what is to follow, or for its day to pass without it (CS2).

    A case that lacks a material can then be refused, never granted.
    """
    is_to_come = any(by_day >= stamp.local_day for by_day in case.promised.values())
    if is_to_come or (case.promised and outcome is Outcome.GRANTED):
        raise CaseRefusal(CaseRefusalCode.MATERIALS_PROMISED)
