"""Who decided what of a hall's roster, and when."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from typing import Annotated, Any, assert_never
from zoneinfo import ZoneInfo

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from backend.audited import audited
from backend.core.access import Reading
from backend.core.ids import Text
from backend.core.rosters.events import (
    DaySet,
    HoursSet,
    LeaveCancelled,
    LeaveGranted,
    RosterEvent,
    SwapAnswered,
    SwapAsked,
    SwapJudged,
    SwapWithdrawn,
    WeekSet,
)
from backend.core.rosters.words import Leave, Swap
from backend.hub.http import AnyRequest, denied
from backend.office.case_desk import CaseDesk
from backend.office.rosters import managed_counters
from backend.problem import ProblemError
from backend.rostering import Rostering
from backend.wire.messages import ErrorCode
from backend.wire.rosters import RosterChange, RosterChangeKind

CHANGES_MAX = 100
YEARS = range(2000, 2200)
"""Of days that may be asked for."""


@get("/api/halls/{hall_id:str}/roster/changes")
@audited("roster.changes", "roster")
async def list_changes(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    case_desk: NamedDependency[CaseDesk],
    rostering: NamedDependency[Rostering],
    day: FromQuery[date | None] = None,
    before: Annotated[int | None, QueryParameter(ge=1, le=2**31 - 1)] = None,
    count: Annotated[int, QueryParameter(ge=1, le=CHANGES_MAX)] = 50,
) -> list[RosterChange]:
    """The versions of the whole hall's roster, newest first: who decided what, when and why.

    `day`: those made on that day of the hall; `before`: those older than this version.
    """
    at = await case_desk.at(request, hall_id, Reading.ROSTER)
    if managed_counters(at) is not None:
        raise denied(at.by)
    begins, ends = (None, None) if day is None else _bounds(day, at.known.plan.time_zone)
    entries = await rostering.rosters.changes(
        at.hall.hall_id, count, before=before, begins=begins, ends=ends
    )
    roster = (await rostering.rosters.read(at.hall.hall_id)).roster
    gone = [
        event.leave_id
        for entry in entries
        for event in entry.commit.events
        if isinstance(event, LeaveCancelled)
    ]
    leaves = await rostering.rosters.granted(gone)
    return [
        RosterChange(
            version=entry.seq,
            by=entry.commit.by.id,
            name=Text(zh=member.name_zh, en=member.name_en) if member is not None else None,
            at=entry.commit.at,
            **_NOTHING | _told(event, leaves, roster.swaps),
        )
        for entry in entries
        for event in entry.commit.events
        for member in [at.known.members.get(entry.commit.by.id)]
    ]


ROUTES: list[Any] = [list_changes]

_NOTHING: dict[str, Any] = {
    "reason": "",
    "hours": None,
    "counter_ids": (),
    "turn": None,
    "persons": None,
    "leave": None,
    "swap": None,
    "is_yes": None,
}


def _bounds(day: date, time_zone: str) -> tuple[datetime, datetime]:
    """When the hall's day begins, and when the next one does."""
    if day.year not in YEARS:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.MALFORMED, "there was no roster then"
        )
    zone = ZoneInfo(time_zone)
    begins = datetime.combine(day, time.min, zone)
    return begins, datetime.combine(day + timedelta(days=1), time.min, zone)


def _told(
    event: RosterEvent, leaves: Mapping[str, Leave], swaps: Mapping[str, Swap]
) -> dict[str, Any]:
    """The parts of a `RosterChange` that come of what happened."""
    kind = RosterChangeKind(str(event.__struct_config__.tag))
    match event:
        case HoursSet():
            return {"kind": kind, "reason": event.reason, "hours": event.hours}
        case WeekSet():
            return {"kind": kind, "reason": event.reason, "counter_ids": event.counter_ids}
        case DaySet():
            turned = {"turn": event.turn, "persons": event.persons}
            return {"kind": kind, "reason": event.reason, **turned}
        case LeaveGranted():
            return {"kind": kind, "reason": event.leave.reason, "leave": event.leave}
        case LeaveCancelled():
            return {"kind": kind, "reason": event.reason, "leave": leaves.get(event.leave_id)}
        case SwapAsked():
            return {"kind": kind, "reason": event.swap.reason, "swap": event.swap}
        case SwapAnswered():
            return {"kind": kind, "swap": swaps[event.swap_id], "is_yes": event.agrees}
        case SwapWithdrawn():
            return {"kind": kind, "swap": swaps[event.swap_id]}
        case SwapJudged():
            swap = swaps[event.swap_id]
            return {"kind": kind, "reason": event.reason, "swap": swap, "is_yes": event.approves}
        case _:
            assert_never(event)
