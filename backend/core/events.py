"""What happened in a hall; names in the past tense.

These types are what the stream and the archive store for ever: a new field has a
default, nothing is renamed, a tag is never used twice.  Instants are UTC.
"""

from datetime import datetime

from msgspec import Struct

from backend.core.evaluation import VisitEvaluated
from backend.core.hall_events import HallEvent
from backend.core.history import Forecast
from backend.core.ids import (
    AppointmentId,
    CallId,
    Channel,
    ChosenBy,
    CounterId,
    JobId,
    KioskId,
    Origin,
    PauseReason,
    Place,
    PrinterId,
    PrintOutcome,
    QueueId,
    ServiceId,
    SpeechOutcome,
    StaffId,
    TicketClass,
    TicketId,
    TicketToken,
)
from backend.core.plan import Serving
from backend.core.receipts import ReceiptAsked
from backend.core.shifts import Offer


class _Event(Struct, frozen=True, kw_only=True):
    """Base of every event."""


class TicketTaken(_Event, frozen=True, kw_only=True, tag="ticket_taken"):
    """A visitor began to wait."""

    ticket_id: TicketId
    number: str
    token: TicketToken
    """Random, of 128 bits or more; whoever has it may follow and cancel the ticket."""
    queue_id: QueueId
    service_ids: tuple[ServiceId, ...]
    ticket_class: TicketClass
    channel: Channel
    kiosk_id: KioskId | None
    person_hash: str | None
    """Keyed hash of the campus card; None when taken anonymously."""
    ahead: int
    """Tickets that the rule in force would have called before this one (WT3)."""
    wait_min_s: int | None
    wait_max_s: int | None
    """The range told when it was taken (WT2); None while no counter serves the queue."""
    job_id: JobId | None
    printer_id: PrinterId | None
    """The paper asked for; both None when nothing is to be printed."""
    issued_at: datetime
    origin: Origin | None = None
    appointment_id: AppointmentId | None = None
    slot_at: datetime | None = None
    """When the appointment's slot began; set for a booked ticket, which is ordered by it (AP2)."""
    forecast: Forecast | None = None
    """What was predicted, before it was put into steps to be told (WT4); None where there was
    nothing to predict, since a counter was free or none was open."""


class TicketCancelled(_Event, frozen=True, kw_only=True, tag="ticket_cancelled"):
    """A waiting or passed visitor gave the place up, or staff called the ticket off."""

    ticket_id: TicketId
    cancelled_at: datetime
    reason: str = ""
    """Empty when it was the visitor's wish."""


class TicketSent(_Event, frozen=True, kw_only=True, tag="ticket_sent"):
    """A waiting or passed visitor was sent to another line under the same number (TR1)."""

    ticket_id: TicketId
    from_queue_id: QueueId
    queue_id: QueueId
    place: Place
    reason: str
    sent_at: datetime


class TicketCalled(_Event, frozen=True, kw_only=True, tag="ticket_called"):
    """A waiting ticket was called to a counter."""

    ticket_id: TicketId
    counter_id: CounterId
    call_id: CallId
    called_at: datetime
    reason: str = ""
    """Why it was chosen out of order; empty when the rule chose it (CL10)."""
    by: ChosenBy | None = None
    """None in records from before this was kept."""
    is_auto: bool = False
    """Whether the counter called by itself (CL11)."""


class TicketRecalled(_Event, frozen=True, kw_only=True, tag="ticket_recalled"):
    """The called ticket was called once more (CL6)."""

    ticket_id: TicketId
    counter_id: CounterId
    call_id: CallId
    recalled_at: datetime


class CallUndone(_Event, frozen=True, kw_only=True, tag="call_undone"):
    """A call was taken back; the ticket waits where it stood (CL9)."""

    ticket_id: TicketId
    counter_id: CounterId
    undone_at: datetime


class ServingStarted(_Event, frozen=True, kw_only=True, tag="serving_started"):
    """The called visitor came."""

    ticket_id: TicketId
    counter_id: CounterId
    started_at: datetime


class ServingFinished(_Event, frozen=True, kw_only=True, tag="serving_finished"):
    """The visitor was done."""

    ticket_id: TicketId
    counter_id: CounterId
    finished_at: datetime


class TicketPassed(_Event, frozen=True, kw_only=True, tag="ticket_passed"):
    """The called visitor did not come (PS1)."""

    ticket_id: TicketId
    counter_id: CounterId
    passed_at: datetime


class TicketReturned(_Event, frozen=True, kw_only=True, tag="ticket_returned"):
    """A passed visitor waits again, behind the next `places` of the queue (PS2)."""

    ticket_id: TicketId
    places: int
    returned_at: datetime


class TicketDelayed(_Event, frozen=True, kw_only=True, tag="ticket_delayed"):
    """A late visitor let the next `places` of the queue go first (TK6)."""

    ticket_id: TicketId
    places: int
    delayed_at: datetime


class TicketHeld(_Event, frozen=True, kw_only=True, tag="ticket_held"):
    """The visitor went to fetch something; the counter is free."""

    ticket_id: TicketId
    counter_id: CounterId
    held_at: datetime


class ServingResumed(_Event, frozen=True, kw_only=True, tag="serving_resumed"):
    """A held visitor is being served again."""

    ticket_id: TicketId
    from_counter_id: CounterId
    """Where it was held."""
    counter_id: CounterId
    resumed_at: datetime


class TicketTransferred(_Event, frozen=True, kw_only=True, tag="ticket_transferred"):
    """The visitor waits again elsewhere under the same number (TR1, TK7)."""

    ticket_id: TicketId
    from_counter_id: CounterId
    from_queue_id: QueueId
    queue_id: QueueId
    """The queue it belongs to from now on."""
    to_counter_id: CounterId | None
    to_clerk_id: StaffId | None
    """Set when only this counter or clerk is to call it."""
    place: Place
    reason: str
    """Empty when the visitor went on to the next queue in the course of things (TK7)."""
    transferred_at: datetime


class TicketReprinted(_Event, frozen=True, kw_only=True, tag="ticket_reprinted"):
    """Another paper of a ticket was asked for (I11)."""

    ticket_id: TicketId
    job_id: JobId
    printer_id: PrinterId
    copy: int
    """n is printed as 补打 n; 0 when it is the ticket's first paper."""
    asked_at: datetime


class TicketAbandoned(_Event, frozen=True, kw_only=True, tag="ticket_abandoned"):
    """A passed visitor did not come back in time (PS3)."""

    ticket_id: TicketId
    abandoned_at: datetime


class TicketExpired(_Event, frozen=True, kw_only=True, tag="ticket_expired"):
    """The day ended before the visitor was served (DY1)."""

    ticket_id: TicketId
    expired_at: datetime


class TicketPrinted(_Event, frozen=True, kw_only=True, tag="ticket_printed"):
    """A printer agent reported what became of a paper."""

    ticket_id: TicketId
    job_id: JobId
    printer_id: PrinterId
    outcome: PrintOutcome
    detail: str
    reported_at: datetime


class CounterOpened(_Event, frozen=True, kw_only=True, tag="counter_opened"):
    """A counter began to serve."""

    counter_id: CounterId
    clerk_id: StaffId | None
    """The clerk signed on; None when a supervisor opened it for nobody in particular."""
    opened_at: datetime


class CounterClosed(_Event, frozen=True, kw_only=True, tag="counter_closed"):
    """A counter stopped serving."""

    counter_id: CounterId
    closed_at: datetime


class CounterPaused(_Event, frozen=True, kw_only=True, tag="counter_paused"):
    """A counter stopped calling for a while."""

    counter_id: CounterId
    reason: PauseReason
    paused_at: datetime


class CounterResumed(_Event, frozen=True, kw_only=True, tag="counter_resumed"):
    """A paused counter calls again."""

    counter_id: CounterId
    resumed_at: datetime


class CounterOffered(_Event, frozen=True, kw_only=True, tag="counter_offered"):
    """A counter whose person is absent is offered to another one (SH1)."""

    counter_id: CounterId
    offer: Offer


class OfferEnded(_Event, frozen=True, kw_only=True, tag="offer_ended"):
    """A counter is offered to nobody any more (SH1)."""

    counter_id: CounterId
    ended_at: datetime


class AutoCallStopped(_Event, frozen=True, kw_only=True, tag="auto_call_stopped"):
    """The clerk will ask for the next visitor (CL11)."""

    counter_id: CounterId
    stopped_at: datetime


class CounterAssigned(_Event, frozen=True, kw_only=True, tag="counter_assigned"):
    """A counter serves other queues from now on (CL4)."""

    counter_id: CounterId
    serving: Serving
    from_minute: int | None
    """The entry of the plan's timetable that said so; None when a person did."""
    assigned_at: datetime


class CallSpoken(_Event, frozen=True, kw_only=True, tag="call_spoken"):
    """A display agent reported what became of an announcement."""

    call_id: CallId
    outcome: SpeechOutcome
    detail: str
    reported_at: datetime


CounterEvent = (
    CounterOpened
    | CounterClosed
    | CounterPaused
    | CounterResumed
    | CounterAssigned
    | AutoCallStopped
    | CounterOffered
    | OfferEnded
)

Event = (
    HallEvent
    | TicketTaken
    | TicketCancelled
    | TicketSent
    | TicketCalled
    | TicketRecalled
    | CallUndone
    | ServingStarted
    | ServingFinished
    | TicketPassed
    | TicketReturned
    | TicketDelayed
    | TicketHeld
    | ServingResumed
    | TicketTransferred
    | TicketReprinted
    | TicketAbandoned
    | TicketExpired
    | TicketPrinted
    | CounterEvent
    | CallSpoken
    | VisitEvaluated
    | ReceiptAsked
)
