"""Which figures of an answer are not told: what the rule asks for, and what it answers (ST3)."""

from collections.abc import Sequence
from datetime import date

from msgspec.structs import replace

from backend.core.figures import Dimension, Unit
from backend.core.rules.disclosure import Count, KeptBack, kept_back
from backend.store.asked_figures import Found, Groups, Key, Query, is_possible, order
from backend.store.measures.form import PERSON, Measure

_OUTCOMES = {Dimension.LEVEL, Dimension.ORIGIN, Dimension.STATE}
"""Some measures are of some values of these: their totals would tell of the groups kept back."""


def keys_kept_back(query: Query, groups: Groups, last: date) -> list[frozenset[Key | None]]:
    """Of each measure the groups of a period until `last`, the total (None) among them, not told.

    What counters did is told.
    """
    keys = sorted((key for key in groups if key is not None), key=lambda key: order(query.by, key))
    rows = _kept_back(query, [groups[key] for key in keys])
    totals = _kept_back(replace(query, by=()), [groups[None]] if None in groups else [])
    found = []
    for measure, row, total in zip(query.measures, rows, totals, strict=True):
        if _tells_too_soon(query, measure, last):
            found.append(frozenset({*keys, None}))
            continue
        is_total = row.is_total or bool(total.groups)
        found.append(frozenset({*(keys[i] for i in row.groups), *([None] if is_total else [])}))
    return found


def _kept_back(query: Query, groups: Sequence[Sequence[Found]]) -> list[KeptBack]:
    """What of these groups' figures is not told, of each measure (ST3)."""
    told = [KeptBack()] * len(query.measures)
    if not query.keeps_back:
        return told
    alike: dict[tuple[str, str, bool], list[int]] = {}
    for place, measure in enumerate(query.measures):
        if measure.source in PERSON and is_possible(query, measure):
            is_said = measure.tells_ratings and measure.unit is Unit.PERCENT
            alike.setdefault((measure.source, measure.n, is_said), []).append(place)
    counts = [
        _count([[group[place] for group in groups] for place in places], is_said=is_said)
        for (_, _, is_said), places in alike.items()
    ]
    if not query.by:  # beside nothing from which it could follow
        found = [KeptBack(count.small) for count in counts]
    else:
        found = kept_back(counts, is_whole=query.is_whole)
    for places, back in zip(alike.values(), found, strict=True):
        for place in places:
            told[place] = back
    for place, measure in enumerate(query.measures):  # of a share and its n the part is known
        for other, count in enumerate(query.measures):
            if measure.part and measure.part == count.which and count.unit is Unit.COUNT:
                told[place] = told[place].and_also(told[other])
    if _OUTCOMES.isdisjoint(query.by) or not any(back.groups for back in told):
        return told
    whole = {p: sum(g[p].n for g in groups) for p, m in enumerate(query.measures) if _is_whole(m)}
    widest = max(whole, key=lambda place: whole[place], default=None)
    return [
        back
        if place == widest or query.measures[place].source not in PERSON
        else KeptBack(back.groups, is_total=True)
        for place, back in enumerate(told)
    ]


def _is_whole(measure: Measure) -> bool:
    """Whether it is a count of persons' rows: the groups add up to its total."""
    return measure.source in PERSON and measure.unit is Unit.COUNT


def _count(measures: Sequence[Sequence[Found]], *, is_said: bool) -> Count:
    """What is told of the groups by measures that have the same n."""
    parts = [[round((one.value or 0) * one.n / 100) for one in own] for own in measures]
    return Count(
        ns=[one.n for one in measures[0]],
        persons=[one.persons for one in measures[0]],
        parts=parts if is_said else (),
    )


def _tells_too_soon(query: Query, measure: Measure, last: date) -> bool:
    """Whether it tells what was said of visits that others may still rate."""
    if query.ratings_until is None or last <= query.ratings_until:
        return False
    return measure.tells_ratings or Dimension.LEVEL in {*query.by, *query.only}
