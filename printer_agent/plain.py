"""Layout to the printer's own characters: for slow lines and machines without a typeface (pure).

Chinese goes out in GB18030 with FS &; a character is as wide as its bytes, so ASCII takes
one column and everything else two.  Printers that know only GBK print the four-byte part
of GB18030 as garbage, and the few pairs that it added to GBK, so what lies there is replaced.
"""

import unicodedata
from typing import assert_never

from PIL import Image

from backend.core.ids import Text
from backend.core.paper import NoteSize
from backend.paper.fonts import Fonts
from backend.paper.layout import (
    Amount,
    Code,
    Detail,
    Element,
    Heading,
    Issue,
    Layout,
    Line,
    Note,
    Number,
    Queue,
    Reprint,
    Standing,
)
from backend.paper.numeral import numeral
from backend.paper.raster import qr_image
from backend.paper.wrapping import wrap
from printer_agent import escpos

COLUMN_DOTS = 12
CHAR_DOTS = 24
LEADING_DOTS = 4
QR_MODULE = 4
WIDE_COLUMNS = 40
"""From here on there is room for both languages beside a large figure."""
MISSING = "〓"
"""The geta mark: what Chinese and Japanese printing shows for a character it has not got."""
ASCII_FOR = {
    "–": "-",
    "—": "-",
    "…": "...",
    "·": "-",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "€": "EUR",
}
LEFT, MIDDLE = 0, 1
WIDTHS = {80: 576, 58: 384}


def chinese_bytes(text: str) -> bytes:
    """`text` as the printer takes it: one byte a column, two for a character of two columns."""
    return b"".join(_char_bytes(char) for char in text)


def columns(text: str) -> int:
    """Columns that `text` takes at normal size."""
    return len(chinese_bytes(text))


def render(
    layout: Layout, fonts: Fonts | None, paper_width_mm: int, *, is_qr_native: bool = True
) -> tuple[tuple[bytes, ...], int]:
    """The ticket's body in chunks, and its height in dots.

    Only the number is a picture, so that it is 20 mm high; and the QR code where the printer
    cannot draw one itself.
    """
    sheet = _Sheet(fonts, paper_width_mm, is_qr_native=is_qr_native)
    for element in layout:
        sheet.write(element)
    return tuple(sheet.chunks), sheet.dots


class _Sheet:
    """The commands so far."""

    def __init__(self, fonts: Fonts | None, paper_width_mm: int, *, is_qr_native: bool) -> None:
        self.fonts = fonts
        self.is_qr_native = is_qr_native
        self.dots = 0
        """Down the paper so far."""
        self.width = WIDTHS[paper_width_mm]
        self.columns_max = self.width // COLUMN_DOTS
        self.chunks: list[bytes] = [escpos.CHINESE_ON]

    def write(self, element: Element) -> None:
        match element:
            case Heading():
                self._lines(element.hall.zh, times=2 if self._is_short(element.hall.zh) else 1)
                self._lines(element.hall.en, lines_max=2)
                self._rule("=")
            case Reprint():
                self._mark(element.mark)
            case Queue():
                self._queue(element)
            case Number():
                self._number(element)
            case Standing():
                self._rule("-")
                self._amount(element.ahead)
                self._amount(element.wait)
                self._rule("-")
            case Detail():
                self._detail(element)
            case Code():
                self._code(element)
            case Note():
                self._note(element)
            case Line():
                self._rule("-")
            case Issue():
                kiosk = f"  取号机 {element.kiosk}" if element.kiosk is not None else ""
                self._lines(f"{element.day} {element.time} {element.weekday.zh}{kiosk}")
            case _:
                assert_never(element)

    def _queue(self, element: Queue) -> None:
        if element.mark is not None:
            self._mark(element.mark)
        name = element.name
        self._lines(name.zh, times=2 if self._is_short(name.zh) else 1, lines_max=2, is_bold=True)
        self._lines(name.en, lines_max=2)

    def _mark(self, mark: Text) -> None:
        """Large and white on black."""
        self.chunks += [escpos.align(MIDDLE), escpos.reverse(True)]
        both = f" {mark.zh} {mark.en} "
        fits = self._is_short(both.strip())
        for words in (both,) if fits else (f" {mark.zh} ", f" {mark.en} "):
            self._lines(words, times=2, place=MIDDLE)
        self.chunks.append(escpos.reverse(False))
        self._feed(8)

    def _number(self, element: Number) -> None:
        self._feed(16)
        self._picture(numeral(element.number, self.width - 16, self.fonts))
        self._feed(16)

    def _picture(self, mask: Image.Image) -> None:
        """A mask in the middle of the paper."""
        paper = Image.new("1", (self.width, mask.height), 1)
        paper.paste(0, ((self.width - mask.width) // 2, 0), mask)
        self.chunks += [escpos.align(LEFT), *escpos.raster_bands(paper)]
        self.dots += mask.height

    def _feed(self, dots: int) -> None:
        self.chunks.append(escpos.feed(dots))
        self.dots += dots

    def _amount(self, amount: Amount) -> None:
        """A label, and on the same line the amount twice as large where there is room."""
        words = f"{amount.figure} {amount.unit.zh}".strip()
        is_wide = self.columns_max >= WIDE_COLUMNS
        label = f"{amount.label.zh} {amount.label.en:<5}  " if is_wide else f"{amount.label.zh}  "
        times = 2 if columns(label) + 2 * columns(words) <= self.columns_max else 1
        self.chunks += [
            escpos.align(LEFT) + escpos.line_spacing(CHAR_DOTS * times + LEADING_DOTS),
            chinese_bytes(label) + escpos.size(times) + escpos.bold(True),
            chinese_bytes(words) + escpos.LF + escpos.size(1) + escpos.bold(False),
        ]
        self.dots += CHAR_DOTS * times + LEADING_DOTS
        if amount.figure == "" or " " in amount.unit.en:
            self._lines(f"{amount.figure} {amount.unit.en}".strip())

    def _detail(self, element: Detail) -> None:
        self._lines(f"{element.label.zh} {element.label.en}  {element.figure}", is_bold=True)
        for line in element.lines:
            self._both(line)
        if element.remark is not None:
            self._both(element.remark)

    def _both(self, words: Text, place: int = LEFT) -> None:
        """Two languages on one line where they fit, else one below the other."""
        both = f"{words.zh}  {words.en}"
        if columns(both) <= self.columns_max:
            self._lines(both, place=place)
        else:
            self._lines(words.zh, place=place)
            self._lines(words.en, place=place)

    def _code(self, element: Code) -> None:
        self._rule("-")
        if element.url is not None:
            mask = qr_image(element.url)
            if self.is_qr_native:
                self.chunks += [escpos.align(MIDDLE), escpos.qr_code(element.url, QR_MODULE)]
                self.dots += mask.height
            else:
                self._picture(mask)
            self._feed(12)
        self._both(element.caption, place=MIDDLE)
        self._lines(element.notice.zh, place=MIDDLE, is_bold=True)
        self._lines(element.notice.en, place=MIDDLE, lines_max=2)
        self._rule("-")

    def _note(self, element: Note) -> None:
        times = 2 if element.size is NoteSize.LARGE else 1
        is_bold = element.size is not NoteSize.SMALL
        self._lines(element.words.zh, times=times, lines_max=2, is_bold=is_bold)
        self._lines(element.words.en, lines_max=2)

    def _is_short(self, text: str) -> bool:
        return 2 * columns(text) <= self.columns_max

    def _rule(self, char: str) -> None:
        self._lines(char * self.columns_max, leading=0)

    def _lines(
        self,
        text: str,
        *,
        times: int = 1,
        lines_max: int = 1,
        place: int = LEFT,
        is_bold: bool = False,
        leading: int = LEADING_DOTS,
    ) -> None:
        """`text` at `times` its size, in at most `lines_max` lines."""
        self.chunks.append(
            escpos.align(place)
            + escpos.size(times)
            + escpos.bold(is_bold)
            + escpos.line_spacing(CHAR_DOTS * times + leading)
        )
        for line in wrap(text, self.columns_max // times, lines_max, columns):
            self.chunks.append(chinese_bytes(line) + escpos.LF)
            self.dots += CHAR_DOTS * times + leading
        self.chunks.append(escpos.size(1) + escpos.bold(False))


def _char_bytes(char: str) -> bytes:
    """One or two bytes, none of them a command: ASCII from the blank up, or a GBK pair."""
    plain = ASCII_FOR.get(char)
    if plain is None and not char.isascii():
        encoded = char.encode("gbk", errors="replace")
        if len(encoded) == 2:
            return encoded
        base = unicodedata.normalize("NFKD", char)[0]
        plain = base if base.isascii() else MISSING
    plain = plain or char
    if plain == MISSING:
        return plain.encode("gb18030")
    return plain.encode("ascii") if plain.isprintable() else b" "
