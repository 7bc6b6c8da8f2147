from pathlib import Path

from printer_agent.spool import KEPT_MAX
from tests.agents.printer.soak import FIFTHS, TROUBLE_EVERY, soak

TICKETS = 60


async def test_many_tickets_leave_nothing_behind(tmp_path: Path) -> None:
    """A short version of `make soak-printer`."""
    found = await soak(tmp_path, TICKETS)
    assert found.printed + found.others == TICKETS
    assert found.others == TICKETS // TROUBLE_EVERY
    assert found.files <= KEPT_MAX + 3
    assert len(found.memory_kb) == FIFTHS
    assert found.memory_kb[-1] - found.memory_kb[0] < 20_000
