"""Catalogues for tests: any that may be stored, small or as large as a university's."""

from collections.abc import Mapping

from hypothesis import strategies as st
from msgspec.structs import replace

from backend.catalogue.differences import InForce
from backend.catalogue.guide import (
    Audience,
    Department,
    Guide,
    GuideForm,
    GuideMaterial,
    Question,
    Words,
)
from backend.core.cases.words import MaterialId, ServiceKind
from backend.core.ids import CounterId, DepartmentId, ServiceId, Text, ZoneId
from backend.demo.catalogue import demo_catalogue, demo_departments

LETTERS = "abzAZ09 一站校园卡é→“”，、。（）=+-@'\"<>&;,\t_|x0041😀سلام"
"""What people write, and what some program takes for something else."""
WORDS = st.text(LETTERS, max_size=12) | st.sampled_from(
    ["_x0041_", "=1+1", " x ", "'x", "1", "TRUE"]
)
LINES = st.lists(WORDS, max_size=3).map("\n".join)
TEXTS = st.builds(Text, zh=LINES, en=LINES)
SOME_TEXTS = TEXTS.filter(lambda text: text != Text(zh="", en=""))
NAMES = st.builds(Text, zh=WORDS.filter(str.strip), en=WORDS)
WORD_LISTS = st.lists(WORDS.filter(str.strip), max_size=3).map(tuple)
IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,9}", fullmatch=True)
MATERIALS = st.builds(
    GuideMaterial,
    material_id=IDS.map(MaterialId),
    name=TEXTS,
    is_required=st.booleans(),
    is_tolerable=st.booleans(),
    copies=st.integers(0, 9),
    source=st.none() | SOME_TEXTS,
    takes_files=st.booleans(),
)
FORMS = st.builds(
    GuideForm,
    digest=st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    name=TEXTS,
    media_type=st.sampled_from(["application/pdf", "image/png"]),
    size=st.integers(1, 99_999),
)
QUESTIONS = st.builds(
    Question, asked=TEXTS, answer=TEXTS, also=st.builds(Words, zh=WORD_LISTS, en=WORD_LISTS)
)
GUIDES = st.builds(
    Guide,
    service_id=IDS.map(ServiceId),
    name=NAMES,
    department_id=st.sampled_from(["D1", "D2"]).map(DepartmentId),
    department=st.just(Text(zh="", en="")),
    also=st.builds(Words, zh=WORD_LISTS, en=WORD_LISTS),
    keywords=st.builds(Words, zh=WORD_LISTS, en=WORD_LISTS),
    summary=TEXTS,
    audience=st.lists(st.sampled_from(Audience), max_size=4).map(tuple),
    conditions=st.lists(TEXTS, max_size=3).map(tuple),
    materials=st.lists(MATERIALS, max_size=3, unique_by=lambda m: m.material_id).map(tuple),
    steps=st.lists(TEXTS, max_size=3).map(tuple),
    kind=st.sampled_from(ServiceKind),
    trips=st.integers(0, 3),
    is_online=st.booleans(),
    is_self_service=st.booleans(),
    promised_working_days=st.integers(0, 250),
    statutory_working_days=st.none() | st.integers(0, 250),
    fee=TEXTS,
    zone_id=IDS.map(ZoneId),
    place=TEXTS,
    counter_ids=st.lists(IDS.map(CounterId), max_size=3).map(tuple),
    hours=TEXTS,
    result=TEXTS,
    phone=st.from_regex(r"[0-9+ -]{0,15}", fullmatch=True),
    complaint=TEXTS,
    questions=st.lists(QUESTIONS, max_size=2).map(tuple),
    forms=st.lists(FORMS, max_size=2).map(tuple),
)
DEPARTMENTS = tuple(
    Department(department_id=DepartmentId(d), name=Text(zh=f"部门{d}", en=f"Office {d}"), phone="1")
    for d in ("D1", "D2")
)


def in_force(guides: list[Guide], questions: list[Question]) -> InForce:
    """The guides, each of its department, and the questions about the hall itself."""
    departments: Mapping[DepartmentId, Department] = {d.department_id: d for d in DEPARTMENTS}
    return InForce(
        departments=departments,
        guides={
            guide.service_id: replace(guide, department=departments[guide.department_id].name)
            for guide in guides
        },
        questions=tuple(questions),
    )


def university(services: int) -> InForce:
    """So many services, in the size of real ones: those of the demo, again and again."""
    demo = demo_catalogue()
    guides = demo.guides
    found = {}
    for n in range(services):
        guide = guides[n % len(guides)]
        own_id = ServiceId(f"{guide.service_id}-{n // len(guides)}")
        found[own_id] = replace(guide, service_id=own_id)
    return InForce(
        departments={d.department_id: d for d in demo_departments()},
        guides=found,
        questions=demo.questions,
    )
