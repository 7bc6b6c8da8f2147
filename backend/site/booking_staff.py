"""Bookings for staff over HTTP: who is expected on a day, masked, and appeals (AP1, AP3)."""

from collections import defaultdict
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from backend.audited import audited, trail_of
from backend.booking import BookingGround
from backend.core.access import Reading, Writing
from backend.core.bookings import BlockAppeal, Booking, BookingRefusal, BookingState
from backend.core.ids import StaffId
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, decoded_body, granted
from backend.identity import Identity
from backend.openapi import takes
from backend.problem import ProblemError
from backend.site.booking_desk import BookingDesk, name_of
from backend.wire.bookings import AppealLine, BookedDay, BookedLine, LostDay, RuleDo, SlotLoad

BODY_MAX = 4 * 1024
CODE_SHOWN = 3
"""Characters of a code that staff see, to tell visitors of one slot apart."""

_rule_decoder = msgspec.json.Decoder(RuleDo)


@get("/api/halls/{hall_id:str}/bookings")
@audited("booking.list", "booking")
async def list_bookings(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    day: FromQuery[date],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    booking_desk: NamedDependency[BookingDesk],
) -> BookedDay:
    """The bookings of a day, earliest first, and how full its half hours are."""
    hall, _ = await granted(request, hall_id, Reading.BOOKINGS, halls, identity)
    trail_of(request).id = str(day)
    at, ground = hall.now(), await booking_desk.ground(hall)
    known = await booking_desk.known(hall)
    found = await booking_desk.store.of_day(hall.hall_id, day, at)
    lines = [
        BookedLine(
            slot_at=booking.slot_at,
            service_name=name_of(known, booking.service_id),
            queue_id=booking.queue_id,
            state=booking.state,
            code_end=booking.code[-CODE_SHOWN:],
            origin=booking.origin,
            is_lost=booking.state is BookingState.BOOKED and booking.lost_at is not None,
        )
        for booking in found
    ]
    return BookedDay(
        day=day,
        time_zone=ground.plan.time_zone,
        days=list(ground.days(at)),
        load=_load(ground, day, found),
        lines=lines,
        kept=sum(booking.state is BookingState.KEPT for booking in found),
        missed=sum(booking.state is BookingState.MISSED for booking in found),
        lost=[
            LostDay(day=lost_day, bookings=bookings)
            for lost_day, bookings in await booking_desk.store.lost_days(hall.hall_id, known.today)
        ],
    )


@get("/api/halls/{hall_id:str}/bookings/appeals")
@audited("appeal.list", "appeal")
async def list_appeals(
    request: AnyRequest,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    booking_desk: NamedDependency[BookingDesk],
) -> list[AppealLine]:
    """Appeals: those to be decided, oldest first, then the others, newest first."""
    hall, _ = await granted(request, hall_id, Reading.BOOKINGS, halls, identity)
    return [_line(appeal) for appeal in await booking_desk.appeals.all_of(hall.hall_id)]


@post("/api/halls/{hall_id:str}/bookings/appeals/{appeal_id:str}", status_code=HTTPStatus.OK)
@audited("appeal.rule", "appeal")
@takes(_rule_decoder)
async def rule_block(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    appeal_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    booking_desk: NamedDependency[BookingDesk],
) -> AppealLine:
    """Decide an appeal, once: lifted, its no-shows count no more (AP3)."""
    hall, asker = await granted(request, hall_id, Writing.BLOCK, halls, identity)
    rule = (await decoded_body(request, _rule_decoder, BODY_MAX)).command
    found = await booking_desk.appeals.one(hall.hall_id, appeal_id)
    if found is None:
        raise _unknown()
    decided = msgspec.structs.replace(
        found,
        is_lifted=rule.lifts,
        verdict=rule.reason,
        decided_by=StaffId(asker.by.id),
        decided_at=hall.now(),
    )
    try:
        kept = await booking_desk.appeals.decide(decided, note_in=trail_of(request).note_in)
    except BookingRefusal as refusal:
        detail = "the appeal was decided already"
        raise ProblemError(HTTPStatus.CONFLICT, refusal.code, detail) from refusal
    if kept is None:
        raise _unknown()
    return _line(kept)


ROUTES: list[Any] = [list_bookings, list_appeals, rule_block]


def _load(ground: BookingGround, day: date, found: list[Booking]) -> list[SlotLoad]:
    """How full each half hour is that has places or bookings, earliest first."""
    places: dict[datetime, int] = defaultdict(int)
    for queue in ground.plan.queues:
        for slot in ground.slots(day, queue.queue_id):
            places[slot.slot_at] += slot.places
    held: dict[datetime, int] = defaultdict(int)
    booked: dict[datetime, int] = defaultdict(int)
    for booking in found:
        if booking.state is BookingState.HELD:
            held[booking.slot_at] += 1
        elif booking.state not in (BookingState.CANCELLED, BookingState.DROPPED):
            booked[booking.slot_at] += 1
    return [
        SlotLoad(slot_at=at, places=places[at], held=held[at], booked=booked[at])
        for at in sorted({*places, *held, *booked})
    ]


def _line(appeal: BlockAppeal) -> AppealLine:
    return AppealLine(
        appeal_id=appeal.appeal_id,
        words=appeal.words,
        asked_at=appeal.asked_at,
        again_on=appeal.again_on,
        missed=list(appeal.missed),
        is_lifted=appeal.is_lifted,
        verdict=appeal.verdict,
        decided_by=appeal.decided_by,
        decided_at=appeal.decided_at,
    )


def _unknown() -> ProblemError:
    return ProblemError(HTTPStatus.NOT_FOUND, "unknown_appeal", "there is no such appeal")
