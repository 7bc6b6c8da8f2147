"""Tickets are taken, come back, let others go first, change lines, and ask for paper."""

from bisect import insort

from backend.core.changes.lines import change_lines, wait_again
from backend.core.changes.tally import count_taken
from backend.core.day import HallDay
from backend.core.devices import Job
from backend.core.evaluation import SATISFIED_MIN, VisitEvaluated
from backend.core.events import (
    TicketDelayed,
    TicketPrinted,
    TicketReprinted,
    TicketReturned,
    TicketSent,
    TicketTaken,
)
from backend.core.ids import Channel, TicketClass, TicketState
from backend.core.receipts import ReceiptAsked
from backend.core.rules.order import rank_behind, rank_by_age
from backend.core.rules.scores import age_of
from backend.core.rules.tickets import ticket_of


def ticket_taken(day: HallDay, event: TicketTaken) -> None:
    """Put a new ticket at the end of its line, or where its slot belongs."""
    queue = day.queues[event.queue_id]
    queue.issued += 1
    queue.at = event.issued_at
    day.ranks += 1
    day.tickets[event.ticket_id] = ticket = ticket_of(event, day.ranks)
    day.tokens[event.token] = event.ticket_id
    count_taken(day, ticket)
    lane = queue.lane(event.ticket_class)
    if event.ticket_class is TicketClass.BOOKED:  # somebody there may have come long before a slot
        ticket.rank = rank_by_age(day, lane, age_of(ticket))
        insort(lane, event.ticket_id, key=lambda ticket_id: day.tickets[ticket_id].rank)
    else:
        lane.append(event.ticket_id)
    if event.person_hash is not None:
        day.persons.setdefault(event.person_hash, []).append(event.ticket_id)
    if event.kiosk_id is not None and event.channel is Channel.ANONYMOUS:
        day.kiosk_taken[event.kiosk_id] = event.issued_at
    if event.appointment_id is not None:
        day.bookings[event.appointment_id].ticket_id = event.ticket_id
    if event.job_id is not None and event.printer_id is not None:
        ticket.papers = 1
        _ask_for_paper(
            day,
            Job(job_id=event.job_id, ticket_id=event.ticket_id, printer_id=event.printer_id),
        )
    day.at = event.issued_at


def ticket_returned(day: HallDay, event: TicketReturned) -> None:
    """Let a passed ticket wait again some places behind."""
    ticket = day.tickets[event.ticket_id]
    day.passed.pop(event.ticket_id, None)
    ticket.returns += 1
    ticket.counter_id = ticket.called_at = ticket.recalled_at = ticket.passed_at = None
    ticket.recalls = 0
    ticket.rank = rank_behind(day, day.lane_of(ticket), event.places)
    day.ranks += 1
    wait_again(day, ticket, event.returned_at)


def ticket_delayed(day: HallDay, event: TicketDelayed) -> None:
    """Let some others of the line go first."""
    ticket = day.tickets[event.ticket_id]
    lane = day.lane_of(ticket)
    place = lane.index(event.ticket_id)
    lane.remove(event.ticket_id)
    ticket.rank = rank_behind(day, lane, place + event.places)
    ticket.delays += 1
    day.ranks += 1
    wait_again(day, ticket, event.delayed_at)


def ticket_reprinted(day: HallDay, event: TicketReprinted) -> None:
    """Ask for another paper."""
    ticket = day.tickets[event.ticket_id]
    ticket.papers += 1
    _ask_for_paper(
        day,
        Job(
            job_id=event.job_id,
            ticket_id=event.ticket_id,
            printer_id=event.printer_id,
            copy=event.copy,
        ),
    )
    day.at = event.asked_at


def ticket_sent(day: HallDay, event: TicketSent) -> None:
    """Move a waiting or passed ticket into the right line."""
    ticket = day.tickets[event.ticket_id]
    if ticket.state is TicketState.WAITING:
        day.lane_of(ticket).remove(event.ticket_id)
    day.passed.pop(event.ticket_id, None)
    day.queues[event.from_queue_id].at = event.sent_at
    ticket.queue_id, ticket.only = event.queue_id, None
    ticket.passed_at = None
    change_lines(day, ticket, event.place, event.sent_at)


def receipt_asked(day: HallDay, event: ReceiptAsked) -> None:
    """Ask for a paper about a case of the visitor."""
    day.tickets[event.ticket_id].receipts += 1
    _ask_for_paper(
        day,
        Job(
            job_id=event.job_id,
            ticket_id=event.ticket_id,
            printer_id=event.printer_id,
            receipt=event.receipt,
            asked_at=event.asked_at,
        ),
    )
    day.at = event.asked_at


def ticket_printed(day: HallDay, event: TicketPrinted) -> None:
    """Keep what became of a paper."""
    job = day.jobs[event.job_id]
    job.outcome, job.detail = event.outcome, event.detail
    day.unprinted[event.printer_id].pop(event.job_id, None)
    day.last_job[event.printer_id] = event.job_id
    day.at = event.reported_at


def visit_evaluated(day: HallDay, event: VisitEvaluated) -> None:
    """Keep what the visitor said."""
    day.evaluations[event.ticket_id] = event
    if event.day is None:
        day.tally.ratings += 1
        day.tally.satisfied += event.level >= SATISFIED_MIN
    day.at = event.evaluated_at


def _ask_for_paper(day: HallDay, job: Job) -> None:
    day.jobs[job.job_id] = job
    day.unprinted.setdefault(job.printer_id, {})[job.job_id] = None
