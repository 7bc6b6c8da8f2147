"""Rosters over HTTP: seen, changed, swapped; as tables in `roster_tables.py`."""

import asyncio
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import Struct

from backend.audited import audited, trail_of
from backend.core.access import Reading, Writing
from backend.core.commands import ChangeRoster
from backend.core.ids import CommandId
from backend.core.rosters.commands import OwnCommand, RosterCommand
from backend.core.rosters.decide import RosterStamp
from backend.core.rosters.refusals import RosterRefusal
from backend.core.rosters.roster import Roster
from backend.core.rosters.words import Swap
from backend.core.stamp import Role
from backend.hub.clock import fresh_id
from backend.hub.http import AnyRequest, decoded_body, denied
from backend.hub.transact import UnavailableError
from backend.office.case_desk import At, CaseDesk
from backend.office.roster_sheets import attendance_sheet, shifts_sheet
from backend.office.roster_views import (
    Records,
    Span,
    counters_view,
    date_view,
    days_of,
    leaves_view,
    neighbours,
    past_records,
    people_view,
    swaps_view,
    today_records,
    turn_views,
    week_view,
)
from backend.office.sheets import MEDIA_TYPES, Format, written
from backend.openapi import gives, takes
from backend.problem import ProblemError
from backend.rostering import NotManagedError, RosterDesk, RosterIdInUseError, Rostering
from backend.wire.messages import ErrorCode
from backend.wire.rosters import (
    TABLE_MAX,
    RosterDo,
    RosterDone,
    RosterRefused,
    RosterView,
)

DAYS_MAX = 42
"""Six weeks: what a month's page shows."""
BODY_MAX = TABLE_MAX
_do_decoder = msgspec.json.Decoder(RosterDo)
_encode = msgspec.json.Encoder().encode
HEADERS = {"Cache-Control": "no-store"}


@get("/api/halls/{hall_id:str}/roster")
@audited("roster.read", "roster")
async def show_roster(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    first: FromQuery[date],
    last: FromQuery[date],
    case_desk: NamedDependency[CaseDesk],
    rostering: NamedDependency[Rostering],
) -> RosterView:
    """The roster of the counters that whoever asks manages, on at most 42 days."""
    at = await case_desk.at(request, hall_id, Reading.ROSTER)
    return await _managed_view(at, rostering, _span(first, last))


@get("/api/halls/{hall_id:str}/roster/export")
@audited("roster.export", "roster")
@gives(*MEDIA_TYPES.values())
async def export_roster(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    first: FromQuery[date],
    last: FromQuery[date],
    case_desk: NamedDependency[CaseDesk],
    rostering: NamedDependency[Rostering],
    of: FromQuery[Literal["shifts", "attendance"]] = "shifts",
    form: Annotated[Format, QueryParameter(name="format")] = Format.XLSX,
    language: FromQuery[Literal["zh", "en"]] = "zh",
) -> Response[bytes]:
    """The same as a file: each half day, or each clerk on each closed day."""
    at = await case_desk.at(request, hall_id, Reading.ROSTER)
    span, is_english = _span(first, last), language == "en"
    view = await _managed_view(at, rostering, span)
    if of == "shifts":
        sheet = shifts_sheet(view, is_english=is_english)
    else:
        known = await rostering.rosters.read(at.hall.hall_id)
        people = _people(known.roster, frozenset(c.counter_id for c in view.counters))
        days = await rostering.rosters.past_days(at.hall.hall_id, first, last)
        sheet = attendance_sheet(
            view, [day for day in days if day.clerk_id in people], is_english=is_english
        )
    name = f"{of}-{first}-{last}.{form.value}"
    return Response(
        await asyncio.to_thread(written, sheet, form),
        media_type=MEDIA_TYPES[form],
        headers=HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'},
    )


@get("/api/halls/{hall_id:str}/roster/mine")
@audited("roster.own", "roster", only_denied=True)
async def show_own_shifts(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    first: FromQuery[date],
    last: FromQuery[date],
    case_desk: NamedDependency[CaseDesk],
    rostering: NamedDependency[Rostering],
) -> RosterView:
    """The roster where whoever asks is in it, with those they may swap with."""
    at = await case_desk.at(request, hall_id, Reading.SHIFTS)
    span, me = _span(first, last), at.by.id
    roster = (await rostering.rosters.read(at.hall.hall_id)).roster
    own = {key[0] for key, persons in roster.week.items() if me in persons}
    own |= {turn.counter_id for turn, persons in roster.days.items() if me in persons}
    swaps = (s for s in roster.swaps.values() if me in {s.asker_id, s.other_id})
    return await _view(
        at, rostering, span, neighbours(at.known.plan, own), swaps=swaps_view(swaps), only=me
    )


@post("/api/halls/{hall_id:str}/roster", status_code=HTTPStatus.OK)
@audited("roster.change", "roster")
@takes(_do_decoder)
async def change_roster(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    case_desk: NamedDependency[CaseDesk],
    rostering: NamedDependency[Rostering],
) -> Response[bytes]:
    """Carry a command out: 200 with `done`, 409 with `refused`, else a problem."""
    desk = await _desk(request, hall_id, case_desk)
    message = await decoded_body(request, _do_decoder, BODY_MAX)
    trail = trail_of(request)
    trail.request_id = message.id
    trail.verb = f"roster.{message.command.__struct_config__.tag}"
    answer = await carried_out(desk, rostering, message.id, message.command)
    is_refused = isinstance(answer, RosterRefused)
    return answered(answer, HTTPStatus.CONFLICT if is_refused else HTTPStatus.OK)


ROUTES: list[Any] = [
    show_roster,
    export_roster,
    show_own_shifts,
    change_roster,
]


def managed_counters(at: At) -> frozenset[str] | None:
    """The counters for whose departments whoever asks has the right; None: all of the hall."""
    mine = at.desk.departments
    if mine is None:
        return None
    of_queue = at.known.departments_of_queue
    return frozenset(
        counter.counter_id
        for counter in at.known.plan.counters
        if any(not mine.isdisjoint(of_queue.get(q, frozenset())) for q in counter.queue_ids)
    )


class Desk(Struct, frozen=True, kw_only=True):
    """Who changes a roster, and whose counters are theirs to manage; None: all of the hall."""

    at: At
    managed: frozenset[str] | None


async def _desk(request: AnyRequest, hall_id: str, case_desk: CaseDesk) -> Desk:
    """A manager; else one who may at least ask for swaps, and manages nothing."""
    try:
        at = await case_desk.at(request, hall_id, Writing.ROSTER)
    except ProblemError:
        return Desk(at=await case_desk.at(request, hall_id, Writing.SWAP), managed=frozenset())
    return Desk(at=at, managed=managed_counters(at))


async def carried_out(
    desk: Desk, rostering: Rostering, id: CommandId, command: RosterCommand
) -> RosterDone | RosterRefused:
    """Store it, and let the open day follow: what is repeated makes up for what was missed."""
    at, known = desk.at, desk.at.known
    stamp = RosterStamp(
        by=at.by.id,
        at=at.hall.now(),
        local_day=known.today,
        command_id=id,
        calendar=known.calendar,
        counter_ids=frozenset(counter.counter_id for counter in known.plan.counters),
        staff_ids=staff_ids(at),
    )
    asker = RosterDesk(by=at.by, managed=desk.managed)
    try:
        version = await rostering.do(at.hall.hall_id, command, asker, stamp)
    except RosterRefusal as refusal:
        return RosterRefused(id=id, code=refusal.code)
    except NotManagedError as error:
        raise denied(at.by) from error
    except RosterIdInUseError as error:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.ID_IN_USE, str(error)
        ) from error
    if not isinstance(command, OwnCommand) and at.hall.follower.day.is_open:
        reason = command.reason or "swap"
        try:
            await at.hall.do(CommandId(fresh_id()), ChangeRoster(reason=reason), at.by)
        except UnavailableError as error:
            raise ProblemError(
                HTTPStatus.SERVICE_UNAVAILABLE, error.code, f"{error}; repeat with this id"
            ) from error
    return RosterDone(id=id, version=version)


async def _managed_view(at: At, rostering: Rostering, span: Span) -> RosterView:
    """The roster of the counters that whoever asks manages."""
    managed = managed_counters(at)
    every = frozenset(counter.counter_id for counter in at.known.plan.counters)
    shown = managed if managed is not None else every
    roster = (await rostering.rosters.read(at.hall.hall_id)).roster
    swaps = (s for s in roster.swaps.values() if not _counters(s).isdisjoint(shown))
    return await _view(at, rostering, span, shown, swaps=swaps_view(swaps))


async def _view(
    at: At,
    rostering: Rostering,
    span: Span,
    shown: frozenset[str],
    *,
    swaps: tuple[Swap, ...],
    only: str | None = None,
) -> RosterView:
    """The roster of these counters; `only`: with the leave of that person alone."""
    known = await rostering.rosters.read(at.hall.hall_id)
    roster, plan, calendar = known.roster, at.known.plan, at.known.calendar
    table = {d.day: d for days in (await rostering.calendars.years()).values() for d in days}
    records = await _records(at, rostering, roster, span)
    managed = managed_counters(at) if only is None else frozenset[str]()
    every = frozenset(counter.counter_id for counter in plan.counters)
    days = days_of(roster, calendar, span)
    people = _people(roster, shown) if only is None else frozenset({only})
    return RosterView(
        version=known.seq,
        today=at.known.today,
        time_zone=plan.time_zone,
        hours=roster.hours,
        is_managed=managed is None,
        counters=tuple(counters_view(plan, shown, every if managed is None else managed)),
        week=week_view(roster, shown),
        dates=tuple(date_view(on, plan, calendar, table) for on in days),
        turns=tuple(turn for on in days for turn in turn_views(on, shown, records)),
        leaves=leaves_view(roster, span, people),
        swaps=swaps,
        staff=people_view(at.known.members[s] for s in sorted(staff_ids(at))),
    )


async def _records(at: At, rostering: Rostering, roster: Roster, span: Span) -> Records:
    past = await rostering.rosters.past_shifts(at.hall.hall_id, span.first, span.last)
    live = today_records(at.hall.follower.day, roster, at.hall.now())
    return {**past_records(past, roster, at.known.plan), **live}


def staff_ids(at: At) -> frozenset[str]:
    """Who may sign on at a counter."""
    members = at.known.members.values()
    return frozenset(m.username for m in members if any(g.role is Role.CLERK for g in m.grants))


def _people(roster: Roster, counter_ids: frozenset[str]) -> frozenset[str]:
    """Who is in a week or on a day of these counters."""
    weeks = (persons for key, persons in roster.week.items() if key[0] in counter_ids)
    days = (persons for turn, persons in roster.days.items() if turn.counter_id in counter_ids)
    return frozenset(person for persons in (*weeks, *days) for person in persons)


def _counters(swap: Swap) -> set[str]:
    turns = (swap.turn, swap.in_return)
    return {turn.counter_id for turn in turns if turn is not None}


def _span(first: date, last: date) -> Span:
    if not 0 <= (last - first).days < DAYS_MAX:
        detail = f"ask for 1 to {DAYS_MAX} days"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.MALFORMED, detail)
    return Span(first=first, last=last)


def answered(body: Struct, status: HTTPStatus = HTTPStatus.OK) -> Response[bytes]:
    """The answer with this body, which nobody keeps."""
    return Response(
        _encode(body), status_code=status, media_type="application/json", headers=HEADERS
    )
