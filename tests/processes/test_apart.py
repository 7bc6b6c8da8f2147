"""Web processes that nobody starts together: any of them serves any hall, in place of any other."""

import signal
import subprocess
import sys

from backend.client.http import get_topic
from backend.core.commands import CallNext
from backend.core.ids import CounterId
from tests.hall import HALL_ID, ROOT, Hall, free_port, running_hall
from tests.processes.history import check, history_of
from tests.processes.load import TOPICS, Load, take, working
from tests.processes.webs import web_process

RECOVERY_S = 10.0
STOP_MAX_S = 5.0
"""From SIGTERM to the end: 3 s for what is under way, and what a busy machine adds."""


async def test_boards_in_one_process_and_clerks_in_another__I2_I7_I10_CL8() -> None:
    with running_hall() as hall, web_process(hall) as other:
        load = Load(hall, hall.cookie("supervisor"), screens_url=other.door.url)
        async with history_of(hall) as history:
            async with working(load, kiosks=4, every_s=0.1, screens=6):
                for _ in range(10):
                    await load.until_all_are_served(RECOVERY_S)
                await load.until_screens_agree(RECOVERY_S)
            for topic in TOPICS:  # the same in both, to the letter
                assert await get_topic(hall.url, HALL_ID, topic, token="demo") == await get_topic(
                    other.door.url, HALL_ID, topic, token="demo"
                )
            async with load.client("there", is_device=False, url=other.door.url) as there:
                call = CallNext(counter_id=CounterId("W16"))
                assert await there.do(take(), "kiosk0-1") == load.answers["kiosk0-1"]
                assert await there.do(call, "W16-1-CallNext") == load.answers["W16-1-CallNext"]
            check(await history.streamed(), load.answers)


async def test_processes_on_one_port_end_and_come_again__I1_I7_I10() -> None:
    port = free_port()
    with (
        running_hall() as hall,
        web_process(hall, "--reuse-port", port=port, name="one") as one,
        web_process(hall, "--reuse-port", port=port, name="two") as two,
    ):
        refuses_a_third_that_does_not_ask(hall, port)
        load = Load(hall, hall.cookie("supervisor"), url=one.door.url)
        async with (
            history_of(hall) as history,
            working(load, kiosks=4, every_s=0.1, screens=6),
        ):
            for web, by in ((one, signal.SIGTERM), (two, signal.SIGKILL)):
                await load.until_all_are_served(RECOVERY_S)
                took_s = await web.restart(by)
                print(f"{by.name}: ended in {took_s:.1f} s, slowest {max(load.latencies_s):.1f} s")
                assert took_s < STOP_MAX_S
            await load.until_screens_agree(RECOVERY_S)
            check(await history.streamed(), load.answers)
    assert "Traceback" not in one.log + two.log


def refuses_a_third_that_does_not_ask(hall: Hall, port: int) -> None:
    third = subprocess.run(
        [sys.executable, "-m", "backend", "web"],
        env=hall.variables() | hall.stores() | {"PORT": str(port)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert third.returncode == 1
    assert f"port {port} on 127.0.0.1 cannot be had" in third.stderr
    assert "Traceback" not in third.stderr
