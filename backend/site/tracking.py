"""Finding one's case by its number and one's card (VA3)."""

import re
from functools import partial
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, check_visits, decoded_body, hall_of
from backend.office.case_views import TRACK_PATH
from backend.openapi import takes
from backend.problem import ProblemError, address_of
from backend.rate import Limits
from backend.site.case_tries import CaseTries
from backend.store.stream import StoreError
from backend.visiting import Visiting
from backend.web.visitor import signed_in_visitor
from backend.wire.me import TrackAsk, TrackFound

BODY_MAX = 1024
_ask = msgspec.json.Decoder(TrackAsk)


@post("/api/halls/{hall_id:str}/track", status_code=HTTPStatus.OK)
@takes(_ask)
async def find_case(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    visiting: NamedDependency[Visiting],
    limits: NamedDependency[Limits],
    case_tries: NamedDependency[CaseTries],
) -> TrackFound:
    """Where the case is followed; 404 `unknown_case` alike for a number and a card that is not."""
    hall = hall_of(halls, hall_id)
    check_visits(request, limits)
    asked = await decoded_body(request, _ask, BODY_MAX)
    year, no = (int(part) for part in re.findall(r"\d+", asked.number))
    persons = (hall.holder(asked.card).person_hash, *visiting.persons_of(asked.card))
    token = await case_tries.find(
        partial(visiting.visitors.case_of, hall.hall_id, year, no, persons),
        who=await _who(request, visiting),
        case=f"{hall.hall_id}/{year}-{no}",
        card=f"card/{persons[0]}",
    )
    if token is None:
        detail = "no case has this number and card"
        raise ProblemError(HTTPStatus.NOT_FOUND, "unknown_case", detail)
    return TrackFound(path=f"{TRACK_PATH}{token}")


async def _who(request: AnyRequest, visiting: Visiting) -> str:
    """What stands for whoever asks: not an address that a whole campus may share, if signed in."""
    try:
        visitor = await signed_in_visitor(request, visiting)
    except StoreError:
        visitor = None
    return f"visitor/{visitor}" if visitor is not None else address_of(request)


ROUTES: list[Any] = [find_case]
