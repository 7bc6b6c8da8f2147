"""A web process: its routes, and its halls at work as long as it serves."""

import asyncio
import signal
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import fields
from functools import partial
from http import HTTPStatus
from typing import Any

import structlog
from litestar import Litestar, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from prometheus_client.registry import Collector

from backend.audited import on_problem_told
from backend.hub import figures
from backend.hub.census import Census
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
from backend.hub.halls import Halls
from backend.hub.history import (
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
from backend.hub.visits import find_ticket, past_visit
from backend.metrics import serve_metrics, tell
from backend.office import (
    accounts,
    assistant,
    audit,
    calendar,
    case_lists,
    cases,
    consultations,
    digests,
    drafts,
    exchange,
    facts,
    files,
    findings,
    followups,
    own_account,
    questions,
    receipts,
    roster_changes,
    roster_tables,
    rosters,
    services,
    statistics,
    tracking,
)
from backend.office.case_keeper import CaseKeeper
from backend.openapi import WholeDocument
from backend.parts import Parts
from backend.problem import (
    ProblemError,
    on_http_error,
    on_store_error,
    problem_response,
)
from backend.site import (
    booking_staff,
    bookings,
    contacts,
    crawlers,
    form_files,
    forms,
    guides,
    home,
    me,
    misses,
    notice_lines,
    notice_staff,
    notices,
    previews,
    search,
    visit_times,
)
from backend.site import figures as figure_pages
from backend.site import questions as question_pages
from backend.site import services as service_pages
from backend.site import tracking as track_form
from backend.site.booking_keeper import BookingKeeper
from backend.site.notice_keeper import NoticeKeeper
from backend.site.pages import Pages
from backend.site.routes import fault_page, is_for_a_reader, site_router
from backend.store.directory import Directory
from backend.store.stream import StoreError
from backend.web.auth import keep_session, sign_in, sign_out, who_am_i
from backend.web.guard import protect, refuse_unfit
from backend.web.health import health
from backend.web.health import metrics as told_metrics
from backend.web.pages import VERSION, asset, pages_router
from backend.web.refusals import Refusals
from backend.web.sso import (
    back_from_campus,
    begin_at_campus,
    ended_at_campus,
)

OFFICE: tuple[Any, ...] = (
    accounts,
    assistant,
    audit,
    calendar,
    cases,
    consultations,
    digests,
    drafts,
    exchange,
    facts,
    files,
    findings,
    case_lists,
    receipts,
    followups,
    own_account,
    roster_changes,
    roster_tables,
    questions,
    rosters,
    services,
    statistics,
    tracking,
)
"""What is beside a hall's day; each has `ROUTES`."""

ACTING: tuple[Any, ...] = (
    booking_staff,
    bookings,
    contacts,
    form_files,
    me,
    misses,
    previews,
    notice_lines,
    notice_staff,
    track_form,
    visit_times,
)
"""What the website's pages ask where visitors act, and staff of it; each has `ROUTES`."""

SITE: tuple[Any, ...] = (
    home,
    service_pages,
    guides,
    forms,
    search,
    notices,
    question_pages,
    figure_pages,
    crawlers,
)
"""The service website's pages, whose faults are pages too; each has `ROUTES`."""

START_S = 3.0
"""How long a process waits for its halls before it accepts anybody; then it says that it starts."""

log = structlog.get_logger()


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
    for noun in (*OFFICE, *ACTING):
        routes += noun.ROUTES
    routes += [site_router(SITE, parts.pages, parts.halls)]
    routes += [begin_at_campus, back_from_campus, ended_at_campus]
    routes += [pages_router(is_demo=parts.is_demo, has_campus=parts.campus is not None)]
    tell_figures = partial(tell, parts.look_at_stores, *_collectors(parts))
    return Litestar(
        route_handlers=routes,
        dependencies={part.name: _given(getattr(parts, part.name)) for part in fields(parts)}
        | {"tell_figures": _given(tell_figures)},
        exception_handlers={
            ProblemError: on_problem_told,
            StoreError: on_store_error,
            HTTPException: partial(on_http_told, parts.pages),
            Exception: partial(on_failure, parts.pages),
        },
        state=State({"audit": parts.audit, "identity": parts.identity}),
        lifespan=[partial(_running, parts, metrics)],
        before_request=refuse_unfit,
        before_send=[protect, Refusals(time.monotonic).note],
        openapi_config=OpenAPIConfig(
            title="Yizhan",
            version=VERSION,
            render_plugins=[WholeDocument()],  # pages would load their scripts from elsewhere
        ),
        request_max_body_size=64 * 1024,
    )


def _collectors(parts: Parts) -> tuple[Collector, ...]:
    return figures.registry, Census(parts.halls)


def _given(part: object) -> Provide:
    return Provide(lambda: part, sync_to_thread=False)


@get("/api/ready")
async def ready(
    directory: NamedDependency[Directory], halls: NamedDependency[Halls]
) -> Response[str]:
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
        for close in (parts.facts.aclose, parts.assistants.aclose, *parts.closing):
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
        consultations = parts.consult_desk.consultations
        tasks.create_task(CaseKeeper(parts.case_desk, consultations, parts.halls).run())
        tasks.create_task(parts.consult_desk.run())
        tasks.create_task(BookingKeeper(parts.booking_desk, parts.halls).run())
        tasks.create_task(NoticeKeeper(parts.notice_desk, parts.halls).run())
        if metrics is not None:
            tasks.create_task(serve_metrics(metrics, parts.look_at_stores, *_collectors(parts)))


def on_http_told(pages: Pages, request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """For what Litestar itself refuses; who mistyped an address reads it on a page."""
    if is_for_a_reader(request):
        return fault_page(pages, request, HTTPStatus(error.status_code))
    return on_http_error(request, error)


def on_failure(pages: Pages, request: AnyRequest, error: Exception) -> Response[bytes]:
    """For a bug of ours: the log says which, the client that it is not the client's."""
    route = request.scope.get("path_template")  # never the path: a ticket's is its secret (I19)
    log.error("request_failed", route=route, exc_info=error)
    if is_for_a_reader(request):
        return fault_page(pages, request, HTTPStatus.INTERNAL_SERVER_ERROR)
    return problem_response(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "the log says more")


def _end_process_on_failure(task: "asyncio.Task[None]") -> None:
    """A hall that died must not leave a process that looks alive: the supervisor restarts it."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("halls_failed", exc_info=error)
        signal.raise_signal(signal.SIGTERM)
