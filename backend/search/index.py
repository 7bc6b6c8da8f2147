"""The index over a catalogue: what is found for a query, best first.

Every item (a guide, a question about the hall, or what else is named) has phrases: names, keywords,
questions, summary.
A query is a few units (a Chinese run, a word), each with several readings: as written, as sounds,
as initials, as a word with a slip.  A reading covers an item by the share of its terms, weighed by
how rare they are, that the item has; of a unit's readings the best counts.
"""

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from sys import intern

from msgspec import Struct

from backend.catalogue.guide import Catalogue, Guide, Question, Words
from backend.core.ids import Text
from backend.search.query import Reading, units
from backend.search.sound import syllables
from backend.search.terms import is_han, phrase_terms, runs

_CLAUSES = re.compile(r"[？?，,、;；]")
_MARKS = re.compile(r"[^0-9a-z]")
HITS_MAX = 20
CANDIDATES = 40
"""Items whose phrases are compared, of all that have a term of the query."""
NAME, ALSO, KEYWORD, ASKED, SUMMARY, DETAIL = 1.0, 0.97, 0.85, 0.9, 0.6, 0.4
"""What a match is worth by where it stands."""
PHRASE_SHARE = 0.5
"""How much of a score is the best single phrase, the rest being the item as a whole."""
SHORTER = 0.3
"""How much of a phrase may be missing from the query without loss: 0 none matters, 1 all."""
UNKNOWN = 0.5
"""How rare a term counts that stands nowhere, against one that stands once: it may be anything."""
HEARD_MIN = 0.4
"""How much of the sounds of a unit must be right, since some are in any phrase."""
SCORE_MIN, PHRASE_MIN = 0.3, 0.05
"""Below them nothing was found: sounds that stand in many phrases of an item are no find."""
NUMBER_MIN = 3
"""Letters and digits of a service's number that alone are asked for it."""

_NOWHERE: dict[int, float] = {}


class Item(Struct, frozen=True, kw_only=True):
    """What can be found that is in no catalogue."""

    item_id: str
    title: Text
    texts: tuple[str, ...]
    """What it says, cut into phrases, in both languages."""


class Hit(Struct, frozen=True, kw_only=True):
    """An item that was found."""

    item_id: str
    """A service's id, `hall-3` for the hall's third question, or that of an Item."""
    title: Text
    score: float
    """0 to 1."""
    question_no: int | None
    """The frequent question of the item that fits best, from 0."""
    question_fit: float
    """How well it fits, 0 to 1."""
    phrase: float
    """How well the best single phrase fits, 0 to 1."""
    cover: float
    """How much of the query the item knows, 0 to 1."""
    named: float
    """How much of one of its names is in the query, 0 to 1."""
    evidence: float
    """How rare the terms are that its best phrase has, added up."""

    @property
    def fits(self) -> bool:
        """Whether it counts as found."""
        return self.score >= SCORE_MIN and self.phrase >= PHRASE_MIN


class Seen(Struct, frozen=True, kw_only=True):
    """What a query looks like to the index."""

    query: str
    hits: list[Hit]
    """All that has something of it, best first, at most HITS_MAX."""
    elsewhere: float
    """How well a matter fits that is no item, 0 to 1."""
    mass: float
    """How much rare matter the query is of."""
    is_pinyin: bool
    """Whether all of it is Chinese in Latin letters."""


ELSEWHERE = ("", Text(zh="", en=""))


class _Phrase(Struct, frozen=True):
    worth: float
    question_no: int | None
    terms: frozenset[str]
    masses: dict[str, float]
    """By channel, what all its terms weigh; written words of both kinds under `w`."""


class _Reading(Struct, frozen=True):
    worths: tuple[tuple[str, float], ...]
    """What each term weighs here, by its rarity too."""
    mass: float
    """All of them together."""
    trust: float
    channel: str
    least: float
    """Less of the mass than this is chance."""


class _Fit(Struct, frozen=True):
    fit: float
    named: float
    evidence: float


class Index:
    """What is found for any query; made once for a catalogue, then only read."""

    def __init__(
        self, catalogue: Catalogue, elsewhere: Sequence[Words] = (), more: Sequence[Item] = ()
    ) -> None:
        """`elsewhere` are matters that are no items: only how well they fit is told."""
        self._numbered = {
            own: guide
            for guide in catalogue.guides
            if len(own := number(guide.service_id)) >= NUMBER_MIN
        }
        self._titles: list[tuple[str, Text]] = []
        texts: list[list[tuple[str, float, int | None]]] = []
        for guide in catalogue.guides:
            self._titles.append((guide.service_id, guide.name))
            texts.append(list(_texts(guide)))
        for no, question in enumerate(catalogue.questions, start=1):
            self._titles.append((f"hall-{no}", question.asked))
            texts.append(list(_question_texts(question)))
        for item in more:
            self._titles.append((item.item_id, item.title))
            names = ((name, NAME, None) for name in (item.title.zh, item.title.en))
            texts.append([*names, *((text, SUMMARY, None) for text in item.texts)])
        texts += [[(t, KEYWORD, None) for t in (*w.zh, *w.en)] for w in elsewhere]
        terms = [
            [(_terms(t, is_name=worth >= ALSO), worth, no) for t, worth, no in of_item]
            for of_item in texts
        ]
        self._postings = _postings(terms)
        count = len(terms)
        self._rarity = {
            term: math.log(1 + count / (len(found) + 0.5)) for term, found in self._postings.items()
        }
        self._unknown = UNKNOWN * math.log(1 + count / 0.5)
        self._words = sorted(term[1:] for term in self._postings if term.startswith("e"))
        self._phrases = [
            [_Phrase(worth, no, frozenset(found), self._masses(found)) for found, worth, no in item]
            for item in terms
        ]

    def find(self, query: str) -> list[Hit]:
        """What has the number that was typed, then what fits, best first."""
        return self.found(self.look_up(query))

    def found(self, seen: Seen) -> list[Hit]:
        """The same of what was seen."""
        fitting = [hit for hit in seen.hits if hit.fits]
        guide = self._numbered.get(number(seen.query))
        if guide is None:
            return fitting
        others = (hit for hit in fitting if hit.item_id != guide.service_id)
        return [_whole(guide.service_id, guide.name), *others]

    def look_up(self, query: str) -> Seen:
        """All that has something of the query, however little."""
        said = [u for u in units(query, self._postings, self._words) if u.readings[0].terms]
        asked = [tuple(map(self._weighed, unit.readings)) for unit in said]
        if not asked or not self._titles:
            return Seen(query=query, hits=[], elsewhere=0.0, mass=0.0, is_pinyin=False)
        cover = self._cover(asked)
        best = sorted(cover, key=lambda item: -cover[item])[:CANDIDATES]
        terms = frozenset(t for unit in asked for reading in unit for t, _ in reading.worths)
        found = [(item, self._hit(item, cover[item], asked, terms)) for item in best]
        hits = [hit for item, hit in found if item < len(self._titles)]
        hits.sort(key=lambda hit: -hit.score)
        others = [hit.score for item, hit in found if item >= len(self._titles)]
        return Seen(
            query=query,
            hits=hits[:HITS_MAX],
            elsewhere=max(others, default=0.0),
            mass=sum(unit[0].mass for unit in asked),
            is_pinyin=all(unit.is_pinyin for unit in said),
        )

    def _weighed(self, reading: Reading) -> _Reading:
        worths = tuple(
            (term, weight * self._rarity.get(term, self._unknown))
            for term, weight in reading.terms.items()
        )
        mass = sum(worth for _, worth in worths)
        channel = _channel(worths[0][0])
        return _Reading(
            worths=worths,
            mass=mass,
            trust=reading.trust,
            channel=channel,
            least=HEARD_MIN * mass if channel == "s" else 0.0,
        )

    def _masses(self, terms: dict[str, float]) -> dict[str, float]:
        found: dict[str, float] = defaultdict(float)
        for term, weight in terms.items():
            found[_channel(term)] += self._rarity[term] * weight
        return dict(found)

    def _cover(self, asked: list[tuple[_Reading, ...]]) -> dict[int, float]:
        """How much of the query each item knows that knows some of it."""
        total: dict[int, float] = defaultdict(float)
        for unit in asked:
            best: dict[int, float] = {}
            for reading in unit:
                sums: dict[int, float] = defaultdict(float)
                for term, worth in reading.worths:
                    for item, where in self._postings.get(term, _NOWHERE).items():
                        sums[item] += worth * where
                share = reading.trust / reading.mass
                for item, found in sums.items():
                    if found > reading.least and found * share > best.get(item, 0.0):
                        best[item] = found * share
            for item, found in best.items():
                total[item] += found * unit[0].mass
        mass = sum(unit[0].mass for unit in asked)
        return {item: found / mass for item, found in total.items()}

    def _hit(
        self, item: int, cover: float, asked: list[tuple[_Reading, ...]], terms: frozenset[str]
    ) -> Hit:
        known = (phrase for phrase in self._phrases[item] if not terms.isdisjoint(phrase.terms))
        fits = [(_fit(phrase, asked), phrase) for phrase in known]
        best = max((fit for fit, _ in fits), key=lambda fit: fit.fit)
        asked_before = ((fit.fit, p.question_no) for fit, p in fits if p.question_no is not None)
        question_fit, question_no = max(asked_before, default=(0.0, None))
        item_id, title = self._titles[item] if item < len(self._titles) else ELSEWHERE
        return Hit(
            item_id=item_id,
            title=title,
            score=round(PHRASE_SHARE * best.fit + (1 - PHRASE_SHARE) * cover, 4),
            question_no=question_no,
            question_fit=round(question_fit, 4),
            phrase=round(best.fit, 4),
            cover=round(cover, 4),
            named=round(max((f.named for f, p in fits if p.worth >= ALSO), default=0.0), 4),
            evidence=round(best.evidence, 4),
        )


def number(text: str) -> str:
    """A service's number as it is compared: `HR-03`, `hr03` and `hr 03` are the same."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text).casefold())


def _whole(item_id: str, title: Text) -> Hit:
    """The hit of what was named by its number: nothing could fit better."""
    return Hit(
        item_id=item_id,
        title=title,
        score=1.0,
        question_no=None,
        question_fit=0.0,
        phrase=1.0,
        cover=1.0,
        named=1.0,
        evidence=0.0,
    )


def _fit(phrase: _Phrase, asked: list[tuple[_Reading, ...]]) -> _Fit:
    """How well query and phrase cover each other."""
    got = of_phrase = 0.0
    has = phrase.terms
    for unit in asked:
        best = best_share = 0.0
        for reading in unit:
            found = sum([worth for term, worth in reading.worths if term in has])
            if found > reading.least and found / reading.mass * reading.trust > best:
                best = found / reading.mass * reading.trust
                best_share = found / phrase.masses[reading.channel]
        got += unit[0].mass * best
        of_phrase += best_share
    mass = sum([unit[0].mass for unit in asked])
    share = min(1.0, of_phrase)
    return _Fit(
        fit=got / mass * share**SHORTER * phrase.worth,
        named=share * got / mass,
        evidence=got,
    )


def _channel(term: str) -> str:
    """The channel of a term; Chinese, English and concepts together are what is written."""
    return term[0] if term[0] in "siy" else "w"


def _texts(guide: Guide) -> Iterator[tuple[str, float, int | None]]:
    """The phrases of a guide with their worth and, of questions, the number."""
    yield guide.name.zh, NAME, None
    yield guide.name.en, NAME, None
    for words, worth in ((guide.also, ALSO), (guide.keywords, KEYWORD)):
        for text in (*words.zh, *words.en):
            yield text, worth, None
    for no, question in enumerate(guide.questions):
        for text in _asked(question):
            yield text, ASKED, no
    yield guide.summary.zh, SUMMARY, None
    yield guide.summary.en, SUMMARY, None
    # What only some have to bring (a letter for somebody else) says little of what it is about.
    needed = (material.name for material in guide.materials if material.is_required)
    for detail in (guide.department, *needed):
        yield detail.zh, DETAIL, None
        yield detail.en, DETAIL, None


def _question_texts(question: Question) -> Iterator[tuple[str, float, int | None]]:
    """The phrases of a question that is an item of its own."""
    for text in _asked(question):
        yield text, ASKED, 0
    for text in (*question.also.zh, *question.also.en):
        yield text, KEYWORD, 0


def _asked(question: Question) -> Iterator[str]:
    """A question in both languages, whole and clause by clause: people ask one thing at a time."""
    for text in (question.asked.zh, question.asked.en):
        yield text
        clauses = [clause for clause in _CLAUSES.split(text) if clause.strip()]
        if len(clauses) > 1:
            yield from clauses


def _terms(text: str, *, is_name: bool) -> dict[str, float]:
    sounds = (s for run in runs(text) if is_han(run) for s in syllables(run))
    found = phrase_terms(text, sounds, is_name=is_name)
    # One string for each term, however many phrases have it: half of the memory.
    return {intern(term): weight for term, weight in found.items()}


def _postings(
    items: list[list[tuple[dict[str, float], float, int | None]]],
) -> dict[str, dict[int, float]]:
    """For each term the items that have it, with the worth of the best place where it stands."""
    found: dict[str, dict[int, float]] = defaultdict(dict)
    for item, phrases in enumerate(items):
        for terms, worth, _ in phrases:
            for term in terms:
                if found[term].get(item, 0.0) < worth:
                    found[term][item] = worth
    return dict(found)
