"""What the university holds of the visitor at one's counter, over HTTP (FA1)."""

from http import HTTPStatus
from typing import Annotated, Any

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from backend.audited import audited, trail_of
from backend.core.access import FACT_LEVELS, Reading
from backend.core.ids import ServiceId
from backend.facts import Facts, KnownFact
from backend.hub.http import AnyRequest, denied
from backend.office.case_desk import At, CaseDesk
from backend.problem import ProblemError
from backend.wire.cases import FactShown, ServiceFacts

ID_MAX = 64


@get(
    "/api/halls/{hall_id:str}/cases/facts",
    response_headers={"Cache-Control": "no-store"},
)
@audited("facts.read", "facts")
async def facts_of_visitor(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    ticket_id: Annotated[str, QueryParameter(max_length=ID_MAX)],
    service_id: Annotated[str, QueryParameter(max_length=ID_MAX)],
    case_desk: NamedDependency[CaseDesk],
    facts: NamedDependency[Facts],
) -> ServiceFacts:
    """Facts that stand for materials of the service, as far as whoever asks may see them.

    For the counter where the ticket is: 404 for any other ticket; 403 for a service of a
    department that whoever asks does not work for.
    """
    at = await case_desk.at(request, hall_id, Reading.FACTS)
    trail = trail_of(request)
    trail.id = f"{ticket_id}/{service_id}"
    if at.desk.ticket is None or at.desk.ticket.ticket_id != ticket_id:
        raise ProblemError(HTTPStatus.NOT_FOUND, "unknown_ticket", "no such ticket is here")
    guide = at.known.guides.get(ServiceId(service_id))
    if guide is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, "unknown_service", "there is no such service")
    trail.department_id = guide.department_id
    level_max = _level_max(at, guide.department_id)
    if level_max == 0:
        raise denied(at.by)
    if at.desk.person_hash is None:  # an anonymous ticket is nobody's
        return ServiceFacts(facts=(), away=())
    person = bytes.fromhex(at.desk.person_hash)
    found = await facts.of(person, guide.service_id, level_max)
    shown = ServiceFacts(facts=tuple(map(_shown, found.facts)), away=found.away)
    trail.id += f"/{'+'.join(one.kind_id for one in shown.facts)}"
    return shown


ROUTES: list[Any] = [facts_of_visitor]


def _level_max(at: At, department_id: str) -> int:
    """The nearest level that the grants for the department allow; 0: none."""
    levels = [0]
    for grant in at.grants:
        departments = at.known.departments_of((grant,), Reading.FACTS)
        if departments is None or department_id in departments:
            levels.append(FACT_LEVELS.get(grant.role, 0))
    return max(levels)


def _shown(known: KnownFact) -> FactShown:
    return FactShown(
        kind_id=known.fact.kind_id,
        name=known.name,
        source=known.source,
        value=known.fact.value,
        as_of=known.fact.as_of,
        materials=known.materials,
    )
