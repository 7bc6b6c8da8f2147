"""Evolve: the only code that changes a consultation.  It refuses nothing."""

from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

from backend.core.consultations.consultation import Consultation
from backend.core.consultations.events import (
    AnswerPublished,
    AnswerRated,
    AnswerWithdrawn,
    AskedAgain,
    BecameQuestion,
    ChatLineSaid,
    ConsultationAsked,
    ConsultationClosed,
    ConsultationEvent,
    ConsultationHandedOver,
    ConsultationTaken,
    FrequentDeclined,
    FrequentProposed,
    MadeFrequent,
    QuestionAnswered,
)
from backend.core.consultations.words import ConsultationKind, ConsultationState, SaidLine
from backend.core.ids import StaffId


def fold_consultation(found: Consultation, events: Iterable[ConsultationEvent]) -> Consultation:
    """The consultation after the events."""
    for event in events:
        evolve_consultation(found, event)
    return found


def evolve_consultation(found: Consultation, event: ConsultationEvent) -> None:
    """Change the consultation by one event."""
    match event:
        case ConsultationAsked():
            _asked(found, event)
        case ConsultationTaken():
            _has(found, event.staff_id, event.taken_at)
        case ConsultationHandedOver():
            found.department_id = event.department_id
            _has(found, event.staff_id, event.handed_over_at)
        case ChatLineSaid():
            _said(found, event.line)
        case QuestionAnswered():
            _said(found, event.line)
            found.state = ConsultationState.ANSWERED
        case AskedAgain():
            _said(found, event.line)
            found.deadline, found.has_asked_again = event.deadline, True
            found.state = (
                ConsultationState.TAKEN if found.staff_id is not None else ConsultationState.ASKED
            )
        case BecameQuestion():
            found.kind, found.deadline = ConsultationKind.QUESTION, event.deadline
        case AnswerPublished():
            found.published = event
        case AnswerWithdrawn():
            found.published = None
        case FrequentProposed():
            found.proposed = event
        case FrequentDeclined():
            found.proposed = None
        case MadeFrequent():
            found.frequent_in, found.proposed = event.service_id, None
        case AnswerRated():
            found.is_helpful = event.is_helpful
        case ConsultationClosed():
            found.state = ConsultationState.CLOSED
        case _:
            assert_never(event)


def _asked(found: Consultation, event: ConsultationAsked) -> None:
    found.consultation_id, found.kind = event.consultation_id, event.kind
    found.is_public, found.service_id = event.is_public, event.service_id
    found.department_id, found.deadline = event.department_id, event.deadline
    found.person_hash, found.asked_at = event.person_hash, event.asked_at
    found.state = ConsultationState.ASKED
    found.lines.extend(event.talk)
    _said(found, event.line)


def _said(found: Consultation, line: SaidLine) -> None:
    found.lines.append(line)
    found.last_at = line.said_at


def _has(found: Consultation, staff_id: StaffId | None, at: datetime) -> None:
    found.staff_id, found.last_at = staff_id, at
    found.state = ConsultationState.TAKEN if staff_id is not None else ConsultationState.ASKED
