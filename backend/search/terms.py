"""What is written, cut into the terms that are counted; the same for guides and for queries.

A term begins with its channel: `w` Chinese characters, `e` English words, `s` sounds, `i` initials,
`y` short syllables of names.
Chinese is cut into single characters and pairs: no dictionary to load, and none that misses a word.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise

from backend.search.concepts import concepts_of_han, concepts_of_word
from backend.search.said import ALONE_ZH, EMPTY_EN, EMPTY_ZH
from backend.search.script import simplified

SYLLABLE_MAX = 2
"""Letters of a syllable that is too short to be found by its sounds, three letters in a row."""
LENGTH_MAX = 200
"""Characters of a query that are looked at."""
CHARACTER, LOOSE_PAIR = 0.3, 0.5
"""What a character weighs against a pair, and a pair of which half says nothing alone."""
CONCEPT = 0.5
"""What a word's meaning weighs, against a pair of its characters."""
HAN = r"\u3400-\u9fff"
_RUNS = re.compile(rf"[{HAN}]+|[a-z][a-z']*|[0-9]+")
_IS_HAN = re.compile(rf"[{HAN}]")
_ENDINGS = ("ations", "ation", "ments", "ment", "ings", "ing", "ies", "ied", "ed", "es", "s", "al")


def folded(text: str) -> str:
    """The text as compared: one width, one case, without marks and what cannot be seen."""
    plain = simplified(unicodedata.normalize("NFKC", text[:LENGTH_MAX])).casefold()
    plain = unicodedata.normalize("NFKD", plain)
    return "".join(c for c in plain if unicodedata.category(c) not in {"Cf", "Mn"})


def runs(text: str) -> list[str]:
    """Chinese runs, Latin words and numbers, in order, without what every question has."""
    found: list[str] = []
    for run in _RUNS.findall(folded(text)):
        if is_han(run):
            found += [part for part in EMPTY_ZH.split(run) if set(part) - ALONE_ZH]
        elif run.removesuffix("'s") not in EMPTY_EN:
            found.append(run.removesuffix("'s").replace("'", ""))
    return found


def is_han(run: str) -> bool:
    """Whether a run is of Chinese characters."""
    return _IS_HAN.match(run) is not None


def is_loose(chars: str) -> bool:
    """Whether one of the characters is said in any question."""
    return not ALONE_ZH.isdisjoint(chars)


def han_terms(run: str) -> Iterator[tuple[str, float]]:
    """Characters and pairs with their weight: a pair says more than its two characters."""
    for char in run:
        if char not in ALONE_ZH:
            yield f"w{char}", CHARACTER
    for first, second in pairwise(run):
        yield f"w{first}{second}", LOOSE_PAIR if is_loose(first + second) else 1.0
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


def phrase_terms(text: str, sounds: Iterable[str], *, is_name: bool = False) -> dict[str, float]:
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
    if is_name:
        found.update((f"y{one}", 1.0) for one in syllables if len(one) <= SYLLABLE_MAX)
    return found
