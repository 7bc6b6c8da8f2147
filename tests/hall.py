"""A real hall for tests: engines, web processes and recorder, as `python -m backend run` has them.

    with running_hall(workers=2) as hall:
        hall.url                # http://127.0.0.1:…, a port that was free
        hall.cookie("w01")      # the Cookie header of a clerk who signed in
        hall.pid("web1")        # also: launcher, web2, recorder, postgres, valkey
        hall.stop()             # SIGINT; the exit code.  hall.start() goes on with the same home

The demo's agents (voice, printers) are left out unless `has_agents`: they would work on every
call.  The home is removed in the end.  `python -m tests.hall` is the process that is started.
"""

import atexit
import json
import os
import random
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from functools import cache
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any

from backend.demo.hall import DEVICE_TOKEN, HALL_ID, PASSWORD
from backend.engines.postgres import DATA_NAME, prepare_postgres
from backend.engines.process import child_setup
from backend.launcher import PIDS_NAME, TARGETS_NAME, Launcher
from backend.settings import read_settings

READY_S = 60.0
STOP_S = 30.0
HTTP_S = 20.0
POLL_S = 0.02
PORTS = range(10_000, 32_000)
"""Below those that Linux gives to clients (32768 to 60999, ip_local_port_range)."""
ROOT = Path(__file__).parents[1]

__all__ = [
    "DEVICE_TOKEN",
    "HALL_ID",
    "Hall",
    "Reply",
    "figure",
    "figures_at",
    "free_port",
    "is_gone",
    "running_hall",
    "until",
]


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What an HTTP request was answered."""

    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)


@dataclass(kw_only=True)
class Hall:
    """A hall on one home, which may be stopped and started again."""

    home: Path
    port: int
    workers: int = 1
    has_agents: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to the few variables it gets; nothing of the caller's but PATH reaches it."""
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{'https' if 'TLS_CERT' in self.environment else 'http'}://127.0.0.1:{self.port}"

    @property
    def words(self) -> str:
        """Everything that the launcher has said, over all starts."""
        return (self.home / "launcher.out").read_text()

    def start(self, *, is_awaited: bool = True) -> None:
        """Start it and wait until it is ready, if it is awaited."""
        module = "backend" if self.has_agents else "tests.hall"
        with (self.home / "launcher.out").open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, "run"],
                env=self.variables(),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                preexec_fn=child_setup(),  # noqa: PLW1509 (ends with the tests, even if they are killed)
            )
        if is_awaited:
            until(self._is_ready, READY_S)

    def variables(self) -> dict[str, str]:
        """The environment of its processes, for starting another one beside them."""
        own = {
            "PATH": os.environ["PATH"],
            "YIZHAN_HOME": str(self.home),
            "YIZHAN_WORKERS": str(self.workers),
            "PORT": str(self.port),
        }
        return own | dict(self.environment)

    def given(self, name: str) -> str:
        """A variable that the launcher gave to its children, such as DATABASE_URL, REDIS_URL."""
        block = Path(f"/proc/{self.pid('recorder')}/environ").read_text()
        return dict(line.split("=", 1) for line in block.split("\0") if line)[name]

    def figures(self, process: str) -> str:
        """What a process tells Prometheus."""
        targets = json.loads((self.home / TARGETS_NAME).read_text())
        (address,) = (t["targets"][0] for t in targets if t["labels"]["process"] == process)
        return figures_at(address)

    def stores(self) -> dict[str, str]:
        """The variables that tell another process beside it where its data is."""
        return {name: self.given(name) for name in ("DATABASE_URL", "REDIS_URL", "YIZHAN_DEMO")}

    def pid(self, name: str) -> int:
        """The pid of a process, by its name, as of now."""
        return self.pids()[name]

    def pids(self) -> dict[str, int]:
        """Every process by its name."""
        found: dict[str, int] = json.loads((self.home / PIDS_NAME).read_text())
        return found

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        **headers: str,
    ) -> Reply:
        """One HTTP request, `body` as JSON unless it is bytes; `Content_Type=…` names a header."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        connection = self.connect()
        try:
            connection.request(method, path, data, sent)
            response = connection.getresponse()
            return Reply(status=response.status, headers=response.headers, body=response.read())
        finally:
            connection.close()

    def connect(self) -> HTTPConnection:
        """A connection; with TLS, one that believes the hall's own certificate."""
        if "TLS_CERT" not in self.environment:
            return HTTPConnection("127.0.0.1", self.port, timeout=HTTP_S)
        return HTTPSConnection("127.0.0.1", self.port, timeout=HTTP_S, context=self.trust())

    def trust(self) -> ssl.SSLContext:
        """What believes the hall's certificate, and nobody else's."""
        context = ssl.create_default_context(cafile=self.environment["TLS_CERT"])
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        return context

    def do(self, id: str, command: object, **headers: str) -> Reply:
        """One command over HTTP; a device's unless the headers say otherwise."""
        headers = headers or {"Authorization": f"Bearer {DEVICE_TOKEN}"}
        message = {"type": "do", "id": id, "command": command}
        return self.ask("POST", f"/api/halls/{HALL_ID}/commands", message, **headers)

    def cookie(self, username: str, password: str = PASSWORD) -> str:
        """The value of a Cookie header that proves who signed in."""
        reply = self.ask("POST", "/api/session", {"username": username, "password": password})
        assert reply.status == 200, reply.body
        return (reply.headers["Set-Cookie"] or "").partition(";")[0]

    def answers(self, path: str) -> bool:
        """Whether this path answers 200 just now."""
        try:
            return self.ask("GET", path).status == 200
        except OSError:
            return False

    def stop(self, by: signal.Signals = signal.SIGINT) -> int:
        """Stop everything; the launcher's exit code.  Safe to repeat."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(by)
        try:
            return self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()  # the others end with it
            return self.process.wait()

    def _is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.words
        return (self.home / PIDS_NAME).exists() and self.answers("/api/ready")


@contextmanager
def running_hall(
    *,
    workers: int = 1,
    has_agents: bool = False,
    is_started: bool = True,
    **environment: str,
) -> Iterator[Hall]:
    """A hall on a new home, stopped and removed in the end; `environment` is added to its own.

    One that is started at once gets an empty PostgreSQL cluster from a copy (initdb is a tenth of
    a start, and waits for the disk); one that the test starts makes its own.
    """
    home = Path(tempfile.mkdtemp(prefix="yizhan-hall-", dir="/tmp"))
    home.chmod(0o711)  # the database runs as another user when we are root
    hall = Hall(
        home=home,
        port=free_port(),
        workers=workers,
        has_agents=has_agents,
        environment=environment,
    )
    try:
        if is_started:
            if "DATABASE_URL" not in environment:
                subprocess.run(["cp", "-a", _empty_cluster(), home], check=True)
            hall.start()
        yield hall
    finally:
        if hall.process is not None:
            hall.stop()
        shutil.rmtree(home, ignore_errors=True)


@cache
def _empty_cluster() -> Path:
    """A cluster as the first start of a hall makes it; made once in this process."""
    home = Path(tempfile.mkdtemp(prefix="yizhan-cluster-", dir="/tmp"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    home.chmod(0o711)
    prepare_postgres(home).lock.release()
    return home / DATA_NAME


def figures_at(address: str) -> str:
    """What a process tells Prometheus at `host:port`."""
    connection = HTTPConnection(address, timeout=HTTP_S)
    try:
        connection.request("GET", "/metrics")
        response = connection.getresponse()
        assert response.status == 200
        return response.read().decode()
    finally:
        connection.close()


def figure(text: str, series: str) -> float:
    """One figure among them, nan when it is not: `series` is name and labels as written there."""
    values = (line.split()[-1] for line in text.splitlines() if line.startswith(f"{series} "))
    return float(next(values, "nan"))


def free_port() -> int:
    """A port that nobody listens on just now.

    The kernel gives none of these to whoever connects somewhere, so that no client of a test that
    runs at the same time takes it before the hall does; and two tests hardly choose the same.
    """
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def until(is_so: Callable[[], bool], limit_s: float) -> float:
    """Poll until the claim holds; how long that took.  Fails after `limit_s`."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < limit_s, f"not within {limit_s} s"
        time.sleep(POLL_S)
    return time.monotonic() - began


def is_gone(pid: int) -> bool:
    """No such process, or a dead one that its new parent has not reaped yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


if __name__ == "__main__":
    settings = read_settings({"YIZHAN_DEMO": "1", **os.environ})
    sys.exit(Launcher(settings).run(crowd=False, has_agents=False))
