"""Whether a service is for somebody, and what exactly to bring: a few questions (GD1).

The first inquiry is asked first; each choice says what is asked next, or that this was all.  What
some choice brings is on nobody's list but theirs who chose it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import islice
from typing import Annotated, NewType

from msgspec import Meta, Struct

from backend.core.cases.words import MaterialId
from backend.core.ids import Text

InquiryId = NewType("InquiryId", str)
ChoiceId = NewType("ChoiceId", str)
Word = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,31}$(?!\n)")]
"""As it stands in an address that people pass on."""
INQUIRIES_MAX = 12
CHOICES_MAX = 8
FAULTS_MAX = 100
"""Told of an inquiry; nobody reads more."""
WALKS_MAX = 2_000
"""Ways through a questionnaire; whoever checks it goes them all."""


class Choice(Struct, frozen=True, kw_only=True):
    """An answer that may be given."""

    choice_id: Word
    label: Text
    then: InquiryId | None = None
    """What is asked next; None: that was all."""
    brings: tuple[MaterialId, ...] = ()
    spares: tuple[MaterialId, ...] = ()
    """What need not be brought."""
    heed: Text | None = None
    """What holds for whoever chooses this; told with the list."""
    not_because: Text | None = None
    """Why the service is not for whoever chooses this, and what is; nothing is asked then."""


class Inquiry(Struct, frozen=True, kw_only=True):
    """A question about whoever comes."""

    inquiry_id: Word
    asked: Text
    choices: tuple[Choice, ...]


class Answered(Struct, frozen=True, kw_only=True):
    """An inquiry and what was chosen."""

    inquiry: Inquiry
    choice: Choice


class Standing(Struct, frozen=True, kw_only=True):
    """How far somebody has come, and what it comes to."""

    answered: tuple[Answered, ...]
    next: Inquiry | None
    """What is to be asked; None when that was all."""
    not_because: Text | None
    heeds: tuple[Text, ...]
    materials: tuple[MaterialId, ...]
    """What to bring as far as is known, in the guide's order; nothing when it is not for them."""


def standing(
    inquiries: Sequence[Inquiry],
    materials: Sequence[MaterialId],
    answers: Mapping[str, str],
) -> Standing:
    """What the answers, a choice for each inquiry, come to; those nobody asked for do not count.

    `materials`: of the guide, in its order.  `inquiries` has no faults (GD1).
    """
    by_id = {inquiry.inquiry_id: inquiry for inquiry in inquiries}
    answered: list[Answered] = []
    inquiry = inquiries[0] if inquiries else None
    while inquiry is not None:
        chosen = answers.get(inquiry.inquiry_id)
        choice = next((c for c in inquiry.choices if c.choice_id == chosen), None)
        if choice is None:
            break
        answered.append(Answered(inquiry=inquiry, choice=choice))
        inquiry = by_id[choice.then] if choice.then is not None else None
    choices = [one.choice for one in answered]
    refused = next((c.not_because for c in choices if c.not_because is not None), None)
    return Standing(
        answered=tuple(answered),
        next=inquiry,
        not_because=refused,
        heeds=tuple(choice.heed for choice in choices if choice.heed is not None),
        materials=() if refused else _listed(inquiries, materials, choices),
    )


def walks(inquiries: Sequence[Inquiry]) -> Iterator[tuple[Answered, ...]]:
    """Every way through a questionnaire that has no faults, first choices first."""
    by_id = {inquiry.inquiry_id: inquiry for inquiry in inquiries}

    def onward(before: tuple[Answered, ...], inquiry: Inquiry) -> Iterator[tuple[Answered, ...]]:
        for choice in inquiry.choices:
            way = (*before, Answered(inquiry=inquiry, choice=choice))
            if choice.then is None:
                yield way
            else:
                yield from onward(way, by_id[InquiryId(choice.then)])

    if inquiries:
        yield from onward((), inquiries[0])


def faults_of(inquiries: Sequence[Inquiry], materials: Sequence[MaterialId]) -> tuple[str, ...]:
    """What keeps the questionnaire from being asked, each `inquiry: what is wrong` (GD1)."""
    found: list[str] = []
    ids = [inquiry.inquiry_id for inquiry in inquiries]
    known_ids, known_materials = set(ids), set(materials)
    if len(ids) > INQUIRIES_MAX:
        found.append(f"{ids[INQUIRIES_MAX]}: there are more than {INQUIRIES_MAX} questions")
    found += [f"{twice}: two questions have this id" for twice in sorted(_twice(ids))]
    for inquiry in inquiries:
        faults = islice(_faults_at(inquiry, known_ids, known_materials), FAULTS_MAX)
        found += [f"{inquiry.inquiry_id}: {words}" for words in faults]
    return tuple(found) or _faults_of_ways(inquiries)


def _faults_at(inquiry: Inquiry, ids: Set[str], materials: Set[MaterialId]) -> Iterator[str]:
    if not 2 <= len(inquiry.choices) <= CHOICES_MAX:
        yield f"it needs 2 to {CHOICES_MAX} choices"
    for twice in sorted(_twice([choice.choice_id for choice in inquiry.choices])):
        yield f"two choices have the id {twice}"
    for choice in inquiry.choices:
        if choice.then is not None and choice.then not in ids:
            yield f"{choice.choice_id} leads to {choice.then}, which is not there"
        if choice.then is not None and choice.not_because is not None:
            yield f"{choice.choice_id} says no and asks on"
        for material_id in (*choice.brings, *choice.spares):
            if material_id not in materials:
                yield f"{choice.choice_id} names {material_id}, which is no material of the guide"


def _faults_of_ways(inquiries: Sequence[Inquiry]) -> tuple[str, ...]:
    """Of a questionnaire whose ids are in order: ways that never end, and what no way comes to."""
    by_id = {inquiry.inquiry_id: inquiry for inquiry in inquiries}
    ways: dict[str, int] = {}
    """How many lead on from each that is done."""
    under_way: set[str] = set()
    found: list[str] = []

    def count(id: str) -> int:
        if id in under_way:
            found.append(f"{id}: it comes round to itself, and so never ends")
            return 0
        if id not in ways:
            under_way.add(id)
            ways[id] = sum(1 if c.then is None else count(c.then) for c in by_id[id].choices)
            under_way.discard(id)
        return ways[id]

    if inquiries and count(inquiries[0].inquiry_id) > WALKS_MAX:
        found.append(f"{inquiries[0].inquiry_id}: there are more than {WALKS_MAX} ways through")
    found += [f"{unasked}: nothing leads to it" for unasked in by_id if unasked not in ways]
    return tuple(found)


def _listed(
    inquiries: Sequence[Inquiry], materials: Sequence[MaterialId], choices: Sequence[Choice]
) -> tuple[MaterialId, ...]:
    only_brought = {m for inquiry in inquiries for c in inquiry.choices for m in c.brings}
    brought = {m for choice in choices for m in choice.brings}
    spared = {m for choice in choices for m in choice.spares}
    return tuple(
        m for m in materials if m not in spared and (m in brought or m not in only_brought)
    )


def _twice(ids: Sequence[str]) -> set[str]:
    return {one for one, often in Counter(ids).items() if often > 1}
