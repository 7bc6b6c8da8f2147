import pytest

from backend.core.commands import CloseDay, ReportPrinted, ReportPrinter, TakeTicket
from backend.core.errors import RefusalCode
from backend.core.events import TicketPrinted
from backend.core.ids import Channel, JobId, PrinterState, PrintOutcome, TicketId
from backend.core.receipts import PrintReceipt, ReceiptAsked
from backend.core.views.printer import printer
from tests.support.plans import K1, P1, A, C
from tests.support.samples import RECEIPT
from tests.support.world import DEVICE, HUB, World

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


def test_receipt_is_printed_in_the_visitors_zone_beside_the_tickets_paper__CS4() -> None:
    world = printing()
    ticket_id = TicketId("20261123-A001")
    ask = PrintReceipt(ticket_id=ticket_id, receipt=RECEIPT)
    (asked,) = world.do(ask, HUB)
    assert isinstance(asked, ReceiptAsked)
    assert (asked.job_id, asked.printer_id) == ("20261123-A001-R1", P1)
    view = printer(world.day, P1)
    assert [job.job_id for job in view.jobs] == [JOB]
    (due,) = view.receipts
    assert (due.job_id, due.receipt, due.issued_at) == (asked.job_id, RECEIPT, world.at)
    (second,) = world.do(ask, HUB)
    assert isinstance(second, ReceiptAsked)
    assert second.job_id == "20261123-A001-R2"
    report = ReportPrinted(job_id=asked.job_id, outcome=PrintOutcome.PRINTED)
    world.do(report, DEVICE)
    assert [job.job_id for job in printer(world.day, P1).receipts] == [second.job_id]
    assert world.day.tickets[ticket_id].papers == 1


def test_receipt_waits_for_no_printer_that_does_not_print__PR2() -> None:
    world = printing()
    out = ReportPrinter(printer_id=P1, agent_id="one", state=PrinterState.PAPER_OUT)
    world.do(out, DEVICE)
    ask = PrintReceipt(ticket_id="20261123-A001", receipt=RECEIPT)
    assert world.code(ask, HUB) is RefusalCode.NO_PRINTER_NEAR


def test_receipt_is_not_printed_in_another_zone__CS4() -> None:
    world = World()
    world.do(TakeTicket(channel=Channel.ANONYMOUS, queue_id=C, kiosk_id=K1), DEVICE)
    ask = PrintReceipt(ticket_id="20261123-C001", receipt=RECEIPT)
    assert world.code(ask, HUB) is RefusalCode.NO_PRINTER_NEAR
