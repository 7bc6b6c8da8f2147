"""`python -m tests.bench_hub [name…]`: measure the hub, print the tables, renew their page.

Without names everything is measured and docs/performance.md is renewed, in five to eight minutes
on two cores; with names the tables are printed only.  Loopback only, at most 12,000 sockets a
server, and no step over a minute.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence

from tests.bench.__main__ import PAGE
from tests.bench.figures import Section, as_markdown, as_text, machine, replace_generated
from tests.bench_hub.fanout import bench_fanout
from tests.bench_hub.mixed import bench_mixed
from tests.bench_hub.programs import MissingError, compiled, peers_installed
from tests.bench_hub.restart import bench_restart
from tests.bench_hub.spread import bench_spread
from tests.bench_hub.storms import bench_stalled, bench_storm

NAME = "bench-hub"
BENCHES: dict[str, Callable[[], list[Section]]] = {
    "fanout": bench_fanout,
    "mixed": lambda: [bench_mixed()],
    "storm": lambda: [bench_storm()],
    "restart": lambda: [bench_restart()],
    "stalled": lambda: [bench_stalled()],
    "spread": lambda: [bench_spread()],
}


def main(arguments: Sequence[str]) -> int:
    """Measure; the exit code is 0 even where a figure is short of its target."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench_hub", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHES, []], metavar="name")
    parser.add_argument("--write", action="store_true", help=f"renew {PAGE.name} all the same")
    asked = parser.parse_args(arguments)
    try:
        for program in ("wsload", "wslimit"):
            compiled(program)
        peers_installed()
    except MissingError as error:
        print(error, file=sys.stderr)
        return 1
    setting = machine()
    print(setting, flush=True)
    sections: list[Section] = []
    for name in asked.names or BENCHES:
        began = time.monotonic()
        found = BENCHES[name]()
        print(f"\n{name}: {time.monotonic() - began:.0f} s\n\n{as_text(found)}", flush=True)
        sections += found
    if not asked.names or asked.write:
        words = PAGE.read_text(encoding="utf-8")
        generated = as_markdown(sections, setting)
        PAGE.write_text(replace_generated(words, generated, by=NAME), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
