"""What requests for guides and their drafts stand on: who may write and review which."""

from collections.abc import Iterable

from backend.catalogue.faults import frame_of
from backend.core.access import Reading, Right, Writing
from backend.core.ids import DepartmentId, ServiceId, StaffId
from backend.drafting import Drafting, GuideStamp
from backend.hub.http import AnyRequest, denied
from backend.office.case_desk import At, CaseDesk
from backend.store.catalogue import Numbered
from backend.store.database import Database
from backend.store.drafts import Draft, Drafts


class DraftDesk:
    """Guides of every hall, as one process works on them; methods may raise StoreError."""

    def __init__(self, database: Database, case_desk: CaseDesk) -> None:
        self.drafts = Drafts(database)
        self.drafting = Drafting(self.drafts)
        self.case_desk = case_desk

    async def at(self, request: AnyRequest, hall_id: str, right: Right) -> At:
        """Who asks, and for which departments they have the right; a problem when for none."""
        return await self.case_desk.at(request, hall_id, right)

    async def draft(self, at: At, draft_id: str) -> tuple[Draft, Numbered | None] | None:
        """A draft of the departments, with its guide's newest version; None: there is none."""
        draft = await self.drafts.find(at.hall.hall_id, draft_id)
        if draft is None:
            return None
        newest = await self.drafts.newest(at.hall.hall_id, draft.service_id)
        return (draft, newest) if is_own(at, owners(draft, newest)) else None


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


def owners(draft: Draft, newest: Numbered | None) -> set[DepartmentId]:
    """Whose the draft is: who has the service, and who is to have it."""
    found = {draft.guide.department_id}
    if newest is not None and newest.document is not None:
        found.add(newest.document.department_id)
    return found


def is_own(at: At, departments: Iterable[DepartmentId]) -> bool:
    """Whether the right that was asked for is one for all of these."""
    return at.desk.departments is None or set(departments) <= at.desk.departments


def may(at: At, right: Reading | Writing, departments: Iterable[DepartmentId]) -> bool:
    """Whether the asker has another right for all of these."""
    own = at.known.departments_of(at.grants, right)
    return own is None or set(departments) <= own


async def owner_of(desk: DraftDesk, at: At, service_id: ServiceId) -> DepartmentId | None:
    """Whose the service is, or was when it was offered last; None: there is none."""
    hall_id = at.hall.hall_id
    for line in await desk.drafts.versions(hall_id, service_id):
        if line.is_offered:
            found = await desk.drafts.version(hall_id, service_id, line.version)
            if found is not None and found.document is not None:
                return found.document.department_id
    return None


def refuse_foreign(at: At, departments: Iterable[DepartmentId]) -> None:
    """A problem where one of these is not the asker's."""
    if not is_own(at, departments):
        raise denied(at.by)
