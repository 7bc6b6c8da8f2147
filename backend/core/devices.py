"""The live state of a hall's printers, of the papers asked of them, and of its screens."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from backend.core.ids import (
    AgentId,
    JobId,
    Name,
    PrinterId,
    PrinterState,
    PrintOutcome,
    Remark,
    ScreenState,
    TicketId,
)
from backend.core.receipts import Receipt

CLAIM_S = 150.0
"""A printer, or a zone, is its agent's for so long after the agent was last heard (PR1, VO10)."""


class Job(Struct, kw_only=True):
    """A paper that was asked for."""

    job_id: JobId
    ticket_id: TicketId
    printer_id: PrinterId
    copy: int = 0
    """0 for the first paper, n for the n-th reprint (I11)."""
    receipt: Receipt | None = None
    """What it is a receipt of; None: the ticket itself."""
    asked_at: datetime | None = None
    """When a receipt was asked for; a ticket says when it was issued."""
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


def is_taken(by: AgentId | None, heard_at: datetime, agent_id: str, at: datetime) -> bool:
    """Whether `agent_id` may not have it, since another agent still has (PR1, VO10)."""
    return by not in (None, agent_id) and (at - heard_at).total_seconds() <= CLAIM_S


class ScreenReport(Struct, frozen=True, kw_only=True):
    """A screen as the agent beside it finds it, told every few seconds (SC1)."""

    screen_id: Annotated[str, Meta(min_length=1, max_length=128)]
    """The topic that it shows."""
    state: ScreenState
    detail: Remark = ""
    epoch: Name | None = None
    """Of the newest view that its page has; None while it has none."""
    seq: Annotated[int, Meta(ge=0)] | None = None
    digest: Annotated[str, Meta(max_length=64)] = ""
    """Of the text that is to be read on it: screens of one topic that show the same have the
    same."""


class Beat(ScreenReport, frozen=True, kw_only=True):
    """What was last heard of a screen, and when."""

    heard_at: datetime
