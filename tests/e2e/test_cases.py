"""A matter at the window, by keyboard: done on the spot, accepted, or what is missing told."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.test_visit import at_the_desk, press_until
from tests.hall import DEVICE_TOKEN, Hall

DEVICE = {"Authorization": f"Bearer {DEVICE_TOKEN}"}
KEYS_MAX = 6


def take(hall: Hall, name: str, service_id: str) -> None:
    command = {"type": "take_ticket", "service_ids": [service_id], "channel": "anonymous"}
    assert hall.do(name, command, **DEVICE).status == 200


@pytest.fixture(scope="module")
async def desk(browser: Browser, hall: Hall) -> AsyncIterator[Page]:
    page = await at_the_desk(browser, hall, 2)
    yield page
    await page.context.close()


async def serve(desk: Page, number: str) -> None:
    await press_until(desk, "Space", desk.get_by_text("等待办事人到窗口"))
    await expect(desk.get_by_role("region", name="当前号票")).to_contain_text(number)
    await press_until(desk, "s", desk.get_by_text("正在办理"))


async def test_matter_is_done_on_the_spot_with_few_keys_while_forty_wait__CS3(
    hall: Hall, desk: Page
) -> None:
    for n in range(41):
        take(hall, f"case-{n}", "HR-01")
    await serve(desk, "B001")
    pressed = 0
    for key, seen in (
        ("d", desk.get_by_role("heading", name="在职证明、收入证明")),
        ("a", desk.get_by_role("button", name="材料齐全，当场办结")),
        ("Enter", desk.get_by_text(re.compile("在职证明、收入证明：已办结，办件号 20"))),
        ("f", desk.get_by_text("窗口空闲")),
        ("Space", desk.get_by_text("等待办事人到窗口")),
    ):
        await desk.keyboard.press(key)
        pressed += 1
        await expect(seen).to_be_visible()
        await expect(desk.locator("[aria-busy=true]")).to_have_count(0)
    assert pressed < KEYS_MAX


async def test_deferred_matter_gets_a_number_a_date_and_a_code__CS4(hall: Hall, desk: Page) -> None:
    await press_until(desk, "s", desk.get_by_text("正在办理"))
    await desk.keyboard.press("d")
    await expect(desk.get_by_role("heading", name="在职证明、收入证明")).to_be_visible()
    await desk.keyboard.press("/")
    await desk.get_by_role("textbox", name="事项：").fill("HR-04")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_role("heading", name="职称证书补办")).to_be_visible()
    await desk.keyboard.press("a")
    await expect(desk.get_by_role("button", name="受理 Enter")).to_be_visible()
    await desk.keyboard.press("Enter")
    dialog = desk.get_by_role("dialog")
    await expect(dialog.get_by_text(re.compile(r"^20\d\d-\d{6}$"))).to_be_visible()
    await expect(dialog.get_by_text("办结期限")).to_be_visible()
    await expect(dialog.get_by_role("img", name="扫码查进度")).to_be_visible()
    await desk.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)


async def test_what_is_missing_is_told_once_in_full_and_ticks_survive_a_reload__CS1(
    hall: Hall, desk: Page
) -> None:
    await press_until(desk, "f", desk.get_by_text("窗口空闲"))
    await serve(desk, "B003")
    await desk.keyboard.press("d")
    await expect(desk.get_by_role("heading", name="在职证明、收入证明")).to_be_visible()
    await desk.keyboard.press("/")
    await desk.get_by_role("textbox", name="事项：").fill("zczs")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_role("heading", name="职称证书补办")).to_be_visible()
    box = desk.get_by_role("checkbox").first
    await desk.keyboard.press("1")
    await expect(box).to_be_checked()
    await desk.reload()
    await expect(desk.get_by_text("正在办理")).to_be_visible()
    await desk.keyboard.press("d")
    await expect(box).to_be_checked()
    missing = await desk.get_by_role("status").filter(has_text="缺").inner_text()
    await desk.keyboard.press("Enter")
    told = desk.get_by_role("dialog")
    await expect(told.get_by_text("请带来")).to_be_visible()
    for name in missing.split("：")[1].split("、"):
        await expect(told).to_contain_text(name)
