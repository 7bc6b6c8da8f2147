"""`printer:{printer}`: the papers due at a printer; for printer agents."""

from datetime import datetime
from itertools import islice

from msgspec import Struct

from backend.core.day import HallDay
from backend.core.devices import Job
from backend.core.ids import (
    AgentId,
    JobId,
    KioskId,
    PrinterId,
    Text,
    TicketClass,
    TicketId,
    TicketToken,
)
from backend.core.paper import PaperPart
from backend.core.receipts import Receipt

JOBS_MAX = 50


class PrinterJob(Struct, frozen=True, kw_only=True):
    """A paper to print, with all that stands on it."""

    job_id: JobId
    ticket_id: TicketId
    number: str
    token: TicketToken
    """For the QR code: `{public address}/t/{token}`."""
    hall_name: Text
    zone_name: Text
    queue_name: Text
    service_names: tuple[Text, ...]
    ticket_class: TicketClass
    kiosk_id: KioskId | None
    time_zone: str
    issued_at: datetime
    copy: int
    """0 for the first paper, n for the n-th reprint (补打 n, I11)."""
    ahead: int
    wait_min_s: int | None
    wait_max_s: int | None
    counter_nos: tuple[int, ...]
    """The counters that serve the queue."""
    return_places: int
    returns_max: int


class ReceiptJob(Struct, frozen=True, kw_only=True):
    """A receipt of a case to print."""

    job_id: JobId
    hall_name: Text
    time_zone: str
    issued_at: datetime
    receipt: Receipt


DueJob = PrinterJob | ReceiptJob
"""Whatever a printer agent prints."""


class PrinterView(Struct, frozen=True, kw_only=True, tag="printer"):
    """Work due to a printer."""

    printer_id: PrinterId
    agent_id: AgentId | None
    """The agent that has it, or had it last (PR1); None when nobody claimed it today."""
    roll_changed_at: datetime | None
    """When staff last said that it has a new roll (PR3)."""
    paper: tuple[PaperPart, ...]
    """What stands on every ticket, from top to bottom (PR4)."""
    jobs: tuple[PrinterJob, ...]
    """In the order of issue, oldest first."""
    receipts: tuple[ReceiptJob, ...] = ()
    """Oldest first.  Apart from tickets, and with a default, since agents and hub are upgraded at
    any time: an older agent leaves them, an older hub has none."""


def printer(day: HallDay, printer_id: PrinterId) -> PrinterView:
    """The papers due at a printer."""
    due = [day.jobs[job_id] for job_id in islice(day.unprinted.get(printer_id, {}), JOBS_MAX)]
    found = day.printers.get(printer_id)
    assert day.plan is not None
    return PrinterView(
        printer_id=printer_id,
        agent_id=found.agent_id if found is not None else None,
        roll_changed_at=day.rolls.get(printer_id),
        paper=day.plan.paper,
        jobs=tuple(_job(day, job) for job in due if job.receipt is None),
        receipts=tuple(
            ReceiptJob(
                job_id=job.job_id,
                hall_name=day.plan.name,
                time_zone=day.plan.time_zone,
                issued_at=job.asked_at,
                receipt=job.receipt,
            )
            for job in due
            if job.receipt is not None and job.asked_at is not None
        ),
    )


def _job(day: HallDay, job: Job) -> PrinterJob:
    assert day.plan is not None
    ticket = day.tickets[job.ticket_id]
    queue = day.index.queues[ticket.queue_id]
    return PrinterJob(
        job_id=job.job_id,
        ticket_id=job.ticket_id,
        number=ticket.number,
        token=ticket.token,
        hall_name=day.plan.name,
        zone_name=day.index.zones[queue.zone_id].name,
        queue_name=queue.name,
        service_names=tuple(day.index.services[s].name for s in ticket.service_ids),
        ticket_class=ticket.ticket_class,
        kiosk_id=ticket.kiosk_id,
        time_zone=day.plan.time_zone,
        issued_at=ticket.issued_at,
        copy=job.copy,
        ahead=ticket.ahead,
        wait_min_s=ticket.wait_min_s,
        wait_max_s=ticket.wait_max_s,
        counter_nos=tuple(
            day.index.counters[counter_id].no for counter_id in day.serving.get(ticket.queue_id, ())
        ),
        return_places=day.rules.return_places,
        returns_max=day.rules.returns_max,
    )
