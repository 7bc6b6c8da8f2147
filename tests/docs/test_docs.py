"""The code in the documents runs, and what they link to is there."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hall import ROOT, Hall, running_hall

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    with running_hall() as found:
        yield found


def blocks(document: Path, language: str) -> list[str]:
    """The code blocks of a document in one language."""
    return re.findall(rf"```{language}\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL)


def test_architecture_example_runs() -> None:
    (code,) = blocks(ROOT / "ARCHITECTURE.md", "python")
    names: dict[str, Any] = {}
    exec(code, names)
    assert names["taken"].ahead == 0


async def test_readme_client_example_takes_a_number(hall: Hall) -> None:
    (code,) = blocks(ROOT / "README.md", "python")
    names: dict[str, Any] = {}
    exec(code, names)
    first = await names["take_a_number"](hall.url)
    assert first.startswith("B")
    assert await names["take_a_number"](hall.url) == f"B{int(first[1:]) + 1:03d}"


def test_readme_shell_example_takes_a_number(hall: Hall) -> None:
    _, command = blocks(ROOT / "README.md", "sh")
    command = command.replace("http://127.0.0.1:8000", hall.url)
    done = subprocess.run(["bash", "-c", command], check=True, capture_output=True, text=True)
    assert '"number":"B' in done.stdout


def test_readme_commands_are_targets_of_the_makefile() -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    named = {
        word for document in DOCUMENTS for word in re.findall(r"`make ([a-z]+)`", read(document))
    }
    assert named <= set(targets)
    assert {"run", "test"} <= named


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_document_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", read(document))
    missing = [
        link for link in links if "://" not in link and not (document.parent / link).exists()
    ]
    assert not missing


def test_both_readmes_have_the_same_pictures_and_settings() -> None:
    english, chinese = (read(ROOT / name) for name in ("README.md", "README.zh-CN.md"))
    for pattern in (r"docs/pictures/[a-z]+\.png", r"`([A-Z_]{4,})`"):
        assert set(re.findall(pattern, english)) == set(re.findall(pattern, chinese))


def test_every_log_event_is_explained() -> None:
    call = re.compile(r"log\.(?:debug|info|warning|error|exception)\(\s*\"([^\"]*)\"")
    modules = (path for path in (ROOT / "backend").rglob("*.py") if path.parent.name != "client")
    events = {event for path in modules for event in call.findall(read(path))}
    told = set(re.findall(r"`([a-z_]+)`", read(ROOT / "docs" / "operations.md")))
    assert "command_refused" in events
    assert events <= told, "docs/operations.md says what each event means"


def read(document: Path) -> str:
    return document.read_text(encoding="utf-8")
