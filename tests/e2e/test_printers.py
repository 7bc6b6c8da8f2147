"""Printers of a real hall: one agent each, and trouble that everybody sees."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from playwright.async_api import Browser, expect

from backend.demo.hall import DEVICE_TOKEN, HALL_ID
from tests.e2e.test_visit import opened
from tests.hall import ROOT, Hall

HUB = ("--hall", HALL_ID)


async def test_second_agent_of_a_printer_is_refused_by_the_hub__PR1(
    hall: Hall, tmp_path: Path
) -> None:
    words = ("--url", hall.url, *HUB, "--spool", str(tmp_path), "--printer", "P1=dummy:")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "printer_agent", *words),
        cwd=ROOT,
        env=os.environ | {"YIZHAN_TOKEN": DEVICE_TOKEN},
        stderr=PIPE,
    )
    assert process.stderr is not None
    try:
        async with asyncio.timeout(30):
            while b"printer_refused" not in (line := await process.stderr.readline()):
                assert line, "it has ended"
                assert b"printer_held" not in line
        assert b"printer_taken" in line
    finally:
        process.terminate()
        await process.wait()


async def test_kiosk_tells_within_seconds_that_its_printer_is_gone__PR2(
    hall: Hall, browser: Browser
) -> None:
    kiosk = await opened(browser, hall, "/kiosk/K4", 1080, 1920)
    os.kill(hall.pid("virtual-printer"), signal.SIGSTOP)  # it answers no more
    try:
        await expect(kiosk.get_by_text("本机暂时不能打印")).to_be_visible(timeout=15_000)
    finally:
        os.kill(hall.pid("virtual-printer"), signal.SIGCONT)
    await expect(kiosk.get_by_text("本机暂时不能打印")).to_be_hidden(timeout=15_000)
    await kiosk.context.close()
