"""How a query may have been meant."""

from collections.abc import Container, Iterator

from msgspec import Struct
from rapidfuzz import process
from rapidfuzz.distance import OSA

from backend.search.said import EMPTY_PINYIN
from backend.search.sound import alike, is_pinyin, syllables
from backend.search.terms import (
    SYLLABLE_MAX,
    han_terms,
    is_han,
    is_loose,
    pieces,
    runs,
    stem,
    word_terms,
)

ALIKE_MIN = 0.72
"""How much of an English word must be right for it to be taken for a slip."""
SLIPS_MAX = 2
SOUND_TRUST, SLIP_TRUST, INITIALS_TRUST, ODD_TRUST = 0.9, 0.9, 0.9, 0.75
"""What a reading counts, against one as it is written."""
SYLLABLE_TRUST = 0.4
"""A syllable alone stands for many characters: what has it comes after whatever fits better."""
UNITS_MAX = 24
INITIALS_MAX = 20


class Reading(Struct, frozen=True):
    """One way to take a unit: its terms with weights, and how far that is believed."""

    terms: dict[str, float]
    trust: float


class Unit(Struct, frozen=True):
    """A run of Chinese or a Latin word, with all its readings."""

    readings: tuple[Reading, ...]
    is_pinyin: bool = False
    """Whether it is no word of the catalogue and may be read as Chinese."""


def units(query: str, known: Container[str], words: list[str]) -> list[Unit]:
    """The units of a query; `known` are the catalogue's terms, `words` the stems of its English."""
    parts = [part for run in _joined(runs(query), known) for part in _cut(run, known)]
    found = [_han(p, known) if is_han(p) else _latin(p, known, words) for p in parts[:UNITS_MAX]]
    return [_or_syllable(found[0], parts[0])] if len(parts) == 1 else found


def _or_syllable(unit: Unit, run: str) -> Unit:
    """The only unit of a query, which may be a short syllable of a name."""
    sound = alike(run) if len(run) > 1 and is_pinyin(run) else ""
    if not 0 < len(sound) <= SYLLABLE_MAX:
        return unit
    return Unit((*unit.readings, Reading({f"y{sound}": 1.0}, SYLLABLE_TRUST)))


def _cut(run: str, known: Container[str]) -> Iterator[str]:
    """A Chinese run without what is said in any question, unless a word of the catalogue has it."""
    if not is_han(run):
        yield run
        return
    begin = 0
    for at, char in enumerate(run):
        pairs = (f"w{run[max(at - 1, 0) : at + 1]}", f"w{run[at : at + 2]}")
        if is_loose(char) and not any(len(pair) == 3 and pair in known for pair in pairs):
            yield from (run[begin:at],) if at > begin else ()
            begin = at + 1
    if begin < len(run):
        yield run[begin:]


def _joined(parts: list[str], known: Container[str]) -> list[str]:
    """Pinyin that was written syllable by syllable or word by word, put together."""
    found: list[str] = []
    was_pinyin = False
    for run in parts:
        is_sound = not is_han(run) and f"e{stem(run)}" not in known and is_pinyin(run)
        if is_sound and run in EMPTY_PINYIN:
            continue
        if is_sound and was_pinyin:
            found[-1] += run
        else:
            found.append(run)
        was_pinyin = is_sound
    return found


def _han(run: str, known: Container[str]) -> Unit:
    # A pair across the end of a word says nothing, and is known to no guide.
    terms = {t: w for t, w in han_terms(run) if t in known or not is_loose(t)}
    as_written = Reading(terms, 1.0)
    sound = "".join(syllables(run))
    if len(run) < 2 or not sound:
        return Unit((as_written,))
    return Unit((as_written, Reading(dict.fromkeys(pieces("s", sound, 3), 1.0), SOUND_TRUST)))


def _latin(run: str, known: Container[str], words: list[str]) -> Unit:
    if f"e{stem(run)}" in known or run.isdigit():
        return Unit((Reading(dict(word_terms(run)), 1.0),))
    readings = [Reading(dict(word_terms(run)), 1.0)]
    if len(run) >= 4:
        near = process.extract(
            stem(run),
            words,
            scorer=OSA.normalized_similarity,
            score_cutoff=ALIKE_MIN,
            limit=SLIPS_MAX,
        )
        readings += [Reading({f"e{word}": 1.0}, SLIP_TRUST * score) for word, score, _ in near]
    if is_pinyin(run):
        readings.append(Reading(dict.fromkeys(pieces("s", alike(run), 3), 1.0), 1.0))
    elif len(run) >= 5:
        readings.append(Reading(dict.fromkeys(pieces("s", alike(run), 3), 1.0), ODD_TRUST))
    if 2 <= len(run) <= INITIALS_MAX:
        length = 2 if len(run) == 2 else 3
        trust = INITIALS_TRUST if not is_pinyin(run) else ODD_TRUST
        readings.append(Reading(dict.fromkeys(pieces("i", run, length), 1.0), trust))
    return Unit(tuple(readings), is_pinyin(run))
