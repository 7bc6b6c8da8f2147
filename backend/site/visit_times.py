"""When to come, over HTTP: public, of whole groups only, and the same for everybody."""

from datetime import date, timedelta
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from backend.core.plan import Plan
from backend.core.rules.disclosure import PERSONS_MIN
from backend.core.rules.hours import has_hours, open_times
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, check_visits, hall_of
from backend.office.case_desk import CaseDesk
from backend.problem import ProblemError
from backend.rate import Limits
from backend.site.kept import Kept
from backend.store.visit_times import UsualWait, VisitTimes
from backend.wire.messages import ErrorCode
from backend.wire.visit_times import (
    HallDayHours,
    OpenSpan,
    UsualDay,
    UsualHalfHour,
    VisitTimesView,
)

LOOK_BACK = timedelta(days=56)
HOURS_DAYS = 8
USUAL_S = 600.0
"""How old what past days were like may be: it changes by the day."""
FRESH_S = 60
DAY = timedelta(days=1)

encode = msgspec.json.Encoder().encode


class VisitTimesDesk:
    """What past days were like, kept for some minutes."""

    def __init__(self, store: VisitTimes) -> None:
        self.store = store
        self.kept = Kept()


@get("/api/halls/{hall_id:str}/visit-times")
async def visit_times(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    queue_id: Annotated[str | None, QueryParameter(max_length=64)] = None,
    halls: NamedDependency[Halls],
    case_desk: NamedDependency[CaseDesk],
    visit_times_desk: NamedDependency[VisitTimesDesk],
    limits: NamedDependency[Limits],
) -> Response[bytes]:
    """The hours of the next days, and how long people usually wait, as `VisitTimesView`."""
    check_visits(request, limits)
    hall = hall_of(halls, hall_id)
    known = await case_desk.known(hall)
    plan, today = known.plan, known.today
    if queue_id is not None and all(queue.queue_id != queue_id for queue in plan.queues):
        raise ProblemError(HTTPStatus.NOT_FOUND, ErrorCode.MALFORMED, "there is no such queue")
    desk = visit_times_desk
    usual = await desk.kept.get(
        (hall.hall_id, queue_id, today),
        USUAL_S,
        lambda: desk.store.usual_waits(hall.hall_id, queue_id, today - LOOK_BACK, today),
    )
    view = VisitTimesView(
        time_zone=plan.time_zone,
        today=today,
        always_open=not has_hours(plan),
        hours=[_hours(plan, today + n * DAY) for n in range(HOURS_DAYS)],
        usual=usual_days(usual),
    )
    headers = {"Cache-Control": f"public, max-age={FRESH_S}"}
    return Response(encode(view), media_type="application/json", headers=headers)


ROUTES: list[Any] = [visit_times]


def usual_days(found: list[UsualWait]) -> list[UsualDay]:
    """The weekdays of which enough was counted, without half hours of few visits (ST3)."""
    told = [one for one in found if one.visits >= PERSONS_MIN]
    return [
        UsualDay(
            weekday=whole.weekday,
            wait_min=_minutes(whole),
            half_hours=[
                UsualHalfHour(half_hour=one.half_hour, wait_min=_minutes(one))
                for one in told
                if one.weekday == whole.weekday and one.half_hour is not None
            ],
        )
        for whole in told
        if whole.half_hour is None
    ]


def _minutes(one: UsualWait) -> int:
    return round(one.wait_s / 60)


def _hours(plan: Plan, day: date) -> HallDayHours:
    special = next((s for s in plan.special_days if s.day == day), None)
    return HallDayHours(
        day=day,
        spans=[OpenSpan(opens_at=o.opens_at, closes_at=o.closes_at) for o in open_times(plan, day)],
        name=special.name if special is not None else None,
    )
