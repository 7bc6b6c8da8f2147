"""One ticket onto paper: the chain from status to confirmation (I11).

    ready? (DLE EOT 1, 2, 4) -> body -> cut -> printed? (GS ( H; of a printer without it, DLE EOT)

Whatever goes wrong before the body is safe to try again.  From the body's first byte on
there may be ink on paper, and only an answer on the same connection tells.
"""

import time
from collections.abc import Callable

from msgspec import Struct

from backend.core.ids import PrinterState, PrintOutcome
from backend.core.paper import DEFAULT_PAPER
from backend.core.views.printer import DueJob, ReceiptJob
from backend.paper import raster
from backend.paper.fonts import Fonts
from backend.paper.layout import layout
from backend.paper.receipt import receipt_layout
from printer_agent import escpos, plain
from printer_agent.options import Device
from printer_agent.ports import Port, PortError, port_of
from printer_agent.replies import Replies, state_of

UNCONFIRMED = "unconfirmed"
"""By a printer that cannot."""
NOT_CONFIRMED = "not confirmed"
"""By one that can."""
REMARKS = {
    PrinterState.READY: "",
    PrinterState.PAPER_LOW: "paper low",
    PrinterState.PAPER_OUT: "paper out",
    PrinterState.COVER_OPEN: "cover open",
    PrinterState.ERROR: "printer error",
    PrinterState.OFFLINE: "offline",
    PrinterState.GONE: "no answer",
}
"""What the hub is told of a paper beside its outcome."""
DOTS_A_MM = 8
CUT_MM = 10.0
"""From the head to the knife, and the cut's own feed: paper that every ticket takes."""
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
    confirm_rounds: int = 3
    """So often it is waited for, and the printer asked how it is: some print slowly."""
    body_s: float = 15.0
    """For the body; a slow line takes its time, each write but three seconds."""


class NotReadyError(Exception):
    """The printer took nothing: the job may be tried again."""

    def __init__(self, state: PrinterState, detail: str = "") -> None:
        super().__init__(detail or REMARKS[state])
        self.state = state


class Report(Struct, frozen=True, kw_only=True):
    """What became of a paper."""

    outcome: PrintOutcome
    detail: str = ""
    state: PrinterState = PrinterState.READY
    """How the printer was then."""
    paper_mm: float = 0.0
    """Taken off the roll, if it all came out."""


class Body(Struct, frozen=True, kw_only=True):
    """A ticket's bytes in chunks, from the first to the cut, and the paper it takes."""

    chunks: tuple[bytes, ...]
    paper_mm: float


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
        is_qr_native: bool = True,
        limits: PressLimits | None = None,
    ) -> None:
        """Without fonts the printer's own characters are used."""
        self._port = port
        self._public_url = public_url
        self._paper_width_mm = paper_width_mm
        self._fonts = fonts
        self._is_raster = is_raster and fonts is not None
        self._is_qr_native = is_qr_native
        self.limits = limits or PressLimits()
        self.paper = DEFAULT_PAPER
        """What stands on a ticket (PR4)."""
        self.is_torn = False
        """An earlier job may have left half a command or half a ticket in the printer."""
        self._replies = Replies()
        """Of this connection: a process id may come between two answers about the status."""
        self._confirms = False
        """Whether it is known to answer GS ( H: then a ticket without that answer is unknown."""

    def body(self, job: DueJob) -> Body:
        """The job as the printer takes it."""
        if isinstance(job, ReceiptJob):
            parts = receipt_layout(job, self._public_url)
        else:
            parts = layout(job, self._public_url, self.paper)
        if self._is_raster and self._fonts is not None:
            image = raster.render(parts, self._fonts, self._paper_width_mm)
            chunks, dots = escpos.raster_bands(image), image.height
        else:
            chunks, dots = plain.render(
                parts, self._fonts, self._paper_width_mm, is_qr_native=self._is_qr_native
            )
        torn = (escpos.INIT + escpos.CUT,) if self.is_torn else ()
        return Body(
            chunks=(*torn, escpos.INIT, *chunks, escpos.CUT), paper_mm=dots / DOTS_A_MM + CUT_MM
        )

    def look(self) -> PrinterState:
        """How the printer is now; nothing is printed."""
        try:
            self._open()
            if not self._port.answers:
                return PrinterState.READY
            if self.is_torn:
                self._port.write(FLUSH)
            return self._state() or PrinterState.GONE
        except PortError:
            return PrinterState.GONE
        finally:
            self._close()

    def print(self, job: DueJob, mark_sending: Callable[[], None]) -> Report:
        """Print one paper, calling `mark_sending` before the body's first byte.

        Raises NotReadyError when nothing was printed, and what `mark_sending` raises.
        """
        try:
            self._open()
            if self.is_torn:
                self._port.write(FLUSH)
            state = self._ready() if self._port.answers else PrinterState.READY
        except PortError as error:
            self._close()
            raise NotReadyError(PrinterState.GONE, str(error)) from error
        except NotReadyError:
            self._close()
            raise
        try:
            body = self.body(job)
            mark_sending()
            self.is_torn = True
            report = self._sent(body, escpos.process_id(job.job_id), state)
        finally:
            self._close()
        self.is_torn = report.outcome is PrintOutcome.UNKNOWN
        return report

    def _open(self) -> None:
        self._port.open()
        self._replies = Replies()

    def _ready(self) -> PrinterState:
        """How the printer is, when it is ready to print."""
        state = self._state() or PrinterState.GONE
        if not state.prints:
            raise NotReadyError(state)
        return state

    def _sent(self, body: Body, process: bytes, state: PrinterState) -> Report:
        """Send the body and find out what became of it."""
        ends_s = time.monotonic() + self.limits.body_s
        try:
            for chunk in body.chunks:
                if time.monotonic() > ends_s:
                    return _unknown(state, body, "printer too slow")
                self._port.write(chunk)
            if not self._port.answers:
                return _printed(state, body, UNCONFIRMED)
            self._port.write(escpos.process_id_request(process))
            return self._confirmed(process, state, body)
        except PortError as error:
            return _unknown(PrinterState.GONE, body, str(error))

    def _confirmed(self, process: bytes, state: PrinterState, body: Body) -> Report:
        """Wait until the printer says that all has been printed, or that it does not print."""
        for _ in range(self.limits.confirm_rounds):
            if self._is_confirmed(process):
                self._confirms = True
                return _printed(state, body, REMARKS[state])
            after = self._state() or PrinterState.GONE
            if not after.prints:
                return _unknown(after, body, REMARKS[after])
            self._confirms |= bool(self._replies.process_ids)
            if not self._confirms:
                return _printed(after, body, UNCONFIRMED)
        # Ready, but perhaps because it was off meanwhile and has forgotten the ticket.
        return _unknown(after, body, NOT_CONFIRMED)

    def _is_confirmed(self, process: bytes) -> bool:
        """Whether the printer says within the limit that all has been printed."""
        replies = self._replies
        ends_s = time.monotonic() + self.limits.confirm_s
        while process not in replies.process_ids and (left_s := ends_s - time.monotonic()) > 0:
            replies.feed(self._port.read(left_s))
        return process in replies.process_ids

    def _state(self) -> PrinterState | None:
        """How the printer is, by DLE EOT 1, 2 and 4; None when an answer is missing."""
        found = []
        for kind in (escpos.STATUS_PRINTER, escpos.STATUS_OFFLINE, escpos.STATUS_PAPER):
            self._port.write(escpos.status_request(kind))
            ends_s = time.monotonic() + self.limits.answer_s
            status: int | None = None
            while status is None and (left_s := ends_s - time.monotonic()) > 0:
                self._replies.feed(self._port.read(left_s))
                status = self._replies.take_status()
            if status is None:
                return None
            found.append(status)
        return state_of(*found)

    def _close(self) -> None:
        try:
            self._port.close()
        except PortError:
            # What matters was told on this connection already; the next job opens a new one.
            return


def _printed(state: PrinterState, body: Body, detail: str) -> Report:
    return Report(outcome=PrintOutcome.PRINTED, detail=detail, state=state, paper_mm=body.paper_mm)


def _unknown(state: PrinterState, body: Body, detail: str) -> Report:
    return Report(outcome=PrintOutcome.UNKNOWN, detail=detail, state=state, paper_mm=body.paper_mm)


def press_of(device: Device, public_url: str, fonts: Fonts | None) -> Press:
    """The printer that was named on the command line."""
    return Press(
        port_of(device.address),
        public_url,
        device.paper_width_mm,
        fonts,
        is_raster=device.is_raster,
        is_qr_native=device.is_qr_native,
    )
