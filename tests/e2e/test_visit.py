"""A whole visit as people have it: kiosk, paper, phone, clerk, board, counter screen, voice."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import TypeVar

import zxingcpp
from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect

from tests.hall import Hall

PATIENCE_S = 20.0
SPOKEN_S = 60.0
"""An announcement takes 14 s, and an agent up to 5 s to come back."""
T = TypeVar("T")

expect.set_options(timeout=PATIENCE_S * 1000)


async def eventually(find: Callable[[], T | None], limit_s: float = PATIENCE_S) -> T:
    """What `find` returns as soon as it is something."""
    async with asyncio.timeout(limit_s):
        while (found := find()) is None:
            await asyncio.sleep(0.05)
    return found


async def opened(
    browser: Browser,
    hall: Hall,
    path: str,
    width: int,
    height: int,
    *,
    is_driven: bool = False,
    url: str = "",
) -> Page:
    """A page of the hall, or of what stands before it at `url`.

    `is_driven`: its clock goes on by itself and can be put forward.
    """
    context = await browser.new_context(viewport={"width": width, "height": height})
    page = await context.new_page()
    if is_driven:
        await page.clock.install()
    await page.goto((url or hall.url) + path)
    return page


async def take_number(browser: Browser, hall: Hall) -> str:
    """Touch the kiosk of zone 1 for the personnel office; return the number on its screen."""
    kiosk = await opened(browser, hall, "/kiosk/K1", 1080, 1920)
    await kiosk.get_by_role("button", name="人事处").click()
    await kiosk.wait_for_timeout(600)  # a faster second tap counts as half of a double tap
    await kiosk.get_by_role("button", name="直接取号").click()
    number = kiosk.get_by_text("您的号码").locator("xpath=following::*[1]")
    await expect(kiosk.get_by_text("号票已打印")).to_be_visible()
    text = (await number.inner_text()).strip()
    await kiosk.context.close()
    return text


async def paper_of(hall: Hall, count: int) -> str:
    """The text of the QR code on the newest paper, once `count` papers have come out."""

    def find() -> str | None:
        papers = sorted((hall.home / "paper" / "P1").glob("*.png"))
        if len(papers) < count:
            return None
        codes = zxingcpp.read_barcodes(Image.open(papers[-1]))
        return codes[0].text if codes else None

    return await eventually(find)


async def spoken(hall: Hall, number: str) -> dict[str, object]:
    """What the voice agent put on record for this number."""
    transcript = hall.home / "voice" / "wav" / "spoken.jsonl"

    def find() -> dict[str, object] | None:
        lines = transcript.read_text().splitlines() if transcript.exists() else []
        return next((x for x in map(json.loads, lines) if x["number"] == number), None)

    return await eventually(find, SPOKEN_S)


async def at_the_desk(browser: Browser, hall: Hall, counter_no: int) -> Page:
    """Sign the window's clerk in and open the window, with the keyboard alone."""
    desk = await opened(browser, hall, "/counter", 1366, 768)
    await expect(desk.locator("input").first).to_be_focused()
    await desk.keyboard.type(f"w{counter_no:02d}")
    await desk.keyboard.press("Tab")
    await desk.keyboard.type("demo")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_role("button", name=f"{counter_no} 号窗口")).to_be_visible()
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_text("窗口空闲")).to_be_visible()
    return desk


async def press_until(desk: Page, key: str, shown: Locator) -> None:
    """Press a key as a clerk does: again, while the desk says that it is not connected."""
    async with asyncio.timeout(PATIENCE_S):
        while not await shown.is_visible():
            await desk.keyboard.press(key)
            await desk.wait_for_timeout(500)


async def serve(desk: Page, phone: Page, start_key: str, finish_key: str) -> None:
    """Start and finish with these keys; the phone follows."""
    await press_until(desk, start_key, desk.get_by_role("button", name="办结 办事人已离开"))
    await expect(phone.get_by_text("办理中").first).to_be_visible()
    await press_until(desk, finish_key, desk.get_by_text("窗口空闲"))
    await expect(phone.get_by_text("已办结").first).to_be_visible()


async def test_visit_from_kiosk_to_done_reaches_every_screen(browser: Browser, hall: Hall) -> None:
    number = await take_number(browser, hall)
    address = await paper_of(hall, count=1)
    assert address.startswith(f"{hall.url}/t/")
    phone = await opened(browser, hall, address.removeprefix(hall.url), 390, 844)
    await expect(phone.get_by_text(number)).to_be_visible()
    board = await opened(browser, hall, "/board/Z1", 1920, 1080)
    screen = await opened(browser, hall, "/counter-screen/W02", 1024, 600)
    await expect(screen.get_by_text("未开放")).to_be_visible()
    desk = await at_the_desk(browser, hall, 2)
    await desk.keyboard.press("F2")
    for page in (desk, board, screen):
        await expect(page.get_by_text(number).first).to_be_visible()
    await expect(phone.get_by_text(re.compile(r"2\s*号窗口")).first).to_be_visible()
    record = await spoken(hall, number)
    assert record["counter_no"] == 2
    assert record["zh"] == f"请，{number[0]} {_digits(number)} 号，到 二 号窗口"
    await serve(desk, phone, "F4", "F5")
    for page in (phone, board, screen, desk):
        await page.context.close()


async def test_click_is_found_by_its_id_in_logs_and_archive(browser: Browser, hall: Hall) -> None:
    """The id that the page makes is the trace id."""
    desk = await at_the_desk(browser, hall, 8)
    sent: list[str] = []
    desk.on("websocket", lambda socket: socket.on("framesent", lambda f: sent.append(str(f))))
    await desk.reload()
    taken = hall.do("trace-take", {"type": "take_ticket", "queue_id": "E", "channel": "anonymous"})
    await expect(desk.get_by_text("已连接")).to_be_visible()
    await desk.keyboard.press("F2")

    def called() -> str | None:
        return next((frame for frame in sent if '"call_next"' in frame), None)

    click = json.loads(await eventually(called))

    def way() -> str | None:
        command = [sys.executable, "-m", "backend", "trace", click["id"]]
        env = hall.variables()
        found = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        return found.stdout if "archived (archive)" in found.stdout else None

    told = await eventually(way)
    assert f"ticket_called ticket_id={taken.json['result']['ticket_id']}" in told
    assert "command_received" in told
    assert "by clerk\n" in told
    await desk.context.close()


async def test_hub_restart_in_mid_visit_loses_nothing(browser: Browser, hall: Hall) -> None:
    before = len(list((hall.home / "paper" / "P1").glob("*.png")))
    number = await take_number(browser, hall)
    address = await paper_of(hall, count=before + 1)
    phone = await opened(browser, hall, address.removeprefix(hall.url), 390, 844)
    board = await opened(browser, hall, "/board/Z1", 1920, 1080)
    desk = await at_the_desk(browser, hall, 3)
    await desk.keyboard.press("Space")
    await expect(board.get_by_text(number).first).to_be_visible()
    pid = hall.pid("web1")
    os.kill(pid, signal.SIGKILL)
    await eventually(lambda: hall.pids().get("web1", pid) != pid or None)
    await expect(desk.get_by_text("已连接")).to_be_visible()
    record = await spoken(hall, number)  # before the visit begins: later it would be skipped (VO5)
    assert record["counter_no"] == 3
    await serve(desk, phone, "s", "f")
    for page in (phone, board, desk):
        await page.context.close()


def _digits(number: str) -> str:
    return "".join("零一二三四五六七八九"[int(digit)] for digit in number[1:])
