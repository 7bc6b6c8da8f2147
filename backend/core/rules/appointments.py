"""Visitors who are expected at a time (AP2)."""

from datetime import timedelta

from backend.core.commands import AddAppointment, CancelAppointment, CheckIn
from backend.core.day import Booking, HallDay
from backend.core.errors import Refusal, RefusalCode
from backend.core.events import Event
from backend.core.hall_events import AppointmentAdded, AppointmentCancelled
from backend.core.ids import AppointmentId, Channel, ServiceId, TicketClass
from backend.core.plan import Appointment
from backend.core.rules.day import open_day_of, service_day
from backend.core.rules.issuing import check_issuing
from backend.core.rules.limits import check_person
from backend.core.rules.tickets import check_channel, kiosk_named, new_ticket, queue_named
from backend.core.stamp import Stamp


def check_in(day: HallDay, command: CheckIn, stamp: Stamp) -> tuple[Event, ...]:
    """Give the expected visitor a number: booked in time, ordinary when late (AP2).

    In time, it is given out even while issuing is stopped: the hour was promised.

    Raises Refusal: day_not_open, unknown_kiosk, code_or_appointment, unknown_appointment,
    appointment_cancelled, appointment_used, check_in_too_early, channel_off, and as
    `check_issuing` and `check_person`.
    """
    open_day_of(day)
    kiosk = kiosk_named(day, command.kiosk_id)
    appointment = _expected(_named(day, command.code, command.appointment_id)).appointment
    queue_id = appointment.queue_id
    check_channel(day, queue_id, Channel.APPOINTMENT)
    early = timedelta(seconds=day.rules.check_in_early_s)
    late = timedelta(seconds=day.rules.check_in_late_s)
    if stamp.at < appointment.slot_at - early:
        raise Refusal(RefusalCode.CHECK_IN_TOO_EARLY)
    is_in_time = stamp.at <= appointment.slot_at + late
    if not is_in_time:
        check_issuing(day, queue_id, stamp.at)
    check_person(day, queue_id, appointment.person_hash)
    return (
        new_ticket(
            day,
            stamp,
            queue_id=queue_id,
            service_ids=appointment.service_ids,
            ticket_class=TicketClass.BOOKED if is_in_time else TicketClass.ORDINARY,
            channel=Channel.APPOINTMENT,
            person_hash=appointment.person_hash,
            kiosk=kiosk,
            is_printed=command.print,
            appointment=appointment,
        ),
    )


def add_appointment(day: HallDay, command: AddAppointment, stamp: Stamp) -> tuple[Event, ...]:
    """Expect one more visitor today (AP2).

    Raises Refusal: day_not_open, queue_or_services, unknown_queue, unknown_service,
    services_of_several_queues, channel_off, appointment_in_use, appointment_of_other_day.
    """
    today = open_day_of(day)
    assert day.plan is not None
    queue_id = queue_named(day, command.queue_id, command.service_ids)
    check_channel(day, queue_id, Channel.APPOINTMENT)
    appointment_id = AppointmentId(command.appointment_id)
    if appointment_id in day.bookings or _is_code_used(day, command.code):
        raise Refusal(RefusalCode.APPOINTMENT_IN_USE)
    if service_day(command.slot_at, day.plan.time_zone) != today:
        raise Refusal(RefusalCode.APPOINTMENT_OF_OTHER_DAY)
    appointment = Appointment(
        appointment_id=appointment_id,
        code=command.code,
        queue_id=queue_id,
        service_ids=tuple(ServiceId(s) for s in command.service_ids),
        slot_at=command.slot_at,
        person_hash=command.card,
        origin=stamp.origin,
    )
    return (AppointmentAdded(appointment=appointment, added_at=stamp.at),)


def cancel_appointment(day: HallDay, command: CancelAppointment, stamp: Stamp) -> tuple[Event, ...]:
    """Expect the visitor no more (AP2).

    Raises Refusal: day_not_open, unknown_appointment, appointment_cancelled, appointment_used.
    """
    open_day_of(day)
    booking = _named(day, None, command.appointment_id)
    appointment_id = _expected(booking).appointment.appointment_id
    return (
        AppointmentCancelled(
            appointment_id=appointment_id, reason=command.reason, cancelled_at=stamp.at
        ),
    )


def _is_code_used(day: HallDay, code: str) -> bool:
    """A visitor who changed to another hour of the day keeps the code (AP1)."""
    found = day.codes.get(code)
    return found is not None and not day.bookings[found].is_cancelled


def _named(day: HallDay, code: str | None, appointment_id: str | None) -> Booking:
    if (code is None) == (appointment_id is None):
        raise Refusal(RefusalCode.CODE_OR_APPOINTMENT)
    found = AppointmentId(appointment_id) if appointment_id is not None else None
    if code is not None:
        found = day.codes.get(code)
    booking = day.bookings.get(found) if found is not None else None
    if booking is None:
        raise Refusal(RefusalCode.UNKNOWN_APPOINTMENT)
    return booking


def _expected(booking: Booking) -> Booking:
    if booking.is_cancelled:
        raise Refusal(RefusalCode.APPOINTMENT_CANCELLED)
    if booking.ticket_id is not None:
        raise Refusal(RefusalCode.APPOINTMENT_USED)
    return booking
