"""A hall's ticket as it would be printed: a picture of a layout that is being edited (PR4)."""

import asyncio
import io
import os
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Struct
from PIL import Image

from backend.audited import audited
from backend.core.ids import TicketClass
from backend.core.paper import PaperPart
from backend.core.plan import Plan
from backend.core.rules.plan_faults import faults_of, paper_faults
from backend.core.rules.plan_form import faults_in
from backend.core.views.printer import PrinterJob
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, decoded_body
from backend.hub.plans import BODY_MAX, faulty, read_by
from backend.identity import Identity
from backend.openapi import gives, takes
from backend.paper import raster
from backend.paper.fonts import Fonts, FontsMissingError, find_fonts
from backend.paper.layout import layout
from backend.paper.sample import sample_job
from backend.problem import ProblemError
from backend.wire.messages import ErrorCode

MARGIN_DOTS = 24
"""Of white around what the head can reach."""
ROOT = Path(__file__).parents[2]
PREVIEW_URL = "https://hall.example.edu.cn"

_turn = asyncio.Semaphore(1)
"""Pictures are drawn one after another: nothing else waits for them."""


class PaperOrder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The ticket to be drawn."""

    plan: Any
    """Being edited: what is wrong with it elsewhere keeps nobody from seeing the ticket."""
    paper_width_mm: Literal[58, 80] = 80
    ticket_class: TicketClass = TicketClass.ORDINARY
    is_reprint: bool = False


_decoder = msgspec.json.Decoder(PaperOrder)


@post(
    "/api/halls/{hall_id:str}/plans/paper",
    status_code=HTTPStatus.OK,
    request_max_body_size=BODY_MAX,
)
@audited("plan.paper", "plan", only_denied=True)
@takes(_decoder)
@gives("image/png")
async def preview_paper(
    request: AnyRequest,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
) -> Response[Any]:
    """A PNG, one pixel a dot, with the words of the plan in the body; 422 with faults of it."""
    await read_by(request, hall_id, halls, identity)
    order = await decoded_body(request, _decoder, BODY_MAX)
    try:
        plan = msgspec.convert(order.plan, Plan)
    except msgspec.ValidationError:
        return faulty(faults_in(order.plan))
    if faults := paper_faults(plan.paper):
        return faulty(faults)
    if not plan.queues:
        return faulty(faults_of(plan))
    job = sample_job(plan, order.ticket_class, int(order.is_reprint))
    async with _turn:
        png = await asyncio.to_thread(_picture, job, plan.paper, order.paper_width_mm)
    return Response(png, media_type="image/png")


def _picture(job: PrinterJob, paper: tuple[PaperPart, ...], width_mm: int) -> bytes:
    fonts = _fonts()
    if fonts is None:
        detail = "no typeface is installed here: run `make setup`, or name one in YIZHAN_FONT_DIR"
        raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, ErrorCode.UNAVAILABLE, detail)
    ticket = raster.render(layout(job, PREVIEW_URL, paper), fonts, width_mm)
    size = (ticket.width + 2 * MARGIN_DOTS, ticket.height + 2 * MARGIN_DOTS)
    picture = Image.new("1", size, 1)
    picture.paste(ticket, (MARGIN_DOTS, MARGIN_DOTS))
    png = io.BytesIO()
    picture.save(png, "PNG")
    return png.getvalue()


@lru_cache(1)
def _fonts() -> Fonts | None:
    """The typeface that printer agents on this machine take."""
    named = os.environ.get("YIZHAN_FONT_DIR")
    try:
        return find_fonts(Path(named) if named else None, ROOT)
    except FontsMissingError:
        return None
