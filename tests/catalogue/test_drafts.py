"""What a draft of a guide lacks, what it comes to on a newer version, and how both compare."""

from typing import Any

import msgspec
import pytest
from msgspec import ValidationError, convert
from msgspec.structs import replace

from backend.catalogue.commands import WriteDraft
from backend.catalogue.compare import ComparedPart, PieceKind, compared
from backend.catalogue.faults import (
    FaultCode,
    Frame,
    faults_in,
    is_out_of_hand,
    lacks_of,
    presentable,
)
from backend.catalogue.guide import Audience, Guide, GuideForm, Question, Words
from backend.catalogue.parts import DERIVED, texts_of
from backend.catalogue.rebase import only_asked_more, rebased
from backend.core.cases.words import MaterialId
from backend.core.ids import CounterId, DepartmentId, Text, ZoneId
from backend.demo.catalogue import demo_catalogue

GUIDES = demo_catalogue().guides
GUIDE = next(guide for guide in GUIDES if guide.questionnaire and guide.steps)
FRAME = Frame(
    departments={guide.department_id for guide in GUIDES},
    zones={guide.zone_id for guide in GUIDES},
    counters={counter for guide in GUIDES for counter in guide.counter_ids},
)


def said(words: str) -> Text:
    return Text(zh=words, en=f"{words} (English)")


def asked(words: str) -> Question:
    return Question(asked=said(words), answer=said("是"))


def test_guides_of_the_demo_have_no_fault__DR4() -> None:
    assert [faults_in(guide, FRAME) for guide in GUIDES] == [()] * len(GUIDES)
    assert [lacks_of(guide) for guide in GUIDES] == [()] * len(GUIDES)


MANY = Words(zh=("a",) * 100, en=("a",) * 100)
FAULTS: dict[str, tuple[dict[str, Any], str, FaultCode]] = {
    "no name": ({"name": Text(zh=" ", en="Name")}, "/name", FaultCode.NO_CHINESE),
    "empty step": ({"steps": (Text(zh="", en=""),)}, "/steps/0", FaultCode.NO_CHINESE),
    "bidi": ({"fee": Text(zh="免\u202e费", en="")}, "/fee/zh", FaultCode.TEXT),
    "long": ({"hours": Text(zh="好", en="x" * 2001)}, "/hours/en", FaultCode.TEXT),
    "word": ({"also": Words(zh=("好" * 61,))}, "/also/zh/0", FaultCode.TEXT),
    "phone": ({"phone": "1\0"}, "/phone", FaultCode.TEXT),
    "nobody": ({"audience": ()}, "/audience", FaultCode.NO_AUDIENCE),
    "department": (
        {"department_id": DepartmentId("XX")},
        "/department_id",
        FaultCode.NO_SUCH_DEPARTMENT,
    ),
    "zone": ({"zone_id": ZoneId("XX")}, "/zone_id", FaultCode.NO_SUCH_ZONE),
    "counter": ({"counter_ids": (CounterId("X"),)}, "/counter_ids/0", FaultCode.NO_SUCH_COUNTER),
    "trips": ({"trips": 10}, "/trips", FaultCode.NOT_BETWEEN),
    "days": ({"promised_working_days": -1}, "/promised_working_days", FaultCode.NOT_BETWEEN),
    "steps": ({"steps": (said("好"),) * 61}, "/steps", FaultCode.TOO_MANY),
    "ways to ask": (
        {"questions": (replace(asked("几"), also=MANY),)},
        "/questions/0/also",
        FaultCode.TOO_MANY,
    ),
    "form": (
        {"forms": (GuideForm(digest="0" * 64, name=said("表"), media_type="text/html", size=1),)},
        "/forms/0",
        FaultCode.NO_SUCH_FORM,
    ),
    "questions": (
        {"questionnaire": GUIDE.questionnaire[:1]},
        "/questionnaire",
        FaultCode.QUESTIONNAIRE,
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_told_with_its_place__DR4(name: str) -> None:
    changes, path, code = FAULTS[name]
    found = faults_in(replace(GUIDE, **changes), FRAME)
    assert {(fault.path, fault.code) for fault in found} == {(path, code)}


def test_only_so_many_faults_are_told__DR4() -> None:
    brings = (MaterialId("z"),) * 1_000
    first = GUIDE.questionnaire[0]
    choices = tuple(replace(choice, brings=brings) for choice in first.choices)
    one = replace(GUIDE, questionnaire=(replace(first, choices=choices),))
    assert 0 < len(faults_in(one, FRAME)) <= 200
    assert len(faults_in(replace(GUIDE, steps=(said(""),) * 900), FRAME)) == 200


TOO_MUCH: dict[str, dict[str, Any]] = {
    "list": {"steps": (said("去"),) * 241},
    "text": {"fee": Text(zh="免" * 8_001, en="")},
    "nested": {"questions": (replace(asked("几"), also=MANY),) * 60},
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_guide_that_is_out_of_hand_is_not_kept__DR4(name: str) -> None:
    assert is_out_of_hand(replace(GUIDE, **TOO_MUCH[name]))


def test_guide_with_all_that_it_may_have_or_somewhat_more_is_kept__DR4() -> None:
    full = {"steps": (said("去" * 2_000),) * 60, "conditions": (said("有"),) * 61}
    assert not is_out_of_hand(replace(GUIDE, **full))


def test_materials_have_an_id_and_at_least_a_copy__DR4() -> None:
    first, *_ = GUIDE.materials
    twice = replace(GUIDE, materials=(*GUIDE.materials, replace(first, copies=0)))
    last = len(GUIDE.materials)
    assert {(fault.path, fault.code) for fault in faults_in(twice, FRAME)} == {
        ("/materials/0/material_id", FaultCode.TWICE),
        (f"/materials/{last}/material_id", FaultCode.TWICE),
        (f"/materials/{last}/copies", FaultCode.NOT_BETWEEN),
    }


@pytest.mark.parametrize("id", ["", "a b", "<x>", "a\n", "编号", "a" * 33, "a/b", "\0"])
def test_material_has_an_id_that_can_stand_anywhere__DR4(id: str) -> None:
    first, *rest = GUIDE.materials
    guide = replace(GUIDE, materials=(replace(first, material_id=MaterialId(id)), *rest))
    (fault,) = faults_in(replace(guide, questionnaire=()), FRAME)
    assert (fault.path, fault.code) == ("/materials/0/material_id", FaultCode.BAD_ID)


@pytest.mark.parametrize("id", ["", "a b", "<x>", "a\n", "编号", "a" * 33])
def test_questionnaire_has_ids_that_can_stand_anywhere__DR4(id: str) -> None:
    raw = msgspec.to_builtins(GUIDE)
    convert({"type": "write_draft", "revision": 1, "guide": raw}, WriteDraft)
    inquiry = raw["questionnaire"][0]
    for thing, name in ((inquiry, "inquiry_id"), (inquiry["choices"][0], "choice_id")):
        known = thing[name]
        thing[name] = id
        with pytest.raises(ValidationError, match=name):
            convert({"type": "write_draft", "revision": 1, "guide": raw}, WriteDraft)
        thing[name] = known


def test_faulty_guide_can_be_shown_while_it_is_written__DR4() -> None:
    page = GuideForm(digest="0" * 64, name=said("表"), media_type="x", size=1)
    form = replace(page, media_type="application/pdf")
    faulty = replace(GUIDE, promised_working_days=-(10**9), forms=(page, form))
    assert presentable(faulty) == replace(GUIDE, promised_working_days=0, forms=(form,))
    endless = replace(GUIDE, promised_working_days=10**9)
    assert presentable(endless).promised_working_days == 250


def test_missing_english_is_told_and_no_fault__DR4() -> None:
    bare = replace(GUIDE, summary=Text(zh="好", en=" "), steps=(Text(zh="去", en=""),))
    assert lacks_of(bare) == ("/summary", "/steps/0")
    assert faults_in(bare, FRAME) == ()


def test_every_text_is_found_but_the_department_s_name() -> None:
    paths = [path for path, _ in texts_of(GUIDE)]
    assert {"/name", "/summary", "/materials/0/name", "/questionnaire/0/asked"} <= set(paths)
    assert not any(path.startswith(f"/{name}") for path in paths for name in DERIVED)


def test_parts_that_only_one_changed_are_taken_from_there__DR5() -> None:
    newest = replace(GUIDE, fee=said("十元"), trips=2)
    draft = replace(GUIDE, summary=said("新"), trips=2)
    found = rebased(GUIDE, newest, draft)
    assert found.guide == replace(draft, fee=said("十元"))
    assert (found.taken, found.conflicts) == (("fee",), ())


def test_part_that_both_changed_is_a_conflict_and_stays_the_draft_s__DR5() -> None:
    newest, draft = replace(GUIDE, fee=said("十元")), replace(GUIDE, fee=said("五元"))
    found = rebased(GUIDE, newest, draft)
    assert (found.guide, found.taken, found.conflicts) == (draft, (), ("fee",))


def test_question_that_was_answered_meanwhile_joins_those_of_the_draft__DR5() -> None:
    newest = replace(GUIDE, questions=(*GUIDE.questions, asked("可以代办吗")))
    draft = replace(GUIDE, questions=(asked("要预约吗"), *GUIDE.questions))
    found = rebased(GUIDE, newest, draft)
    assert found.guide.questions == (*draft.questions, asked("可以代办吗"))
    assert (found.taken, found.conflicts) == (("questions",), ())
    assert only_asked_more(GUIDE, newest)
    assert not only_asked_more(GUIDE, replace(newest, trips=2))
    assert not only_asked_more(newest, GUIDE)


@pytest.mark.parametrize(("base", "newest"), [(None, GUIDE), (GUIDE, None)])
def test_guide_that_came_or_went_meanwhile_is_a_conflict__DR5(
    base: Guide | None, newest: Guide | None
) -> None:
    found = rebased(base, newest, GUIDE)
    assert (found.guide, found.conflicts) == (GUIDE, ("",))
    assert not only_asked_more(base, newest)


def test_new_guide_is_as_it_was_written__DR5() -> None:
    assert rebased(None, None, GUIDE).conflicts == ()


def words_of(part: ComparedPart, language: str, kind: PieceKind) -> str:
    (column,) = (column for column in part.columns if column.language == language)
    return "".join(piece.words for piece in column.pieces if piece.kind is kind)


def test_comparison_tells_the_words_that_changed() -> None:
    before = replace(GUIDE, summary=Text(zh="三个工作日办结", en="Done in three days"))
    after = replace(before, summary=Text(zh="五个工作日办结", en="Done in five days"))
    (part,) = (part for part in compared(before, after) if part.is_changed)
    assert part.part == "summary"
    assert [words_of(part, "zh", kind).strip() for kind in PieceKind] == [
        "个工作日办结",
        "三",
        "五",
    ]
    assert [words_of(part, "en", kind) for kind in PieceKind][1:] == ["three", "five"]


def test_both_sides_of_a_comparison_are_whole() -> None:
    after = replace(
        GUIDE,
        steps=(*GUIDE.steps[1:], said("领取")),
        audience=(Audience.ALUMNI,),
        materials=GUIDE.materials[1:],
        is_online=not GUIDE.is_online,
    )
    parts = {part.part: part for part in compared(GUIDE, after)}
    changed = {name for name, part in parts.items() if part.is_changed}
    assert changed == {"steps", "audience", "materials", "is_online"}
    for kind, guide in ((PieceKind.GONE, GUIDE), (PieceKind.COME, after)):
        (zh, _) = parts["steps"].columns
        told = "".join(p.words for p in zh.pieces if p.kind in {PieceKind.SAME, kind})
        assert told.split("\n")[:-1] == [step.zh for step in guide.steps]


def test_comparison_with_nothing_has_everything_as_new() -> None:
    for part in compared(None, GUIDE):
        pieces = [piece for column in part.columns for piece in column.pieces]
        assert pieces
        assert {piece.kind for piece in pieces} == {PieceKind.COME}
    assert compared(None, None) == ()
