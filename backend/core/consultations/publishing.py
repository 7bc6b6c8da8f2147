"""What others read: published questions, and frequent questions of guides (CN4, CN7)."""

from typing import TypedDict

from backend.core.consultations.checks import CHIEFS, check_answered, check_state
from backend.core.consultations.commands import (
    DeclineFrequent,
    MakeFrequent,
    ProposeFrequent,
    PublishAnswer,
    WithdrawAnswer,
)
from backend.core.consultations.consultation import Consultation, ConsultationStamp
from backend.core.consultations.events import (
    AnswerPublished,
    AnswerWithdrawn,
    ConsultationEvent,
    FrequentDeclined,
    FrequentProposed,
    MadeFrequent,
)
from backend.core.consultations.words import ConsultationRefusal, ConsultationState
from backend.core.consultations.words import ConsultationRefusalCode as Code
from backend.core.ids import ServiceId, StaffId
from backend.core.rules.public_text import MESSAGE, cleaned, masked, sensitive_in
from backend.core.stamp import Caller


class _Words(TypedDict):
    """What a frequent question says."""

    service_id: ServiceId
    asked: str
    answer: str
    asked_en: str
    answer_en: str


def publish(
    found: Consultation, command: PublishAnswer, stamp: ConsultationStamp
) -> tuple[ConsultationEvent, ...]:
    """Show it, masked; what has a word that the hall looks at first is not shown (CN4, TX3)."""
    check_answered(found)
    if not found.is_public:
        raise ConsultationRefusal(Code.NOT_PUBLIC)
    asked, answer = (_public(text, stamp) for text in (command.asked, command.answer))
    return (
        AnswerPublished(
            asked=asked,
            answer=answer,
            by_staff_id=StaffId(stamp.by.id),
            published_at=stamp.at,
        ),
    )


def withdraw(
    found: Consultation, command: WithdrawAnswer, stamp: ConsultationStamp
) -> tuple[ConsultationEvent, ...]:
    """Show it no longer (CN4)."""
    if found.published is None:
        raise ConsultationRefusal(Code.NOT_PUBLISHED)
    return (
        AnswerWithdrawn(
            by_staff_id=StaffId(stamp.by.id), reason=command.reason, withdrawn_at=stamp.at
        ),
    )


def propose_frequent(
    found: Consultation, command: ProposeFrequent, stamp: ConsultationStamp
) -> tuple[ConsultationEvent, ...]:
    """Propose it, in words as public as those that are published (CN7)."""
    check_answered(found)
    if found.frequent_in is not None:
        raise ConsultationRefusal(Code.FREQUENT_ALREADY)
    if found.proposed is not None:
        raise ConsultationRefusal(Code.PROPOSED_ALREADY)
    return (
        FrequentProposed(
            **_frequent(command, stamp), by_staff_id=StaffId(stamp.by.id), proposed_at=stamp.at
        ),
    )


def make_frequent(
    found: Consultation, command: MakeFrequent, stamp: ConsultationStamp
) -> tuple[ConsultationEvent, ...]:
    """Have it stand in a guide: once somebody else has proposed it (CN7)."""
    check_state(found, *ConsultationState)
    if found.frequent_in is not None:
        raise ConsultationRefusal(Code.FREQUENT_ALREADY)
    if found.proposed is None:
        raise ConsultationRefusal(Code.NOT_PROPOSED)
    if not may_review(found, stamp.by):
        raise ConsultationRefusal(Code.SECOND_PERSON_NEEDED)
    return (
        MadeFrequent(
            **_frequent(command, stamp), by_staff_id=StaffId(stamp.by.id), made_at=stamp.at
        ),
    )


def decline_frequent(
    found: Consultation, command: DeclineFrequent, stamp: ConsultationStamp
) -> tuple[ConsultationEvent, ...]:
    """Put it into no guide: whoever may review it, or proposed it (CN7)."""
    check_state(found, *ConsultationState)
    if found.proposed is None:
        raise ConsultationRefusal(Code.NOT_PROPOSED)
    if found.proposed.by_staff_id != stamp.by.id and not may_review(found, stamp.by):
        raise ConsultationRefusal(Code.SECOND_PERSON_NEEDED)
    return (
        FrequentDeclined(
            by_staff_id=StaffId(stamp.by.id), reason=command.reason, declined_at=stamp.at
        ),
    )


def may_review(found: Consultation, by: Caller) -> bool:
    """Whether somebody may put what is proposed into a guide: a chief who did not propose it."""
    proposed = found.proposed
    return proposed is not None and by.role in CHIEFS and proposed.by_staff_id != by.id


def _frequent(command: ProposeFrequent | MakeFrequent, stamp: ConsultationStamp) -> _Words:
    if command.service_id not in stamp.services:
        raise ConsultationRefusal(Code.UNKNOWN_SERVICE)
    return _Words(
        service_id=ServiceId(command.service_id),
        asked=_public(command.asked, stamp),
        answer=_public(command.answer, stamp),
        asked_en=_public(command.asked_en, stamp),
        answer_en=_public(command.answer_en, stamp),
    )


def _public(text: str, stamp: ConsultationStamp) -> str:
    taken = cleaned(text, MESSAGE)
    if sensitive_in(taken, stamp.sensitive):
        raise ConsultationRefusal(Code.WORDS_SENSITIVE)
    return masked(taken, stamp.phones)
