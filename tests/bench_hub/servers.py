"""Ours and its peers: each sends a frame to all others when it is told to."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import msgspec
from msgspec import Struct

from backend.core.commands import PauseCounter, ResumeCounter
from backend.core.ids import CommandId, PauseReason
from backend.demo.hall import HALL_ID
from backend.wire.messages import Do, Watch
from tests.bench_hub.programs import compiled, peers_installed
from tests.hall import ROOT, Hall

LIMIT, OURS, WS, SOCKETIO, WEBSOCKETS = "C", "ours", "node ws", "socket.io", "websockets"
COUNTER_ID, TOPIC = "W02", "board:Z1"
STOP_S = 5.0

_encode = msgspec.json.Encoder().encode


class Server(Struct, frozen=True, kw_only=True):
    """What the load generator has to know of a server."""

    pid: int
    port: int
    path: str = "/"
    greeting: str = ""
    """What every socket says first."""
    watch: str = ""
    """What a listener says next."""
    header: str = ""
    control_header: str = ""
    triggers: tuple[str, ...] = ("go",)
    """What the control socket says, in turn; `#` stands for a number that is new every time."""


def ours(hall: Hall, cookie: str, watch: str = TOPIC) -> Server:
    """The web process of a hall; a real command changes the board of a zone.

    A counter is paused and resumed for ever: so deciding, the append and its fsync are in what
    is measured, and the fan-out is found as it runs, not as a test might call it.
    """
    pause = PauseCounter(counter_id=COUNTER_ID, reason=PauseReason.AWAY)
    resume = ResumeCounter(counter_id=COUNTER_ID)
    return Server(
        pid=hall.pid("web1"),
        port=hall.port,
        path=f"/ws/{HALL_ID}",
        watch=watch_words(watch),
        control_header=f"Cookie: {cookie}",
        triggers=tuple(
            _encode(Do(id=CommandId("bench-hub-#"), command=command)).decode()
            for command in (pause, resume)
        ),
    )


def watch_words(topic: str) -> str:
    """The message that watches a topic."""
    return _encode(Watch(topic=topic)).decode() if topic else ""


@contextmanager
def limit(size: int) -> Iterator[Server]:
    """The C server."""
    with _running([str(compiled("wslimit")), str(size)]) as (pid, port):
        yield Server(pid=pid, port=port)


@contextmanager
def node_ws(size: int) -> Iterator[Server]:
    """node `ws`."""
    with _running(["node", str(peers_installed() / "ws.mjs"), str(size)]) as (pid, port):
        yield Server(pid=pid, port=port)


@contextmanager
def socketio(size: int) -> Iterator[Server]:
    """socket.io, WebSockets only."""
    with _running(["node", str(peers_installed() / "socketio.mjs"), str(size)]) as (pid, port):
        yield Server(
            pid=pid,
            port=port,
            path="/socket.io/?EIO=4&transport=websocket",
            greeting="40",
            triggers=('42["go"]',),
        )


@contextmanager
def websockets(size: int) -> Iterator[Server]:
    """Python's `websockets`."""
    argv = [sys.executable, "-m", "tests.load.peers.broadcast", str(size)]
    with _running(argv) as (pid, port):
        yield Server(pid=pid, port=port)


PEERS: dict[str, Callable[[int], AbstractContextManager[Server]]] = {
    LIMIT: limit,
    WS: node_ws,
    SOCKETIO: socketio,
    WEBSOCKETS: websockets,
}


@contextmanager
def _running(argv: list[str]) -> Iterator[tuple[int, int]]:
    """A server that prints its port first: its pid and port."""
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, cwd=ROOT)
    assert process.stdout is not None
    try:
        yield process.pid, int(process.stdout.readline())
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
