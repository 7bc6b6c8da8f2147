"""The typefaces of the raster ticket: found on disk, glyphs chained and kept.

Debian's fonts-noto-cjk is one file with every glyph.  `@fontsource/noto-sans-sc` cuts the
same design into about 100 files; its style sheet says which file has which character.
"""

import re
from bisect import bisect_right
from contextlib import suppress
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Protocol

from PIL import Image, ImageDraw, ImageFont

DEBIAN_DIR = Path("/usr/share/fonts/opentype/noto")
MODULE_DIR = Path("node_modules/@fontsource/noto-sans-sc")
COLLECTION_FACES_MAX = 16
OPEN_FONTS_MAX = 512
"""File and size pairs kept open by a chain; a hall's words need about 100."""
RUNS_KEPT_MAX = 1024
INK_LEVEL = 118
"""Grey above which a dot is burnt: a little under half, since thin strokes print thin."""

_FACE = re.compile(r"url\(\./(files/[^)]+\.woff2)\)[^}]*?unicode-range:([^;}]+)", re.DOTALL)


class Weight(StrEnum):
    """The two weights that a ticket uses."""

    REGULAR = "regular"
    BOLD = "bold"


STYLE_SHEETS = {Weight.REGULAR: "400.css", Weight.BOLD: "700.css"}


class FontsMissingError(Exception):
    """A directory was named that holds no typeface we know."""


class Family(Protocol):
    """A typeface: which file draws a character."""

    def key(self, char: str, weight: Weight) -> int:
        """The file that has the glyph; characters with the same key are drawn together."""

    def font(self, key: int, weight: Weight, size: int) -> ImageFont.FreeTypeFont:
        """The file opened at a size in dots."""


class CollectionFamily:
    """Debian's NotoSansCJK-*.ttc: everything in one file per weight."""

    def __init__(self, directory: Path) -> None:
        self._paths = {
            Weight.REGULAR: directory / "NotoSansCJK-Regular.ttc",
            Weight.BOLD: directory / "NotoSansCJK-Bold.ttc",
        }
        self._faces = {weight: _chinese_face(path) for weight, path in self._paths.items()}
        self.font = lru_cache(OPEN_FONTS_MAX)(self._open)

    def key(self, char: str, weight: Weight) -> int:
        """Always the one file."""
        return 0

    def _open(self, key: int, weight: Weight, size: int) -> ImageFont.FreeTypeFont:
        return _truetype(self._paths[weight], size, self._faces[weight])


class ChainFamily:
    """The subset files of `@fontsource/noto-sans-sc`, looked up by character."""

    def __init__(self, directory: Path) -> None:
        self._chains = {
            weight: _Chain(directory, directory / sheet) for weight, sheet in STYLE_SHEETS.items()
        }
        self.font = lru_cache(OPEN_FONTS_MAX)(self._open)

    def key(self, char: str, weight: Weight) -> int:
        """The index of the file that has the glyph; a file's own blank box where none has."""
        return self._chains[weight].index_of(ord(char))

    def _open(self, key: int, weight: Weight, size: int) -> ImageFont.FreeTypeFont:
        return _truetype(self._chains[weight].paths[key], size, 0)


class _Chain:
    """Which file of one weight has which character."""

    def __init__(self, directory: Path, sheet: Path) -> None:
        self.paths: list[Path] = []
        ranges: list[tuple[int, int, int]] = []
        for name, unicode_range in _FACE.findall(sheet.read_text("utf-8")):
            at = len(self.paths)
            self.paths.append(directory / name)
            ranges += [(first, last, at) for first, last in _ranges(unicode_range)]
        if not ranges:
            raise FontsMissingError(f"{sheet} names no files")
        self._ranges = sorted(ranges)
        self._firsts = [first for first, _, _ in self._ranges]
        self._fallback = self.index_of(ord("A"))

    def index_of(self, code: int) -> int:
        at = bisect_right(self._firsts, code) - 1
        # Ranges overlap by a few accents only: looking back over three finds any of them.
        for first, last, index in reversed(self._ranges[max(at - 2, 0) : at + 1]):
            if first <= code <= last:
                return index
        return getattr(self, "_fallback", 0)


class Fonts:
    """Draws runs of text into 1-bit masks and keeps them."""

    def __init__(self, family: Family) -> None:
        self._family = family
        self.mask = lru_cache(RUNS_KEPT_MAX)(self._mask)
        self.width = lru_cache(8 * RUNS_KEPT_MAX)(self._width)
        self.glyph = lru_cache(64)(self._glyph)

    def line_height(self, size: int) -> int:
        """Height of the box of `mask`: one line of Chinese without leading."""
        return round(size * 1.16)

    def _mask(self, text: str, weight: Weight, size: int) -> Image.Image:
        """`text` on one line; white where there is ink, in a box `line_height` high."""
        grey = Image.new("L", (max(self.width(text, weight, size), 1), self.line_height(size)))
        draw = ImageDraw.Draw(grey)
        x = 0.0
        for key, run in self._runs(text, weight):
            font = self._family.font(key, weight, size)
            draw.text((x, round(size * 0.93)), run, fill=255, font=font, anchor="ls")
            x += font.getlength(run)
        return grey.point(_burnt).convert("1", dither=Image.Dither.NONE)

    def _width(self, text: str, weight: Weight, size: int) -> int:
        """Advance of `text` in dots."""
        font = self._family.font
        runs = self._runs(text, weight)
        return round(sum(font(key, weight, size).getlength(run) for key, run in runs))

    def _glyph(self, char: str, height: int) -> Image.Image:
        """A bold letter or digit in grey, its ink exactly as high as asked."""
        key = self._family.key(char, Weight.BOLD)
        font = self._family.font(key, Weight.BOLD, round(height * 1.36))
        return ink_of(font, char, height, stroke=0)

    def _runs(self, text: str, weight: Weight) -> list[tuple[int, str]]:
        keyed = groupby(text, lambda char: self._family.key(char, weight))
        return [(key, "".join(chars)) for key, chars in keyed]


def ink_of(font: ImageFont.FreeTypeFont, char: str, height: int, *, stroke: int) -> Image.Image:
    """A character in grey, cut to its ink and scaled to `height`."""
    canvas = Image.new("L", (round(2 * font.size), round(2 * font.size)))
    draw = ImageDraw.Draw(canvas)
    middle = (canvas.width // 2, canvas.height // 2)
    draw.text(middle, char, fill=255, font=font, stroke_width=stroke, anchor="mm")
    ink = canvas.crop(canvas.getbbox() or (0, 0, 1, 1))
    return ink.resize((max(round(ink.width * height / ink.height), 1), height))


@lru_cache(1)
def built_in_glyph_font() -> ImageFont.FreeTypeFont:
    """Latin letters and digits that come with Pillow, for numbers where no typeface is found."""
    font = ImageFont.load_default(220)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


def find_fonts(directory: Path | None, start: Path) -> Fonts | None:
    """The typeface in `directory`; without one Debian's, else the one in node_modules; or none.

    Raises FontsMissingError when a directory was named and holds nothing we know.
    """
    if directory is not None:
        return _fonts_in(directory)
    for place in (DEBIAN_DIR, start / MODULE_DIR):
        with suppress(FontsMissingError):
            return _fonts_in(place)
    return None


def _fonts_in(directory: Path) -> Fonts:
    """The typeface there, tried out: better no start than no ticket."""
    try:
        if (directory / "NotoSansCJK-Bold.ttc").exists():
            fonts = Fonts(CollectionFamily(directory))
        elif (directory / "400.css").exists():
            fonts = Fonts(ChainFamily(directory))
        else:
            raise FontsMissingError(f"{directory} has neither NotoSansCJK-*.ttc nor 400.css")
        for weight in Weight:
            fonts.mask("A1号", weight, 24)
    except OSError as error:
        raise FontsMissingError(f"{directory}: {error}") from error
    return fonts


def _burnt(level: float) -> int:
    return 255 if level > INK_LEVEL else 0


def _chinese_face(path: Path) -> int:
    """Where in the collection the mainland Chinese forms are."""
    for index in range(COLLECTION_FACES_MAX):
        try:
            name = ImageFont.truetype(path, 16, index=index).getname()[0]
        except OSError:
            break
        if name == "Noto Sans CJK SC":
            return index
    raise FontsMissingError(f"{path} has no Noto Sans CJK SC")


def _truetype(path: Path, size: int, index: int) -> ImageFont.FreeTypeFont:
    # The basic engine: no shaping is needed, and it takes a third of the time.
    return ImageFont.truetype(path, size, index=index, layout_engine=ImageFont.Layout.BASIC)


def _ranges(unicode_range: str) -> list[tuple[int, int]]:
    """`U+4e00,U+4e10-4e1f` as pairs of first and last code point."""
    pairs = []
    for word in unicode_range.split(","):
        first, _, last = word.strip().upper().removeprefix("U+").partition("-")
        pairs.append((int(first, 16), int(last or first, 16)))
    return pairs
