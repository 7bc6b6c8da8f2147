"""What guides lack, and where they lead nowhere (CX2)."""

from msgspec.structs import replace

from backend.catalogue.findings import (
    Finding,
    Surroundings,
    findings_of,
    links_of,
    urls_in,
)
from backend.catalogue.guide import Guide, GuideForm, Question
from backend.core.ids import CounterId, DepartmentId, ServiceId, Text, ZoneId
from backend.demo.catalogue import demo_catalogue, demo_departments
from backend.demo.hall import demo_plan

GUIDES = {guide.service_id: guide for guide in demo_catalogue().guides}
HR = ServiceId("HR-01")
URL = "https://hall.example.edu"
AROUND = Surroundings(
    departments={d.department_id: d for d in demo_departments()},
    plan=demo_plan(),
    forms={form.digest for guide in GUIDES.values() for form in guide.forms},
    public_url=URL,
)


def found(**changes: object) -> set[tuple[str, str, str]]:
    """What is found of the one service, besides what the demo's guides have."""
    changed: Guide = replace(GUIDES[HR], **changes)

    def told(guides: dict[ServiceId, Guide]) -> set[Finding]:
        return {f for f in findings_of(guides, AROUND) if f.service_id == HR}

    more = told(GUIDES | {HR: changed}) - told(GUIDES)
    assert all(finding.service == changed.name for finding in more)
    return {(finding.code, finding.path, finding.detail) for finding in more}


def test_demo_has_nothing_to_look_after__CX2() -> None:
    assert findings_of(GUIDES, AROUND) == ()


def test_missing_words_are_told_with_their_field__CX2() -> None:
    fee = replace(GUIDES[HR].fee, en=" ")
    material = replace(GUIDES[HR].materials[0], name=Text(zh="", en="Card"))
    asked = Question(asked=Text(zh="问", en=""), answer=Text(zh="答", en="x"))
    assert found(fee=fee) == {("no_english", "/fee", "")}
    assert ("no_chinese", "/materials/0/name", "") in found(materials=(material,))
    assert ("no_english", "/questions/0/asked", "") in found(questions=(asked,))


def test_what_leads_nowhere_is_told__CX2() -> None:
    form = GuideForm(
        digest="0" * 64, name=Text(zh="表", en="Form"), media_type="application/pdf", size=1
    )
    text = Text(
        zh="见 /services/HR-02、/services/GONE。",
        en=f"{URL}/en/services/NONE, https://else.example/services/X",
    )
    assert found(forms=(form,)) == {("no_form", "/forms/0", "表")}
    assert found(summary=text) == {
        ("no_such_service", "/summary/zh", "GONE"),
        ("no_such_service", "/summary/en", "NONE"),
    }
    assert found(counter_ids=(CounterId("W99"),)) == {("no_such_counter", "/counter_ids/0", "")}
    assert found(zone_id=ZoneId("Z9")) == {("no_such_zone", "/zone_id", "")}
    assert ("no_such_department", "/department_id", "") in found(department_id=DepartmentId("X"))


def test_service_of_the_plan_without_a_guide_is_told__CX2() -> None:
    rest = {service_id: guide for service_id, guide in GUIDES.items() if service_id != HR}
    codes = {(f.service_id, f.code) for f in findings_of(rest, AROUND)}
    assert (HR, "no_guide") in codes


def test_service_that_people_come_for_and_the_plan_lacks_is_told_last__CX2() -> None:
    services = tuple(s for s in AROUND.plan.services if s.service_id != HR)
    around = replace(AROUND, plan=replace(AROUND.plan, services=services))
    (told,) = findings_of(GUIDES, around)
    assert (told.service_id, told.code) == (HR, "not_planned")
    online = GUIDES | {HR: replace(GUIDES[HR], trips=0)}
    assert findings_of(online, around) == ()


def test_addresses_are_found_as_people_write_them__CX2() -> None:
    words = "见https://a.example/x?y=1&z=2。（http://b.example）, HTTP://C.example/d. https:// 和 ftp://e"
    assert urls_in(words) == [
        "https://a.example/x?y=1&z=2",
        "http://b.example",
        "HTTP://C.example/d",
    ]
    text = Text(zh="https://a.example/ 再看 https://a.example/", en=f"{URL}/services/HR-01")
    guides = {s: replace(GUIDES[s], summary=text) for s in (HR, ServiceId("HR-02"))}
    assert links_of(guides, URL) == {"https://a.example/": (HR, ServiceId("HR-02"))}
