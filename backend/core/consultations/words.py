"""Names and closed vocabularies of consultations, and what a rule says no with."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, NewType

from msgspec import Meta, Struct

from backend.core.ids import StaffId

ConsultationId = NewType("ConsultationId", str)

LINES_MAX = 200
"""Of one consultation; a chat that is longer is ended, not cut."""
TALK_MAX = 12
"""Lines that were said with the assistant before, and come along."""

Words = Annotated[str, Meta(max_length=16_000)]
"""Free text as it may arrive; what of it is taken, `rules/public_text.py` says, with a code."""


class ConsultationKind(StrEnum):
    """Whether somebody waits for the words now."""

    QUESTION = "question"
    CHAT = "chat"


class ConsultationState(StrEnum):
    """The states of a consultation; the last is final."""

    ASKED = "asked"
    """Nobody has it yet."""
    TAKEN = "taken"
    ANSWERED = "answered"
    """Of a question: the visitor may ask again once, and rate it."""
    CLOSED = "closed"


class Speaker(StrEnum):
    """Who says something."""

    VISITOR = "visitor"
    STAFF = "staff"
    ASSISTANT = "assistant"


class AssistantTurn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was said with the assistant before somebody was asked."""

    side: Speaker
    text: Words


class SaidLine(Struct, frozen=True, kw_only=True):
    """Something said."""

    side: Speaker
    text: str
    said_at: datetime
    staff_id: StaffId | None = None
    is_held: bool = False
    """It has a word that the hall looks at first (TX4)."""


class Ending(StrEnum):
    """How it was over."""

    VISITOR = "visitor"
    STAFF = "staff"
    SILENCE = "silence"
    """Nobody said anything any more (CN5, CN6)."""


class ConsultationCounts(Struct, frozen=True, kw_only=True):
    """How many are on each list."""

    open: int
    chats: int
    waiting: int
    """Chats that nobody has taken."""
    mine: int
    overdue: int
    held: int
    to_publish: int
    to_review: int
    """Proposed as frequent questions (CN7)."""


class ConsultationRefusalCode(StrEnum):
    """Stable codes; those with the name of a state say that the consultation is in it."""

    UNKNOWN_CONSULTATION = "unknown_consultation"
    ALREADY_ASKED = "already_asked"
    CONSULTATION_ASKED = "consultation_asked"
    CONSULTATION_TAKEN = "consultation_taken"
    CONSULTATION_ANSWERED = "consultation_answered"
    CONSULTATION_CLOSED = "consultation_closed"
    TAKEN_BY_OTHER = "taken_by_other"
    NOT_A_CHAT = "not_a_chat"
    NOT_A_QUESTION = "not_a_question"
    NOT_PUBLIC = "not_public"
    NOT_ANSWERED = "not_answered"
    NOT_PUBLISHED = "not_published"
    WORDS_SENSITIVE = "words_sensitive"
    UNKNOWN_SERVICE = "unknown_service"
    UNKNOWN_DEPARTMENT = "unknown_department"
    NOBODY_THERE = "nobody_there"
    TARGET_SAME = "target_same"
    ASKED_AGAIN_ALREADY = "asked_again_already"
    RATED_ALREADY = "rated_already"
    FREQUENT_ALREADY = "frequent_already"
    PROPOSED_ALREADY = "proposed_already"
    NOT_PROPOSED = "not_proposed"
    SECOND_PERSON_NEEDED = "second_person_needed"
    TOO_LONG_A_TALK = "too_long_a_talk"


class ConsultationRefusal(Exception):
    """A rule forbids this command now; expected, never logged as an error."""

    def __init__(self, code: ConsultationRefusalCode) -> None:
        super().__init__(code.value)
        self.code = code
