"""What somebody who booked is reminded of: the evening before, and an hour before (AP1)."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from backend.core.bookings import Booking
from backend.core.ids import Text
from backend.core.messages import Message, MessageKind
from backend.core.plan import Plan

EVENING = time(18)
"""By the hall's clock."""
SOON = timedelta(hours=1)
KEYS = ("evening", "soon")


def reminder_keys(booking: Booking) -> tuple[str, ...]:
    """What the reminders of the booking are called in the outbox."""
    return tuple(f"booking/{booking.appointment_id}/{name}" for name in KEYS)


def reminders_of(booking: Booking, plan: Plan) -> tuple[Message, ...]:
    """The reminders whose time is still to come."""
    zone = ZoneInfo(plan.time_zone)
    local = booking.slot_at.astimezone(zone)
    evening = datetime.combine(local.date() - timedelta(days=1), EVENING, zone)
    found = zip(reminder_keys(booking), (evening, booking.slot_at - SOON), strict=True)
    return tuple(_reminder(booking, plan, key, at) for key, at in found if at > booking.changed_at)


def _reminder(booking: Booking, plan: Plan, key: str, at: datetime) -> Message:
    local = booking.slot_at.astimezone(ZoneInfo(plan.time_zone))
    name = next(
        (s.name for s in plan.services if s.service_id == booking.service_id),
        Text(zh="办理事项", en="your visit"),
    )
    return Message(
        hall_id=booking.hall_id,
        key=key,
        kind=MessageKind.BOOKING,
        title=Text(
            zh=f"{local:%-m月%-d日 %H:%M} {name.zh}",
            en=f"{name.en}, {local:%-d %b %H:%M}",
        ),
        text=Text(
            zh=f"您预约了 {local:%-m月%-d日 %H:%M} 在{plan.name.zh}办理“{name.zh}”。"
            "请在取号机凭预约码签到。来不了请提前取消，把名额让给别人。",
            en=f"You booked {name.en} at {plan.name.en} on {local:%-d %b} at {local:%H:%M}. "
            "Check in with your code at a kiosk. If you cannot come, please cancel in time.",
        ),
        subject=f"booking/{booking.booking_id}",
        person_hash=booking.person_hash,
        path=f"/booking/{booking.token}",
        put_at=booking.changed_at,
        not_before=at,
        expires_at=booking.slot_at,
    )
