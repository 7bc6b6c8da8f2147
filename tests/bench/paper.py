"""From a visitor's press to the paper: the layout, and the way of a ticket to its printer."""

import asyncio
import tempfile
import time
from pathlib import Path

from backend.client import Client
from backend.client.claim import agent_id_in
from backend.core.commands import ReprintTicket, TakeTicket
from backend.core.ids import Channel, KioskId, TicketClass, TicketId
from backend.demo.hall import DEVICE_TOKEN, HALL_ID, demo_plan
from backend.paper import raster
from backend.paper.fonts import find_fonts
from backend.paper.layout import layout
from backend.paper.sample import sample_job
from backend.wire.messages import Done
from printer_agent.escpos import raster_bands
from printer_agent.ports import NetworkPort
from printer_agent.press import Press
from printer_agent.roll import RollFile
from printer_agent.spool import Spool
from printer_agent.worker import Worker
from tests.bench.figures import Figure, Section, median, quantile
from tests.bench.processes import await_day, await_quiet
from tests.devices.printer import VirtualPrinter
from tests.hall import ROOT, Hall, running_hall

TICKETS = 60
DRAWN = 40
PUBLIC_URL = "https://hall.example.edu.cn"
LAYOUT_MS, ON_ITS_WAY_MS = 10.0, 50.0
QUEUE_ID = "B"


def bench_paper() -> list[Section]:
    """The sections on layout and printing."""
    with running_hall() as hall:
        await_day(hall)
        await_quiet()
        begun, done = asyncio.run(_print(hall))
    return [_layout(), _way(begun, done)]


def _layout() -> Section:
    fonts = find_fonts(None, ROOT)
    assert fonts is not None, "`make setup` installs a typeface"
    figures = []
    for width_mm in (80, 58):
        took_ms = []
        for n in range(DRAWN):
            job = sample_job(demo_plan(), list(TicketClass)[n % 3], n % 2)
            began_s = time.process_time()
            raster_bands(raster.render(layout(job, PUBLIC_URL), fonts, width_mm))
            took_ms.append((time.process_time() - began_s) * 1000)
        figures += [
            Figure(name=f"first ticket of a size, {width_mm} mm", value=took_ms[0], unit="ms"),
            Figure(
                name=f"a ticket, {width_mm} mm",
                value=median(took_ms),
                unit="ms",
                target=LAYOUT_MS,
            ),
        ]
    return Section(
        title="Drawing a ticket",
        setting=(
            f"Layout, picture and bands for the printer; CPU time, median of {DRAWN} tickets of"
            " three classes, every other a reprint."
        ),
        figures=tuple(figures),
    )


async def _print(hall: Hall) -> tuple[list[float], list[float]]:
    """Milliseconds from each answer to the body's first byte at the printer, and to its cut."""
    begun: list[float] = []
    done: list[float] = []
    kiosk = demo_plan().kiosks[0]
    assert kiosk.printer_id is not None
    fonts = find_fonts(None, ROOT)
    with tempfile.TemporaryDirectory() as home:
        directory = Path(home)
        link = Client(hall.url, HALL_ID, token=DEVICE_TOKEN)
        async with VirtualPrinter() as printer, link as client:
            press = Press(NetworkPort("127.0.0.1", printer.port), PUBLIC_URL, 80, fonts)
            worker = Worker(
                kiosk.printer_id,
                client,
                press,
                agent_id=agent_id_in(directory),
                spool=Spool(directory / "spool"),
                roll=RollFile(directory / "roll", None),
            )
            running = asyncio.create_task(worker.run())
            ticket_id = await _take(client, kiosk.kiosk_id)
            await printer.until(lambda: len(printer.papers) == 1)
            for n in range(1, TICKETS + 1):
                again = ReprintTicket(ticket_id=ticket_id, kiosk_id=kiosk.kiosk_id)
                answer = await client.do(again)
                answered_s = time.perf_counter()
                assert isinstance(answer, Done)
                await printer.until(lambda n=n: printer.begun > n)  # type: ignore[misc]
                begun.append((time.perf_counter() - answered_s) * 1000)
                await printer.until(lambda n=n: len(printer.papers) > n)  # type: ignore[misc]
                done.append((time.perf_counter() - answered_s) * 1000)
                await asyncio.sleep(0.05)
            worker.stop()
            await running
            assert printer.faults == []
    return begun, done


async def _take(client: Client, kiosk_id: KioskId) -> TicketId:
    """A ticket; its further papers go the same way, and a kiosk takes its time between numbers."""
    command = TakeTicket(channel=Channel.ANONYMOUS, queue_id=QUEUE_ID, kiosk_id=kiosk_id)
    answer = await client.do(command)
    assert isinstance(answer, Done)
    assert isinstance(answer.result.ticket_id, str)
    return answer.result.ticket_id


def _way(begun: list[float], done: list[float]) -> Section:
    return Section(
        title="From the answer to the paper",
        setting=(
            f"{len(begun)} papers of a ticket, one after another, from the answer to the kiosk on;"
            " the agent and a virtual printer that takes the bytes as fast as they come, both in"
            " the client's process."
        ),
        figures=(
            Figure(
                name="first dots at the printer: p50",
                value=quantile(begun, 0.5),
                unit="ms",
                target=ON_ITS_WAY_MS,
            ),
            Figure(
                name="first dots at the printer: p99",
                value=quantile(begun, 0.99),
                unit="ms",
                target=ON_ITS_WAY_MS,
            ),
            Figure(name="cut: p50", value=quantile(done, 0.5), unit="ms"),
        ),
    )
