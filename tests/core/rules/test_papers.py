import pytest

from backend.core.commands import CloseDay, ReportPrinted, TakeTicket
from backend.core.errors import RefusalCode
from backend.core.events import TicketPrinted
from backend.core.ids import Channel, JobId, PrintOutcome, TicketId
from tests.support.plans import K1, P1, A
from tests.support.world import DEVICE, World

JOB = JobId("20261123-A001-1")


def printing() -> World:
    """A ticket whose paper is due."""
    world = World()
    world.do(TakeTicket(channel=Channel.ANONYMOUS, queue_id=A, kiosk_id=K1), DEVICE)
    return world


@pytest.mark.parametrize("outcome", list(PrintOutcome))
def test_reported_paper_is_never_due_again__I11(outcome: PrintOutcome) -> None:
    world = printing()
    assert list(world.day.unprinted[P1]) == [JOB]
    report = ReportPrinted(job_id=JOB, outcome=outcome, detail="the words")
    assert world.do(report, DEVICE) == (
        TicketPrinted(
            ticket_id=TicketId("20261123-A001"),
            job_id=JOB,
            printer_id=P1,
            outcome=outcome,
            detail="the words",
            reported_at=world.at,
        ),
    )
    assert not world.day.unprinted[P1]
    again = ReportPrinted(job_id=JOB, outcome=PrintOutcome.PRINTED)
    assert world.code(again, DEVICE) is RefusalCode.JOB_ALREADY_REPORTED


def test_paper_nobody_asked_for_is_unknown__I11() -> None:
    report = ReportPrinted(job_id="20261123-A002-1", outcome=PrintOutcome.PRINTED)
    assert printing().code(report, DEVICE) is RefusalCode.UNKNOWN_JOB


def test_paper_may_be_reported_after_closing__I11_DY1() -> None:
    world = printing()
    world.do(CloseDay())
    report = ReportPrinted(job_id=JOB, outcome=PrintOutcome.PRINTED)
    assert world.code(report, DEVICE) is None
