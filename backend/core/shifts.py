"""Who is to sit where today, and what became of it (SH1, SH3)."""

from datetime import datetime

from msgspec import Struct

from backend.core.ids import CounterId, ShiftRole, StaffId


class Duty(Struct, frozen=True, kw_only=True):
    """Somebody of a shift."""

    staff_id: StaffId
    role: ShiftRole


class Shift(Struct, frozen=True, kw_only=True):
    """A time during which a counter is to have a person."""

    counter_id: CounterId
    begins_at: datetime
    ends_at: datetime
    persons: tuple[Duty, ...]
    """A, B and C, without those on leave: the first is expected, the others stand in in turn."""


class Offer(Struct, frozen=True, kw_only=True):
    """A counter whose person is absent, offered to one who may stand in (SH1)."""

    clerk_id: StaffId
    role: ShiftRole
    offered_at: datetime
    until: datetime
    """From then on it is the next one's; the end of the shift when nobody comes after."""


class Stint(Struct, kw_only=True):
    """A stretch of time that a clerk was signed on at a counter, at work or paused."""

    counter_id: CounterId
    from_at: datetime
    to_at: datetime | None = None
    is_paused: bool = False
    busy_s: float = 0.0
    """Seconds with a ticket, up to `busy_from`."""
    busy_from: datetime | None = None
    """Set while the counter holds a ticket."""


class ShiftRecord(Struct, frozen=True, kw_only=True):
    """How somebody kept a shift in which they were expected (SH3)."""

    counter_id: CounterId
    role: ShiftRole
    begins_at: datetime
    ends_at: datetime
    """Of what the day had of the shift: no later than it closed."""
    signed_on_at: datetime | None
    """At whatever counter, and perhaps before the shift; None: not at all."""
    signed_off_at: datetime | None
    """The last time; None while signed on."""
    late_s: int
    early_s: int
    """0 within the time allowed."""
    is_missing: bool
    stand_in_id: StaffId | None
    """Who else was first signed on at the counter meanwhile."""


class ClerkDay(Struct, frozen=True, kw_only=True):
    """The attendance of one clerk on one day; all but the times are seconds (SH3)."""

    clerk_id: StaffId
    signed_on_at: datetime | None
    signed_off_at: datetime | None
    rostered_s: int
    """Of shifts in which the clerk was expected."""
    on_post_s: int
    """Open or busy within those shifts, at whatever counter."""
    open_s: int
    busy_s: int
    paused_s: int
    """Of the whole day."""
    shifts: tuple[ShiftRecord, ...]
    """Earliest first."""
