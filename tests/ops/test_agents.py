"""The agents as a technician installs them: units, settings, and the command line that they run."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from configparser import RawConfigParser
from contextlib import contextmanager
from pathlib import Path

import pytest

from backend.engines.process import child_setup
from tests.hall import HALL_ID, ROOT, Hall, running_hall, until

AGENTS = ("display", "printer")
SANDBOX = {"nonewprivileges": "yes", "restart": "always", "systemcallarchitectures": "native"}
LIMIT_S = 40.0


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home of somebody who has run `ops/agents/install`."""
    install(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    with running_hall() as found:
        yield found


def install(home: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(home)}
    subprocess.run([ROOT / "ops/agents/install", *AGENTS], env=environment, check=True, timeout=30)


def unit_of(home: Path, agent: str) -> Path:
    return home / f".config/systemd/user/yizhan-{agent}.service"


def service_of(home: Path, agent: str) -> dict[str, str]:
    unit = RawConfigParser(strict=False)
    unit.read(unit_of(home, agent))
    return dict(unit["Service"])


def test_installing_again_leaves_the_settings_alone(home: Path) -> None:
    settings = home / ".config/yizhan/printer.env"
    settings.write_text("YIZHAN_HALL=ours\n")
    install(home)
    assert settings.read_text() == "YIZHAN_HALL=ours\n"
    assert settings.parent.stat().st_mode & 0o077 == 0


def test_checkout_that_no_unit_can_name_is_refused_with_words(tmp_path: Path) -> None:
    root = tmp_path / "our hall"
    shutil.copytree(ROOT / "ops/agents", root / "ops/agents")
    (root / ".venv/bin").mkdir(parents=True)
    (root / ".venv/bin/python").symlink_to(sys.executable)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    command = [str(root / "ops/agents/install"), "printer"]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 1
    assert "without spaces" in done.stderr
    assert not (tmp_path / ".config").exists()


@pytest.mark.parametrize("agent", AGENTS)
def test_unit_is_sandboxed_and_names_no_place_that_is_not_there(home: Path, agent: str) -> None:
    service = service_of(home, agent)
    assert SANDBOX.items() <= service.items()
    assert "memorymax" in service
    assert "@ROOT@" not in unit_of(home, agent).read_text()
    assert Path(shlex.split(service["execstart"])[0]).exists()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="this machine has no systemd")
def test_systemd_has_nothing_to_say_of_the_units(home: Path) -> None:
    environment = os.environ | {"HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
    command = ["systemd-analyze", "verify", "--user", *(str(unit_of(home, a)) for a in AGENTS)]
    found = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=30, check=False
    )
    assert (found.returncode, found.stderr) == (0, "")


@contextmanager
def running(home: Path, hall: Hall, agent: str, options: str) -> Iterator[Path]:
    """The unit's command line at work, without a display; the file of what it says."""
    line = service_of(home, agent)["execstart"].replace("%h", str(home))
    for name, value in {"YIZHAN_URL": hall.url, "YIZHAN_HALL": HALL_ID}.items():
        line = line.replace(f"${{{name}}}", value)
    log = home / f"{agent}.log"
    with log.open("wb") as out:
        found = subprocess.Popen(
            shlex.split(line.replace("$OPTIONS", options)),
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "HOME": str(home)},
            stdout=out,
            stderr=out,
            preexec_fn=child_setup(),  # noqa: PLW1509 (ends with the tests, even if they are killed)
        )
        try:
            yield log
        finally:
            found.terminate()
        assert found.wait(LIMIT_S) == 0


def let_in(hall: Hall, chief: dict[str, str], log: Path, name: str) -> list[str]:
    """Enter the code that the agent tells in its log; what it asked to speak for."""
    shape = re.compile(r"\b([2-9A-Z]{3}) ?([2-9A-Z]{3})\b")
    until(lambda: shape.search(log.read_text()) is not None, LIMIT_S)
    found = shape.search(log.read_text())
    assert found is not None
    code = found[1] + found[2]
    root = f"/api/halls/{HALL_ID}"
    wants: list[str] = hall.ask("GET", f"{root}/enrolments/{code}", **chief).json["wants"]
    order = {"code": code, "device_id": name, "scope": wants}
    assert hall.ask("POST", f"{root}/devices", order, **chief).status == 201
    return wants


def in_ops(hall: Hall, chief: dict[str, str], part: str) -> list[dict[str, object]]:
    view = hall.ask("GET", f"/api/halls/{HALL_ID}/topics/ops", **chief).json["view"]
    found: list[dict[str, object]] = view[part]
    return found


def test_printer_unit_is_let_in_by_its_code_and_has_its_printer__EN2(
    home: Path, hall: Hall
) -> None:
    chief = {"Cookie": hall.cookie("supervisor")}
    with running(home, hall, "printer", "--printer P1=dummy:") as log:
        assert let_in(hall, chief, log, "P1") == ["printer:P1"]

        def is_heard() -> bool:
            printers = in_ops(hall, chief, "printers")
            return ("P1", "ready") in {(p["printer_id"], p["state"]) for p in printers}

        until(is_heard, LIMIT_S)
        key = home / ".config/yizhan/printer.key"
        assert key.stat().st_mode & 0o077 == 0


def test_display_unit_without_a_display_says_so_and_speaks__EN2_SC2(home: Path, hall: Hall) -> None:
    chief = {"Cookie": hall.cookie("supervisor")}
    options = "--screen board:Z3@0,0,1920x1080 --zone Z3 --sound null --voice espeak"
    with running(home, hall, "display", options) as log:
        assert let_in(hall, chief, log, "hall 3") == ["voice:Z3", "board:Z3"]

        def is_told() -> bool:
            screens = in_ops(hall, chief, "screens")
            voices = in_ops(hall, chief, "voices")
            is_dark = ("board:Z3", "dark") in {(s["screen_id"], s["state"]) for s in screens}
            return is_dark and ("Z3", "muted") in {(v["zone_id"], v["state"]) for v in voices}

        until(is_told, LIMIT_S)
        assert "screens stay dark" in log.read_text()
