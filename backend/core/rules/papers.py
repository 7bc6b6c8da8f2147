"""Papers and what became of them (I11)."""

from backend.core.commands import ReportPrinted
from backend.core.day import HallDay
from backend.core.errors import Refusal, RefusalCode
from backend.core.events import Event, TicketPrinted
from backend.core.ids import JobId
from backend.core.stamp import Stamp


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
