"""What happened to a case; stored for ever: new fields have defaults, nothing is renamed.

Instants are UTC, days are by the hall's clock.
"""

from datetime import date, datetime

from msgspec import Struct

from backend.core.cases.words import (
    CaseId,
    MaterialId,
    Outcome,
    SuspendReason,
    Terms,
    TicketRef,
    Way,
)
from backend.core.ids import DepartmentId, StaffId
from backend.core.rules.deadlines import Deadline, Excluded


class _CaseEvent(Struct, frozen=True, kw_only=True):
    """Base of every event of a case."""


class PromisedMaterial(Struct, frozen=True, kw_only=True):
    """A material that follows (CS2)."""

    material_id: MaterialId
    by_day: date


class OfficeAsked(Struct, frozen=True, kw_only=True):
    """An office that is asked, and until when it is to answer."""

    department_id: DepartmentId
    deadline: Deadline


class CaseOpened(_CaseEvent, frozen=True, kw_only=True, tag="case_opened"):
    """A matter began."""

    case_id: CaseId
    terms: Terms
    ticket: TicketRef | None
    person_hash: str | None
    """Keyed hash of who it is for; None when not known."""
    opened_at: datetime


class FormsReceived(
    _CaseEvent, frozen=True, kw_only=True, omit_defaults=True, tag="forms_received"
):
    """The application was handed in."""

    handed_in: tuple[MaterialId, ...]
    promised: tuple[PromisedMaterial, ...]
    ticket: TicketRef | None
    tell_by: Deadline
    """Until when the visitor must have been told what is missing (CS1)."""
    received_at: datetime
    by_facts: tuple[MaterialId, ...] = ()
    """What is there without paper, since the university holds it (FA1)."""


class CorrectionAsked(_CaseEvent, frozen=True, kw_only=True, tag="correction_asked"):
    """The visitor was told what is missing (CS1)."""

    materials: tuple[MaterialId, ...]
    remark: str
    way: Way
    asked_at: datetime


class MaterialsSupplied(
    _CaseEvent, frozen=True, kw_only=True, omit_defaults=True, tag="materials_supplied"
):
    """Something that was missing or promised came, or was promised."""

    handed_in: tuple[MaterialId, ...]
    promised: tuple[PromisedMaterial, ...]
    ticket: TicketRef | None
    is_complete: bool
    """Whether nothing is missing any more that was not promised."""
    supplied_at: datetime
    by_facts: tuple[MaterialId, ...] = ()
    """What is there without paper, since the university holds it (FA1)."""


class CaseAccepted(_CaseEvent, frozen=True, kw_only=True, tag="case_accepted"):
    """It has a number, and is due."""

    number: str
    no: int
    """Counts up within the hall and the year of `accepted_on`, without gaps."""
    accepted_on: date
    is_silent: bool
    """Whether nobody answered in time, so that it counts from the receipt (CS1)."""
    deadline: Deadline
    accepted_at: datetime


class ProcessStarted(_CaseEvent, frozen=True, kw_only=True, tag="process_started"):
    """The office took it up."""

    started_at: datetime


class CaseSuspended(_CaseEvent, frozen=True, kw_only=True, tag="case_suspended"):
    """The clock stands still."""

    reason: SuspendReason
    remark: str
    suspended_on: date
    suspended_at: datetime


class CaseResumed(_CaseEvent, frozen=True, kw_only=True, tag="case_resumed"):
    """The clock goes on."""

    excluded: Excluded
    resumed_at: datetime


class DueMoved(_CaseEvent, frozen=True, kw_only=True, tag="due_moved"):
    """Days were excluded, or the calendar has changed (DL1)."""

    deadline: Deadline
    offices: tuple[OfficeAsked, ...]
    """Those that have not answered."""
    moved_at: datetime


class CaseHandedOver(_CaseEvent, frozen=True, kw_only=True, tag="case_handed_over"):
    """Another office, or a person in one, has it."""

    from_department_id: DepartmentId
    department_id: DepartmentId
    staff_id: StaffId | None
    reason: str
    handed_over_at: datetime


class OfficesAsked(_CaseEvent, frozen=True, kw_only=True, tag="offices_asked"):
    """Offices are to answer, each by its own limit."""

    offices: tuple[OfficeAsked, ...]
    asked_at: datetime


class OfficeAnswered(_CaseEvent, frozen=True, kw_only=True, tag="office_answered"):
    """An office said what it thinks."""

    department_id: DepartmentId
    agrees: bool
    remark: str
    answered_at: datetime


class CaseDecided(_CaseEvent, frozen=True, kw_only=True, tag="case_decided"):
    """Granted or refused."""

    outcome: Outcome
    reason: str
    decided_at: datetime


class VisitorNotified(_CaseEvent, frozen=True, kw_only=True, tag="visitor_notified"):
    """The visitor knows the decision."""

    way: Way
    notified_at: datetime


class ResultDelivered(_CaseEvent, frozen=True, kw_only=True, tag="result_delivered"):
    """The visitor has the result."""

    way: Way
    ticket: TicketRef | None
    delivered_at: datetime


class CaseClosed(_CaseEvent, frozen=True, kw_only=True, tag="case_closed"):
    """Nothing is left to do."""

    closed_at: datetime


class CaseWithdrawn(_CaseEvent, frozen=True, kw_only=True, tag="case_withdrawn"):
    """The visitor does not want it any more."""

    reason: str
    withdrawn_at: datetime


CaseEvent = (
    CaseOpened
    | FormsReceived
    | CorrectionAsked
    | MaterialsSupplied
    | CaseAccepted
    | ProcessStarted
    | CaseSuspended
    | CaseResumed
    | DueMoved
    | CaseHandedOver
    | OfficesAsked
    | OfficeAnswered
    | CaseDecided
    | VisitorNotified
    | ResultDelivered
    | CaseClosed
    | CaseWithdrawn
)
