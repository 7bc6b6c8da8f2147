"""`python -m printer_agent --url ... --hall ... --spool DIR --printer P1=network:HOST`."""

import asyncio
import logging
import signal
import sys
from contextlib import suppress
from pathlib import Path

import structlog

from backend.client import Client
from backend.client.claim import agent_id_in
from backend.client.enrol import device_key, enrol, until_sent_away
from backend.client.findings import Verdict
from backend.paper.fonts import Fonts, FontsMissingError, find_fonts
from printer_agent import log
from printer_agent.doctor import examine, test_job
from printer_agent.options import Options, options_from
from printer_agent.press import press_of
from printer_agent.roll import RollFile
from printer_agent.spool import Spool, SpoolBusyError, lock
from printer_agent.worker import Hub, Worker

REJECTED_PAUSE_S = 15.0
"""Before a new connection to a hub that would not have us."""
ROOT = Path(__file__).parent.parent

_log = structlog.get_logger("yizhan.printer")


def main() -> int:
    """Print until told to stop, or examine; 2 when the set-up is wrong, 1 what was examined."""
    options = options_from()
    log.set_up(logging.ERROR if options.is_doctor else logging.INFO)
    try:
        fonts = find_fonts(options.font_dir, ROOT)
        if options.is_doctor:
            return asyncio.run(_doctor(options, fonts))
        with lock(options.spool):
            asyncio.run(_serve(options, fonts))
    except (FontsMissingError, SpoolBusyError, OSError) as error:
        _log.error("cannot_start", reason=str(error))
        return 2
    return 0


async def _doctor(options: Options, fonts: Fonts | None) -> int:
    """Print what the doctor finds; the exit status is 1 when something is bad."""
    is_bad = False
    async for found in examine(options, fonts):
        print(f"{found.verdict} {found.part:<10} {found.zh}\n{'':13}{found.en}", flush=True)
        is_bad |= found.verdict is Verdict.BAD
    print("✗ 请按提示处理。 Please do as it says." if is_bad else "✓ 一切正常。 All is well.")
    return int(is_bad)


async def _serve(options: Options, fonts: Fonts | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if fonts is None and any(device.is_raster for device in options.printers.values()):
        _log.warning("no_typeface", result="text mode; see --font-dir")
    if options.token is None and options.key_file is None:
        _log.warning("no_token", result="the hub may refuse us; see --token-env")
    spools = {printer: Spool(options.spool / printer) for printer in options.printers}
    rolls = {
        printer: RollFile(options.spool / f"{printer}.roll", device.roll_mm)
        for printer, device in options.printers.items()
    }
    presses = {
        printer: press_of(device, options.public_url, fonts)
        for printer, device in options.printers.items()
    }
    for printer, press in presses.items():
        press.body(test_job(printer))  # opens the typeface's files: no visitor waits for that
    agent_id = agent_id_in(options.spool)
    _log.info("started", printers=sorted(options.printers), agent_id=agent_id)
    token = options.token
    leaving: asyncio.Task[None] | None = None
    if options.key_file is not None:
        token = await _let_in(options, options.key_file, stop)
        leaving = asyncio.create_task(until_sent_away(options.url, options.key_file))
        leaving.add_done_callback(lambda _: stop.set())  # and asks anew when it is started again
    while not stop.is_set():
        name = f"printer-{next(iter(options.printers))}"
        async with Client(options.url, options.hall_id, token=token, name=name) as client:
            hub: Hub = client
            workers = [
                Worker(
                    printer,
                    hub,
                    presses[printer],
                    agent_id=agent_id,
                    spool=spools[printer],
                    roll=rolls[printer],
                )
                for printer in options.printers
            ]
            await _run_all(workers, stop)
        if not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), REJECTED_PAUSE_S)
    if leaving is not None:
        leaving.cancel()
    _log.info("stopped")


async def _let_in(options: Options, key_file: Path, stop: asyncio.Event) -> str | None:
    """The device's own key, once it counts (EN2); None when the agent was stopped before."""

    def show(code: str | None) -> None:
        _log.warning("waits_to_be_let_in", code=code, where="/ops/devices")

    wants = [f"printer:{printer}" for printer in options.printers]
    enrolling = asyncio.create_task(enrol(options.url, key_file, wants, show))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((enrolling, stopping), return_when=asyncio.FIRST_COMPLETED)
    for task in (enrolling, stopping):
        task.cancel()
    return None if stop.is_set() else device_key(key_file)


async def _run_all(workers: list[Worker], stop: asyncio.Event) -> None:
    """Until every worker has ended by itself, or all were told to."""

    async def pass_on() -> None:
        await stop.wait()
        for worker in workers:
            worker.stop()

    passing = asyncio.create_task(pass_on())
    try:
        await asyncio.gather(*(worker.run() for worker in workers))
    finally:
        passing.cancel()


if __name__ == "__main__":
    sys.exit(main())
