"""What processes spend, what others spend beside them, and parts that run in their own."""

import os
import subprocess
import sys
import time
from pathlib import Path

import msgspec
from msgspec import Struct

from backend.demo.hall import HALL_ID
from tests.hall import ROOT, Hall, until

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
PART_S = 120.0
DAY_S = 20.0
QUIET_SHARE = 0.1
"""Of the machine: what others may use before it counts as quiet."""
QUIET_WAIT_S = 3.0
QUIET_LOOK_S = 0.5


class Disturbance:
    """How much of the machine others have used since it was made."""

    def __init__(self) -> None:
        self._began_s = time.monotonic()
        self._busy_s, self._own_s = _busy_s(), tree_cpu_s(os.getpid())

    @property
    def share(self) -> float:
        """Of all cores, from 0 to 1."""
        wall_s = time.monotonic() - self._began_s
        others_s = (_busy_s() - self._busy_s) - (tree_cpu_s(os.getpid()) - self._own_s)
        return max(0.0, others_s / wall_s / len(os.sched_getaffinity(0)))


def await_quiet() -> None:
    """Return once others leave the machine alone, or after a while if they do not."""
    deadline = time.monotonic() + QUIET_WAIT_S
    while time.monotonic() < deadline:
        look = Disturbance()
        time.sleep(QUIET_LOOK_S)
        if look.share < QUIET_SHARE:
            return


def await_day(hall: Hall) -> None:
    """Return once the hall has opened its day, which it does a moment after it is ready."""
    until(lambda: hall.answers(f"/api/halls/{HALL_ID}/topics/queues"), DAY_S)


def cpu_s(hall: Hall, name: str) -> float:
    """CPU seconds so far of one process of the hall."""
    return tree_cpu_s(hall.pid(name))


def run_part(module: str, job: bytes, limit_s: float = PART_S) -> bytes:
    """What `python -m module` writes to stdout about the job on its stdin."""
    done = subprocess.run(
        [sys.executable, "-m", module],
        input=job,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        timeout=limit_s,
        check=True,
    )
    return done.stdout


def hand_back(outcome: Struct) -> None:
    """Write what `run_part` returns; sys.stdout may be unbuffered, and then writes in part."""
    with os.fdopen(os.dup(1), "wb") as out:
        out.write(msgspec.json.encode(outcome))


def tree_cpu_s(pid: int) -> float:
    """CPU seconds of a process and its descendants, those that have ended included."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [c for task in tasks for c in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    own = sum(int(field) for field in fields[11:15]) / TICKS_A_SECOND
    return own + sum(tree_cpu_s(int(child)) for child in children)


def _busy_s() -> float:
    """CPU seconds of all cores since the machine started: user, nice, system, interrupts."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    return sum(fields[n] for n in (0, 1, 2, 5, 6)) / TICKS_A_SECOND
