"""Decide: what a command does to a consultation, or why not.  Rules CN1-CN7."""

from datetime import datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from backend.core.consultations.checks import check_own, check_state
from backend.core.consultations.commands import (
    AnswerQuestion,
    AskAgain,
    AskHall,
    CloseConsultation,
    ConsultationCommand,
    DeclineFrequent,
    HandOverConsultation,
    KeepConsultation,
    MakeFrequent,
    ProposeFrequent,
    PublishAnswer,
    RateAnswer,
    SayInChat,
    TakeConsultation,
    WithdrawAnswer,
)
from backend.core.consultations.consultation import Consultation, ConsultationStamp
from backend.core.consultations.events import (
    AnswerRated,
    AskedAgain,
    BecameQuestion,
    ChatLineSaid,
    ConsultationAsked,
    ConsultationClosed,
    ConsultationEvent,
    ConsultationHandedOver,
    ConsultationTaken,
    QuestionAnswered,
)
from backend.core.consultations.publishing import (
    decline_frequent,
    make_frequent,
    propose_frequent,
    publish,
    withdraw,
)
from backend.core.consultations.words import (
    LINES_MAX,
    ConsultationKind,
    ConsultationRefusal,
    ConsultationState,
    Ending,
    SaidLine,
    Speaker,
)
from backend.core.consultations.words import ConsultationRefusalCode as Code
from backend.core.ids import DepartmentId, ServiceId, StaffId
from backend.core.plan import Plan
from backend.core.rules.deadlines import Deadline, deadline
from backend.core.rules.hours import has_hours, open_times
from backend.core.rules.public_text import MESSAGE, cleaned, sensitive_in
from backend.core.stamp import Role

PROMISED_DAYS = 2
"""Working days in which a question is answered (CN1)."""
NOBODY_COMES = timedelta(minutes=5)
"""After so long a chat that nobody took is answered as a question (CN5)."""
SILENCE = timedelta(minutes=15)
"""After so long without a word a chat is over (CN5)."""
SETTLED = timedelta(days=15)
"""After so long an answered question is closed (CN6)."""


def decide_consultation(
    found: Consultation, command: ConsultationCommand, stamp: ConsultationStamp
) -> tuple[ConsultationEvent, ...]:
    """The events that the command causes; the consultation is not changed.

    Raises ConsultationRefusal: a rule says no.  Raises TextRefusal: the words are not taken.
    """
    match command:
        case AskHall():
            return _ask(found, command, stamp)
        case TakeConsultation():
            return _take(found, stamp)
        case HandOverConsultation():
            return _hand_over(found, command, stamp)
        case SayInChat():
            return _say(found, command, stamp)
        case AnswerQuestion():
            return _answer(found, command, stamp)
        case AskAgain():
            return _ask_again(found, command, stamp)
        case PublishAnswer():
            return publish(found, command, stamp)
        case WithdrawAnswer():
            return withdraw(found, command, stamp)
        case ProposeFrequent():
            return propose_frequent(found, command, stamp)
        case MakeFrequent():
            return make_frequent(found, command, stamp)
        case DeclineFrequent():
            return decline_frequent(found, command, stamp)
        case RateAnswer():
            return _rate(found, command, stamp)
        case CloseConsultation():
            return _close(found, stamp)
        case KeepConsultation():
            return _keep(found, stamp)
        case _:
            assert_never(command)


def is_desk_open(plan: Plan, at: datetime) -> bool:
    """Whether somebody sits at the hall's desk now: in its hours (CN5)."""
    if not has_hours(plan):
        return True
    times = open_times(plan, at.astimezone(ZoneInfo(plan.time_zone)).date())
    return any(one.opens_at <= at < one.closes_at for one in times)


def _ask(
    found: Consultation, command: AskHall, stamp: ConsultationStamp
) -> tuple[ConsultationEvent, ...]:
    """Route it to the department of its service; a chat out of hours is a question (CN1, CN5)."""
    if found.state is not None:
        raise ConsultationRefusal(Code.ALREADY_ASKED)
    service_id, department_id = _route(command, stamp)
    is_chat = command.kind is ConsultationKind.CHAT and is_desk_open(stamp.plan, stamp.at)
    talk = tuple(
        SaidLine(
            side=Speaker.ASSISTANT if turn.side is Speaker.ASSISTANT else Speaker.VISITOR,
            text=cleaned(turn.text, MESSAGE),
            said_at=stamp.at,
        )
        for turn in command.talk
    )
    return (
        ConsultationAsked(
            consultation_id=stamp.consultation_id,
            kind=ConsultationKind.CHAT if is_chat else ConsultationKind.QUESTION,
            is_public=command.is_public and command.kind is ConsultationKind.QUESTION,
            service_id=service_id,
            department_id=None if is_chat else department_id,
            talk=talk,
            line=_line(command.text, stamp),
            deadline=None if is_chat else _promise(stamp),
            person_hash=stamp.person_hash,
            asked_at=stamp.at,
        ),
    )


def _route(
    command: AskHall, stamp: ConsultationStamp
) -> tuple[ServiceId | None, DepartmentId | None]:
    if command.service_id is not None:
        service_id = ServiceId(command.service_id)
        if service_id not in stamp.services:
            raise ConsultationRefusal(Code.UNKNOWN_SERVICE)
        return service_id, stamp.services[service_id]
    if command.department_id is None:
        return None, None
    department_id = DepartmentId(command.department_id)
    if department_id not in stamp.departments:
        raise ConsultationRefusal(Code.UNKNOWN_DEPARTMENT)
    return None, department_id


def _take(found: Consultation, stamp: ConsultationStamp) -> tuple[ConsultationEvent, ...]:
    """Take it, unless somebody has (CN3)."""
    check_state(found, ConsultationState.ASKED)
    return (ConsultationTaken(staff_id=StaffId(stamp.by.id), taken_at=stamp.at),)


def _hand_over(
    found: Consultation, command: HandOverConsultation, stamp: ConsultationStamp
) -> tuple[ConsultationEvent, ...]:
    """Give it away; a person who is named has it at once (CN3)."""
    check_state(found, ConsultationState.ASKED, ConsultationState.TAKEN)
    check_own(found, stamp.by)
    department_id = (
        DepartmentId(command.department_id) if command.department_id is not None else None
    )
    if department_id is not None and department_id not in stamp.departments:
        raise ConsultationRefusal(Code.UNKNOWN_DEPARTMENT)
    staff_id = StaffId(command.staff_id) if command.staff_id is not None else None
    if staff_id is not None and staff_id not in stamp.people:
        raise ConsultationRefusal(Code.NOBODY_THERE)
    if (department_id, staff_id) == (found.department_id, found.staff_id):
        raise ConsultationRefusal(Code.TARGET_SAME)
    return (
        ConsultationHandedOver(
            from_department_id=found.department_id,
            from_staff_id=found.staff_id,
            department_id=department_id,
            staff_id=staff_id,
            by_staff_id=StaffId(stamp.by.id),
            reason=command.reason,
            handed_over_at=stamp.at,
        ),
    )


def _say(
    found: Consultation, command: SayInChat, stamp: ConsultationStamp
) -> tuple[ConsultationEvent, ...]:
    """Say something in a chat; of the staff only who has taken it."""
    check_state(found, ConsultationState.ASKED, ConsultationState.TAKEN)
    if found.kind is not ConsultationKind.CHAT:
        raise ConsultationRefusal(Code.NOT_A_CHAT)
    if stamp.by.role is not Role.VISITOR:
        check_state(found, ConsultationState.TAKEN)
        check_own(found, stamp.by)
    if len(found.lines) >= LINES_MAX:
        raise ConsultationRefusal(Code.TOO_LONG_A_TALK)
    return (ChatLineSaid(line=_line(command.text, stamp)),)


def _answer(
    found: Consultation, command: AnswerQuestion, stamp: ConsultationStamp
) -> tuple[ConsultationEvent, ...]:
    """Answer a question; who answers one that nobody has takes it with that (CN2)."""
    check_state(found, ConsultationState.ASKED, ConsultationState.TAKEN)
    if found.kind is not ConsultationKind.QUESTION:
        raise ConsultationRefusal(Code.NOT_A_QUESTION)
    check_own(found, stamp.by)
    assert found.deadline is not None
    answered = QuestionAnswered(
        line=_line(command.text, stamp), is_in_time=stamp.at <= found.deadline.due_at
    )
    if found.state is ConsultationState.ASKED:
        return (*_take(found, stamp), answered)
    return (answered,)


def _ask_again(
    found: Consultation, command: AskAgain, stamp: ConsultationStamp
) -> tuple[ConsultationEvent, ...]:
    """Ask whoever answered once more, with a promise as at first (CN6)."""
    check_state(found, ConsultationState.ANSWERED)
    if found.has_asked_again:
        raise ConsultationRefusal(Code.ASKED_AGAIN_ALREADY)
    return (AskedAgain(line=_line(command.text, stamp), deadline=_promise(stamp)),)


def _rate(
    found: Consultation, command: RateAnswer, stamp: ConsultationStamp
) -> tuple[ConsultationEvent, ...]:
    """Once, and after something was answered (CN6)."""
    if not any(line.side is Speaker.STAFF for line in found.lines):
        raise ConsultationRefusal(Code.NOT_ANSWERED)
    if found.is_helpful is not None:
        raise ConsultationRefusal(Code.RATED_ALREADY)
    return (AnswerRated(is_helpful=command.is_helpful, rated_at=stamp.at),)


def _close(found: Consultation, stamp: ConsultationStamp) -> tuple[ConsultationEvent, ...]:
    """End it: the visitor at any time, staff a chat that they have or what was answered."""
    is_visitor = stamp.by.role is Role.VISITOR
    if is_visitor:
        check_state(
            found, ConsultationState.ASKED, ConsultationState.TAKEN, ConsultationState.ANSWERED
        )
    else:
        check_state(found, ConsultationState.TAKEN, ConsultationState.ANSWERED)
        check_own(found, stamp.by)
        if found.kind is ConsultationKind.QUESTION and found.state is ConsultationState.TAKEN:
            raise ConsultationRefusal(Code.NOT_ANSWERED)
    ending = Ending.VISITOR if is_visitor else Ending.STAFF
    return (ConsultationClosed(ending=ending, closed_at=stamp.at),)


def _keep(found: Consultation, stamp: ConsultationStamp) -> tuple[ConsultationEvent, ...]:
    """What is due by the clock; mostly nothing (CN5, CN6)."""
    if found.last_at is None:
        return ()
    silent = stamp.at - found.last_at
    closed = ConsultationClosed(ending=Ending.SILENCE, closed_at=stamp.at)
    if found.state is ConsultationState.ANSWERED and silent >= SETTLED:
        return (closed,)
    if (
        found.kind is ConsultationKind.CHAT
        and found.state is ConsultationState.TAKEN
        and silent >= SILENCE
    ):
        return (closed,)
    if (
        found.kind is ConsultationKind.CHAT
        and found.state is ConsultationState.ASKED
        and silent >= NOBODY_COMES
    ):
        return (BecameQuestion(deadline=_promise(stamp), became_at=stamp.at),)
    return ()


def _line(text: str, stamp: ConsultationStamp) -> SaidLine:
    taken, is_visitor = cleaned(text, MESSAGE), stamp.by.role is Role.VISITOR
    return SaidLine(
        side=Speaker.VISITOR if is_visitor else Speaker.STAFF,
        text=taken,
        said_at=stamp.at,
        staff_id=None if is_visitor else StaffId(stamp.by.id),
        is_held=is_visitor and bool(sensitive_in(taken, stamp.sensitive)),
    )


def _promise(stamp: ConsultationStamp) -> Deadline:
    return deadline(stamp.calendar, stamp.plan, stamp.local_day, PROMISED_DAYS)
