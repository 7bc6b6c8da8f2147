"""What happened to a consultation; stored for ever: new fields have defaults, nothing is renamed.

Instants are UTC, from the hub's clock.
"""

from datetime import datetime

from msgspec import Struct

from backend.core.consultations.words import ConsultationId, ConsultationKind, Ending, SaidLine
from backend.core.ids import DepartmentId, ServiceId, StaffId
from backend.core.rules.deadlines import Deadline


class _Event(Struct, frozen=True, kw_only=True):
    """Base of every event of a consultation."""


class ConsultationAsked(_Event, frozen=True, kw_only=True, tag="asked"):
    """A visitor asked."""

    consultation_id: ConsultationId
    kind: ConsultationKind
    is_public: bool
    service_id: ServiceId | None
    department_id: DepartmentId | None
    """None: the hall's desk."""
    talk: tuple[SaidLine, ...]
    """What was said with the assistant before."""
    line: SaidLine
    deadline: Deadline | None
    """Until when a question is to be answered (CN1); None of a chat."""
    person_hash: str | None
    """Keyed hash of who asks; None when not known."""
    asked_at: datetime


class ConsultationTaken(_Event, frozen=True, kw_only=True, tag="taken"):
    """Somebody has it."""

    staff_id: StaffId
    taken_at: datetime


class ConsultationHandedOver(_Event, frozen=True, kw_only=True, tag="handed_over"):
    """Another department or person has it; its promise does not notice."""

    from_department_id: DepartmentId | None
    from_staff_id: StaffId | None
    department_id: DepartmentId | None
    staff_id: StaffId | None
    """None: nobody yet."""
    by_staff_id: StaffId
    reason: str
    handed_over_at: datetime


class ChatLineSaid(_Event, frozen=True, kw_only=True, tag="said"):
    """Something was said in a chat."""

    line: SaidLine


class QuestionAnswered(_Event, frozen=True, kw_only=True, tag="answered"):
    """The question was answered."""

    line: SaidLine
    is_in_time: bool


class AskedAgain(_Event, frozen=True, kw_only=True, tag="asked_again"):
    """The visitor asked again; the promise counts anew (CN6)."""

    line: SaidLine
    deadline: Deadline


class BecameQuestion(_Event, frozen=True, kw_only=True, tag="became_question"):
    """Nobody came to the chat: it is answered later, like a question (CN5)."""

    deadline: Deadline
    became_at: datetime


class AnswerPublished(_Event, frozen=True, kw_only=True, tag="published"):
    """Everybody may read it, in these words."""

    asked: str
    answer: str
    by_staff_id: StaffId
    published_at: datetime


class AnswerWithdrawn(_Event, frozen=True, kw_only=True, tag="withdrawn"):
    """Nobody else may read it any more."""

    by_staff_id: StaffId
    reason: str
    withdrawn_at: datetime


class FrequentProposed(_Event, frozen=True, kw_only=True, tag="frequent_proposed"):
    """Somebody wants it to stand in the guide of a service, in these words."""

    service_id: ServiceId
    asked: str
    answer: str
    asked_en: str
    answer_en: str
    by_staff_id: StaffId
    proposed_at: datetime


class FrequentDeclined(_Event, frozen=True, kw_only=True, tag="frequent_declined"):
    """What was proposed is not to stand in a guide."""

    by_staff_id: StaffId
    reason: str
    declined_at: datetime


class MadeFrequent(_Event, frozen=True, kw_only=True, tag="made_frequent"):
    """It stands in the guide of a service."""

    service_id: ServiceId
    asked: str
    answer: str
    asked_en: str
    answer_en: str
    by_staff_id: StaffId
    made_at: datetime


class AnswerRated(_Event, frozen=True, kw_only=True, tag="rated"):
    """The visitor said whether it helped."""

    is_helpful: bool
    rated_at: datetime


class ConsultationClosed(_Event, frozen=True, kw_only=True, tag="closed"):
    """It is over."""

    ending: Ending
    closed_at: datetime


ConsultationEvent = (
    ConsultationAsked
    | ConsultationTaken
    | ConsultationHandedOver
    | ChatLineSaid
    | QuestionAnswered
    | AskedAgain
    | BecameQuestion
    | AnswerPublished
    | AnswerWithdrawn
    | FrequentProposed
    | MadeFrequent
    | FrequentDeclined
    | AnswerRated
    | ConsultationClosed
)
