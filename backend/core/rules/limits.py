"""How many tickets a person and a kiosk may take (TK4)."""

from datetime import timedelta

from backend.core.day import HallDay
from backend.core.errors import Refusal, RefusalCode
from backend.core.ids import Channel, QueueId, TicketState
from backend.core.plan import KioskPlan
from backend.core.stamp import Role, Stamp

FINAL = frozenset(
    {TicketState.DONE, TicketState.CANCELLED, TicketState.ABANDONED, TicketState.EXPIRED}
)


def check_person(day: HallDay, queue_id: QueueId, person_hash: str | None) -> None:
    """Raises Refusal: person_in_queue, person_tickets_live, person_tickets_day (TK4)."""
    if person_hash is None:
        return
    tickets = [day.tickets[ticket_id] for ticket_id in day.persons.get(person_hash, [])]
    live = [ticket for ticket in tickets if ticket.state not in FINAL]
    if sum(t.queue_id == queue_id for t in live) >= day.rules.tickets_per_queue_max:
        raise Refusal(RefusalCode.PERSON_IN_QUEUE)
    if len(live) >= day.rules.tickets_live_max:
        raise Refusal(RefusalCode.PERSON_TICKETS_LIVE)
    if len(tickets) >= day.rules.tickets_day_max:
        raise Refusal(RefusalCode.PERSON_TICKETS_DAY)


def check_kiosk(day: HallDay, kiosk: KioskPlan | None, channel: Channel, stamp: Stamp) -> None:
    """Raises Refusal: kiosk_too_soon, for one anonymous ticket right after another (TK4).

    Staff, who only print there, are not held up by the visitors at the kiosk.
    """
    if kiosk is None or channel is not Channel.ANONYMOUS or stamp.by.role is not Role.DEVICE:
        return
    taken_at = day.kiosk_taken.get(kiosk.kiosk_id)
    gap = timedelta(seconds=day.rules.kiosk_gap_s)
    if taken_at is not None and stamp.at - taken_at < gap:
        raise Refusal(RefusalCode.KIOSK_TOO_SOON)
