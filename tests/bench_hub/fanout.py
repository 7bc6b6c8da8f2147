"""One frame to all: ours, a C server as the limit, and what others use, in turn in one run."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection

from msgspec import Struct

from backend.demo.hall import HALL_ID
from tests.bench.commands import open_counters
from tests.bench.figures import Figure, Section, median, quantile
from tests.bench.processes import Disturbance, await_day, await_quiet
from tests.bench_hub.generator import Generator, Opened, Rounds, generating
from tests.bench_hub.servers import (
    LIMIT,
    OURS,
    PEERS,
    SOCKETIO,
    TOPIC,
    WS,
    ours,
)
from tests.hall import Hall, running_hall

SIZES = (1_000, 5_000, 10_000)
TARGETED = (5_000, 10_000)
TURNS = 3
FLAT_S, PACED_S, RATE = 1.2, 2.0, 5.0
SETTLE_S = 1.0
RATIOS = {LIMIT: 1.2, WS: 0.75, SOCKETIO: 0.5}
"""What a message may cost us of what it costs the others."""
LAST_MS, HTTP_MS, DELIVERIES, ACCEPTS = 100.0, 10.0, 110_000.0, 4_000.0
HTTP_PAUSE_S = 0.01


@dataclass(frozen=True, kw_only=True)
class Field:
    """All servers, running side by side."""

    hall: Hall
    lines: dict[str, Generator]
    empty_kb: dict[str, int]
    """Memory of each without any socket."""
    size: int
    """Bytes of the frame."""


class Measured(Struct, kw_only=True):
    """What one server did with one number of sockets."""

    opened: Opened
    socket_kb: float
    flat: list[Rounds]
    """Frames one after another, a turn each."""
    paced: list[Rounds]

    @property
    def message_us(self) -> float:
        """CPU time for each delivered message."""
        return median(r.message_us for r in self.flat)

    @property
    def last_ms(self) -> float:
        """The 95th percentile of the last arrival."""
        return quantile([ms for r in self.paced for ms in r.last_ms], 0.95)


def bench_fanout(sizes: tuple[int, ...] = SIZES, turns: int = TURNS) -> list[Section]:
    """A section for each number of sockets."""
    with ExitStack() as stack:
        hall = stack.enter_context(running_hall())
        await_day(hall)
        cookie = hall.cookie("supervisor")
        asyncio.run(open_counters(hall.url, cookie))
        size = len(hall.ask("GET", f"/api/halls/{HALL_ID}/topics/{TOPIC}").body)
        servers = {name: stack.enter_context(begin(size)) for name, begin in PEERS.items()}
        servers[OURS] = ours(hall, cookie)
        lines = {
            name: stack.enter_context(generating(servers[name]))
            for name in (LIMIT, OURS, *(n for n in PEERS if n != LIMIT))
        }
        empty_kb = {name: line.status().server_kb for name, line in lines.items()}
        field = Field(hall=hall, lines=lines, empty_kb=empty_kb, size=size)
        return [_section(field, count, turns) for count in sizes]


def _section(field: Field, count: int, turns: int) -> Section:
    await_quiet()
    others = Disturbance()
    found: dict[str, Measured] = {}
    for name, line in field.lines.items():
        opened = line.open(count - line.status().served)
        time.sleep(SETTLE_S)
        socket_kb = (line.status().server_kb - field.empty_kb[name]) / count
        found[name] = Measured(opened=opened, socket_kb=socket_kb, flat=[], paced=[])
    for _ in range(turns):
        for name, line in field.lines.items():
            found[name].flat.append(line.rounds(0, FLAT_S))
        for name, line in field.lines.items():
            found[name].paced.append(line.rounds(RATE, PACED_S))
    with _asking(field.hall) as http_ms:
        field.lines[OURS].rounds(RATE, PACED_S)
    ratios = _ratios(found[OURS], found[LIMIT])
    return Section(
        title=f"One frame to {count:,} sockets",
        setting=(
            f"A frame of {field.size:,} bytes (the board of a zone) to {count:,} sockets, each"
            f" server in turn, {turns} times: one frame after another for {FLAT_S:g} s (CPU time),"
            f" {RATE:g} a second for {PACED_S:g} s (last arrival, timed from when it was due);"
            " medians. Ours is the web process of a hall, and each frame a command that is decided"
            " and on disk; ours ÷ C in each turn:"
            f" {', '.join(f'{ratio:.2f}' for ratio in ratios)}."
        ),
        figures=tuple(_figures(found, count, http_ms)),
        others_share=others.share,
    )


def _ratios(one: Measured, other: Measured) -> list[float]:
    """Of the CPU time for each message, a turn each."""
    pairs = zip(one.flat, other.flat, strict=True)
    return [mine.message_us / theirs.message_us for mine, theirs in pairs]


def _figures(found: dict[str, Measured], count: int, http_ms: list[float]) -> Iterator[Figure]:
    mine, is_targeted = found[OURS], count in TARGETED
    for name, one in found.items():
        peer = None if name == LIMIT else found[LIMIT].message_us
        us = one.message_us
        yield Figure(name=f"{name}: CPU a message", value=us, unit="µs", peer=peer, peer_name="C")
    for name, most in RATIOS.items():
        ratio = median(_ratios(mine, found[name]))
        target = most if is_targeted else None
        yield Figure(name=f"ours ÷ {name}, of a turn", value=ratio, unit="×", target=target)
    for name, one in found.items():
        is_ours = name == OURS and count == max(TARGETED)
        yield Figure(
            name=f"{name}: last arrival, p95",
            value=one.last_ms,
            unit="ms",
            target=LAST_MS if is_ours else None,
            peer=None if name == LIMIT else found[LIMIT].last_ms,
            peer_name="C",
        )
    for name, one in found.items():
        yield Figure(name=f"{name}: memory a socket", value=one.socket_kb, unit="kB")
    for name, one in found.items():
        rate = one.opened.opened / one.opened.took_s
        least = ACCEPTS if name == OURS and is_targeted else None
        label = f"{name}: sockets opened"
        yield Figure(name=label, value=rate, unit="/s", target=least, is_least=True)
    per_core = 1e6 / mine.message_us
    least = DELIVERIES if is_targeted else None
    label = "ours: messages a second of CPU"
    yield Figure(name=label, value=per_core, unit="/s", target=least, is_least=True)
    limit_ms = HTTP_MS if count == max(TARGETED) else None
    label = "ours: HTTP meanwhile, p99"
    yield Figure(name=label, value=quantile(http_ms, 0.99), unit="ms", target=limit_ms)


@contextmanager
def _asking(hall: Hall) -> Iterator[list[float]]:
    """Ask the hall over HTTP meanwhile, on a connection that is kept; how long each took, in ms."""
    times_ms: list[float] = []
    is_over = threading.Event()

    def ask() -> None:
        connection = HTTPConnection("127.0.0.1", hall.port, timeout=10)
        while not is_over.wait(HTTP_PAUSE_S):
            began = time.perf_counter()
            connection.request("GET", f"/api/halls/{HALL_ID}/topics/queues")
            connection.getresponse().read()
            times_ms.append((time.perf_counter() - began) * 1e3)
        connection.close()

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield times_ms
    finally:
        is_over.set()
        asking.join()
