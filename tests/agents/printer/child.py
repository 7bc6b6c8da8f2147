"""An agent to be killed: one job from a hub of its own, at a real socket.

python -m tests.agents.printer.child PORT SPOOL
"""

import asyncio
import sys
from pathlib import Path

from printer_agent.ports import NetworkPort
from printer_agent.press import Press
from printer_agent.roll import RollFile
from printer_agent.spool import Spool
from printer_agent.worker import Worker
from tests.agents.printer.samples import ME, P1, PUBLIC_URL, FakeHub, job


async def main() -> None:
    port, spool = int(sys.argv[1]), Path(sys.argv[2])
    press = Press(NetworkPort("127.0.0.1", port), PUBLIC_URL, 80, None)
    roll = RollFile(spool / "roll", None)
    await Worker(P1, FakeHub(job("A001")), press, agent_id=ME, spool=Spool(spool), roll=roll).run()


if __name__ == "__main__":
    asyncio.run(main())
