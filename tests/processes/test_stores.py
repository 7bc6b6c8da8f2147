"""A hall whose database stands still, and one whose stream is emptied."""

import os
from collections.abc import Iterator
from time import monotonic

import pytest

from backend.client.http import get_topic
from tests.hall import HALL_ID, Hall, running_hall
from tests.processes.history import check, history_of, until
from tests.processes.load import Load, working
from tests.support.still import standing_still

STILL_S = 60.0 if os.environ.get("YIZHAN_SLOW") == "1" else 20.0
CATCH_UP_S = 20.0
ANSWER_MAX_S = 3.0  # I20; a busy machine needs some of it


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    with running_hall(workers=2) as found:
        yield found


async def test_calls_go_on_while_the_database_stands_still__I1_I8(hall: Hall) -> None:
    load = Load(hall, hall.cookie("supervisor"))
    async with history_of(hall) as history:
        async with working(load, kiosks=5, every_s=0.4, screens=3):
            with standing_still(hall.pid("postgres")):
                answered, began = len(load.answers), monotonic()
                load.latencies_s.clear()
                while monotonic() - began < STILL_S:
                    await load.until_all_are_served(ANSWER_MAX_S + 0.4)
                slowest_s, count = max(load.latencies_s), len(load.answers) - answered
                archive_end = await hall_seq(hall)
            await load.until_screens_agree(CATCH_UP_S)
        print(f"{count} answers in {STILL_S:.0f} s without the database, slowest {slowest_s:.3f} s")
        assert count > STILL_S * 10
        assert slowest_s < ANSWER_MAX_S
        caught_up_s = await history.until_archived(CATCH_UP_S)
        print(f"archive whole {caught_up_s:.2f} s after it goes on")
        entries = await history.archived()
        assert len(entries) >= archive_end
        check(entries, load.answers)


async def test_emptied_stream_comes_back_from_the_archive__I1_I8(hall: Hall) -> None:
    load = Load(hall, hall.cookie("supervisor"))
    async with history_of(hall) as history, load.client("kiosk", is_device=True) as kiosk:
        for n in range(20):
            await load.ticket(kiosk, f"before-{n}", "A")
        await history.until_archived(CATCH_UP_S)
        before, entries = await history.ref(), await history.streamed()
        screen = kiosk.watch("queues")
        assert (await anext(screen)).epoch == before.epoch

        began = monotonic()
        await history.redis.flushall()
        answer = await load.ticket(kiosk, "after", "A")
        print(f"FLUSHALL: served after {monotonic() - began:.2f} s", end=", ")
        show = await anext(screen)
        while show.epoch == before.epoch:
            show = await anext(screen)
        print(f"new epoch shown after {monotonic() - began:.2f} s")

        after = await history.ref()
        assert after.day == before.day
        assert after.epoch != before.epoch
        assert (await history.streamed())[: len(entries)] == entries
        assert answer.seq == len(entries) + 1
        assert answer.result.number == "A021"
        again = await load.ticket(kiosk, "before-7", "A")
        assert again.result.number == "A008"

        async def is_everywhere() -> bool:  # whichever of the two processes answers
            shown = [await get_topic(hall.url, HALL_ID, "queues") for _ in range(10)]
            return {(show.epoch, show.seq) for show in shown} == {(after.epoch, answer.seq)}

        await until(is_everywhere, CATCH_UP_S)
        await history.until_archived(CATCH_UP_S)
        check(await history.archived(), load.answers)


async def hall_seq(hall: Hall) -> int:
    return (await get_topic(hall.url, HALL_ID, "queues")).seq
