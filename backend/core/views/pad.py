"""`pad:{counter}`: the tablet beside the window, on which the visitor says how it was (EV2)."""

from datetime import datetime, timedelta

from msgspec import Struct

from backend.core.day import HallDay
from backend.core.evaluation import PAD_OFFER_S
from backend.core.ids import CounterId, CounterState, PauseReason, Text, TicketId, TicketState
from backend.core.rules.evaluations import can_evaluate


class PadOffer(Struct, frozen=True, kw_only=True):
    """A visit that has just ended here, and of which nothing was said yet."""

    ticket_id: TicketId
    number: str
    until: datetime
    """When the pad goes back to rest if nobody touches it."""


class PadView(Struct, frozen=True, kw_only=True, tag="pad"):
    """What lies beside a counter."""

    hall_name: Text
    counter_no: int
    zone_name: Text
    time_zone: str
    is_open: bool
    """Whether the hall's day is open."""
    state: CounterState
    pause_reason: PauseReason | None
    number: str | None
    ticket_state: TicketState | None
    """Called or serving; None when nobody is at the counter."""
    offer: PadOffer | None
    """None from the moment at which the next visitor is served."""


def pad(day: HallDay, counter_id: CounterId) -> PadView:
    """The pad of a counter."""
    assert day.plan is not None
    plan = day.index.counters[counter_id]
    found = day.counters[counter_id]
    ticket = day.tickets[found.ticket_id] if found.ticket_id else None
    return PadView(
        hall_name=day.plan.name,
        counter_no=plan.no,
        zone_name=day.index.zones[plan.zone_id].name,
        time_zone=day.plan.time_zone,
        is_open=day.is_open,
        state=found.state,
        pause_reason=found.paused_reason,
        number=ticket.number if ticket else None,
        ticket_state=ticket.state if ticket else None,
        offer=_offer(day, found.last_done),
    )


def _offer(day: HallDay, ticket_id: TicketId | None) -> PadOffer | None:
    """The visit, if something may be said of it; whether its time is over the pad sees itself."""
    if ticket_id is None or not can_evaluate(day, day.tickets[ticket_id]):
        return None
    ticket = day.tickets[ticket_id]
    assert ticket.done_at is not None
    return PadOffer(
        ticket_id=ticket_id,
        number=ticket.number,
        until=ticket.done_at + timedelta(seconds=PAD_OFFER_S),
    )
