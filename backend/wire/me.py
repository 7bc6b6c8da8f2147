"""What visitors are shown of their own, and what they ask for."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from backend.core.cases.words import CaseState, Outcome
from backend.core.consultations.words import ConsultationKind, ConsultationState
from backend.core.ids import Card, HallId, Text
from backend.core.messages import ContactKind, Language, MessageKind

LINKS_MAX = 50
Secret = Annotated[str, Meta(pattern=r"^[\w-]{20,64}$(?!\n)")]


class Me(Struct, frozen=True, kw_only=True):
    """Who is signed in as a visitor."""

    username: str
    ends_at: datetime
    """At the latest."""


class MineCase(Struct, frozen=True, kw_only=True):
    """A case of the visitor."""

    hall_id: HallId
    number: str | None
    service_name: Text
    department_name: Text
    state: CaseState
    outcome: Outcome | None
    due_day: date | None
    is_late: bool
    opened_at: datetime
    path: str
    """Its page."""


class MineTicket(Struct, frozen=True, kw_only=True):
    """A ticket of the visitor."""

    hall_id: HallId
    day: date
    number: str
    service_name: Text | None
    issued_at: datetime
    is_live: bool
    outcome: str
    """`waiting`, `called`, … of a live one; else how it ended."""
    level: int | None
    """How it was rated."""
    answer: str | None
    """What was answered to that; of a live one its page says it (EV3)."""
    path: str | None
    """Its page; None when it is of a day that is over."""


class MineBooking(Struct, frozen=True, kw_only=True):
    """A half hour that the visitor booked."""

    hall_id: HallId
    service_name: Text
    slot_at: datetime
    is_to_come: bool
    """Whether it stands and its time has not come."""
    state: str
    code: str
    path: str


class MineQuestion(Struct, frozen=True, kw_only=True):
    """A question or chat of the visitor."""

    hall_id: HallId
    kind: ConsultationKind
    state: ConsultationState
    words: str
    """How it begins."""
    service_name: Text | None
    asked_at: datetime
    due_at: datetime | None
    """Until when it is to be answered; None of what waits for no answer."""
    path: str


class MyThings(Struct, frozen=True, kw_only=True):
    """What is the visitor's."""

    time_zone: str
    bookings: tuple[MineBooking, ...]
    cases: tuple[MineCase, ...]
    tickets: tuple[MineTicket, ...]
    questions: tuple[MineQuestion, ...]


class MyMessage(Struct, frozen=True, kw_only=True):
    """Something that the visitor was told."""

    message_id: int
    kind: MessageKind
    title: Text
    text: Text
    at: datetime
    path: str
    is_read: bool


class MyMessages(Struct, frozen=True, kw_only=True):
    """What somebody was told, newest first."""

    messages: tuple[MyMessage, ...]


class ContactView(Struct, frozen=True, kw_only=True):
    """Where the owner is told."""

    contact_id: str
    kind: ContactKind
    language: Language
    shown: str
    """So much of it that the owner knows it again."""
    is_proven: bool


class ContactsView(Struct, frozen=True, kw_only=True):
    """Where the owner is told, and by what one can be."""

    kinds: tuple[ContactKind, ...]
    contacts: tuple[ContactView, ...]


class ContactNew(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where somebody wants to be told; a code is sent there."""

    kind: ContactKind
    language: Language
    reach: Annotated[str, Meta(min_length=1, max_length=400)]


class ContactCode(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The code that came."""

    code: Annotated[str, Meta(pattern=r"^[0-9]{6}$(?!\n)")]


class Seen(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Up to which message all was seen."""

    last_id: Annotated[int, Meta(ge=0, le=2**53)]


class Links(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Secrets of things that were begun in this browser without signing in."""

    cases: Annotated[tuple[Secret, ...], Meta(max_length=LINKS_MAX)] = ()
    tickets: Annotated[tuple[Secret, ...], Meta(max_length=LINKS_MAX)] = ()
    questions: Annotated[tuple[Secret, ...], Meta(max_length=LINKS_MAX)] = ()


class TrackAsk(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A case by its number, and whose card it is."""

    number: Annotated[str, Meta(pattern=r"^\s*\d{4}\s*-\s*\d{1,6}\s*$(?!\n)")]
    card: Card


class TrackFound(Struct, frozen=True, kw_only=True):
    """Where the case is followed."""

    path: str
