"""What clerks and offices may ask of a case; imperative names, no unknown fields."""

from typing import Annotated

from msgspec import Meta, Struct

from backend.core.cases.words import (
    OFFICES_MAX,
    Materials,
    OfficeLimit,
    Outcome,
    Promise,
    SuspendReason,
    TicketRef,
    Way,
)
from backend.core.ids import Name, Reason, Remark


class _CaseCommand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every command for a case."""


class OpenCase(_CaseCommand, frozen=True, kw_only=True, tag="open_case"):
    """Begin a matter for the visitor, at a counter or on the website."""

    service_id: Name
    ticket: TicketRef | None = None


class ReceiveForms(_CaseCommand, frozen=True, kw_only=True, tag="receive_forms"):
    """The visitor hands the application in; from now on its completeness is owed an answer."""

    handed_in: Materials = ()
    by_facts: Materials = ()
    """What nobody had to bring, since the university holds it (FA1)."""
    promised: tuple[Promise, ...] = ()
    ticket: TicketRef | None = None


class AskCorrection(_CaseCommand, frozen=True, kw_only=True, tag="ask_correction"):
    """Tell the visitor what is missing or wrong (CS1)."""

    materials: Annotated[Materials, Meta(min_length=1)]
    remark: Remark = ""
    way: Way = Way.COUNTER


class SupplyMaterials(_CaseCommand, frozen=True, kw_only=True, tag="supply_materials"):
    """The visitor brings what was missing or promised, or promises what may follow (CS1, CS2)."""

    handed_in: Materials = ()
    by_facts: Materials = ()
    """What nobody has to bring any more, since the university holds it by now (FA1)."""
    promised: tuple[Promise, ...] = ()
    ticket: TicketRef | None = None


class AcceptCase(_CaseCommand, frozen=True, kw_only=True, tag="accept_case"):
    """Accept a complete application: it gets a number and a due date (DL1)."""


class StartProcess(_CaseCommand, frozen=True, kw_only=True, tag="start_process"):
    """The office takes an accepted case up."""


class SuspendCase(_CaseCommand, frozen=True, kw_only=True, tag="suspend_case"):
    """Stop the clock (DL1)."""

    reason: SuspendReason
    remark: Remark = ""


class ResumeCase(_CaseCommand, frozen=True, kw_only=True, tag="resume_case"):
    """Set the clock going again (DL1)."""


class HandOver(_CaseCommand, frozen=True, kw_only=True, tag="hand_over"):
    """Give the case to another office, or to a person in it; whoever had it says why."""

    department_id: Name
    staff_id: Name | None = None
    reason: Reason


class AskOffices(_CaseCommand, frozen=True, kw_only=True, tag="ask_offices"):
    """Ask several offices at once, each with a limit of its own; the decision waits for all."""

    offices: Annotated[tuple[OfficeLimit, ...], Meta(min_length=1, max_length=OFFICES_MAX)]


class AnswerForOffice(_CaseCommand, frozen=True, kw_only=True, tag="answer_for_office"):
    """An office that was asked says what it thinks."""

    department_id: Name
    agrees: bool
    remark: Remark = ""


class DecideCase(_CaseCommand, frozen=True, kw_only=True, tag="decide_case"):
    """Decide it; an immediate one right after the forms were checked, which accepts it too."""

    outcome: Outcome
    reason: Remark = ""
    """Never empty with a refusal."""


class NotifyVisitor(_CaseCommand, frozen=True, kw_only=True, tag="notify_visitor"):
    """The visitor was told the decision."""

    way: Way


class DeliverResult(_CaseCommand, frozen=True, kw_only=True, tag="deliver_result"):
    """The visitor has the result in hand."""

    way: Way
    ticket: TicketRef | None = None


class CloseCase(_CaseCommand, frozen=True, kw_only=True, tag="close_case"):
    """Nothing is left to do."""


class WithdrawCase(_CaseCommand, frozen=True, kw_only=True, tag="withdraw_case"):
    """The visitor does not want it any more; of a draft: it was a mistake."""

    reason: Reason


class KeepCase(_CaseCommand, frozen=True, kw_only=True, tag="keep_case"):
    """Do what the clock or a new calendar brings: acceptance by silence, another due date."""


CaseCommand = (
    OpenCase
    | ReceiveForms
    | AskCorrection
    | SupplyMaterials
    | AcceptCase
    | StartProcess
    | SuspendCase
    | ResumeCase
    | HandOver
    | AskOffices
    | AnswerForOffice
    | DecideCase
    | NotifyVisitor
    | DeliverResult
    | CloseCase
    | WithdrawCase
    | KeepCase
)
