"""What people and devices may ask of a hall; decoded straight off the wire.

Imperative names.  A field nobody knows is a client's bug and is refused.
"""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from backend.core.evaluation import Evaluate
from backend.core.ids import (
    CallMode,
    Card,
    Channel,
    Code,
    Instant,
    Name,
    PauseReason,
    Place,
    PrinterState,
    PrintOutcome,
    Reason,
    Remark,
    Services,
    SpeakerState,
    SpeechOutcome,
    TicketClass,
)


class _Command(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every command."""


class OpenDay(_Command, frozen=True, kw_only=True, tag="open_day"):
    """Start today's service day with the plan in force (DY1)."""


class CloseDay(_Command, frozen=True, kw_only=True, tag="close_day"):
    """End the service day; whoever still waits is expired (DY1, I13)."""

    force: bool = False
    """Also end what is called or being served; else those counters must finish first."""
    day: date | None = None
    """The day that is meant, so that no later one is closed in its place; None: the open one."""


class TakeTicket(_Command, frozen=True, kw_only=True, tag="take_ticket"):
    """A visitor takes a place in a queue, named directly or by its services (TK1-TK3)."""

    channel: Channel
    queue_id: Name | None = None
    service_ids: Services = ()
    ticket_class: TicketClass = TicketClass.ORDINARY
    kiosk_id: Name | None = None
    card: Card | None = None
    print: bool = True
    """Whether the kiosk's printer is to print the ticket."""


class CheckIn(_Command, frozen=True, kw_only=True, tag="check_in"):
    """A visitor with an appointment is here and takes its number (AP2).

    The visitor shows the code; staff may also name the appointment.
    """

    code: Code | None = None
    appointment_id: Name | None = None
    kiosk_id: Name | None = None
    print: bool = True


class AddAppointment(_Command, frozen=True, kw_only=True, tag="add_appointment"):
    """Expect a visitor today (AP2)."""

    appointment_id: Name
    code: Code
    queue_id: Name | None = None
    service_ids: Services = ()
    slot_at: Instant
    """When the slot begins."""
    card: Card | None = None


class CancelAppointment(_Command, frozen=True, kw_only=True, tag="cancel_appointment"):
    """Expect the visitor no more (AP2)."""

    appointment_id: Name
    reason: Remark = ""


class CancelTicket(_Command, frozen=True, kw_only=True, tag="cancel_ticket"):
    """Give a place up: the visitor by token, staff by ticket id."""

    ticket_id: Name | None = None
    ticket_token: Name | None = None
    reason: Remark = ""
    """Why staff call the ticket off: never empty with a ticket id."""


class SendTicket(_Command, frozen=True, kw_only=True, tag="send_ticket"):
    """A waiting or passed visitor stands in the wrong line: send them to the right one (TR1)."""

    ticket_id: Name
    to_queue_id: Name
    place: Place = Place.KEEP
    reason: Reason


class ReturnTicket(_Command, frozen=True, kw_only=True, tag="return_ticket"):
    """A passed visitor is back and waits again, some places behind (PS2)."""

    ticket_id: Name | None = None
    ticket_token: Name | None = None


class DelayTicket(_Command, frozen=True, kw_only=True, tag="delay_ticket"):
    """A waiting visitor is late and lets some others go first, once (TK6)."""

    ticket_id: Name | None = None
    ticket_token: Name | None = None
    places: Annotated[int, Meta(ge=1, le=20)] | None = None
    """None: as many as the hall's rule says."""


class ReprintTicket(_Command, frozen=True, kw_only=True, tag="reprint_ticket"):
    """Print a ticket once more, marked as such (I11): the visitor by token, staff by ticket id."""

    ticket_id: Name | None = None
    ticket_token: Name | None = None
    kiosk_id: Name


class OpenCounter(_Command, frozen=True, kw_only=True, tag="open_counter"):
    """A clerk signs on at a counter, which may call from now on (CO1)."""

    counter_id: Name
    for_clerk_id: Name | None = None
    """Whom a supervisor signs on; None: oneself, or nobody in particular."""


class CloseCounter(_Command, frozen=True, kw_only=True, tag="close_counter"):
    """The counter stops for today or for its clerk (CO1)."""

    counter_id: Name


class PauseCounter(_Command, frozen=True, kw_only=True, tag="pause_counter"):
    """The counter stops calling for a while (CO1)."""

    counter_id: Name
    reason: PauseReason


class ResumeCounter(_Command, frozen=True, kw_only=True, tag="resume_counter"):
    """The counter calls again (CO1)."""

    counter_id: Name


class CallNext(_Command, frozen=True, kw_only=True, tag="call_next"):
    """Ask the ticket that comes first to the counter (CL1-CL4)."""

    counter_id: Name


class CallTicket(_Command, frozen=True, kw_only=True, tag="call_ticket"):
    """Ask a chosen waiting or passed ticket to the counter, out of order (CL10)."""

    counter_id: Name
    ticket_id: Name
    reason: Reason


class Recall(_Command, frozen=True, kw_only=True, tag="recall"):
    """Call the counter's called ticket once more (CL6)."""

    counter_id: Name


class UndoCall(_Command, frozen=True, kw_only=True, tag="undo_call"):
    """Take back a call made by mistake (CL9)."""

    counter_id: Name


class StartServing(_Command, frozen=True, kw_only=True, tag="start_serving"):
    """The called visitor has come."""

    counter_id: Name


class FinishServing(_Command, frozen=True, kw_only=True, tag="finish_serving"):
    """The visitor at the counter is done."""

    counter_id: Name


class HoldTicket(_Command, frozen=True, kw_only=True, tag="hold_ticket"):
    """The visitor fetches something; the counter may call others meanwhile."""

    counter_id: Name


class ResumeTicket(_Command, frozen=True, kw_only=True, tag="resume_ticket"):
    """A held visitor is back at a counter of the queue."""

    counter_id: Name
    ticket_id: Name


class TransferTicket(_Command, frozen=True, kw_only=True, tag="transfer_ticket"):
    """Send the visitor at the counter on, to exactly one of queue, counter and clerk (TR1)."""

    counter_id: Name
    to_queue_id: Name | None = None
    to_counter_id: Name | None = None
    to_clerk_id: Name | None = None
    place: Place = Place.KEEP
    reason: Reason


class NextQueue(_Command, frozen=True, kw_only=True, tag="next_queue"):
    """Hand the visitor on to another queue with the number: this counter is done (TK7)."""

    counter_id: Name
    to_queue_id: Name


class PassTicket(_Command, frozen=True, kw_only=True, tag="pass_ticket"):
    """The called visitor did not come (PS1)."""

    counter_id: Name


class StopAutoCall(_Command, frozen=True, kw_only=True, tag="stop_auto_call"):
    """The clerk is not ready for the next visitor yet (CL11)."""

    counter_id: Name


class AutoCall(_Command, frozen=True, kw_only=True, tag="auto_call"):
    """Call the next ticket if the counter's pause after a visit is over (CL11); the hub's clock."""

    counter_id: Name


class AssignCounter(_Command, frozen=True, kw_only=True, tag="assign_counter"):
    """Let a counter serve other queues from now on (CL4)."""

    counter_id: Name
    queue_ids: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=50)]
    mode: CallMode = CallMode.LONGEST_WAIT
    shares: Annotated[tuple[Annotated[int, Meta(ge=1, le=20)], ...], Meta(max_length=50)] = ()


class StopIssuing(_Command, frozen=True, kw_only=True, tag="stop_issuing"):
    """Give out no more numbers of a queue, or of any (TK5)."""

    queue_id: Name | None = None
    reason: Remark = ""


class ResumeIssuing(_Command, frozen=True, kw_only=True, tag="resume_issuing"):
    """Give out numbers of a queue, or of all, again (TK5)."""

    queue_id: Name | None = None


class PostNotice(_Command, frozen=True, kw_only=True, tag="post_notice"):
    """Show some words on the boards and kiosks of a zone, or of all."""

    notice_id: Name
    zh: Reason
    en: Reason
    zone_id: Name | None = None
    until: Instant | None = None
    """None: until it is removed."""


class RemoveNotice(_Command, frozen=True, kw_only=True, tag="remove_notice"):
    """Show a notice no more."""

    notice_id: Name


class AcknowledgeAlert(_Command, frozen=True, kw_only=True, tag="acknowledge_alert"):
    """Somebody looks after it (AL1)."""

    alert_id: Name


class ChangePlan(_Command, frozen=True, kw_only=True, tag="change_plan"):
    """Go on with the newest plan from now on (DY2)."""

    version: int
    """The plan meant: another one that is newer by now is not put in force unseen."""
    reason: Reason


class KeepDay(_Command, frozen=True, kw_only=True, tag="keep_day"):
    """Do what time alone sets off; sent by the hub's own clock (PS3, CL4, TK5, AL1)."""


class ReportPrinted(_Command, frozen=True, kw_only=True, tag="report_printed"):
    """A printer agent tells what became of a paper (I11)."""

    job_id: Name
    outcome: PrintOutcome
    detail: Remark = ""


class ReportPrinter(_Command, frozen=True, kw_only=True, tag="report_printer"):
    """A printer agent claims its printer and tells how it is (PR1, PR2)."""

    printer_id: Name
    agent_id: Name
    """The same after every start of the agent: it is kept beside its spool."""
    state: PrinterState
    tickets_left: Annotated[int, Meta(ge=0, le=100_000)] | None = None


class ChangeRoll(_Command, frozen=True, kw_only=True, tag="change_roll"):
    """Somebody has put a new roll into a printer (PR3)."""

    printer_id: Name


class ReportSpoken(_Command, frozen=True, kw_only=True, tag="report_spoken"):
    """A display agent tells what became of an announcement (I12)."""

    call_id: Name
    outcome: SpeechOutcome
    detail: Remark = ""


class ReportSpeakers(_Command, frozen=True, kw_only=True, tag="report_speakers"):
    """A display agent tells whether a zone's calls are heard, when that changes (VO9)."""

    zone_id: Name
    state: SpeakerState
    voice: Remark = ""
    detail: Remark = ""


CounterCommand = (
    CloseCounter
    | PauseCounter
    | ResumeCounter
    | CallNext
    | CallTicket
    | Recall
    | UndoCall
    | StartServing
    | FinishServing
    | HoldTicket
    | ResumeTicket
    | TransferTicket
    | NextQueue
    | PassTicket
    | StopAutoCall
)
"""Commands that only the clerk signed on at the counter may give."""

HallCommand = (
    OpenDay
    | CloseDay
    | ChangePlan
    | KeepDay
    | AddAppointment
    | CancelAppointment
    | StopIssuing
    | ResumeIssuing
    | PostNotice
    | RemoveNotice
    | AcknowledgeAlert
    | ReportSpeakers
)
"""Commands about the hall as a whole."""

Command = (
    HallCommand
    | CounterCommand
    | TakeTicket
    | CheckIn
    | CancelTicket
    | ReturnTicket
    | DelayTicket
    | SendTicket
    | ReprintTicket
    | OpenCounter
    | AutoCall
    | AssignCounter
    | ReportPrinted
    | ReportPrinter
    | ChangeRoll
    | ReportSpoken
    | Evaluate
)
