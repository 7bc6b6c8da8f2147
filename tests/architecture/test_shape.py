import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("backend", "display_agent", "printer_agent")
FUNCTION_LINES_MAX = 60
MODULE_LINES_MAX = 400
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "base", "tools"}
"""Names of modules and packages that say nothing about what is in them."""


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _definitions(path: Path) -> Iterator[ast.stmt]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node


def test_modules_are_found() -> None:
    assert {path.parts[len(ROOT.parts)] for path in MODULES} == set(PACKAGES)


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_module_fits_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MODULE_LINES_MAX


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_function_fits_60_lines(path: Path) -> None:
    long = []
    for node in _definitions(path):
        if not isinstance(node, ast.ClassDef):
            assert node.end_lineno is not None
            if node.end_lineno - node.lineno + 1 > FUNCTION_LINES_MAX:
                long.append(f"{_name(path)}:{getattr(node, 'name', '')}")
    assert not long


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_no_class_is_called_service(path: Path) -> None:
    """A service is what a visitor comes for; `ServicePlan` is one of those."""
    names = [node.name for node in _definitions(path) if isinstance(node, ast.ClassDef)]
    assert [name for name in names if name.endswith("Service") and name not in _SERVICES] == []


_SERVICES = {"KioskService"}  # the service a kiosk offers


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_module_name_says_what_it_is_about(path: Path) -> None:
    assert VAGUE.isdisjoint(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize(
    "path", [p for p in MODULES if p.is_relative_to(ROOT / "backend" / "core")], ids=_name
)
def test_core_reads_no_clock(path: Path) -> None:
    """`datetime` comes in for its types; what asks it for the time is the shell's."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert attributes.isdisjoint({"now", "utcnow", "today", "monotonic", "perf_counter"})
