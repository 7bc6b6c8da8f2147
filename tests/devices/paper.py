"""The paper of the virtual printer: what the head burns, and how a cut ticket looks."""

from typing import NamedTuple

import segno
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from backend.paper.fonts import Fonts, Weight, built_in_glyph_font

CELL_WIDTH, CELL_HEIGHT = 12, 24
ROWS_MAX = 4000
"""Half a metre: a ticket that long is a fault, not a ticket."""
HEAD_DOTS = {80: 576, 58: 384}
PAPER_DOTS = {80: 640, 58: 464}
TOP_MARGIN = 56
"""The paper between head and knife: the next ticket always begins with it."""
DESK = (214, 211, 205)
PAPER = (252, 251, 247)
INK = (38, 36, 40)


class Cell(NamedTuple):
    """One character as it was sent."""

    char: str
    times: int
    is_bold: bool
    is_reverse: bool

    @property
    def width(self) -> int:
        """In dots: Chinese is as wide as it is high."""
        return self.times * CELL_WIDTH * (1 if self.char.isascii() else 2)


class Typesetter:
    """Draws characters into cells, as the printer's own character generator does."""

    def __init__(self, fonts: Fonts | None) -> None:
        self._fonts = fonts

    def line(self, cells: list[Cell]) -> Image.Image:
        """A line of cells as a mask, white where there is ink, its cells on one foot."""
        height = max(cell.times for cell in cells) * CELL_HEIGHT
        line = Image.new("1", (sum(cell.width for cell in cells), height))
        x = 0
        for cell in cells:
            picture = self._picture(cell)
            line.paste(picture, (x, height - picture.height))
            x += cell.width
        return line

    def _picture(self, cell: Cell) -> Image.Image:
        width = cell.width // cell.times
        small = Image.new("L", (width, CELL_HEIGHT))
        glyph = self._glyph(cell)
        if glyph.width > width:
            glyph = glyph.resize((width, glyph.height))
        small.paste(glyph, ((width - glyph.width) // 2, (CELL_HEIGHT - glyph.height) // 2))
        ink = small.point(_burnt).convert("1")
        if cell.is_reverse:
            ink = ImageChops.invert(ink)
        # Printers enlarge their bitmaps, dot by dot.
        return ink.resize((cell.width, cell.times * CELL_HEIGHT), Image.Resampling.NEAREST)

    def _glyph(self, cell: Cell) -> Image.Image:
        if self._fonts is not None:
            weight = Weight.BOLD if cell.is_bold else Weight.REGULAR
            return self._fonts.mask(cell.char, weight, 21).convert("L")
        picture = Image.new("L", (CELL_WIDTH * (1 if cell.char.isascii() else 2), CELL_HEIGHT))
        draw = ImageDraw.Draw(picture)
        if cell.char.isascii():
            font = built_in_glyph_font().font_variant(size=20)
            draw.text((6, 19), cell.char, fill=255, font=font, anchor="ms")
        else:
            draw.rectangle((3, 3, 20, 20), outline=255)
        return picture


class Roll:
    """The paper under the head since the last cut: white but for what was burnt."""

    def __init__(self, width_mm: int) -> None:
        self.width_mm = width_mm
        self.width = HEAD_DOTS[width_mm]
        self._image = Image.new("1", (self.width, ROWS_MAX), 1)
        self.rows = 0

    @property
    def image(self) -> Image.Image:
        """The ticket so far, black on white."""
        return self._image.crop((0, 0, self.width, max(self.rows, 1)))

    @property
    def is_blank(self) -> bool:
        """Whether there is no ink on it."""
        return ImageChops.invert(self.image.convert("L")).getbbox() is None

    def burn(self, mask: Image.Image, place: int) -> None:
        """Print a mask at the left, in the middle or at the right (0, 1, 2)."""
        x = (self.width - mask.width) * place // 2
        self._image.paste(0, (x, self.rows), mask)
        self.feed(mask.height)

    def feed(self, rows: int) -> None:
        """Move the paper."""
        self.rows = min(self.rows + rows, ROWS_MAX)

    def cut(self) -> Image.Image:
        """The ticket; a new one begins."""
        ticket = self.image
        self._image = Image.new("1", (self.width, ROWS_MAX), 1)
        self.rows = 0
        return ticket


def qr_mask(data: bytes, module_dots: int) -> Image.Image:
    """The printer's own QR code, model 2, error correction M."""
    code = segno.make_qr(data.decode("ascii"), error="m", boost_error=False)
    rows = [bytes(255 if dark else 0 for dark in row) for row in code.matrix]
    small = Image.frombytes("L", (len(rows[0]), len(rows)), b"".join(rows))
    side = small.width * module_dots
    return small.resize((side, side), Image.Resampling.NEAREST).convert("1")


def photograph(ticket: Image.Image, width_mm: int) -> Image.Image:
    """The ticket lying on a desk: for people to look at, and sharp enough for QR readers."""
    width, height = PAPER_DOTS[width_mm], ticket.height + TOP_MARGIN
    ink = Image.new("L", (width, height))
    ink.paste(ImageChops.invert(ticket.convert("L")), ((width - ticket.width) // 2, TOP_MARGIN))
    # Heat spreads a little: edges are soft and the black is not quite even.
    ink = ink.filter(ImageFilter.GaussianBlur(0.6))
    ink = ImageChops.subtract(ink, Image.effect_noise((width, height), 18), 1, 100)
    paper = Image.new("RGB", (width, height), PAPER)
    grain = Image.effect_noise((width, height), 5).convert("RGB")
    paper = ImageChops.add(paper, grain, 1, -128)
    paper = Image.composite(Image.new("RGB", (width, height), INK), paper, ink)
    border = 36
    desk = Image.new("RGB", (width + 2 * border, height + 2 * border), DESK)
    shadow = Image.new("L", desk.size)
    ImageDraw.Draw(shadow).rectangle(
        (border + 2, border + 6, border + width + 2, border + height + 8), fill=105
    )
    desk.paste((60, 56, 50), (0, 0), shadow.filter(ImageFilter.GaussianBlur(9)))
    desk.paste(paper, (border, border))
    return desk


def _burnt(level: float) -> int:
    return 255 if level > 110 else 0
