"""The live state of a hall's printers and of the papers asked of them."""

from datetime import datetime

from msgspec import Struct

from backend.core.ids import AgentId, JobId, PrinterId, PrinterState, PrintOutcome, TicketId

CLAIM_S = 150.0
"""A printer is its agent's for so long after the agent was last heard (PR1)."""


class Job(Struct, kw_only=True):
    """A paper that was asked for."""

    job_id: JobId
    ticket_id: TicketId
    printer_id: PrinterId
    copy: int = 0
    """0 for the first paper, n for the n-th reprint (I11)."""
    outcome: PrintOutcome | None = None
    detail: str = ""


class Printer(Struct, kw_only=True):
    """A printer as its agent last reported it (PR1, PR2)."""

    printer_id: PrinterId
    agent_id: AgentId
    """The agent that has it."""
    state: PrinterState
    since: datetime
    """Of the state."""
    heard_at: datetime
    tickets_left: int | None
    """About how many more the roll is good for; None while nobody can know."""


def is_held(printer: Printer, at: datetime) -> bool:
    """Whether the printer is still its agent's (PR1)."""
    return (at - printer.heard_at).total_seconds() <= CLAIM_S
