"""What most commands for a consultation need; each raises ConsultationRefusal."""

from backend.core.consultations.consultation import Consultation
from backend.core.consultations.words import (
    ConsultationKind,
    ConsultationRefusal,
    ConsultationState,
    Speaker,
)
from backend.core.consultations.words import ConsultationRefusalCode as Code
from backend.core.stamp import Caller, Role

CHIEFS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR, Role.DEPARTMENT_MANAGER})
"""Who may go on with what somebody else has taken, and put what is proposed into a guide."""


def check_state(found: Consultation, *states: ConsultationState) -> None:
    """That there is one, in one of these states."""
    if found.state is None:
        raise ConsultationRefusal(Code.UNKNOWN_CONSULTATION)
    if found.state not in states:
        raise ConsultationRefusal(Code(f"consultation_{found.state.value}"))


def check_answered(found: Consultation) -> None:
    """That it is a question to which something was answered."""
    if found.kind is not ConsultationKind.QUESTION:
        raise ConsultationRefusal(Code.NOT_A_QUESTION)
    if not any(line.side is Speaker.STAFF for line in found.lines):
        raise ConsultationRefusal(Code.NOT_ANSWERED)


def check_own(found: Consultation, by: Caller) -> None:
    """That nobody else has it, or that a chief asks (CN3)."""
    is_own = found.staff_id in {None, by.id}
    if not is_own and by.role not in CHIEFS:
        raise ConsultationRefusal(Code.TAKEN_BY_OTHER)
