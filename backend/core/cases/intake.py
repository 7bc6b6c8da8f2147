"""From the draft to the acceptance: what is missing is told once and in full (CS1, CS2)."""

from backend.core.cases.case import Case, CaseStamp
from backend.core.cases.commands import AskCorrection, OpenCase, ReceiveForms, SupplyMaterials
from backend.core.cases.events import (
    CaseAccepted,
    CaseEvent,
    CaseOpened,
    CorrectionAsked,
    FormsReceived,
    MaterialsSupplied,
    PromisedMaterial,
)
from backend.core.cases.limits import check_state, due_after
from backend.core.cases.refusals import CaseRefusal, CaseRefusalCode
from backend.core.cases.words import CaseState, MaterialId, Promise, ServiceKind

TELL_DAYS = 5
"""Working days in which the visitor is told what is missing; then the case counts as accepted
(CS1; 行政许可法 articles 32 and 82)."""


def open_case(case: Case, command: OpenCase, stamp: CaseStamp) -> tuple[CaseEvent, ...]:
    """Begin a draft under the terms that the service has now.

    Raises CaseRefusal: case_already_open, unknown_service, ticket_has_case.
    """
    if case.state is not None:
        raise CaseRefusal(CaseRefusalCode.CASE_ALREADY_OPEN)
    if stamp.terms is None:
        raise CaseRefusal(CaseRefusalCode.UNKNOWN_SERVICE)
    if stamp.ticket_case_id is not None:
        raise CaseRefusal(CaseRefusalCode.TICKET_HAS_CASE)
    return (
        CaseOpened(
            case_id=stamp.case_id,
            terms=stamp.terms,
            ticket=command.ticket,
            person_hash=stamp.person_hash,
            opened_at=stamp.at,
        ),
    )


def receive_forms(case: Case, command: ReceiveForms, stamp: CaseStamp) -> tuple[CaseEvent, ...]:
    """Take the application in: whatever is missing must be told within 5 working days (CS1).

    A fact stands only for what the hall says facts may stand for (FA1); paper goes before it.

    Raises CaseRefusal: unknown_case, case_…, unknown_material, material_not_tolerable,
    time_is_past.
    """
    check_state(case, CaseState.DRAFT)
    handed_in = _known(case, command.handed_in)
    return (
        FormsReceived(
            handed_in=handed_in,
            by_facts=_by_facts(case, command, stamp),
            promised=_promises(case, command, stamp),
            ticket=command.ticket,
            tell_by=due_after(stamp, stamp.local_day, TELL_DAYS),
            received_at=stamp.at,
        ),
    )


def ask_correction(case: Case, command: AskCorrection, stamp: CaseStamp) -> tuple[CaseEvent, ...]:
    """Tell what is missing or wrong: at first in full and in time, later nothing new (CS1).

    Raises CaseRefusal: unknown_case, case_…, unknown_material, told_too_late, not_told_in_full,
    not_told_at_first.
    """
    check_state(case, CaseState.FORM_CHECK, CaseState.CORRECTED)
    materials = _known(case, command.materials)
    if not case.told:
        if is_silent(case, stamp):
            raise CaseRefusal(CaseRefusalCode.TOLD_TOO_LATE)
        if not set(case.absent) <= set(materials):
            raise CaseRefusal(CaseRefusalCode.NOT_TOLD_IN_FULL)
    elif not set(materials) <= set(case.told):
        raise CaseRefusal(CaseRefusalCode.NOT_TOLD_AT_FIRST)
    return (
        CorrectionAsked(
            materials=materials, remark=command.remark, way=command.way, asked_at=stamp.at
        ),
    )


def supply_materials(
    case: Case, command: SupplyMaterials, stamp: CaseStamp
) -> tuple[CaseEvent, ...]:
    """Take in what was missing; a correction is complete when all of it is there (CS1, CS2).

    Facts stand for what they stand for at the beginning (FA1).

    Raises CaseRefusal: unknown_case, case_…, unknown_material, material_not_tolerable,
    time_is_past, materials_missing (nothing is brought and nothing promised).
    """
    check_state(
        case,
        CaseState.FORM_CHECK,
        CaseState.CORRECTION_ASKED,
        CaseState.ACCEPTED,
        CaseState.IN_PROCESS,
        CaseState.SUSPENDED,
    )
    handed_in, by_facts = _known(case, command.handed_in), _by_facts(case, command, stamp)
    promised = _promises(case, command, stamp)
    if not handed_in and not by_facts and not promised:
        raise CaseRefusal(CaseRefusalCode.MATERIALS_MISSING)
    came = {*handed_in, *by_facts, *(promise.material_id for promise in promised)}
    return (
        MaterialsSupplied(
            handed_in=handed_in,
            by_facts=by_facts,
            promised=promised,
            ticket=command.ticket,
            is_complete=set(case.absent) <= came,
            supplied_at=stamp.at,
        ),
    )


def accept_case(case: Case, stamp: CaseStamp) -> tuple[CaseEvent, ...]:
    """Give a complete application its number and its due date (DL1, CS2).

    What is done on the spot is decided, not accepted, unless something was promised for it.

    Raises CaseRefusal: unknown_case, case_…, case_immediate, materials_missing.
    """
    check_state(case, CaseState.FORM_CHECK, CaseState.CORRECTED)
    assert case.terms is not None
    if case.terms.kind is ServiceKind.IMMEDIATE and not case.promised:
        raise CaseRefusal(CaseRefusalCode.CASE_IMMEDIATE)
    return (acceptance(case, stamp),)


def acceptance(case: Case, stamp: CaseStamp) -> CaseAccepted:
    """The acceptance of a case whose forms were checked, or of one that nobody answered (CS1).

    Raises CaseRefusal: materials_missing.
    """
    assert case.terms is not None
    assert case.tell_by is not None
    assert stamp.next_no >= 1
    silent = is_silent(case, stamp)
    if case.absent and not silent:
        raise CaseRefusal(CaseRefusalCode.MATERIALS_MISSING)
    accepted_on = stamp.local_day
    return CaseAccepted(
        number=f"{accepted_on.year}-{stamp.next_no:06d}",
        no=stamp.next_no,
        accepted_on=accepted_on,
        is_silent=silent,
        deadline=due_after(
            stamp, case.tell_by.after if silent else accepted_on, case.terms.limit_days
        ),
        accepted_at=stamp.at,
    )


def is_silent(case: Case, stamp: CaseStamp) -> bool:
    """Whether the visitor should have been told what is missing by now, and was not (CS1)."""
    return (
        case.state is CaseState.FORM_CHECK
        and case.tell_by is not None
        and stamp.at > case.tell_by.due_at
    )


def _known(case: Case, material_ids: tuple[str, ...]) -> tuple[MaterialId, ...]:
    assert case.terms is not None
    known = {m.material_id for m in case.terms.materials}
    if not known.issuperset(material_ids):
        raise CaseRefusal(CaseRefusalCode.UNKNOWN_MATERIAL)
    return tuple(MaterialId(m) for m in dict.fromkeys(material_ids))


def _by_facts(
    case: Case, command: ReceiveForms | SupplyMaterials, stamp: CaseStamp
) -> tuple[MaterialId, ...]:
    """What nobody has to bring, but for what is there on paper already (FA1)."""
    found = _known(case, command.by_facts)
    if not stamp.replaceable.issuperset(found):
        raise CaseRefusal(CaseRefusalCode.UNKNOWN_MATERIAL)
    there = (case.handed_in - case.by_facts) | set(command.handed_in)
    return tuple(m for m in found if m not in there)


def _promises(
    case: Case, command: ReceiveForms | SupplyMaterials, stamp: CaseStamp
) -> tuple[PromisedMaterial, ...]:
    """What is to follow, but for what is there already (CS2)."""
    there = {*case.handed_in, *command.handed_in, *command.by_facts}
    found = {p.material_id: _promise(case, p, stamp) for p in command.promised}
    return tuple(promise for material_id, promise in found.items() if material_id not in there)


def _promise(case: Case, promise: Promise, stamp: CaseStamp) -> PromisedMaterial:
    assert case.terms is not None
    (material_id,) = _known(case, (promise.material_id,))
    if not any(m.material_id == material_id and m.is_tolerable for m in case.terms.materials):
        raise CaseRefusal(CaseRefusalCode.MATERIAL_NOT_TOLERABLE)
    if promise.by_day < stamp.local_day:
        raise CaseRefusal(CaseRefusalCode.TIME_IS_PAST)
    return PromisedMaterial(material_id=material_id, by_day=promise.by_day)
