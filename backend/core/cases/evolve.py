"""How each event changes a case.  No rules, no refusals."""

from collections.abc import Iterable
from typing import assert_never

from backend.core.cases.case import Case, Office
from backend.core.cases.events import (
    CaseAccepted,
    CaseClosed,
    CaseDecided,
    CaseEvent,
    CaseHandedOver,
    CaseOpened,
    CaseResumed,
    CaseSuspended,
    CaseWithdrawn,
    CorrectionAsked,
    DueMoved,
    FormsReceived,
    MaterialsSupplied,
    OfficeAnswered,
    OfficeAsked,
    OfficesAsked,
    ProcessStarted,
    ResultDelivered,
    VisitorNotified,
)
from backend.core.cases.words import CaseState, TicketRef


def fold_case(case: Case, events: Iterable[CaseEvent]) -> Case:
    """Change `case` by all `events`, oldest first, and return it."""
    for event in events:
        evolve_case(case, event)
    return case


_STATE_AFTER: dict[type[CaseEvent], CaseState] = {
    CaseOpened: CaseState.DRAFT,
    FormsReceived: CaseState.FORM_CHECK,
    CorrectionAsked: CaseState.CORRECTION_ASKED,
    CaseAccepted: CaseState.ACCEPTED,
    ProcessStarted: CaseState.IN_PROCESS,
    CaseSuspended: CaseState.SUSPENDED,
    CaseResumed: CaseState.IN_PROCESS,
    CaseDecided: CaseState.DECIDED,
    VisitorNotified: CaseState.NOTIFIED,
    ResultDelivered: CaseState.DELIVERED,
    CaseClosed: CaseState.CLOSED,
    CaseWithdrawn: CaseState.WITHDRAWN,
}
"""An event that is not here leaves the state, but for what completes a correction."""


def evolve_case(case: Case, event: CaseEvent) -> None:
    """Change `case` by one event."""
    match event:
        case CaseOpened():
            _opened(case, event)
        case FormsReceived():
            case.tell_by = event.tell_by
            _take(case, event)
        case CorrectionAsked():
            case.told = case.told or event.materials
            case.handed_in -= set(event.materials)
            case.by_facts -= set(event.materials)
            for material_id in event.materials:
                case.promised.pop(material_id, None)
        case MaterialsSupplied():
            if case.state is CaseState.CORRECTION_ASKED and event.is_complete:
                case.state = CaseState.CORRECTED
            _take(case, event)
        case CaseAccepted():
            case.number, case.no = event.number, event.no
            case.accepted_on = event.accepted_on
            case.deadline = event.deadline
        case CaseSuspended():
            case.suspended_on = event.suspended_on
        case CaseResumed():
            case.suspended_on = None
            case.excluded = (*case.excluded, event.excluded)
        case DueMoved():
            case.deadline = event.deadline
            _ask(case, event.offices)
        case CaseHandedOver():
            case.department_id = event.department_id
            case.staff_id = event.staff_id
        case OfficesAsked():
            _ask(case, event.offices)
        case OfficeAnswered():
            case.offices[event.department_id].agrees = event.agrees
        case CaseDecided():
            case.outcome = event.outcome
        case ResultDelivered():
            _visit(case, event.ticket)
        case ProcessStarted() | VisitorNotified() | CaseClosed() | CaseWithdrawn():
            pass
        case _:
            assert_never(event)
    case.state = _STATE_AFTER.get(type(event), case.state)


def _opened(case: Case, event: CaseOpened) -> None:
    case.case_id = event.case_id
    case.terms = event.terms
    case.ticket = event.ticket
    case.opened_at = event.opened_at
    case.department_id = event.terms.department_id
    case.person_hash = event.person_hash
    _visit(case, event.ticket)


def _take(case: Case, event: FormsReceived | MaterialsSupplied) -> None:
    case.promised |= {promise.material_id: promise.by_day for promise in event.promised}
    case.by_facts |= set(event.by_facts)
    for material_id in (*event.handed_in, *event.by_facts):
        case.handed_in.add(material_id)
        case.promised.pop(material_id, None)
    _visit(case, event.ticket)


def _ask(case: Case, offices: tuple[OfficeAsked, ...]) -> None:
    for office in offices:
        case.offices[office.department_id] = Office(deadline=office.deadline)


def _visit(case: Case, ticket: TicketRef | None) -> None:
    if ticket is not None:
        case.visits.add(ticket)
