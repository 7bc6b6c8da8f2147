"""`make run` and `make demo`: every process of a hall on one machine, kept alive.

The parent holds the listening socket, so that a web process that dies loses only the
connections it had; the next one takes over the same port.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

from msgspec.structs import replace

from backend.addresses import believing, where
from backend.core.ids import PrinterId
from backend.demo.facts import CONFIG
from backend.demo.hall import DEVICE_TOKEN, HALL_ID, demo_plan
from backend.engines.engine import Engine, EngineError
from backend.engines.logs import cut_long_log
from backend.engines.postgres import prepare_postgres
from backend.engines.process import (
    child_setup,
    end_with_parent,
    release,
    spawn,
    start,
    stop,
)
from backend.engines.running import as_application
from backend.engines.valkey import prepare_valkey
from backend.listener import ListenError, listen
from backend.settings import Settings

READY_S = 60.0
ENGINE_READY_S = 60.0
STOP_S = 8.0
POLL_S = 0.1
LOGS_S = 5.0
"""How often the logs are looked at for their length."""
RESTART_MIN_S, RESTART_MAX_S = 0.1, 5.0
STEADY_S = 10.0
"""A process that lived this long is restarted at once."""
PIDS_NAME = "pids.json"
"""In the home while it runs: the pid of every process by its name."""
TARGETS_NAME = "metrics.json"
"""In the home while it runs: where each process tells its figures, as Prometheus reads it."""


class LaunchError(Exception):
    """The hall cannot be started; the words say what to do."""


@dataclass
class Child:
    """One process, started again whenever it ends."""

    name: str
    spawn: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    delay_s: float = RESTART_MIN_S

    def start(self) -> None:
        """Start it, or try again later when that fails."""
        self.started_at = time.monotonic()
        try:
            self.process = self.spawn()
        except (EngineError, OSError) as error:
            _say(f"{self.name} cannot be started: {error}")
            self._try_later()

    def keep_alive(self) -> None:
        """Start it again when it has ended, at once or a little later when it keeps ending."""
        at = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            _say(f"{self.name} ended ({self.process.returncode}); starting it again")
            self.process = None
            self._try_later()
        if self.process is None and at >= self.restart_at:
            self.start()

    def _try_later(self) -> None:
        at = time.monotonic()
        is_steady = at - self.started_at > STEADY_S
        self.delay_s = RESTART_MIN_S if is_steady else min(self.delay_s * 2, RESTART_MAX_S)
        self.restart_at = at + self.delay_s


@dataclass
class Launcher:
    """All processes of one home."""

    settings: Settings
    engines: list[tuple[Engine, Child]] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)
    is_ending: bool = False
    pids: dict[str, int] = field(default_factory=dict)
    """As last written to PIDS_NAME."""
    targets: list[dict[str, object]] = field(default_factory=list)
    """As written to TARGETS_NAME."""
    _metrics: list[socket.socket] = field(default_factory=list)
    _logs_due: float = 0.0

    def run(self, crowd: bool, *, has_agents: bool = True) -> int:
        """Start everything, say where it is, keep it alive until a signal; return the exit code.

        The demo's agents are left out without `has_agents`.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._end)
        if "MAKELEVEL" in os.environ:
            end_with_parent()  # `make run` killed must not leave a hall behind
        began = time.monotonic()
        try:
            listener = listen(self.settings.host, self.settings.port)
            self._start_engines()
            self._prepare_data(crowd=crowd)
            self._start_children(listener, crowd=crowd, has_agents=has_agents)
            self._await_ready(began)
            while not self.is_ending:
                self._keep_alive()
                time.sleep(POLL_S)
        except (LaunchError, ListenError, EngineError) as error:
            if not self.is_ending:
                _say(f"cannot start: {error}")
                return 1
        finally:
            self._stop()
        return 0

    def _start_engines(self) -> None:
        home = self.settings.home
        if self.settings.database_url is None:
            engine = self._engine(prepare_postgres, home)
            self.settings = replace(
                self.settings,
                database_url=as_application(engine.url),
                database_owner_url=engine.url,
            )
        if self.settings.redis_url is None:
            engine = self._engine(prepare_valkey, home)
            self.settings = replace(self.settings, redis_url=engine.url)

    def _engine(self, prepare: Callable[[Path], Engine], home: Path) -> Engine:
        began = time.monotonic()
        engine = prepare(home)
        process = start(engine, ENGINE_READY_S)
        child = Child(engine.name, lambda: spawn(engine), process, started_at=time.monotonic())
        self.engines.append((engine, child))
        _say(f"{engine.name} is up ({time.monotonic() - began:.1f} s)")
        return engine

    def _prepare_data(self, *, crowd: bool) -> None:
        """Migrate and load the demo hall in processes of their own: this one has no event loop."""
        began = time.monotonic()
        load = ["load-demo", "--in-use"] if crowd else ["load-demo"]
        owner = {"DATABASE_OWNER_URL": self.settings.database_owner_url or ""}
        for command in [["migrate"], load] if self.settings.is_demo else [["migrate"]]:
            done = subprocess.run(
                [sys.executable, "-m", "backend", *command],
                env=self._environment() | (owner if command == ["migrate"] else {}),
                check=False,
                capture_output=True,
            )
            if done.returncode:
                raise LaunchError(
                    f"`python -m backend {command[0]}`: {done.stderr.decode().strip()}"
                )
        _say(f"database is ready ({time.monotonic() - began:.1f} s)")

    def _start_children(self, listener: socket.socket, *, crowd: bool, has_agents: bool) -> None:
        fd = listener.fileno()
        self._add_measured("recorder", ["backend", "recorder"], 0)
        for n in range(1, self.settings.workers + 1):
            self._add_measured(f"web{n}", ["backend", "web", "--fd", str(fd)], n, fd)
        _write_whole(self.settings.home / TARGETS_NAME, self.targets)
        if self.settings.is_demo and has_agents:
            self._add_agents()
        if crowd:
            self._add("crowd", ["backend", "crowd"])
        for child in self.children:
            child.start()
        self._note_pids()

    def _add_agents(self) -> None:
        home, plan = self.settings.home, demo_plan()
        printers = {k.printer_id: port for k, port in zip(plan.kiosks, _free_ports(4), strict=True)}
        hub = ["--url", self.settings.url, "--hall", HALL_ID]
        self._add("virtual-printer", _virtual_printer(home / "paper", printers))
        devices = [f"{name}=network:127.0.0.1:{port}" for name, port in printers.items()]
        self._add(
            "printer-agent",
            [
                "printer_agent",
                *hub,
                *("--public-url", self.settings.public_url),
                *("--spool", str(home / "spool")),
                *(word for device in devices for word in ("--printer", device)),
            ],
        )
        voice = home / "voice"
        zones = [word for zone in plan.zones for word in ("--zone", zone.zone_id)]
        wav = ["--home", str(voice), "--wav", str(voice / "wav")]
        self._add("display-agent", ["display_agent", *hub, *zones, *wav, "--sound", "optional"])

    def _add_measured(self, name: str, module: list[str], n: int, *fds: int) -> None:
        """Add a process that tells its figures on the n-th port of theirs.

        The launcher listens there, so that a process that is started again has the same one.
        """
        host, first = self.settings.metrics_host, self.settings.metrics_port
        port = first + n if first is not None else 0
        metrics = listen(host, port, setting="METRICS_PORT")
        self._metrics.append(metrics)
        port = metrics.getsockname()[1]
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self.targets.append({"targets": [address], "labels": {"process": name}})
        fd = metrics.fileno()
        self._add(name, [*module, "--metrics-fd", str(fd)], pass_fds=(fd, *fds))

    def _add(self, name: str, module: list[str], pass_fds: tuple[int, ...] = ()) -> None:
        logs = self._logs
        logs.mkdir(parents=True, exist_ok=True)
        argv = [sys.executable, "-m", *module]
        env = self._environment()

        def begin() -> subprocess.Popen[bytes]:
            with (logs / f"{name}.log").open("ab") as log:
                return subprocess.Popen(
                    argv,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=env,
                    pass_fds=pass_fds,
                    preexec_fn=child_setup(),  # noqa: PLW1509 (it only calls the kernel)
                )

        self.children.append(Child(name, begin))

    def _environment(self) -> dict[str, str]:
        settings = self.settings
        return os.environ | {
            "YIZHAN_HOME": str(settings.home),
            "YIZHAN_DEMO": "1" if settings.is_demo else "0",
            "YIZHAN_TOKEN": DEVICE_TOKEN,
            "DATABASE_URL": settings.database_url or "",
            "DATABASE_OWNER_URL": "",
            "REDIS_URL": settings.redis_url or "",
            "PUBLIC_URL": settings.public_url,
            "FACTS": str(settings.facts or (CONFIG if settings.is_demo else "")),
            "YIZHAN_LOG_LEVEL": settings.log_level,
            "PYTHONUNBUFFERED": "1",
        }

    def _await_ready(self, began: float) -> None:
        deadline = time.monotonic() + READY_S
        while not self.is_ending and not _answers(f"{self.settings.url}/api/ready"):
            if time.monotonic() > deadline:
                raise LaunchError(f"not ready after {READY_S:.0f} s: see {self.settings.home}/logs")
            self._keep_alive()
            time.sleep(POLL_S)
        if not self.is_ending:
            _say(f"ready after {time.monotonic() - began:.1f} s")
            _say(where(self.settings.url, self.settings))

    def _keep_alive(self) -> None:
        if time.monotonic() > self._logs_due:
            self._logs_due = time.monotonic() + LOGS_S
            for path in (*self._logs.glob("*.log"), *(e.log_path for e, _ in self.engines)):
                cut_long_log(path)
        for child in self._all():
            child.keep_alive()
        self._note_pids()

    def _all(self) -> list[Child]:
        """Everything that is kept alive, engines first."""
        return [*(child for _, child in self.engines), *self.children]

    def _note_pids(self) -> None:
        """Write down which process is which, whole or not at all, when that has changed."""
        pids = {"launcher": os.getpid()}
        pids |= {child.name: child.process.pid for child in self._all() if child.process}
        if pids != self.pids:
            with suppress(OSError):  # a full disk: tried again, for the hall goes on meanwhile
                _write_whole(self.settings.home / PIDS_NAME, pids)
                self.pids = pids

    def _stop(self) -> None:
        """Stop everything in the opposite order of starting."""
        running = [c.process for c in reversed(self.children) if c.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_S
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for engine, child in reversed(self.engines):
            if child.process is not None:
                stop(child.process, engine)
            else:
                release(engine)
        if self.pids:
            (self.settings.home / PIDS_NAME).unlink(missing_ok=True)
            (self.settings.home / TARGETS_NAME).unlink(missing_ok=True)
        if self.is_ending:
            _say("stopped")

    def _end(self, _number: int, _frame: object) -> None:
        self.is_ending = True

    @property
    def _logs(self) -> Path:
        return self.settings.home / "logs"


def _write_whole(path: Path, content: object) -> None:
    """Write the file whole or not at all."""
    unfinished = path.with_suffix(".new")
    unfinished.write_text(json.dumps(content))
    unfinished.replace(path)


def _virtual_printer(paper: Path, printers: dict[PrinterId | None, int]) -> list[str]:
    listens = [word for name, port in printers.items() for word in ("--listen", f"{name}={port}")]
    return ["tests.devices.printer", "--out", str(paper), *listens]


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports: list[int] = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2, context=believing()) as response:
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


def _say(text: str) -> None:
    if sys.stdout is not None:  # it is None when the caller closed it
        with suppress(OSError):  # or his disk is full, or his pipe has ended
            sys.stdout.write(f"yizhan: {text}\n")
            sys.stdout.flush()
