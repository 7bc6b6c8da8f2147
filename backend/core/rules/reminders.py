"""What somebody who booked is told.

The evening before and an hour before, and that it was changed or cancelled (AP1); and when the
hall cannot keep it (AP4).
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from backend.core.bookings import Booking
from backend.core.ids import Text
from backend.core.messages import Message, MessageKind, booking_subject
from backend.core.plan import Plan

EVENING = time(18)
"""By the hall's clock."""
SOON = timedelta(hours=1)
KEYS = ("evening", "soon")
GRACE = timedelta(minutes=10)
"""So long a roster may be wrong before those who booked are told of it."""


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


def changed_key(booking: Booking) -> str:
    """What it is called in the outbox that the booking was changed to this slot."""
    return f"booking/{booking.appointment_id}/changed"


def changed_news(booking: Booking, plan: Plan) -> Message:
    """The visitor has changed the booking to this slot."""
    return _message(
        booking,
        plan,
        changed_key(booking),
        title=Text(zh="预约已改到 {when}：{name}", en="Changed: {name}, {when}"),
        text=Text(
            zh="您在{hall}办理“{name}”的预约已改到 {when}，预约码不变。来不了请提前取消。",
            en="Your booking of {name} at {hall} is now on {when}. Its code is the same. If you "
            "cannot come, please cancel in time.",
        ),
        put_at=booking.changed_at,
        not_before=booking.changed_at,
    )


def cancelled_news(booking: Booking, plan: Plan) -> Message:
    """The visitor has cancelled the booking."""
    return _message(
        booking,
        plan,
        f"booking/{booking.appointment_id}/cancelled",
        title=Text(zh="预约已取消：{when} {name}", en="You cancelled: {name}, {when}"),
        text=Text(
            zh="您在{hall}的预约（{when}“{name}”）已按您的操作取消，名额已让给别人。",
            en="You cancelled your booking of {name} at {hall} on {when}. The place is free again.",
        ),
        put_at=booking.changed_at,
        not_before=booking.changed_at,
    )


def lost_key(booking: Booking) -> str:
    """What it is called in the outbox that the half hour is lost."""
    assert booking.lost_at is not None
    return f"booking/{booking.appointment_id}/lost/{booking.lost_at.timestamp():.0f}"


def lost_news(booking: Booking, plan: Plan) -> Message:
    """The hall does not keep the half hour: told after a while, at once where it begins soon."""
    at = booking.lost_at
    assert at is not None
    return _message(
        booking,
        plan,
        lost_key(booking),
        title=Text(zh="预约时段有变：{when} {name}", en="Change needed: {name}, {when}"),
        text=Text(
            zh="您预约的 {when}“{name}”，{hall}届时不能办理，给您添麻烦了。"
            "请改约其他时间或取消；不算未到，大厅照常可现场取号。",
            en="{hall} cannot serve {name} on {when}, which you booked; we are sorry. Choose "
            "another time, or cancel. It does not count as missed.",
        ),
        put_at=at,
        not_before=at + GRACE if at + GRACE < booking.slot_at - SOON else at,
    )


def found_news(booking: Booking, plan: Plan, at: datetime) -> Message | None:
    """That the hall keeps it after all; nothing where nobody was told otherwise yet."""
    if lost_news(booking, plan).due_at > at:
        return None
    return _message(
        booking,
        plan,
        f"{lost_key(booking)}/found",
        title=Text(zh="预约照常：{when} {name}", en="As booked: {name}, {when}"),
        text=Text(
            zh="您预约的 {when}“{name}”，{hall}可以照常办理，请按时来。",
            en="{hall} can serve {name} on {when} after all, as you booked.",
        ),
        put_at=at,
        not_before=at,
    )


def dropped_news(booking: Booking, plan: Plan, at: datetime) -> Message:
    """The hall has cancelled the booking, for the reason that staff gave, if they did."""
    why = Text(
        zh="{hall}已取消您预约的 {when}“{name}”。原因：{reason}\n",
        en="{hall} has cancelled your booking of {name} on {when}. Reason: {reason}\n",
    )
    sorry = Text(
        zh="您预约的 {when}“{name}”，{hall}不能办理，已经取消，给您添麻烦了。",
        en="{hall} had to cancel your booking of {name} on {when}; we are sorry. ",
    )
    begins = why if booking.reason else sorry
    return _message(
        booking,
        plan,
        f"booking/{booking.appointment_id}/dropped",
        title=Text(zh="预约已由大厅取消：{when} {name}", en="Cancelled: {name}, {when}"),
        text=Text(
            zh=begins.zh + "不算未到，请重新预约，或在服务时间直接到大厅取号。",
            en=begins.en + "It does not count as missed. Book another time, or take a number in "
            "the hall.",
        ),
        put_at=at,
        not_before=at,
    )


def _reminder(booking: Booking, plan: Plan, key: str, at: datetime) -> Message:
    return _message(
        booking,
        plan,
        key,
        title=Text(zh="{when} {name}", en="{name}, {when}"),
        text=Text(
            zh="您预约了 {when} 在{hall}办理“{name}”。"
            "请在取号机凭预约码签到。来不了请提前取消，把名额让给别人。",
            en="You booked {name} at {hall} on {when}. "
            "Check in with your code at a kiosk. If you cannot come, please cancel in time.",
        ),
        put_at=booking.changed_at,
        not_before=at,
    )


def _message(
    booking: Booking,
    plan: Plan,
    key: str,
    *,
    title: Text,
    text: Text,
    put_at: datetime,
    not_before: datetime,
) -> Message:
    """With the half hour, the service and the hall in the words; of no use once it has begun."""
    local = booking.slot_at.astimezone(ZoneInfo(plan.time_zone))
    name = next(
        (s.name for s in plan.services if s.service_id == booking.service_id),
        Text(zh="办理事项", en="your visit"),
    )
    zh = {"when": f"{local:%-m月%-d日 %H:%M}", "name": name.zh, "hall": plan.name.zh}
    en = {"when": f"{local:%-d %b at %H:%M}", "name": name.en, "hall": plan.name.en}
    zh["reason"] = en["reason"] = booking.reason
    return Message(
        hall_id=booking.hall_id,
        key=key,
        kind=MessageKind.BOOKING,
        title=Text(zh=title.zh.format(**zh), en=title.en.format(**en)),
        text=Text(zh=text.zh.format(**zh), en=text.en.format(**en)),
        subject=booking_subject(booking.booking_id),
        person_hash=booking.person_hash,
        path=f"/booking/{booking.token}",
        put_at=put_at,
        not_before=not_before,
        expires_at=booking.slot_at,
    )
