"""How Chinese sounds, as people type it: pinyin without tones, forgiving what is often confused."""

import re
from functools import lru_cache

_SYLLABLES = re.compile(
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|ve|"
    r"a|e|i|o|u|v))+"
)
_CONFUSED = re.compile(r"(?<=[zcs])h|(?<=n)g(?![aeiouv])")
"""zh/z, ch/c, sh/s at the start and ng/n at the end sound the same in much of the country."""


@lru_cache(maxsize=50_000)
def syllables(han: str) -> tuple[str, ...]:
    """The syllables of Chinese characters, as `alike` writes them."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 (0.2 s, only where something is looked for)

    return tuple(alike(syllable) for syllable in lazy_pinyin(han, errors="ignore"))


def alike(pinyin: str) -> str:
    """The same letters for sounds that are confused."""
    return _CONFUSED.sub("", pinyin).replace("v", "u")


def is_pinyin(word: str) -> bool:
    """Whether letters can be read as whole syllables."""
    return _SYLLABLES.fullmatch(word) is not None
