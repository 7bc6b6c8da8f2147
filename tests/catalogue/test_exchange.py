"""A catalogue comes back from a file as it was; what a file changes is told first (CX1)."""

import json
import re
from datetime import date
from io import BytesIO
from random import Random
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from backend.catalogue.differences import Compared, How, InForce, compared
from backend.catalogue.exchange import (
    FAULTS_MAX,
    SERVICES_MAX,
    CatalogueFile,
    FaultCode,
    ImportFault,
    Kind,
)
from backend.catalogue.faults import frame_of
from backend.catalogue.guide import Department, Guide, GuideForm, GuideMaterial, Question
from backend.catalogue.sheets import DEPARTMENTS, HALL, ITEMS, SERVICES
from backend.core.ids import DepartmentId, HallId, ServiceId, Text
from backend.demo.hall import demo_plan
from backend.exchanging import FileForm, read, written
from backend.exchanging import file_of as catalogue_file
from backend.store.exchange import CatalogueState
from tests.catalogue.made import GUIDES, QUESTIONS, in_force, university

DAY = date(2026, 11, 23)
WHOLE = university(254)
FRAME = frame_of(demo_plan(), ())
SMALL = replace(WHOLE, guides=dict(list(WHOLE.guides.items())[:3]))
FIRST = next(iter(SMALL.guides))


def state_of(standing: InForce) -> CatalogueState:
    return CatalogueState(mark=0, standing=standing, places={})


def file_of(standing: InForce) -> CatalogueFile:
    return catalogue_file(HallId("main"), DAY, state_of(standing))


def brought(content: bytes, standing: InForce, *, withdraws: bool = False) -> Compared:
    return compared(read(content, state_of(standing)), standing, FRAME, withdraws=withdraws)


def as_json(standing: InForce) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(written(file_of(standing), FileForm.JSON))
    return found


@pytest.mark.parametrize("form", FileForm)
@settings(max_examples=15, deadline=None)
@given(
    guides=st.lists(GUIDES, max_size=3, unique_by=lambda guide: guide.service_id),
    questions=st.lists(QUESTIONS, max_size=3),
)
@example(guides=[], questions=[])
def test_file_that_is_brought_back_changes_nothing__CX1(
    form: FileForm, guides: list[Guide], questions: list[Question]
) -> None:
    standing = in_force(guides, questions)
    found = brought(written(file_of(standing), form), standing, withdraws=True)
    assert (found.faults, found.steps) == ((), ())
    assert found.unchanged == len(guides) + 2 + bool(questions)


@pytest.mark.parametrize("form", FileForm)
def test_whole_university_goes_out_and_back_with_its_questionnaires__CX1(form: FileForm) -> None:
    assert any(guide.questionnaire for guide in WHOLE.guides.values())
    content = written(file_of(WHOLE), form)
    found = brought(content, WHOLE, withdraws=True)
    assert (found.faults, found.steps) == ((), ())
    assert found.unchanged == 254 + len(WHOLE.departments) + 1


@pytest.mark.parametrize("form", FileForm)
def test_into_an_empty_hall_everything_comes__CX1(form: FileForm) -> None:
    empty = InForce(departments={}, guides={})
    found = brought(written(file_of(SMALL), form), empty)
    assert found.faults == ()
    assert {step.change.how for step in found.steps} == {How.ADDED}
    documents = {step.change.id: step.document for step in found.steps}
    for service_id, guide in SMALL.guides.items():
        kept = guide if form is FileForm.JSON else replace(guide, questionnaire=())
        assert documents[service_id] == kept
    assert documents[""] == SMALL.questions
    kinds = [step.change.kind for step in found.steps]
    assert kinds == [
        *[Kind.DEPARTMENT] * len(SMALL.departments),
        *[Kind.SERVICE] * len(SMALL.guides),
        Kind.QUESTIONS,
    ]


def test_changes_are_told_field_by_field__CX1() -> None:
    raw = as_json(SMALL)
    first, second, third = raw["services"]
    first["summary"]["en"] = "Something else"
    first["materials"].append(first["materials"][0] | {"material_id": "more"})
    first["steps"].insert(0, {"zh": "先填表", "en": "Fill in the form first"})
    second["service_id"] = "NEW-1"
    raw["services"] = [first, second]
    found = brought(json.dumps(raw).encode(), SMALL)
    assert found.faults == ()
    changed, added = [step.change for step in found.steps]
    assert (added.id, added.how, added.fields) == ("NEW-1", How.ADDED, ())
    fields = {one.field: (one.before, one.after) for one in changed.fields}
    assert fields["summary.en"] == (SMALL.guides[FIRST].summary.en, "Something else")
    assert fields["materials[more]"][0] is None
    steps = {name: told for name, told in fields.items() if name.startswith("steps")}
    assert steps == {"steps[1]": (None, "先填表 / Fill in the form first")}
    withdrawn = brought(json.dumps(raw).encode(), SMALL, withdraws=True)
    gone = [step for step in withdrawn.steps if step.change.how is How.WITHDRAWN]
    assert {step.change.id for step in gone} == {second_id(), third["service_id"]}
    assert all(step.document is None for step in gone)


def second_id() -> ServiceId:
    return list(SMALL.guides)[1]


def test_department_gives_its_services_its_name__CX1() -> None:
    raw = as_json(SMALL)
    own = SMALL.guides[FIRST].department_id
    for department in raw["departments"]:
        if department["department_id"] == own:
            department["name"] = {"zh": "新名称", "en": "New name"}
    found = brought(json.dumps(raw).encode(), SMALL)
    named = {step.change.id: step.document for step in found.steps}
    assert named[own].name == Text(zh="新名称", en="New name")  # type: ignore[union-attr]
    assert named[FIRST].department.en == "New name"  # type: ignore[union-attr]


def test_department_that_has_services_does_not_end__CX1() -> None:
    raw = as_json(SMALL)
    own = SMALL.guides[FIRST].department_id
    raw["departments"] = [d for d in raw["departments"] if d["department_id"] != own]
    assert brought(json.dumps(raw).encode(), SMALL).faults == ()
    codes = {f.code for f in brought(json.dumps(raw).encode(), SMALL, withdraws=True).faults}
    assert {FaultCode.IN_USE, FaultCode.NO_SUCH_DEPARTMENT} == codes


def faults_of(raw: object) -> list[ImportFault]:
    return list(brought(json.dumps(raw).encode(), SMALL).faults)


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [
        ("service_id", "a b", FaultCode.BAD_ID),
        ("service_id", "../x", FaultCode.BAD_ID),
        ("name", {"zh": " ", "en": "x"}, FaultCode.NO_NAME),
        ("name", {"zh": "x" * 4_001, "en": "x"}, FaultCode.TOO_LONG),
        ("phone", "1\u202e2", FaultCode.TEXT),
        ("phone", "1\x002", FaultCode.TEXT),
        ("trips", -1, FaultCode.WRONG_VALUE),
        ("trips", "two", FaultCode.WRONG_VALUE),
        ("promised_working_days", 10**9, FaultCode.WRONG_VALUE),
        ("summery", "x", FaultCode.UNKNOWN_FIELD),
        ("fee", {"zh": "", "en": "", "fr": ""}, FaultCode.UNKNOWN_FIELD),
        ("steps", [{"zh": "\u200b", "en": ""}], FaultCode.TEXT),
        ("steps", [{"zh": "", "en": "", "fr": ""}], FaultCode.UNKNOWN_FIELD),
        ("department_id", "nowhere", FaultCode.NO_SUCH_DEPARTMENT),
        ("steps", [{"zh": "x", "en": "x"}] * 201, FaultCode.TOO_LONG),
        (
            "forms",
            [
                {
                    "digest": "0" * 64,
                    "name": {"zh": "表", "en": ""},
                    "media_type": "text/html",
                    "size": 1,
                }
            ],
            FaultCode.WRONG_VALUE,
        ),
        (
            "questionnaire",
            json.loads(
                json.dumps([{"inquiry_id": "a", "asked": {"zh": "", "en": ""}, "choices": []}])
            ),
            FaultCode.CANNOT_BE_FOLLOWED,
        ),
    ],
)
def test_fault_is_told_with_its_place__CX1(place: str, value: object, code: FaultCode) -> None:
    raw = as_json(SMALL)
    raw["services"][1][place] = value
    found = faults_of(raw)
    assert {fault.code for fault in found} == {code}
    assert found[0].place.startswith("services[1]")


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("fee", {"zh": "", "en": "free"}, "fee no_chinese"),
        ("audience", [], "audience no_audience"),
        ("trips", 10, "trips not_between"),
        ("steps", [{"zh": "好", "en": ""}] * 61, "steps too_many"),
        ("hours", {"zh": "好" * 2001, "en": ""}, "hours.zh text text_too_long"),
        (
            "materials",
            [{"material_id": "<b>", "name": {"zh": "表", "en": ""}}],
            "materials[0].material_id bad_id",
        ),
    ],
)
def test_what_keeps_a_draft_from_review_keeps_a_file_from_being_taken__DR4(
    field: str, value: object, found: str
) -> None:
    raw = as_json(SMALL)
    raw["services"][1] |= {"questionnaire": [], field: value}
    (own,) = brought(json.dumps(raw).encode(), SMALL).faults
    assert own.code is FaultCode.NOT_REVIEWED
    assert f"{own.place} {own.own} {own.found}".rstrip() == f"services[1].{found}"


def test_all_faults_of_a_file_are_told_at_once_and_each_once__CX1() -> None:
    raw = as_json(SMALL)
    raw["services"][0] |= {"trips": 12, "phone": "1\x002"}
    raw["services"][1] |= {"trips": -1, "steps": [{"zh": "", "en": ""}]}
    raw["services"][2]["name"] = 1
    assert sorted((fault.place, fault.own or fault.code) for fault in faults_of(raw)) == [
        ("services[0].phone", "text"),
        ("services[0].trips", "not_between"),
        ("services[1].steps[0]", "no_chinese"),
        ("services[1].trips", "wrong_value"),
        ("services[2].name", "wrong_value"),
    ]


def test_file_that_begins_with_a_byte_order_mark_is_read__CX1() -> None:
    content = b"\xef\xbb\xbf" + written(file_of(SMALL), FileForm.JSON)
    assert brought(content, SMALL) == brought(content[3:], SMALL)


def test_questions_about_the_hall_itself_are_one_list__CX1() -> None:
    raw = as_json(SMALL)
    raw["questions"][1]["answer"]["en"] = "Yes"
    del raw["questions"][-1]
    (step,) = brought(json.dumps(raw).encode(), SMALL).steps
    assert (step.change.kind, step.change.how) == (Kind.QUESTIONS, How.CHANGED)
    fields = {one.field: one.after for one in step.change.fields}
    assert fields == {"questions[2].answer.en": "Yes", f"questions[{len(SMALL.questions)}]": None}
    assert isinstance(step.document, tuple)
    assert len(step.document) == len(SMALL.questions) - 1
    content = json.dumps(raw | {"questions": []}).encode()
    assert brought(content, SMALL).steps == ()
    (gone,) = brought(content, SMALL, withdraws=True).steps
    assert (gone.change.how, gone.document) == (How.WITHDRAWN, None)


@pytest.mark.parametrize(
    ("field", "value", "place", "code"),
    [
        ("answer", {"zh": " ", "en": "x"}, "questions[1].answer", FaultCode.NOT_REVIEWED),
        ("asked", {"zh": "x" * 4_001, "en": ""}, "questions[1].asked.zh", FaultCode.TOO_LONG),
        ("asked", {"zh": "好\u202e", "en": ""}, "questions[1].asked.zh", FaultCode.TEXT),
        ("asked", 1, "questions[1].asked", FaultCode.WRONG_VALUE),
        ("ask", "x", "questions[1].ask", FaultCode.UNKNOWN_FIELD),
    ],
)
def test_fault_of_a_question_about_the_hall_is_told_with_its_place__CX1(
    field: str, value: object, place: str, code: FaultCode
) -> None:
    raw = as_json(SMALL)
    raw["questions"][1][field] = value
    assert [(one.place, one.code) for one in faults_of(raw)] == [(place, code)]


def test_zone_and_counter_that_the_plan_lacks_are_told_apart_with_their_services__DR4() -> None:
    raw = as_json(SMALL)
    raw["services"][0] |= {"zone_id": "Z9", "counter_ids": ["W99", "W01", "W99"]}
    raw["services"][2] |= {"counter_ids": ["W99"]}
    found = brought(json.dumps(raw).encode(), SMALL)
    assert found.faults == ()
    assert [(one.code, one.id, one.places, one.services) for one in found.unplanned] == [
        (FaultCode.NO_SUCH_ZONE, "Z9", ("services[0]",), 1),
        (FaultCode.NO_SUCH_COUNTER, "W99", ("services[0]", "services[2]"), 2),
    ]
    raw["services"][0]["zone_id"] = ""  # of no plan to come
    (fault,) = faults_of(raw)
    assert (fault.place, fault.own) == ("services[0].zone_id", "no_such_zone")


def test_what_stands_twice_is_refused__CX1() -> None:
    raw = as_json(SMALL)
    raw["services"].append(raw["services"][0])
    assert [(f.place, f.code) for f in faults_of(raw)] == [("services[3]", FaultCode.TWICE)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", FaultCode.UNREADABLE),
        (b"\xff\xfe", FaultCode.UNREADABLE),
        (b"[" * 200_000, FaultCode.UNREADABLE),
        (b'{"yizhan_catalogue": 1', FaultCode.UNREADABLE),
        (b"[]", FaultCode.OTHER_FORM),
        (b'{"yizhan_catalogue": 2}', FaultCode.OTHER_FORM),
        (b'{"yizhan_catalogue": true}', FaultCode.OTHER_FORM),
        (b'{"yizhan_catalogue": 1, "services": {}}', FaultCode.WRONG_VALUE),
        (b'{"yizhan_catalogue": 1, "services": [1]}', FaultCode.WRONG_VALUE),
        (b'{"yizhan_catalogue": 1, "offices": []}', FaultCode.UNKNOWN_FIELD),
        (b"PK\x03\x04 nothing", FaultCode.UNREADABLE),
        (b" " * (8 * 1024 * 1024 + 1), FaultCode.TOO_LARGE),
    ],
)
def test_what_is_no_catalogue_is_refused_with_words__CX1(content: bytes, code: FaultCode) -> None:
    (fault,) = brought(content, SMALL).faults
    assert fault.code is code


# --- Workbooks ---


def test_sheets_have_every_field_of_a_guide__CX1() -> None:
    """What were in no sheet would be lost when a workbook is brought in."""
    own = {field.name for field in SERVICES} | ITEMS.keys() | {"questionnaire", "department"}
    assert own == set(Guide.__struct_fields__)
    kinds = {"materials": GuideMaterial, "questions": Question, "forms": GuideForm}
    for name, kind in kinds.items():
        assert {field.name for field in ITEMS[name]} == set(kind.__struct_fields__)
    assert {field.name for field in DEPARTMENTS} == set(Department.__struct_fields__)


def changed_book(sheet: str, cell: str, value: object) -> bytes:
    """The small catalogue's workbook as somebody saved it after changing a cell."""
    book = load_workbook(BytesIO(written(file_of(SMALL), FileForm.XLSX)))
    book[sheet][cell] = value
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def test_workbook_saved_by_another_program_says_the_same__CX1() -> None:
    found = brought(changed_book("services", "B3", "新名字"), SMALL)
    assert found.faults == ()
    (step,) = found.steps
    assert [(f.field, f.after) for f in step.change.fields] == [("name.zh", "新名字")]
    assert step.document is not None
    assert step.document == replace(
        SMALL.guides[FIRST], name=Text(zh="新名字", en=SMALL.guides[FIRST].name.en)
    )


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "place", "code"),
    [
        ("services", "B3", '=HYPERLINK("http://evil","x")', "services!B3", FaultCode.FORMULA),
        ("services", "K4", "maybe", "services!4.audience[0]", FaultCode.WRONG_VALUE),
        ("services", "M3", "--5", "services!M3", FaultCode.WRONG_VALUE),
        ("services", "M3", "5" * 5000, "services!M3", FaultCode.WRONG_VALUE),
        ("services", "P3", "maybe", "services!P3", FaultCode.WRONG_VALUE),
        ("services", "A4", None, "services!4", FaultCode.BAD_ID),
        ("services", "B1", "title", "services", FaultCode.COLUMN_MISSING),
        ("materials", "A3", "GONE-1", "materials!3", FaultCode.NO_SUCH_SERVICE),
        (HALL, "A4", "=1", "hall_questions!A4", FaultCode.FORMULA),
        (HALL, "C4", None, "hall_questions!C4", FaultCode.NOT_REVIEWED),
        ("services", "I3", None, "services!I3", FaultCode.NOT_REVIEWED),
        ("services", "M3", 12, "services!M3", FaultCode.NOT_REVIEWED),
        ("services", "AB3", "1" * 70, "services!AB3", FaultCode.NOT_REVIEWED),
        ("steps", "B3", "路" * 2_500, "steps!B3", FaultCode.NOT_REVIEWED),
        ("materials", "D3", "x" * 2_500, "materials!D3", FaultCode.NOT_REVIEWED),
        ("materials", "B3", "a b", "materials!B3", FaultCode.NOT_REVIEWED),
        (HALL, "A1", "asked", "hall_questions", FaultCode.COLUMN_MISSING),
        ("departments", "A3", "other", "services!3", FaultCode.NO_SUCH_DEPARTMENT),
    ],
)
def test_fault_in_a_workbook_is_told_with_its_cell__CX1(
    sheet: str, cell: str, value: object, place: str, code: FaultCode
) -> None:
    if sheet == "departments":  # of the first service
        own = SMALL.guides[FIRST].department_id
        cell = f"A{3 + list(SMALL.departments).index(DepartmentId(own))}"
    standing = replace(SMALL, departments={}) if sheet == "departments" else SMALL
    found = brought(changed_book(sheet, cell, value), standing).faults
    assert (place, code) in {(fault.place, fault.code) for fault in found}, found


@pytest.mark.parametrize("number", ["nan", "1.5.5", "--5"])
def test_number_that_is_none_is_told_with_its_sheet_and_row__CX1(number: str) -> None:
    content = written(file_of(SMALL), FileForm.XLSX)
    file = BytesIO()
    with ZipFile(BytesIO(content)) as parts, ZipFile(file, "w") as broken:
        for name in parts.namelist():
            body = parts.read(name)
            if name == "xl/worksheets/sheet3.xml":  # the first row of services
                start, row, rest = body.partition(b'<c r="M3"')
                value = re.sub(rb"<v>[^<]*</v>", f"<v>{number}</v>".encode(), rest, count=1)
                body = start + row + value
            broken.writestr(name, body)
    (fault,) = brought(file.getvalue(), SMALL).faults
    assert fault.code is FaultCode.UNREADABLE
    assert "services, after row 2" in fault.found
    assert number in fault.found


@pytest.mark.parametrize(
    ("formula", "found"),
    [("=1+1", "=1+1"), (ArrayFormula("A3:A9", "=2+2"), "=2+2"), (DataTableFormula("A3:A9"), "=")],
)
def test_formula_is_told_once_and_as_it_stands__CX1(formula: object, found: str) -> None:
    (own,) = brought(changed_book("services", "A3", formula), SMALL).faults
    assert (own.place, own.code, own.found) == ("services!A3", FaultCode.FORMULA, found)


def test_workbook_without_a_sheet_is_refused__CX1() -> None:
    book = load_workbook(BytesIO(written(file_of(SMALL), FileForm.XLSX)))
    del book["steps"]
    file = BytesIO()
    book.save(file)
    assert [(f.place, f.code) for f in brought(file.getvalue(), SMALL).faults] == [
        ("steps", FaultCode.SHEET_MISSING)
    ]


def test_workbook_without_the_questions_about_the_hall_leaves_them__CX1() -> None:
    book = load_workbook(BytesIO(written(file_of(SMALL), FileForm.XLSX)))
    del book[HALL]
    file = BytesIO()
    book.save(file)
    found = brought(file.getvalue(), SMALL)
    assert (found.faults, found.steps) == ((), ())


def test_workbook_has_no_formula__CX1() -> None:
    guide = replace(SMALL.guides[FIRST], phone="=1+1", summary=Text(zh="@x", en="{=A1}"))
    standing = replace(SMALL, guides={FIRST: guide})
    content = written(file_of(standing), FileForm.XLSX)
    with ZipFile(BytesIO(content)) as parts:
        for name in parts.namelist():
            assert b"<f>" not in parts.read(name)
    assert brought(content, standing).steps == ()


def test_workbook_that_unpacks_without_end_is_refused__CX1() -> None:
    content = written(file_of(SMALL), FileForm.XLSX)
    file = BytesIO()
    with ZipFile(BytesIO(content)) as parts, ZipFile(file, "w", ZIP_DEFLATED) as bomb:
        for name in parts.namelist():
            bomb.writestr(name, parts.read(name))
        bomb.writestr("xl/more.xml", b" " * (40 * 1024 * 1024))
    assert len(file.getvalue()) < 200_000
    assert [f.code for f in brought(file.getvalue(), SMALL).faults] == [FaultCode.TOO_LARGE]


@pytest.mark.parametrize(
    ("part", "many"),
    [("xl/sharedStrings.xml", b"<si><t>a</t></si>"), ("xl/worksheets/sheet3.xml", b"<c/>" * 4)],
)
def test_workbook_that_would_take_long_to_read_is_refused_at_once__CX1(
    part: str, many: bytes
) -> None:
    content = written(file_of(SMALL), FileForm.XLSX)
    file = BytesIO()
    with ZipFile(BytesIO(content)) as parts, ZipFile(file, "w", ZIP_DEFLATED) as bomb:
        for name in parts.namelist():
            bomb.writestr(name, many * 400_000 if name == part else parts.read(name))
    (found,) = brought(file.getvalue(), SMALL).faults
    assert (found.code, found.found.endswith("tags")) == (FaultCode.TOO_LARGE, True)


@pytest.mark.parametrize(
    ("more", "code", "found"),
    [
        (b"<!--" + b"x" * 1_000_000 + b"-->", FaultCode.UNREADABLE, "a comment"),
        (b"<c a='" + b">" * 1_000_000 + b"'/>", FaultCode.TOO_LARGE, "a tag or a text"),
        (b"<c" + b" a='' b='' c=''" * 10 + b"/>", FaultCode.TOO_LARGE, "attributes"),
        (b"<row><c t='inlineStr'><is><t>" + b"x" * 300_000, FaultCode.TOO_LARGE, "a tag or a text"),
    ],
)
def test_sheet_no_spreadsheet_writes_is_refused_before_it_is_read__CX1(
    more: bytes, code: FaultCode, found: str
) -> None:
    content = written(file_of(SMALL), FileForm.XLSX)
    file = BytesIO()
    times = 40_000 if found == "attributes" else 1
    with ZipFile(BytesIO(content)) as parts, ZipFile(file, "w", ZIP_DEFLATED) as bomb:
        for name in parts.namelist():
            body = parts.read(name)
            if name == "xl/worksheets/sheet2.xml":
                body = body.replace(b"<sheetData>", b"<sheetData>" + more * times, 1)
            bomb.writestr(name, body)
        bomb.writestr("xl/media/picture.png", b"\x89PNG<!--" + bytes(400_000))
    (own,) = brought(file.getvalue(), SMALL).faults
    assert own.code is code
    assert found in own.found


def test_picture_in_a_workbook_is_no_fault__CX1() -> None:
    file = BytesIO(written(file_of(SMALL), FileForm.XLSX))
    with ZipFile(file, "a") as book:
        book.writestr("xl/media/picture.png", b"\x89PNG<!--" + bytes(400_000))
    assert brought(file.getvalue(), SMALL).faults == ()


@pytest.mark.parametrize("name", ["departments", "services", "questions"])
def test_list_without_end_is_looked_through_no_further_than_faults_are_told__CX1(
    name: str,
) -> None:
    found = faults_of({"yizhan_catalogue": 1, name: [{}] * 100_000})
    assert [fault.place for fault in found] == [f"{name}[{n}]" for n in range(FAULTS_MAX)]
    raw = as_json(SMALL)
    found = faults_of(raw | {name: raw[name][:1] * 100_000})
    assert found[0].code is FaultCode.TOO_LARGE
    assert len(found) <= FAULTS_MAX


def test_largest_catalogue_that_there_may_be_is_read__CX1() -> None:
    whole = university(SERVICES_MAX)
    found = read(
        written(file_of(whole), FileForm.XLSX), CatalogueState(mark=0, standing=whole, places={})
    )
    assert (found.faults, len(found.services)) == ((), SERVICES_MAX)


def test_workbook_that_defines_entities_is_refused__CX1() -> None:
    content = written(file_of(SMALL), FileForm.XLSX)
    laughs = b'<!DOCTYPE x [<!ENTITY a "' + b"ha" * 100 + b'">]>'
    file = BytesIO()
    with ZipFile(BytesIO(content)) as parts, ZipFile(file, "w") as evil:
        for name in parts.namelist():
            body = parts.read(name)
            if name == "xl/sharedStrings.xml":
                body = body.replace(b"<sst", laughs + b"<sst", 1).replace(b"<t>", b"<t>&a;", 1)
            evil.writestr(name, body)
    assert [f.code for f in brought(file.getvalue(), SMALL).faults] == [FaultCode.UNREADABLE]


def test_damaged_workbook_never_breaks_the_reader__CX1() -> None:
    content = written(file_of(SMALL), FileForm.XLSX)
    with ZipFile(BytesIO(content)) as parts:
        bodies = {name: parts.read(name) for name in parts.namelist()}
    chance = Random(1)
    for _ in range(60):
        name = chance.choice(sorted(bodies))
        body = bytearray(bodies[name])
        for _ in range(chance.choice((1, 3, 20))):
            at = chance.randrange(len(body))
            body[at : at + chance.randrange(4)] = chance.randbytes(chance.randrange(4))
        file = BytesIO()
        with ZipFile(file, "w") as damaged:
            for other, whole in bodies.items():
                damaged.writestr(other, bytes(body) if other == name else whole)
        brought(file.getvalue(), SMALL)
    for _ in range(40):
        raw = bytearray(content)
        for _ in range(chance.choice((1, 10))):
            raw[chance.randrange(2, len(raw))] = chance.randrange(256)
        brought(bytes(raw), SMALL)


def test_questionnaire_is_kept_when_a_workbook_is_taken__CX1() -> None:
    guide = next(g for g in WHOLE.guides.values() if g.questionnaire)
    standing = InForce(departments=WHOLE.departments, guides={guide.service_id: guide})
    changed = replace(guide, phone="12345")
    content = written(file_of(replace(standing, guides={guide.service_id: changed})), FileForm.XLSX)
    (step,) = brought(content, standing).steps
    assert step.document == changed
