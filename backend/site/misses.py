"""What visitors looked for and did not find, for those who write the guides."""

from typing import Annotated, Any

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from backend.audited import audited
from backend.core.access import Reading
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, granted
from backend.identity import Identity
from backend.office.case_desk import CaseDesk
from backend.store.misses import KEPT_DAYS, Miss, Misses

LISTED_MAX = 200


@get("/api/halls/{hall_id:str}/misses")
@audited("search.misses", "search")
async def list_misses(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    case_desk: NamedDependency[CaseDesk],
    misses: NamedDependency[Misses],
    count: Annotated[int, QueryParameter(ge=1, le=LISTED_MAX)] = LISTED_MAX,
) -> list[Miss]:
    """What was looked for and not found, as far back as it is kept; the most often first."""
    hall, _ = await granted(request, hall_id, Reading.MISSES, halls, identity)
    known = await case_desk.known(hall)
    return await misses.since(hall.hall_id, known.today - KEPT_DAYS, count)


ROUTES: list[Any] = [list_misses]
