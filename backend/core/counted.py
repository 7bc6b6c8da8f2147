"""The rows that statistics are made of: what a day comes to, ticket by ticket.

Stored and hashed: a new field has a default, and is then not part of older days' hashes.
"""

from datetime import date, datetime

from msgspec import Struct

from backend.core.ids import (
    Channel,
    CounterId,
    CounterState,
    HallId,
    PauseReason,
    QueueId,
    ServiceId,
    StaffId,
    TicketClass,
    TicketId,
    TicketState,
    ZoneId,
)


class CountedTicket(Struct, kw_only=True, omit_defaults=True):
    """A ticket, and what became of it."""

    ticket_id: TicketId
    number: str
    queue_id: QueueId
    """The one that it was taken for."""
    zone_id: ZoneId | None
    service_id: ServiceId | None
    """The first that was chosen; a ticket counts once."""
    department_id: str | None
    """Whose service it is; of a ticket without one, whose queue, where that is one's alone."""
    channel: Channel
    ticket_class: TicketClass
    origin: str
    person_hash: str | None
    half_hour: int
    """Of the issue, by the hall's clock, from 0 to 47."""
    issued_at: datetime
    waits_from: datetime
    """The issue; of a booked ticket the slot's beginning, if that is later."""
    called_at: datetime | None = None
    """The first call that was not taken back."""
    wait_ms: int | None = None
    """From `waits_from` until then; 0 for who was called before the slot began."""
    counter_id: CounterId | None = None
    clerk_id: StaffId | None = None
    """Where and by whom it was called first."""
    served_counter_id: CounterId | None = None
    """Where it was served last."""
    recalls: int = 0
    passes: int = 0
    reprints: int = 0
    outcome: TicketState = TicketState.WAITING


class CountedVisit(Struct, kw_only=True, omit_defaults=True):
    """A stay at a counter: from the beginning of serving until the visitor was done or sent on."""

    ticket_id: TicketId
    visit: int
    """1 for the ticket's first."""
    queue_id: QueueId
    zone_id: ZoneId | None
    service_id: ServiceId | None
    department_id: str | None
    channel: Channel
    ticket_class: TicketClass
    origin: str
    person_hash: str | None
    half_hour: int
    """Of its beginning."""
    counter_id: CounterId
    clerk_id: StaffId | None
    """Where and by whom it was served last."""
    started_at: datetime
    ended_at: datetime | None = None
    handling_ms: int = 0
    """Without the time for which it was held."""
    is_done: bool = False
    """Whether the visitor was done: an evaluation was offered then (EV2)."""
    level: int | None = None
    """What the visitor said of it (EV1)."""


class CountedSpan(Struct, kw_only=True, omit_defaults=True):
    """A counter in one state, within one half hour."""

    counter_id: CounterId
    clerk_id: StaffId | None
    zone_id: ZoneId | None
    department_id: str | None
    """Of the counter's first queue."""
    half_hour: int
    state: CounterState
    reason: PauseReason | None
    ticket_id: TicketId | None
    from_at: datetime
    to_at: datetime
    length_ms: int


class CountedClerkDay(Struct, kw_only=True, omit_defaults=True):
    """The attendance of a clerk on a day that is over (SH3)."""

    clerk_id: StaffId
    counter_id: CounterId | None
    """Of the first shift in which the clerk was expected; None without one."""
    zone_id: ZoneId | None
    department_id: str | None
    rostered_ms: int
    on_post_ms: int
    """Open or busy within those shifts."""
    is_signed_on: bool
    late: int = 0
    early: int = 0
    missing: int = 0
    """Shifts that began late, ended early, were not kept."""


class LateRating(Struct, frozen=True, kw_only=True):
    """What a visitor said on a later day than that of the visit (EV2)."""

    day: date
    """Of the visit."""
    ticket_id: TicketId
    level: int


class DayCount(Struct, kw_only=True):
    """A day's rows, in the order in which things began."""

    hall_id: HallId
    day: date
    is_final: bool
    """Whether the day was closed."""
    tickets: tuple[CountedTicket, ...]
    visits: tuple[CountedVisit, ...]
    spans: tuple[CountedSpan, ...]
    clerk_days: tuple[CountedClerkDay, ...] = ()
    """Known once the day is over."""
    late: tuple[LateRating, ...] = ()
    """What was said on this day of earlier ones: no part of its rows."""
