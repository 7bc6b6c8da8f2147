"""Web processes of a hall that the launcher did not start."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from backend.engines.process import child_setup
from tests.hall import ROOT, Hall, figures_at, free_port, until

READY_S = 20.0
STOP_S = 15.0
LISTEN = "0A"
"""A state of the kernel's table of sockets."""


@dataclass(kw_only=True)
class WebProcess:
    """`python -m backend web …`, which may be stopped and started again."""

    hall: Hall
    port: int
    name: str
    """Of its log."""
    words: tuple[str, ...] = ()
    """Behind `web` on its command line."""
    first: str = ""
    """Python that it runs before everything else."""
    code: Path = ROOT
    """The checkout that it runs."""
    environment: Mapping[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None
    metrics_port: int = field(default_factory=free_port)
    starts: int = 0
    """How often it had become ready when it was started last."""

    @property
    def door(self) -> Hall:
        """For asking it, if it has its port for itself."""
        return Hall(home=self.hall.home, port=self.port)

    @property
    def log(self) -> str:
        """Everything that it has said, over all starts."""
        path = self._log_path
        return path.read_text() if path.exists() else ""

    def figures(self) -> str:
        """What it tells Prometheus."""
        return figures_at(f"127.0.0.1:{self.metrics_port}")

    @property
    def is_ready(self) -> bool:
        """Whether its hall is ready, since it was started last, and it listens at its port."""
        assert self.process is not None
        return self.log.count("hall_ready") > self.starts and _listens(self.process.pid, self.port)

    def start(self, *, is_awaited: bool = True) -> None:
        """Start it and wait until its hall is ready, if it is awaited."""
        environment = self.hall.variables() | self.hall.stores()
        own = {"PORT": str(self.port), "METRICS_PORT": str(self.metrics_port)}
        self.starts = self.log.count("hall_ready")
        program = f"{self.first}\nimport sys, backend.__main__\nsys.exit(backend.__main__.main())"
        with self._log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", program, "web", *self.words],
                env=environment | own | dict(self.environment),
                cwd=self.code,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=child_setup(),  # noqa: PLW1509 (ends with the tests)
            )
        if is_awaited:
            until(lambda: self.is_ready, READY_S)

    async def restart(self, by: signal.Signals) -> float:
        """Stop it and start it again while others go on; how many seconds stopping took."""
        took_s = await asyncio.to_thread(self.stop, by)
        self.start(is_awaited=False)
        async with asyncio.timeout(READY_S):
            while not self.is_ready:
                await asyncio.sleep(0.02)
        return took_s

    def stop(self, by: signal.Signals = signal.SIGTERM) -> float:
        """Stop it; how many seconds that took.  Safe to repeat."""
        assert self.process is not None
        began = monotonic()
        if self.process.poll() is None:
            self.process.send_signal(by)
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        return monotonic() - began

    @property
    def _log_path(self) -> Path:
        return self.hall.home / "logs" / f"{self.name}.log"


def _listens(pid: int, port: int) -> bool:
    """Whether this process does, though others may at the same port."""
    with suppress(FileNotFoundError, ProcessLookupError):
        rows = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()]
        doors = {row[9] for row in rows if (row[1][-5:], row[3]) == (f":{port:04X}", LISTEN)}
        held = {os.readlink(fd) for fd in Path(f"/proc/{pid}/fd").iterdir()}
        return any(f"socket:[{inode}]" in held for inode in doors)
    return False


@contextmanager
def web_process(
    hall: Hall,
    *words: str,
    port: int | None = None,
    name: str = "beside",
    first: str = "",
    code: Path = ROOT,
    environment: Mapping[str, str] | None = None,
) -> Iterator[WebProcess]:
    """One more web process of the hall, by default on a port of its own; stopped in the end."""
    found = WebProcess(
        hall=hall,
        port=port or free_port(),
        name=name,
        words=words,
        first=first,
        code=code,
        environment=environment or {},
    )
    try:
        found.start()
        yield found
    finally:
        if found.process is not None:
            found.stop()
