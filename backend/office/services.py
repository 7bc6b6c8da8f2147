"""The services of a hall for its desks: searched as visitors search, with what each asks for."""

import re
from http import HTTPStatus
from typing import Annotated, Any

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from backend.audited import audited
from backend.catalogue.guide import Guide
from backend.core.access import Reading
from backend.core.ids import ServiceId
from backend.hub.http import AnyRequest
from backend.office.case_desk import At, CaseDesk
from backend.problem import ProblemError
from backend.wire.cases import ServiceMaterial, ServiceView

QUERY_MAX = 100
FOUND_MAX = 20
_MARKS = re.compile(r"[^0-9a-z]")


@get("/api/halls/{hall_id:str}/services")
@audited("service.list", "service", only_denied=True)
async def list_services(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    case_desk: NamedDependency[CaseDesk],
    q: Annotated[str, QueryParameter(max_length=QUERY_MAX)] = "",
    count: Annotated[int, QueryParameter(ge=1, le=FOUND_MAX)] = 10,
) -> list[ServiceView]:
    """What fits a word, pinyin, initials or a number, best first; of nothing, the own services."""
    at = await case_desk.at(request, hall_id, Reading.CASES)
    guides = at.known.guides
    if q.strip():
        plain = _plain(q)
        numbered = [s for s in guides if plain and _plain(s).startswith(plain)]
        index = await case_desk.index(at.hall.hall_id, at.known)
        ids = [*numbered, *(ServiceId(hit.item_id) for hit in index.find(q))]
    else:
        ids = [s for s, guide in guides.items() if _is_mine(at, guide)]
    return [service_view(at, guides[s]) for s in list(dict.fromkeys(ids))[:count]]


@get("/api/halls/{hall_id:str}/services/{service_id:str}")
@audited("service.read", "service", only_denied=True)
async def one_service(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    service_id: FromPath[str],
    case_desk: NamedDependency[CaseDesk],
) -> ServiceView:
    """One service that is offered today."""
    at = await case_desk.at(request, hall_id, Reading.CASES)
    guide = at.known.guides.get(ServiceId(service_id))
    if guide is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, "unknown_service", "there is no such service")
    return service_view(at, guide)


ROUTES: list[Any] = [list_services, one_service]


def service_view(at: At, guide: Guide) -> ServiceView:
    """What a desk needs of a guide."""
    return ServiceView(
        service_id=guide.service_id,
        name=guide.name,
        department_id=guide.department_id,
        department_name=guide.department,
        kind=guide.kind,
        limit_days=guide.promised_working_days,
        summary=guide.summary,
        conditions=guide.conditions,
        materials=tuple(
            ServiceMaterial(
                material_id=m.material_id,
                name=m.name,
                is_required=m.is_required,
                is_tolerable=m.is_tolerable,
                copies=m.copies,
                source=m.source,
                takes_files=m.takes_files,
            )
            for m in guide.materials
        ),
        steps=guide.steps,
        fee=guide.fee,
        result=guide.result,
        place=guide.place,
        hours=guide.hours,
        is_mine=_is_mine(at, guide),
    )


def _is_mine(at: At, guide: Guide) -> bool:
    return at.desk.departments is None or guide.department_id in at.desk.departments


def _plain(number: str) -> str:
    """A service's number as it is compared: `HR-03`, `hr03` and `hr 03` are the same."""
    return _MARKS.sub("", number.casefold())
