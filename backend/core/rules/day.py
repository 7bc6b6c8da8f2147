"""Opening and closing the service day (DY1, I13)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from backend.core.commands import CloseDay
from backend.core.day import HallDay
from backend.core.errors import Refusal, RefusalCode
from backend.core.events import (
    CallUndone,
    CounterClosed,
    Event,
    ServingFinished,
    TicketAbandoned,
    TicketExpired,
)
from backend.core.hall_events import AlertCleared, DayClosed, DayOpened
from backend.core.history import DayLessons
from backend.core.ids import CounterId, TicketId, TicketState
from backend.core.plan import Appointment, Plan
from backend.core.rules.arrivals import arrivals_of, usual_arrivals
from backend.core.rules.attendance import attendance
from backend.core.rules.forecast import teach
from backend.core.rules.paces import lessons_of
from backend.core.shifts import Shift
from backend.core.stamp import Stamp


def open_day(day: HallDay, stamp: Stamp) -> tuple[Event, ...]:
    """Begin the day with the plan that the shell brought along (DY1).

    Raises Refusal: day_already_open, day_already_closed (a closed day stays closed).
    """
    plan = stamp.plan
    assert plan is not None, "the shell brings the plan for open_day"
    today = service_day(stamp.at, plan.time_zone)
    if day.is_open:
        raise Refusal(RefusalCode.DAY_ALREADY_OPEN)
    if day.day is not None and today <= day.day:
        raise Refusal(RefusalCode.DAY_ALREADY_CLOSED)
    known = {queue.queue_id for queue in plan.queues}
    past = [lessons.queues for lessons in stamp.lessons if lessons.day != day.day]
    just_closed = tuple(q.pace.lesson for q in day.queues.values() if q.pace.lesson is not None)
    if just_closed:
        past.append(just_closed)  # the archive may not have it yet
    days = [lessons for lessons in stamp.lessons if lessons.day != day.day]
    if day.day is not None:
        days.append(DayLessons(day=day.day, queues=(), arrivals=arrivals_of(day)))
    return (
        DayOpened(
            hall_id=plan.hall_id,
            day=today,
            plan=plan,
            opened_at=stamp.at,
            appointments=_expected(stamp.appointments, plan),
            history=tuple(queue for queue in teach(past) if queue.queue_id in known),
            usual=usual_arrivals(days, today),
            shifts=known_shifts(stamp.shifts, plan),
        ),
    )


def _expected(appointments: tuple[Appointment, ...], plan: Plan) -> tuple[Appointment, ...]:
    """Those whose queue the plan has, for the services that it has."""
    queue_ids = {queue.queue_id for queue in plan.queues}
    services = {service.service_id for service in plan.services}
    return tuple(
        replace(a, service_ids=tuple(s for s in a.service_ids if s in services))
        for a in appointments
        if a.queue_id in queue_ids
    )


def known_shifts(shifts: tuple[Shift, ...], plan: Plan) -> tuple[Shift, ...]:
    """Those of counters that the plan has."""
    counter_ids = {counter.counter_id for counter in plan.counters}
    return tuple(shift for shift in shifts if shift.counter_id in counter_ids)


def close_day(day: HallDay, command: CloseDay, stamp: Stamp) -> tuple[Event, ...]:
    """End the day with every ticket in a final state (DY1, I13).

    Raises Refusal: day_not_open, or another day is; counters_busy while a ticket is called or
    served, unless forced.
    """
    if command.day not in {None, open_day_of(day)}:
        raise Refusal(RefusalCode.DAY_NOT_OPEN)
    busy = [c for c in day.counters.values() if c.ticket_id is not None]
    if busy and not command.force:
        raise Refusal(RefusalCode.COUNTERS_BUSY)
    events: list[Event] = []
    expiring = [t for q in day.queues.values() for t in (*q.care, *q.booked, *q.ordinary)]
    abandoning = list(day.passed)
    for counter in busy:
        assert counter.ticket_id is not None
        events.append(_ended(day, counter.counter_id, counter.ticket_id, stamp.at))
        ticket = day.tickets[counter.ticket_id]
        if ticket.state is TicketState.CALLED:
            # Undone, a passed ticket called by choice is passed again (CL10).
            (expiring if ticket.passed_at is None else abandoning).append(ticket.ticket_id)
    expiring += day.held
    expiring += [ticket_id for lane in day.directed.values() for ticket_id in lane]
    events += [TicketAbandoned(ticket_id=t, abandoned_at=stamp.at) for t in abandoning]
    events += [TicketExpired(ticket_id=t, expired_at=stamp.at) for t in expiring]
    events += [
        CounterClosed(counter_id=c.counter_id, closed_at=stamp.at)
        for c in day.counters.values()
        if c.is_open
    ]
    events += [AlertCleared(alert_id=a, cleared_at=stamp.at) for a in day.standing.values()]
    return (
        *events,
        DayClosed(
            closed_at=stamp.at,
            lessons=lessons_of(day),
            arrivals=arrivals_of(day),
            attendance=attendance(day, stamp.at),
        ),
    )


def open_day_of(day: HallDay) -> date:
    """The date of the open day, or refuse with day_not_open."""
    if not day.is_open or day.day is None:
        raise Refusal(RefusalCode.DAY_NOT_OPEN)
    return day.day


def service_day(at: datetime, time_zone: str) -> date:
    """The calendar day at the hall."""
    return at.astimezone(ZoneInfo(time_zone)).date()


def _ended(day: HallDay, counter_id: CounterId, ticket_id: TicketId, at: datetime) -> Event:
    if day.tickets[ticket_id].state is TicketState.SERVING:
        return ServingFinished(ticket_id=ticket_id, counter_id=counter_id, finished_at=at)
    return CallUndone(ticket_id=ticket_id, counter_id=counter_id, undone_at=at)
