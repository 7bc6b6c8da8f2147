"""Who works in the hall, for a supervisor who opens a window for somebody."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.audited import audited
from backend.core.access import Reading
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, granted
from backend.identity import Identity
from backend.store.staff import Staff, StaffMember


@get("/api/halls/{hall_id:str}/staff")
@audited("staff.list", "staff")
async def list_staff(
    request: AnyRequest,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    staff: NamedDependency[Staff],
) -> list[StaffMember]:
    """Whoever may sign in at this hall, by user name."""
    hall, _ = await granted(request, hall_id, Reading.STAFF, halls, identity)
    return await staff.members(hall.hall_id)
