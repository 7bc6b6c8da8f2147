"""What a supervisor looks up before acting: who works in the hall, and a ticket by its number."""

from http import HTTPStatus

from litestar import get

from backend.core.access import Reading
from backend.core.views.greeter import GreeterTicket, greeter_ticket
from backend.hub.find import check_searches
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, reader_of
from backend.identity import Identity
from backend.problem import ProblemError
from backend.rate import Limits
from backend.store.staff import Staff, StaffMember


@get("/api/halls/{hall_id:str}/staff")
async def list_staff(
    request: AnyRequest, hall_id: str, halls: Halls, identity: Identity, staff: Staff
) -> list[StaffMember]:
    """Whoever may sign in at this hall, by user name."""
    hall, _ = await reader_of(request, hall_id, Reading.STAFF, halls, identity)
    return await staff.members(hall.hall_id)


@get("/api/halls/{hall_id:str}/tickets")
async def ticket_of_number(
    request: AnyRequest,
    *,
    hall_id: str,
    number: str,
    halls: Halls,
    identity: Identity,
    limits: Limits,
) -> GreeterTicket:
    """Today's ticket with this number; 404 when there is none."""
    hall, by = await reader_of(request, hall_id, Reading.FIND, halls, identity)
    check_searches(hall, by, limits)
    day = hall.follower.day
    found = next((t for t in day.tickets.values() if t.number == number), None)
    if found is None:
        raise ProblemError(
            HTTPStatus.NOT_FOUND, "unknown_ticket", "no ticket of today has this number"
        )
    return greeter_ticket(day, found)
