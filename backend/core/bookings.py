"""A place in a slot of a day to come: what is known of it, and what may be asked (AP1, AP3)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from backend.core.ids import (
    AppointmentId,
    Card,
    HallId,
    Instant,
    Name,
    Origin,
    QueueId,
    Reason,
    ServiceId,
    StaffId,
)
from backend.core.plan import Appointment

AppealWords = Annotated[str, Meta(min_length=1, max_length=500)]


class BookingState(StrEnum):
    """How far a booking has come; all but the first two are final."""

    HELD = "held"
    """Kept free for a few minutes, while the visitor fills the form in."""
    BOOKED = "booked"
    RELEASED = "released"
    """Given back before it was booked."""
    MOVED = "moved"
    """The visitor changed to another slot: a booking of its own, with the same code."""
    CANCELLED = "cancelled"
    DROPPED = "dropped"
    """Cancelled by the hall: it no longer has the queue, say."""
    KEPT = "kept"
    """The visitor came and checked in."""
    MISSED = "missed"
    """The visitor did not come: a no-show (AP3)."""


class Booking(Struct, frozen=True, kw_only=True):
    """A place in a slot."""

    hall_id: HallId
    booking_id: str
    """The same over all changes of the slot."""
    revision: int
    """How often the slot was changed before."""
    queue_id: QueueId
    service_id: ServiceId
    day: date
    """The hall's day of the slot."""
    slot_at: datetime
    state: BookingState
    code: str
    """What the visitor shows at the hall; a secret."""
    token: str
    """Whoever has it may look at the booking, change and cancel it."""
    changed_at: datetime
    held_until: datetime
    """Counts while it is held, and no longer than that."""
    person_hash: str | None = None
    """Set once it is booked."""
    origin: Origin | None = None
    excused_at: datetime | None = None
    """Of a no-show that does not count any more: an appeal was lifted (AP3)."""
    lost_at: datetime | None = None
    """Since when the hall no longer keeps its half hour (AP4)."""
    reason: str = ""
    """Why staff called it off, for its visitor."""

    @property
    def appointment_id(self) -> AppointmentId:
        """What it is called in the hall's day."""
        return AppointmentId(f"{self.booking_id}.{self.revision}")

    @property
    def appointment(self) -> Appointment:
        """As the hall's day expects it (AP2)."""
        return Appointment(
            appointment_id=self.appointment_id,
            code=self.code,
            queue_id=self.queue_id,
            service_ids=(self.service_id,),
            slot_at=self.slot_at,
            person_hash=self.person_hash,
            origin=self.origin,
        )

    def is_live(self, at: datetime) -> bool:
        """Whether it takes a place of its slot: a hold does so by time alone."""
        if self.state is BookingState.HELD:
            return at < self.held_until
        return self.state in (BookingState.BOOKED, BookingState.KEPT)


class BlockAppeal(Struct, frozen=True, kw_only=True):
    """A blocked person says why they could not come; decided once (AP3)."""

    hall_id: HallId
    appeal_id: str
    person_hash: str
    words: str
    asked_at: datetime
    again_on: date
    """From when the person may book again if it is not lifted."""
    missed: tuple[datetime, ...]
    """The slots that count, oldest first."""
    is_lifted: bool | None = None
    verdict: str = ""
    decided_by: StaffId | None = None
    decided_at: datetime | None = None


class _BookingCommand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what may be asked."""


class HoldPlace(_BookingCommand, frozen=True, kw_only=True, tag="hold_place"):
    """Keep a place free while the visitor fills the form in."""

    service_id: Name
    slot_at: Instant


class ConfirmBooking(_BookingCommand, frozen=True, kw_only=True, tag="confirm_booking"):
    """Take the place that is held, for the person of the card."""

    card: Card | None = None
    """None: for the visitor who signed in at the campus."""


class ChangeBooking(_BookingCommand, frozen=True, kw_only=True, tag="change_booking"):
    """Take a place in another slot for the one held or booked: the new one, or the old is kept."""

    slot_at: Instant


class CancelBooking(_BookingCommand, frozen=True, kw_only=True, tag="cancel_booking"):
    """Give the place back, held or booked."""


class DropBooking(_BookingCommand, frozen=True, kw_only=True, tag="drop_booking"):
    """Call it off for its visitor, by staff, with a reason that the visitor is told (AP4)."""

    reason: Reason


BookingCommand = ConfirmBooking | ChangeBooking | CancelBooking | DropBooking
"""What may be asked of a booking that is there."""


class AppealBlock(_BookingCommand, frozen=True, kw_only=True, tag="appeal_block"):
    """Say why one could not come (AP3)."""

    card: Card | None = None
    """None: of the visitor who signed in at the campus."""
    words: AppealWords


class RuleBlock(_BookingCommand, frozen=True, kw_only=True, tag="rule_block"):
    """Decide an appeal, with a reason that the visitor is told."""

    lifts: bool
    reason: Reason


class BookingRefusalCode(StrEnum):
    """Why a rule says no; the front end's language files hold the words for each."""

    SERVICE_NOT_BOOKABLE = "service_not_bookable"
    DAY_NOT_BOOKABLE = "day_not_bookable"
    SLOT_NOT_OFFERED = "slot_not_offered"
    SLOT_FULL = "slot_full"
    HOLD_LAPSED = "hold_lapsed"
    """The time to fill the form in is over, and somebody else has the place."""
    CARD_UNKNOWN = "card_unknown"
    PERSON_BOOKED = "person_booked"
    PERSON_BLOCKED = "person_blocked"
    NOT_BLOCKED = "not_blocked"
    ALREADY_APPEALED = "already_appealed"
    ALREADY_DECIDED = "already_decided"
    ALREADY_BOOKED = "already_booked"
    BOOKING_OVER = "booking_over"
    BOOKING_USED = "booking_used"
    BOOKING_CANCELLED = "booking_cancelled"
    TOO_LATE_TO_CHANGE = "too_late_to_change"
    SAME_SLOT = "same_slot"


class BookingRefusal(Exception):
    """A rule of bookings says no."""

    def __init__(self, code: BookingRefusalCode) -> None:
        super().__init__(code.value)
        self.code = code
