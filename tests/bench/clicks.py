"""From a clerk's click to the board, on a hall where nothing else happens."""

import asyncio
import subprocess
import sys
import time

import msgspec
from msgspec import Struct
from websockets.asyncio.client import ClientConnection, connect

from backend.client.client import socket_url
from backend.core.commands import CallNext, Command, FinishServing, StartServing, TakeTicket
from backend.core.ids import Channel, CommandId
from backend.demo.hall import HALL_ID
from backend.wire.messages import Do, Done, Ping, Pong, Refused
from tests.bench.commands import open_counters
from tests.bench.figures import Figure, Section, quantile
from tests.bench.processes import await_day, await_quiet
from tests.bench.watcher import Arrival, Watching
from tests.hall import ROOT, Hall, running_hall

CLICKS = 300
PAUSE_S = 0.02
COUNTER_ID, QUEUE_ID, TOPIC = "W02", "B", "board:Z1"
BOARD_P99_MS = 25.0

_encode = msgspec.json.Encoder().encode
_answers: msgspec.json.Decoder[Done | Refused] = msgspec.json.Decoder(Done | Refused)


class Click(Struct, frozen=True, kw_only=True):
    """One call, with all times in ns of CLOCK_MONOTONIC."""

    number: str
    sent_ns: int
    answered_ns: int
    ping_ns: int
    """Round trip of a protocol ping on the same socket just before."""
    wire_ping_ns: int
    """Round trip of the application's own ping, which passes through the session."""


def bench_clicks() -> list[Section]:
    """The section on clicks."""
    with running_hall() as hall:
        await_day(hall)
        cookie = hall.cookie("supervisor")
        asyncio.run(open_counters(hall.url, cookie))
        await_quiet()
        watcher = _start_watcher(hall)
        try:
            clicks = asyncio.run(_click(hall.url, cookie))
            words, _ = watcher.communicate(timeout=10)
        finally:
            if watcher.poll() is None:
                watcher.kill()
                watcher.wait()
    return [_section(clicks, msgspec.json.decode(words, type=list[Arrival]))]


def _start_watcher(hall: Hall) -> "subprocess.Popen[bytes]":
    watcher = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.watcher"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert watcher.stdin is not None
    assert watcher.stdout is not None
    watcher.stdin.write(_encode(Watching(url=hall.url, topic=TOPIC)) + b"\n")
    watcher.stdin.flush()
    assert watcher.stdout.readline() == b"ready\n"
    return watcher


async def _click(url: str, cookie: str) -> list[Click]:
    """Call, start and finish as many tickets as were taken before."""
    headers = {"Cookie": cookie}
    async with connect(
        socket_url(url, HALL_ID), additional_headers=headers, compression=None, ping_interval=None
    ) as socket:
        desk = Desk(socket)
        for _ in range(CLICKS):
            await desk.do(TakeTicket(channel=Channel.ANONYMOUS, queue_id=QUEUE_ID))
        clicks = []
        for _ in range(CLICKS):
            await asyncio.sleep(PAUSE_S)
            clicks.append(await desk.click())
            await desk.do(StartServing(counter_id=COUNTER_ID))
            await desk.do(FinishServing(counter_id=COUNTER_ID))
        return clicks


class Desk:
    """One socket, bare: nothing but what is timed."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._count = 0

    async def do(self, command: Command) -> Done:
        """The answer to a command that is not refused."""
        self._count += 1
        message = Do(id=CommandId(f"bench-click:{self._count}"), command=command)
        await self._socket.send(_encode(message), text=True)
        answer = _answers.decode(await self._socket.recv(decode=False))
        assert isinstance(answer, Done), answer
        return answer

    async def click(self) -> Click:
        """One call, and what a round trip costs just now without one."""
        began_ns = time.monotonic_ns()
        await (await self._socket.ping())
        pinged_ns = time.monotonic_ns()
        await self._socket.send(_encode(Ping()), text=True)
        msgspec.json.decode(await self._socket.recv(decode=False), type=Pong)
        sent_ns = time.monotonic_ns()
        answer = await self.do(CallNext(counter_id=COUNTER_ID))
        answered_ns = time.monotonic_ns()
        assert isinstance(answer.result.number, str)
        return Click(
            number=answer.result.number,
            sent_ns=sent_ns,
            answered_ns=answered_ns,
            ping_ns=pinged_ns - began_ns,
            wire_ping_ns=sent_ns - pinged_ns,
        )


def _section(clicks: list[Click], arrivals: list[Arrival]) -> Section:
    shown_ns: dict[str, int] = {}
    for arrival in arrivals:
        if arrival.number is not None and arrival.is_live:
            shown_ns.setdefault(arrival.number, arrival.at_ns)
    # A board shows the newest view only: a call that was overtaken before it was sent is not seen.
    board = [(shown_ns[c.number] - c.sent_ns) / 1e6 for c in clicks if c.number in shown_ns]
    assert len(board) >= len(clicks) * 0.9, f"{len(board)} of {len(clicks)} calls seen"
    answer = [(c.answered_ns - c.sent_ns) / 1e6 for c in clicks]
    pings = {
        "a WebSocket ping": [c.ping_ns / 1e6 for c in clicks],
        "the wire's own ping": [c.wire_ping_ns / 1e6 for c in clicks],
    }
    figures = []
    for words, share in (("p50", 0.5), ("p99", 0.99)):
        ping_ms = quantile(pings["a WebSocket ping"], share)
        answer_ms = quantile(answer, share)
        board_ms = quantile(board, share)
        target = BOARD_P99_MS if share > 0.5 else None
        figures += [
            Figure(name=f"{name}: {words}", value=quantile(values, share), unit="ms")
            for name, values in pings.items()
        ]
        figures += [
            Figure(
                name=f"answer: {words}",
                value=answer_ms,
                unit="ms",
                peer=ping_ms,
                peer_name="ping",
            ),
            Figure(
                name=f"click → board: {words}",
                value=board_ms,
                unit="ms",
                target=target,
                peer=answer_ms,
                peer_name="answer",
            ),
            Figure(
                name=f"click → board: {words}, beside a ping",
                value=board_ms,
                unit="ms",
                peer=ping_ms,
                peer_name="ping",
            ),
        ]
    return Section(
        title="From click to board",
        setting=(
            f"{CLICKS} calls on one socket, {PAUSE_S * 1e3:.0f} ms apart; the board is watched in"
            f" another process; {len(board)} were seen, the others overtaken by a newer view."
        ),
        figures=tuple(figures),
    )
