"""The network gone for five minutes, on either side of the agent.

A real hub in this process at a real socket, the agent's own client and press, a virtual printer,
and cables between them that are pulled; most of the minutes are leapt over.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import zxingcpp
from msgspec.structs import replace
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from backend.client import Client, Pace
from backend.core.commands import ReprintTicket, TakeTicket
from backend.core.devices import is_taken
from backend.core.events import TicketPrinted
from backend.core.ids import Channel, PrinterState, PrintOutcome
from backend.hub.clock import HallClock
from backend.hub.hall import Hall
from printer_agent.ports import NetworkPort
from printer_agent.press import Press, PressLimits
from printer_agent.roll import RollFile
from printer_agent.spool import Spool
from printer_agent.worker import Worker
from tests.agents.printer.samples import ME, P1, PUBLIC_URL
from tests.devices.printer import VirtualPrinter
from tests.hub.stage import (
    DEVICE,
    FaultyStream,
    Line,
    commits_of,
    done,
    eventually,
    new_hall,
    open_day,
    running,
)
from tests.support.cable import Cable
from tests.support.leaps import Leaps
from tests.support.plans import K1, A, small_plan

OUTAGE_S = 300.0
PRINTED, UNKNOWN, FAILED = PrintOutcome.PRINTED, PrintOutcome.UNKNOWN, PrintOutcome.FAILED
BRISK = Pace(backoff_first_s=0.05, backoff_max_s=0.1)
"""Back soon: only the outage is leapt over."""
PATIENT = replace(BRISK, silence_max_s=10 * OUTAGE_S)
"""A leap is no silence of a hub that is there."""


class Site:
    """A hall and its printer, with the agent behind two cables."""

    def __init__(
        self, hall: Hall, stream: FaultyStream, leaps: Leaps, printer: VirtualPrinter
    ) -> None:
        self.hall, self.leaps, self.printer = hall, leaps, printer
        self._stream = stream
        self.numbers: list[str] = []
        """Of the papers asked for, in the order of issue."""
        self._by_address: dict[str, str] = {}

    async def take(self, count: int) -> None:
        """So many visitors take a number at the kiosk."""
        for _ in range(count):
            command = TakeTicket(channel=Channel.ANONYMOUS, queue_id=A, kiosk_id=K1)
            result = (await done(self.hall, f"take-{len(self.numbers)}", command)).result
            self.numbers.append(str(result.number))
            self._by_address[f"{PUBLIC_URL}/t/{result.token}"] = str(result.number)

    async def reprint(self, number: str) -> None:
        """Somebody asks for another paper."""
        (ticket,) = (t for t in self.hall.follower.day.tickets.values() if t.number == number)
        command = ReprintTicket(ticket_id=ticket.ticket_id, kiosk_id=K1)
        await done(self.hall, f"reprint-{len(self.numbers)}", command)
        self.numbers.append(number)

    async def outcomes(self) -> list[tuple[str, PrintOutcome]]:
        """What the hub was told of papers, in that order."""
        tickets = self.hall.follower.day.tickets
        return [
            (tickets[event.ticket_id].number, event.outcome)
            for commit in await commits_of(self._stream)
            for event in commit.events
            if isinstance(event, TicketPrinted)
        ]

    async def until_told(self, count: int) -> list[tuple[str, PrintOutcome]]:
        """The outcomes, once there are so many."""
        async with asyncio.timeout(20):
            while len(found := await self.outcomes()) < count:
                await asyncio.sleep(0.01)
        return found

    def papers(self) -> list[str]:
        """The numbers on what was cut, read from the codes."""
        return [
            self._by_address[found.text]
            for paper in self.printer.papers
            for found in zxingcpp.read_barcodes(paper.convert("L"))
        ]

    def state(self) -> PrinterState:
        """How the printer is, for all that the hub knows."""
        return self.hall.follower.day.printers[P1].state


@asynccontextmanager
async def at_a_socket(hall: Hall) -> AsyncIterator[int]:
    """The hall at a port."""

    async def talk(socket: ServerConnection) -> None:
        line = Line(hall, DEVICE)
        telling = asyncio.create_task(tell(socket, line))
        with suppress(ConnectionClosed):
            async for frame in socket:
                line.session.receive(frame)
        line.session.close()
        telling.cancel()

    async def tell(socket: ServerConnection, line: Line) -> None:
        with suppress(ConnectionClosed):
            while True:
                for message in await line.outbox.take():
                    await socket.send(message, text=True)

    async with serve(talk, "127.0.0.1", 0, ping_interval=None, close_timeout=0.2) as server:
        yield next(iter(server.sockets)).getsockname()[1]


@asynccontextmanager
async def a_site(directory: Path, pace: Pace) -> AsyncIterator[tuple[Site, Cable, Cable]]:
    """The hall with one ticket printed, the cable to the hub and that to the printer."""
    leaps = Leaps()
    stream = FaultyStream()
    await open_day(stream, small_plan())
    hall = new_hall(stream, small_plan(), HallClock(leaps.now, leaps.ticks))
    async with (
        running(hall),
        at_a_socket(hall) as hub_port,
        Cable(hub_port) as to_hub,
        VirtualPrinter() as printer,
        Cable(printer.port) as to_printer,
        Client(f"http://127.0.0.1:{to_hub.port}", "main", pace=pace) as client,
    ):
        limits = PressLimits(answer_s=0.3)
        port = NetworkPort("127.0.0.1", to_printer.port)
        press = Press(port, PUBLIC_URL, 80, None, limits=limits)
        roll = RollFile(directory / "roll", None)
        worker = Worker(P1, client, press, agent_id=ME, spool=Spool(directory), roll=roll)
        working = asyncio.create_task(worker.run())
        found = Site(hall, stream, leaps, printer)
        await found.take(1)
        await found.until_told(1)
        yield found, to_hub, to_printer
        assert printer.faults == []
        worker.stop()
        await working


async def test_hub_out_of_reach_for_five_minutes_then_papers_come_out_in_order__I11_PR1(
    tmp_path: Path,
) -> None:
    async with a_site(tmp_path, BRISK) as (site, to_hub, _):
        site.printer.trouble.delay_s = 0.02
        await site.take(2)
        await site.printer.until(lambda: site.printer.begun == 2)
        to_hub.pull()  # while a ticket is under the head
        site.printer.trouble.delay_s = 0
        await site.printer.until(lambda: len(site.printer.papers) >= 2)
        await site.take(3)
        await site.leaps.leap(OUTAGE_S / 2)
        await site.reprint("A001")
        await site.take(2)
        await site.leaps.leap(OUTAGE_S / 2)
        held = site.hall.follower.day.printers[P1]
        assert not is_taken(held.agent_id, held.heard_at, "another", site.leaps.now())
        assert len(site.printer.papers) <= 3, "what it knew of, and nothing else"
        assert await site.outcomes() == [("A001", PRINTED)]
        to_hub.plug()
        told = await site.until_told(len(site.numbers))
    assert told == [(number, PRINTED) for number in site.numbers]
    assert site.papers() == site.numbers


async def test_printer_out_of_reach_for_five_minutes_leaves_one_paper_unknown__I11_PR2(
    tmp_path: Path,
) -> None:
    """Who took a number in the first minutes was told to follow it on the phone; nothing waits
    for so long that it would come out for nobody."""
    async with a_site(tmp_path, PATIENT) as (site, _, to_printer):
        site.printer.trouble.delay_s = 0.02
        await site.take(1)
        await site.printer.until(lambda: site.printer.begun == 2)
        to_printer.pull()
        site.printer.trouble.delay_s = 0
        assert (await site.until_told(2))[-1] == ("A002", UNKNOWN)
        await site.take(2)
        passed_s = 0.0
        while passed_s < OUTAGE_S or len(await site.outcomes()) < 4:
            await site.leaps.leap(5)
            passed_s += 5
        assert site.state() is PrinterState.GONE
        await site.take(2)
        to_printer.plug()
        told = await site.until_told(6)
        await eventually(lambda: site.state() is PrinterState.READY)
    outcomes = (PRINTED, UNKNOWN, FAILED, FAILED, PRINTED, PRINTED)
    assert told == list(zip(site.numbers, outcomes, strict=True))
    # What was on its way when the cable was pulled came out with it: so much for knowing.
    assert site.papers() == ["A001", "A002", "A005", "A006"]
