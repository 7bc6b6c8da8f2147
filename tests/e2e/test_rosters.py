"""A manager fills the roster by keyboard; clerks swap a shift, and the manager approves it."""

from collections.abc import Iterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.test_accessible import looked_at
from tests.e2e.test_visit import opened
from tests.hall import Hall, running_hall

WIDTH, HEIGHT = 1366, 768
REASON = "原因"


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    with running_hall() as found:
        yield found


async def signed_in(browser: Browser, hall: Hall, path: str, username: str) -> Page:
    page = await opened(browser, hall, path, WIDTH, HEIGHT)
    await page.locator("input").first.fill(username)
    await page.locator("input").last.fill("demo")
    await page.keyboard.press("Enter")
    return page


async def test_shift_is_planned_swapped_and_approved__SH2_SH4(browser: Browser, hall: Hall) -> None:
    ops = await signed_in(browser, hall, "/ops/rosters", "manager")
    await expect(ops.get_by_text("还没有排班")).to_be_visible()
    monday = ops.locator("th.day .date").first
    this_week = await monday.inner_text()
    await ops.get_by_role("button", name="往后").click()
    await expect(monday).not_to_have_text(this_week)  # next week is there
    cells = ops.locator("tbody tr").first.locator(".half")
    await cells.first.click()
    await ops.keyboard.press("ArrowRight")  # from Monday to Tuesday
    await ops.keyboard.press("Enter")
    dialog = ops.get_by_role("dialog")
    await dialog.get_by_label("A 角").select_option("w02")
    await dialog.get_by_label("B 角").select_option("w03")
    await dialog.get_by_label(REASON).press("Enter")
    await expect(dialog.get_by_text("请写明原因")).to_be_visible()
    await dialog.get_by_label(REASON).fill("新学期")
    await ops.keyboard.press("Enter")
    await expect(ops.get_by_text("已保存")).to_be_visible()
    await expect(cells.nth(2)).to_contain_text("2号窗口")
    await looked_at(ops)

    clerk = await signed_in(browser, hall, "/counter", "w02")
    await clerk.get_by_role("button", name="我的班次").click()
    mine = clerk.get_by_role("dialog")
    await expect(mine.get_by_text("A 角", exact=True)).to_be_visible()
    await looked_at(clerk)
    await mine.get_by_role("button", name="申请换班").click()
    await mine.get_by_label("请谁来").select_option("w13")
    await mine.get_by_label(REASON).fill("看医生")
    await clerk.keyboard.press("Enter")
    await expect(mine.get_by_text("等对方答复", exact=True)).to_be_visible()

    other = await signed_in(browser, hall, "/counter", "w13")
    await other.get_by_role("button", name="我的班次").click()
    await other.get_by_role("button", name="同意", exact=True).click()
    await expect(other.get_by_text("等主管批准")).to_be_visible()

    await ops.get_by_role("button", name="重新读取").click()
    await ops.get_by_role("button", name="批准").click()
    await expect(cells.nth(2)).to_contain_text("13号窗口")
    for page in (ops, clerk, other):
        await page.context.close()
