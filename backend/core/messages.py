"""What somebody is told outside the hall, and where it reaches them (NO1–NO6)."""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from backend.core.ids import HallId, Text


class ContactKind(StrEnum):
    """By what somebody is reached; a message is on the page besides, whoever it is for."""

    EMAIL = "email"
    WECOM = "wecom"
    """A robot of a WeCom group."""
    DINGTALK = "dingtalk"
    """A robot of a DingTalk group."""


class Language(StrEnum):
    """In which language somebody is told."""

    ZH = "zh"
    EN = "en"


class MessageKind(StrEnum):
    """What a message is about; the pages have an icon and a word for each."""

    CODE = "code"
    """Proves that a contact is the visitor's own: goes at once, and only there."""
    CASE = "case"
    FOLLOW_UP = "follow_up"
    BOOKING = "booking"
    QUESTION = "question"
    OFFICE = "office"
    """For a department, never for a visitor."""


class DeliveryState(StrEnum):
    """How far a message has come at a contact."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    EXPIRED = "expired"


class Outcome(StrEnum):
    """What came of one attempt."""

    SENT = "sent"
    THROTTLED = "throttled"
    """The other side says that it was too much."""
    AWAY = "away"
    """Nothing was handed over; it may be tried again."""
    REFUSED = "refused"
    """It will never take this."""
    UNKNOWN = "unknown"
    """All was handed over and no answer came, or this process died meanwhile."""


class Message(Struct, frozen=True, kw_only=True):
    """Something to tell: put in the transaction of the change that it tells of (NO1)."""

    hall_id: HallId
    key: str
    """The same for the same news: of a hall's messages with one key there is one (NO1)."""
    kind: MessageKind
    title: Text
    """One line."""
    text: Text
    """Some sentences, plain; lines end in `\\n`."""
    subject: str
    """The thing that it is about: `case/…`, `booking/…`; whoever has its token reads it there."""
    person_hash: str | None = None
    """Whose it is, as tickets and cases have it; None: of nobody known."""
    contact_id: str | None = None
    """For this contact alone, proven or not: a code."""
    path: str = ""
    """The page to open, from the root on."""
    put_at: datetime
    not_before: datetime | None = None
    """When it is told; None: at once."""
    expires_at: datetime
    """When it is of no use any more."""

    @property
    def due_at(self) -> datetime:
        """When it is told."""
        return self.not_before if self.not_before is not None else self.put_at

    @property
    def owners(self) -> tuple[str, ...]:
        """Whose contacts are told (NO2)."""
        person = (self.person_hash,) if self.person_hash is not None else ()
        return (*person, thing_owner(self.hall_id, self.subject))


def thing_owner(hall_id: HallId, subject: str) -> str:
    """The owner of contacts that are for one thing: whoever has its token, known or not."""
    return f"{hall_id}/{subject}"


def case_subject(case_id: str) -> str:
    """The subject of what is told of a case."""
    return f"case/{case_id}"


def consultation_subject(consultation_id: str) -> str:
    """The subject of what is told of a question."""
    return f"consultation/{consultation_id}"


def booking_subject(booking_id: str) -> str:
    """The subject of what is told of a booking."""
    return f"booking/{booking_id}"


def ticket_subject(day: date, ticket_id: str) -> str:
    """The subject of what is told of a visit."""
    return f"ticket/{day}/{ticket_id}"


def department_subject(department_id: str) -> str:
    """The subject of what a department is told."""
    return f"department/{department_id}"
