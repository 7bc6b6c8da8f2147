"""The plan of a hall day: what the hall consists of and the numbers of its rules."""

from typing import Annotated

from msgspec import Meta, Struct

from backend.core.ids import (
    CounterId,
    HallId,
    KioskId,
    PrinterId,
    QueueId,
    ServiceId,
    Text,
    ZoneId,
)


class ZonePlan(Struct, frozen=True, kw_only=True):
    """A part of the hall with its own board, speakers and kiosks."""

    zone_id: ZoneId
    name: Text


class QueuePlan(Struct, frozen=True, kw_only=True):
    """A lettered line of waiting tickets."""

    queue_id: QueueId
    letter: Annotated[str, Meta(pattern="^[A-HJ-NPRTV-Z]$")]
    """First character of its numbers; I O Q S U are not used (TK1)."""
    name: Text
    zone_id: ZoneId
    mean_handling_s: int
    """Mean time at the counter, used by the wait estimate while there is no history (WT1)."""


class CounterPlan(Struct, frozen=True, kw_only=True):
    """A place where visitors are served."""

    counter_id: CounterId
    no: int
    """The number on the sign above the counter."""
    zone_id: ZoneId
    queue_ids: tuple[QueueId, ...]


class ServicePlan(Struct, frozen=True, kw_only=True):
    """A matter visitors come for, and the queue that handles it."""

    service_id: ServiceId
    queue_id: QueueId
    name: Text


class KioskPlan(Struct, frozen=True, kw_only=True):
    """A place to take tickets, with the printer inside it."""

    kiosk_id: KioskId
    zone_id: ZoneId
    printer_id: PrinterId | None


class RuleNumbers(Struct, frozen=True, kw_only=True):
    """The numbers a hall may set, each within the range of RULES.md."""

    recalls_max: Annotated[int, Meta(ge=0, le=5)] = 2  # CL6
    recall_gap_s: Annotated[int, Meta(ge=10, le=60)] = 20  # CL6
    undo_s: Annotated[int, Meta(ge=0, le=30)] = 10  # CL9
    care_run_max: Annotated[int, Meta(ge=1, le=5)] = 2  # CL2
    booked_run_max: Annotated[int, Meta(ge=1, le=5)] = 1  # CL2
    ordinary_first_after_s: Annotated[int, Meta(ge=600, le=3600)] = 1800  # CL3
    return_places: Annotated[int, Meta(ge=0, le=10)] = 3  # PS2
    delay_places: Annotated[int, Meta(ge=0, le=20)] = 5  # TK6
    returns_max: Annotated[int, Meta(ge=0, le=5)] = 2  # PS2
    passed_expires_s: Annotated[int, Meta(ge=600, le=14400)] = 3600  # PS3


class Plan(Struct, frozen=True, kw_only=True):
    """Everything a day needs to know of its hall; the day's first event carries it (DY1)."""

    hall_id: HallId
    version: int
    name: Text
    time_zone: str
    """IANA name; the service day and all times on paper and screens are in it."""
    zones: tuple[ZonePlan, ...]
    queues: tuple[QueuePlan, ...]
    counters: tuple[CounterPlan, ...]
    services: tuple[ServicePlan, ...]
    kiosks: tuple[KioskPlan, ...]
    rules: RuleNumbers
