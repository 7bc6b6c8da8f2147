"""Every way to spoil a plan gives exactly its fault (PL1)."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backend.core.ids import Text
from backend.core.paper import DEFAULT_PAPER, NoteSize, PaperKind, PaperPart, plain_part
from backend.core.plan import Plan
from backend.core.rules.plan_faults import (
    FAULTS_MAX,
    MANY,
    NAME_MAX,
    SPANS_MAX,
    TIMETABLE_MAX,
    PlanFaultCode,
    faults_of,
)
from backend.core.rules.plan_form import faults_in
from backend.demo.hall import demo_plan
from tests.support.plans import small_plan

Spoil = Callable[[Any], object]


def form(plan: Plan) -> Any:
    """The plan as JSON gives it."""
    return msgspec.json.decode(msgspec.json.encode(plan))


def setter(path: str, value: object) -> Spoil:
    """Put the value at the JSON pointer."""

    def spoil(plan: Any) -> None:
        *way, last = path[1:].split("/")
        for part in way:
            plan = plan[int(part)] if isinstance(plan, list) else plan[part]
        plan[int(last) if isinstance(plan, list) else last] = value

    return spoil


def span(opens: int, closes: int) -> dict[str, int]:
    return {"opens": opens, "closes": closes}


def entry(minute: int, *queue_ids: str, **more: object) -> dict[str, Any]:
    return {"from_minute": minute, "serving": {"queue_ids": list(queue_ids), **more}}


HOURS = [{"weekday": n, "spans": [span(480, 690), span(810, 1020)]} for n in range(1, 6)]


@pytest.mark.parametrize("plan", [demo_plan(), small_plan()], ids=["demo", "small"])
def test_plan_that_works_has_no_faults__PL1(plan: Plan) -> None:
    assert faults_of(plan) == ()
    assert faults_in(form(plan)) == ()


SPOILT: list[tuple[str, Spoil, str, str, str]] = [
    # what it is, code, path, found
    ("hall_id", setter("/hall_id", "a hall"), "id_not_allowed", "/hall_id", "a hall"),
    ("hall_name", setter("/name/en", " "), "name_missing", "/name/en", ""),
    ("time_zone", setter("/time_zone", "Asia/Nowhere"), "unknown_time_zone", "/time_zone",
     "Asia/Nowhere"),
    ("time_zone_path", setter("/time_zone", "../etc/passwd"), "unknown_time_zone", "/time_zone",
     "../etc/passwd"),
    ("zone_name", setter("/zones/1/name/zh", "厅" * (NAME_MAX + 1)), "too_long",
     "/zones/1/name/zh", ""),
    ("zone_name_line", setter("/zones/1/name/zh", "一\n二"), "name_unprintable",
     "/zones/1/name/zh", ""),
    ("letter_twice", setter("/queues/2/letter", "A"), "letter_twice", "/queues/2/letter", "A"),
    *(
        (f"letter_{letter}", setter("/queues/0/letter", letter), "letter_not_allowed",
         "/queues/0/letter", letter)
        for letter in ("I", "O", "Q", "S", "U", "a", "AB", "", "1", "Ａ")
    ),
    ("queue_zone", setter("/queues/0/zone_id", "Z9"), "unknown_zone", "/queues/0/zone_id", "Z9"),
    ("queue_name", setter("/queues/0/name/zh", ""), "name_missing", "/queues/0/name/zh", ""),
    ("handling", setter("/queues/0/mean_handling_s", 5), "out_of_range",
     "/queues/0/mean_handling_s", "5"),
    ("handling_text", setter("/queues/0/mean_handling_s", "5 min"), "wrong_kind",
     "/queues/0/mean_handling_s", "5 min"),
    ("name_text", setter("/queues/0/name", "A"), "wrong_kind", "/queues/0/name", "A"),
    ("waiting_max", setter("/queues/0/waiting_max", 0), "out_of_range",
     "/queues/0/waiting_max", "0"),
    ("channel", setter("/queues/0/channels", ["card", "letter"]), "unknown_value",
     "/queues/0/channels/1", "letter"),
    ("channel_twice", setter("/queues/0/channels", ["card", "card"]), "chosen_twice",
     "/queues/0/channels/1", "card"),
    ("no_class", setter("/queues/0/classes", []), "class_missing", "/queues/0/classes", "A"),
    ("counter_twice", setter("/counters/3/counter_id", "W1"), "id_twice",
     "/counters/3/counter_id", "W1"),
    ("number_twice", setter("/counters/3/no", 1), "number_twice", "/counters/3/no", "1"),
    ("number", setter("/counters/3/no", 1000), "out_of_range", "/counters/3/no", "1000"),
    ("counter_zone", setter("/counters/0/zone_id", "Z9"), "unknown_zone",
     "/counters/0/zone_id", "Z9"),
    ("counter_queue", setter("/counters/1/queue_ids", ["A", "X", "B"]), "unknown_queue",
     "/counters/1/queue_ids/1", "X"),
    ("counter_queue_twice", setter("/counters/1/queue_ids", ["A", "B", "A"]), "chosen_twice",
     "/counters/1/queue_ids/2", "A"),
    ("serves_nothing", setter("/counters/1/queue_ids", []), "serves_nothing",
     "/counters/1/queue_ids", ""),
    ("mode", setter("/counters/1/mode", "random"), "unknown_value", "/counters/1/mode", "random"),
    ("shares_missing", setter("/counters/1/mode", "shares"), "shares_not_one_each",
     "/counters/1/shares", "0"),
    ("shares_unused", setter("/counters/1/shares", [1, 2]), "shares_not_one_each",
     "/counters/1/shares", "2"),
    ("share", setter("/counters/1/shares", [0]), "out_of_range", "/counters/1/shares/0", "0"),
    ("timetable_order", setter("/counters/1/timetable", [entry(600, "A"), entry(600, "B")]),
     "timetable_not_in_order", "/counters/1/timetable/1/from_minute", "10:00"),
    ("timetable_queue", setter("/counters/1/timetable", [entry(600, "A", mode="shares")]),
     "shares_not_one_each", "/counters/1/timetable/0/serving/shares", "0"),
    ("timetable_long",
     setter("/counters/1/timetable", [entry(n, "A") for n in range(TIMETABLE_MAX + 1)]),
     "too_many", "/counters/1/timetable", ""),
    ("auto_call", setter("/counters/1/auto_call_s", 0), "out_of_range",
     "/counters/1/auto_call_s", "0"),
    ("service_twice", setter("/services/1/service_id", "S1"), "id_twice",
     "/services/1/service_id", "S1"),
    ("service_queue", setter("/services/1/queue_id", "X"), "unknown_queue",
     "/services/1/queue_id", "X"),
    ("service_name", setter("/services/1/name/en", ""), "name_missing",
     "/services/1/name/en", ""),
    ("kiosk_twice", setter("/kiosks/1/kiosk_id", "K1"), "id_twice", "/kiosks/1/kiosk_id", "K1"),
    ("kiosk_zone", setter("/kiosks/1/zone_id", "Z9"), "unknown_zone", "/kiosks/1/zone_id", "Z9"),
    ("printer", setter("/kiosks/1/printer_id", "P:1"), "id_not_allowed",
     "/kiosks/1/printer_id", "P:1"),
    ("number_of_rule", setter("/rules/undo_s", 31), "out_of_range", "/rules/undo_s", "31"),
    ("span_reversed", setter("/hours/0/spans", [span(600, 540)]), "span_reversed",
     "/hours/0/spans/0/closes", "09:00"),
    ("spans_overlap", setter("/hours/0/spans", [span(480, 700), span(690, 900)]),
     "spans_overlap", "/hours/0/spans/1/opens", "11:30"),
    ("spans_many", setter("/hours/0/spans", [span(n, n + 1) for n in range(SPANS_MAX + 1)]),
     "too_many", "/hours/0/spans", ""),
    ("weekday_twice", setter("/hours/1/weekday", 1), "weekday_twice", "/hours/1/weekday", "1"),
    ("weekday", setter("/hours/1/weekday", 8), "out_of_range", "/hours/1/weekday", "8"),
    ("day_twice",
     setter("/special_days", [{"day": "2026-10-01", "spans": []}] * 2),
     "day_twice", "/special_days/1/day", "2026-10-01"),
    ("day", setter("/special_days", [{"day": "2026-02-30", "spans": []}]), "unknown_value",
     "/special_days/0/day", "2026-02-30"),
    ("no_zones", lambda plan: plan.pop("zones"), "missing", "/zones", ""),
    ("not_a_list", setter("/kiosks", {}), "wrong_kind", "/kiosks", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "code", "path", "found"), [row[1:] for row in SPOILT], ids=[row[0] for row in SPOILT]
)
def test_spoilt_plan_has_exactly_its_fault__PL1(
    spoil: Spoil, code: str, path: str, found: str
) -> None:
    plan = form(small_plan()) | {"hours": deepcopy(HOURS)}
    assert faults_in(plan) == ()
    spoil(plan)
    assert [(f.code.value, f.path, f.found) for f in faults_in(plan)] == [(code, path, found)]


@given(st.sets(st.sampled_from([row[0] for row in SPOILT if row[0] in {
    "hall_name", "zone_name", "queue_zone", "number_twice", "serves_nothing", "service_queue",
    "printer", "spans_overlap", "time_zone", "handling",
}])))  # fmt: skip
def test_every_fault_is_told_at_once__PL1(names: set[str]) -> None:
    """Faults of what it says add up, whichever come together."""
    plan = form(small_plan()) | {"hours": deepcopy(HOURS)}
    chosen = [row for row in SPOILT if row[0] in names]
    for _, spoil, *_ in chosen:
        spoil(plan)
    assert {f.path for f in faults_in(plan)} == {path for *_, path, _ in chosen}


@pytest.mark.parametrize("name", MANY)
def test_too_many_or_too_few_are_refused_at_once__PL1(name: str) -> None:
    fewest, most = MANY[name]
    plan = form(small_plan()) | {"hours": deepcopy(HOURS)}
    plan["special_days"] = [{"day": "2026-10-01", "spans": []}]
    many = plan | {name: plan[name] * (most + 1)}
    assert [(f.code.value, f.path, f.hint) for f in faults_in(many)] == [
        ("too_many", f"/{name}", str(most))
    ]
    if fewest > 0:
        assert ("too_few", f"/{name}") in [(f.code, f.path) for f in faults_in(plan | {name: []})]


def test_faults_told_are_bounded__PL1() -> None:
    plan = form(small_plan())
    plan["services"] = [
        {"service_id": f"S{n}", "queue_id": "X", "name": {"zh": "", "en": ""}} for n in range(4000)
    ]
    assert len(faults_in(plan)) == FAULTS_MAX


@pytest.mark.parametrize("found", [None, [], "plan", 1, {"hall_id": None}])
def test_what_is_no_plan_has_faults__PL1(found: object) -> None:
    assert faults_in(found)


def served(*timetable: dict[str, Any], hours: list[Any] | None = None) -> list[tuple[str, ...]]:
    """The faults of a plan in which W2 alone serves A, then what the timetable says."""
    plan = form(small_plan()) | {"hours": hours or []}
    plan["counters"][0]["queue_ids"] = ["B"]
    plan["counters"][1] |= {"queue_ids": ["A"], "timetable": list(timetable)}
    return [(f.code.value, f.path, f.found, f.hint) for f in faults_in(plan)]


def test_queue_that_no_counter_serves_is_refused__PL1() -> None:
    plan = form(small_plan())
    for counter in plan["counters"][:2]:
        counter["queue_ids"] = ["B"]
    assert [(f.code.value, f.path, f.found) for f in faults_in(plan)] == [
        ("queue_not_served", "/queues/0", "A")
    ]


def test_queue_must_be_served_at_every_minute__PL1_CL4() -> None:
    gap = ("queue_not_served_then", "/queues/0", "A")
    assert served() == []
    assert served(entry(600, "B")) == [(*gap, "10:00")]
    assert served(entry(0, "B"), entry(1, "A")) == [(*gap, "00:00")]
    assert served(entry(600, "B"), entry(601, "A", "B")) == [(*gap, "10:00")]
    assert served(entry(600, "A", "B")) == []


def test_queue_need_not_be_served_while_the_hall_is_closed__PL1_CL4() -> None:
    at_noon = (entry(690, "B"), entry(810, "A"))
    assert served(*at_noon, hours=HOURS) == []
    assert served(entry(0, "B"), entry(480, "A"), hours=HOURS) == []
    assert served(entry(1020, "B"), hours=HOURS) == []
    late = [*HOURS, {"weekday": 6, "spans": [span(600, 700)]}]
    assert [fault[3] for fault in served(*at_noon, hours=late)] == ["11:30"]


@given(
    st.lists(st.tuples(st.integers(0, 1440), st.booleans()), max_size=5, unique_by=lambda e: e[0]),
    st.integers(0, 1439),
    st.integers(1, 400),
)
def test_gap_is_the_first_minute_without_a_counter__PL1_CL4(
    entries: list[tuple[int, bool]], opens: int, length: int
) -> None:
    """Against a minute-by-minute account of who serves A."""
    entries, closes = sorted(entries), min(1440, opens + length)
    serves_a = [True] * 1440
    for minute, is_a in entries:
        serves_a[minute:] = [is_a] * (1440 - minute)
    unserved = [minute for minute in range(opens, closes) if not serves_a[minute]]
    hours = [{"weekday": 1, "spans": [span(opens, closes)]}]
    timetable = [entry(minute, "A" if is_a else "B") for minute, is_a in entries]
    found = [fault for fault in served(*timetable, hours=hours) if fault[2] == "A"]
    if not any(serves_a):
        assert [fault[0] for fault in found] == ["queue_not_served"]
    elif unserved:
        expected = f"{unserved[0] // 60:02d}:{unserved[0] % 60:02d}"
        assert [fault[3] for fault in found] == [expected]
    else:
        assert found == []


def test_fault_of_the_rule_has_its_place__PL1_CL5() -> None:
    (fault,) = faults_in(form(small_plan()) | {"rule": "wait_min +\n  wait"})
    assert (fault.code, fault.path) == (PlanFaultCode.RULE, "/rule")
    assert fault.rule is not None
    assert (fault.rule.code.value, fault.rule.line, fault.rule.column) == (
        "rule_unknown_fact", 2, 3,
    )  # fmt: skip
    assert (fault.found, fault.hint) == ("wait", "wait_min")
    assert faults_in(form(small_plan()) | {"rule": "wait_min"}) == ()
    (empty,) = faults_in(form(small_plan()) | {"rule": ""})
    assert (empty.code, empty.path) == (PlanFaultCode.MISSING, "/rule")


def with_paper(*parts: PaperPart) -> Plan:
    return replace(demo_plan(), paper=parts)


def test_paper_needs_queue_and_number__PL1_PR4() -> None:
    plan = with_paper(plain_part(PaperKind.HALL))
    assert [(f.code, f.found) for f in faults_of(plan)] == [
        (PlanFaultCode.PAPER_WITHOUT, "queue"),
        (PlanFaultCode.PAPER_WITHOUT, "number"),
    ]


def test_paper_has_each_part_once_but_notes_and_lines__PL1_PR4() -> None:
    note = PaperPart(
        kind=PaperKind.NOTE, text=Text(zh="请勿离开", en="Please stay"), size=NoteSize.NORMAL
    )
    line = plain_part(PaperKind.LINE)
    assert faults_of(with_paper(*DEFAULT_PAPER, note, line, note, line)) == ()
    (fault,) = faults_of(with_paper(*DEFAULT_PAPER, DEFAULT_PAPER[3]))
    assert (fault.code, fault.path) == (PlanFaultCode.CHOSEN_TWICE, "/paper/8")


def test_paper_is_bounded__PL1_PR4() -> None:
    line = plain_part(PaperKind.LINE)
    (fault,) = faults_of(with_paper(*DEFAULT_PAPER, *[line] * 9))
    assert (fault.code, fault.path, fault.hint) == (PlanFaultCode.TOO_MANY, "/paper", "16")
    assert [f.code for f in faults_of(with_paper())] == [PlanFaultCode.TOO_FEW] + [
        PlanFaultCode.PAPER_WITHOUT
    ] * 2


def test_note_without_words_or_with_commands_is_a_fault__PL1_PR4() -> None:
    empty = plain_part(PaperKind.NOTE)
    control = PaperPart(
        kind=PaperKind.NOTE, text=Text(zh="\x1b@", en="x" * 101), size=NoteSize.NORMAL
    )
    codes = [(f.code, f.path) for f in faults_of(with_paper(*DEFAULT_PAPER, empty, control))]
    assert codes == [
        (PlanFaultCode.NAME_MISSING, "/paper/8/text/zh"),
        (PlanFaultCode.NAME_MISSING, "/paper/8/text/en"),
        (PlanFaultCode.NAME_UNPRINTABLE, "/paper/9/text/zh"),
        (PlanFaultCode.TOO_LONG, "/paper/9/text/en"),
    ]
