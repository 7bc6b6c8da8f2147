"""An agent that is killed before the n-th thing it does to the world, for each n it is told.

python -m tests.agents.printer.walk, then lines `N PORT DIRECTORY` on stdin; answers `killed` or
`done`.  Every run is a fork, so that the modules are imported once.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from backend.core.commands import Command
from printer_agent.ports import NetworkPort
from printer_agent.press import Press
from printer_agent.roll import RollFile
from printer_agent.spool import Spool
from printer_agent.worker import Worker
from tests.agents.printer.samples import ME, P1, PUBLIC_URL, Answer, FakeHub, job

REPORTS = "reports"
"""What the hub has taken, a line each; on disk, since the hub outlives the agent."""
COUNT = "steps"
"""How many there were, of a run that came to its end."""
DUE = job("A001")
WHOLE_MAX = 16
"""Bytes that go out in one segment or not at all: a question."""


class Steps:
    """Counts effects, and ends the process in the n-th."""

    def __init__(self, last: int) -> None:
        self._last = last
        self.count = 0

    def step(self) -> None:
        self.count += 1
        if self.count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(self, effect: Any) -> Any:
        """The effect, counted before it happens."""

        def counting(*arguments: Any, **named: Any) -> Any:
            self.step()
            return effect(*arguments, **named)

        return counting


class CountedPort(NetworkPort):
    """A connection whose every use is a step, and whose writes may end half way."""

    def __init__(self, port: int, steps: Steps) -> None:
        super().__init__("127.0.0.1", port)
        self._steps = steps

    def open(self) -> None:
        self._steps.step()
        super().open()

    def write(self, data: bytes) -> None:
        self._steps.step()
        half = len(data) // 2 if len(data) > WHOLE_MAX else 0
        if half:
            super().write(data[:half])
            self._steps.step()
        super().write(data[half:])

    def read(self, timeout_s: float) -> bytes:
        self._steps.step()
        return super().read(timeout_s)


class LastingHub(FakeHub):
    """A hub that writes down what it has taken before it answers."""

    def __init__(self, directory: Path, steps: Steps) -> None:
        super().__init__(DUE)
        self._directory = directory
        self._steps = steps

    async def do(self, command: Command, id: str | None = None, timeout_s: float = 30.0) -> Answer:
        self._steps.step()
        before = len(self.reports)
        answer = await super().do(command, id, timeout_s)
        for report in self.reports[before:]:
            with (self._directory / REPORTS).open("a") as file:
                file.write(f"{report.outcome.value}\n")
        self._steps.step()
        return answer


async def work(steps: Steps, port: int, directory: Path) -> None:
    hub = LastingHub(directory, steps)
    press = Press(CountedPort(port, steps), PUBLIC_URL, 80, None)
    spool, roll = Spool(directory / "spool"), RollFile(directory / "roll", None)
    os.fsync, os.fdatasync = steps.counted(os.fsync), steps.counted(os.fdatasync)
    Path.replace = steps.counted(Path.replace)  # type: ignore[method-assign]
    worker = Worker(P1, hub, press, agent_id=ME, spool=spool, roll=roll)
    running = asyncio.create_task(worker.run())
    await hub.until(lambda: bool(hub.reports))
    worker.stop()
    await running
    (directory / COUNT).write_text(str(steps.count))


def main() -> None:
    for line in sys.stdin:
        last, port, directory = line.split()
        child = os.fork()
        if child == 0:
            os.close(0)
            asyncio.run(work(Steps(int(last)), int(port), Path(directory)))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print("killed" if os.WIFSIGNALED(status) else f"done {status}", flush=True)


if __name__ == "__main__":
    main()
