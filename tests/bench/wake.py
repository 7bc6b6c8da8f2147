"""From an append in one process to the other process that has folded it.

A job on stdin makes this the other process: it follows, and hands back when it heard what.
"""

import asyncio
import subprocess
import sys
import time
from datetime import date

import msgspec
import uvloop
from msgspec import Struct

from backend.core.ids import CommandId, HallId
from backend.core.views.topics import Touched
from backend.engines.process import start, stop
from backend.engines.valkey import prepare_valkey
from backend.hub.follower import Follower
from backend.store.redis_servers import Links
from backend.store.redis_stream import RedisStream
from backend.store.stream import START, Commit, DayRef
from tests.bench.appends import AT
from tests.bench.days import BY
from tests.bench.figures import Figure, Section, quantile
from tests.bench.processes import hand_back
from tests.hall import ROOT
from tests.support.servers import temporary_home

COUNT = 500
PAUSE_S = 0.004
HALL_ID = HallId("wake")
CHANNEL = "{wake}:peer"
REF = DayRef(day=date(2026, 11, 23), epoch="wake")
BEYOND_MS = 1.0


class Heard(Struct, frozen=True, kw_only=True):
    """When the other process knew of what, on the clock that all processes share."""

    published_ns: list[int]
    folded_ns: list[int]


class Ear:
    """Keeps when a published message came."""

    def __init__(self) -> None:
        self.heard_ns: list[int] = []

    def hear(self, _message: bytes) -> None:
        self.heard_ns.append(time.monotonic_ns())

    def doubt(self) -> None:
        return


def bench_wake() -> list[Section]:
    """The section on waking."""
    with temporary_home() as home:
        engine = prepare_valkey(home)
        process = start(engine, 30.0)
        try:
            return [uvloop.run(_measure(engine.url))]
        finally:
            stop(process, engine)


async def _measure(url: str) -> Section:
    link = Links(url).of(HALL_ID)
    stream = RedisStream(link, HALL_ID)
    await stream.announce(REF, None)
    other = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.wake"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert other.stdin is not None
    other.stdin.write(msgspec.json.encode(url))
    other.stdin.close()
    while await link.call("PUBSUB", "SHARDNUMSUB", CHANNEL, "{wake}:news") != [
        *(CHANNEL.encode(), 1),
        *(b"{wake}:news", 1),
    ]:
        await asyncio.sleep(0.01)
    published_ns, asked_ns, answered_ns, end = [], [], [], START
    for n in range(1, COUNT + 1):
        await asyncio.sleep(PAUSE_S)
        published_ns.append(time.monotonic_ns())
        await link.call("SPUBLISH", CHANNEL, "x" * 300)
        await asyncio.sleep(PAUSE_S)
        commit = Commit(id=CommandId(f"wake:{n:08d}"), by=BY, at=AT, mark="x" * 200)
        asked_ns.append(time.monotonic_ns())
        end = await stream.append(REF, end, [commit])
        answered_ns.append(time.monotonic_ns())
    assert other.stdout is not None
    heard = msgspec.json.decode(await asyncio.to_thread(other.stdout.read), type=Heard)
    other.wait()
    await link.aclose()
    return _section(
        _between_ms(published_ns, heard.published_ns),
        _between_ms(asked_ns, answered_ns),
        _between_ms(asked_ns, heard.folded_ns),
        _between_ms(answered_ns, heard.folded_ns),
    )


def _between_ms(begun_ns: list[int], over_ns: list[int]) -> list[float]:
    return [(over - begun) / 1e6 for begun, over in zip(begun_ns, over_ns, strict=True)]


def _section(
    peer: list[float], answer: list[float], folded: list[float], behind: list[float]
) -> Section:
    figures = []
    for words, share, beyond in (("p50", 0.5, BEYOND_MS), ("p99", 0.99, None)):
        bare = quantile(peer, share)
        figures += [
            Figure(name=f"publish → subscriber: {words}", value=bare, unit="ms"),
            Figure(name=f"append → answer: {words}", value=quantile(answer, share), unit="ms"),
            Figure(
                name=f"append → folded in the other process: {words}",
                value=quantile(folded, share),
                unit="ms",
                target=bare + beyond if beyond is not None else None,
                peer=bare,
                peer_name="publish → subscriber",
            ),
            Figure(
                name=f"of it after the answer: {words}", value=quantile(behind, share), unit="ms"
            ),
        ]
    return Section(
        title="From an append to the other process",
        setting=(
            f"{COUNT} commits of one process, {2 * PAUSE_S * 1000:.0f} ms apart, on disk before"
            " anybody hears of them; a follower in another process. The peer is a bare message"
            " of the same length, which touches no disk, published between them."
        ),
        figures=tuple(figures),
    )


async def _follow(url: str) -> Heard:
    """Be the other process."""
    link, ear = Links(url).of(HALL_ID), Ear()
    folded_ns: list[int] = []
    stream = RedisStream(link, HALL_ID)

    async def nothing_to_restore() -> None:
        return None

    def folded(_touched: Touched) -> None:
        folded_ns.extend([time.monotonic_ns()] * (follower.position.seq - len(folded_ns)))

    follower = Follower(stream, nothing_to_restore, folded)
    link.listen(CHANNEL, ear)
    await follower.start()
    while follower.position.seq < COUNT:
        await follower.follow()
    await link.aclose()
    return Heard(published_ns=ear.heard_ns, folded_ns=folded_ns)


if __name__ == "__main__":
    hand_back(uvloop.run(_follow(msgspec.json.decode(sys.stdin.buffer.read(), type=str))))
