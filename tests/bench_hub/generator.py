"""The load generator as a process that obeys; tests/load/wsload.c says what each command does."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypeVar

import msgspec
from msgspec import Struct

from tests.bench_hub.programs import compiled
from tests.bench_hub.servers import Server

STOP_S = 5.0
T = TypeVar("T")


class Opened(Struct, frozen=True, kw_only=True):
    """Sockets that were opened, and shown something if they watch."""

    opened: int
    failed: int
    took_s: float
    cpu_s: float
    """Of the server."""


class Rounds(Struct, frozen=True, kw_only=True):
    """Frames sent to every listener, one after another."""

    rounds: int
    is_whole: bool
    """Whether every listener got every frame."""
    frames: int
    wall_s: float
    cpu_s: float
    """Of the server."""
    own_cpu_s: float
    p50_ms: float
    p99_ms: float
    """Of all arrivals, from when the frame was due."""
    last_ms: list[float]
    """When the last listener had it, for each frame."""

    @property
    def message_us(self) -> float:
        """CPU time of the server for each delivered message."""
        return self.cpu_s / max(1, self.frames) * 1e6


class Back(Struct, frozen=True, kw_only=True):
    """Listeners that lost their connections and came back."""

    lost: int
    served: int
    tries: int
    took_s: float
    """From the first loss until the last was served again."""


class Status(Struct, frozen=True, kw_only=True):
    """How things stand."""

    served: int
    failed: int
    given_up: int
    """Of those that do not read: connections that the server ended."""
    frames: int
    server_kb: int
    """PSS."""
    server_cpu_s: float


class Generator:
    """Sockets to one server."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def open(self, count: int, kind: Literal["", "stall", "slow"] = "") -> Opened:
        """So many more sockets."""
        opened = self._do(f"open {count} {kind}", Opened)
        assert opened.opened == count, f"{opened} of {count}"
        return opened

    def rounds(self, rate: float, limit_s: float) -> Rounds:
        """Frames at this rate a second, or one after another (0), for so long."""
        self.begin_rounds(rate, limit_s)
        return self.end_rounds()

    def begin_rounds(self, rate: float, limit_s: float) -> None:
        """The same while others do something else; `end_rounds` must follow."""
        self._tell(f"rounds {rate} {limit_s}")

    def end_rounds(self) -> Rounds:
        """What came of it; every listener has got everything."""
        found = self._answer(Rounds)
        assert found.is_whole, f"only {found.frames} frames in {found.rounds} rounds"
        return found

    def status(self) -> Status:
        """How things stand."""
        return self._do("status", Status)

    def reset(self) -> Back:
        """Reset every listener's connection and open all anew at once."""
        return self._do("reset", Back)

    def jitter(self, first_ms: float, most_ms: float) -> None:
        """Let whoever was lost come back as our clients do."""
        self._do(f"jitter {first_ms} {most_ms}", dict)

    def begin_survive(self, limit_s: float) -> None:
        """Wait for every listener to lose its connection and to come back; `end_survive`."""
        self._tell(f"survive {limit_s}")

    def end_survive(self) -> Back:
        """What came of it."""
        return self._answer(Back)

    def log(self, file: Path) -> None:
        """Note every frame in this file."""
        self._do(f"log {file}", dict)

    def unlog(self) -> None:
        """Note no more."""
        self._do("unlog", dict)

    def _do(self, line: str, kind: type[T]) -> T:
        self._tell(line)
        return self._answer(kind)

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def _answer(self, kind: type[T]) -> T:
        assert self._process.stdout is not None
        return msgspec.json.decode(self._process.stdout.readline(), type=kind)


@contextmanager
def generating(server: Server, watches: Path | None = None) -> Iterator[Generator]:
    """A generator for this server; `watches`: what each listener says first, a line each."""
    argv = [str(compiled("wsload")), "-S", str(server.pid)]
    for option, words in (
        ("-g", server.greeting),
        ("-w", server.watch),
        ("-h", server.header),
        ("-c", server.control_header),
        ("-W", str(watches) if watches else ""),
    ):
        argv += [option, words] if words else []
    argv += ["-e"] if server.watch or watches else []
    argv += [part for words in server.triggers for part in ("-t", words)]
    process = subprocess.Popen(
        [*argv, str(server.port), server.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        yield Generator(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
