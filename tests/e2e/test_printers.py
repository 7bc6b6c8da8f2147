"""Printers and voices of a real hall: one agent each, and trouble that everybody sees."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from backend.demo.hall import DEVICE_TOKEN, HALL_ID
from tests.e2e.test_visit import opened
from tests.hall import ROOT, Hall


@pytest.mark.parametrize(
    ("words", "name", "code"),
    [
        (("printer_agent", "--printer", "P1=dummy:", "--spool"), "P1", "printer_taken"),
        (("display_agent", "--zone", "Z1", "--fast", "--home"), "zone Z1", "zone_taken"),
    ],
)
async def test_second_agent_is_refused_by_the_hub__PR1_VO10(
    words: tuple[str, ...], name: str, code: str, hall: Hall, tmp_path: Path
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *words, str(tmp_path), "--url", hall.url, "--hall", HALL_ID),
        cwd=ROOT,
        env=os.environ | {"YIZHAN_TOKEN": DEVICE_TOKEN},
        stderr=PIPE,
    )
    assert process.stderr is not None
    try:
        async with asyncio.timeout(30):
            while f"{name} is refused: {code}" not in (
                line := (await process.stderr.readline()).decode()
            ):
                assert line, "it has ended"
                assert f"{name} is held" not in line
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
