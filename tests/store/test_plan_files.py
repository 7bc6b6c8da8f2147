"""Halls and plans from files, as the command line keeps them (PL1, PL2)."""

import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import msgspec
import pytest

from backend.cli.plan_files import PlanFileError, keep_plan, plan_in
from backend.core.ids import HallId
from backend.core.plan import Plan
from backend.store.database import Database
from backend.store.plans import Plans
from tests.support.plans import small_plan

ROOT = Path(__file__).parents[2]


def written(folder: Path, plan: Plan, **changes: object) -> Path:
    path = folder / "plan.json"
    found = msgspec.json.decode(msgspec.json.encode(plan))
    path.write_bytes(msgspec.json.encode(found | changes))
    return path


def asked(command: str) -> Namespace:
    return Namespace(command=command, reason="first")


async def test_hall_is_made_once_and_gets_further_versions__PL2(
    database: Database, tmp_path: Path
) -> None:
    plans, plan = Plans(database), plan_in(written(tmp_path, small_plan(version=7)))
    with pytest.raises(PlanFileError, match="use create-hall"):
        await keep_plan(plans, plan, asked("put-plan"))
    assert "version 1 of hall small" in await keep_plan(plans, plan, asked("create-hall"))
    with pytest.raises(PlanFileError, match="use put-plan"):
        await keep_plan(plans, plan, asked("create-hall"))
    assert "version 2 of hall small" in await keep_plan(plans, plan, asked("put-plan"))
    versions = await plans.versions(HallId("small"))
    assert [(v.version, v.author, v.reason) for v in versions] == [
        (2, "command line", "first"),
        (1, "command line", "first"),
    ]


def test_file_without_a_plan_is_told(tmp_path: Path) -> None:
    with pytest.raises(PlanFileError, match="No such file"):
        plan_in(tmp_path / "none.json")
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    with pytest.raises(PlanFileError, match="truncated"):
        plan_in(broken)


def test_faults_are_printed_with_their_place__PL1(tmp_path: Path) -> None:
    def run(path: Path) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "backend", "plan-faults", str(path)]
        return subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )

    good = run(written(tmp_path, small_plan()))
    assert (good.returncode, good.stderr) == (0, "")
    assert "no faults" in good.stdout
    bad = run(written(tmp_path, small_plan(), rule="1 +\nwait", time_zone="Nowhere"))
    assert bad.returncode == 1
    assert "  /time_zone: unknown_time_zone 'Nowhere'\n" in bad.stderr
    line = "  /rule: rule_unknown_fact 'wait' (wait_min) at line 2, column 1\n"
    assert line in bad.stderr
