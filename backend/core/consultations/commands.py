"""What visitors and staff may ask of a consultation; imperative names, no unknown fields."""

from typing import Annotated

from msgspec import Meta, Struct

from backend.core.consultations.words import TALK_MAX, AssistantTurn, ConsultationKind, Words
from backend.core.ids import Name, Reason


class _Command(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every command for a consultation."""


class AskHall(_Command, frozen=True, kw_only=True, tag="ask"):
    """A visitor asks the hall, a department, or about a service (CN1)."""

    kind: ConsultationKind = ConsultationKind.QUESTION
    text: Words
    is_public: bool = False
    """Whether others may read it, once staff have published it (CN4)."""
    service_id: Name | None = None
    department_id: Name | None = None
    """None, and no service: the hall's desk."""
    talk: Annotated[tuple[AssistantTurn, ...], Meta(max_length=TALK_MAX)] = ()
    """What was said with the assistant before, oldest first."""


class TakeConsultation(_Command, frozen=True, kw_only=True, tag="take"):
    """A clerk takes it: nobody else does (CN3)."""


class HandOverConsultation(_Command, frozen=True, kw_only=True, tag="hand_over"):
    """Give it to another department or person, or back to the hall's desk, with a reason (CN3)."""

    department_id: Name | None = None
    staff_id: Name | None = None
    reason: Reason


class SayInChat(_Command, frozen=True, kw_only=True, tag="say"):
    """Say something in a chat."""

    text: Words


class AnswerQuestion(_Command, frozen=True, kw_only=True, tag="answer"):
    """Answer a question."""

    text: Words


class AskAgain(_Command, frozen=True, kw_only=True, tag="ask_again"):
    """The visitor asks again, once (CN6)."""

    text: Words


class PublishAnswer(_Command, frozen=True, kw_only=True, tag="publish"):
    """Show a public question and its answer to everybody, in these words (CN4)."""

    asked: Words
    answer: Words


class WithdrawAnswer(_Command, frozen=True, kw_only=True, tag="withdraw"):
    """Show it to nobody else any more."""

    reason: Reason


class _Frequent(_Command, frozen=True, kw_only=True):
    """A frequent question of a guide, in both languages."""

    service_id: Name
    asked: Words
    answer: Words
    asked_en: Words
    answer_en: Words


class ProposeFrequent(_Frequent, frozen=True, kw_only=True, tag="propose_frequent"):
    """Propose the question and its answer for the guide of a service (CN7)."""


class MakeFrequent(_Frequent, frozen=True, kw_only=True, tag="make_frequent"):
    """Add what somebody else has proposed to the guide, in these words (CN7)."""


class DeclineFrequent(_Command, frozen=True, kw_only=True, tag="decline_frequent"):
    """Add it to no guide, or take the own proposal back (CN7)."""

    reason: Reason


class RateAnswer(_Command, frozen=True, kw_only=True, tag="rate"):
    """The visitor says whether the answer helped, once (CN6)."""

    is_helpful: bool


class CloseConsultation(_Command, frozen=True, kw_only=True, tag="close"):
    """Nothing is left to be said."""


class KeepConsultation(_Command, frozen=True, kw_only=True, tag="keep"):
    """Do what the clock brings (CN5, CN6)."""


VisitorCommand = AskHall | SayInChat | AskAgain | RateAnswer | CloseConsultation
StaffCommand = (
    TakeConsultation
    | HandOverConsultation
    | SayInChat
    | AnswerQuestion
    | PublishAnswer
    | WithdrawAnswer
    | ProposeFrequent
    | MakeFrequent
    | DeclineFrequent
    | CloseConsultation
)
ConsultationCommand = (
    AskHall
    | TakeConsultation
    | HandOverConsultation
    | SayInChat
    | AnswerQuestion
    | AskAgain
    | PublishAnswer
    | WithdrawAnswer
    | ProposeFrequent
    | MakeFrequent
    | DeclineFrequent
    | RateAnswer
    | CloseConsultation
    | KeepConsultation
)
