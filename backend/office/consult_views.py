"""What is shown of a consultation, to its visitor and to staff."""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from backend.assistant.parts import Part, told
from backend.core.consultations.consultation import Consultation
from backend.core.consultations.events import (
    AskedAgain,
    ChatLineSaid,
    ConsultationAsked,
    QuestionAnswered,
)
from backend.core.consultations.publishing import may_review
from backend.core.consultations.words import ConsultationState, SaidLine
from backend.core.ids import Text
from backend.core.rules.day import service_day
from backend.core.rules.deadlines import Urgency, urgency
from backend.core.stamp import Caller
from backend.core.views.topics import Topic
from backend.office.case_desk import Known
from backend.store.consultations import (
    ConsultationEntry,
    ConsultationRow,
    PublishedQuestion,
    folded,
)
from backend.wire.consultations import (
    ConsultationHappening,
    ConsultationItem,
    ConsultationLine,
    ConsultationView,
    ProposedQuestion,
    PublicQuestion,
    StaffConsultation,
)

CANNED_MAX = 12
CANNED_PARTS: tuple[Part, ...] = ("materials", "place", "limit", "fee", "steps", "hours")
OPEN = (ConsultationState.ASKED, ConsultationState.TAKEN)


class _Due(Struct, frozen=True, kw_only=True):
    """A row's deadline, of which all is there."""

    amber_from: date
    red_from: date
    due_at: datetime


def visitor_view(
    entries: Sequence[ConsultationEntry], known: Known, token: str, topic: Topic
) -> ConsultationView:
    """All that its visitor sees; nothing of how staff handled it."""
    found = folded(entries)
    assert found.state is not None
    assert found.asked_at is not None
    has_answer = any(line.staff_id is not None for line in found.lines)
    return ConsultationView(
        token=token,
        topic=str(topic),
        seq=entries[-1].seq,
        kind=found.kind,
        state=found.state,
        is_public=found.is_public,
        is_published=found.published is not None,
        service_name=_service_name(found, known),
        department_name=_department_name(found, known),
        lines=tuple(_line(line, known, is_staff=False) for line in found.lines),
        asked_at=found.asked_at,
        due_at=found.deadline.due_at if found.deadline is not None else None,
        may_ask_again=found.state is ConsultationState.ANSWERED and not found.has_asked_again,
        may_rate=has_answer and found.is_helpful is None,
        is_helpful=found.is_helpful,
        time_zone=known.plan.time_zone,
    )


def staff_view(
    entries: Sequence[ConsultationEntry], known: Known, topic: Topic, by: Caller, at: datetime
) -> StaffConsultation:
    """All that staff see; `by` asks."""
    found = folded(entries)
    assert found.state is not None
    assert found.asked_at is not None
    published = found.published
    return StaffConsultation(
        consultation_id=found.consultation_id,
        topic=str(topic),
        seq=entries[-1].seq,
        kind=found.kind,
        state=found.state,
        is_public=found.is_public,
        is_held=found.is_held,
        service_id=found.service_id,
        service_name=_service_name(found, known),
        department_id=found.department_id,
        department_name=_department_name(found, known),
        staff_id=found.staff_id,
        staff_name=known.person_name(found.staff_id),
        lines=tuple(_line(line, known, is_staff=True) for line in found.lines),
        asked_at=found.asked_at,
        due_at=found.deadline.due_at if found.deadline is not None else None,
        urgency=(
            urgency(found.deadline, known.today, at)
            if found.deadline is not None and found.state in OPEN
            else None
        ),
        has_asked_again=found.has_asked_again,
        published_asked=published.asked if published is not None else None,
        published_answer=published.answer if published is not None else None,
        proposed=_proposed(found, known, by),
        frequent_in=found.frequent_in,
        is_helpful=found.is_helpful,
        canned=_canned(found, known),
        happenings=_happenings(entries, known),
    )


def item_of(row: ConsultationRow, known: Known, staff_id: str, at: datetime) -> ConsultationItem:
    """A line of a list."""
    due: Urgency | None = None
    if row.state in OPEN and row.due_at is not None:
        assert row.amber_from is not None
        assert row.red_from is not None
        dated = _Due(amber_from=row.amber_from, red_from=row.red_from, due_at=row.due_at)
        due = urgency(dated, known.today, at)
    service, department = row.service_id, row.department_id
    return ConsultationItem(
        consultation_id=row.consultation_id,
        kind=row.kind,
        state=row.state,
        is_public=row.is_public,
        is_published=row.published_at is not None,
        is_held=row.is_held,
        is_unread=row.is_unread,
        service_name=known.service_name(service) if service is not None else None,
        department_name=known.department_name(department) if department is not None else None,
        staff_name=known.person_name(row.staff_id),
        is_mine=row.staff_id == staff_id,
        words=row.words,
        asked_at=row.asked_at,
        last_at=row.last_at,
        due_at=row.due_at if row.state in OPEN else None,
        urgency=due,
    )


def public_question(found: PublishedQuestion, known: Known) -> PublicQuestion:
    """A published question as everybody reads it."""
    service, department = found.service_id, found.department_id
    return PublicQuestion(
        consultation_id=found.consultation_id,
        asked=found.published_asked,
        answer=found.published_answer,
        service_id=service if service in known.guides else None,
        service_name=known.service_name(service) if service is not None else None,
        department_name=known.department_name(department) if department is not None else None,
        published_on=service_day(found.published_at, known.plan.time_zone),
    )


def _line(line: SaidLine, known: Known, *, is_staff: bool) -> ConsultationLine:
    return ConsultationLine(
        side=line.side,
        text=line.text,
        said_at=line.said_at,
        name=known.person_name(line.staff_id),
        is_held=is_staff and line.is_held,
    )


def _service_name(found: Consultation, known: Known) -> Text | None:
    return known.service_name(found.service_id) if found.service_id is not None else None


def _department_name(found: Consultation, known: Known) -> Text | None:
    return known.department_name(found.department_id) if found.department_id is not None else None


def _proposed(found: Consultation, known: Known, by: Caller) -> ProposedQuestion | None:
    one = found.proposed
    if one is None:
        return None
    return ProposedQuestion(
        service_id=one.service_id,
        asked=one.asked,
        answer=one.answer,
        asked_en=one.asked_en,
        answer_en=one.answer_en,
        by_name=known.person_name(one.by_staff_id),
        is_own=one.by_staff_id == by.id,
        may_review=may_review(found, by),
    )


def _canned(found: Consultation, known: Known) -> tuple[Text, ...]:
    """What the guide says: its parts, then its frequent questions; of a chat too."""
    guide = known.guides.get(found.service_id) if found.service_id is not None else None
    if guide is None:
        return ()
    own = [Text(zh=told(guide, part, "zh"), en=told(guide, part, "en")) for part in CANNED_PARTS]
    return tuple([*own, *(question.answer for question in guide.questions)][:CANNED_MAX])


def _happenings(
    entries: Sequence[ConsultationEntry], known: Known
) -> tuple[ConsultationHappening, ...]:
    return tuple(
        ConsultationHappening(
            seq=entry.seq,
            at=entry.commit.at,
            by_name=known.person_name(entry.commit.by.id),
            event=event,
        )
        for entry in entries
        for event in entry.commit.events
        if not isinstance(event, ConsultationAsked | AskedAgain | ChatLineSaid | QuestionAnswered)
    )
