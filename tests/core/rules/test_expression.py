from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backend.core.ids import Channel, Origin, QueueId, ServiceId, TicketClass
from backend.core.plan import RULE_MAX
from backend.core.rules.expression import (
    EXAMPLES,
    Facts,
    RuleFailed,
    RuleFault,
    RuleFaultCode,
    compiled,
    score,
)

USUAL = next(facts for facts in EXAMPLES if facts.hour == 9)

PIECES = [
    *("wait_min", "class", "services", "returns", "queue_waiting", "hour", "origin", "wait", "and"),
    *("1", "15", "0.5", "1e3", "'care'", '"S1"', "'", "// why", "\n", "在", "\\", "\ud800", "."),
    *("+", "-", "*", "/", "(", ")", "[", "]", "?", ":", ",", "&&", "||", "!", "==", "<", "=", "in"),
]
sources = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=20).map("".join),
)

numbers = st.recursive(
    st.sampled_from(["wait_min", "returns", "slot_min", "queue_waiting", "hour", "3", "0.5", "-2"]),
    lambda parts: st.one_of(
        st.tuples(parts, st.sampled_from("+-*/"), parts).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(parts, parts, parts).map(lambda p: f"({p[0]} < {p[1]} ? {p[2]} : {p[1]})"),
        parts.map(lambda part: f"(class == 'care' ? {part} : 1)"),
        parts.map(lambda part: f"('S1' in services ? {part} : origin == 'staff' ? 2 : 3)"),
    ),
    max_leaves=8,
)

facts_of_any_kind = st.builds(
    Facts,
    wait_min=st.floats(),
    ticket_class=st.sampled_from(TicketClass),
    channel=st.sampled_from(Channel),
    origin=st.sampled_from([*Origin, ""]),
    services=st.lists(st.sampled_from(["S1", "在", "\ud800"]).map(ServiceId), max_size=3),
    slot_min=st.floats(),
    returns=st.integers(),
    delays=st.integers(0, 1),
    transfers=st.integers(0, 3),
    queue_id=st.text(max_size=2).map(QueueId),
    queue_waiting=st.integers(1, 10**6),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    weekday=st.integers(1, 7),
)


def fault_of(source: str) -> RuleFault:
    with pytest.raises(RuleFault) as caught:
        compiled(source)
    return caught.value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("wait_min", 12.5),
        ("wait_min + (class == 'care' ? 15 : 0)", 12.5),
        ('wait_min + (class == "ordinary" ? 15 : 0)', 27.5),
        ("2 * wait_min - returns / 4", 24.75),
        ("-(slot_min) * 1e1", 30.0),
        ('"a service" in services && class in ["ordinary", "booked"] ? 1 : 2', 1.0),
        ("hour >= 9 && !(hour > 11) ? 1 : 2", 1.0),
        ("hour == 9 && minute == 30 && weekday != 7 ? 1 : 2", 1.0),
        ("// 照顾先\nqueue == 'A' ? 7 // 七\r\n : 8", 7.0),
        ("origin == 'student' ? queue_waiting : delays", 20.0),
        ("'1 2' == '1 2' ? 1 : 2", 1.0),
    ],
)
def test_rule_gives_its_score__CL5(source: str, expected: float) -> None:
    assert score(compiled(source), USUAL) == expected


FAULTS = [
    ("", RuleFaultCode.EMPTY, (1, 1), "", ""),
    ("// later", RuleFaultCode.EMPTY, (1, 1), "", ""),
    ("1 +\n wait + 1", RuleFaultCode.UNKNOWN_FACT, (2, 2), "wait", "wait_min"),
    ("Class == 'care' ? 1 : 2", RuleFaultCode.UNKNOWN_FACT, (1, 1), "Class", "class"),
    ("class == 'cares' ? 1 : 2", RuleFaultCode.UNKNOWN_VALUE, (1, 10), "'cares'", "care"),
    ("'crad' != channel ? 1 : 2", RuleFaultCode.UNKNOWN_VALUE, (1, 1), "'crad'", "card"),
    (
        "class in ['care', 'vip'] ? 1:2",
        RuleFaultCode.UNKNOWN_VALUE,
        (1, 19),
        "'vip'",
        "ordinary",
    ),
    ("class = 'care'", RuleFaultCode.WRITE_INSTEAD, (1, 7), "=", "=="),
    ("hour > 9 and hour < 12 ? 1 : 2", RuleFaultCode.WRITE_INSTEAD, (1, 10), "and", "&&"),
    ("wait_min ＋ 1", RuleFaultCode.WRITE_INSTEAD, (1, 10), "＋", "+"),
    ("class == “care”", RuleFaultCode.WRITE_INSTEAD, (1, 10), "“", '"'),
    ("wait_min % 2", RuleFaultCode.CHARACTER, (1, 10), "%", ""),
    ("等待", RuleFaultCode.CHARACTER, (1, 1), "等", ""),
    ("1 + 2min", RuleFaultCode.CHARACTER, (1, 5), "2min", ""),
    ("1\x00", RuleFaultCode.CHARACTER, (1, 2), "U+0000", ""),
    ("class == 'care", RuleFaultCode.TEXT_NOT_ENDED, (1, 10), "'", ""),
    ("'''care'''", RuleFaultCode.TEXT_NOT_ENDED, (1, 1), "'", ""),
    ("max(wait_min, 2)", RuleFaultCode.NO_FUNCTIONS, (1, 1), "max", ""),
    ("1 + services.exists(s, true)", RuleFaultCode.CHARACTER, (1, 13), ".", ""),
    ("(1 + 2", RuleFaultCode.UNFINISHED, (1, 7), "", ""),
    ("wait_min +\n", RuleFaultCode.UNFINISHED, (2, 1), "", ""),
    ("1 2", RuleFaultCode.UNEXPECTED, (1, 3), "2", ""),
    ("services[0]", RuleFaultCode.UNEXPECTED, (1, 9), "[", ""),
    ("1 + 2 +\n 3 + class", RuleFaultCode.WRONG_KIND, (2, 4), "+", ""),
    ("100 + 10 < origin ? 1 : 2", RuleFaultCode.WRONG_KIND, (1, 10), "<", ""),
    ("wait_min ? 1 : 2", RuleFaultCode.WRONG_KIND, (1, 10), "?", ""),
    ("class == 'care'", RuleFaultCode.NOT_A_NUMBER, (1, 1), "", ""),
    ("  origin", RuleFaultCode.NOT_A_NUMBER, (1, 3), "", ""),
    ("1 / returns", RuleFaultCode.NOT_FINITE, (1, 3), "/", "returns = 0"),
    ("1 / (hour - 13)", RuleFaultCode.NOT_FINITE, (1, 3), "/", "hour = 13"),
    ("(" * 40 + "1" + ")" * 40, RuleFaultCode.TOO_DEEP, (1, 1), "", ""),
    ("1" + " + 1" * 40, RuleFaultCode.TOO_DEEP, (1, 1), "", ""),
    ("1" + " " * RULE_MAX, RuleFaultCode.TOO_LONG, (1, RULE_MAX + 1), "", "2000"),
]


@pytest.mark.parametrize(("source", "code", "place", "found", "hint"), FAULTS)
def test_fault_is_named_at_its_place__CL5(
    source: str, code: RuleFaultCode, place: tuple[int, int], found: str, hint: str
) -> None:
    fault = fault_of(source)
    assert (fault.code, fault.line, fault.column) == (code, *place)
    assert (fault.found, fault.hint) == (found, hint)


def test_every_fault_is_met_above__CL5() -> None:
    assert {code for _, code, *_ in FAULTS} == set(RuleFaultCode)


def test_fault_says_in_words_what_to_do__CL5() -> None:
    assert str(fault_of("1 + wait")) == (
        "line 1, column 5: There is no fact `wait`; the nearest is `wait_min`."
    )


@given(sources)
def test_any_text_is_a_rule_or_has_a_fault_at_a_place_within_it__CL5(source: str) -> None:
    fault = outcome(source)
    if fault is None:
        assert all(isfinite(score(compiled(source), facts)) for facts in EXAMPLES)
        return
    lines = source.split("\n")
    assert 1 <= fault.line <= len(lines)
    assert 1 <= fault.column <= len(lines[fault.line - 1]) + 1


@given(numbers, facts_of_any_kind)
def test_any_facts_give_a_finite_score_or_the_failure_and_always_the_same__CL5(
    source: str, facts: Facts
) -> None:
    fault = outcome(source)
    if fault is not None:
        assert fault.code is RuleFaultCode.NOT_FINITE
        return
    first = attempt(source, facts)
    compiled.cache_clear()
    assert attempt(source, facts) == first


def outcome(source: str) -> RuleFault | None:
    try:
        compiled(source)
    except RuleFault as fault:
        return fault
    return None


def attempt(source: str, facts: Facts) -> float | None:
    try:
        found = score(compiled(source), facts)
    except RuleFailed:
        return None
    assert isfinite(found)
    return found


@pytest.mark.parametrize(
    "facts",
    [
        replace(USUAL, wait_min=float("nan")),
        replace(USUAL, wait_min=float("inf")),
        replace(USUAL, returns=10**400),
        replace(USUAL, services=[ServiceId("\ud800")]),
    ],
)
def test_facts_that_no_ticket_has_fail_and_nothing_else__CL5(facts: Facts) -> None:
    rule = compiled("wait_min + returns + ('S1' in services ? 1 : 2)")
    with pytest.raises(RuleFailed):
        score(rule, facts)


@pytest.mark.parametrize(
    "source",
    [
        "class in [" + ",".join(["'care'"] * 280) + "] ? 1 : 2",
        " || ".join(["[1, 2] == [1]"] * 110) + " ? 1 : 2",
        "(" + "+".join(["'" + "a" * 60 + "'"] * 29) + ") in services ? 1 : 2",
        "".join(f"hour == {n} ? {n} : " for n in range(24)) + "1",
        "!" * (RULE_MAX - 12) + "true ? 1 : 2",
    ],
)
def test_rule_as_long_as_allowed_is_a_rule__CL5(source: str) -> None:
    assert len(source) <= RULE_MAX
    assert isfinite(score(compiled(source), USUAL))
