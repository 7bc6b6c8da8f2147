"""Lines: how a ticket goes into the line it waits in, and out of it."""

from bisect import insort
from datetime import datetime

from backend.core.changes.stints import vacate
from backend.core.changes.tally import count_ended
from backend.core.day import HallDay, Ticket
from backend.core.ids import CounterId, Place, TicketId, TicketState
from backend.core.rules.order import rank_behind, rank_by_age
from backend.core.rules.scores import age_of


def wait_again(day: HallDay, ticket: Ticket, at: datetime) -> None:
    """Put the ticket back into its lane at its rank."""
    ticket.state, ticket.waits_since = TicketState.WAITING, at
    queue = day.queues[ticket.queue_id]
    lane = day.lane_of(ticket)
    insort(lane, ticket.ticket_id, key=lambda ticket_id: day.tickets[ticket_id].rank)
    queue.at = day.at = at


def change_lines(day: HallDay, ticket: Ticket, place: Place, at: datetime) -> None:
    """Let the ticket wait in the line it belongs to by now, as though never called (TR1)."""
    ticket.transfers += 1
    ticket.counter_id = ticket.called_at = ticket.recalled_at = None
    ticket.recalls = 0
    lane = day.lane_of(ticket)
    is_kept = place is Place.KEEP
    by_age = rank_by_age(day, lane, age_of(ticket))
    ticket.rank = by_age if is_kept else rank_behind(day, lane, len(lane))
    day.ranks += 1
    wait_again(day, ticket, at)


def pass_again(day: HallDay, ticket: Ticket, at: datetime) -> None:
    """Put a ticket chosen by mistake back among the passed ones, where it stood (CL9, CL10)."""
    ticket.state = TicketState.PASSED

    def passed_at(ticket_id: TicketId) -> datetime:
        found = day.tickets[ticket_id].passed_at
        assert found is not None
        return found

    day.passed = dict.fromkeys(sorted((ticket.ticket_id, *day.passed), key=passed_at))
    day.queues[ticket.queue_id].at = day.at = at


def leave(day: HallDay, ticket_id: TicketId, state: TicketState, at: datetime) -> None:
    """Take a waiting or passed ticket out for good."""
    ticket = day.tickets[ticket_id]
    queue = day.queues[ticket.queue_id]
    if ticket.state is TicketState.WAITING:
        day.lane_of(ticket).remove(ticket_id)
    day.passed.pop(ticket_id, None)
    day.held.pop(ticket_id, None)
    ticket.state = state
    count_ended(day, state)
    queue.at = day.at = at


def free(day: HallDay, counter_id: CounterId, at: datetime) -> None:
    """End the visit at a counter: it may call the next, by itself if the plan says so (CL11)."""
    counter = day.counters[counter_id]
    counter.ticket_id = None
    counter.free_at = counter.auto_from = at
    vacate(day, counter, at)
