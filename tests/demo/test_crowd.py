"""The crowd fills a real hall, keeps to its own windows and survives what a hub survives."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from itertools import pairwise

import pytest

from backend.core.events import (
    CounterOpened,
    Event,
    ServingFinished,
    ServingStarted,
    TicketCalled,
    TicketTaken,
)
from backend.core.ids import CounterId, QueueId
from backend.demo.crowd import run_crowd
from backend.demo.crowd.office import HUMAN_COUNTER_IDS, open_office
from backend.demo.crowd.visitors import visitors_a_second
from backend.store.redis_servers import Links
from backend.store.redis_stream import RedisStream
from backend.store.stream import START
from tests.hall import HALL_ID, Hall, running_hall

SEED = 7
SPEED = 25.0
LIMIT_S = 40.0


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    with running_hall() as running:
        yield running


@asynccontextmanager
async def crowd_in(hall: Hall) -> AsyncIterator[None]:
    """A crowd at a fast pace; ended as it is by its launcher."""
    crowd = asyncio.create_task(run_crowd(hall.url, seed=SEED, speed=SPEED))
    try:
        yield
    finally:
        os.kill(os.getpid(), signal.SIGTERM)
        assert await asyncio.wait_for(crowd, 10.0) == 0


async def events_of(hall: Hall) -> list[Event]:
    link = Links(hall.given("REDIS_URL")).of(HALL_ID)
    stream = RedisStream(link, HALL_ID)
    ref = await stream.latest_day()  # None: the hub is about to open its first
    entries = await stream.read(ref, START, 100_000) if ref is not None else []
    await link.aclose()
    return [event for entry in entries for event in entry.commit.events]


async def seen(hall: Hall, claim: Callable[[list[Event]], bool]) -> list[Event]:
    """The events once the claim holds of them."""
    async with asyncio.timeout(LIMIT_S):
        while not claim(events := await events_of(hall)):
            await asyncio.sleep(0.2)
    return events


def count(events: list[Event]) -> Counter[type[Event]]:
    return Counter(type(event) for event in events)


async def test_crowd_takes_calls_and_serves_but_not_at_the_humans_windows(hall: Hall) -> None:
    def is_lively(events: list[Event]) -> bool:
        return count(events)[ServingFinished] >= 30

    async with crowd_in(hall):
        events = await seen(hall, is_lively)
    kinds = count(events)
    assert kinds[TicketTaken] >= kinds[TicketCalled] >= kinds[ServingStarted] >= 30
    at = {e.counter_id for e in events if isinstance(e, CounterOpened | TicketCalled)}
    assert len(at) >= 10
    assert not at & HUMAN_COUNTER_IDS
    taken = [event for event in events if isinstance(event, TicketTaken)]
    assert {"A", "B"} <= {event.queue_id for event in taken}, "the human has visitors"
    assert 0 < sum(event.job_id is not None for event in taken) < len(taken) / 3
    assert {True, False} == {event.person_hash is None for event in taken}


async def test_killed_web_process_costs_the_crowd_nothing(hall: Hall) -> None:
    async with crowd_in(hall):
        before = len(await events_of(hall))
        await seen(hall, lambda events: len(events) > before + 20)
        os.kill(hall.pid("web1"), signal.SIGKILL)
        at_kill = count(await events_of(hall))
        events = await seen(
            hall,
            lambda found: (
                count(found)[ServingFinished] >= at_kill[ServingFinished] + 20
                and count(found)[TicketTaken] >= at_kill[TicketTaken] + 20
            ),
        )
    at = {e.counter_id for e in events if isinstance(e, TicketCalled)}
    assert not at & HUMAN_COUNTER_IDS


def test_terminated_crowd_process_ends_in_order(hall: Hall) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "backend", "crowd"],
        env=hall.variables() | {"YIZHAN_CROWD_SEED": "3"},
        stderr=subprocess.PIPE,
    )
    try:
        assert process.stderr is not None
        assert b'"seed": 3' in process.stderr.readline()
        process.terminate()
        assert process.wait(10) == 0
    finally:
        with suppress(ProcessLookupError):
            process.kill()


@pytest.mark.parametrize("queue_id", ["A", "B"])
def test_queue_that_nobody_calls_stops_growing(queue_id: str) -> None:
    office = open_office("", SEED, 1.0)
    for wave in (-1.0, 0.0, 1.0):
        rates = [visitors_a_second(office, QueueId(queue_id), n, wave) for n in range(13)]
        assert rates[0] > 0.0
        assert all(more >= fewer for more, fewer in pairwise(rates))
        assert rates[11] == 0.0


def test_simulated_clerks_sit_at_the_windows_open_by_default() -> None:
    office = open_office("", SEED, 1.0)
    assert len(office.counter_ids) == 20
    assert not HUMAN_COUNTER_IDS & set(office.counter_ids)
    assert CounterId("W05") not in office.counter_ids
