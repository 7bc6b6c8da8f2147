"""Questionnaires: what answers come to, and which cannot be asked (GD1)."""

import pytest
from msgspec.structs import replace

from backend.catalogue.questionnaire import (
    Choice,
    Inquiry,
    InquiryId,
    faults_of,
    standing,
    walks,
)
from backend.core.cases.words import MaterialId
from backend.core.ids import Text
from backend.demo.catalogue import demo_catalogue

CARD, FORM, LETTER = (MaterialId(m) for m in ("card", "form", "letter"))
MATERIALS = (CARD, FORM, LETTER)
NO = Text(zh="请找学院。", en="Ask your school.")


def said(words: str) -> Text:
    return Text(zh=words, en=words)


def choice(id: str, then: str | None = None, **more: object) -> Choice:
    leads_to = InquiryId(then) if then is not None else None
    return Choice(choice_id=id, label=said(id), then=leads_to, **more)  # type: ignore[arg-type]


def inquiry(id: str, *choices: Choice) -> Inquiry:
    return Inquiry(inquiry_id=id, asked=said(id), choices=choices)


ASKED = (
    inquiry("who", choice("me", "has"), choice("other", "has", brings=(LETTER,))),
    inquiry(
        "has",
        choice("yes", spares=(FORM,)),
        choice("no", heed=said("fill it in there")),
        choice("never", not_because=NO),
    ),
)


def test_what_a_choice_brings_is_on_no_other_list__GD1() -> None:
    begun = standing(ASKED, MATERIALS, {})
    assert (begun.next, begun.materials) == (ASKED[0], (CARD, FORM))
    half = standing(ASKED, MATERIALS, {"who": "other"})
    assert (half.next, half.materials) == (ASKED[1], (CARD, FORM, LETTER))
    done = standing(ASKED, MATERIALS, {"who": "other", "has": "yes"})
    assert (done.next, done.materials) == (None, (CARD, LETTER))
    told = standing(ASKED, MATERIALS, {"who": "me", "has": "no"})
    assert (told.materials, told.heeds) == ((CARD, FORM), (said("fill it in there"),))


def test_whoever_does_not_qualify_is_told_why_and_brings_nothing__GD1() -> None:
    done = standing(ASKED, MATERIALS, {"who": "me", "has": "never"})
    assert (done.next, done.not_because, done.materials) == (None, NO, ())


@pytest.mark.parametrize("answers", [{"has": "no"}, {"who": "<b>", "has": "no"}, {"x": "me"}])
def test_answer_to_what_was_not_asked_does_not_count__GD1(answers: dict[str, str]) -> None:
    assert standing(ASKED, MATERIALS, answers) == standing(ASKED, MATERIALS, {})


def test_every_way_is_walked_once__GD1() -> None:
    ways = [tuple(one.choice.choice_id for one in way) for way in walks(ASKED)]
    assert len(ways) == len(set(ways)) == 6
    assert ways[0] == ("me", "yes")
    assert list(walks(())) == []


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ((inquiry("a", choice("x"), choice("x")),), "a: two choices have the id x"),
        ((inquiry("a", choice("x")),), "a: it needs 2 to 8 choices"),
        ((inquiry("a", choice("x", "b"), choice("y")),), "a: x leads to b, which is not there"),
        (
            (inquiry("a", choice("x", brings=(MaterialId("m"),)), choice("y")),),
            "a: x names m, which is no material of the guide",
        ),
        (
            (inquiry("a", choice("x", "a", not_because=NO), choice("y")),),
            "a: x says no and asks on",
        ),
        (
            (
                inquiry("a", choice("x", "b"), choice("y")),
                inquiry("b", choice("x", "a"), choice("y")),
            ),
            "a: it comes round to itself, and so never ends",
        ),
        (
            (inquiry("a", choice("x"), choice("y")), inquiry("b", choice("x"), choice("y"))),
            "b: nothing leads to it",
        ),
        ((*ASKED, ASKED[1]), "has: two questions have this id"),
        (
            (
                *(
                    inquiry(f"a{n}", choice("x", f"a{n + 1}"), choice("y", f"a{n + 1}"))
                    for n in range(11)
                ),
                inquiry("a11", choice("x"), choice("y")),
            ),
            "a0: there are more than 2000 ways through",
        ),
    ],
)
def test_questionnaire_that_cannot_be_asked_says_why__GD1(
    asked: tuple[Inquiry, ...], fault: str
) -> None:
    assert fault in faults_of(asked, MATERIALS)


def test_questionnaire_without_faults_has_none__GD1() -> None:
    assert faults_of(ASKED, MATERIALS) == ()
    assert faults_of((), MATERIALS) == ()
    assert faults_of(ASKED, (CARD, FORM)) == (
        "who: other names letter, which is no material of the guide",
    )
    assert faults_of((replace(ASKED[0], choices=ASKED[0].choices[:1]),), MATERIALS) != ()


ASKING = [guide for guide in demo_catalogue().guides if guide.questionnaire]


def test_demo_hall_asks_before_a_dozen_services_and_more__GD1() -> None:
    assert len(ASKING) >= 12


@pytest.mark.parametrize("guide", ASKING, ids=lambda guide: guide.service_id)
def test_every_way_of_a_demo_questionnaire_ends_in_a_list_or_a_reason__GD1(guide) -> None:  # type: ignore[no-untyped-def]
    ids = tuple(material.material_id for material in guide.materials)
    assert faults_of(guide.questionnaire, ids) == ()
    ends = set()
    for way in walks(guide.questionnaire):
        answers = {one.inquiry.inquiry_id: one.choice.choice_id for one in way}
        found = standing(guide.questionnaire, ids, answers)
        assert found.answered == way
        assert found.next is None
        assert (found.not_because is not None) != bool(found.materials)
        ends.add((found.not_because is not None, found.materials, found.heeds))
    assert len(ends) > 1, "every answer comes to the same"
