"""Bookings for staff over HTTP: who is expected, masked (AP1), calling off (AP4), appeals (AP3)."""

from collections import defaultdict
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from backend.audited import audited, trail_of
from backend.booking import BookingGround, BookingIdInUseError, BookingStamp
from backend.core.access import Reading, Writing
from backend.core.bookings import (
    BlockAppeal,
    Booking,
    BookingRefusal,
    BookingRefusalCode,
    BookingState,
)
from backend.core.ids import CommandId, StaffId
from backend.hub.hall import Hall
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, decoded_body, granted
from backend.identity import Identity
from backend.office.case_desk import Known
from backend.openapi import takes
from backend.problem import ProblemError
from backend.site.booking_desk import (
    BookingDesk,
    id_in_use,
    name_of,
    ticket_of,
    unknown_booking,
)
from backend.wire.bookings import (
    AppealLine,
    BookedDay,
    BookedLine,
    DropDo,
    LostDay,
    RuleDo,
    SlotLoad,
)

BODY_MAX = 4 * 1024
CODE_SHOWN = 3
"""Characters of a code that staff see, to tell visitors of one slot apart."""

_drop_decoder = msgspec.json.Decoder(DropDo)
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
    return BookedDay(
        day=day,
        time_zone=ground.plan.time_zone,
        days=list(ground.days(at)),
        load=_load(ground, day, found),
        lines=[_booked_line(hall, known, booking, at) for booking in found],
        kept=sum(booking.state is BookingState.KEPT for booking in found),
        missed=sum(booking.state is BookingState.MISSED for booking in found),
        lost=[
            LostDay(day=lost_day, bookings=bookings)
            for lost_day, bookings in await booking_desk.store.lost_days(hall.hall_id, known.today)
        ],
    )


@post("/api/halls/{hall_id:str}/bookings/{booking_id:str}", status_code=HTTPStatus.OK)
@audited("booking.drop", "booking")
@takes(_drop_decoder)
async def drop_booking(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    booking_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    booking_desk: NamedDependency[BookingDesk],
) -> BookedLine:
    """Call a booking off for its visitor, who is told why: 409 with the rule's code."""
    hall, _ = await granted(request, hall_id, Writing.BOOKING, halls, identity)
    order = await decoded_body(request, _drop_decoder, BODY_MAX)
    found = await booking_desk.store.one(hall.hall_id, booking_id)
    if found is None:
        raise unknown_booking()
    at, ground = hall.now(), await booking_desk.ground(hall)
    try:
        if ticket_of(hall, found) is not None:
            raise BookingRefusal(BookingRefusalCode.BOOKING_USED)
        done = await booking_desk.work.do(
            CommandId(order.id),
            found.token,
            order.command,
            BookingStamp(at=at, ground=ground),
            note_in=trail_of(request).note_in,
        )
    except BookingRefusal as refusal:
        detail = "the booking cannot be called off"
        raise ProblemError(HTTPStatus.CONFLICT, refusal.code, detail) from refusal
    except BookingIdInUseError as error:
        raise id_in_use() from error
    if done is None:
        raise unknown_booking()
    booking_desk.changed.set()
    return _booked_line(hall, await booking_desk.known(hall), done.booking, at)


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
    hall, _ = await granted(request, hall_id, Writing.BLOCK, halls, identity)
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


ROUTES: list[Any] = [list_bookings, drop_booking, list_appeals, rule_block]


def _booked_line(hall: Hall, known: Known, booking: Booking, at: datetime) -> BookedLine:
    is_expected = booking.state is BookingState.BOOKED and ticket_of(hall, booking) is None
    return BookedLine(
        booking_id=booking.booking_id,
        slot_at=booking.slot_at,
        service_name=name_of(known, booking.service_id),
        queue_id=booking.queue_id,
        state=booking.state,
        code_end=booking.code[-CODE_SHOWN:],
        origin=booking.origin,
        is_lost=is_expected and booking.lost_at is not None,
        may_drop=is_expected and at < booking.slot_at,
        reason=booking.reason,
    )


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
