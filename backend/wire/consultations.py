"""Questions and chats over HTTP: what visitors and staff ask and see of them."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from backend.core.consultations.commands import AskHall, StaffCommand, VisitorCommand
from backend.core.consultations.events import ConsultationEvent
from backend.core.consultations.words import (
    ConsultationCounts,
    ConsultationId,
    ConsultationKind,
    ConsultationState,
    Speaker,
    Words,
)
from backend.core.ids import DepartmentId, Name, ServiceId, StaffId, Text
from backend.core.rules.deadlines import Urgency
from backend.wire.messages import MessageId

WORDS_MAX = 500


class ConsultationAsk(Struct, frozen=True, kw_only=True, tag="do", forbid_unknown_fields=True):
    """A visitor asks; the same id again finds the same consultation."""

    id: MessageId
    command: AskHall


class ConsultationDo(Struct, frozen=True, kw_only=True, tag="do", forbid_unknown_fields=True):
    """A command of the visitor for the own consultation, once."""

    id: MessageId
    command: VisitorCommand


class ConsultationWork(Struct, frozen=True, kw_only=True, tag="do", forbid_unknown_fields=True):
    """A command of staff for a consultation, once."""

    id: MessageId
    command: StaffCommand


class ConsultationLine(Struct, frozen=True, kw_only=True):
    """Something said."""

    side: Speaker
    text: str
    said_at: datetime
    name: Text | None
    """Of whom of the staff; None of others."""
    is_held: bool
    """It has a word that the hall looks at first (TX4); told to staff only."""


class ConsultationView(Struct, frozen=True, kw_only=True):
    """What a visitor sees of the own consultation."""

    token: str
    """The secret to follow it by."""
    topic: str
    """Shows another mark whenever something has changed."""
    seq: int
    kind: ConsultationKind
    state: ConsultationState
    is_public: bool
    is_published: bool
    service_name: Text | None
    department_name: Text | None
    """None: the hall's desk."""
    lines: tuple[ConsultationLine, ...]
    asked_at: datetime
    due_at: datetime | None
    """Until when a question is answered (CN1)."""
    may_ask_again: bool
    may_rate: bool
    is_helpful: bool | None
    time_zone: str


class ConsultationHappening(Struct, frozen=True, kw_only=True):
    """Something that happened to a consultation."""

    seq: int
    at: datetime
    by_name: Text | None
    """None of the visitor, of the hall itself, and when there is no such account any more."""
    event: ConsultationEvent


class ProposedQuestion(Struct, frozen=True, kw_only=True):
    """What somebody wants to stand in a guide (CN7)."""

    service_id: ServiceId
    asked: str
    answer: str
    asked_en: str
    answer_en: str
    by_name: Text | None
    is_own: bool
    """Whether whoever asks has proposed it."""
    may_review: bool
    """Whether whoever asks may put it into the guide."""


class StaffConsultation(Struct, frozen=True, kw_only=True):
    """What staff see of a consultation."""

    consultation_id: ConsultationId
    topic: str
    seq: int
    kind: ConsultationKind
    state: ConsultationState
    is_public: bool
    is_held: bool
    service_id: ServiceId | None
    service_name: Text | None
    department_id: DepartmentId | None
    department_name: Text | None
    staff_id: StaffId | None
    staff_name: Text | None
    lines: tuple[ConsultationLine, ...]
    asked_at: datetime
    due_at: datetime | None
    urgency: Urgency | None
    """None once it is answered, and of a chat."""
    has_asked_again: bool
    published_asked: str | None
    published_answer: str | None
    proposed: ProposedQuestion | None
    frequent_in: ServiceId | None
    is_helpful: bool | None
    canned: tuple[Text, ...]
    """What the guide of its service, or of its department, says, to be put into an answer."""
    happenings: tuple[ConsultationHappening, ...]
    """Oldest first, without what was only said."""


class ConsultationItem(Struct, frozen=True, kw_only=True):
    """A line of a list."""

    consultation_id: ConsultationId
    kind: ConsultationKind
    state: ConsultationState
    is_public: bool
    is_published: bool
    is_held: bool
    is_unread: bool
    """Whether the visitor spoke last."""
    service_name: Text | None
    department_name: Text | None
    staff_name: Text | None
    is_mine: bool
    words: str
    """How the visitor's last words begin."""
    asked_at: datetime
    last_at: datetime
    due_at: datetime | None
    urgency: Urgency | None


class ConsultationPage(Struct, frozen=True, kw_only=True):
    """A part of a list, and how many are on each."""

    found: tuple[ConsultationItem, ...]
    has_more: bool
    counts: ConsultationCounts


class PublicQuestion(Struct, frozen=True, kw_only=True):
    """A published question with its answer."""

    consultation_id: ConsultationId
    asked: str
    answer: str
    service_id: ServiceId | None
    service_name: Text | None
    department_name: Text | None
    published_on: date


class QuestionPage(Struct, frozen=True, kw_only=True):
    """A part of the published questions, newest first."""

    found: tuple[PublicQuestion, ...]
    has_more: bool


class AskedAssistant(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody asks the assistant."""

    question: Words


class AnswerSource(Struct, frozen=True, kw_only=True):
    """Where an answer is from, or what may be meant."""

    service_id: ServiceId | None
    """Of its guide; None of a question."""
    consultation_id: ConsultationId | None
    """Of a question that was answered before; None of one about the hall itself."""
    title: str


class AssistantAnswer(Struct, frozen=True, kw_only=True):
    """What the assistant says."""

    is_known: bool
    answer: str
    confidence: float
    sources: tuple[AnswerSource, ...]
    near: tuple[AnswerSource, ...]
    is_desk_open: bool
    """Whether a person can be asked at once (CN5)."""


class SensitiveWordList(Struct, frozen=True, kw_only=True):
    """The words that the hall looks at first."""

    version: int
    words: tuple[str, ...]


class SensitiveWordOrder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole list, as it is to be."""

    words: Annotated[tuple[Name, ...], Meta(max_length=WORDS_MAX)]
