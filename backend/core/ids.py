"""Names of things, and the small closed vocabularies that commands, events and views share."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, NewType

from msgspec import Meta, Struct

HallId = NewType("HallId", str)
ZoneId = NewType("ZoneId", str)
QueueId = NewType("QueueId", str)
CounterId = NewType("CounterId", str)
ServiceId = NewType("ServiceId", str)
KioskId = NewType("KioskId", str)
PrinterId = NewType("PrinterId", str)
TicketId = NewType("TicketId", str)
TicketToken = NewType("TicketToken", str)
CallId = NewType("CallId", str)
JobId = NewType("JobId", str)
StaffId = NewType("StaffId", str)
CommandId = NewType("CommandId", str)
AppointmentId = NewType("AppointmentId", str)
AlertId = NewType("AlertId", str)
NoticeId = NewType("NoticeId", str)
AgentId = NewType("AgentId", str)
DepartmentId = NewType("DepartmentId", str)
ScreenId = NewType("ScreenId", str)
"""The topic that it shows: `board:Z2`, `counter_screen:W05`, `kiosk:K1`."""

Name = Annotated[str, Meta(min_length=1, max_length=64)]
"""An id as it may arrive from outside: bounded, so that no key or log line grows without end."""

Remark = Annotated[str, Meta(max_length=200)]
"""A short free text from outside."""

Code = Annotated[str, Meta(pattern=r"^[0-9A-Z]{6,16}$(?!\n)")]
"""What a visitor with an appointment shows."""

Card = Annotated[str, Meta(pattern=r"^[\w:. -]{4,64}$(?!\n)")]
"""A campus card as read; the hub replaces it by a keyed hash before anything is decided."""

SERVICES_MAX = 10
Services = Annotated[tuple[Name, ...], Meta(max_length=SERVICES_MAX)]
"""What a visitor comes for."""

NOTICE_PLACES_MAX = 50
NoticePlaces = Annotated[tuple[Name, ...], Meta(max_length=NOTICE_PLACES_MAX)]
"""Zones or screens that a notice is for."""

Instant = Annotated[datetime, Meta(tz=True)]
"""A moment as it may arrive from outside."""

Reason = Annotated[str, Meta(min_length=1, max_length=200)]
"""Why somebody stepped out of the order; on record."""


class Text(Struct, frozen=True, kw_only=True):
    """One wording in the hall's two languages."""

    zh: str
    en: str


class TicketClass(StrEnum):
    """Priority class of a ticket (CL1-CL3)."""

    ORDINARY = "ordinary"
    BOOKED = "booked"
    CARE = "care"


class Channel(StrEnum):
    """How a ticket was taken (TK3)."""

    CARD = "card"
    APPOINTMENT = "appointment"
    ANONYMOUS = "anonymous"
    REMOTE = "remote"


class TicketState(StrEnum):
    """The states of a ticket; the last four are final."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    HELD = "held"
    PASSED = "passed"
    DONE = "done"
    CANCELLED = "cancelled"
    ABANDONED = "abandoned"
    EXPIRED = "expired"


class CounterState(StrEnum):
    """The states of a counter (CO1)."""

    OFF = "off"
    OPEN = "open"
    PAUSED = "paused"
    BUSY = "busy"


class PauseReason(StrEnum):
    """Why a counter stopped calling: 暂离, 午休, 培训, 故障 (CO1)."""

    AWAY = "away"
    LUNCH = "lunch"
    TRAINING = "training"
    FAULT = "fault"


class Place(StrEnum):
    """Where a transferred ticket stands in its new line (TR1)."""

    KEEP = "keep"
    """By its time of issue."""
    TAIL = "tail"
    """Behind everybody."""


class PrintOutcome(StrEnum):
    """What became of a paper; `unknown` is never repeated by itself (I11)."""

    PRINTED = "printed"
    FAILED = "failed"
    UNKNOWN = "unknown"


class PrinterState(StrEnum):
    """How a printer is, as its agent finds it (PR2)."""

    READY = "ready"
    PAPER_LOW = "paper_low"
    """Prints; the roll ends soon."""
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    ERROR = "error"
    """It says so, and not what."""
    OFFLINE = "offline"
    """It says so: somebody pressed a button on it."""
    GONE = "gone"
    """Does not answer: unplugged, switched off or off the network."""

    @property
    def prints(self) -> bool:
        """Whether papers come out."""
        return self in (PrinterState.READY, PrinterState.PAPER_LOW)


class ScreenState(StrEnum):
    """How a screen is, as the agent beside it finds it (SC2)."""

    LIT = "lit"
    """It shows what it should."""
    STALE = "stale"
    """Its page does not reach the hub, and says so."""
    BLANK = "blank"
    """Black, out of hours."""
    DARK = "dark"
    """It shows nothing, or something else: its browser is begun anew."""
    SILENT = "silent"
    """Nothing is heard of it: what the hub finds (SC1)."""


class SpeechOutcome(StrEnum):
    """What became of an announcement."""

    SPOKEN = "spoken"
    SKIPPED = "skipped"
    FAILED = "failed"


class SpeakerState(StrEnum):
    """Whether a zone's calls are heard."""

    HEARD = "heard"
    MUTED = "muted"
    """There is no loudspeaker, and none is wanted."""
    SILENT = "silent"
    """Nobody hears anything, though a loudspeaker is wanted."""


class Origin(StrEnum):
    """Where a known visitor comes from: staff, student, alumnus, guest of the university."""

    STAFF = "staff"
    STUDENT = "student"
    ALUMNUS = "alumnus"
    GUEST = "guest"


class CallMode(StrEnum):
    """How a counter chooses among its queues (CL4)."""

    LONGEST_WAIT = "longest_wait"
    STRICT = "strict"
    """The first queue of the list in which somebody waits."""
    SHARES = "shares"
    """In turns, each queue as often as its share says."""


class ChosenBy(StrEnum):
    """What chose the ticket that was called; part of the account of why."""

    ORDER = "order"
    """CL1-CL4."""
    RULE = "rule"
    """The hall's own rule (CL5)."""
    FALLBACK = "fallback"
    """CL1-CL4, since the hall's own rule failed."""
    SENT = "sent"
    """It waited for this counter or clerk alone (TR1)."""
    STAFF = "staff"
    """A person, with a reason (CL10)."""


class ShiftRole(StrEnum):
    """A is expected at the counter, B and C stand in (SH1)."""

    A = "a"
    B = "b"
    C = "c"


class StopCause(StrEnum):
    """Why a queue gives out no numbers (TK5)."""

    STAFF = "staff"
    CLOSING = "closing"
    """The hall closes soon."""
    WAIT = "wait"
    """Whoever came now would wait past closing."""


class AlertKind(StrEnum):
    """What staff are alerted to (AL1, CO1, CL5, SH1)."""

    QUEUE_LONG = "queue_long"
    WAIT_LONG = "wait_long"
    OLDEST_LONG = "oldest_long"
    COUNTER_IDLE = "counter_idle"
    PAUSE_LONG = "pause_long"
    COUNTER_UNMANNED = "counter_unmanned"
    RULE_FAILED = "rule_failed"
    PRINTER_FAILED = "printer_failed"
    PRINTER_SILENT = "printer_silent"
    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    PRINTER_OPEN = "printer_open"
    PRINTER_ERROR = "printer_error"
    PRINTER_OFFLINE = "printer_offline"
    PRINTER_GONE = "printer_gone"
    VOICE_SILENT = "voice_silent"
    VOICE_UNHEARD = "voice_unheard"
    CALLS_UNSPOKEN = "calls_unspoken"
    SCREEN_SILENT = "screen_silent"
    SCREEN_DARK = "screen_dark"
