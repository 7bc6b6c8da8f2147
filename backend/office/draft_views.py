"""Guides, drafts and versions as pages show them."""

from collections.abc import Iterable, Sequence
from datetime import date

from backend.catalogue.faults import faults_in, frame_of, lacks_of
from backend.catalogue.findings import not_planned
from backend.catalogue.guide import Guide
from backend.catalogue.rebase import Rebased, only_asked_more
from backend.core.access import Writing
from backend.core.ids import DepartmentId, ServiceId, StaffId, Text
from backend.core.rules.content import Deed
from backend.office.case_desk import At, Known
from backend.office.draft_desk import OpenedDraft, is_own_in_part, may
from backend.store.catalogue import Numbered
from backend.store.drafts import GuideRow, NotedDeed, VersionRow
from backend.wire.drafts import (
    DeedLine,
    DraftItem,
    DraftView,
    GuideHistory,
    GuideItem,
    GuideList,
    NamedCounter,
    NamedDepartment,
    NamedZone,
    VersionLine,
)

PUBLISHING = frozenset({Deed.PUBLISH, Deed.TAKE_BACK, Deed.WITHDRAW})


def list_of(at: At, rows: Sequence[GuideRow]) -> GuideList:
    """The guides of the asker's departments."""
    return GuideList(
        guides=tuple(_item(at, row) for row in rows if is_own_in_part(at, _departments_of(row))),
        departments=_departments(at),
        may_write=bool(_departments(at)),
        may_review=at.known.departments_of(at.grants, Writing.REVIEW) != frozenset(),
        time_zone=at.known.plan.time_zone,
    )


def draft_view(
    at: At,
    opened: OpenedDraft,
    bases: tuple[Guide | None, Rebased],
    deeds: Iterable[NotedDeed],
) -> DraftView:
    """A draft; `bases`: the guide of its base, and what it comes to on the newest version."""
    known, (base, found) = at.known, bases
    draft, newest = opened.draft, opened.newest
    document = newest.document if newest is not None else None
    version = newest.version if newest is not None else 0
    return DraftView(
        draft_id=draft.draft_id,
        service_id=draft.service_id,
        state=draft.standing.state,
        revision=draft.standing.revision,
        base_version=draft.base_version,
        newest_version=version,
        earliest_from=earliest(known, newest),
        guide=draft.guide,
        faults=faults_in(draft.guide, frame_of(at.known.plan, at.known.departments)),
        lacks=lacks_of(draft.guide),
        changed=_changed(document, draft.guide),
        taken=found.taken if version != draft.base_version else (),
        conflicts=found.conflicts if version != draft.base_version else (),
        only_asked_more=version != draft.base_version and only_asked_more(base, document),
        writers=tuple(_name(known, one) for one in draft.standing.writers),
        is_own=StaffId(at.by.id) in draft.standing.writers,
        may_write=may(at, Writing.GUIDE, opened.departments),
        may_review=may(at, Writing.REVIEW, opened.departments),
        deeds=tuple(_deed(known, one) for one in deeds),
        lacks_plan=bool(not_planned((draft.guide,), known.plan)),
        used_materials=_used(known, draft.service_id),
        departments=_departments(at),
        zones=tuple(NamedZone(zone_id=z.zone_id, name=z.name) for z in known.plan.zones),
        counters=tuple(
            NamedCounter(counter_id=c.counter_id, no=c.no, zone_id=c.zone_id)
            for c in known.plan.counters
        ),
        changed_at=draft.changed_at,
        time_zone=known.plan.time_zone,
    )


def history_of(
    at: At,
    service_id: ServiceId,
    owners: Iterable[DepartmentId],
    newest: Numbered | None,
    told: tuple[Sequence[VersionRow], Sequence[NotedDeed]],
) -> GuideHistory:
    """The versions of a guide and what was done with it; `told`: both, newest first."""
    known, (versions, deeds) = at.known, told
    counting = (v.version for v in versions if not v.is_called_off and v.valid_from <= known.today)
    in_force = next(counting, None)
    document = newest.document if newest is not None else None
    by_version = {one.version: one for one in deeds if one.deed in PUBLISHING}
    return GuideHistory(
        service_id=service_id,
        name=known.service_name(service_id),
        newest_version=newest.version if newest is not None else 0,
        earliest_from=earliest(known, newest),
        versions=tuple(
            _version(known, one, in_force, by_version.get(one.version)) for one in versions
        ),
        deeds=tuple(_deed(known, one) for one in deeds),
        may_review=may(at, Writing.REVIEW, owners),
        lacks_plan=document is not None and bool(not_planned((document,), known.plan)),
        time_zone=known.plan.time_zone,
    )


def earliest(known: Known, newest: Numbered | None) -> date:
    """From which day on a next version may count (DR3)."""
    return max(known.today, newest.valid_from) if newest is not None else known.today


def _departments_of(row: GuideRow) -> set[DepartmentId]:
    named = (row.department_id, row.department_now, row.draft_department_id)
    return {one for one in named if one is not None}


def _item(at: At, row: GuideRow) -> GuideItem:
    known = at.known
    department_id = row.department_id or row.draft_department_id or DepartmentId("")
    return GuideItem(
        service_id=row.service_id,
        name=Text(zh=row.zh or "", en=row.en or ""),
        department_id=department_id,
        department_name=known.department_name(department_id),
        version=row.version,
        valid_from=row.valid_from,
        is_to_come=row.valid_from is not None and row.valid_from > known.today,
        is_offered=row.is_offered,
        draft=_draft_item(at, row),
    )


def _draft_item(at: At, row: GuideRow) -> DraftItem | None:
    if row.draft_id is None or row.state is None or row.changed_at is None:
        return None
    writers = row.writers or ()
    return DraftItem(
        draft_id=row.draft_id,
        state=row.state,
        writers=tuple(_name(at.known, one) for one in writers),
        is_own=StaffId(at.by.id) in writers,
        changed_at=row.changed_at,
    )


def _version(
    known: Known, row: VersionRow, in_force: int | None, deed: NotedDeed | None
) -> VersionLine:
    reviewer = deed.author if deed is not None and deed.deed is Deed.PUBLISH else None
    return VersionLine(
        version=row.version,
        valid_from=row.valid_from,
        author=_name(known, row.author),
        reviewer=_name(known, reviewer) if reviewer is not None else None,
        words=deed.words if deed is not None else "",
        created_at=row.created_at,
        is_offered=row.is_offered,
        is_called_off=row.is_called_off,
        is_in_force=row.version == in_force,
        is_to_come=not row.is_called_off and row.valid_from > known.today,
    )


def _changed(before: Guide | None, after: Guide) -> tuple[str, ...]:
    return tuple(
        name
        for name in after.__struct_fields__
        if before is None or getattr(before, name) != getattr(after, name)
    )


def _deed(known: Known, noted: NotedDeed) -> DeedLine:
    return DeedLine(
        deed=noted.deed,
        name=_name(known, noted.author),
        at=noted.at,
        words=noted.words,
        version=noted.version,
    )


def _name(known: Known, username: str) -> Text:
    return known.person_name(username) or Text(zh=username, en=username)


def _used(known: Known, service_id: ServiceId) -> tuple[str, ...]:
    return tuple(
        material_id for own, material_id in known.catalogue.material_names if own == service_id
    )


def _departments(at: At) -> tuple[NamedDepartment, ...]:
    own = at.known.departments_of(at.grants, Writing.GUIDE)
    return tuple(
        NamedDepartment(department_id=one.department_id, name=one.name)
        for one in at.known.departments.values()
        if own is None or one.department_id in own
    )
