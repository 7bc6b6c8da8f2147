"""`ticket:{token}`: one visitor's phone; whoever has the token may see it."""

from datetime import date, datetime

from msgspec import Struct

from backend.core.day import HallDay, Ticket
from backend.core.evaluation import Level
from backend.core.ids import (
    CounterId,
    Text,
    TicketClass,
    TicketState,
    TicketToken,
)
from backend.core.rules.evaluations import can_evaluate
from backend.core.rules.order import Lines
from backend.core.rules.waiting import open_counters, wait_range
from backend.core.views.board import NoticeLine, notices_of


class TicketView(Struct, frozen=True, kw_only=True, tag="ticket"):
    """How one visit stands."""

    number: str
    state: TicketState
    hall_name: Text
    queue_name: Text
    zone_name: Text
    service_names: tuple[Text, ...]
    ticket_class: TicketClass
    time_zone: str
    day: date
    issued_at: datetime
    ahead: int | None
    """Tickets that would be called before this one (WT3); None when it does not wait."""
    waiting: int
    """How many wait in its queue, this one included."""
    open_counters: int
    wait_min_s: int | None
    wait_max_s: int | None
    counter_id: CounterId | None
    counter_no: int | None
    """Where it is called or served, or was last; None before the first call."""
    called_at: datetime | None
    """Of the last call or recall."""
    recalls: int
    serving_at: datetime | None
    held_at: datetime | None
    """Since when the counter keeps the matter open while the visitor fetches something."""
    passed_at: datetime | None
    returns_left: int
    return_places: int
    can_return: bool
    can_delay: bool
    """Whether some others may be let go first (TK6)."""
    delay_places: int
    can_cancel: bool
    can_evaluate: bool
    level: Level | None
    """What the visitor said of the visit (EV1); None while nothing."""
    notices: tuple[NoticeLine, ...]
    """Those of the queue's zone, newest first."""


def ticket(day: HallDay, token: TicketToken, lines: Lines | None = None) -> TicketView:
    """How the visit with this token stands; `lines` as in `view_of`."""
    assert day.plan is not None
    assert day.day is not None
    found = day.tickets[day.tokens[token]]
    queue_id = found.queue_id
    is_waiting = found.state is TicketState.WAITING
    as_of = day.queues[queue_id].at
    ahead = (
        (lines or Lines(day)).ahead_of(found, as_of) if is_waiting and as_of is not None else None
    )
    wait_min_s, wait_max_s = (None, None) if ahead is None else wait_range(day, queue_id, ahead)
    plan = day.index.queues[queue_id]
    counter = None if is_waiting else found.counter_id
    said = day.evaluations.get(found.ticket_id)
    returns_left = day.rules.returns_max - found.returns
    return TicketView(
        number=found.number,
        state=found.state,
        hall_name=day.plan.name,
        queue_name=plan.name,
        zone_name=day.index.zones[plan.zone_id].name,
        service_names=tuple(day.index.services[s].name for s in found.service_ids),
        ticket_class=found.ticket_class,
        time_zone=day.plan.time_zone,
        day=day.day,
        issued_at=found.issued_at,
        ahead=ahead,
        waiting=day.queues[queue_id].waiting,
        open_counters=open_counters(day, queue_id),
        wait_min_s=wait_min_s,
        wait_max_s=wait_max_s,
        counter_id=counter,
        counter_no=day.index.counters[counter].no if counter is not None else None,
        called_at=found.recalled_at or found.called_at,
        recalls=found.recalls,
        serving_at=found.serving_at,
        held_at=found.held_at,
        passed_at=found.passed_at,
        returns_left=returns_left,
        return_places=day.rules.return_places,
        can_return=found.state is TicketState.PASSED and returns_left > 0 and day.is_open,
        can_delay=can_delay(day, found),
        delay_places=day.rules.delay_places,
        can_cancel=found.state in {TicketState.WAITING, TicketState.PASSED} and day.is_open,
        can_evaluate=can_evaluate(day, found),
        level=said.level if said is not None else None,
        notices=notices_of(day, plan.zone_id),
    )


def can_delay(day: HallDay, found: Ticket) -> bool:
    """Whether some others may be let go first (TK6)."""
    is_waiting = found.state is TicketState.WAITING and found.only is None
    return is_waiting and day.is_open and not found.delays and day.rules.delay_places > 0
