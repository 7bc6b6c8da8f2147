"""The fictional hall's guides, out of hall.json and the tables beside it."""

import tomllib
from importlib.resources import files
from typing import Any

import msgspec

from backend.catalogue.guide import (
    Audience,
    Catalogue,
    Department,
    Guide,
    GuideMaterial,
    Question,
    Words,
)
from backend.catalogue.questionnaire import Inquiry
from backend.core.cases.words import MaterialId, ServiceKind
from backend.core.ids import CounterId, DepartmentId, ServiceId, Text, ZoneId
from backend.demo.forms import FORMS

HOURS = Text(zh="工作日 8:30–11:30、13:30–16:30", en="Working days 8:30–11:30 and 13:30–16:30")
FEE = Text(zh="不收费", en="Free of charge")
COMPLAINT = Text(
    zh="服务评价、大厅服务台，或“来信来访受理”",
    en="The evaluation, the hall's desk, or Petitions and suggestions",
)
FIRST_EXTENSION = 8101
AT_ONCE = Text(zh="当场办结，结果交给本人", en="Done at once; the result is handed over")
LATER = Text(
    zh="办结后通知，领取或电子送达",
    en="You are told when it is done; collected or sent to you",
)

SOURCES = {
    "审批单": Text(zh="所在学院（单位）办公室", en="The office of your school or unit"),
    "单位介绍信": Text(zh="所在单位办公室", en="The office of your unit"),
    "申请表": Text(zh="大厅填单台", en="The writing desks of the hall"),
    "证件照": Text(zh="大厅一楼自助照相机，或自备", en="The photo booth in the hall, or your own"),
    "诊断证明": Text(
        zh="校医院或二级以上医院", en="The university hospital, or one of class 2 or above"
    ),
    "体检": Text(zh="校医院", en="The university hospital"),
    "无犯罪": Text(zh="户籍地公安机关", en="The police where you are registered"),
    "报销预约单": Text(zh="网上报销系统打印", en="Printed from the reimbursement system"),
}
"""Where the materials of the demo hall come from."""


def demo_catalogue() -> Catalogue:
    """All guides of the demo hall, in the order of hall.json."""
    hall = _hall()
    more, asked = _table("guides.toml"), _table("questionnaires.toml")
    conditions = _table("conditions.toml")
    return Catalogue(
        guides=tuple(
            _guide(
                hall,
                service,
                more[service["id"]]
                | asked.get(service["id"], {})
                | {"conditions": conditions[service["id"]]},
            )
            for service in hall["services"]
        ),
        questions=_questions(more["hall"]),
    )


def demo_departments() -> tuple[Department, ...]:
    """The offices of the demo hall, in the order of hall.json."""
    return tuple(
        Department(department_id=DepartmentId(d["id"]), name=_text(d), phone=str(extension))
        for extension, d in enumerate(_hall()["departments"], FIRST_EXTENSION)
    )


def _hall() -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(
        files(__package__).joinpath("hall.json").read_bytes()
    )
    return found


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _guide(hall: dict[str, Any], service: dict[str, Any], more: dict[str, Any]) -> Guide:
    department = next(d for d in hall["departments"] if d["id"] == service["department"])
    zone = next(z for z in hall["zones"] if z["id"] == department["zone"])
    queue = next(q for q in hall["queues"] if department["id"] in q["departments"])
    steps = hall["guide_templates"][service["kind"]]
    return Guide(
        service_id=ServiceId(service["id"]),
        name=_text(service),
        department_id=DepartmentId(department["id"]),
        department=_text(department),
        also=_words(more["zh"], more["en"]),
        keywords=_words(more["words_zh"], more["words_en"]),
        summary=_text(service["summary"]),
        audience=tuple(Audience(who) for who in service["audience"]),
        conditions=tuple(Text(zh=zh, en=en) for zh, en in more["conditions"]),
        materials=(
            *(
                GuideMaterial(
                    material_id=MaterialId(f"m{no}"),
                    name=_text(m),
                    is_required=m["required"],
                    is_tolerable=m["tolerable"],
                    source=_source(m["zh"]),
                    takes_files=_is_paper(m),
                )
                for no, m in enumerate(service["materials"], start=1)
            ),
            *(
                GuideMaterial(
                    material_id=MaterialId(m["id"]),
                    name=_text(m),
                    is_required=False,
                    copies=m.get("copies", 1),
                    source=_source(m["zh"]),
                    takes_files=True,
                )
                for m in more.get("materials", ())
            ),
        ),
        steps=tuple(Text(zh=zh, en=en) for zh, en in zip(steps["zh"], steps["en"], strict=True)),
        kind=ServiceKind(service["kind"]),
        trips=service["trips"],
        is_online=service["online"],
        is_self_service=service["self_service"],
        promised_working_days=service["promised_working_days"],
        statutory_working_days=service["statutory_working_days"],
        fee=FEE,
        zone_id=ZoneId(zone["id"]),
        place=_text(zone),
        counter_ids=tuple(CounterId(counter) for counter in queue["counters"]),
        hours=HOURS,
        result=AT_ONCE if service["kind"] == "immediate" else LATER,
        complaint=COMPLAINT,
        forms=(FORMS[service["id"]].of_guide,) if service["id"] in FORMS else (),
        questions=_questions(more),
        questionnaire=msgspec.convert(more.get("asked", ()), tuple[Inquiry, ...]),
    )


def _is_paper(material: dict[str, Any]) -> bool:
    """Whether a picture of it will do: of a card nobody wants one."""
    return "卡" not in material["zh"] and "证件" not in material["zh"]


def _source(name: str) -> Text | None:
    """Where one gets a material; the first words that its name has decide."""
    return next((source for words, source in SOURCES.items() if words in name), None)


def _questions(more: dict[str, Any]) -> tuple[Question, ...]:
    return tuple(
        Question(
            asked=Text(zh=asked, en=asked_en),
            answer=Text(zh=answer, en=answer_en),
            also=_words(*also) if also else Words(),
        )
        for asked, answer, asked_en, answer_en, *also in more["questions"]
    )


def _words(zh: str, en: str) -> Words:
    return Words(zh=tuple(zh.split("、")), en=tuple(en.split(", ")))


def _text(source: dict[str, Any]) -> Text:
    return Text(zh=source["zh"], en=source["en"])
