"""One ticket onto paper: the chain from status to confirmation (I11).

    ready? (DLE EOT 1, 2, 4) -> body -> cut -> printed? (GS ( H, else DLE EOT)

Whatever goes wrong before the body is safe to try again.  From the body's first byte on
there may be ink on paper, and only an answer on the same connection tells.
"""

import time
from collections.abc import Callable

from msgspec import Struct

from backend.core.ids import PrintOutcome
from backend.core.views.printer import PrinterJob
from printer_agent import escpos, plain, raster
from printer_agent.fonts import Fonts
from printer_agent.layout import layout
from printer_agent.ports import Port, PortError
from printer_agent.replies import Replies, is_paper_low, obstacle

UNCONFIRMED = "unconfirmed"
FLUSH = bytes(escpos.BAND_ROWS_MAX * 72 + 16)
"""Ends the command that an interrupted job left open, which would swallow our questions.

Zeros as many as the longest command: in a picture they are white, between commands nothing.
"""


class PressLimits(Struct, frozen=True, kw_only=True):
    """How long a printer may take."""

    answer_s: float = 1.0
    """For one status answer."""
    confirm_s: float = 3.0
    """For the process id, after the last byte; a ticket prints in 1.2 to 2 s."""
    body_s: float = 15.0
    """For the body; a slow line takes its time, each write but three seconds."""


class NotReadyError(Exception):
    """The printer took nothing: the job may be tried again."""


class Report(Struct, frozen=True, kw_only=True):
    """What became of a paper."""

    outcome: PrintOutcome
    detail: str = ""


class Press:
    """A printer and the way its tickets are drawn.  Blocking: runs in a thread."""

    def __init__(
        self,
        port: Port,
        public_url: str,
        paper_width_mm: int,
        fonts: Fonts | None,
        *,
        is_raster: bool = True,
        limits: PressLimits | None = None,
    ) -> None:
        """Without fonts the printer's own characters are used."""
        self._port = port
        self._public_url = public_url
        self._paper_width_mm = paper_width_mm
        self._fonts = fonts
        self._is_raster = is_raster and fonts is not None
        self._limits = limits or PressLimits()
        self.is_torn = False
        """An earlier job may have left half a command or half a ticket in the printer."""

    def body(self, job: PrinterJob) -> tuple[bytes, ...]:
        """The job's bytes in chunks, from the first to the cut."""
        parts = layout(job, self._public_url)
        if self._is_raster and self._fonts is not None:
            image = raster.render(parts, self._fonts, self._paper_width_mm)
            chunks = escpos.raster_bands(image)
        else:
            chunks = plain.render(parts, self._fonts, self._paper_width_mm)
        torn = (escpos.INIT + escpos.CUT,) if self.is_torn else ()
        return (*torn, escpos.INIT, *chunks, escpos.CUT)

    def print(self, job: PrinterJob, mark_sending: Callable[[], None]) -> Report:
        """Print one ticket, calling `mark_sending` before the body's first byte.

        Raises NotReadyError when nothing was printed, and what `mark_sending` raises.
        """
        try:
            self._port.open()
            if self.is_torn:
                self._port.write(FLUSH)
            remark = self._ready() if self._port.answers else ""
        except PortError as error:
            self._close()
            raise NotReadyError(str(error)) from error
        except NotReadyError:
            self._close()
            raise
        try:
            chunks = self.body(job)
            mark_sending()
            self.is_torn = True
            report = self._sent(chunks, escpos.process_id(job.job_id), remark)
        finally:
            self._close()
        self.is_torn = report.outcome is PrintOutcome.UNKNOWN
        return report

    def _ready(self) -> str:
        """A remark on the printer, when it is ready to print."""
        paper = self._statuses()
        if paper is None:
            raise NotReadyError("no answer")
        if (reason := obstacle(*paper)) is not None:
            raise NotReadyError(reason)
        return "paper low" if is_paper_low(paper[2]) else ""

    def _sent(self, chunks: tuple[bytes, ...], process: bytes, remark: str) -> Report:
        """Send the body and find out what became of it."""
        ends_s = time.monotonic() + self._limits.body_s
        try:
            for chunk in chunks:
                if time.monotonic() > ends_s:
                    return Report(outcome=PrintOutcome.UNKNOWN, detail="printer too slow")
                self._port.write(chunk)
            if not self._port.answers:
                return Report(outcome=PrintOutcome.PRINTED, detail=UNCONFIRMED)
            self._port.write(escpos.process_id_request(process))
            if self._is_confirmed(process):
                return Report(outcome=PrintOutcome.PRINTED, detail=remark)
            statuses = self._statuses()
        except PortError as error:
            return Report(outcome=PrintOutcome.UNKNOWN, detail=str(error))
        if statuses is None:
            return Report(outcome=PrintOutcome.UNKNOWN, detail="no answer")
        if (reason := obstacle(*statuses)) is not None:
            return Report(outcome=PrintOutcome.UNKNOWN, detail=reason)
        return Report(outcome=PrintOutcome.PRINTED, detail=UNCONFIRMED)

    def _is_confirmed(self, process: bytes) -> bool:
        """Whether the printer says within the limit that all has been printed."""
        replies = Replies()
        ends_s = time.monotonic() + self._limits.confirm_s
        while (left_s := ends_s - time.monotonic()) > 0:
            replies.feed(self._port.read(left_s))
            if process in replies.process_ids:
                return True
        return False

    def _statuses(self) -> tuple[int, int, int] | None:
        """The answers to DLE EOT 1, 2 and 4; None when one is missing."""
        found = []
        for kind in (escpos.STATUS_PRINTER, escpos.STATUS_OFFLINE, escpos.STATUS_PAPER):
            replies = Replies()
            self._port.write(escpos.status_request(kind))
            ends_s = time.monotonic() + self._limits.answer_s
            status: int | None = None
            while status is None and (left_s := ends_s - time.monotonic()) > 0:
                replies.feed(self._port.read(left_s))
                status = replies.take_status()
            if status is None:
                return None
            found.append(status)
        return (found[0], found[1], found[2])

    def _close(self) -> None:
        try:
            self._port.close()
        except PortError:
            # What matters was told on this connection already; the next job opens a new one.
            return
