"""The plan of a hall day: what the hall consists of and the numbers of its rules."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from backend.core.ids import (
    AppointmentId,
    CallMode,
    Channel,
    CounterId,
    HallId,
    KioskId,
    Origin,
    PrinterId,
    QueueId,
    ServiceId,
    Text,
    TicketClass,
    ZoneId,
)
from backend.core.paper import DEFAULT_PAPER, PaperPart

DAY_MIN = 24 * 60
Minute = Annotated[int, Meta(ge=0, le=DAY_MIN)]
"""Minutes since midnight by the hall's clock."""
RULE_MAX = 2000
"""Characters of a hall's own rule (CL5)."""


class Span(Struct, frozen=True, kw_only=True):
    """Service hours in one piece."""

    opens: Minute
    closes: Minute


class WeekdayHours(Struct, frozen=True, kw_only=True):
    """The service hours of a weekday; none on a weekday that is not listed."""

    weekday: Annotated[int, Meta(ge=1, le=7)]
    """1 is Monday (ISO 8601)."""
    spans: tuple[Span, ...]


class SpecialDay(Struct, frozen=True, kw_only=True):
    """A date with hours of its own: a holiday has none, a day worked instead (调休) has some."""

    day: date
    spans: tuple[Span, ...]
    name: Text | None = None


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
    channels: tuple[Channel, ...] = tuple(Channel)
    """How numbers of it may be taken (TK3)."""
    classes: tuple[TicketClass, ...] = tuple(TicketClass)
    waiting_max: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    """How many may wait at once; None: any number (TK4)."""


class Serving(Struct, frozen=True, kw_only=True):
    """Which queues a counter serves, and how it chooses among them (CL4)."""

    queue_ids: tuple[QueueId, ...]
    mode: CallMode = CallMode.LONGEST_WAIT
    shares: tuple[Annotated[int, Meta(ge=1, le=20)], ...] = ()
    """With `shares` only: one number a queue, in the same order."""


class TimedServing(Struct, frozen=True, kw_only=True):
    """What a counter serves from a time of day on."""

    from_minute: Minute
    serving: Serving


class CounterPlan(Struct, frozen=True, kw_only=True):
    """A place where visitors are served."""

    counter_id: CounterId
    no: int
    """The number on the sign above the counter."""
    zone_id: ZoneId
    queue_ids: tuple[QueueId, ...]
    mode: CallMode = CallMode.LONGEST_WAIT
    shares: tuple[Annotated[int, Meta(ge=1, le=20)], ...] = ()
    """See Serving."""
    timetable: tuple[TimedServing, ...] = ()
    """Earliest first; before the first of them the counter serves `queue_ids`."""
    auto_call_s: Annotated[int, Meta(ge=1, le=120)] | None = None
    """Call the next by itself so long after a visit; None: when the clerk asks."""

    @property
    def serving(self) -> Serving:
        """What the counter serves when the day begins."""
        return Serving(queue_ids=self.queue_ids, mode=self.mode, shares=self.shares)


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
    reversed_cards: bool = False
    """Whether its card reader sends the last byte of a card's number first."""


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
    tickets_per_queue_max: Annotated[int, Meta(ge=1, le=20)] = 1  # TK4, live, of one person
    tickets_live_max: Annotated[int, Meta(ge=1, le=20)] = 3  # TK4, of one person
    tickets_day_max: Annotated[int, Meta(ge=1, le=20)] = 10  # TK4, of one person
    kiosk_gap_s: Annotated[int, Meta(ge=0, le=60)] = 5  # TK4, between anonymous tickets
    issuing_stops_s: Annotated[int, Meta(ge=0, le=3600)] = 900  # TK5, before closing
    day_opens_s: Annotated[int, Meta(ge=0, le=14400)] = 3600  # DY1, before the first opening
    check_in_early_s: Annotated[int, Meta(ge=0, le=7200)] = 1800  # AP2
    check_in_late_s: Annotated[int, Meta(ge=0, le=7200)] = 900  # AP2
    book_days_min: Annotated[int, Meta(ge=0, le=14)] = 1  # AP1, working days ahead
    book_days_max: Annotated[int, Meta(ge=0, le=14)] = 5  # AP1
    book_share_pct: Annotated[int, Meta(ge=10, le=90)] = 50  # AP1, of what can be served
    book_cancel_s: Annotated[int, Meta(ge=0, le=86400)] = 7200  # AP1, before the slot
    no_shows_max: Annotated[int, Meta(ge=1, le=10)] = 3  # AP3, within 30 days
    no_show_days: Annotated[int, Meta(ge=7, le=90)] = 7  # AP3, blocked
    no_show_again_days: Annotated[int, Meta(ge=7, le=90)] = 30  # AP3, the second time
    alert_waiting: Annotated[int, Meta(ge=1, le=1000)] = 20  # AL1
    alert_wait_s: Annotated[int, Meta(ge=300, le=14400)] = 1800  # AL1, predicted
    alert_oldest_s: Annotated[int, Meta(ge=300, le=14400)] = 2700  # AL1
    alert_idle_s: Annotated[int, Meta(ge=30, le=3600)] = 180  # AL1
    alert_pause_s: Annotated[int, Meta(ge=60, le=14400)] = 900  # CO1
    stand_in_after_s: Annotated[int, Meta(ge=60, le=1800)] = 300  # SH1, SH3


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
    hours: tuple[WeekdayHours, ...] = ()
    """Empty: the hall never closes."""
    special_days: tuple[SpecialDay, ...] = ()
    rule: Annotated[str, Meta(min_length=1, max_length=RULE_MAX)] | None = None
    """An expression that gives a waiting ticket's score, in place of CL1-CL4 (CL5)."""
    paper: tuple[PaperPart, ...] = DEFAULT_PAPER
    """What stands on a ticket, from top to bottom (PR4)."""


class Appointment(Struct, frozen=True, kw_only=True):
    """A visit that is expected on the day (AP2)."""

    appointment_id: AppointmentId
    code: str
    queue_id: QueueId
    service_ids: tuple[ServiceId, ...] = ()
    slot_at: datetime
    """When the slot begins, UTC."""
    person_hash: str | None = None
    origin: Origin | None = None
