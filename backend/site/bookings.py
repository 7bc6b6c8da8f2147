"""Booking a half hour over HTTP: find a place, hold it, book it, change and cancel (AP1, AP3)."""

import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from backend.booking import (
    BlockedError,
    BookingIdInUseError,
    BookingStamp,
    Person,
)
from backend.core.bookings import (
    BlockAppeal,
    Booking,
    BookingRefusal,
    BookingRefusalCode,
    BookingState,
    ConfirmBooking,
    HoldPlace,
)
from backend.core.ids import CommandId
from backend.core.rules.bookings import bookable_queue
from backend.core.rules.no_shows import may_book_again_on
from backend.core.rules.public_text import TextLimits, TextRefusal, cleaned, masked
from backend.hub.hall import Hall
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, check_visits, decoded_body, hall_of
from backend.openapi import takes
from backend.problem import ProblemError, address_of
from backend.rate import Limits
from backend.site.booking_desk import BookingDesk, id_in_use, not_booked, unknown_booking
from backend.site.calendar_file import calendar_file
from backend.site.card_tries import CardTries
from backend.site.pages import Pages
from backend.store.stream import ConflictError
from backend.visiting import Visiting
from backend.web.pages import takes_gzip
from backend.web.visitor import visitor_of
from backend.wire.bookings import (
    AppealDo,
    AppealShown,
    BookingDo,
    BookingRefused,
    FindBooking,
)
from backend.wire.messages import ErrorCode

BODY_MAX = 8 * 1024
FRESH_S = 2
"""How long browsers and proxies may keep what is free: it is counted anew when one takes it."""
APPEAL = TextLimits(chars=500, lines=20)
SECRET = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}

encode = msgspec.json.Encoder().encode
_do_decoder = msgspec.json.Decoder(BookingDo)
_appeal_decoder = msgspec.json.Decoder(AppealDo)
_find_decoder = msgspec.json.Decoder(FindBooking)


@get("/api/halls/{hall_id:str}/bookable")
async def list_bookable(
    request: AnyRequest,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    booking_desk: NamedDependency[BookingDesk],
    limits: NamedDependency[Limits],
) -> Response[bytes]:
    """The services that can be booked, as `Bookable`."""
    check_visits(request, limits)
    return _shared(request, await booking_desk.bookable(hall_of(halls, hall_id)), 30)


@get("/api/halls/{hall_id:str}/bookable/{service_id:str}")
async def free_slots(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    service_id: FromPath[str],
    halls: NamedDependency[Halls],
    booking_desk: NamedDependency[BookingDesk],
    limits: NamedDependency[Limits],
) -> Response[bytes]:
    """The half hours of the days to come that have places for the service, as `FreeSlots`."""
    check_visits(request, limits)
    hall = hall_of(halls, hall_id)
    try:
        return _shared(request, await booking_desk.free(hall, service_id), FRESH_S)
    except BookingRefusal as refusal:
        raise ProblemError(HTTPStatus.NOT_FOUND, refusal.code, "nobody can book this") from refusal


@post("/api/halls/{hall_id:str}/bookings", status_code=HTTPStatus.OK)
@takes(_do_decoder)
async def hold_place(
    request: AnyRequest,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    booking_desk: NamedDependency[BookingDesk],
    limits: NamedDependency[Limits],
) -> Response[bytes]:
    """Keep a place free for five minutes: 200 `BookingView`, 409 `BookingRefused`."""
    check_visits(request, limits)
    order, hall = await decoded_body(request, _do_decoder, BODY_MAX), hall_of(halls, hall_id)
    command, address = order.command, address_of(request)
    if not isinstance(command, HoldPlace):
        detail = "only hold_place begins a booking"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.MALFORMED, detail)
    if not await limits.holds.take(address):
        raise _too_many("too many places are held from this address")
    try:
        async with _refusals(order.id):
            at, ground = hall.now(), await booking_desk.ground(hall)
            queue_id = bookable_queue(ground.plan, command.service_id)
            slot = ground.offered(queue_id, command.slot_at, at)
            draft = booking_desk.draft(hall, queue_id, command.service_id, slot.day, slot.slot_at)
            booking = await booking_desk.work.hold(CommandId(order.id), draft, slot, at)
    except _RefusedError as refused:
        await limits.holds.charge(address, -1.0)
        return refused.answer()
    return await _shown(booking_desk, hall, booking)


@get("/api/bookings/{token:str}")
async def my_booking(
    request: AnyRequest,
    token: FromPath[str],
    halls: NamedDependency[Halls],
    booking_desk: NamedDependency[BookingDesk],
    limits: NamedDependency[Limits],
) -> Response[bytes]:
    """The booking with this secret, as `BookingView`."""
    check_visits(request, limits)
    hall, booking = await _mine(token, halls, booking_desk)
    return await _shown(booking_desk, hall, booking)


@post("/api/bookings/{token:str}", status_code=HTTPStatus.OK)
@takes(_do_decoder)
async def do_booking(
    request: AnyRequest,
    *,
    token: FromPath[str],
    halls: NamedDependency[Halls],
    booking_desk: NamedDependency[BookingDesk],
    visiting: NamedDependency[Visiting],
    card_tries: NamedDependency[CardTries],
    limits: NamedDependency[Limits],
) -> Response[bytes]:
    """Book what is held, change or cancel: 200 `BookingView`, 409 `BookingRefused`.

    Without a card it is booked for the visitor who signed in at the campus: 401 when nobody did.
    """
    check_visits(request, limits)
    order = await decoded_body(request, _do_decoder, BODY_MAX)
    command, address = order.command, address_of(request)
    hall, _ = await _mine(token, halls, booking_desk)
    if isinstance(command, HoldPlace):
        detail = "a booking is changed by change_booking"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.MALFORMED, detail)
    try:
        async with _refusals(order.id):
            person = None
            if isinstance(command, ConfirmBooking):
                person = await _person(request, hall, command.card, visiting, card_tries)
            ground = await booking_desk.ground(hall)
            stamp = BookingStamp(at=hall.now(), ground=ground, person=person)
            done = await booking_desk.work.do(CommandId(order.id), token, command, stamp)
    except _RefusedError as refused:
        return refused.answer()
    if done is None:
        raise unknown_booking()
    if done.is_hold_over:
        await limits.holds.charge(address, -1.0)
    booking_desk.changed.set()
    return await _shown(booking_desk, hall, done.booking)


@post("/api/halls/{hall_id:str}/bookings/find", status_code=HTTPStatus.OK)
@takes(_find_decoder)
async def find_booking(
    request: AnyRequest,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    booking_desk: NamedDependency[BookingDesk],
    limits: NamedDependency[Limits],
) -> Response[bytes]:
    """The booking with this code, as `BookingView`; who guesses is soon told to wait."""
    check_visits(request, limits)
    address, hall = address_of(request), hall_of(halls, hall_id)
    asked = await decoded_body(request, _find_decoder, BODY_MAX)
    if not await limits.codes.take(address):
        raise _too_many("too many codes were tried from this address")
    booking = await booking_desk.store.with_code(hall.hall_id, asked.code)
    if booking is None:
        raise unknown_booking()
    await limits.codes.charge(address, -1.0)
    return await _shown(booking_desk, hall, booking)


@get("/api/bookings/{token:str}/calendar.ics")
async def calendar_entry(
    request: AnyRequest,
    *,
    token: FromPath[str],
    halls: NamedDependency[Halls],
    booking_desk: NamedDependency[BookingDesk],
    limits: NamedDependency[Limits],
    pages: NamedDependency[Pages],
    language: Annotated[Literal["zh", "en"], QueryParameter()] = "zh",
) -> Response[bytes]:
    """What is booked as a file for a calendar; 409 `not_booked` of what is not, or no more."""
    check_visits(request, limits)
    hall, booking = await _mine(token, halls, booking_desk)
    if booking.state is not BookingState.BOOKED:
        raise not_booked()
    view = await booking_desk.view(hall, booking)
    page = pages.url(f"{'/en' if language == 'en' else ''}/booking/{token}")
    content = calendar_file(view, language, page, booking.revision)
    name = {"Content-Disposition": 'attachment; filename="booking.ics"'}
    return Response(content, media_type="text/calendar", headers=SECRET | name)


@post("/api/halls/{hall_id:str}/bookings/appeals", status_code=HTTPStatus.OK)
@takes(_appeal_decoder)
async def appeal_block(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    booking_desk: NamedDependency[BookingDesk],
    visiting: NamedDependency[Visiting],
    card_tries: NamedDependency[CardTries],
    limits: NamedDependency[Limits],
) -> Response[bytes]:
    """Say why one could not come: 200 `AppealShown`, also of one before; 409 `BookingRefused`."""
    check_visits(request, limits)
    order, hall = await decoded_body(request, _appeal_decoder, BODY_MAX), hall_of(halls, hall_id)
    try:
        words = masked(cleaned(order.command.words, APPEAL))
    except TextRefusal as refusal:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        raise ProblemError(status, refusal.code, "the words are not taken") from refusal
    try:
        async with _refusals(order.id):
            person = await _person(request, hall, order.command.card, visiting, card_tries)
            appeal = await _appealed(booking_desk, hall, person, order.id, words)
    except _RefusedError as refused:
        return refused.answer()
    shown = AppealShown(
        asked_at=appeal.asked_at,
        again_on=appeal.again_on,
        is_lifted=appeal.is_lifted,
        verdict=appeal.verdict,
    )
    return Response(encode(shown), media_type="application/json", headers=SECRET)


ROUTES: list[Any] = [
    list_bookable,
    free_slots,
    hold_place,
    my_booking,
    do_booking,
    find_booking,
    calendar_entry,
    appeal_block,
]


class _RefusedError(Exception):
    """A rule said no to an order."""

    def __init__(self, refused: BookingRefused) -> None:
        super().__init__(refused.code)
        self.refused = refused

    def answer(self) -> Response[bytes]:
        """The answer that says so."""
        return Response(
            encode(self.refused),
            status_code=HTTPStatus.CONFLICT,
            media_type="application/json",
            headers=SECRET,
        )


@asynccontextmanager
async def _refusals(id: str) -> AsyncIterator[None]:
    """Tell what the rules say in one way.  Raises _RefusedError, ProblemError."""
    try:
        yield
    except BookingRefusal as refusal:
        raise _RefusedError(BookingRefused(id=id, code=refusal.code, again_on=None)) from refusal
    except BlockedError as blocked:
        code = BookingRefusalCode.PERSON_BLOCKED
        refused = BookingRefused(id=id, code=code, again_on=blocked.again_on)
        raise _RefusedError(refused) from blocked
    except BookingIdInUseError as error:
        raise id_in_use() from error


async def _person(
    request: AnyRequest, hall: Hall, card: str | None, visiting: Visiting, card_tries: CardTries
) -> Person:
    """Who holds the card, as at a kiosk; without one it is the visitor who signed in.

    Raises BookingRefusal: card_unknown.
    """
    if card is None:
        session = await visitor_of(request, visiting)
        person_hash, origin = await visiting.person_in(hall.hall_id, session.visitor)
        return Person(person_hash=person_hash, origin=origin)
    return await card_tries.person(hall.hall_id, hall.holder(card), address_of(request))


async def _appealed(
    booking_desk: BookingDesk, hall: Hall, person: Person, appeal_id: str, words: str
) -> BlockAppeal:
    """The person's appeal against the block that is in force.

    Raises BookingRefusal: not_blocked.  BookingIdInUseError.
    """
    store, at = booking_desk.store, hall.now()
    last = await booking_desk.appeals.last_of(hall.hall_id, person.person_hash)
    if last is not None and (last.appeal_id == appeal_id or last.decided_at is None):
        return last
    ground = await booking_desk.ground(hall)
    missed = await store.missed(hall.hall_id, person.person_hash)
    days = [day for day, _ in missed]
    again_on = may_book_again_on(days, ground.plan.rules, ground.day_of(at))
    if again_on is None:
        raise BookingRefusal(BookingRefusalCode.NOT_BLOCKED)
    if last is not None and last.is_lifted is False and last.again_on == again_on:
        return last  # decided: once for each block
    appeal = BlockAppeal(
        hall_id=hall.hall_id,
        appeal_id=appeal_id,
        person_hash=person.person_hash,
        words=words,
        asked_at=at,
        again_on=again_on,
        missed=_slots(missed),
    )
    try:
        return await booking_desk.appeals.put(appeal)
    except ConflictError as error:
        raise BookingIdInUseError(appeal_id) from error


def _slots(missed: list[tuple[Any, datetime]]) -> tuple[datetime, ...]:
    return tuple(slot_at for _, slot_at in missed)


async def _mine(token: str, halls: Halls, booking_desk: BookingDesk) -> tuple[Hall, Booking]:
    booking = await booking_desk.with_token(token)
    if booking is None:
        raise unknown_booking()
    return hall_of(halls, booking.hall_id), booking


async def _shown(booking_desk: BookingDesk, hall: Hall, booking: Booking) -> Response[bytes]:
    view = await booking_desk.view(hall, booking)
    return Response(encode(view), media_type="application/json", headers=SECRET)


def _shared(request: AnyRequest, found: msgspec.Struct, fresh_s: int) -> Response[bytes]:
    """What is the same for everybody, and may be kept for some seconds."""
    content = encode(found)
    headers = {"Cache-Control": f"public, max-age={fresh_s}", "Vary": "Accept-Encoding"}
    if takes_gzip(request):
        content, headers["Content-Encoding"] = gzip.compress(content), "gzip"
    return Response(content, media_type="application/json", headers=headers)


def _too_many(detail: str) -> ProblemError:
    return ProblemError(HTTPStatus.TOO_MANY_REQUESTS, ErrorCode.TOO_MANY_REQUESTS, detail)
