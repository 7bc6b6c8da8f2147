"""Whose a printer is, how it is, and its roll (PR1-PR3)."""

from backend.core.commands import ChangeRoll, ReportPrinter
from backend.core.day import HallDay
from backend.core.devices import is_taken
from backend.core.errors import Refusal, RefusalCode
from backend.core.events import Event
from backend.core.hall_events import PrinterReported, RollChanged
from backend.core.ids import AgentId, PrinterId
from backend.core.stamp import Stamp


def report_printer(day: HallDay, command: ReportPrinter, stamp: Stamp) -> tuple[Event, ...]:
    """Give the printer to the agent, or leave it to it, and keep how it is (PR1, PR2).

    Raises Refusal: unknown_printer, printer_taken.
    """
    printer_id = _known(day, command.printer_id)
    held = day.printers.get(printer_id)
    if held is not None and is_taken(held.agent_id, held.heard_at, command.agent_id, stamp.at):
        raise Refusal(RefusalCode.PRINTER_TAKEN)
    return (
        PrinterReported(
            printer_id=printer_id,
            agent_id=AgentId(command.agent_id),
            state=command.state,
            tickets_left=command.tickets_left,
            reported_at=stamp.at,
        ),
    )


def change_roll(day: HallDay, command: ChangeRoll, stamp: Stamp) -> tuple[Event, ...]:
    """Keep that there is a new roll; the printer's agent then counts anew (PR3).

    Raises Refusal: unknown_printer.
    """
    printer_id = _known(day, command.printer_id)
    return (RollChanged(printer_id=printer_id, changed_at=stamp.at),)


def _known(day: HallDay, name: str) -> PrinterId:
    kiosks = day.plan.kiosks if day.plan is not None else ()
    if all(kiosk.printer_id != name for kiosk in kiosks):
        raise Refusal(RefusalCode.UNKNOWN_PRINTER)
    return PrinterId(name)
