"""What agents tell of papers, printers and calls."""

from typing import Annotated

from msgspec import Meta, Struct

from backend.core.ids import Name, PrinterState, PrintOutcome, Remark, SpeakerState, SpeechOutcome


class _Report(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every command of this file."""


class ReportPrinted(_Report, frozen=True, kw_only=True, tag="report_printed"):
    """A printer agent tells what became of a paper (I11)."""

    job_id: Name
    outcome: PrintOutcome
    detail: Remark = ""


class ReportPrinter(_Report, frozen=True, kw_only=True, tag="report_printer"):
    """A printer agent claims its printer and tells how it is (PR1, PR2)."""

    printer_id: Name
    agent_id: Name
    """The same after every start of the agent: it is kept beside its spool."""
    state: PrinterState
    tickets_left: Annotated[int, Meta(ge=0, le=100_000)] | None = None


class ChangeRoll(_Report, frozen=True, kw_only=True, tag="change_roll"):
    """Somebody has put a new roll into a printer (PR3)."""

    printer_id: Name


class ReportSpoken(_Report, frozen=True, kw_only=True, tag="report_spoken"):
    """A display agent tells what became of an announcement (I12)."""

    call_id: Name
    outcome: SpeechOutcome
    detail: Remark = ""


class ReportSpeakers(_Report, frozen=True, kw_only=True, tag="report_speakers"):
    """A display agent claims a zone and tells whether its calls are heard (VO9, VO10)."""

    zone_id: Name
    agent_id: Name
    """The same after every start of the agent: it is kept beside its record."""
    state: SpeakerState
    voice: Remark = ""
    detail: Remark = ""
