"""What people and devices may ask of a hall; decoded straight off the wire.

Imperative names.  A field nobody knows is a client's bug and is refused.
"""

from typing import Annotated

from msgspec import Meta, Struct

from backend.core.ids import (
    Channel,
    Name,
    PauseReason,
    Place,
    PrintOutcome,
    Reason,
    Remark,
    SpeechOutcome,
    TicketClass,
)

SERVICES_MAX = 10


class _Command(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every command."""


class OpenDay(_Command, frozen=True, kw_only=True, tag="open_day"):
    """Start today's service day with the plan in force (DY1)."""


class CloseDay(_Command, frozen=True, kw_only=True, tag="close_day"):
    """End the service day; whoever still waits is expired (DY1, I13)."""

    force: bool = False
    """Also end what is called or being served; else those counters must finish first."""


class TakeTicket(_Command, frozen=True, kw_only=True, tag="take_ticket"):
    """A visitor takes a place in a queue, named directly or by its services (TK1-TK3)."""

    channel: Channel
    queue_id: Name | None = None
    service_ids: Annotated[tuple[Name, ...], Meta(max_length=SERVICES_MAX)] = ()
    ticket_class: TicketClass = TicketClass.ORDINARY
    kiosk_id: Name | None = None
    card: Annotated[str, Meta(pattern=r"^[\w:.-]{4,64}$(?!\n)")] | None = None
    """Campus card number; the hub replaces it by a keyed hash before anything is decided."""
    print: bool = True
    """Whether the kiosk's printer is to print the ticket."""


class CancelTicket(_Command, frozen=True, kw_only=True, tag="cancel_ticket"):
    """Give a place up: the visitor by token, staff by ticket id."""

    ticket_id: Name | None = None
    ticket_token: Name | None = None


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


class AbandonPassed(_Command, frozen=True, kw_only=True, tag="abandon_passed"):
    """Give up passed tickets whose time is over; sent by the hub's own clock (PS3)."""


class ReportPrinted(_Command, frozen=True, kw_only=True, tag="report_printed"):
    """A printer agent tells what became of a paper (I11)."""

    job_id: Name
    outcome: PrintOutcome
    detail: Remark = ""


class ReportSpoken(_Command, frozen=True, kw_only=True, tag="report_spoken"):
    """A display agent tells what became of an announcement (I12)."""

    call_id: Name
    outcome: SpeechOutcome
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
)
"""Commands that only the clerk signed on at the counter may give."""

Command = (
    OpenDay
    | CloseDay
    | TakeTicket
    | CancelTicket
    | ReturnTicket
    | DelayTicket
    | ReprintTicket
    | OpenCounter
    | CounterCommand
    | AbandonPassed
    | ReportPrinted
    | ReportSpoken
)
