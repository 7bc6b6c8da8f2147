"""Finding one's case by its number and one's card (VA3)."""

import re
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, decoded_body, hall_of
from backend.office.case_views import TRACK_PATH
from backend.openapi import takes
from backend.problem import ProblemError, address_of
from backend.rate import Limits
from backend.visiting import Visiting
from backend.wire.me import TrackAsk, TrackFound
from backend.wire.messages import ErrorCode

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
) -> TrackFound:
    """Where the case is followed; 404 `unknown_case` alike for a number and a card that is not."""
    hall = hall_of(halls, hall_id)
    asked = await decoded_body(request, _ask, BODY_MAX)
    year, no = (int(part) for part in re.findall(r"\d+", asked.number))
    persons = (hall.holder(asked.card).person_hash, *visiting.persons_of(asked.card))
    subjects = (f"{hall.hall_id}/{year}-{no}", f"card/{persons[0]}")
    is_allowed = await limits.tracks.take(address_of(request))
    for subject in subjects:
        is_allowed = await limits.tries.take(subject) and is_allowed
    if not is_allowed:
        detail = "too many attempts; wait some minutes, or scan the code of the receipt"
        raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, ErrorCode.TOO_MANY_REQUESTS, detail)
    token = await visiting.visitors.case_of(hall.hall_id, year, no, persons)
    if token is None:
        detail = "no case has this number and card"
        raise ProblemError(HTTPStatus.NOT_FOUND, "unknown_case", detail)
    for subject in subjects:
        await limits.tries.charge(subject, -1.0)  # its owner, who may look every day
    return TrackFound(path=f"{TRACK_PATH}{token}")


ROUTES: list[Any] = [find_case]
