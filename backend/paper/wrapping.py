"""Breaking a line of Chinese or English to a width (pure)."""

from collections.abc import Callable

NEVER_FIRST = "，。、；：！？）》」』”’,.;:!?)%"
"""Marks that may not begin a line."""
BREAK_AFTER = "，。、；：）"
BREAK_BEFORE = "（"
"""Where Chinese is better broken than between any two characters."""

Width = Callable[[str], int]


def wrap(text: str, width_max: int, lines_max: int, width_of: Width) -> tuple[str, ...]:
    """`text` in at most `lines_max` lines of `width_max`; what does not fit becomes an ellipsis."""
    lines: list[str] = []
    rest = text.strip()
    while rest:
        if width_of(rest) <= width_max:
            return (*lines, rest)
        if len(lines) == lines_max - 1:
            return (*lines, _shortened(rest, width_max, width_of))
        cut = _cut(rest, width_max, lines_max - len(lines) - 1, width_of)
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return tuple(lines)


def _cut(text: str, width_max: int, lines_left: int, width_of: Width) -> int:
    """How much of `text` goes on this line; at least one character.

    A better place is taken when it leaves the line half full and the rest still fits.
    """
    end = _longest(text, width_max, width_of)
    places = [at for at in range(end, 0, -1) if _may_break(text, at)]
    for at in places:
        is_better = text[at - 1] in BREAK_AFTER or text[at] in BREAK_BEFORE or text[at - 1] == " "
        if (
            is_better
            and 2 * width_of(text[:at]) >= width_max
            and width_of(text[at:]) <= lines_left * width_max
        ):
            return at
    return places[0] if places else end


def _longest(text: str, width_max: int, width_of: Width) -> int:
    low, high = 1, len(text) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if width_of(text[:middle].rstrip()) <= width_max:
            low = middle
        else:
            high = middle - 1
    return low


def _may_break(text: str, at: int) -> bool:
    """Whether a line may begin at `at`: not inside a word, not with a closing mark."""
    before, after = text[at - 1], text[at]
    if after in NEVER_FIRST or after == " " or before in BREAK_BEFORE:
        return False
    return before in " -" or not (is_narrow(before) and is_narrow(after))


def is_narrow(char: str) -> bool:
    """Whether it belongs to a script that is written in words."""
    return ord(char) < 0x2E80


def _shortened(text: str, width_max: int, width_of: Width) -> str:
    # A Chinese ellipsis floats at half height: right among characters, wrong after a word.
    while text:
        text = text[:-1].rstrip()
        cut = text + ("..." if text and is_narrow(text[-1]) else "…")
        if width_of(cut) <= width_max:
            return cut
    return ""
