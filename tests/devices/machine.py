"""A strict interpreter of the ESC/POS commands that our agent uses.

Anything else is a fault, kept for whoever looks.  Source: Epson, ESC/POS Command Reference.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import Image

from backend.paper.fonts import Fonts
from tests.devices.paper import Cell, Roll, Typesetter, qr_mask

BAND_ROWS_MAX = 128
FAULTS_MAX = 100
QR_BYTES_MAX = 400
DEFAULT_SPACING = 30


@dataclass
class Trouble:
    """What is wrong with the printer; may be changed at any time."""

    is_paper_out: bool = False
    is_paper_low: bool = False
    is_cover_open: bool = False
    is_mute: bool = False
    """Answers nothing, prints all the same."""
    out_at_row: int | None = None
    """The roll ends at this row of the ticket under way."""
    is_out_after_cut: bool = False
    """The roll ends with the ticket, before its process id is answered."""
    knows_process_id: bool = True
    confirms_late: bool = False
    """It is so slow that a process id is answered only between two questions for its status."""
    tells_wrong_id: bool = False
    """Answers for another job than it was asked about."""
    prints_nothing: bool = False
    """Takes, confirms and calls itself ready, with a head that is broken or paper upside down."""
    mute_at_byte: int | None = None
    """Of the next connection: from there on nothing is answered."""
    drop_at_byte: int | None = None
    """Of the next connection: it is cut off there, once."""
    reboot_at_byte: int | None = None
    """Of the next connection: there the power fails, once, and with it goes all but the paper."""
    lost_bytes: int = 0
    """A serial line outlives a reboot, but loses so many bytes; 0: the connection is cut off, and
    nobody is let in until `is_away` is taken back."""
    is_away: bool = False
    """It has no power, or is not ready to be spoken to yet."""
    delay_s: float = 0.0
    """For each 4 kB taken from the line."""


@dataclass
class Style:
    """What ESC @ resets."""

    place: int = 0
    times: int = 1
    spacing: int = DEFAULT_SPACING
    is_bold: bool = False
    is_reverse: bool = False
    is_chinese: bool = False
    qr_module: int = 3
    qr_data: bytes = b""
    line: list[Cell] = field(default_factory=list)


class Machine:
    """Takes bytes, gives answers, prints, cuts."""

    def __init__(
        self,
        width_mm: int,
        fonts: Fonts | None,
        trouble: Trouble,
        on_cut: Callable[[Image.Image], None],
        on_fault: Callable[[str], None],
    ) -> None:
        self.trouble = trouble
        self.faults: list[str] = []
        self.bytes_taken = 0
        self.begun = 0
        """Papers on which there is ink."""
        self._is_inked = False
        self._on_cut = on_cut
        self._on_fault = on_fault
        self._roll = Roll(width_mm)
        self._typesetter = Typesetter(fonts)
        self._style = Style()
        self._input = b""
        self._answer = b""
        self._lost = 0
        self._late = b""

    @property
    def is_stopped(self) -> bool:
        """Offline: takes data, executes nothing but questions for its status."""
        return self.trouble.is_paper_out or self.trouble.is_cover_open

    @property
    def rows(self) -> int:
        """Rows of the ticket under way."""
        return self._roll.rows

    def feed(self, data: bytes) -> bytes:
        """Execute what is complete; what it answers."""
        self._answer = b""
        self.bytes_taken += len(data)
        lost = min(self._lost, len(data))
        self._lost -= lost
        self._input += data[lost:]
        length = 1
        while self._input and length:
            if self.is_stopped:
                self._input = self._status_questions(self._input)
                break
            length = self._step(self._input)
            self._input = self._input[length:]
        return self._answer

    def reboot(self, lost_bytes: int) -> None:
        """Forget everything but the paper, and what comes while it starts."""
        self._lost = lost_bytes
        self._style = Style()
        self._input = b""

    # -- one command -------------------------------------------------------------

    def _step(self, data: bytes) -> int:
        """Execute the first command; its length, 0 while it is incomplete."""
        first = data[0]
        if first == 0x00:
            return 1
        if first == 0x0A:
            self._end_line()
            return 1
        if first in (0x10, 0x1B, 0x1C, 0x1D):
            return self._command(data)
        return self._character(data)

    def _character(self, data: bytes) -> int:
        style = self._style
        if 0x20 <= data[0] <= 0x7E:
            length = 1
        elif style.is_chinese and 0x81 <= data[0] <= 0xFE:
            if len(data) < 2:
                return 0
            if data[1] == 0:
                return 1  # a character that a lost connection cut in half: it is dropped
            length = 2
        else:
            return self._fault(data, 1)
        try:
            char = data[:length].decode("gbk")
        except UnicodeDecodeError:
            return self._fault(data, length)
        style.line.append(Cell(char, style.times, style.is_bold, style.is_reverse))
        if sum(cell.width for cell in style.line) > self._roll.width:
            self._fault(b"line too long", 13)
            style.line.pop()
        return length

    def _command(self, data: bytes) -> int:
        style = self._style
        if len(data) < 2:
            return 0
        match data[:2]:
            case b"\x1b@":
                self._style = Style()
                return 2
            case b"\x1c&":
                style.is_chinese = True
                return 2
            case b"\x10\x04":
                return self._with_argument(data, 3, {1, 2, 4}, self._tell_status)
            case b"\x1ba":
                return self._with_argument(data, 3, {0, 1, 2}, self._set("place"))
            case b"\x1bE":
                return self._with_argument(data, 3, {0, 1}, self._set("is_bold"))
            case b"\x1dB":
                return self._with_argument(data, 3, {0, 1}, self._set("is_reverse"))
            case b"\x1b3":
                return self._with_argument(data, 3, set(range(256)), self._set("spacing"))
            case b"\x1bJ":
                return self._with_argument(data, 3, set(range(256)), self._feed)
            case b"\x1d!":
                return self._with_argument(data, 3, {17 * n for n in range(8)}, self._set_size)
            case b"\x1dV":
                return self._cut(data)
            case b"\x1dv":
                return self._raster(data)
            case b"\x1d(":
                return self._extended(data)
            case _:
                return self._fault(data, 2)

    def _with_argument(
        self, data: bytes, length: int, allowed: set[int], act: Callable[[int], None]
    ) -> int:
        if len(data) < length:
            return 0
        if data[length - 1] not in allowed:
            return self._fault(data, length)
        act(data[length - 1])
        return length

    def _set(self, name: str) -> Callable[[int], None]:
        return lambda value: setattr(self._style, name, value)

    def _set_size(self, value: int) -> None:
        self._style.times = (value & 7) + 1

    def _cut(self, data: bytes) -> int:
        if len(data) < 4:
            return 0
        if data[2] != 66:
            return self._fault(data, 4)
        self._end_line(is_forced=False)
        self._roll.feed(data[3])
        self._is_inked = False
        if self._roll.is_blank:
            self._roll.cut()
        else:
            self._on_cut(self._roll.cut())
        if self.trouble.is_out_after_cut:
            self.trouble.is_paper_out = True
        return 4

    def _raster(self, data: bytes) -> int:
        if len(data) < 8:
            return 0
        row_bytes, rows = data[4] | data[5] << 8, data[6] | data[7] << 8
        length = 8 + row_bytes * rows
        is_known = data[2:4] == b"0\x00" and 8 * row_bytes <= self._roll.width
        if not is_known or not 1 <= rows <= BAND_ROWS_MAX:
            return self._fault(data, 8)
        if len(data) < length:
            return 0
        self._end_line(is_forced=False)
        self._burn(Image.frombytes("1", (8 * row_bytes, rows), data[8:length]))
        return length

    def _extended(self, data: bytes) -> int:
        """GS ( H and GS ( k."""
        if len(data) < 5:
            return 0
        length = 5 + (data[3] | data[4] << 8)
        if data[2:3] not in (b"H", b"k") or length > 5 + 3 + QR_BYTES_MAX:
            return self._fault(data, 5)
        if len(data) < length:
            return 0
        body = data[5:length]
        if data[2:3] == b"H":
            if body[:2] != b"00" or len(body) != 6 or not all(32 <= b <= 126 for b in body[2:]):
                return self._fault(data, length)
            if self.trouble.knows_process_id:
                told = body[2:][::-1] if self.trouble.tells_wrong_id else body[2:]
                if self.trouble.confirms_late:
                    self._late += b"\x37\x22" + told + b"\x00"
                else:
                    self._say(b"\x37\x22" + told + b"\x00")
            return length
        return length if self._qr(body) else self._fault(data, length)

    def _qr(self, body: bytes) -> bool:
        style = self._style
        match body[:2], body[2:]:
            case b"1A", b"2\x00":
                return True
            case b"1C", module if len(module) == 1 and 1 <= module[0] <= 16:
                style.qr_module = module[0]
                return True
            case b"1E", b"1":
                return True
            case b"1P", data if data[:1] == b"0" and data[1:].isascii():
                style.qr_data = data[1:]
                return True
            case b"1Q", b"0" if style.qr_data:
                self._end_line(is_forced=False)
                self._burn(qr_mask(style.qr_data, style.qr_module))
                return True
            case _:
                return False

    # -- paper and answers -------------------------------------------------------

    def _end_line(self, is_forced: bool = True) -> None:
        style = self._style
        if style.line:
            mask = self._typesetter.line(style.line)
            style.line = []
            self._burn(mask)
            self._roll.feed(max(style.spacing - mask.height, 0))
        elif is_forced:
            self._roll.feed(style.spacing)

    def _burn(self, mask: Image.Image) -> None:
        if self.trouble.prints_nothing:
            self._roll.feed(mask.height)
            return
        end = self.trouble.out_at_row
        if end is not None and self._roll.rows + mask.height >= end:
            left = max(end - self._roll.rows, 1)
            mask = mask.crop((0, 0, mask.width, left))
            self.trouble.is_paper_out, self.trouble.out_at_row = True, None
        self._roll.burn(mask, self._style.place)
        if not self._is_inked:
            self._is_inked = True
            self.begun += 1

    def _feed(self, rows: int) -> None:
        self._end_line(is_forced=False)
        self._roll.feed(rows)

    def _status_questions(self, data: bytes) -> bytes:
        """Answer DLE EOT out of turn, as printers do while offline; the other bytes."""
        for kind in (1, 2, 4):
            question = bytes((0x10, 0x04, kind))
            for _ in range(data.count(question)):
                self._tell_status(kind)
            data = data.replace(question, b"")
        return data

    def _tell_status(self, kind: int) -> None:
        trouble = self.trouble
        status = 0x12
        if kind == 1:
            status |= 0x08 * self.is_stopped
        elif kind == 2:
            status |= 0x04 * trouble.is_cover_open | 0x20 * trouble.is_paper_out
            late, self._late = self._late, b""
            self._say(late)
        else:
            status |= 0x60 * trouble.is_paper_out | 0x0C * trouble.is_paper_low
        self._say(bytes((status,)))

    def _say(self, answer: bytes) -> None:
        if not self.trouble.is_mute:
            self._answer += answer

    def _fault(self, data: bytes, length: int) -> int:
        if len(self.faults) < FAULTS_MAX:
            fault = f"byte {self.bytes_taken - len(self._input)}: {data[:12]!r}"
            self.faults.append(fault)
            self._on_fault(fault)
        return length
