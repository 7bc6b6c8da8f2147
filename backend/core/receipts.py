"""A receipt of a case on paper: what stands on it, the command and the event (CS1, CS4).

It goes the way of tickets to a printer, and no person stands on it (I19).
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from backend.core.ids import JobId, Name, PrinterId, Text, TicketId

MISSING_MAX = 50


class ReceiptKind(StrEnum):
    """What the visitor takes home."""

    ACCEPTED = "accepted"
    """The case has a number, and is due."""
    MISSING = "missing"
    """What is still to be brought, in full (CS1)."""


class Receipt(Struct, frozen=True, kw_only=True):
    """What stands on a receipt."""

    kind: ReceiptKind
    number: str | None
    """Of the case; None before its acceptance."""
    service_name: Text
    department_name: Text
    due_day: date | None
    is_provisional: bool
    missing: Annotated[tuple[Text, ...], Meta(max_length=MISSING_MAX)]
    """What is to be brought, or was promised."""
    track_path: str
    """For the QR code: below the public address."""


class PrintReceipt(
    Struct, frozen=True, kw_only=True, tag="print_receipt", forbid_unknown_fields=True
):
    """Print a receipt for the visitor of a ticket, near the counter where the visitor is."""

    ticket_id: Name
    receipt: Receipt


class ReceiptAsked(Struct, frozen=True, kw_only=True, tag="receipt_asked"):
    """A receipt is to be printed."""

    ticket_id: TicketId
    job_id: JobId
    printer_id: PrinterId
    receipt: Receipt
    asked_at: datetime
