"""What is written, cut into the terms that are counted; the same for guides and for queries.

A term begins with its channel: `w` Chinese characters, `e` English words, `s` sounds, `i` initials.
Chinese is cut into single characters and pairs: no dictionary to load, and none that misses a word.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise

from backend.search.concepts import concepts_of_han, concepts_of_word

LENGTH_MAX = 200
"""Characters of a query that are looked at."""
CONCEPT = 0.35
"""What a word's meaning weighs, against a pair of its characters."""
HAN = r"\u3400-\u9fff"
_RUNS = re.compile(rf"[{HAN}]+|[a-z][a-z']*|[0-9]+")
_IS_HAN = re.compile(rf"[{HAN}]")
_SAID_IN_ANY_QUESTION_ZH = """
请问 我想 我要 想要 需要 怎么样 怎么办 怎么 怎样 如何 什么时候 什么 哪里 哪儿 哪个 去哪 在哪
多久 多少 几天 可以 能不能 要不要 是不是 可不可以 能否 是否 一下 一个 一份 一张 我们 你们 他们
我的 你的 我 你 他 她 吗 呢 吧 啊 啦 了 的 得 地 着 过 是 在 到 和 与 及 或 被 把 给 让 对 从
就 都 也 还 又 很 这个 那个 这 那 有 没有 要 想 能 会 去 来 办理 办 怎 么 需 弄 搞 应该 必须 个
谁 几 学校 大学 手续
"""
_SAID_IN_ANY_QUESTION_EN = """
a an the my your our his her its i me you we they he she it is are was be am do does did can could
may must should will would have has had how what when where which who why to of in on at for from
with by and or not no if as into out up there here this that these those please want need get got
im s t ll take long much many about any some new now go come university
"""
# Longest first, since the first that fits is cut.
_EMPTY_ZH = re.compile("|".join(sorted(_SAID_IN_ANY_QUESTION_ZH.split(), key=len, reverse=True)))
_EMPTY_EN = frozenset(_SAID_IN_ANY_QUESTION_EN.split())
_ENDINGS = ("ations", "ation", "ments", "ment", "ings", "ing", "ies", "ied", "ed", "es", "s", "al")


def folded(text: str) -> str:
    """The text as compared: one width, one case, without marks and what cannot be seen."""
    plain = unicodedata.normalize("NFKC", text[:LENGTH_MAX]).casefold()
    plain = unicodedata.normalize("NFKD", plain)
    return "".join(c for c in plain if unicodedata.category(c) not in {"Cf", "Mn"})


def runs(text: str) -> list[str]:
    """Chinese runs, Latin words and numbers, in order, without what every question has."""
    found: list[str] = []
    for run in _RUNS.findall(folded(text)):
        if is_han(run):
            found += [part for part in _EMPTY_ZH.split(run) if part]
        elif run.removesuffix("'s") not in _EMPTY_EN:
            found.append(run.removesuffix("'s").replace("'", ""))
    return found


def is_han(run: str) -> bool:
    """Whether a run is of Chinese characters."""
    return _IS_HAN.match(run) is not None


def han_terms(run: str) -> Iterator[tuple[str, float]]:
    """Characters and pairs with their weight: a pair says more than its two characters."""
    for char in run:
        yield f"w{char}", 0.3
    for first, second in pairwise(run):
        yield f"w{first}{second}", 1.0
    for concept in concepts_of_han(run):
        yield f"c{concept}", CONCEPT


def word_terms(run: str) -> Iterator[tuple[str, float]]:
    """The stem of an English word, and what it means."""
    yield f"e{stem(run)}", 1.0
    for concept in concepts_of_word(run):
        yield f"c{concept}", CONCEPT


@cache
def stem(word: str) -> str:
    """An English word without its commonest endings."""
    if len(word) < 5:
        return word.removesuffix("s") if len(word) == 4 and not word.endswith("ss") else word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4 and not word.endswith("ss"):
            return word[: -len(ending)].rstrip("e")
    return word.rstrip("ey") if len(word.rstrip("ey")) >= 4 else word


def pieces(channel: str, text: str, length: int) -> Iterator[str]:
    """Every `length` letters of a sound or of initials, as terms; a shorter one whole."""
    for at in range(max(1, len(text) - length + 1)):
        yield channel + text[at : at + length]


def phrase_terms(text: str, sounds: Iterable[str]) -> dict[str, float]:
    """All terms of a phrase of a guide, with weights; `sounds` is its Chinese as syllables."""
    found: dict[str, float] = {}
    for run in runs(text):
        if is_han(run):
            found.update(han_terms(run))
        else:
            found.update(word_terms(run))
    syllables = tuple(sounds)
    if syllables:
        found.update(dict.fromkeys(pieces("s", "".join(syllables), 3), 1.0))
        initials = "".join(syllable[0] for syllable in syllables)
        for length in (2, 3):
            found.update(dict.fromkeys(pieces("i", initials, length), 1.0))
    return found
