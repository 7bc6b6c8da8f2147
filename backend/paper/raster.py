"""Layout to one 1-bit image, the whole ticket (pure but for reading fonts).

All measures are in dots: 203 dpi, 8 to the millimetre.
"""

from typing import assert_never

import segno
from msgspec import Struct
from PIL import Image, ImageDraw

from backend.core.ids import Text
from backend.core.paper import NoteSize
from backend.paper.fonts import Fonts, Weight
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
from backend.paper.wrapping import wrap

HEIGHT_MAX = 2800
"""350 mm; a layout's bounds keep it below, so that nothing is cut off: the usual one is 1101 dots
at most, and each of 14 notes at most 120 more."""
QR_MODULE = 4
"""0.5 mm: phones read it from a hand's distance, and it stays narrow enough for 58 mm."""
QR_MASK = 3
"""Any mask is valid; trying all eight costs 2.5 ms."""
REGULAR, BOLD = Weight.REGULAR, Weight.BOLD


class Style(Struct, frozen=True, kw_only=True):
    """Sizes for one width of paper."""

    width: int
    pad: int
    hall: int
    queue: int
    figure: int
    caption: int
    text: int
    small: int
    label_column: int
    column_gap: int
    ahead_share: float
    """Of the width, for the people ahead; the rest is for the wait, whose range is longer."""


STYLES = {
    80: Style(
        width=576,
        pad=10,
        hall=36,
        queue=50,
        figure=58,
        caption=32,
        text=26,
        small=20,
        label_column=136,
        column_gap=16,
        ahead_share=0.4,
    ),
    58: Style(
        width=384,
        pad=4,
        hall=30,
        queue=40,
        figure=44,
        caption=28,
        text=23,
        small=18,
        label_column=104,
        column_gap=10,
        ahead_share=0.45,
    ),
}
"""By width of the paper in mm: 576 and 384 dots can be printed on."""


def render(layout: Layout, fonts: Fonts, paper_width_mm: int) -> Image.Image:
    """The ticket as an image as wide as the print head; the usual one is 85-140 mm high."""
    sheet = _Sheet(fonts, STYLES[paper_width_mm])
    for element in layout:
        sheet.draw(element)
    return sheet.finished()


class _Sheet:
    """The paper and how far down it is written."""

    def __init__(self, fonts: Fonts, style: Style) -> None:
        self.fonts = fonts
        self.style = style
        self.left, self.right = style.pad, style.width - style.pad
        self.image = Image.new("1", (style.width, HEIGHT_MAX), 1)
        self.pen = ImageDraw.Draw(self.image)
        self.y = 6

    def finished(self) -> Image.Image:
        return self.image.crop((0, 0, self.style.width, min(self.y, HEIGHT_MAX)))

    def draw(self, element: Element) -> None:
        match element:
            case Heading():
                self._heading(element)
            case Reprint():
                self._reprint(element)
            case Queue():
                self._queue(element)
            case Number():
                self._number(element)
            case Standing():
                self._standing(element)
            case Detail():
                self._detail(element)
            case Code():
                self._code(element)
            case Issue():
                self._issue(element)
            case Note():
                self._note(element)
            case Line():
                self.y += 8
                self._rule(2)
            case _:
                assert_never(element)

    # -- the parts ---------------------------------------------------------------

    def _heading(self, element: Heading) -> None:
        self._fitted(element.hall.zh, BOLD, self.style.hall)
        self._wrapped(element.hall.en, REGULAR, self.style.small, lines_max=2)
        self.y += 8
        self._rule(6)

    def _reprint(self, element: Reprint) -> None:
        """White on black across the whole paper: nobody takes it for the first one."""
        style, mark = self.style, element.mark
        zh = self.fonts.mask(mark.zh, BOLD, style.caption)
        en = self.fonts.mask(mark.en, BOLD, style.caption)
        height, gap = style.caption + 12, 16
        left = self.left + (self.right - self.left - zh.width - gap - en.width) // 2
        self.y += 4
        self.pen.rectangle((self.left, self.y, self.right - 1, self.y + height - 1), fill=0)
        top = self.y + round(height / 2 + style.caption * 0.36) - round(style.caption * 0.93)
        self._paste(zh, left, top, ink=1)
        self._paste(en, left + zh.width + gap, top, ink=1)
        self.y += height

    def _queue(self, element: Queue) -> None:
        style = self.style
        self.y += 12
        room = self.right - self.left
        if element.mark is not None:
            room -= self._mark(element.mark) + 12
        top = self.y
        name = element.name.zh
        sizes = (style.queue, round(style.queue * 0.76), round(style.queue * 0.64))
        size = next(
            (size for size in sizes if self.fonts.width(name, BOLD, size) <= room), sizes[1]
        )
        if self.fonts.width(name, BOLD, size) > 1.8 * room:
            size = sizes[2]
        self._wrapped(name, BOLD, size, lines_max=2, room=room)
        # The mark stands beside the first line only: English below it may use the whole width.
        self.y = max(self.y, top + (style.queue if element.mark is not None else 0))
        self._wrapped(element.name.en, REGULAR, round(style.text * 0.92), lines_max=2)

    def _mark(self, mark: Text) -> int:
        """The class, white on black in the right corner; its width."""
        style = self.style
        zh = self.fonts.mask(mark.zh, BOLD, style.caption)
        en = self.fonts.mask(mark.en, BOLD, style.small)
        width = zh.width + en.width + 10 + 2 * 14
        height = style.queue + 2
        left, top = self.right - width, self.y + 4
        self.pen.rounded_rectangle((left, top, self.right - 1, top + height), 8, fill=0)
        base = top + round(height / 2 + style.caption * 0.36)
        self._paste(zh, left + 14, base - round(style.caption * 0.93), ink=1)
        self._paste(en, left + 24 + zh.width, base - round(style.small * 0.93), ink=1)
        return width

    def _number(self, element: Number) -> None:
        self.y += 14
        image = numeral(element.number, self.right - self.left, self.fonts)
        self._paste(image, self.left + (self.right - self.left - image.width) // 2, self.y)
        self.y += image.height + 16

    def _standing(self, element: Standing) -> None:
        style = self.style
        self._rule(2)
        top = self.y
        middle = self.left + round((self.right - self.left) * style.ahead_share)
        self._amount(element.ahead, self.left, middle - style.column_gap)
        self.y = top
        self._amount(element.wait, middle + style.column_gap, self.right)
        self.pen.rectangle((middle, top + 12, middle + 1, self.y - 12), fill=0)
        self._rule(2)
        self.y += 4

    def _amount(self, amount: Amount, left: int, right: int) -> None:
        """A label, and below it a large figure with its unit in both languages."""
        style, fonts = self.style, self.fonts
        self.y += 10
        self._label(amount.label, left, self.y, right - left)
        self.y += fonts.line_height(style.text) + 2
        base = self.y + round(style.figure * 0.93)
        unit = amount.unit
        zh_size, en_size = style.text, style.small
        if amount.figure:
            # The unit's two lines stand on the figure's baseline, no higher than the figure.
            zh_size, en_size = round(style.figure * 0.44), round(style.figure * 0.34)
        x = left
        if amount.figure:
            taken = fonts.width(unit.zh, BOLD, zh_size), fonts.width(unit.en, REGULAR, en_size)
            size = self._fit(amount.figure, BOLD, style.figure, right - left - max(taken) - 9)
            figure = fonts.mask(amount.figure, BOLD, size)
            self._paste(figure, x, base - round(size * 0.93))
            x += figure.width + 9
        en = fonts.mask(unit.en, REGULAR, en_size)
        self._paste(en, x, base - round(en_size * 0.93))
        zh_size = self._fit(unit.zh, BOLD, zh_size, right - x)
        zh_base = base - round(en_size * 0.75) - 4 - round(zh_size * 0.08)
        self._paste(fonts.mask(unit.zh, BOLD, zh_size), x, zh_base - round(zh_size * 0.93))
        self.y += fonts.line_height(style.figure) + 12

    def _detail(self, element: Detail) -> None:
        style, fonts = self.style, self.fonts
        self.y += 10
        top = self.y
        self._line(element.label.zh, BOLD, style.text)
        self._line(element.label.en, REGULAR, style.small)
        bottom = self.y
        self.y = top
        room = self.right - self.left - style.label_column
        indent = self.left + style.label_column
        if element.figure:
            size = self._fit(element.figure, BOLD, style.caption, room)
            self._paste(fonts.mask(element.figure, BOLD, size), indent, self.y - 5)
            self.y += fonts.line_height(style.caption) - 1
            for line in element.lines:
                self._pair(line, indent, room)
        else:
            en_lines = 2 if len(element.lines) == 1 else 1
            for line in element.lines:
                self._wrapped(line.zh, BOLD, style.text, lines_max=1, room=room, left=indent)
                self._wrapped(
                    line.en, REGULAR, style.small, lines_max=en_lines, room=room, left=indent
                )
                self.y += 3
        if element.remark is not None:
            self._pair(element.remark, indent, room)
        self.y = max(self.y, bottom)

    def _pair(self, words: Text, left: int, room: int) -> None:
        """Both languages in small print, on one line where they fit."""
        small = self.style.small
        both = f"{words.zh}  {words.en}"
        lines = (both,) if self.fonts.width(both, REGULAR, small) <= room else (words.zh, words.en)
        for line in lines:
            self._wrapped(line, REGULAR, small, lines_max=1, room=room, left=left)

    def _code(self, element: Code) -> None:
        style = self.style
        self.y += 10
        self._rule(2)
        self.y += 12
        top = self.y
        left, bottom = self.left, top
        if element.url is not None:
            code = qr_image(element.url)
            self._paste(code, self.left, top)
            left += code.width + 20
            bottom += code.height
        room = self.right - left
        self._wrapped(element.caption.zh, BOLD, style.caption, lines_max=1, room=room, left=left)
        self._wrapped(element.caption.en, REGULAR, style.small, lines_max=2, room=room, left=left)
        self.y += 14
        self._wrapped(element.notice.zh, REGULAR, style.text, lines_max=2, room=room, left=left)
        self._wrapped(element.notice.en, REGULAR, style.small, lines_max=3, room=room, left=left)
        self.y = max(self.y, bottom) + 11

    def _issue(self, element: Issue) -> None:
        """When and where, on one line; the kiosk on its own where there is no room."""
        style, fonts = self.style, self.fonts
        self._rule(2)
        self.y += 8
        base = self.y + round(style.text * 0.93) - round(style.small * 0.93)
        stamp = f"{element.day}  {element.time}"
        left = self.left + fonts.width(stamp, BOLD, style.text) + 10
        self._line(stamp, BOLD, style.text)
        week, kiosk = element.weekday, element.kiosk or ""
        for day, place in (
            (f"{week.zh} {week.en}", f"取号机 Kiosk {kiosk}"),
            (f"{week.zh} {week.en}", f"取号机 {kiosk}"),
            (week.zh, f"取号机 {kiosk}"),
        ):
            width = fonts.width(place, REGULAR, style.small) if kiosk else 0
            if left + fonts.width(day, REGULAR, style.small) + 10 + width <= self.right:
                break
        else:
            self._line(place, REGULAR, style.small)
            width = 0
        self._paste(fonts.mask(day, REGULAR, style.small), left, base)
        if width:
            self._paste(fonts.mask(place, REGULAR, style.small), self.right - width, base)
        self.y += 4

    def _note(self, element: Note) -> None:
        style = self.style
        zh, en = {
            NoteSize.SMALL: (style.small, style.small),
            NoteSize.NORMAL: (style.text, style.small),
            NoteSize.LARGE: (style.caption, style.text),
        }[element.size]
        weight = REGULAR if element.size is NoteSize.SMALL else BOLD
        self.y += 8
        self._wrapped(element.words.zh, weight, zh, lines_max=2)
        self._wrapped(element.words.en, REGULAR, en, lines_max=2)

    # -- the strokes -------------------------------------------------------------

    def _rule(self, thickness: int) -> None:
        self.pen.rectangle((self.left, self.y, self.right - 1, self.y + thickness - 1), fill=0)
        self.y += thickness

    def _label(self, label: Text, left: int, top: int, room: int) -> None:
        style, fonts = self.style, self.fonts
        zh = fonts.mask(label.zh, BOLD, style.text)
        self._paste(zh, left, top)
        en = fonts.mask(label.en, REGULAR, style.small)
        if zh.width + 8 + en.width <= room:
            base = round(style.text * 0.93) - round(style.small * 0.93)
            self._paste(en, left + zh.width + 8, top + base)

    def _line(self, text: str, weight: Weight, size: int, left: int | None = None) -> None:
        self._paste(
            self.fonts.mask(text, weight, size), self.left if left is None else left, self.y
        )
        self.y += self.fonts.line_height(size)

    def _fitted(self, text: str, weight: Weight, size: int) -> None:
        """One line in the whole width, smaller where it must be, two lines in the last resort."""
        size = self._fit(text, weight, size, self.right - self.left)
        self._wrapped(text, weight, size, lines_max=2)

    def _fit(self, text: str, weight: Weight, size: int, room: int) -> int:
        """The largest size down to 60 % of `size` at which `text` is no wider than `room`."""
        smallest = round(size * 0.6)
        while size > smallest and self.fonts.width(text, weight, size) > room:
            size -= 2
        return size

    def _wrapped(
        self,
        text: str,
        weight: Weight,
        size: int,
        *,
        lines_max: int,
        room: int | None = None,
        left: int | None = None,
    ) -> None:
        def width_of(words: str) -> int:
            return self.fonts.width(words, weight, size)

        room = self.right - self.left if room is None else room
        for line in wrap(text, room, lines_max, width_of):
            self._line(line, weight, size, left)

    def _paste(self, mask: Image.Image, x: int, y: int, ink: int = 0) -> None:
        self.image.paste(ink, (x, y), mask)


def qr_image(url: str) -> Image.Image:
    """The QR code (error correction M) as a mask: white where there is ink."""
    code = segno.make_qr(url, error="m", mask=QR_MASK, boost_error=False)
    rows = [bytes(255 if dark else 0 for dark in row) for row in code.matrix]
    grey = Image.frombytes("L", (len(rows[0]), len(rows)), b"".join(rows))
    image = grey.convert("1", dither=Image.Dither.NONE)
    return image.resize(
        (image.width * QR_MODULE, image.height * QR_MODULE), Image.Resampling.NEAREST
    )
