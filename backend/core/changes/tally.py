"""The counts of the day's tickets, kept as the tickets change."""

from zoneinfo import ZoneInfo

from backend.core.day import HallDay, Ticket
from backend.core.ids import TicketState
from backend.core.tally import SLOT_MIN


def count_taken(day: HallDay, ticket: Ticket) -> None:
    """Count a new ticket."""
    assert day.plan is not None
    at = ticket.issued_at.astimezone(ZoneInfo(day.plan.time_zone))
    slot = (at.hour * 60 + at.minute) // SLOT_MIN
    tally = day.tally
    tally.arrivals[slot] = tally.arrivals.get(slot, 0) + 1
    tally.channels[ticket.channel] = tally.channels.get(ticket.channel, 0) + 1


def count_begun(day: HallDay, ticket: Ticket) -> None:
    """Count the wait of a visit that began."""
    if ticket.transfers == 0 and ticket.called_at is not None:
        day.tally.waits += 1
        day.tally.waited_s += (ticket.called_at - ticket.issued_at).total_seconds()


def count_ended(day: HallDay, state: TicketState) -> None:
    """Count a ticket that came to a final state."""
    day.tally.ended[state] = day.tally.ended.get(state, 0) + 1
