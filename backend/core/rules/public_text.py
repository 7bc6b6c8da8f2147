"""Text from the public: refused where it deceives or is too much, and masked before it is shown.

`cleaned` first, always; then what is kept is what was meant.  `masked` and `sensitive_in` read
through other widths of digits and letters; separators and joiners are looked through too.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from itertools import groupby

from msgspec import Struct

MARKS_MAX = 4
"""Combining marks on one letter; more climb over the lines above (Hebrew and Vietnamese have 3)."""
BLANK_LINES_MAX = 1
DIGITS_MIN = 10
"""From so many digits in a row on a number is somebody's: phone, campus card, bank card."""
MASK = "***"
UNBROKEN_MAX = 200
"""Latin letters and digits without a space; no address or word that anybody reads is longer."""


class TextLimits(Struct, frozen=True, kw_only=True):
    """How much one field takes (TX2)."""

    chars: int
    """Characters, after composition."""
    lines: int = 1
    links: int = 0
    indent: int = 0
    """Spaces that may stay where a line begins: they mean something in Markdown."""

    @property
    def bytes(self) -> int:
        """In UTF-8: as many as Chinese needs, and some emoji."""
        return 3 * self.chars + 64


NAME = TextLimits(chars=60)
LINE = TextLimits(chars=200)
MESSAGE = TextLimits(chars=1000, lines=40, links=3)
"""A question, an answer to one, a line of chat."""


class TextCode(StrEnum):
    """What is wrong with a text; stable, each with words on the pages."""

    EMPTY = "text_empty"
    TOO_LONG = "text_too_long"
    TOO_MANY_LINES = "text_too_many_lines"
    TOO_MANY_LINKS = "text_too_many_links"
    CONTROL = "text_control"
    """A control character, or no character at all."""
    BIDI = "text_bidi"
    """It turns the direction of what stands around it."""
    INVISIBLE = "text_invisible"
    """Characters that nobody sees."""
    STACKED = "text_stacked"


class TextRefusal(Exception):
    """The text is not taken; expected, told to whoever wrote it."""

    def __init__(self, code: TextCode) -> None:
        super().__init__(code.value)
        self.code = code


_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BREAK = re.compile("\r\n|[\r\n\u0085\u2028\u2029\v\f]")
_JOINER, _NON_JOINER = "\u200d", "\u200c"
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u2800"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff\U0001d173-\U0001d17a]"
)
_PICTURE = "[©®‼⁉™ℹ\u2190-\u27ff\u2801-\u2bff〰〽㊗㊙\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
_EMOJI_PART = f"{_PICTURE}[\U0001f3fb-\U0001f3ff]?\ufe0f?"
_EMOJI = re.compile(
    "\U0001f3f4[\U000e0061-\U000e007a\U000e0030-\U000e0039]{4,6}\U000e007f"
    f"|{_EMOJI_PART}(?:{_JOINER}{_EMOJI_PART})*"
    "|[0-9#*]\ufe0f\u20e3"
)
# Arabic (Persian, Uyghur) and the Indic scripts need the joiners inside words; Mongolian has its
# own variation selectors, and an ideograph may name its variant (a name in a register).
_JOINED = "[\u0620-\u06ff\u0750-\u077f\u0900-\u0dff\u0f40-\u0fbc\u1780-\u17b3]"
_WITHIN_WORD = re.compile(
    f"(?<={_JOINED})[{_NON_JOINER}{_JOINER}](?={_JOINED})"
    "|(?<=[\u1820-\u18aa])[\u180b-\u180f]"
    "|(?<=[\u3400-\u9fff\U00020000-\U000323af])[\ufe00-\ufe02\U000e0100-\U000e01ef]"
)
_LINK = re.compile(r"(?:https?|ftp)://|\bwww\.|\b[a-z0-9-]+\.(?:com|cn|net|org|top|xyz|cc|io)\b")


def cleaned(text: str, limits: TextLimits) -> str:
    """The text composed (NFC), with plain spaces and line ends; nothing that can be seen is lost.

    Rules TX1, TX2.  Raises TextRefusal: any code; text_empty when nothing is left.
    """
    if len(text) > 2 * limits.chars + 64:  # before any work is done for it
        raise TextRefusal(TextCode.TOO_LONG)
    check_characters(text)
    broken = _BREAK.split(unicodedata.normalize("NFC", text))
    lines = [_line(line, limits.indent) for line in broken]
    tidy = "\n".join(_without_gaps(lines)).strip()
    _check_size(tidy, limits)
    return tidy


def check_characters(text: str) -> None:
    """Rule TX1.  Raises TextRefusal."""
    if _BIDI.search(text):
        raise TextRefusal(TextCode.BIDI)
    if _INVISIBLE.search(_WITHIN_WORD.sub("", _EMOJI.sub("", text))):
        raise TextRefusal(TextCode.INVISIBLE)
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        if category in {"Cc", "Cs", "Co", "Cf", "Zl", "Zp"} and not _is_taken(character):
            raise TextRefusal(TextCode.CONTROL)
        if category == "Cn" and ord(character) & 0xFFFE == 0xFFFE:
            raise TextRefusal(TextCode.CONTROL)  # a noncharacter
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks > MARKS_MAX:
            raise TextRefusal(TextCode.STACKED)


def _is_taken(character: str) -> bool:
    """Control and format characters that are a space or an end of line, or were looked at."""
    return character == "\t" or bool(_BREAK.match(character) or _INVISIBLE.match(character))


def _line(line: str, indent: int) -> str:
    """With one plain space where there were any, but for what it is indented by."""
    words = line.expandtabs(4)
    depth = min(len(words) - len(words.lstrip()), indent)
    return (" " * depth + " ".join(line.split())).rstrip()


def _without_gaps(lines: Iterable[str]) -> Iterable[str]:
    for line, same in groupby(lines):
        yield from ([""] * BLANK_LINES_MAX if line == "" else same)


def _check_size(text: str, limits: TextLimits) -> None:
    if not text:
        raise TextRefusal(TextCode.EMPTY)
    if len(text) > limits.chars or len(text.encode()) > limits.bytes:
        raise TextRefusal(TextCode.TOO_LONG)
    if re.search(rf"[!-~]{{{UNBROKEN_MAX + 1}}}", text):
        raise TextRefusal(TextCode.TOO_LONG)
    if text.count("\n") >= limits.lines:
        raise TextRefusal(TextCode.TOO_MANY_LINES)
    if len(_LINK.findall(_plain(text))) > limits.links:
        raise TextRefusal(TextCode.TOO_MANY_LINKS)


_NUMERALS = dict(
    zip("〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "001234567891123456789", strict=True)
)
_GAP = r"[ .\-·_—–/\n\ufe0f\u20e3]{0,2}"
"""Between the digits of one number: signs, an end of line, what makes a key of a digit."""
_BREAKS = r"[^0-9a-z\u4e00-\u9fff,，、;；:：]{1,3}"
"""Between the groups of a phone that somebody broke up; amounts in a list are none."""
_IDENTITY = re.compile(rf"(?<![0-9])[1-9](?:{_GAP}[0-9]){{16}}{_GAP}[0-9x](?![0-9])")
_BANK = re.compile(
    rf"(?<![0-9])[3-6][0-9]{{3}}(?:{_GAP}[0-9]{{4}}){{2,3}}{_GAP}[0-9]{{1,4}}(?![0-9])"
)
_MAILBOX = r"[a-z0-9][a-z0-9._%+\-]{0,63}"
_DOMAIN = r"[a-z0-9\-]+(?: ?(?:[.。]|[\[(（ ](?:dot|点)[\])） ]) ?[a-z0-9\-]+)+"
_ALWAYS = (
    re.compile(rf"{_MAILBOX} ?@ ?{_DOMAIN}"),
    re.compile(rf"{_MAILBOX} ?[\[(（]at[\])）] ?{_DOMAIN}"),
    re.compile(rf"{_MAILBOX} at [a-z0-9\-]+(?: (?:dot|点) [a-z0-9\-]+)+"),
    re.compile(
        rf"(?<![0-9])[1-9][0-9]{{5}}{_GAP}(?:19|20)[0-9]{{2}}{_GAP}(?:0[1-9]|1[0-2]){_GAP}"
        rf"(?:0[1-9]|[12][0-9]|3[01]){_GAP}[0-9]{{3}}{_GAP}[0-9x](?![0-9])"
    ),
    re.compile(
        rf"(?<![0-9])(?:\+?86{_GAP})?1{_GAP}[3-9](?:{_GAP}[0-9]){{9}}(?:\ufe0f?\u20e3)?(?![0-9])"
    ),
    re.compile(rf"(?<![0-9])1[3-9][0-9]{_BREAKS}[0-9]{{4}}{_BREAKS}[0-9]{{4}}(?![0-9])"),
    re.compile(r"\+[0-9]{1,3}(?:[ \-]?[0-9]){6,12}"),
    re.compile(r"(?<![0-9])\(?0[0-9]{2,3}\)?[ \-]{0,2}[2-9][0-9]{2,3}[ \-]?[0-9]{4}(?![0-9])"),
    re.compile(r"\([2-9][0-9]{2}\) ?[0-9]{3}[ \-][0-9]{4}(?![0-9])"),
    re.compile(rf"[0-9]{{{DIGITS_MIN},}}x?"),
    re.compile(r"(?<![a-z0-9])(?:[a-z]{1,2}[0-9]{8}|e[a-z][0-9]{7})(?![a-z0-9])"),
)
"""E-mail, what has the form of an identity number, mobile phone, phone abroad, landline, any long
number, passport or permit."""
_CUED = re.compile(
    r"(?:学号|工号|卡号|校园卡|一卡通|账号|帐号|身份证|微信|qq|wechat|student (?:id|no|number)"
    r"|staff (?:id|no|number)|card (?:id|no|number)|passport|account"
    r"|(?<![a-z])(?:wx|vx))[号码名是为:#. is]{0,6}([a-z0-9_\-]{5,30})"
    r"|(?:电话|手机|座机|(?<![a-z])(?:tel|phone))[号码是为:. is]{0,6}([0-9][0-9\-]{6,15})"
)
"""A name or number of somebody that only the words before it tell."""
_NAMED = re.compile(
    r"(?:微信号|(?<![a-z])(?:wx|vx|weixin|wechat) ?(?:id|号))[码名是为:#. is]{0,6}"
    r"([a-z][a-z0-9_\-]{5,19})(?![a-z0-9])"
)
"""The same, though it has no digit."""


def masked(text: str, public: Collection[str] = ()) -> str:
    """The text with `***` in the place of what names or reaches a person (TX3).

    `text` is cleaned; `public`: phones that the hall itself makes known, which stay.  Masking again
    changes nothing.
    """
    seen = _plain(text)
    known = {_digits(phone) for phone in public}
    spans = [m.span(1) for m in _NAMED.finditer(seen)]
    for m in _CUED.finditer(seen):
        which = m.lastindex or 0
        if _has_digit(m[which]) and _digits(m[which]) not in known:
            spans.append(m.span(which))
    spans += [m.span() for m in _IDENTITY.finditer(seen) if is_identity_number(_digits(m[0]))]
    spans += [m.span() for m in _BANK.finditer(seen) if is_bank_card(_digits(m[0]))]
    for pattern in _ALWAYS:
        spans += [m.span() for m in pattern.finditer(seen) if _digits(m[0]) not in known]
    return _hidden(text, spans)


def is_identity_number(number: str) -> bool:
    """Whether 18 characters are an identity number: its last one follows from the others.

    GB 11643-1999 (ISO 7064, MOD 11-2); `x` may be small.
    """
    if not re.fullmatch(r"[0-9]{17}[0-9xX]", number):
        return False
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(number[:17]))
    return "10x98765432"[total % 11] == number[-1].lower()


def is_bank_card(number: str) -> bool:
    """Whether 13 to 19 digits are a bank card's: its last one follows (ISO/IEC 7812-1, Luhn)."""
    if not re.fullmatch(r"[0-9]{13,19}", number):
        return False
    doubled = (int(d) * (1 + place % 2) for place, d in enumerate(reversed(number)))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _hidden(text: str, spans: list[tuple[int, int]]) -> str:
    pieces, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            pieces += [text[at:start], MASK]
        at = max(at, end)
    return "".join([*pieces, text[at:]])


def _plain(text: str) -> str:
    """The text in small letters of one width, with Chinese digits as digits; place for place."""
    return "".join(map(_plain_character, text))


def _plain_character(character: str) -> str:
    if character.isascii():
        return character.lower()
    if character in _NUMERALS:
        return _NUMERALS[character]
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    folded = unicodedata.normalize("NFKC", character).lower()
    return folded if len(folded) == 1 else character


def _digits(text: str) -> str:
    return re.sub("[^0-9x]", "", _plain(text))


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def sensitive_in(text: str, words: Sequence[str]) -> tuple[str, ...]:
    """Those of the words that are in the text, in their order (TX4).

    Other widths, spaces and signs between the letters hide none.  A word of Latin letters is found
    as a word only, not within another.
    """
    letters, places = _letters(text)
    return tuple(word for word in words if _is_in(_letters(word)[0], letters, places, text))


def _letters(text: str) -> tuple[str, list[int]]:
    """The letters and digits alone, folded, and where in the text each stands."""
    found, places = [], []
    for place, character in enumerate(text):
        for folded in unicodedata.normalize("NFKD", character).casefold():
            if folded.isalnum():
                found.append(folded)
                places.append(place)
    return "".join(found), places


def _is_in(word: str, letters: str, places: list[int], text: str) -> bool:
    at = letters.find(word) if word else -1
    while at >= 0:
        first, last = places[at], places[at + len(word) - 1]
        before, after = text[first - 1 : first] if first else "", text[last + 1 : last + 2]
        if not (word[0].isascii() and _continues(before)) and not (
            word[-1].isascii() and _continues(after)
        ):
            return True
        at = letters.find(word, at + 1)
    return False


def _continues(character: str) -> bool:
    return character.isascii() and character.isalnum()
