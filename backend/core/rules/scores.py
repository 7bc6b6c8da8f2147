"""The order that a hall's own rule gives to waiting tickets (CL5)."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from backend.core.day import HallDay, Ticket
from backend.core.ids import TicketId
from backend.core.rules.expression import Facts, RuleFailed, RuleFault, compiled, score


def by_score(
    day: HallDay, lanes: Iterable[list[TicketId]], at: datetime, new: Ticket | None = None
) -> list[TicketId] | None:
    """The tickets of these lines, and a new one, by the hall's own rule as of `at` (CL5).

    The highest score goes first; of equal ones the longest waiting.  Who came back, let others
    go first or was sent on is taken to wait no longer than the one before it in its line, and so
    keeps its place among equals (PS2, TK6, TR1).

    None: there is no rule, or it failed for one of them.
    """
    assert day.plan is not None
    if day.plan.rule is None:
        return None
    local = at.astimezone(ZoneInfo(day.plan.time_zone))
    lines = [[day.tickets[ticket_id] for ticket_id in lane] for lane in lanes]
    scored = []
    try:
        rule = compiled(day.plan.rule)
        for line in lines if new is None else [*lines, [new]]:
            since = None
            for ticket in line:
                has_moved = ticket.returns or ticket.delays or ticket.transfers
                age = age_of(ticket)
                since = max(since, age) if has_moved and since is not None else age
                waiting = len(line) if ticket.only else _waiting(day, ticket, new)
                found = score(rule, facts_of(ticket, since, waiting, local))
                scored.append((-found, since, ticket.rank, ticket.ticket_id))
    except (RuleFault, RuleFailed):
        return None
    return [ticket_id for *_, ticket_id in sorted(scored)]


def age_of(ticket: Ticket) -> datetime:
    """Since when the ticket counts as waiting within its class (CL1, AP2)."""
    return ticket.slot_at or ticket.issued_at


def facts_of(ticket: Ticket, since: datetime, waiting: int, local: datetime) -> Facts:
    """What a rule may know of the ticket at this local time."""
    slot_at = ticket.slot_at
    return Facts(
        wait_min=(local - since).total_seconds() / 60,
        ticket_class=ticket.ticket_class,
        channel=ticket.channel,
        origin=ticket.origin or "",
        services=list(ticket.service_ids),
        slot_min=(local - slot_at).total_seconds() / 60 if slot_at is not None else 0.0,
        returns=ticket.returns,
        delays=ticket.delays,
        transfers=ticket.transfers,
        queue_id=ticket.queue_id,
        queue_waiting=waiting,
        hour=local.hour,
        minute=local.minute,
        weekday=local.isoweekday(),
    )


def _waiting(day: HallDay, ticket: Ticket, new: Ticket | None) -> int:
    is_joined = new is not None and new.queue_id == ticket.queue_id
    return day.queues[ticket.queue_id].waiting + is_joined
