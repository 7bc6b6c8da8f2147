"""The words of an announcement, and the clips they are joined from; pure (VO1)."""

from enum import StrEnum

from msgspec import Struct


class Language(StrEnum):
    """The hall's two languages."""

    ZH = "zh"
    EN = "en"


class Tempo(StrEnum):
    """How fast words are said; `fast` when many wait (VO3)."""

    NORMAL = "normal"
    FAST = "fast"


class Phrase(Struct, frozen=True, kw_only=True):
    """What a voice is asked to say in one breath."""

    language: Language
    tempo: Tempo
    text: str


class Words(Struct, frozen=True, kw_only=True):
    """One announcement in one language."""

    language: Language
    text: str
    """The whole sentence, as the transcript shows it."""
    segments: tuple[str, ...]
    """The sentence cut where the number ends, so that each part can be kept and used again."""
    clips: tuple[str, ...]
    """Names in `VOCABULARY`, or `PAUSE`, in the order of speaking."""


PAUSE = "pause"
NUMBERS_AHEAD = 6
"""How many numbers after a called one are worth rendering before they are called."""

_ZH_DIGITS = "零一二三四五六七八九"
_EN_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_EN_TENS = dict(
    zip(
        range(20, 100, 10),
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"],
        strict=True,
    )
)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _vocabulary() -> dict[str, tuple[Language, str]]:
    zh = {
        "qing": "请",
        "hao": "号",
        "dao": "到",
        "haochuangkou": "号窗口",
        "shi": "十",
        "bai": "百",
    }
    zh |= {f"digit_{digit}": text for digit, text in enumerate(_ZH_DIGITS)}
    zh |= {f"letter_{letter.lower()}": letter for letter in _LETTERS}
    en = {"ticket": "Ticket", "window": "window", "please": "please", "hundred": "hundred"}
    en |= {str(number): text for number, text in enumerate(_EN_ONES)}
    en |= {str(number): text for number, text in _EN_TENS.items()}
    en |= {f"letter_{letter.lower()}": letter for letter in _LETTERS}
    return {name: (Language.ZH, text) for name, text in zh.items()} | {
        f"en_{name}": (Language.EN, text) for name, text in en.items()
    }


VOCABULARY: dict[str, tuple[Language, str]] = _vocabulary()
"""Clip name → its language and the text it is rendered from."""


def chinese(number: str, counter_no: int) -> Words:
    """VO1: 请，A 零二三 号，到 五 号窗口; digits one by one, the window as a number."""
    letters, digits = _parts(number)
    spoken = "".join(_ZH_DIGITS[int(digit)] for digit in digits)
    head = f"请，{' '.join([*letters, spoken])} 号，"
    tail = f"到 {chinese_number(counter_no)} 号窗口"
    return Words(
        language=Language.ZH,
        text=head + tail,
        segments=(head, tail),
        clips=(
            "qing",
            PAUSE,
            *(f"letter_{letter.lower()}" for letter in letters),
            *(f"digit_{digit}" for digit in digits),
            "hao",
            PAUSE,
            "dao",
            *_chinese_number_clips(counter_no),
            "haochuangkou",
        ),
    )


def english(number: str, counter_no: int) -> Words:
    """VO1: Ticket A zero two three, window five, please."""
    letters, digits = _parts(number)
    head = f"Ticket {' '.join([*letters, *(_EN_ONES[int(digit)] for digit in digits)])},"
    tail = f"window {english_number(counter_no)}, please."
    return Words(
        language=Language.EN,
        text=f"{head} {tail}",
        segments=(head, tail),
        clips=(
            "en_ticket",
            *(f"en_letter_{letter.lower()}" for letter in letters),
            *(f"en_{digit}" for digit in digits),
            PAUSE,
            "en_window",
            *_english_number_clips(counter_no),
            PAUSE,
            "en_please",
        ),
    )


def chinese_number(number: int) -> str:
    """A number from 1 to 999 as it is read: 二, 十二, 三十一, 一百零五."""
    return "".join(VOCABULARY[name][1] for name in _chinese_number_clips(number))


def english_number(number: int) -> str:
    """A number from 1 to 999 as it is read: five, thirty-one, one hundred five."""
    _check(number)
    hundreds, rest = divmod(number, 100)
    words = [_EN_ONES[hundreds], "hundred"] if hundreds else []
    if rest:
        words.append(_english_below_100(rest))
    return " ".join(words)


def likely_next(number: str) -> tuple[str, ...]:
    """The numbers that will be called after this one, soonest first."""
    letters, digits = _parts(number)
    first = int(digits or "0") + 1
    return tuple(f"{letters}{n:03d}" for n in range(first, first + NUMBERS_AHEAD))


def _parts(number: str) -> tuple[str, str]:
    """The letters and the digits of a ticket's number; anything else has no sound."""
    letters = "".join(sign for sign in number.upper() if sign in _LETTERS)
    digits = "".join(sign for sign in number if sign in "0123456789")
    return letters, digits


def _chinese_number_clips(number: int) -> tuple[str, ...]:
    _check(number)
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    clips = [f"digit_{hundreds}", "bai"] if hundreds else []
    if tens:
        # 十二 on its own, but 一百一十二: the one is left out only at the beginning.
        clips += ["shi"] if tens == 1 and not hundreds else [f"digit_{tens}", "shi"]
    elif hundreds and ones:
        clips.append("digit_0")
    if ones:
        clips.append(f"digit_{ones}")
    return tuple(clips)


def _english_below_100(number: int) -> str:
    tens, ones = divmod(number, 10)
    if number < 20:
        return _EN_ONES[number]
    return _EN_TENS[tens * 10] + (f"-{_EN_ONES[ones]}" if ones else "")


def _english_number_clips(number: int) -> tuple[str, ...]:
    _check(number)
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    clips = [f"en_{hundreds}", "en_hundred"] if hundreds else []
    if 0 < rest < 20:
        clips.append(f"en_{rest}")
    elif rest:
        clips += [f"en_{tens * 10}"] + ([f"en_{ones}"] if ones else [])
    return tuple(clips)


def _check(number: int) -> None:
    if not 1 <= number <= 999:
        raise ValueError(f"no words for window {number}")
