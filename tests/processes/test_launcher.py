"""The launcher and all that it starts, agents included: no orphans, no second one, clean ends."""

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic

from tests.hall import ROOT, Hall, free_port, is_gone, running_hall, until

ORPHANS_S = 5.0


def family(pid: int) -> set[int]:
    """The process, its children, theirs, and so on."""
    found = {pid}
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found |= family(int(child))
    return found


def are_gone(pids: set[int]) -> bool:
    return all(is_gone(pid) for pid in pids)


def second_run(hall: Hall) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "backend", "run"],
        env=hall.variables() | {"PORT": str(free_port())},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_killed_launcher_leaves_no_orphan_and_ctrl_c_ends_all() -> None:
    with running_hall(workers=2, has_agents=True) as hall:
        assert hall.process is not None
        names = set(hall.pids())
        assert {"launcher", "postgres", "valkey", "web1", "web2", "recorder"} < names
        assert {"virtual-printer", "printer-agent", "display-agent"} < names
        everybody = family(hall.process.pid)
        assert everybody > set(hall.pids().values())

        refused = second_run(hall)
        assert refused.returncode == 1
        assert f"{hall.home} is in use by process {hall.process.pid}" in refused.stdout
        assert "set YIZHAN_HOME to another directory" in refused.stdout
        assert "Traceback" not in refused.stdout + refused.stderr
        assert hall.answers("/api/ready")  # the first one is not disturbed
        assert hall.pids()["launcher"] == hall.process.pid

        os.kill(hall.process.pid, signal.SIGKILL)
        hall.process.wait()
        print(f"killed launcher: {len(everybody)} processes gone after", end=" ")
        print(f"{until(lambda: are_gone(everybody), ORPHANS_S):.2f} s")

        hall.start()  # at once, on the same home
        everybody = family(hall.process.pid)
        began = monotonic()
        os.killpg(hall.process.pid, signal.SIGINT)  # as a terminal does at Ctrl-C
        assert hall.process.wait(ORPHANS_S * 2) == 0
        print(f"Ctrl-C: {len(everybody)} processes stopped after {monotonic() - began:.2f} s")
        assert are_gone(everybody)
        assert hall.words.endswith("yizhan: stopped\n")
        assert "Traceback" not in hall.words
        assert not (hall.home / "pids.json").exists()


def test_ctrl_c_during_the_start_ends_all() -> None:
    with running_hall(is_started=False) as hall:
        hall.start(is_awaited=False)
        assert hall.process is not None
        until(lambda: "postgres is up" in hall.words, 30.0)
        everybody = family(hall.process.pid)
        os.killpg(hall.process.pid, signal.SIGINT)
        assert hall.process.wait(ORPHANS_S * 2) == 0
        assert are_gone(everybody)
        assert "Traceback" not in hall.words


def test_killed_make_leaves_no_orphan() -> None:
    with running_hall(is_started=False) as hall:
        make = subprocess.Popen(
            ["make", "--no-print-directory", "run"],
            env=hall.variables() | {"HOME": os.environ["HOME"]},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        until(lambda: hall.answers("/api/ready"), 60.0)
        everybody = family(make.pid) | set(hall.pids().values())
        os.kill(make.pid, signal.SIGKILL)
        make.wait()
        until(lambda: are_gone(everybody), ORPHANS_S * 2)


def test_hall_starts_with_its_standard_streams_closed() -> None:
    with running_hall(is_started=False) as hall:
        shell = f"exec {shlex.quote(sys.executable)} -m tests.hall run <&- >&- 2>&-"
        hall.process = subprocess.Popen(["bash", "-c", shell], env=hall.variables(), cwd=ROOT)
        until(lambda: hall.answers("/api/ready"), 60.0)


def test_database_that_cannot_start_again_does_not_end_the_hall() -> None:
    """Its directory is gone: tickets go on, and so does it when the directory is back."""
    with running_hall() as hall:
        data = hall.home / "postgres"
        data.rename(hall.home / "postgres.away")
        os.kill(hall.pid("postgres"), signal.SIGKILL)
        until(lambda: "postgres ended" in hall.words, 10.0)
        take = {"type": "take_ticket", "channel": "anonymous", "queue_id": "B"}
        for n in range(20):
            assert hall.do(f"dark-{n}", take).status == 200
        assert hall.pids()["launcher"] == hall.process.pid  # type: ignore[union-attr]
        (hall.home / "postgres.away").rename(data)
        until(lambda: "postgres" in hall.pids() and hall.answers("/api/ready"), 30.0)
        until(lambda: hall.ask("POST", "/api/session", W01).status == 200, 30.0)


W01 = {"username": "w01", "password": "demo"}
