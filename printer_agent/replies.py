"""What a printer answers, taken out of its byte stream (pure).

Source: Epson, ESC/POS Command Reference, DLE EOT and GS ( H.
"""

from backend.core.ids import PrinterState

PROCESS_HEAD = b"\x37\x22"
PROCESS_FRAME_BYTES = 7
"""Header, identifier, four characters, NUL."""
PENDING_MAX = 4096
"""Bytes kept while an answer is incomplete; a printer that sends more is talking nonsense."""

ANSWERS_MAX = 16
"""Of a kind that are kept, the newest: more were not asked for."""
STATUS_MASK, STATUS_MARK = 0x93, 0x12
"""A DLE EOT answer is 0xx1xx10: so it cannot be taken for flow control or a process id."""

OFFLINE = 0x08
COVER_OPEN, PAPER_STOP, ERROR = 0x04, 0x20, 0x40
PAPER_END, PAPER_LOW = 0x60, 0x0C


class Replies:
    """Sorts arriving bytes into status answers and process ids; drops all others."""

    def __init__(self) -> None:
        self._pending = b""
        self._statuses: list[int] = []
        self.process_ids: list[bytes] = []

    def feed(self, data: bytes) -> None:
        """Take what has arrived."""
        self._pending = (self._pending + data)[-PENDING_MAX:]
        while self._pending:
            if PROCESS_HEAD.startswith(self._pending[:2]):
                if len(self._pending) < PROCESS_FRAME_BYTES:
                    return
                self.process_ids.append(self._pending[2:6])
                self._pending = self._pending[PROCESS_FRAME_BYTES:]
                continue
            byte = self._pending[0]
            if byte & STATUS_MASK == STATUS_MARK:
                self._statuses.append(byte)
            self._pending = self._pending[1:]
        del self._statuses[:-ANSWERS_MAX], self.process_ids[:-ANSWERS_MAX]

    def take_status(self) -> int | None:
        """The oldest status answer not yet taken."""
        return self._statuses.pop(0) if self._statuses else None


def state_of(printer: int, offline: int, paper: int) -> PrinterState:
    """How the printer is, from its answers to DLE EOT 1, 2 and 4."""
    if offline & COVER_OPEN:
        return PrinterState.COVER_OPEN
    if paper & PAPER_END or offline & PAPER_STOP:
        return PrinterState.PAPER_OUT
    if offline & ERROR:
        return PrinterState.ERROR
    if printer & OFFLINE:
        return PrinterState.OFFLINE
    return PrinterState.PAPER_LOW if paper & PAPER_LOW else PrinterState.READY
