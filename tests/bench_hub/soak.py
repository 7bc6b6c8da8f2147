"""`python -m tests.bench_hub.soak [minutes]`: is memory flat while clients misbehave?

As many frames as the hub can send to those who read, for minutes, beside clients that never read
and clients that come and go; the memory of the web process is read every ten seconds.  At most
thirty minutes, 8,000 sockets, loopback only.
"""

import argparse
import asyncio
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression

from tests.bench.__main__ import PAGE
from tests.bench.commands import open_counters
from tests.bench.figures import (
    Figure,
    Section,
    as_markdown,
    as_text,
    machine,
    median,
    replace_generated,
)
from tests.bench.processes import Disturbance, await_day
from tests.bench_hub.generator import Generator, generating
from tests.bench_hub.programs import MissingError, compiled
from tests.bench_hub.servers import ours
from tests.hall import running_hall

NAME = "bench-soak"
MINUTES, MINUTES_MAX = 10.0, 30.0
READERS, STALLED, COMING = 5_000, 500, 2_000
COMING_TOPIC = "queues"
SAMPLE_S = 10.0
ALONE_S = 10.0
"""Commands that hardly anybody watches: what each adds to the day, which is kept for repeats."""
FULL_S, PACED_S, RATE = 9.0, 4.0, 5.0
COMING_SHARE, COMING_PAUSE_S = 0.7, 0.3
"""Of that time, clients are reset and come again; between two such storms."""
GROWTH_KB = 1024.0
"""In the second half, beyond what its commands add to the day."""
UNCHANGED = 1.1


@dataclass
class Watch:
    """The web process, looked at from outside."""

    pid: int
    commands: int = 0
    """Given so far."""
    samples: list[tuple[float, float, float, int]] = field(default_factory=list)
    """Seconds, own memory in kB, commands given, open descriptors."""

    def look(self) -> None:
        """Take a sample."""
        descriptors = sum(1 for _ in Path(f"/proc/{self.pid}/fd").iterdir())
        kb = _own_kb(self.pid)
        self.samples.append((time.monotonic(), kb, float(self.commands), descriptors))

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Take one every ten seconds."""
        is_over = threading.Event()

        def look() -> None:
            while not is_over.wait(SAMPLE_S):
                self.look()

        looking = threading.Thread(target=look)
        looking.start()
        try:
            yield
        finally:
            is_over.set()
            looking.join()

    def growth_kb(self, command_kb: float) -> tuple[float, float]:
        """Of the second half, by the line through its samples: as read, and without commands."""
        late = self.samples[len(self.samples) // 2 :]
        at_s, kb, commands, _ = zip(*late, strict=True)
        took_s = at_s[-1] - at_s[0]
        net = [have - given * command_kb for have, given in zip(kb, commands, strict=True)]
        raw_kb, net_kb = (linear_regression(at_s, values).slope * took_s for values in (kb, net))
        return raw_kb, net_kb


def bench_soak(
    minutes: float = MINUTES,
    readers: int = READERS,
    stalled: int = STALLED,
    coming: int = COMING,
    full_s: float = FULL_S,
) -> Section:
    """The section on memory under clients that misbehave."""
    with ExitStack() as stack:
        hall = stack.enter_context(running_hall())
        await_day(hall)
        cookie = hall.cookie("supervisor")
        asyncio.run(open_counters(hall.url, cookie))
        watch = Watch(hall.pid("web1"))
        others = Disturbance()
        line = stack.enter_context(generating(ours(hall, cookie)))
        line.open(8)
        line.rounds(0, full_s)  # what a process grows by at its first hard work is not theirs
        before_kb = _own_kb(watch.pid)
        alone = line.rounds(0, max(full_s, ALONE_S if minutes > 1 else 0))
        command_kb = (_own_kb(watch.pid) - before_kb) / alone.rounds
        line.open(readers - 8)
        watch.commands += line.rounds(0, full_s).rounds
        crowd = stack.enter_context(generating(ours(hall, cookie, COMING_TOPIC)))
        crowd.open(coming)
        server = ours(hall, cookie)
        came, began = coming, time.monotonic()
        calm: list[float] = []
        beside: list[float] = []
        frames = line.status().frames
        with watch.looking():
            while time.monotonic() < began + minutes * 60:
                with generating(server) as idlers:
                    idlers.open(stalled, "stall")
                    line.begin_rounds(0, full_s)
                    until = time.monotonic() + full_s * COMING_SHARE
                    while time.monotonic() < until:
                        came += crowd.reset().served
                        time.sleep(COMING_PAUSE_S)
                    watch.commands += line.end_rounds().rounds
                    beside.append(_paced(watch, line))
                calm.append(_paced(watch, line))
        watch.look()
        frames = line.status().frames - frames
        took_s = time.monotonic() - began
        share = others.share
    raw_kb, net_kb = watch.growth_kb(command_kb)
    return Section(
        title=f"{minutes:g} minutes of clients that misbehave",
        setting=(
            f"{readers:,} sockets watch a board that changes as fast as it goes; beside them"
            f" {stalled} that never read, given up and replaced all the time, and {coming:,} that"
            f" are reset and come again ({came:,} came); {frames:,} frames in {took_s:.0f} s, and"
            f" rounds at {RATE:g} a second between the storms, with those that never read and"
            " without them in turn, for the times. Memory (anonymous) every"
            f" {SAMPLE_S:g} s, in MB: {_row(kb / 1024 for _, kb, _, _ in watch.samples)};"
            f" open descriptors: {_row(float(count) for *_, count in watch.samples)}. A command"
            " adds to the day whatever the sockets do (its id is kept for repeats):"
            " that was measured alone and is taken off."
        ),
        figures=(
            Figure(name="grew in the second half", value=raw_kb, unit="kB"),
            Figure(name="a command adds", value=command_kb, unit="kB"),
            Figure(
                name="grew without that: flat",
                value=net_kb,
                unit="kB",
                target=GROWTH_KB,
            ),
            Figure(
                name="arrival beside them: p99",
                value=median(beside),
                unit="ms",
                target=UNCHANGED * median(calm),
                peer=median(calm),
                peer_name="without",
            ),
        ),
        others_share=share,
    )


def _paced(watch: Watch, line: Generator) -> float:
    """The 99th percentile of arrivals at an even pace, in ms."""
    found = line.rounds(RATE, PACED_S)
    watch.commands += found.rounds
    return found.p99_ms


def _own_kb(pid: int) -> float:
    """Without its share of the libraries, which changes as other processes come and go."""
    words = Path(f"/proc/{pid}/smaps_rollup").read_text()
    (line,) = (line for line in words.splitlines() if line.startswith("Pss_Anon:"))
    return float(line.split()[1])


def _row(values: Iterator[float]) -> str:
    """At most thirty of the values, evenly chosen."""
    found = list(values)
    step = max(1, len(found) // 30)
    return " ".join(f"{value:.1f}".removesuffix(".0") for value in found[::step])


def main(arguments: Sequence[str]) -> int:
    """Measure and renew the page; 1 when memory was not flat."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench_hub.soak", description=__doc__)
    parser.add_argument("minutes", nargs="?", type=float, default=MINUTES)
    minutes = min(MINUTES_MAX, max(0.5, parser.parse_args(arguments).minutes))
    try:
        compiled("wsload")
    except MissingError as error:
        print(error, file=sys.stderr)
        return 1
    setting = machine()
    print(setting, flush=True)
    section = bench_soak(minutes)
    print(as_text([section]))
    words = PAGE.read_text(encoding="utf-8")
    generated = as_markdown([section], setting)
    PAGE.write_text(replace_generated(words, generated, by=NAME), encoding="utf-8")
    return 0 if section.figures[2].is_reached else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
