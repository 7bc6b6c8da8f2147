"""`python -m tests.bench [name…]`: measure, print the tables, renew docs/performance.md.

Without names everything is measured, in about five minutes on two cores, and the page is
written; with names the tables are printed only, unless `--write` is given.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec.structs import replace

from tests.bench.clicks import bench_clicks
from tests.bench.commands import bench_commands
from tests.bench.core import bench_core
from tests.bench.figures import Section, as_markdown, as_text, machine, replace_generated
from tests.bench.halls import bench_halls
from tests.bench.paper import bench_paper
from tests.bench.processes import Disturbance
from tests.bench.restart import bench_restart
from tests.bench.setup import bench_setup
from tests.bench.site import bench_site
from tests.bench.voice import bench_voice
from tests.bench.wake import bench_wake
from tests.hall import ROOT

PAGE = ROOT / "docs" / "performance.md"
BENCHES: dict[str, Callable[[], list[Section]]] = {
    "core": bench_core,
    "commands": bench_commands,
    "clicks": bench_clicks,
    "voice": bench_voice,
    "wake": bench_wake,
    "halls": bench_halls,
    "paper": bench_paper,
    "restart": bench_restart,
    "setup": bench_setup,
    "site": bench_site,
}


def main(arguments: Sequence[str]) -> int:
    """Measure; the exit code is 0 even where a figure is short of its target."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHES, []], metavar="name")
    parser.add_argument("--write", action="store_true", help=f"renew {PAGE.name} all the same")
    asked = parser.parse_args(arguments)
    setting = machine()
    print(setting, flush=True)
    sections: list[Section] = []
    for name in asked.names or BENCHES:
        found = _measure(name)
        print("\n" + as_text(found), flush=True)
        sections += found
    if not asked.names or asked.write:
        write(PAGE, as_markdown(sections, setting))
    return 0


def write(page: Path, generated: str) -> None:
    """Renew the generated part of the page."""
    words = page.read_text(encoding="utf-8")
    page.write_text(replace_generated(words, generated), encoding="utf-8")


def _measure(name: str) -> list[Section]:
    """The sections of one benchmark, each with how much others had of the machine meanwhile."""
    began, others = time.monotonic(), Disturbance()
    found = BENCHES[name]()
    took_s, share = time.monotonic() - began, others.share
    print(f"\n{name}: {took_s:.0f} s", flush=True)
    return [replace(section, others_share=share) for section in found]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
