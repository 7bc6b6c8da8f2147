import re
from enum import Enum
from pathlib import Path

import pytest
from msgspec import Struct, UnsetType, inspect

from backend.core.access import Family
from backend.core.commands import Command
from backend.core.errors import RefusalCode
from backend.core.plan import RuleNumbers
from backend.core.views.topics import View
from backend.wire.close_codes import CLOSE_RULES, CloseCode
from backend.wire.messages import FRAME_MAX, ErrorCode
from backend.wire.schema import _Writer, evaluation_constants, rule_constants, typescript

WIRE = Path(__file__).parents[2] / "frontend" / "src" / "wire"


def interface(name: str) -> list[str]:
    """The lines of a declaration."""
    found = re.search(rf"export interface {name} {{\n(.*?)\n}}", typescript(), re.DOTALL)
    assert found is not None, name
    return found.group(1).splitlines()


def test_front_end_has_the_types_of_this_back_end() -> None:
    assert (WIRE / "wire.gen.ts").read_text(encoding="utf-8") == typescript()
    assert (WIRE / "rules.gen.ts").read_text(encoding="utf-8") == rule_constants()
    assert (WIRE / "evaluation.gen.ts").read_text(encoding="utf-8") == evaluation_constants()


@pytest.mark.parametrize("kind", [*View.__args__, *Command.__args__])
def test_every_view_and_command_is_declared(kind: type[Struct]) -> None:
    assert interface(kind.__name__)[0] == f"  type: '{kind.__struct_config__.tag}'"


NEWER_THAN_AGENTS = {"  receipts?: ReceiptJob[]"}
"""What an agent reads that may be older or newer than the hub: pages never are."""


def test_views_have_no_optional_fields_and_no_tuples() -> None:
    assert {view.__struct_config__.tag for view in View.__args__} == {f.value for f in Family}
    for view in View.__args__:
        optional = {line for line in interface(view.__name__) if "?:" in line}
        assert optional <= NEWER_THAN_AGENTS
    assert "never[]" not in typescript()
    assert "any" not in re.findall(r"\w+", re.sub(r"/\*\*.*?\*/", "", typescript()))


def test_field_with_a_default_may_be_left_out() -> None:
    assert "  force?: boolean" in interface("CloseDay")
    assert "  counter_id: string" in interface("CallNext")
    assert "  wait_min_s?: number | null" in interface("Result")


@pytest.mark.parametrize("code", [*RefusalCode, *ErrorCode])
def test_every_code_is_among_the_declared_ones(code: Enum) -> None:
    assert f"'{code.value}'" in typescript()


def test_every_close_code_says_whether_to_come_back() -> None:
    assert {rule.code for rule in CLOSE_RULES} == set(CloseCode)
    assert len(CLOSE_RULES) == len(CloseCode)
    for rule in CLOSE_RULES:
        assert f"  {rule.code}: {{ reconnect: {str(rule.reconnect).lower()} }}" in typescript()


@pytest.mark.parametrize(
    ("code", "reconnect"),
    [
        (CloseCode.NORMAL, False),
        (CloseCode.UNAUTHENTICATED, False),
        (CloseCode.FORBIDDEN, False),
        (CloseCode.UNKNOWN_HALL, False),
        (CloseCode.RESTARTING, True),
        (CloseCode.GOING_AWAY, True),
        (CloseCode.INTERNAL, True),
        (CloseCode.TOO_LARGE, True),
        (CloseCode.TOO_SLOW, True),
        (CloseCode.FLOODING, True),
    ],
)
def test_client_comes_back_unless_a_person_must_act(code: CloseCode, reconnect: bool) -> None:
    (rule,) = [rule for rule in CLOSE_RULES if rule.code == code]
    assert rule.reconnect is reconnect


def test_own_close_codes_lie_where_the_standard_leaves_room() -> None:
    standard = {1000, 1001, 1009, 1011, 1012}
    assert all(code in standard or 4000 <= code <= 4999 for code in CloseCode)


def test_longest_frame_is_told() -> None:
    assert f"export const FRAME_MAX = {FRAME_MAX}\n" in typescript()


class Pair(Struct):
    both: tuple[int, int]


class Nested(Struct):
    choices: tuple[int | None, ...]
    absent: int | UnsetType


def test_list_of_alternatives_is_put_in_brackets() -> None:
    writer = _Writer()
    writer.name_of(inspect.type_info(Nested))
    assert "choices: (number | null)[]" in writer.declarations["Nested"]
    assert "absent: number" in writer.declarations["Nested"]


def test_type_without_a_counterpart_is_refused() -> None:
    with pytest.raises(TypeError):
        _Writer().name_of(inspect.type_info(Pair))


def test_numbers_of_the_rules_have_their_ranges() -> None:
    assert "  undo_s: { min: 0, max: 30, usual: 10 }," in rule_constants()
    assert all(f"  {name}: {{ min: " in rule_constants() for name in RuleNumbers.__struct_fields__)


def test_facts_of_a_rule_are_named_as_rules_name_them__CL5() -> None:
    assert "'wait_min', 'class', 'channel'" in rule_constants()
    assert "ticket_class" not in rule_constants()
