"""Today's tickets for staff who know a number or hold a visitor's card."""

from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Meta, Struct

from backend.audited import audited, trail_of
from backend.core.access import Reading
from backend.core.ids import Card
from backend.core.stamp import Caller
from backend.core.views.greeter import FoundTickets, tickets_numbered, tickets_of
from backend.hub.hall import Hall
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, decoded_body, granted
from backend.hub.session import encode
from backend.identity import Identity
from backend.openapi import takes
from backend.problem import ProblemError
from backend.rate import Limits
from backend.wire.messages import ErrorCode

BODY_MAX = 1024
HASH_SHOWN = 16
"""Digits of a keyed hash that the audit keeps: enough to tell whose tickets were looked for."""
NUMBER_MAX = 12
"""Longest text that a number is looked for by."""


class FindTickets(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which tickets are looked for: by exactly one of these.

    In the body, so that a card's number stands in no address and in no log.
    """

    number: Annotated[str, Meta(min_length=1, max_length=NUMBER_MAX)] | None = None
    card: Card | None = None

    def __post_init__(self) -> None:
        if (self.number is None) == (self.card is None):
            raise ValueError("give either a number or a card")


_decoder = msgspec.json.Decoder(FindTickets)


@post("/api/halls/{hall_id:str}/tickets/find", status_code=HTTPStatus.OK)
@audited("ticket.find", "ticket")
@takes(_decoder)
async def find_tickets(
    request: AnyRequest,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    limits: NamedDependency[Limits],
) -> Response[bytes]:
    """The FoundTickets of the hall's present day."""
    hall, asker = await granted(request, hall_id, Reading.FIND, halls, identity)
    await check_searches(hall, asker.by, limits)
    wanted = await decoded_body(request, _decoder, BODY_MAX)
    day = hall.follower.day
    if wanted.card is not None:
        holder = hall.holder(wanted.card)
        trail_of(request).id = holder.person_hash[:HASH_SHOWN]
        # Tickets taken before the card's holder was known stand under the card itself.
        found = tickets_of(day, (holder.person_hash, holder.card_hash))
    else:
        found = tickets_numbered(day, wanted.number or "")
        trail_of(request).id = wanted.number
    return Response(
        encode(FoundTickets(tickets=found)),
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


async def check_searches(hall: Hall, by: Caller, limits: Limits) -> None:
    """A problem when the account has searched too much: nobody goes through all numbers."""
    if not await limits.finds.take(f"{hall.hall_id} {by.id}"):
        detail = "too many searches by this account"
        raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, ErrorCode.TOO_MANY_REQUESTS, detail)
