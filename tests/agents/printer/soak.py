"""Many tickets through one agent at a real socket, and what it grows by.

python -m tests.agents.printer.soak [TICKETS]; `make soak-printer` asks for a day's at 100 times
the speed: 5,000 tickets, one in fifty at a printer in trouble.  Exits with 1 when memory was not
flat over the last two fifths of them; before that an allocator may take another step.
"""

import asyncio
import io
import os
import sys
import tempfile
import time
from collections import Counter
from contextlib import redirect_stderr
from pathlib import Path

from msgspec import Struct

from backend.core.ids import PrintOutcome
from backend.paper.fonts import find_fonts
from printer_agent import log
from printer_agent.ports import NetworkPort
from printer_agent.press import Press, PressLimits
from printer_agent.spool import KEPT_MAX
from tests.agents.printer.conftest import ROOT
from tests.agents.printer.samples import PUBLIC_URL, FakeHub, job
from tests.agents.printer.test_printer_worker import QUICK, working
from tests.devices.printer import VirtualPrinter

TROUBLE_EVERY = 50
FIFTHS = 5
GROWTH_MAX_KB = 1024
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Soaked(Struct, frozen=True, kw_only=True):
    """What came of it."""

    tickets: int
    took_s: float
    cpu_s: float
    """Of this process: agent and virtual printer together."""
    memory_kb: tuple[int, ...]
    """After each fifth."""
    files: int
    """In the spool."""
    printed: int
    others: int
    """Not known to be on paper."""


async def soak(directory: Path, tickets: int) -> Soaked:
    """Print so many, one at a time."""
    hub = FakeHub()
    outcomes: Counter[PrintOutcome] = Counter()
    memory_kb: list[int] = []
    began_s, cpu_s = time.monotonic(), time.process_time()
    async with VirtualPrinter() as printer:
        limits = PressLimits(answer_s=0.5, confirm_s=0.5)
        fonts = find_fonts(None, ROOT)
        port = NetworkPort("127.0.0.1", printer.port)
        press = Press(port, PUBLIC_URL, 80, fonts, limits=limits)
        async with working(hub, directory, press, QUICK, limit_s=tickets):
            for n in range(tickets):
                has_trouble = n % TROUBLE_EVERY == TROUBLE_EVERY - 1
                printer.trouble.out_at_row = 300 if has_trouble else None
                await hub.put(job(f"A{n:05}"))
                await hub.until(lambda: bool(hub.reports))
                printer.trouble.is_paper_out = False
                printer.papers.clear()  # half a megabyte each
                outcomes.update(report.outcome for report in hub.reports)
                for kept in (hub.reports, hub.told, hub.claims, hub.asked):
                    kept.clear()
                if (n + 1) * FIFTHS // tickets > len(memory_kb):
                    memory_kb.append(resident_kb())
        assert printer.faults == []
    return Soaked(
        tickets=tickets,
        took_s=time.monotonic() - began_s,
        cpu_s=time.process_time() - cpu_s,
        memory_kb=tuple(memory_kb),
        files=len(list(directory.iterdir())),
        printed=outcomes[PrintOutcome.PRINTED],
        others=outcomes.total() - outcomes[PrintOutcome.PRINTED],
    )


def resident_kb() -> int:
    """What this process holds in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * PAGE_BYTES // 1024


class Counted(io.TextIOBase):
    """Keeps nothing of what is written but how much it was."""

    def __init__(self) -> None:
        self.chars = 0

    def write(self, text: str) -> int:
        self.chars += len(text)
        return len(text)


def main() -> int:
    tickets = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    said = Counted()
    with tempfile.TemporaryDirectory() as directory, redirect_stderr(said):
        log.set_up()
        found = asyncio.run(soak(Path(directory), tickets))
    grew_kb = found.memory_kb[-1] - found.memory_kb[-3]
    print(
        f"{found.tickets} tickets in {found.took_s:.0f} s, {found.cpu_s / tickets * 1000:.1f} ms of"
        f" CPU each; {found.printed} printed, {found.others} not known; {found.files} files in the"
        f" spool, at most {KEPT_MAX} and a few; {said.chars / tickets:.0f} bytes of log a ticket\n"
        f"memory after each fifth: {', '.join(map(str, found.memory_kb))} kB; grew by {grew_kb} kB"
        f" over the last two, {GROWTH_MAX_KB} allowed"
    )
    return int(grew_kb > GROWTH_MAX_KB)


if __name__ == "__main__":
    sys.exit(main())
