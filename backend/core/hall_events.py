"""What happened to a hall as a whole; the events of tickets and counters are in `events.py`.

These types are what the stream and the archive store for ever: a new field has a
default, nothing is renamed, a tag is never used twice.  Instants are UTC.
"""

from datetime import date, datetime

from msgspec import Struct

from backend.core.history import QueueHistory, QueueLesson
from backend.core.ids import (
    AgentId,
    AlertId,
    AlertKind,
    AppointmentId,
    HallId,
    NoticeId,
    PrinterId,
    PrinterState,
    QueueId,
    ScreenId,
    ScreenState,
    SpeakerState,
    StopCause,
    Text,
    ZoneId,
)
from backend.core.plan import Appointment, Plan
from backend.core.shifts import ClerkDay, Shift


class _HallEvent(Struct, frozen=True, kw_only=True):
    """Base of every event of a hall."""


class DayOpened(_HallEvent, frozen=True, kw_only=True, tag="day_opened"):
    """A service day began with this plan (DY1)."""

    hall_id: HallId
    day: date
    plan: Plan
    opened_at: datetime
    appointments: tuple[Appointment, ...] = ()
    """Who is expected today (AP2)."""
    history: tuple[QueueHistory, ...] = ()
    """What past days say of the queues' paces (WT1); empty when the archive did not answer."""
    usual: tuple[int, ...] = ()
    """Tickets that past days had in each half hour; empty when none is known."""
    shifts: tuple[Shift, ...] = ()
    """Who is to sit where (SH1); empty without a roster."""


class DayClosed(_HallEvent, frozen=True, kw_only=True, tag="day_closed"):
    """The service day ended; no ticket is left open (I13)."""

    closed_at: datetime
    lessons: tuple[QueueLesson, ...] = ()
    """What the day teaches of its queues' paces and forecasts (WT1, WT4)."""
    arrivals: tuple[int, ...] = ()
    """Tickets taken in each half hour of the day; empty without any."""
    attendance: tuple[ClerkDay, ...] = ()
    """Of everybody who was signed on or expected (SH3)."""


class PlanChanged(_HallEvent, frozen=True, kw_only=True, tag="plan_changed"):
    """The day goes on with another plan (DY2)."""

    plan: Plan
    reason: str
    changed_at: datetime


class RosterChanged(_HallEvent, frozen=True, kw_only=True, tag="roster_changed"):
    """The day goes on with other shifts (SH1)."""

    shifts: tuple[Shift, ...]
    reason: str
    changed_at: datetime


class AppointmentAdded(_HallEvent, frozen=True, kw_only=True, tag="appointment_added"):
    """One more visitor is expected today (AP2)."""

    appointment: Appointment
    added_at: datetime


class AppointmentCancelled(_HallEvent, frozen=True, kw_only=True, tag="appointment_cancelled"):
    """A visitor is expected no more (AP2)."""

    appointment_id: AppointmentId
    reason: str
    cancelled_at: datetime


class IssuingStopped(_HallEvent, frozen=True, kw_only=True, tag="issuing_stopped"):
    """A queue gives out no numbers for now (TK5)."""

    queue_id: QueueId
    cause: StopCause
    reason: str
    stopped_at: datetime


class IssuingResumed(_HallEvent, frozen=True, kw_only=True, tag="issuing_resumed"):
    """A queue gives out numbers again (TK5)."""

    queue_id: QueueId
    resumed_at: datetime


class NoticePosted(_HallEvent, frozen=True, kw_only=True, tag="notice_posted"):
    """Some words are to be shown; those of the same id are shown no more."""

    notice_id: NoticeId
    text: Text
    zone_id: ZoneId | None
    """One more of `zone_ids`."""
    until: datetime | None
    posted_at: datetime
    zone_ids: tuple[ZoneId, ...] = ()
    screen_ids: tuple[ScreenId, ...] = ()
    """With neither zones nor screens: in the whole hall."""
    is_pinned: bool = False


class NoticeRemoved(_HallEvent, frozen=True, kw_only=True, tag="notice_removed"):
    """A notice is shown no more."""

    notice_id: NoticeId
    removed_at: datetime


class AlertRaised(_HallEvent, frozen=True, kw_only=True, tag="alert_raised"):
    """Something wants looking after (AL1)."""

    alert_id: AlertId
    kind: AlertKind
    subject_id: str
    """The queue, counter or printer it is about; empty for the hall."""
    value: int
    """What was seen: people, or seconds by the kind."""
    raised_at: datetime


class AlertAcknowledged(_HallEvent, frozen=True, kw_only=True, tag="alert_acknowledged"):
    """Somebody looks after it (AL1)."""

    alert_id: AlertId
    by: str
    """User name."""
    acknowledged_at: datetime


class AlertCleared(_HallEvent, frozen=True, kw_only=True, tag="alert_cleared"):
    """It is over (AL1)."""

    alert_id: AlertId
    cleared_at: datetime


class PrinterReported(_HallEvent, frozen=True, kw_only=True, tag="printer_reported"):
    """An agent has a printer and told how it is (PR1, PR2)."""

    printer_id: PrinterId
    agent_id: AgentId
    state: PrinterState
    tickets_left: int | None
    reported_at: datetime


class RollChanged(_HallEvent, frozen=True, kw_only=True, tag="roll_changed"):
    """A printer has a new roll (PR3)."""

    printer_id: PrinterId
    changed_at: datetime


class SpeakersReported(_HallEvent, frozen=True, kw_only=True, tag="speakers_reported"):
    """An agent has a zone and told whether its calls are heard (VO9, VO10)."""

    zone_id: ZoneId
    state: SpeakerState
    voice: str
    """What speaks: `recordings`, `edge`, `clips-edge`, `clips-espeak`, `espeak`; empty before
    the first call."""
    detail: str
    """What plays, or what is wrong."""
    reported_at: datetime
    agent_id: AgentId | None = None
    """None in what was stored before zones were claimed."""


class ScreenReported(_HallEvent, frozen=True, kw_only=True, tag="screen_reported"):
    """A screen is otherwise than before (SC1, SC2)."""

    screen_id: ScreenId
    state: ScreenState
    detail: str
    """What is wrong; empty when nothing is."""
    since: datetime
    """Of the state; of a silent one, when it was last heard."""
    reported_at: datetime


HallEvent = (
    DayOpened
    | DayClosed
    | PlanChanged
    | RosterChanged
    | AppointmentAdded
    | AppointmentCancelled
    | IssuingStopped
    | IssuingResumed
    | NoticePosted
    | NoticeRemoved
    | AlertRaised
    | AlertAcknowledged
    | AlertCleared
    | PrinterReported
    | RollChanged
    | SpeakersReported
    | ScreenReported
)
