"""Bookings as they go over HTTP (AP1, AP3)."""

from datetime import date, datetime

from msgspec import Struct

from backend.core.bookings import (
    AppealBlock,
    BookingRefusalCode,
    BookingState,
    CancelBooking,
    ChangeBooking,
    ConfirmBooking,
    DropBooking,
    HoldPlace,
    RuleBlock,
)
from backend.core.ids import Code, Name, Origin, QueueId, ServiceId, Text, TicketToken


class BookingDo(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A command for bookings; a repeat with the same id has one effect."""

    id: Name
    command: HoldPlace | ConfirmBooking | ChangeBooking | CancelBooking


class AppealDo(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a blocked person asks; its id is the appeal's."""

    id: Name
    command: AppealBlock


class DropDo(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What staff ask of a booking; a repeat with the same id has one effect."""

    id: Name
    command: DropBooking


class RuleDo(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What staff decide of an appeal."""

    command: RuleBlock


class FindBooking(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whoever has the code may look the booking up."""

    code: Code


class BookingRefused(Struct, frozen=True, kw_only=True, tag="refused"):
    """A rule said no."""

    id: str
    code: BookingRefusalCode
    again_on: date | None
    """With person_blocked: from when the person may book again."""


class BookableOffer(Struct, frozen=True, kw_only=True):
    """A service one may book a time for."""

    service_id: ServiceId
    name: Text
    queue_name: Text
    also: str
    """Other names and keywords that people have for it, in one line, for finding."""


class Bookable(Struct, frozen=True, kw_only=True):
    """What may be booked in a hall."""

    hall_name: Text
    time_zone: str
    services: list[BookableOffer]


class FreeSlot(Struct, frozen=True, kw_only=True):
    """A half hour with places left."""

    slot_at: datetime
    left: int


class BookingDay(Struct, frozen=True, kw_only=True):
    """A day that may be booked; without slots it is full."""

    day: date
    slots: list[FreeSlot]
    is_offered: bool
    """Whether anybody could be served then: a window is rostered for it."""


class FreeSlots(Struct, frozen=True, kw_only=True):
    """Where there are places for a service."""

    service_id: ServiceId
    service_name: Text
    hall_name: Text
    zone_name: Text
    time_zone: str
    days: list[BookingDay]


class BookingView(Struct, frozen=True, kw_only=True):
    """A booking, for whoever has its secret."""

    token: str
    code: str
    state: BookingState
    hall_id: str
    hall_name: Text
    time_zone: str
    service_id: ServiceId
    service_name: Text
    queue_name: Text
    zone_name: Text
    day: date
    slot_at: datetime
    ends_at: datetime
    held_until: datetime
    at: datetime
    """When this was so, by the hall's clock: phones have others."""
    change_until: datetime
    check_in_from: datetime
    check_in_until: datetime
    """Later one still gets a number, as everybody."""
    may_change: bool
    is_lost: bool
    """The hall does not keep the half hour any more: change it or cancel it (AP4)."""
    reason: str
    """Why staff called it off, if they did."""
    bring: list[Text]
    """What the guide asks for."""
    ticket_token: TicketToken | None
    """Of the number that its visitor checked in for, on the day."""


class BookedLine(Struct, frozen=True, kw_only=True):
    """A booking as staff see it: nothing that tells who it is."""

    booking_id: str
    slot_at: datetime
    service_name: Text
    queue_id: QueueId
    state: BookingState
    code_end: str
    origin: Origin | None
    is_lost: bool
    """The hall does not keep its half hour any more (AP4)."""
    may_drop: bool
    """Whether it may still be called off."""
    reason: str
    """Why it was, by staff."""


class LostDay(Struct, frozen=True, kw_only=True):
    """A day to come with bookings whose half hours the hall does not keep any more (AP4)."""

    day: date
    bookings: int


class SlotLoad(Struct, frozen=True, kw_only=True):
    """A half hour of the hall, all queues together."""

    slot_at: datetime
    places: int
    held: int
    booked: int
    """Also those who came, or did not."""


class BookedDay(Struct, frozen=True, kw_only=True):
    """A day's bookings, for staff."""

    day: date
    time_zone: str
    days: list[date]
    """Those that may be booked now."""
    load: list[SlotLoad]
    lines: list[BookedLine]
    kept: int
    missed: int
    lost: list[LostDay]
    """Of all days to come, earliest first."""


class AppealLine(Struct, frozen=True, kw_only=True):
    """An appeal as staff see it."""

    appeal_id: str
    words: str
    asked_at: datetime
    again_on: date
    missed: list[datetime]
    is_lifted: bool | None
    verdict: str
    decided_by: str | None
    decided_at: datetime | None


class AppealShown(Struct, frozen=True, kw_only=True):
    """An appeal as its person is told of it."""

    asked_at: datetime
    again_on: date
    is_lifted: bool | None
    verdict: str
