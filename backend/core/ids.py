"""Names of things, and the small closed vocabularies that commands, events and views share."""

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

Name = Annotated[str, Meta(min_length=1, max_length=64)]
"""An id as it may arrive from outside: bounded, so that no key or log line grows without end."""

Remark = Annotated[str, Meta(max_length=200)]
"""A short free text from outside."""


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


class SpeechOutcome(StrEnum):
    """What became of an announcement."""

    SPOKEN = "spoken"
    SKIPPED = "skipped"
    FAILED = "failed"
