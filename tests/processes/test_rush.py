"""All 31 counters press "next" at the same instant, on one web process and on two."""

import pytest

from tests.bench.commands import open_counters
from tests.bench.figures import quantile
from tests.bench.processes import await_day
from tests.bench.rush import Rush, rush
from tests.hall import running_hall
from tests.processes.history import check, history_of
from tests.processes.webs import web_process

ROUNDS = 100


@pytest.mark.parametrize("processes", [1, 2])
async def test_all_counters_at_once_get_each_a_ticket_of_their_own__I3_I20_CL8(
    processes: int,
) -> None:
    with running_hall() as hall:
        await_day(hall)
        cookie = hall.cookie("supervisor")
        await open_counters(hall.url, cookie)
        with web_process(hall) as second:
            urls = (hall.url, second.door.url)[:processes]
            pressed = await rush(Rush(urls=urls, cookie=cookie, rounds=ROUNDS))
        p99_ms = quantile(pressed.latencies_us, 0.99) / 1000
        print(f"{pressed.called} called, {pressed.empty} times nobody, p99 {p99_ms:.1f} ms")
        assert pressed.called > ROUNDS * 10
        assert pressed.empty > 0
        assert len(pressed.latencies_us) == ROUNDS * 31
        async with history_of(hall) as history:
            check(await history.streamed(), {})
