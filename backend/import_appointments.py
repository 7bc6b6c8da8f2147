"""Read who is expected on a day to come, as a booking system exports it (AP2).

    {"appointment_id": "B1", "code": "K7M2P9", "queue_id": "A", "slot_at": "2026-11-24T01:30:00Z"}

One JSON object a line, of the fields of the command `add_appointment`.  The file is the whole day:
it takes the place of what was imported for the day before.  It counts when the day opens; who comes
to be expected on a day that is open already is added by that command.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

import msgspec

from backend.cards import Cards
from backend.core.commands import AddAppointment
from backend.core.ids import AppointmentId, Channel, HallId, QueueId, ServiceId
from backend.core.plan import Appointment, Plan
from backend.store.appointments import APPOINTMENTS_MAX

_decode = msgspec.json.Decoder(AddAppointment).decode


class ExpectedError(Exception):
    """The file cannot be used: nothing was changed.  The words say where and what."""


def expected_in(lines: Iterable[bytes], plan: Plan, day: date, cards: Cards) -> list[Appointment]:
    """The appointments of the file, all of them right for the plan and the day.

    Raises ExpectedError: at the first line that is wrong.
    """
    found: list[Appointment] = []
    for no, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if len(found) == APPOINTMENTS_MAX:
            raise ExpectedError(f"{no}: a day has at most {APPOINTMENTS_MAX} appointments")
        try:
            found.append(_appointment(_decode(line), plan, day, cards))
        except (msgspec.DecodeError, ValueError) as error:
            raise ExpectedError(f"{no}: {error}") from error
    for name, values in (
        ("appointment_id", Counter(str(a.appointment_id) for a in found)),
        ("code", Counter(a.code for a in found)),
    ):
        twice = [value for value, count in values.items() if count > 1]
        if twice:
            raise ExpectedError(f"the {name} {twice[0]} is there twice")
    return found


def _appointment(asked: AddAppointment, plan: Plan, day: date, cards: Cards) -> Appointment:
    """Raises ValueError: what is wrong with the line."""
    if asked.slot_at.astimezone(ZoneInfo(plan.time_zone)).date() != day:
        raise ValueError(f"the slot is not on {day}")
    queue_id = _queue_id(asked, plan)
    queue = next((q for q in plan.queues if q.queue_id == queue_id), None)
    if queue is None:
        raise ValueError(f"there is no queue {queue_id}")
    if Channel.APPOINTMENT not in queue.channels:
        raise ValueError(f"queue {queue_id} takes no appointments")
    holder = None
    if asked.card is not None:
        holder = cards.holder(HallId(plan.hall_id), asked.card, is_reversed=False)
    return Appointment(
        appointment_id=AppointmentId(asked.appointment_id),
        code=asked.code,
        queue_id=queue_id,
        service_ids=tuple(ServiceId(s) for s in asked.service_ids),
        slot_at=asked.slot_at,
        person_hash=holder.person_hash if holder is not None else None,
        origin=holder.origin if holder is not None else None,
    )


def _queue_id(asked: AddAppointment, plan: Plan) -> QueueId:
    """The queue that is named, or the one of the services."""
    if (asked.queue_id is None) == (not asked.service_ids):
        raise ValueError("name either queue_id or service_ids")
    if asked.queue_id is not None:
        return QueueId(asked.queue_id)
    queue_of = {service.service_id: service.queue_id for service in plan.services}
    queue_ids = {queue_of.get(ServiceId(s)) for s in asked.service_ids}
    (queue_id, *others) = queue_ids
    if queue_id is None or others:
        raise ValueError("the services must be known and of one queue")
    return queue_id
