"""Simulated visitors and clerks for `make demo`; the windows W01-W03 are left to a human.

They are ordinary clients: they see views and give commands.  What becomes of a visit is drawn
from the ticket's id, so that a clerk who comes back after a restart goes on with the same visit.
"""

import asyncio
import os
import secrets
import signal

import structlog

from backend.demo.crowd.clerk import clerk
from backend.demo.crowd.office import Office, open_office
from backend.demo.crowd.visitors import visitors

log = structlog.get_logger()


async def run_crowd(url: str, *, seed: int | None = None, speed: float = 1.0) -> int:
    """Fill the hall with people until SIGTERM; return the exit code.

    Without `seed` it is YIZHAN_CROWD_SEED or another one each time.
    """
    chosen = seed if seed is not None else _seed_of(os.environ.get("YIZHAN_CROWD_SEED"))
    office = open_office(url, chosen, speed)
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    log.info("crowd_comes", seed=chosen)
    people = asyncio.create_task(_people(office))
    ending = asyncio.create_task(ended.wait())
    try:
        await asyncio.wait({people, ending}, return_when=asyncio.FIRST_COMPLETED)
        if people.done():
            people.result()  # a fault in our own reasoning
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
        for task in (people, ending):
            task.cancel()
        await asyncio.gather(people, ending, return_exceptions=True)
    return 0


async def _people(office: Office) -> None:
    async with asyncio.TaskGroup() as tasks:
        for counter_id in office.counter_ids:
            tasks.create_task(clerk(office, counter_id))
        tasks.create_task(visitors(office))


def _seed_of(text: str | None) -> int:
    return int(text) if text and text.isdigit() else secrets.randbelow(2**32)
