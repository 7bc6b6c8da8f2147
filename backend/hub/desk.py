"""What a supervisor looks up before acting: who works in the hall, and a ticket by its number."""

from http import HTTPStatus

from litestar import get

from backend.core.access import Reading, may_read
from backend.core.ids import HallId
from backend.core.views.greeter import GreeterTicket, greeter_ticket
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, caller_of, denied, hall_of
from backend.identity import Identity
from backend.problem import ProblemError
from backend.store.staff import Staff, StaffMember


@get("/api/halls/{hall_id:str}/staff")
async def list_staff(
    request: AnyRequest, hall_id: str, halls: Halls, identity: Identity, staff: Staff
) -> list[StaffMember]:
    """Whoever may sign in at this hall, by user name."""
    hall = hall_of(halls, hall_id)
    by = await caller_of(request, HallId(hall_id), identity)
    if not may_read(by.role, Reading.STAFF):
        raise denied(by)
    return await staff.members(hall.hall_id)


@get("/api/halls/{hall_id:str}/tickets")
async def ticket_of_number(
    request: AnyRequest, hall_id: str, number: str, halls: Halls, identity: Identity
) -> GreeterTicket:
    """Today's ticket with this number; 404 when there is none."""
    hall = hall_of(halls, hall_id)
    by = await caller_of(request, HallId(hall_id), identity)
    if not may_read(by.role, Reading.NUMBER):
        raise denied(by)
    day = hall.follower.day
    found = next((t for t in day.tickets.values() if t.number == number), None)
    if found is None:
        raise ProblemError(
            HTTPStatus.NOT_FOUND, "unknown_ticket", "no ticket of today has this number"
        )
    return greeter_ticket(day, found)
