"""Clients that come all at once, and clients that do not read: what everybody else notices."""

import asyncio
import os
import signal
import time
from contextlib import ExitStack

from tests.bench.commands import open_counters
from tests.bench.figures import Figure, Section
from tests.bench.processes import Disturbance, await_day, await_quiet
from tests.bench_hub.generator import Rounds, generating
from tests.bench_hub.servers import ours
from tests.hall import Hall, figure, running_hall

BOARDS = 8
BOARD_RATE = 20.0
STORM, STORM_S = 2_000, 4.0
STORM_TOPIC = "queues"
AFTER_S = 0.5
"""How long boards are watched before the storm breaks."""
SURVIVE_S = 30.0
SERVED_S = 3.0
LISTENERS, STALLED = 1_000, 500
READING_S, WARM_S = 6.0, 3.0
UNCHANGED = 1.1
"""What others may take, of what they took without."""
GIVEN_UP_S = 15.0
GROWTH_KB = 2048.0
"""Of the web process while it has clients that do not read: a session each, nothing that grows."""


def bench_storm(count: int = STORM) -> Section:
    """The section on clients that all come back at the same moment."""
    with ExitStack() as stack:
        hall, cookie = _open_hall(stack)
        boards = stack.enter_context(generating(ours(hall, cookie)))
        boards.open(BOARDS)
        crowd = stack.enter_context(generating(ours(hall, cookie, STORM_TOPIC)))
        first = crowd.open(count)
        await_quiet()
        others = Disturbance()
        kb = crowd.status().server_kb
        calm = boards.rounds(BOARD_RATE, STORM_S)
        boards.begin_rounds(BOARD_RATE, STORM_S)
        time.sleep(AFTER_S)
        reset = crowd.reset()
        stormy = boards.end_rounds()
        grown_kb = crowd.status().server_kb - kb
        crowd.begin_survive(SURVIVE_S)
        os.kill(hall.pid("web1"), signal.SIGKILL)
        killed = crowd.end_survive()
        share = others.share
    for back in (reset, killed):
        assert back.served == count, f"{back} of {count}"
    figures = (
        Figure(name="reset: all served again", value=reset.took_s, unit="s", target=SERVED_S),
        Figure(
            name="reset: served a second",
            value=count / reset.took_s,
            unit="/s",
            peer=first.opened / first.took_s,
            peer_name="opened without haste",
        ),
        *_beside("board meanwhile", stormy, calm),
        Figure(name="web process grew by", value=grown_kb, unit="kB"),
        Figure(name="hub killed: all served again", value=killed.took_s, unit="s", target=SERVED_S),
    )
    return Section(
        title=f"{count:,} clients reconnect at once",
        setting=(
            f"{count:,} sockets that watch the public overview are reset and connect at once, none"
            f" with the jitter that our clients have; {BOARDS} boards get {BOARD_RATE:g} frames a"
            f" second for {STORM_S:g} s without and with it; then the web process is killed with"
            " SIGKILL, and all connect again from that moment on."
        ),
        figures=figures,
        others_share=share,
    )


def bench_stalled(listeners: int = LISTENERS, stalled: int = STALLED) -> Section:
    """The section on clients that never read."""
    with ExitStack() as stack:
        hall, cookie = _open_hall(stack)
        readers = stack.enter_context(generating(ours(hall, cookie)))
        readers.open(listeners)
        idlers = stack.enter_context(generating(ours(hall, cookie)))
        await_quiet()
        others = Disturbance()
        readers.rounds(0, WARM_S)  # what a process grows by at its first hard work is not theirs
        alone = readers.rounds(BOARD_RATE, READING_S)
        kb = readers.status().server_kb
        idlers.open(stalled, "stall")
        idlers.open(1, "slow")
        beside = readers.rounds(BOARD_RATE, READING_S)
        flat = readers.rounds(0, READING_S)
        grown_kb = readers.status().server_kb - kb
        given_up = _await_given_up(hall, stalled + 1)
        again = readers.rounds(BOARD_RATE, READING_S)
        share = others.share
    return Section(
        title=f"{stalled} clients that never read",
        setting=(
            f"{listeners:,} sockets watch a board that changes {BOARD_RATE:g} times a second for"
            f" {READING_S:g} s; then beside {stalled} that never read and a board that takes a byte"
            " a second; then as fast as it goes; then once more without them:"
            f" {given_up} of {stalled + 1} were given up after the 10 s of patience."
        ),
        figures=(
            *_beside("arrival beside them", beside, alone),
            *_beside("arrival when they are gone", again, alone),
            Figure(name="CPU a message, beside them", value=flat.message_us, unit="µs"),
            Figure(name="web process grew by", value=grown_kb, unit="kB", target=GROWTH_KB),
        ),
        others_share=share,
    )


def _open_hall(stack: ExitStack) -> tuple[Hall, str]:
    hall = stack.enter_context(running_hall())
    await_day(hall)
    cookie = hall.cookie("supervisor")
    asyncio.run(open_counters(hall.url, cookie))
    return hall, cookie


def _await_given_up(hall: Hall, stalled: int) -> int:
    """How many of those that do not read were given up, at the latest after some time.

    The hub says so: they themselves would have to read up to the end to know.
    """
    deadline = time.monotonic() + GIVEN_UP_S
    while (given_up := _dropped(hall)) < stalled and time.monotonic() < deadline:
        time.sleep(0.5)
    return given_up


def _dropped(hall: Hall) -> int:
    return int(figure(hall.figures("web1"), "yizhan_sockets_dropped_total"))


def _beside(name: str, with_them: Rounds, without: Rounds) -> list[Figure]:
    """Arrivals with a disturbance and without."""
    return [
        Figure(
            name=f"{name}: p50",
            value=with_them.p50_ms,
            unit="ms",
            peer=without.p50_ms,
            peer_name="without",
        ),
        Figure(
            name=f"{name}: p99",
            value=with_them.p99_ms,
            unit="ms",
            target=UNCHANGED * without.p99_ms,
            peer=without.p99_ms,
            peer_name="without",
        ),
    ]
