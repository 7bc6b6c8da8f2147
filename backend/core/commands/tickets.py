"""What visitors, and staff for them, may ask about a ticket."""

from typing import Annotated

from msgspec import Meta, Struct

from backend.core.ids import Card, Channel, Code, Name, Place, Reason, Remark, Services, TicketClass


class _TicketCommand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every command of this file."""


class TakeTicket(_TicketCommand, frozen=True, kw_only=True, tag="take_ticket"):
    """A visitor takes a place in a queue, named directly or by its services (TK1-TK3)."""

    channel: Channel
    queue_id: Name | None = None
    service_ids: Services = ()
    ticket_class: TicketClass = TicketClass.ORDINARY
    kiosk_id: Name | None = None
    card: Card | None = None
    print: bool = True
    """Whether the kiosk's printer is to print the ticket."""


class CheckIn(_TicketCommand, frozen=True, kw_only=True, tag="check_in"):
    """A visitor with an appointment is here and takes its number (AP2).

    The visitor shows the code; staff may also name the appointment.
    """

    code: Code | None = None
    appointment_id: Name | None = None
    kiosk_id: Name | None = None
    print: bool = True


class CancelTicket(_TicketCommand, frozen=True, kw_only=True, tag="cancel_ticket"):
    """Give a place up: the visitor by token, staff by ticket id."""

    ticket_id: Name | None = None
    ticket_token: Name | None = None
    reason: Remark = ""
    """Why staff call the ticket off: never empty with a ticket id."""


class SendTicket(_TicketCommand, frozen=True, kw_only=True, tag="send_ticket"):
    """A waiting or passed visitor stands in the wrong line: send them to the right one (TR1)."""

    ticket_id: Name
    to_queue_id: Name
    place: Place = Place.KEEP
    reason: Reason


class ReturnTicket(_TicketCommand, frozen=True, kw_only=True, tag="return_ticket"):
    """A passed visitor is back and waits again, some places behind (PS2)."""

    ticket_id: Name | None = None
    ticket_token: Name | None = None


class DelayTicket(_TicketCommand, frozen=True, kw_only=True, tag="delay_ticket"):
    """A waiting visitor is late and lets some others go first, once (TK6)."""

    ticket_id: Name | None = None
    ticket_token: Name | None = None
    places: Annotated[int, Meta(ge=1, le=20)] | None = None
    """None: as many as the hall's rule says."""


class ReprintTicket(_TicketCommand, frozen=True, kw_only=True, tag="reprint_ticket"):
    """Print a ticket once more, marked as such (I11): the visitor by token, staff by ticket id."""

    ticket_id: Name | None = None
    ticket_token: Name | None = None
    kiosk_id: Name
