"""The ticket's number as a picture: the one thing that must be read from a chair away."""

from PIL import Image

from backend.paper.fonts import Fonts, built_in_glyph_font, ink_of

NUMBER_HEIGHT = 168
"""21 mm at 8 dots to the millimetre; the rule asks for 20."""
GAP_MIN, GAP_MAX = 12, 34
"""Between digits; widened until the number spans the paper, so that it lines up with the rules."""
INK_LEVEL = 110
BUILT_IN_STROKE = 9
"""Thickens the built-in regular weight until it reads like the bold one."""


def numeral(number: str, width_max: int, fonts: Fonts | None) -> Image.Image:
    """`number` as a mask, white where there is ink, 21 mm high and at most `width_max` wide.

    What is too wide is narrowed, never lowered.
    """
    glyphs = [_glyph(char, fonts) for char in number] or [Image.new("L", (1, NUMBER_HEIGHT))]
    gaps = len(glyphs) - 1
    ink = sum(glyph.width for glyph in glyphs)
    gap = min(max((width_max - ink) // gaps, GAP_MIN), GAP_MAX) if gaps else 0
    width = ink + gap * gaps
    line = Image.new("L", (width, NUMBER_HEIGHT))
    x = 0
    for glyph in glyphs:
        line.paste(glyph, (x, 0))
        x += glyph.width + gap
    if width > width_max:
        line = line.resize((width_max, NUMBER_HEIGHT))
    return line.point(_burnt).convert("1", dither=Image.Dither.NONE)


def _glyph(char: str, fonts: Fonts | None) -> Image.Image:
    if fonts is not None:
        return fonts.glyph(char, NUMBER_HEIGHT)
    return ink_of(built_in_glyph_font(), char, NUMBER_HEIGHT, stroke=BUILT_IN_STROKE)


def _burnt(level: float) -> int:
    return 255 if level > INK_LEVEL else 0
