"""Many tickets through one agent at a real socket, and what it grows by.

python -m tests.agents.printer.soak [TICKETS]; `make soak-printer` asks for a day's at 100 times
the speed: 5,000 tickets, one in fifty at a printer in trouble.
"""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from msgspec import Struct

from backend.core.ids import PrintOutcome
from backend.paper.fonts import find_fonts
from printer_agent.ports import NetworkPort
from printer_agent.press import Press, PressLimits
from printer_agent.spool import KEPT_MAX
from tests.agents.printer.conftest import ROOT
from tests.agents.printer.samples import PUBLIC_URL, FakeHub, job
from tests.agents.printer.test_printer_worker import QUICK, working
from tests.devices.printer import VirtualPrinter

TROUBLE_EVERY = 50
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Soaked(Struct, frozen=True, kw_only=True):
    """What came of it."""

    tickets: int
    took_s: float
    cpu_s: float
    """Of this process: agent and virtual printer together."""
    first_kb: int
    """Memory when a tenth was printed."""
    last_kb: int
    files: int
    """In the spool."""
    printed: int
    others: int
    """Not known to be on paper."""


async def soak(directory: Path, tickets: int) -> Soaked:
    """Print so many, one at a time."""
    hub = FakeHub()
    first_kb = 0
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
                await hub.until(lambda n=n: len(hub.reports) > n)  # type: ignore[misc]
                printer.trouble.is_paper_out = False
                printer.papers.clear()  # half a megabyte each
                hub.told.clear()
                hub.claims.clear()
                hub.asked.clear()
                if n == tickets // 10:
                    first_kb = resident_kb()
        assert printer.faults == []
    outcomes = [report.outcome for report in hub.reports]
    printed = outcomes.count(PrintOutcome.PRINTED)
    return Soaked(
        tickets=tickets,
        took_s=time.monotonic() - began_s,
        cpu_s=time.process_time() - cpu_s,
        first_kb=first_kb,
        last_kb=resident_kb(),
        files=len(list(directory.iterdir())),
        printed=printed,
        others=len(outcomes) - printed,
    )


def resident_kb() -> int:
    """What this process holds in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * PAGE_BYTES // 1024


def main() -> None:
    tickets = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    with tempfile.TemporaryDirectory() as directory:
        found = asyncio.run(soak(Path(directory), tickets))
    print(
        f"{found.tickets} tickets in {found.took_s:.0f} s, {found.cpu_s / tickets * 1000:.1f} ms of"
        f" CPU each; {found.printed} printed, {found.others} not known; memory {found.first_kb} kB"
        f" after a tenth, {found.last_kb} kB at the end; {found.files} files in the spool, at most"
        f" {KEPT_MAX} and a few"
    )


if __name__ == "__main__":
    main()
