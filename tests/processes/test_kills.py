"""Each process killed under load: nothing acknowledged is lost, and all comes back by itself."""

import os
import signal
from time import monotonic

from tests.hall import Hall, running_hall
from tests.processes.history import check, history_of, until
from tests.processes.load import COUNTERS, Load, working

RECOVERY_S = 10.0
KIOSKS = 5
COMMANDS_PER_S = 50
ROUNDS_BETWEEN = 6
"""Commands of everybody between two kills."""
VICTIMS = ("web1", "recorder", "valkey", "postgres", "web2")


async def test_each_process_killed_under_load__I1_I2_I7_I8_I10() -> None:
    with running_hall(workers=2) as hall:
        load = Load(hall, hall.cookie("supervisor"))
        every_s = (KIOSKS + len(COUNTERS)) / COMMANDS_PER_S
        async with (
            history_of(hall) as history,
            working(load, kiosks=KIOSKS, every_s=every_s, screens=12),
        ):
            began, answered = monotonic(), len(load.answers)
            for name in VICTIMS:
                for _ in range(ROUNDS_BETWEEN):
                    await load.until_all_are_served(RECOVERY_S)
                await kill(hall, name, load)
            rate = (len(load.answers) - answered) / (monotonic() - began)
            await load.until_screens_agree(RECOVERY_S)
            entries = await history.streamed()
            check(entries, load.answers)
            archive_s = await history.until_archived(RECOVERY_S)
        print(f"{len(load.answers)} answers, {rate:.0f} a second, all of them true")
        print(
            f"slowest answer {max(load.latencies_s):.2f} s, archive whole {archive_s:.2f} s later"
        )


async def kill(hall: Hall, name: str, load: Load) -> None:
    """Kill the process and wait for everything to come back, which nobody helps with."""
    before, starts = hall.pid(name), starts_of(hall, name)
    began = monotonic()
    os.kill(before, signal.SIGKILL)
    served_s = await load.until_all_are_served(RECOVERY_S)

    async def is_back() -> bool:
        is_new = hall.pids().get(name, before) != before
        return is_new and (not name.startswith("web") or starts_of(hall, name) > starts)

    await until(is_back, RECOVERY_S)
    back_s = monotonic() - began
    print(f"{name:9} killed: all served after {served_s:.2f} s, itself back after {back_s:.2f} s")
    assert back_s < RECOVERY_S


def starts_of(hall: Hall, name: str) -> int:
    """How often this web process has come so far as to be ready."""
    log = hall.home / "logs" / f"{name}.log"
    return log.read_text().count("hall_ready") if log.exists() else 0
