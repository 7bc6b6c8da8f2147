"""An agent to be killed: one job from a hub of its own, at a real socket.

python -m tests.agents.printer.child PORT SPOOL
"""

import asyncio
import sys
from pathlib import Path

from printer_agent.ports import NetworkPort
from printer_agent.press import Press
from printer_agent.spool import Spool
from printer_agent.worker import Worker
from tests.agents.printer.samples import P1, PUBLIC_URL, FakeHub, job


async def main() -> None:
    port, spool = int(sys.argv[1]), Path(sys.argv[2])
    press = Press(NetworkPort("127.0.0.1", port), PUBLIC_URL, 80, None)
    await Worker(P1, FakeHub(job("A001")), Spool(spool), press).run()


if __name__ == "__main__":
    asyncio.run(main())
