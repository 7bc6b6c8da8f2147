"""Pages whose device sleeps, whose hub falls silent, or whose session ends: what people see."""

import os
import re
import signal
from time import monotonic

from playwright.async_api import Browser, Page, expect

from backend.core.commands import CallNext, OpenCounter
from backend.wire.messages import Done
from tests.e2e.test_visit import at_the_desk, eventually, opened
from tests.hall import Hall
from tests.processes.history import history_of
from tests.processes.load import Load

STALE_S, WAKE_S = 10.0, 2.0
SLACK_S = 8.0
"""Of a busy machine, beyond what is promised."""
BANNER = "数据更新中断"


async def test_sleeping_pages_wake_to_the_newest_after_a_restart__I10(
    browser: Browser, hall: Hall
) -> None:
    load = Load(hall, hall.cookie("supervisor"))
    async with load.client("kiosk", is_device=True) as kiosk:
        ticket = (await load.ticket(kiosk, "slept")).result
    number, token = str(ticket.number), str(ticket.token)
    board = await opened(browser, hall, "/board/Z3", 1920, 1080)
    phone = await opened(browser, hall, f"/t/{token}", 390, 844)
    await expect(phone.get_by_text(number)).to_be_visible()
    sleepers = [await page.context.new_cdp_session(page) for page in (board, phone)]
    for sleeper in sleepers:
        await sleeper.send("Page.setWebLifecycleState", {"state": "frozen"})
    pid = hall.pid("web1")
    os.kill(pid, signal.SIGKILL)
    await eventually(lambda: hall.pids().get("web1", pid) != pid or None)
    async with load.client("desk", is_device=False) as desk:
        await load.do(desk, "desk", "slept-open", OpenCounter(counter_id="W16"))
        called = await load.do(desk, "desk", "slept-call", CallNext(counter_id="W16"))
        assert isinstance(called, Done)
        assert called.result.number == number
    began = monotonic()
    for sleeper in sleepers:
        await sleeper.send("Page.setWebLifecycleState", {"state": "active"})
    await expect(board.get_by_text(number).first).to_be_visible()
    await expect(phone.get_by_text(re.compile(r"16\s*号窗口")).first).to_be_visible()
    awake_s = monotonic() - began
    print(f"awake after {awake_s:.2f} s")
    assert awake_s < WAKE_S + SLACK_S
    for page in (board, phone):
        await page.context.close()


async def test_pages_of_a_silent_hub_say_so_and_come_back_by_themselves__I10(
    browser: Browser, hall: Hall
) -> None:
    """It takes connections and answers nothing.  Then it goes on, and the clerk's session ends."""
    load = Load(hall, hall.cookie("supervisor"))
    async with load.client("kiosk", is_device=True) as kiosk:
        ticket = (await load.ticket(kiosk, "stale")).result
    board = await opened(browser, hall, "/board/Z3", 1920, 1080)
    phone = await opened(browser, hall, f"/t/{ticket.token}", 390, 844)
    desk = await at_the_desk(browser, hall, 17)
    await expect(phone.get_by_text(str(ticket.number))).to_be_visible()
    pid, began = hall.pid("web1"), monotonic()
    os.kill(pid, signal.SIGSTOP)
    try:
        for page in (board, phone, desk):
            await expect(page.get_by_text(BANNER).first).to_be_visible()
        stale_s = monotonic() - began
    finally:
        os.kill(pid, signal.SIGCONT)
    began = monotonic()
    for page in (board, phone, desk):
        await expect(page.get_by_text(BANNER)).to_have_count(0)
    print(f"stale after {stale_s:.1f} s, back {monotonic() - began:.1f} s after the hub")
    assert stale_s < STALE_S + SLACK_S
    await expect(phone.get_by_text(str(ticket.number))).to_be_visible()
    async with history_of(hall) as history:
        for key in await history.redis.keys("session:*"):
            await history.redis.delete(key)
    await expect(desk.get_by_text("登录已失效")).to_be_visible()
    await _sign_in_again(desk)
    for page in (board, phone, desk):
        await page.context.close()


async def _sign_in_again(desk: Page) -> None:
    """The name is remembered, and the window goes on."""
    await desk.locator("input[type=password]").fill("demo")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_text("登录已失效")).to_have_count(0)
    await expect(desk.get_by_text("窗口空闲")).to_be_visible()


async def test_desk_opened_twice_stops_in_the_first_place_until_taken_over__CL7(
    browser: Browser, hall: Hall
) -> None:
    first = await at_the_desk(browser, hall, 18)
    second = await first.context.new_page()
    await second.goto(f"{hall.url}/counter")
    await expect(second.get_by_text("窗口空闲")).to_be_visible()
    told = "本窗口已在另一处打开"
    await expect(first.get_by_text(told)).to_be_visible()
    await expect(second.get_by_text(told)).to_have_count(0)
    await first.get_by_role("button", name="在这里继续").click()
    await expect(second.get_by_text(told)).to_be_visible()
    await expect(first.get_by_text("窗口空闲")).to_be_visible()
    await first.context.close()
