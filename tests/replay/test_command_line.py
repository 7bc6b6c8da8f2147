"""`python -m backend replay` on a file of recorded commits."""

import subprocess
import sys
from pathlib import Path

import msgspec

from backend.wire.history import ReplayReport
from tests.hall import ROOT
from tests.replay.recorded import Recorded
from tests.support.plans import W1, A, small_plan


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "backend", "replay", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def exported(folder: Path) -> str:
    world = Recorded().open(W1)
    world.take(A, count=5)
    for _ in range(5):
        world.later(3).visit(W1)
    path = folder / "day.jsonl"
    path.write_bytes(b"".join(msgspec.json.encode(commit) + b"\n" for commit in world.commits))
    return str(path)


def test_day_is_shown_beside_another_plan(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_bytes(msgspec.json.encode(small_plan()))
    found = run("--file", exported(tmp_path), "--plan", str(plan))
    assert found.returncode == 0, found.stderr
    assert "A queue A (en)" in found.stdout
    assert "one overtaken by at most" in found.stdout
    assert "differs from the record by 0:00 a ticket" in found.stdout


def test_json_is_the_whole_report(tmp_path: Path) -> None:
    found = run("--file", exported(tmp_path), "--json")
    report = msgspec.json.decode(found.stdout, type=ReplayReport)
    assert (report.recorded.done, report.tried) == (5, None)


def test_faults_are_told_with_their_place(tmp_path: Path) -> None:
    day = exported(tmp_path)
    plan = tmp_path / "plan.json"
    plan.write_bytes(msgspec.json.encode(small_plan()).replace(b'"letter":"B"', b'"letter":"O"'))
    found = run("--file", day, "--plan", str(plan))
    assert (found.returncode, found.stdout) == (1, "")
    assert "/queues/1/letter" in found.stderr
    rule = tmp_path / "rule.txt"
    rule.write_text("wait_min +\n")
    assert "rule.txt: line 1, column 11" in run("--file", day, "--rule", str(rule)).stderr
    assert "no-such-file" in run("--file", "no-such-file").stderr
    plan.write_text("{}\n")
    assert "id" in run("--file", str(plan)).stderr
    assert run("--file", day, "--day", "yesterday").returncode == 2
