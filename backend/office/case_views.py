"""Cases as desks and visitors are shown them (pure): names put to ids, nothing decided."""

from datetime import datetime

from msgspec.structs import replace

from backend.core.cases.access import Desk, Tie, may_put_files
from backend.core.cases.acts import acts_of
from backend.core.cases.case import Case, CaseStamp
from backend.core.cases.events import CaseEvent, CaseOpened
from backend.core.cases.limits import urgency_of
from backend.core.cases.words import CaseState, MaterialId, Terms
from backend.core.ids import Text
from backend.core.rules.deadlines import Deadline, Urgency, urgency
from backend.office.case_desk import Known
from backend.store.case_lists import CaseRow
from backend.store.cases import CaseEntry, folded
from backend.store.files import FileRow
from backend.wire.cases import (
    CaseFile,
    CaseHappening,
    CaseLine,
    CaseMaterial,
    CaseOffice,
    CaseView,
    Due,
    TrackPromise,
    TrackStep,
    TrackView,
)

TRACK_PATH = "/track/"


def case_view(
    entries: list[CaseEntry],
    *,
    desk: Desk,
    tied: frozenset[Tie],
    stamp: CaseStamp,
    known: Known,
    token: str,
    files: tuple[CaseFile, ...],
) -> CaseView:
    """All of a case that somebody with these ties is shown, as of the stamp."""
    case = folded(entries)
    assert case.state is not None
    assert case.terms is not None
    assert case.opened_at is not None
    due = case.deadline
    return CaseView(
        case_id=case.case_id,
        seq=entries[-1].seq,
        number=case.number,
        state=case.state,
        kind=case.terms.kind,
        service_id=case.terms.service_id,
        service_name=known.service_name(case.terms.service_id),
        department_id=case.department_id,
        department_name=known.department_name(case.department_id),
        staff_id=case.staff_id,
        staff_name=known.person_name(case.staff_id),
        ticket=case.ticket,
        visits=len(case.visits),
        opened_at=case.opened_at,
        materials=_materials(case, case.terms, known),
        tell_by=_tell_by(case),
        accepted_on=case.accepted_on,
        due=_due(due, urgency_of(case, stamp.local_day, stamp.at)) if due is not None else None,
        suspended_on=case.suspended_on,
        offices=_offices(case, stamp, known),
        outcome=case.outcome,
        acts=acts_of(case, desk, tied, stamp),
        files=files,
        may_put_files=may_put_files(case, tied),
        history=tuple(
            CaseHappening(
                seq=entry.seq,
                at=entry.commit.at,
                by_id=entry.commit.by.id,
                by_role=entry.commit.by.role,
                by_name=known.person_name(entry.commit.by.id),
                event=_shown(event),
            )
            for entry in entries
            for event in entry.commit.events
        ),
        track_path=TRACK_PATH + token,
    )


def case_line(row: CaseRow, known: Known, at: datetime) -> CaseLine:
    """A case in a list; its urgency as the lists have it: of one whose clock runs."""
    is_running = row.state in {CaseState.ACCEPTED, CaseState.IN_PROCESS}
    due = row.due
    return CaseLine(
        case_id=row.case_id,
        number=row.number,
        state=row.state,
        service_id=row.service_id,
        service_name=known.service_name(row.service_id),
        department_id=row.department_id,
        department_name=known.department_name(row.department_id),
        staff_id=row.staff_id,
        staff_name=known.person_name(row.staff_id),
        opened_at=row.opened_at,
        tell_by=row.tell_by if row.state is CaseState.FORM_CHECK else None,
        due_day=due.due_day if due is not None else None,
        due_at=due.due_at if due is not None else None,
        is_provisional=due is not None and due.is_provisional,
        urgency=urgency(due, known.today, at) if due is not None and is_running else None,
        outcome=row.outcome,
        visits=row.visits,
    )


def case_file(row: FileRow) -> CaseFile:
    """A file as desks see it."""
    return CaseFile(
        file_id=row.file_id,
        material_id=row.material_id,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        reference=row.reference,
        by_id=row.added_by,
        at=row.added_at,
    )


def track_view(entries: list[CaseEntry], stamp: CaseStamp, known: Known) -> TrackView:
    """How a case stands for whoever has its secret: no name, no remark (I19)."""
    case = folded(entries)
    assert case.state is not None
    assert case.terms is not None
    urgent = urgency_of(case, stamp.local_day, stamp.at)
    steps: list[TrackStep] = []
    for n, entry in enumerate(entries, start=1):
        state = folded(entries[:n]).state
        if state is not None and (not steps or steps[-1].state is not state):
            steps.append(TrackStep(at=entry.commit.at, state=state))
    is_asked = case.state is CaseState.CORRECTION_ASKED
    guide = known.guides.get(case.terms.service_id)
    return TrackView(
        hall_name=known.plan.name,
        time_zone=known.plan.time_zone,
        number=case.number,
        service_name=known.service_name(case.terms.service_id),
        department_name=known.department_name(case.terms.department_id),
        state=case.state,
        kind=case.terms.kind,
        place=guide.place if guide is not None else None,
        hours=guide.hours if guide is not None else None,
        phone=guide.phone if guide is not None else "",
        due_day=case.deadline.due_day if case.deadline is not None else None,
        is_provisional=case.deadline is not None and case.deadline.is_provisional,
        is_late=urgent is Urgency.OVERDUE,
        outcome=case.outcome,
        missing=tuple(material_name(m, case.terms, known) for m in case.absent) if is_asked else (),
        promised=tuple(
            TrackPromise(name=material_name(m, case.terms, known), by_day=by_day)
            for m, by_day in case.promised.items()
        ),
        steps=tuple(steps),
    )


def material_name(material_id: MaterialId, terms: Terms, known: Known) -> Text:
    """What the material was called last; its id where it never had a name."""
    return known.material_name(terms.service_id, material_id)


def _materials(case: Case, terms: Terms, known: Known) -> tuple[CaseMaterial, ...]:
    """What everybody brings, and what of the rest is there or was asked for."""
    guide = known.guides.get(terms.service_id)
    by_file = {m.material_id for m in guide.materials if m.takes_files} if guide else set()
    return tuple(
        CaseMaterial(
            material_id=m.material_id,
            name=material_name(m.material_id, terms, known),
            is_tolerable=m.is_tolerable,
            is_handed_in=m.material_id in case.handed_in,
            is_by_facts=m.material_id in case.by_facts,
            promised_by=case.promised.get(m.material_id),
            is_told=m.material_id in case.told,
            takes_files=m.material_id in by_file,
        )
        for m in terms.materials
        if m.is_required or m.material_id in case.handed_in or m.material_id in case.told
    )


def _tell_by(case: Case) -> datetime | None:
    is_owed = case.state is CaseState.FORM_CHECK and case.tell_by is not None
    return case.tell_by.due_at if is_owed and case.tell_by is not None else None


def _offices(case: Case, stamp: CaseStamp, known: Known) -> tuple[CaseOffice, ...]:
    return tuple(
        CaseOffice(
            department_id=department_id,
            name=known.department_name(department_id),
            due=_due(
                office.deadline,
                urgency(office.deadline, stamp.local_day, stamp.at)
                if office.agrees is None and case.suspended_on is None
                else None,
            ),
            agrees=office.agrees,
        )
        for department_id, office in case.offices.items()
    )


def _due(due: Deadline, urgent: Urgency | None) -> Due:
    return Due(
        limit_days=due.limit_days,
        due_day=due.due_day,
        due_at=due.due_at,
        is_provisional=due.is_provisional,
        urgency=urgent,
    )


def _shown(event: CaseEvent) -> CaseEvent:
    """An event without what is nobody's to see."""
    return replace(event, person_hash=None) if isinstance(event, CaseOpened) else event
