"""What clerks may ask at a counter, and supervisors of one."""

from typing import Annotated

from msgspec import Meta, Struct

from backend.core.ids import CallMode, Name, PauseReason, Place, Reason


class _CounterCommand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every command of this file."""


class OpenCounter(_CounterCommand, frozen=True, kw_only=True, tag="open_counter"):
    """A clerk signs on at a counter, which may call from now on (CO1)."""

    counter_id: Name
    for_clerk_id: Name | None = None
    """Whom a supervisor signs on; None: oneself, or nobody in particular."""


class CloseCounter(_CounterCommand, frozen=True, kw_only=True, tag="close_counter"):
    """The counter stops for today or for its clerk (CO1)."""

    counter_id: Name


class PauseCounter(_CounterCommand, frozen=True, kw_only=True, tag="pause_counter"):
    """The counter stops calling for a while (CO1)."""

    counter_id: Name
    reason: PauseReason


class ResumeCounter(_CounterCommand, frozen=True, kw_only=True, tag="resume_counter"):
    """The counter calls again (CO1)."""

    counter_id: Name


class CallNext(_CounterCommand, frozen=True, kw_only=True, tag="call_next"):
    """Ask the ticket that comes first to the counter (CL1-CL4)."""

    counter_id: Name


class CallTicket(_CounterCommand, frozen=True, kw_only=True, tag="call_ticket"):
    """Ask a chosen waiting or passed ticket to the counter, out of order (CL10)."""

    counter_id: Name
    ticket_id: Name
    reason: Reason


class Recall(_CounterCommand, frozen=True, kw_only=True, tag="recall"):
    """Call the counter's called ticket once more (CL6)."""

    counter_id: Name


class UndoCall(_CounterCommand, frozen=True, kw_only=True, tag="undo_call"):
    """Take back a call made by mistake (CL9)."""

    counter_id: Name


class StartServing(_CounterCommand, frozen=True, kw_only=True, tag="start_serving"):
    """The called visitor has come."""

    counter_id: Name


class FinishServing(_CounterCommand, frozen=True, kw_only=True, tag="finish_serving"):
    """The visitor at the counter is done."""

    counter_id: Name


class HoldTicket(_CounterCommand, frozen=True, kw_only=True, tag="hold_ticket"):
    """The visitor fetches something; the counter may call others meanwhile."""

    counter_id: Name


class ResumeTicket(_CounterCommand, frozen=True, kw_only=True, tag="resume_ticket"):
    """A held visitor is back at a counter of the queue."""

    counter_id: Name
    ticket_id: Name


class TransferTicket(_CounterCommand, frozen=True, kw_only=True, tag="transfer_ticket"):
    """Send the visitor at the counter on, to exactly one of queue, counter and clerk (TR1)."""

    counter_id: Name
    to_queue_id: Name | None = None
    to_counter_id: Name | None = None
    to_clerk_id: Name | None = None
    place: Place = Place.KEEP
    reason: Reason


class NextQueue(_CounterCommand, frozen=True, kw_only=True, tag="next_queue"):
    """Hand the visitor on to another queue with the number: this counter is done (TK7)."""

    counter_id: Name
    to_queue_id: Name


class PassTicket(_CounterCommand, frozen=True, kw_only=True, tag="pass_ticket"):
    """The called visitor did not come (PS1)."""

    counter_id: Name


class StopAutoCall(_CounterCommand, frozen=True, kw_only=True, tag="stop_auto_call"):
    """The clerk is not ready for the next visitor yet (CL11)."""

    counter_id: Name


class AutoCall(_CounterCommand, frozen=True, kw_only=True, tag="auto_call"):
    """Call the next ticket if the counter's pause after a visit is over (CL11); the hub's clock."""

    counter_id: Name


class AssignCounter(_CounterCommand, frozen=True, kw_only=True, tag="assign_counter"):
    """Let a counter serve other queues from now on (CL4)."""

    counter_id: Name
    queue_ids: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=50)]
    mode: CallMode = CallMode.LONGEST_WAIT
    shares: Annotated[tuple[Annotated[int, Meta(ge=1, le=20)], ...], Meta(max_length=50)] = ()


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
