"""The limit of every durable command: the same compare-and-append on the same Valkey, bare."""

import time
from datetime import UTC, datetime

from msgspec import Struct

from backend.core.events import TicketCalled
from backend.core.ids import CallId, CommandId, CounterId, HallId, TicketId
from backend.store.redis_servers import Links
from backend.store.redis_stream import RedisStream
from backend.store.stream import START, Commit, DayRef
from tests.bench.days import BY

GROUP = 64
HALL_ID = HallId("bench")  # a stream that no hub follows and no recorder copies
AT = datetime(2026, 11, 23, tzinfo=UTC)


class Appends(Struct, frozen=True, kw_only=True):
    """What one client on one connection reached."""

    alone_ms: list[float]
    """Of one commit after another."""
    alone_rate: float
    """Commits a second, one after another."""
    grouped_rate: float
    """Commits a second, GROUP in a call."""


async def measure_appends(redis_url: str, duration_s: float) -> Appends:
    """Half the time one after another, half in groups."""
    link = Links(redis_url).of(HALL_ID)
    stream = RedisStream(link, HALL_ID)
    ref = DayRef(day=AT.date(), epoch="bench")
    await stream.forget(ref)
    end, number, alone_ms = START, 0, []
    began = time.perf_counter()
    while time.perf_counter() - began < duration_s / 2:
        number += 1
        sent = time.perf_counter()
        end = await stream.append(ref, end, [commit_of(number)])
        alone_ms.append((time.perf_counter() - sent) * 1e3)
    alone_rate = number / (time.perf_counter() - began)
    began, grouped = time.perf_counter(), 0
    while time.perf_counter() - began < duration_s / 2:
        group = [commit_of(number + n) for n in range(1, GROUP + 1)]
        end = await stream.append(ref, end, group)
        number, grouped = number + GROUP, grouped + GROUP
    grouped_rate = grouped / (time.perf_counter() - began)
    await stream.forget(ref)
    await link.aclose()
    return Appends(alone_ms=alone_ms, alone_rate=alone_rate, grouped_rate=grouped_rate)


def commit_of(number: int) -> Commit:
    """A commit of the usual size."""
    called = TicketCalled(
        ticket_id=TicketId(f"20261123-H{number:03d}"),
        counter_id=CounterId("W16"),
        call_id=CallId(f"20261123-C{number}"),
        called_at=AT,
    )
    return Commit(id=CommandId(f"bench:{number:08d}"), by=BY, at=AT, events=(called,))
