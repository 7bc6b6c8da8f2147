"""Papers and what became of them (I11)."""

from backend.core.commands import ReportPrinted
from backend.core.day import HallDay, Ticket
from backend.core.errors import Refusal, RefusalCode
from backend.core.events import Event, TicketPrinted
from backend.core.ids import JobId, PrinterId, TicketId
from backend.core.receipts import PrintReceipt, ReceiptAsked
from backend.core.rules.day import open_day_of
from backend.core.stamp import Stamp


def print_receipt(day: HallDay, command: PrintReceipt, stamp: Stamp) -> tuple[Event, ...]:
    """Have a receipt printed in the zone where the ticket's visitor is.

    Raises Refusal: day_not_open, unknown_ticket, no_printer_near.
    """
    open_day_of(day)
    ticket = day.tickets.get(TicketId(command.ticket_id))
    if ticket is None:
        raise Refusal(RefusalCode.UNKNOWN_TICKET)
    printer_id = _printer_near(day, ticket)
    if printer_id is None:
        raise Refusal(RefusalCode.NO_PRINTER_NEAR)
    return (
        ReceiptAsked(
            ticket_id=ticket.ticket_id,
            job_id=JobId(f"{ticket.ticket_id}-R{ticket.receipts + 1}"),
            printer_id=printer_id,
            receipt=command.receipt,
            asked_at=stamp.at,
        ),
    )


def _printer_near(day: HallDay, ticket: Ticket) -> PrinterId | None:
    """The first printer of the zone that prints, as far as anybody has told (PR2)."""
    counter = day.index.counters.get(ticket.counter_id) if ticket.counter_id is not None else None
    zone_id = counter.zone_id if counter else day.index.queues[ticket.queue_id].zone_id
    kiosks = day.plan.kiosks if day.plan is not None else ()
    for kiosk in kiosks:
        if kiosk.zone_id == zone_id and kiosk.printer_id is not None:
            found = day.printers.get(kiosk.printer_id)
            if found is None or found.state.prints:
                return kiosk.printer_id
    return None


def report_printed(day: HallDay, command: ReportPrinted, stamp: Stamp) -> tuple[Event, ...]:
    """Keep what became of a paper, once, so that it is never due again.

    Raises Refusal: unknown_job, job_already_reported.
    """
    job = day.jobs.get(JobId(command.job_id))
    if job is None:
        raise Refusal(RefusalCode.UNKNOWN_JOB)
    if job.outcome is not None:
        raise Refusal(RefusalCode.JOB_ALREADY_REPORTED)
    return (
        TicketPrinted(
            ticket_id=job.ticket_id,
            job_id=job.job_id,
            printer_id=job.printer_id,
            outcome=command.outcome,
            detail=command.detail,
            reported_at=stamp.at,
        ),
    )
