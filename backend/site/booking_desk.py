"""What every request about bookings stands on, and how a booking is shown."""

import asyncio
import re
import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from http import HTTPStatus

from backend.booking import BookingGround, BookingWork
from backend.core.bookings import Booking, BookingState
from backend.core.ids import HallId, QueueId, ServiceId, Text, TicketToken
from backend.core.plan import Plan, QueuePlan
from backend.core.rules.bookings import (
    SLOT,
    bookable_queue,
    booking_days,
    change_until,
)
from backend.hub.clock import fresh_id, ticket_token
from backend.hub.hall import Hall
from backend.office.case_desk import CaseDesk, Known
from backend.problem import ProblemError
from backend.rostering import Rostering
from backend.site.kept import Kept
from backend.store.appeals import Appeals
from backend.store.appointments import Appointments
from backend.store.bookings import Bookings
from backend.store.database import Database
from backend.wire.bookings import (
    Bookable,
    BookableOffer,
    BookingDay,
    BookingView,
    FreeSlot,
    FreeSlots,
)
from backend.wire.messages import ErrorCode

GROUND_S, FREE_S, EXPECTED_S, PACES_S = 2.0, 1.0, 10.0, 600.0
"""How old plan and roster, free places, appointments made elsewhere, and usual paces may be; what
is booked is counted anew."""
PACE_DAYS = timedelta(days=28)
CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without those that are read as others: 0 and O, 1 and I."""
CODE_LENGTH = 10
"""50 bits: nobody finds one of some thousands by trying."""
ALSO_MAX = 12
_TOKEN = re.compile(r"[\w-]{20,64}", re.ASCII)


class BookingDesk:
    """Bookings of every hall, as one process works on them; methods may raise StoreError."""

    def __init__(self, database: Database, rostering: Rostering, case_desk: CaseDesk) -> None:
        self.store, self.appeals = Bookings(database), Appeals(database)
        self._appointments = Appointments(database)
        self.work = BookingWork(self.store)
        self._rostering = rostering
        self._case_desk = case_desk
        self._kept = Kept()
        self.changed = asyncio.Event()
        """Set when a booking was changed here: its day is told at once."""

    async def known(self, hall: Hall) -> Known:
        """Plan and guides of the hall."""
        return await self._case_desk.known(hall)

    async def with_token(self, token: str) -> Booking | None:
        """The booking with this secret, of whatever hall."""
        return await self.store.with_token(token) if _TOKEN.fullmatch(token) else None

    async def ground(self, hall: Hall) -> BookingGround:
        """What places there are is found by."""
        return await self._kept.get(("ground", hall.hall_id), GROUND_S, lambda: self._ground(hall))

    async def free(self, hall: Hall, service_id: str) -> FreeSlots:
        """Where there are places for the service.  Raises BookingRefusal: service_not_bookable."""
        ground = await self.ground(hall)
        queue_id = bookable_queue(ground.plan, service_id)
        days = await self._kept.get(
            ("free", hall.hall_id, queue_id), FREE_S, lambda: self._free(hall, queue_id)
        )
        queue = queue_of(ground.plan, queue_id)
        known = await self.known(hall)
        return FreeSlots(
            service_id=ServiceId(service_id),
            service_name=name_of(known, ServiceId(service_id)),
            hall_name=ground.plan.name,
            zone_name=_zone_name(ground.plan, queue),
            time_zone=ground.plan.time_zone,
            days=days,
        )

    async def bookable(self, hall: Hall) -> Bookable:
        """What may be booked, in the order of the plan."""
        ground, known = await self.ground(hall), await self.known(hall)
        plan = ground.plan
        days, queues = ground.days(hall.now()), {q.queue_id: q for q in plan.queues}
        offered = {q for q in queues if any(ground.slots(day, q) for day in days)}
        found = [
            BookableOffer(
                service_id=service.service_id,
                name=name_of(known, service.service_id),
                queue_name=queues[service.queue_id].name,
                also=_also(known, service.service_id),
            )
            for service in plan.services
            if service.queue_id in offered and _takes(plan, service.service_id)
        ]
        return Bookable(hall_name=plan.name, time_zone=plan.time_zone, services=found)

    async def view(self, hall: Hall, booking: Booking) -> BookingView:
        """The booking, for whoever has its secret."""
        known = await self.known(hall)
        plan, at = known.plan, hall.now()
        queue = queue_of(plan, booking.queue_id)
        guide = known.guides.get(booking.service_id)
        until = change_until(booking, plan.rules)
        ticket_token = ticket_of(hall, booking)
        is_booked = booking.state is BookingState.BOOKED and ticket_token is None
        return BookingView(
            token=booking.token,
            code=booking.code,
            state=booking.state if ticket_token is None else BookingState.KEPT,
            hall_id=booking.hall_id,
            hall_name=plan.name,
            time_zone=plan.time_zone,
            service_id=booking.service_id,
            service_name=name_of(known, booking.service_id),
            queue_name=queue.name if queue is not None else Text(zh="", en=""),
            zone_name=_zone_name(plan, queue),
            day=booking.day,
            slot_at=booking.slot_at,
            ends_at=booking.slot_at + SLOT,
            held_until=booking.held_until,
            at=at,
            change_until=until,
            check_in_from=booking.slot_at - timedelta(seconds=plan.rules.check_in_early_s),
            check_in_until=booking.slot_at + timedelta(seconds=plan.rules.check_in_late_s),
            may_change=booking.state is BookingState.HELD or (is_booked and at <= until),
            is_lost=is_booked and booking.lost_at is not None,
            reason=booking.reason,
            bring=[m.name for m in guide.materials if m.is_required] if guide is not None else [],
            ticket_token=ticket_token,
        )

    def draft(
        self, hall: Hall, queue_id: QueueId, service_id: str, day: date, slot_at: datetime
    ) -> Booking:
        """A booking with fresh secrets, of nobody yet."""
        at = hall.now()
        return Booking(
            hall_id=hall.hall_id,
            booking_id=fresh_id(),
            revision=0,
            queue_id=queue_id,
            service_id=ServiceId(service_id),
            day=day,
            slot_at=slot_at,
            state=BookingState.HELD,
            code="".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH)),
            token=ticket_token(),
            changed_at=at,
            held_until=at,
        )

    async def _ground(self, hall: Hall) -> BookingGround:
        known = await self.known(hall)
        rosters = self._rostering.rosters
        roster = (await rosters.read(hall.hall_id)).roster
        handling = await self._kept.get(
            ("paces", hall.hall_id), PACES_S, lambda: self._handling(hall.hall_id, known.today)
        )
        expected = await self._kept.get(
            ("expected", hall.hall_id), EXPECTED_S, lambda: self._expected(hall, known)
        )
        return BookingGround(known.plan, known.calendar, roster, handling, expected)

    async def _expected(self, hall: Hall, known: Known) -> Mapping[QueueId, Mapping[datetime, int]]:
        """Who comes by an appointment made elsewhere: as imported, today as the open day has it."""
        days, live = booking_days(known.plan, known.calendar, known.today), hall.follower.day
        if not days:
            return {}
        is_live = live.day == days[0] and live.is_open
        first = days[0] + timedelta(days=1) if is_live else days[0]
        found = await self._appointments.counted(hall.hall_id, first, days[-1])
        if is_live:
            own = await self.store.ids_on(hall.hall_id, days[0])
            for booking in live.bookings.values():
                made = booking.appointment
                if not booking.is_cancelled and made.appointment_id not in own:
                    found[made.queue_id][made.slot_at] += 1
        return found

    async def _handling(self, hall_id: HallId, today: date) -> dict[QueueId, tuple[float, int]]:
        return await self.store.usual_handling(hall_id, today - PACE_DAYS)

    async def _free(self, hall: Hall, queue_id: QueueId) -> list[BookingDay]:
        ground, at = await self.ground(hall), hall.now()
        days = ground.days(at)
        if not days:
            return []
        taken = await self.store.taken(hall.hall_id, queue_id, days[0], days[-1], at)
        return [
            BookingDay(
                day=day,
                slots=[
                    FreeSlot(slot_at=slot.slot_at, left=slot.places - taken.get(slot.slot_at, 0))
                    for slot in ground.slots(day, queue_id)
                    if slot.places > taken.get(slot.slot_at, 0) and slot.slot_at > at
                ],
                is_offered=bool(ground.slots(day, queue_id)),
            )
            for day in days
        ]


def unknown_booking() -> ProblemError:
    """The answer to a secret or code of no booking."""
    return ProblemError(HTTPStatus.NOT_FOUND, "unknown_booking", "there is no such booking")


def not_booked() -> ProblemError:
    """The answer where somebody has to be expected by the booking."""
    return ProblemError(HTTPStatus.CONFLICT, "not_booked", "nobody is expected by this booking")


def id_in_use() -> ProblemError:
    """The answer to a command whose id belongs to another."""
    detail = "the id belongs to another command"
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.ID_IN_USE, detail)


def ticket_of(hall: Hall, booking: Booking) -> TicketToken | None:
    """Of the number that was taken for it today, which the recorder reads of a moment later."""
    day = hall.follower.day
    expected = day.bookings.get(booking.appointment_id)
    if expected is None or expected.ticket_id is None:
        return None
    return day.tickets[expected.ticket_id].token


def queue_of(plan: Plan, queue_id: QueueId) -> QueuePlan | None:
    """The queue, if the plan still has it."""
    return next((q for q in plan.queues if q.queue_id == queue_id), None)


def name_of(known: Known, service_id: ServiceId) -> Text:
    """The name of a service: as its guide has it, else as the plan."""
    guide = known.guides.get(service_id)
    planned = next((s.name for s in known.plan.services if s.service_id == service_id), None)
    return guide.name if guide is not None else planned or known.service_name(service_id)


def _zone_name(plan: Plan, queue: QueuePlan | None) -> Text:
    zone_id = queue.zone_id if queue is not None else None
    found = next((zone.name for zone in plan.zones if zone.zone_id == zone_id), None)
    return found or Text(zh="", en="")


def _takes(plan: Plan, service_id: str) -> bool:
    queue_id = next(s.queue_id for s in plan.services if s.service_id == service_id)
    queue = queue_of(plan, queue_id)
    return queue is not None and "appointment" in queue.channels


def _also(known: Known, service_id: ServiceId) -> str:
    guide = known.guides.get(service_id)
    if guide is None:
        return ""
    words = (*guide.also.zh, *guide.also.en, *guide.keywords.zh, *guide.keywords.en)
    return " ".join(words[:ALSO_MAX])
