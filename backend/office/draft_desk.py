"""What requests for guides and their drafts stand on: who may write and review which."""

from collections.abc import Iterable

from msgspec import Struct

from backend.catalogue.faults import frame_of
from backend.core.access import Reading, Right, Writing
from backend.core.ids import DepartmentId, ServiceId, StaffId
from backend.drafting import Drafting, GuideStamp
from backend.hub.http import AnyRequest, denied
from backend.office.case_desk import At, CaseDesk
from backend.store.catalogue import Numbered
from backend.store.database import Database
from backend.store.drafts import Draft, Drafts


class OpenedDraft(Struct, frozen=True, kw_only=True):
    """A draft, and what it is looked at beside."""

    draft: Draft
    newest: Numbered | None
    """The newest version of its guide."""
    departments: frozenset[DepartmentId]
    """Whose it is: who has the service, who is to have it, and who is by this draft."""


class DraftDesk:
    """Guides of every hall, as one process works on them; methods may raise StoreError."""

    def __init__(self, database: Database, case_desk: CaseDesk) -> None:
        self.drafts = Drafts(database)
        self.drafting = Drafting(self.drafts)
        self.case_desk = case_desk

    async def at(self, request: AnyRequest, hall_id: str, right: Right) -> At:
        """Who asks, and for which departments they have the right; a problem when for none."""
        return await self.case_desk.at(request, hall_id, right)

    async def draft(self, at: At, draft_id: str) -> OpenedDraft | None:
        """A draft of the departments; None: there is none."""
        hall_id = at.hall.hall_id
        draft = await self.drafts.find(hall_id, draft_id)
        if draft is None:
            return None
        owners = await self.drafts.departments(hall_id, draft.service_id, at.known.today)
        found = OpenedDraft(
            draft=draft,
            newest=await self.drafts.newest(hall_id, draft.service_id),
            departments=frozenset({draft.guide.department_id, *owners}),
        )
        return found if is_own(at, found.departments) else None

    async def owners(self, at: At, service_id: ServiceId) -> tuple[DepartmentId, ...]:
        """Whose the service is, first, and is to be; nothing: there is none.

        One of which no version counts is theirs for whom it was begun.
        """
        hall_id = at.hall.hall_id
        found = await self.drafts.departments(hall_id, service_id, at.known.today)
        if not found:
            first = await self.drafts.version(hall_id, service_id, 1)
            if first is not None and first.document is not None:
                found = (first.document.department_id,)
        return found


def stamp_of(at: At) -> GuideStamp:
    """What comes in with a command."""
    return GuideStamp(
        hall_id=at.hall.hall_id,
        by=StaffId(at.by.id),
        at=at.hall.now(),
        today=at.known.today,
        departments=at.known.departments,
        frame=frame_of(at.known.plan, at.known.departments),
    )


def is_own(at: At, departments: Iterable[DepartmentId]) -> bool:
    """Whether the right that was asked for is one for all of these."""
    return at.desk.departments is None or set(departments) <= at.desk.departments


def is_own_in_part(at: At, departments: Iterable[DepartmentId]) -> bool:
    """Whether it is one for any of these."""
    return at.desk.departments is None or not at.desk.departments.isdisjoint(departments)


def may(at: At, right: Reading | Writing, departments: Iterable[DepartmentId]) -> bool:
    """Whether the asker has another right for all of these."""
    own = at.known.departments_of(at.grants, right)
    return own is None or set(departments) <= own


def refuse_foreign(at: At, departments: Iterable[DepartmentId]) -> None:
    """A problem where one of these is not the asker's."""
    if not is_own(at, departments):
        raise denied(at.by)
