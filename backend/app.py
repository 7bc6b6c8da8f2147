"""The one place of wiring: settings in, a running web process out."""

import asyncio
import signal
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

import structlog
from litestar import Litestar, Response, get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from prometheus_client.registry import Collector

from backend.audited import on_problem_told
from backend.cards import Cards
from backend.core.ids import HallId
from backend.core.rules.forecast import DAYS_MAX
from backend.facts import Facts, facts_of
from backend.facts.config import read_config
from backend.gate import Gate
from backend.hub import figures
from backend.hub.beats import Screens
from backend.hub.census import Census
from backend.hub.clock import now
from backend.hub.desk import list_staff
from backend.hub.devices import (
    ask_enrolment,
    enrol_device,
    list_devices,
    my_enrolment,
    one_enrolment,
    revoke_device,
)
from backend.hub.find import find_tickets
from backend.hub.hall import Hall
from backend.hub.halls import Halls
from backend.hub.history import (
    History,
    list_days,
    replay_day,
    screen_course,
    screen_then,
    tickets_then,
    why_mine,
    why_ticket,
)
from backend.hub.http import (
    AnyRequest,
    do_command,
    forecast_accuracy,
    latest_view,
    list_halls,
)
from backend.hub.plans import check_plan, list_plans, one_plan, put_plan
from backend.hub.previews import preview_paper
from backend.hub.screens import hear_screens, list_screens
from backend.hub.sockets import Sockets
from backend.hub.visits import PastVisits, find_ticket, past_visit
from backend.hub.websocket import Entrance
from backend.identity import Identity
from backend.metrics import serve_metrics, tell
from backend.office import (
    accounts,
    audit,
    calendar,
    case_lists,
    cases,
    digests,
    facts,
    files,
    followups,
    own_account,
    receipts,
    rosters,
    services,
    statistics,
    tracking,
)
from backend.office.case_desk import CaseDesk
from backend.office.case_keeper import CaseKeeper
from backend.office.figure_desk import FigureDesk
from backend.problem import (
    ProblemError,
    on_http_error,
    on_store_error,
    problem_response,
)
from backend.rate import Limits, all_limits
from backend.rostering import Rostering
from backend.second_factor import SecondFactor
from backend.settings import Settings, SettingsError, card_key
from backend.sso import protocol_of
from backend.store.appointments import Appointments
from backend.store.archive import Archive, restore
from backend.store.audit import Audit
from backend.store.beats import Beats
from backend.store.calendars import Calendars
from backend.store.database import Database
from backend.store.devices import Devices
from backend.store.directory import Directory
from backend.store.followups import FollowUps
from backend.store.health import look_at_stores
from backend.store.locks import Locks
from backend.store.persons import Persons
from backend.store.plans import Plans
from backend.store.proposals import Proposals
from backend.store.quotas import Quotas
from backend.store.redis_servers import Links, connect_redis
from backend.store.redis_stream import RedisStream
from backend.store.rosters import Rosters
from backend.store.sessions import Sessions
from backend.store.sign_ins import SignIns
from backend.store.staff import Staff
from backend.store.statistics import Statistics
from backend.store.stream import StoreError
from backend.web.auth import keep_session, sign_in, sign_out, who_am_i
from backend.web.guard import protect, refuse_foreign
from backend.web.health import health
from backend.web.health import metrics as told_metrics
from backend.web.pages import VERSION, asset, pages_router
from backend.web.sso import (
    BACK,
    Campus,
    back_from_campus,
    begin_at_campus,
    ended_at_campus,
)

OFFICE: tuple[Any, ...] = (
    accounts,
    audit,
    calendar,
    cases,
    digests,
    facts,
    files,
    case_lists,
    receipts,
    followups,
    own_account,
    rosters,
    services,
    statistics,
    tracking,
)
"""What is beside a hall's day; each has `ROUTES`."""

START_S = 3.0
"""How long a process waits for its halls before it accepts anybody; then it says that it starts."""

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a web process is made of."""

    directory: Directory
    sessions: Sessions
    staff: Staff
    gate: Gate
    plans: Plans
    devices: Devices
    identity: Identity
    halls: Halls
    sockets: Sockets
    entrance: Entrance
    limits: Limits
    history: History
    case_desk: CaseDesk
    facts: Facts
    follow_ups: FollowUps
    rostering: Rostering
    visits: PastVisits
    audit: Audit
    figure_desk: FigureDesk
    campus: Campus | None
    is_demo: bool
    look_at_stores: Callable[[], Awaitable[None]]
    closing: tuple[Callable[[], Awaitable[None]], ...]
    """What ends the connections to the stores."""


def make_parts(settings: Settings) -> Parts:
    """Everything wired, nothing started."""
    if settings.redis_url is None or settings.database_url is None:
        raise SettingsError("Set REDIS_URL and DATABASE_URL, or start all with `make run`.")
    redis = connect_redis(settings.redis_url)
    links = Links(settings.redis_url, settings.redis_replicas)
    database = Database(settings.database_url)
    directory = Directory(database, redis)
    archive = Archive(database)
    plans = Plans(database)
    rostering = Rostering(Rosters(database), Calendars(database))
    history = History(archive)
    staff = Staff(database)
    visits = PastVisits(archive, history.readings.ask)
    sessions = Sessions(redis, now, time.monotonic)
    persons = Persons(database, redis)
    identity = Identity(directory, sessions, is_demo=settings.is_demo, origins=settings.origins)
    limits = all_limits(Quotas(redis), time.monotonic)
    sockets, audit = Sockets(), Audit(database)

    def make_hall(hall_id: HallId) -> Hall:
        stream = RedisStream(links.of(hall_id), hall_id)
        return Hall(
            hall_id,
            stream,
            restore=partial(restore, stream, archive, hall_id),
            plan_in_force=partial(plans.newest, hall_id),
            cards=Cards(card_key(settings), persons.find),
            lessons=partial(archive.lessons, hall_id, DAYS_MAX),
            expected=partial(Appointments(database).of_day, hall_id),
            past_visit=partial(visits.find, hall_id),
            rostered=rostering.shifts,
            screens=Screens(hall_id, Beats(redis, hall_id)),
            straight=sockets.straight,
            audit_soon=audit.note_soon,
            ends_stale_day=settings.is_demo,
        )

    halls = Halls(directory, persons, make_hall)
    return Parts(
        directory=directory,
        sessions=sessions,
        staff=staff,
        gate=_gate(settings, staff, sessions, (Locks(redis), Proposals(redis)), limits),
        plans=plans,
        devices=Devices(database, redis),
        identity=identity,
        halls=halls,
        sockets=sockets,
        entrance=Entrance(halls=halls, identity=identity, sockets=sockets, limits=limits),
        limits=limits,
        history=history,
        visits=visits,
        audit=audit,
        **_office(settings, database, rostering, halls, identity),
        campus=_campus(settings, SignIns(redis)),
        is_demo=settings.is_demo,
        look_at_stores=partial(look_at_stores, redis, database),
        closing=(history.close, database.close, links.aclose, redis.aclose),
    )


def _office(
    settings: Settings, database: Database, rostering: Rostering, halls: Halls, identity: Identity
) -> dict[str, Any]:
    """What works on what outlives a day."""
    case_desk = CaseDesk(database, settings.home / "files", halls, identity)
    return {
        "case_desk": case_desk,
        "facts": facts_of(read_config(settings.facts), database),
        "rostering": rostering,
        "follow_ups": FollowUps(database),
        "figure_desk": FigureDesk(Statistics(database), case_desk, halls, identity),
    }


def _gate(
    settings: Settings,
    staff: Staff,
    sessions: Sessions,
    kept: tuple[Locks, Proposals],
    limits: Limits,
) -> Gate:
    locks, proposals = kept
    second_factor = SecondFactor(card_key(settings), staff, proposals, now)
    return Gate(staff, sessions, locks, second_factor, limits.sign_ins, is_demo=settings.is_demo)


def _campus(settings: Settings, sign_ins: SignIns) -> Campus | None:
    if settings.sso is None:
        return None
    return Campus(protocol_of(settings.sso, f"{settings.public_url}{BACK}"), sign_ins)


def make_app(parts: Parts, metrics: socket.socket | None = None) -> Litestar:
    """What the web process answers over HTTP, as an ASGI application.

    `metrics`: where it tells its figures.
    """
    routes: list[Any] = [do_command, latest_view, list_halls, find_ticket]
    routes += [find_tickets, forecast_accuracy]
    routes += [list_days, replay_day, screen_then, screen_course, tickets_then]
    routes += [why_ticket, why_mine, past_visit]
    routes += [list_staff]
    routes += [list_plans, one_plan, check_plan, put_plan, preview_paper]
    routes += [ask_enrolment, my_enrolment, one_enrolment]
    routes += [list_devices, enrol_device, revoke_device]
    routes += [hear_screens, list_screens]
    routes += [sign_in, sign_out, who_am_i, keep_session, ready, health, told_metrics, asset]
    for noun in OFFICE:
        routes += noun.ROUTES
    routes += [begin_at_campus, back_from_campus, ended_at_campus]
    routes += [pages_router(is_demo=parts.is_demo, has_campus=parts.campus is not None)]
    names = ["halls", "identity", "directory", "sessions", "staff", "gate", "plans", "limits"]
    names += ["history", "devices", "case_desk", "visits", "follow_ups", "figure_desk", "audit"]
    names += ["rostering", "campus", "is_demo", "facts"]
    tell_figures = partial(tell, parts.look_at_stores, *_collectors(parts))
    return Litestar(
        route_handlers=routes,
        dependencies={name: _given(getattr(parts, name)) for name in names}
        | {"tell_figures": _given(tell_figures)},
        exception_handlers={
            ProblemError: on_problem_told,
            StoreError: on_store_error,
            HTTPException: on_http_error,
            Exception: on_failure,
        },
        state=State({"audit": parts.audit, "identity": parts.identity}),
        lifespan=[partial(_running, parts, metrics)],
        before_request=refuse_foreign,
        before_send=[protect],
        openapi_config=OpenAPIConfig(
            title="Yizhan",
            version=VERSION,
            # Its pages would load their scripts from elsewhere.
            render_plugins=[JsonRenderPlugin(path=["/openapi.json", "/"])],
        ),
        request_max_body_size=64 * 1024,
    )


def _collectors(parts: Parts) -> tuple[Collector, ...]:
    return figures.registry, Census(parts.halls)


def _given(part: object) -> Provide:
    return Provide(lambda: part, sync_to_thread=False)


@get("/api/ready")
async def ready(directory: Directory, halls: Halls) -> Response[str]:
    """Whether every hall can be used; a new installation has none."""
    is_ready = _is_ready(directory, halls)
    status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    return Response("ready" if is_ready else "starting", status_code=status)


def _is_ready(directory: Directory, halls: Halls) -> bool:
    return directory.is_read and all(hall.is_ready for hall in halls)


@asynccontextmanager
async def _running(
    parts: Parts, metrics: socket.socket | None, _app: Litestar
) -> AsyncIterator[None]:
    """The halls at work, as long as the process serves."""
    running = asyncio.create_task(_run(parts, metrics))
    running.add_done_callback(_end_process_on_failure)
    try:
        await _until_ready(parts)  # others may share the port, and serve at once
        yield
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        for close in (parts.facts.aclose, *parts.closing):
            await close()


async def _until_ready(parts: Parts) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(START_S):
            while not _is_ready(parts.directory, parts.halls):  # noqa: ASYNC110 (once a start)
                await asyncio.sleep(0.01)


async def _run(parts: Parts, metrics: socket.socket | None) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(parts.halls.run())
        tasks.create_task(parts.sockets.run())
        tasks.create_task(parts.entrance.run())
        tasks.create_task(CaseKeeper(parts.case_desk, parts.halls).run())
        if metrics is not None:
            tasks.create_task(serve_metrics(metrics, parts.look_at_stores, *_collectors(parts)))


def on_failure(request: AnyRequest, error: Exception) -> Response[bytes]:
    """For a bug of ours: the log says which, the client that it is not the client's."""
    route = request.scope.get("path_template")  # never the path: a ticket's is its secret (I19)
    log.error("request_failed", route=route, exc_info=error)
    return problem_response(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "the log says more")


def _end_process_on_failure(task: "asyncio.Task[None]") -> None:
    """A hall that died must not leave a process that looks alive: the supervisor restarts it."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("halls_failed", exc_info=error)
        signal.raise_signal(signal.SIGTERM)
