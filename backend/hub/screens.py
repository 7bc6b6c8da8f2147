"""Screens over HTTP: the agents beside them tell how they are, supervisors read it (SC1)."""

from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Meta

from backend.audited import audited
from backend.core.access import Reading, Writing
from backend.core.devices import Beat, ScreenReport
from backend.core.ids import ScreenState
from backend.core.scope import SCREEN_FAMILIES, is_place
from backend.core.views.topics import exists, topic_of
from backend.hub.halls import Halls
from backend.hub.http import (
    AnyRequest,
    decoded_body,
    denied,
    granted,
)
from backend.identity import Identity
from backend.openapi import takes
from backend.problem import ProblemError
from backend.wire.messages import FRAME_MAX, ErrorCode

SCREENS_MAX = 64

_decoder = msgspec.json.Decoder(Annotated[tuple[ScreenReport, ...], Meta(max_length=SCREENS_MAX)])


@post("/api/halls/{hall_id:str}/screens", status_code=HTTPStatus.NO_CONTENT)
@audited("screen.tell", "screen", only_denied=True)
@takes(_decoder)
async def hear_screens(
    request: AnyRequest,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
) -> None:
    """Take what a device tells of its screens; 422 for a screen that the hall has not."""
    hall, asker = await granted(request, hall_id, Writing.SCREEN, halls, identity)
    reports = await decoded_body(request, _decoder, FRAME_MAX)
    for report in reports:
        topic = topic_of(report.screen_id)
        is_screen = topic is not None and topic.family in SCREEN_FAMILIES
        is_there = topic is not None and exists(hall.follower.day, topic)
        if not (is_screen and is_there) or report.state is ScreenState.SILENT:
            detail = f"the hall has no screen {report.screen_id} that could tell this"
            raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.MALFORMED, detail)
        if not is_place(asker.scope, str(topic)):
            raise denied(asker.by)
    await hall.screens.hear(reports, hall.now())


@get("/api/halls/{hall_id:str}/screens")
@audited("screen.list", "screen", only_denied=True)
async def list_screens(
    request: AnyRequest,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
) -> list[Beat]:
    """What was last heard of each screen: which view it shows, and the digest of its text."""
    hall, _ = await granted(request, hall_id, Reading.DEVICES, halls, identity)
    return list(await hall.screens.newest())
